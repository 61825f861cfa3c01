"""Everything that is wrong with a definition, at once: fields, documents, conditions; steps and texts by their modules.

Each fault has a stable code, the place, and a sentence for the administrator who wrote the definition.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from backend.applications.rules import conditions
from backend.applications.rules.conditions import SUBJECT, Kind
from backend.applications.rules.definition import (
    FACTS,
    MB,
    Field,
    FieldType,
    Item,
    Owner,
    Service,
    known_names,
)
from backend.applications.rules.fault import Fault
from backend.applications.rules.flow_faults import flow_faults
from backend.applications.rules.text_faults import text_faults

VALIDATORS: Mapping[str, tuple[FieldType, int]] = {
    "first_of_month": (FieldType.DATE, 0),
    "rank": (FieldType.TEXT, 0),
    "next_rank": (FieldType.TEXT, 2),
    "digits": (FieldType.TEXT, 0),
    "whole": (FieldType.NUMBER, 0),
}
"""Named checks: the type that they fit, and how many other fields they name (``next_rank:CURRENT:REASON``). Patterns of
one's own are not taken: one can stop a server."""
FILE_TYPES = ("pdf", "jpeg", "png")
MOST_VERSION, MOST_MONTHS, MOST_TITLE = 100_000, 600, 200
MOST_FIELDS, MOST_ITEMS, MOST_ROWS, MOST_FILE, MOST_CELL = 100, 60, 100, 10 * MB, 1000
_FIELD_KEY = re.compile(r"[a-z][A-Za-z0-9_]{0,39}\Z")
_ITEM_CODE = re.compile(r"[A-Z][A-Z0-9_]{1,39}\Z")
_SERVICE_CODE = re.compile(r"[a-z][a-z0-9_]{1,29}\Z")


def faults(service: Service, roles: frozenset[str], torn: frozenset[str] = frozenset()) -> list[Fault]:
    """All faults, by place. ``roles``: the codes that can be granted. ``torn``: names and sections of parts that were
    unreadable and are reported already; what is missing because of them is no second fault."""
    known = known_names(service)
    found = [
        *_head(service),
        *_fields(service, torn),
        *_items(service),
        *_conditions(service, known, torn),
        *_circles(service),
        *flow_faults(service, roles, torn),
        *text_faults(service, known, torn),
    ]
    return sorted(set(found))


def repeated(names: Iterable[str]) -> list[str]:
    """Names that occur more than once."""
    return [name for name, count in Counter(names).items() if count > 1]


def _head(service: Service) -> Iterator[Fault]:
    if not _SERVICE_CODE.match(service.code):
        yield Fault("code", "BAD_KEY", "Kode layanan hanya huruf kecil, angka dan garis bawah, 2 sampai 30 tanda.")
    if not 1 <= service.version <= MOST_VERSION:
        yield Fault("version", "BAD_VERSION", f"Versi 1 sampai {MOST_VERSION}.")
    if not service.title.strip():
        yield Fault("title", "EMPTY_TEXT", "Judul layanan masih kosong.")
    if len(service.title) > MOST_TITLE:
        yield Fault("title", "TEXT_TOO_LONG", f"Judul layanan paling banyak {MOST_TITLE} huruf.")
    if len(service.fields) > MOST_FIELDS:
        yield Fault("fields", "TOO_MANY", f"Paling banyak {MOST_FIELDS} isian.")
    if len(service.items) > MOST_ITEMS:
        yield Fault("items", "TOO_MANY", f"Paling banyak {MOST_ITEMS} dokumen.")
    keys = {one.key for one in service.fields}
    for section, names in (
        ("fields", [one.key for one in service.fields]),
        ("items", [one.code for one in service.items]),
        ("letters", [one.code for one in service.letters]),
    ):
        for name in repeated(names):
            yield Fault(f"{section}.{name}", "DUPLICATE_KEY", f"'{name}' dipakai dua kali.")
    for name in sorted(keys & {one.code for one in service.items}):
        yield Fault(f"items.{name}", "DUPLICATE_KEY", f"'{name}' sudah dipakai sebuah isian.")


def _fields(service: Service, torn: frozenset[str]) -> Iterator[Fault]:
    keys = frozenset(one.key for one in service.fields) | torn
    for one in service.fields:
        path = f"fields.{one.key}"
        if not _FIELD_KEY.match(one.key):
            yield Fault(path, "BAD_KEY", "Kunci isian hanya huruf, angka dan garis bawah, mulai dengan huruf kecil.")
        if not one.label.strip():
            yield Fault(path, "EMPTY_TEXT", "Isian belum berlabel.")
        if one.fact and one.fact not in FACTS[service.subject]:
            yield Fault(f"{path}.fact", "UNKNOWN_FACT", f"Fakta subjek '{one.fact}' tidak ada. Periksa ejaannya.")
        if one.owner is Owner.IMPORT and not one.fact:
            yield Fault(f"{path}.fact", "FACT_MISSING", "Isian dari data kepegawaian harus menyebut faktanya (fact).")
        if one.min is not None and one.max is not None and one.min > one.max:
            yield Fault(path, "LIMIT_REVERSED", "Batas bawah isian melebihi batas atasnya.")
        if one.type is FieldType.ROWS and one.max is not None and one.max > MOST_ROWS:
            yield Fault(f"{path}.max", "TOO_MANY", f"Paling banyak {MOST_ROWS} baris.")
        yield from _choices(one, path)
        yield from _columns(one, path)
        yield from _validators(one, keys, path)
    yield from _groups(service.fields)


def _choices(one: Field, path: str) -> Iterator[Fault]:
    if one.type is FieldType.CHOICE and len(one.options) < 2:
        yield Fault(f"{path}.options", "OPTIONS_MISSING", "Isian pilihan memuat sedikitnya dua pilihan.")
    if one.type is not FieldType.CHOICE and one.options:
        yield Fault(f"{path}.options", "OPTIONS_STRAY", "Isian ini bukan pilihan, tetapi punya daftar pilihan.")
    for value in repeated(option.value for option in one.options):
        yield Fault(f"{path}.options", "DUPLICATE_KEY", f"Pilihan '{value}' ada dua kali.")
    for option in one.options:
        if not option.value.strip() or not option.label.strip():
            yield Fault(f"{path}.options", "EMPTY_TEXT", "Ada pilihan tanpa nilai atau tanpa label.")


def _columns(one: Field, path: str) -> Iterator[Fault]:
    if one.type is FieldType.ROWS and not one.columns:
        yield Fault(f"{path}.columns", "COLUMNS_MISSING", "Isian berbaris memuat sedikitnya satu kolom.")
    if one.type is not FieldType.ROWS and one.columns:
        yield Fault(f"{path}.columns", "COLUMNS_STRAY", "Hanya isian berbaris yang punya kolom.")
    for key in repeated(column.key for column in one.columns):
        yield Fault(f"{path}.columns.{key}", "DUPLICATE_KEY", f"Kolom '{key}' ada dua kali.")
    for column in one.columns:
        if not _FIELD_KEY.match(column.key) or column.key == "id":
            text = "Kunci kolom mulai dengan huruf kecil, tanpa spasi; 'id' dipakai untuk barisnya sendiri."
            yield Fault(f"{path}.columns.{column.key}", "BAD_KEY", text)
        if not 1 <= column.max_length <= MOST_CELL:
            yield Fault(f"{path}.columns.{column.key}", "OUT_OF_RANGE", f"Panjang sel 1 sampai {MOST_CELL} huruf.")
        if not column.label.strip():
            yield Fault(f"{path}.columns.{column.key}", "EMPTY_TEXT", "Kolom belum berlabel.")


def _validators(one: Field, keys: frozenset[str], path: str) -> Iterator[Fault]:
    for validator in one.validators:
        name, *others = validator.split(":")
        if name not in VALIDATORS:
            text = f"Pemeriksaan '{name}' tidak dikenal. Pilih: {', '.join(VALIDATORS)}."
            yield Fault(f"{path}.validators", "UNKNOWN_VALIDATOR", text)
            continue
        type, count = VALIDATORS[name]
        if one.type is not type:
            text = f"Pemeriksaan '{name}' tidak cocok untuk jenis {one.type}."
            yield Fault(f"{path}.validators", "UNKNOWN_VALIDATOR", text)
        if len(others) != count:
            text = f"Pemeriksaan '{name}' menyebut {count} isian lain, dipisah titik dua."
            yield Fault(f"{path}.validators", "UNKNOWN_VALIDATOR", text)
        for key in others:
            if key not in keys:
                yield Fault(f"{path}.validators", "UNKNOWN_FIELD", f"Isian '{key}' tidak ada. Periksa ejaannya.")


def _groups(fields: tuple[Field, ...]) -> Iterator[Fault]:
    owners: dict[str, set[Owner]] = {}
    for one in fields:
        if one.group:
            owners.setdefault(one.group, set()).add(one.owner)
    for group, who in owners.items():
        if not _FIELD_KEY.match(group):
            text = "Nama kelompok mulai dengan huruf kecil, tanpa spasi, paling banyak 40 tanda."
            yield Fault(f"fields.{group[:40]}", "BAD_KEY", text)
        if len(who) > 1:
            text = f"Isian kelompok '{group}' harus milik satu pihak, karena digabung sebagai satu."
            yield Fault(f"fields.{group}", "GROUP_OWNERS", text)


def _items(service: Service) -> Iterator[Fault]:
    letters = {letter.code for letter in service.letters}
    for one in service.items:
        path = f"items.{one.code}"
        if not _ITEM_CODE.match(one.code):
            yield Fault(path, "BAD_KEY", "Kode dokumen hanya huruf besar, angka dan garis bawah.")
        if not one.label.strip():
            yield Fault(path, "EMPTY_TEXT", "Dokumen belum berlabel.")
        yield from _files(one, path)
        if one.valid_months is not None and not one.reusable:
            yield Fault(
                f"{path}.valid_months", "VALID_WITHOUT_REUSE", "Masa berlaku hanya untuk dokumen yang dipakai ulang."
            )
        if one.valid_months is not None and not 1 <= one.valid_months <= MOST_MONTHS:
            yield Fault(f"{path}.valid_months", "OUT_OF_RANGE", f"Masa berlaku 1 sampai {MOST_MONTHS} bulan.")
        if one.must is not None and not one.must_text.strip():
            yield Fault(f"{path}.must_text", "EMPTY_TEXT", "Aturan (must) memerlukan kalimat alasan (must_text).")
        if one.letter and one.letter not in letters:
            yield Fault(f"{path}.letter", "UNKNOWN_LETTER", f"Naskah '{one.letter}' tidak ada.")


def _files(one: Item, path: str) -> Iterator[Fault]:
    if not one.types:
        yield Fault(f"{path}.types", "FILE_TYPE", "Sebut sedikitnya satu jenis berkas.")
    for type in one.types:
        if type not in FILE_TYPES:
            text = f"Jenis berkas '{type}' tidak diterima. Pilih: {', '.join(FILE_TYPES)}."
            yield Fault(f"{path}.types", "FILE_TYPE", text)
    if one.limit is not None and not 0 < one.limit <= MOST_FILE:
        yield Fault(f"{path}.limit", "FILE_LIMIT", f"Batas berkas 1 sampai {MOST_FILE} byte.")


def _all_conditions(service: Service) -> Iterator[tuple[str, Any, str]]:
    """Every condition with its place and the key of the field that it belongs to, if it is a field's."""
    for one in service.fields:
        if one.when is not None:
            yield f"fields.{one.key}.when", one.when, one.key
    for item in service.items:
        if item.when is not None:
            yield f"items.{item.code}.when", item.when, ""
        if item.must is not None:
            yield f"items.{item.code}.must", item.must, ""
    if service.confirm is not None:
        yield "confirm", service.confirm, ""


def _conditions(service: Service, known: Mapping[str, Kind], torn: frozenset[str]) -> Iterator[Fault]:
    for path, condition, _ in _all_conditions(service):
        yield from conditions.faults(condition, known, path, torn)
        if path == "confirm":
            continue
        # Judged when the applicant sends, before any officer has written anything.
        for name in sorted(conditions.names(condition)):
            one = service.field(name)
            if one is not None and one.owner is Owner.OFFICER:
                text = f"'{name}' baru diisi petugas sesudah kirim, jadi syarat ini tidak pernah diketahui saat kirim."
                yield Fault(path, "NEVER_KNOWN", text)
    if service.confirm is not None and not service.confirm_text.strip():
        yield Fault("confirm_text", "EMPTY_TEXT", "Konfirmasi petugas memerlukan kalimatnya (confirm_text).")


def _circles(service: Service) -> Iterator[Fault]:
    """A field that is asked for only depending on itself is never known, nor is what hangs on it."""
    needs = {
        one.key: {name for name in conditions.names(one.when) if not name.startswith(SUBJECT)}
        for one in service.fields
        if one.when is not None
    }
    for start in needs:
        reached: set[str] = set()
        waiting = list(needs[start])
        while waiting:
            name = waiting.pop()
            if name not in reached:
                reached.add(name)
                waiting.extend(needs.get(name, ()))
        if start in reached:
            text = f"Isian '{start}' bergantung pada dirinya sendiri, jadi tidak pernah diketahui."
            yield Fault(f"fields.{start}.when", "CONDITION_CYCLE", text)
