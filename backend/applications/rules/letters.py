"""A letter filled with saved values, character for character; number, date and signature stay open for who signs.

The result is plain text by parts. Whoever sets it on paper escapes it for its own format.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from backend.applications.rules.conditions import SUBJECT
from backend.applications.rules.definition import Field, FieldType, Letter, Service
from backend.applications.rules.placeholders import MARK

ATTACHED, NOT_ATTACHED = "Terlampir", "Tidak dilampirkan"
_MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
_TOKEN = re.compile(r"(\$?)\{([^{}]*)\}")


class NotFillable(ValueError):
    """A value holds a placeholder: it would be taken for an open place of the letter. The message names the field."""


class NoDate(ValueError):
    """What stands in a date field is none yet. The message is the field's label."""


@dataclass(frozen=True, slots=True)
class FilledLine:
    """One numbered line; ``rows`` instead of ``text`` where it lists something, in the order of entry."""

    label: str
    text: str
    rows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Filled:
    """A letter as text. ``open``: the placeholders as they must stand in the draft."""

    title: str
    intro: str
    lines: tuple[FilledLine, ...]
    closing: str
    open: tuple[str, ...]
    numbered: bool = True


def fill(
    service: Service,
    letter: Letter,
    values: Mapping[str, Any],
    told: Mapping[str, str],
    held: Collection[str] = (),
) -> Filled:
    """Put saved values into a letter. ``told``: what else may stand there, by its name (``subject.name``,
    ``agency.name``, ``period.name``); ``held``: documents of the case.

    Raises :class:`NotFillable`, or :class:`NoDate`: a draft is filled from what was typed, judged or not.
    """
    known = dict(told)
    rows: dict[str, tuple[str, ...]] = {}
    for one in service.fields:
        if one.type is FieldType.ROWS:
            rows[one.key] = _rows(one, values.get(one.key))
            known[one.key] = "; ".join(rows[one.key])
        else:
            known[one.key] = _shown(one, values.get(one.key))
    for item in service.items:
        known[f"items.{item.code}"] = ATTACHED if item.code in held else NOT_ATTACHED
    for name, text in known.items():
        if MARK in text:
            raise NotFillable(name.removeprefix(SUBJECT))
    lines = []
    for line in letter.lines:
        listed = rows.get(line.value[1:-1]) if line.value.startswith("{") else None
        lines.append(FilledLine(_put(line.label, known), "" if listed else _put(line.value, known), listed or ()))
    return Filled(
        title=_put(letter.title, known),
        intro=_put(letter.intro, known),
        lines=tuple(lines),
        closing=_put(letter.closing, known),
        open=tuple(f"${{{name}}}" for name in letter.placeholders),
        numbered=letter.numbered,
    )


def _put(text: str, known: Mapping[str, str]) -> str:
    """One pass, so that braces in a value are only characters; placeholders stay, and no two values make one."""
    filled = _TOKEN.sub(lambda found: found[0] if found[1] else known.get(found[2], ""), text)
    if filled.count(MARK) != text.count(MARK):
        raise NotFillable(text)
    return filled


def _shown(one: Field, value: Any) -> str:
    if value is None:
        return ""
    if one.type is FieldType.CHOICE:
        return next((option.label for option in one.options if option.value == value), str(value))
    if one.type is FieldType.DATE:
        try:
            day = date.fromisoformat(value)
        except (TypeError, ValueError):
            raise NoDate(one.label) from None
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return str(value)


def _rows(one: Field, value: Any) -> tuple[str, ...]:
    found = []
    for row in value or ():
        cells = [str(row.get(column.key) or "") for column in one.columns]
        found.append(", ".join(cell for cell in cells if cell))
    return tuple(found)
