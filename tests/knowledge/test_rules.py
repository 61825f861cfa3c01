"""What of a person a note may not say, on the server as on the phone; addresses, steps, placeholders."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from backend.knowledge import rules
from tests.support.server import ROOT

CASES = json.loads((ROOT / "tests" / "vectors" / "personal_data.json").read_text())["cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:40])
def test_personal_data_is_marked_and_found(case: dict[str, Any]) -> None:
    assert rules.scrub(case["text"], case["names"]) == case["scrubbed"]
    assert sorted(rules.personal_in(case["text"], case["names"])) == case["found"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:40])
def test_what_was_marked_once_stays_as_it_is(case: dict[str, Any]) -> None:
    assert rules.scrub(case["scrubbed"], case["names"]) == case["scrubbed"]


def test_a_hostile_text_is_searched_in_no_time() -> None:
    text = "0" * 4000 + " 1-" * 1000 + "a@" * 1000 + "Ibu " * 500
    assert rules.personal_in(text, ["Dewi Lestari"]) == {rules.Personal.NUMBER}


def test_an_address_is_made_of_the_question_and_its_own() -> None:
    one, other = (rules.slug_of("Berapa hari cuti besar, Édisi 2?", id) for id in ("a-000001", "a-000002"))
    assert one == "berapa-hari-cuti-besar-edisi-2-000001"
    assert one != other
    assert rules.slug_of("???", "b-123456") == "jawaban-123456"
    assert len(rules.slug_of("kata " * 100, "b-123456")) <= 80


def test_steps_are_lines_without_their_numbers() -> None:
    assert rules.steps_of("1. Tulis surat.\n\n - Kirim.\n2) 12 hari kerja") == [
        "Tulis surat.",
        "Kirim.",
        "12 hari kerja",
    ]


def test_a_note_is_looked_at_again_after_180_days() -> None:
    assert rules.review_on(date(2026, 11, 20)) == date(2027, 5, 19)


def test_only_known_placeholders_are_left_open() -> None:
    assert rules.placeholder_fault("Baik Bapak/Ibu {nama}, nomor {nomor}.") is None
    assert rules.placeholder_fault("Baik {nmaa}.") is not None
