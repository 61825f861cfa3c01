"""What a form definition may be, and whether values fit it. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

_KEY = re.compile(r"[a-z][A-Za-z0-9_]{0,39}\Z")
MAX_FIELDS = 100
TEXT_LIMIT = 4000
"""Longest text of a field that names no limit of its own, in code points."""


class FieldType(StrEnum):
    """How a field is asked for."""

    TEXT = "teks"
    LONG_TEXT = "teks_panjang"
    CHOICE = "pilihan"
    CHOICES = "pilihan_ganda"
    NUMBER = "angka"
    DATE = "tanggal"
    CHECK = "centang"


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can be chosen."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """One field. Lengths count code points after trimming; a choice without options takes any code (the
    options are agency data that the caller checks)."""

    key: str
    label: str
    type: FieldType
    required: bool = False
    min_length: int = 0
    max_length: int = TEXT_LIMIT
    options: tuple[Option, ...] = ()
    help: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """One version of a form."""

    code: str
    version: int
    title: str
    fields: tuple[Field, ...]


def definition_faults(fields: Sequence[Field]) -> list[str]:
    """What is wrong with a definition, as sentences for its author; empty if it may be published."""
    faults = []
    if not 0 < len(fields) <= MAX_FIELDS:
        faults.append(f"Formulir memuat 1 sampai {MAX_FIELDS} isian.")
    seen: set[str] = set()
    for field in fields:
        if not _KEY.match(field.key):
            faults.append(f"Kunci isian '{field.key}' hanya huruf, angka dan garis bawah, mulai dengan huruf kecil.")
        if field.key in seen:
            faults.append(f"Kunci isian '{field.key}' dipakai dua kali.")
        seen.add(field.key)
        if not field.label.strip():
            faults.append(f"Isian '{field.key}' belum berlabel.")
        if not 0 <= field.min_length <= field.max_length:
            faults.append(f"Batas panjang isian '{field.key}' terbalik.")
        if field.options and field.type not in (FieldType.CHOICE, FieldType.CHOICES):
            faults.append(f"Isian '{field.key}' bukan pilihan, tetapi punya daftar pilihan.")
        if len({option.value for option in field.options}) != len(field.options):
            faults.append(f"Pilihan isian '{field.key}' ada yang sama.")
    return faults


def validate(form: Form, values: Mapping[str, Any]) -> dict[str, str]:
    """Key to an Indonesian sentence for every value that does not fit; empty if all do."""
    known = {field.key: field for field in form.fields}
    faults = {key: "Isian ini tidak ada di formulir." for key in values if key not in known}
    for field in form.fields:
        fault = _fault(field, values.get(field.key))
        if fault is not None:
            faults[field.key] = fault
    return faults


def _fault(field: Field, value: Any) -> str | None:
    if value is None or value == "" or value == []:
        return f"Isi {field.label}. Isian lain aman." if field.required else None
    return _CHECKS[field.type](field, value)


def _text(field: Field, value: Any) -> str | None:
    if not isinstance(value, str):
        return f"{field.label} harus berupa teks."
    length = len(value.strip())
    if length == 0 and field.required:
        return f"Isi {field.label}. Isian lain aman."
    if length < field.min_length:
        return f"{field.label} minimal {field.min_length} huruf. Anda menulis {length}."
    if len(value) > field.max_length:
        return f"{field.label} paling banyak {field.max_length} huruf. Anda menulis {len(value)}. Tulisan aman."
    allowed = "\n\r\t" if field.type is FieldType.LONG_TEXT else ""
    if any(unicodedata.category(letter) in ("Cc", "Cs") and letter not in allowed for letter in value):
        return f"{field.label} memuat tanda yang tidak dapat dibaca. Ketik ulang bagian itu."
    return None


def _choice(field: Field, value: Any) -> str | None:
    if not isinstance(value, str) or (field.options and value not in {option.value for option in field.options}):
        return f"Pilih {field.label} dari daftar."
    return None


def _choices(field: Field, value: Any) -> str | None:
    if not isinstance(value, list) or any(_choice(field, one) for one in value):
        return f"Pilih {field.label} dari daftar."
    return None


def _number(field: Field, value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        return f"{field.label} harus berupa angka."
    return None


def _date(field: Field, value: Any) -> str | None:
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError):
        return f"{field.label} harus berupa tanggal."
    return None


def _check(field: Field, value: Any) -> str | None:
    if not isinstance(value, bool):
        return f"{field.label} harus dicentang atau tidak."
    return f"Centang {field.label}." if field.required and not value else None


_CHECKS = {
    FieldType.TEXT: _text,
    FieldType.LONG_TEXT: _text,
    FieldType.CHOICE: _choice,
    FieldType.CHOICES: _choices,
    FieldType.NUMBER: _number,
    FieldType.DATE: _date,
    FieldType.CHECK: _check,
}
