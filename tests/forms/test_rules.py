"""What a form definition may be, and what fits into it."""

from typing import Any

import pytest

from backend.forms.defaults import ASK_FORM
from backend.forms.rules import Field, FieldType, Form, Option, definition_faults, validate

YES_NO = (Option("ya", "Ya"), Option("tidak", "Tidak"))


def _form(**field: Any) -> Form:
    return Form("uji", 1, "Uji", (Field(key="x", label="Isian", **field),))


@pytest.mark.parametrize(
    ("field", "value", "fine"),
    [
        ({"type": FieldType.TEXT, "required": True}, None, False),
        ({"type": FieldType.TEXT, "required": True}, "  ", False),
        ({"type": FieldType.TEXT}, None, True),
        ({"type": FieldType.TEXT, "min_length": 3}, "ab ", False),
        ({"type": FieldType.TEXT, "max_length": 3}, "abcd", False),
        ({"type": FieldType.TEXT}, "baris\nbaru", False),
        ({"type": FieldType.LONG_TEXT}, "baris\nbaru", True),
        ({"type": FieldType.LONG_TEXT}, "nol \x00", False),
        ({"type": FieldType.TEXT}, 5, False),
        ({"type": FieldType.CHOICE, "options": YES_NO}, "ya", True),
        ({"type": FieldType.CHOICE, "options": YES_NO}, "mungkin", False),
        ({"type": FieldType.CHOICE}, "apa_saja", True),
        ({"type": FieldType.CHOICES, "options": YES_NO}, ["ya", "tidak"], True),
        ({"type": FieldType.CHOICES, "options": YES_NO}, "ya", False),
        ({"type": FieldType.NUMBER}, 1.5, True),
        ({"type": FieldType.NUMBER}, True, False),
        ({"type": FieldType.NUMBER}, float("nan"), False),
        ({"type": FieldType.DATE}, "2026-11-21", True),
        ({"type": FieldType.DATE}, "21/11/2026", False),
        ({"type": FieldType.CHECK, "required": True}, False, False),
        ({"type": FieldType.CHECK}, False, True),
    ],
)
def test_a_value_fits_or_is_refused_in_words(field: dict[str, Any], value: Any, fine: bool) -> None:
    faults = validate(_form(**field), {"x": value})
    assert (faults == {}) is fine
    assert all(sentence.endswith(".") for sentence in faults.values())


def test_a_key_that_the_form_lacks_is_refused() -> None:
    assert set(validate(_form(type=FieldType.TEXT), {"y": 1})) == {"y"}


@pytest.mark.parametrize(
    "fields",
    [
        [],
        [Field("a", "A", FieldType.TEXT), Field("a", "B", FieldType.TEXT)],
        [Field("1a", "A", FieldType.TEXT)],
        [Field("a", " ", FieldType.TEXT)],
        [Field("a", "A", FieldType.TEXT, min_length=5, max_length=4)],
        [Field("a", "A", FieldType.TEXT, options=YES_NO)],
        [Field("a", "A", FieldType.CHOICE, options=(*YES_NO, YES_NO[0]))],
    ],
)
def test_a_faulty_definition_names_its_fault(fields: list[Field]) -> None:
    assert definition_faults(fields)


def test_the_built_in_form_is_sound_and_takes_a_question() -> None:
    assert definition_faults(ASK_FORM.fields) == []
    assert validate(ASK_FORM, {"text": "Kapan SK saya terbit?", "kind": "pertanyaan", "category": None}) == {}
    assert set(validate(ASK_FORM, {"text": "pendek", "kind": "gosip"})) == {"text", "kind"}
