"""Texts that are nobody's data (*Nama Anda*, ``...``), and placeholders of letters that must not come from people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from backend.applications.rules.conditions import is_empty
from backend.applications.rules.definition import Field, FieldType, Service
from backend.applications.rules.fault import Fault
from backend.applications.rules.visible import visible

USUAL_GUARD = (
    "anda", "nama anda", "nama partai anda", "partai anda", "pejabat", "jabatan pejabat", "contoh", "tes", "test",
    "xxx",
)  # fmt: skip
"""The list that a service starts with; its definition holds its own."""
MARK = "${"
_GUARDED = (FieldType.TEXT, FieldType.ROWS)


def is_stand_in(text: str, words: Iterable[str]) -> bool:
    """Whether a text equals one of the words (outer and repeated spaces and case ignored) or is punctuation only."""
    plain = _plain(text)
    if not plain:
        return False
    return plain in {_plain(word) for word in words} or not any(letter.isalnum() for letter in plain)


def guard_faults(service: Service, values: Mapping[str, Any]) -> list[Fault]:
    """At *kirim* and at *verifikasi*: every field that holds a stand-in, and every row that lacks a required cell.
    A service without words has no guard; its rows are judged all the same."""
    found: list[Fault] = []
    for one in service.fields:
        if one.type not in _GUARDED:
            continue
        for path, label, text in _texts(one, values.get(one.key)):
            if service.guard and is_stand_in(text, service.guard):
                found.append(Fault(path, "STAND_IN", f"'{text.strip()[:60]}' pada {label} masih teks contoh."))
        if one.type is FieldType.ROWS:
            found.extend(_gaps(one, values.get(one.key)))
    return found


def entry_faults(service: Service, values: Mapping[str, Any]) -> list[Fault]:
    """When something is written: a text that looks like ``${`` is refused, because a letter, or whoever reads it,
    would take it for a placeholder."""
    return [
        Fault(path, "PLACEHOLDER", f"{label} memuat '${{'. Tanda ini khusus naskah dinas; hapus tanda itu.")
        for one in service.fields
        for path, label, text in _texts(one, values.get(one.key))
        if holds_mark(text)
    ]


def holds_mark(text: str) -> bool:
    """Whether a text shows the mark of a placeholder, in full width or with invisible signs between, too."""
    return MARK in visible(text)


def left_in(text: str, names: Iterable[str]) -> list[str]:
    """Placeholders that stand in the text of a file that should be signed, whatever spaces its PDF put between."""
    packed = re.sub(r"\s+", "", visible(text)).casefold()
    return [name for name in names if f"${{{name}}}".casefold() in packed]


def _plain(text: str) -> str:
    return " ".join(visible(text).split()).casefold()


def _texts(one: Field, value: Any) -> Iterator[tuple[str, str, str]]:
    """Every text of a field: its place, its label for people, itself."""
    if isinstance(value, str):
        yield f"fields.{one.key}", one.label, value
    elif isinstance(value, Sequence):
        for place, row in enumerate(value, start=1):
            if not isinstance(row, Mapping):
                continue
            for column in one.columns:
                cell = row.get(column.key)
                if isinstance(cell, str):
                    yield f"fields.{one.key}[{place}].{column.key}", f"{column.label} baris {place}", cell


def _gaps(one: Field, value: Any) -> Iterator[Fault]:
    for place, row in enumerate(value if isinstance(value, Sequence) else (), start=1):
        for column in one.columns:
            if column.required and (not isinstance(row, Mapping) or is_empty(row.get(column.key))):
                yield Fault(
                    f"fields.{one.key}[{place}].{column.key}", "MISSING", f"{column.label} baris {place} masih kosong."
                )
