"""Whether one value fits its field, beyond what every form judges: rows, files, people, limits and named checks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from backend.applications.rules.definition import Column, Field, FieldType
from backend.applications.rules.fault import Fault
from backend.applications.rules.ranks import next_rank, read_rank

USUAL_MOST, MOST_ROWS = 1000, 100
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")


def faults(one: Field, value: Any, values: Mapping[str, Any]) -> list[Fault]:
    """What is wrong with a value that is not empty. ``values``: all of the case, for checks that compare."""
    path = f"fields.{one.key}"
    match one.type:
        case FieldType.ROWS:
            return list(_rows(one, value, path))
        case FieldType.IMAGE | FieldType.EMPLOYEE:
            fine = isinstance(value, str) and _ID.match(value)
            return [] if fine else [Fault(path, "VALUE", f"Pilih {one.label} sekali lagi.")]
        case FieldType.NUMBER:
            return [*_limits(one, value, path), *_checks(one, value, values, path)]
        case FieldType.DATE if not _is_plain_date(value):
            return [Fault(path, "VALUE", f"{one.label} ditulis seperti 2026-11-22.")]
        case _:
            return list(_checks(one, value, values, path))


def _is_plain_date(value: Any) -> bool:
    """Conditions compare dates as they are written, so there is one way to write them."""
    return isinstance(value, str) and date.fromisoformat(value).isoformat() == value


def _rows(one: Field, value: Any, path: str) -> Iterator[Fault]:
    if not isinstance(value, list) or not all(isinstance(row, Mapping) for row in value):
        yield Fault(path, "VALUE", f"{one.label} harus berupa baris.")
        return
    most = one.max or MOST_ROWS
    if len(value) > most:
        yield Fault(path, "VALUE", f"{one.label} paling banyak {most} baris. Anda menulis {len(value)}.")
    if one.min and len(value) < one.min:
        yield Fault(path, "VALUE", f"{one.label} sedikitnya {one.min} baris.")
    known = {column.key for column in one.columns} | {"id"}
    for place, row in enumerate(value, start=1):
        if set(row) - known:
            yield Fault(f"{path}[{place}]", "VALUE", f"Baris {place} memuat kolom yang tidak ada di formulir.")
        for column in one.columns:
            text = _cell(column, row.get(column.key), place)
            if text:
                yield Fault(f"{path}[{place}].{column.key}", "VALUE", text)


def _cell(column: Column, cell: Any, place: int) -> str:
    if cell is None:
        return ""
    if not isinstance(cell, str):
        return f"{column.label} baris {place} harus berupa teks."
    if len(cell) > column.max_length:
        return f"{column.label} baris {place} paling banyak {column.max_length} huruf. Anda menulis {len(cell)}."
    return ""


def _limits(one: Field, value: float, path: str) -> Iterator[Fault]:
    if one.min is not None and value < one.min:
        yield Fault(path, "VALUE", f"{one.label} sedikitnya {one.min}.")
    if one.max is not None and value > one.max:
        yield Fault(path, "VALUE", f"{one.label} paling banyak {one.max}.")


def _checks(one: Field, value: Any, values: Mapping[str, Any], path: str) -> Iterator[Fault]:
    for validator in one.validators:
        name, *others = validator.split(":")
        text = _check(name, one, value, [values.get(key) for key in others])
        if text:
            yield Fault(path, "VALUE", text)


def _check(name: str, one: Field, value: Any, others: list[Any]) -> str:
    match name:
        case "whole" if isinstance(value, float) and not value.is_integer():
            return f"{one.label} harus bilangan bulat."
        case "digits" if not (value.strip().isascii() and value.strip().isdigit()):
            return f"{one.label} hanya angka."
        case "first_of_month" if date.fromisoformat(value).day != 1:
            return f"{one.label} harus tanggal 1."
        case "rank" if read_rank(value) is None:
            return f"{one.label} ditulis seperti Penata (III/c)."
        case "next_rank" if read_rank(value) and not _follows(value, *others):
            return f"{one.label} bukan satu tingkat di atas golongan sekarang. Tulis alasannya bila memang begitu."
    return ""


def _follows(value: str, current: Any, reason: Any) -> bool:
    return bool(str(reason or "").strip()) or next_rank(str(current or "")) == read_rank(value)
