"""Editing an employee: what each field must be, what is logged, what is shown afterwards."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.audit import service as audit
from backend.identity.models import AGENCY, PERSON
from backend.identity.rules import numbers, phones
from backend.identity.rules.fields import FIELDS, POST_COLUMNS, SELF, SOURCE
from backend.identity.service.directory import Directory
from backend.identity.service.people import derived_columns, hold_tree, move_posts, publish_people
from backend.identity.service.tree import Tree
from backend.keys import Keys
from sync.errors import Refusal
from sync.writing import Item, Writing

Columns = dict[str, Any]
Faults = dict[str, str]
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+\Z")
_CHAIN = 30


class Employees:
    """Handlers of ``employee.*``. One a server."""

    def __init__(self, directory: Directory, keys: Keys) -> None:
        self.directory = directory
        self.keys = keys

    async def edit(self, w: Writing, item: Item) -> None:
        """Take over the fields that the merge lets through; raises ``invalid`` with a sentence for each field."""
        if item.current is None:
            raise Refusal("not_found", "Pegawai tidak ditemukan. Isian Anda tetap tersimpan untuk disalin.")
        if "superior" in item.changes:
            await hold_tree(w.connection, w.agency)
        query = select(PERSON).where(PERSON.c.id == item.record, PERSON.c.agency == w.agency).with_for_update()
        person = (await w.connection.execute(query)).mappings().one()
        tree = await self.directory.trees.get(w.connection, w.agency)
        columns = {FIELDS[wire].column: _value(item, wire) for wire in item.changes}
        columns, faults = await self._checked(w.connection, tree, person, columns, tree.today(w.now))
        if faults:
            listed = " ".join(dict.fromkeys(faults.values()))
            raise Refusal("invalid", f"{listed} Isian Anda tetap tersimpan; perbaiki lalu kirim lagi.", fields=faults)
        if not columns:
            return
        await self._store(w, tree, item, dict(person), columns)

    async def _store(self, w: Writing, tree: Tree, item: Item, person: Columns, columns: Columns) -> None:
        by_hr = [wire for wire in item.changes if FIELDS[wire].owner == SOURCE]
        corrected = sorted({*person["corrected"], *by_hr})
        await self._log(w, item, person, columns)
        follows = derived_columns(columns)
        editor = None if item.actor.account == item.record else item.actor.name or None
        values = {**columns, **follows, "corrected": corrected, "edited": w.now, "editor_name": editor}
        await w.connection.execute(update(PERSON).where(PERSON.c.id == item.record).values(**values))
        if any(name in columns for name in POST_COLUMNS):
            await move_posts(w.connection, w.agency, [{**person, **columns}], tree.today(w.now))
        touched = {item.record}
        if {"name", "front_title", "back_title"} & set(columns):
            reports = await w.connection.execute(select(PERSON.c.id).where(PERSON.c.superior == item.record))
            touched |= {row.id for row in reports}
        await publish_people(w, tree, touched)

    async def _checked(
        self, connection: AsyncConnection, tree: Tree, person: Mapping[Any, Any], columns: Columns, today: date
    ) -> tuple[Columns, Faults]:
        faults: Faults = {}
        if "name" in columns and not columns["name"]:
            faults["name"] = "Nama wajib diisi."
        if "status" in columns and not columns["status"]:
            faults["status"] = "Status wajib diisi."
        for name in ("front_title", "back_title"):
            if name in columns:
                columns[name] = columns[name] or ""
        _check_places(tree, columns, today, faults)
        _check_contact(columns, faults)
        if {"kind", "nip", "staff_code", "nip_reason"} & set(columns):
            await _check_number(connection, tree, person, columns, today, faults)
        if "superior" in columns:
            await _check_superior(connection, tree, person["id"], columns, faults)
        return {name: value for name, value in columns.items() if person[name] != value}, faults

    async def _log(self, w: Writing, item: Item, person: Columns, columns: Columns) -> None:
        entries = []
        for wire, field in FIELDS.items():
            if field.column not in columns:
                continue
            old, new = person[field.column], columns[field.column]
            # Erasing a contact must erase it: the log keeps only what proves a value that is shown again.
            hide = self._keyed if field.owner == SELF else _text
            detail = {"field": wire, "old": hide(old), "new": hide(new)}
            who = (w.agency, item.actor.account, item.actor.role)
            entries.append(audit.Entry("employee.correct", "employee", item.record, w.now, *who, detail=detail))
        await audit.record_many(w.connection, entries)

    def _keyed(self, value: Any) -> str | None:
        if value in (None, ""):
            return None
        return hmac.new(self.keys.lookup, f"log/{value}".encode(), hashlib.sha256).hexdigest()


def _value(item: Item, wire: str) -> Any:
    return getattr(item.args, FIELDS[wire].column)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _check_places(tree: Tree, columns: Columns, today: date, faults: Faults) -> None:
    for name, word in (("unit", "Unit"), ("kecamatan", "Kecamatan")):
        if columns.get(name) is None:
            continue
        node = tree.in_force(columns[name], today)
        if node is None or (name == "kecamatan" and node.type != "kecamatan"):
            faults[name] = f"{word} ini tidak ada atau sudah ditutup."


def _check_contact(columns: Columns, faults: Faults) -> None:
    if "phone" in columns:
        columns["phone"] = (columns["phone"] or "").strip() or None
        phone = phones.parse_phone(columns["phone"]) if columns["phone"] else None
        if phone is not None and phone.error:
            faults["phone"] = phones.PHONE_ERRORS[phone.error]
    if "email" in columns:
        columns["email"] = (columns["email"] or "").strip() or None
        if columns["email"] and not _EMAIL.match(columns["email"]):
            faults["email"] = "Alamat email tidak lengkap. Contoh: nama@contoh.id."


async def _check_number(
    connection: AsyncConnection, tree: Tree, person: Mapping[Any, Any], columns: Columns, today: date, faults: Faults
) -> None:
    """Kind, NIP and staff code hold together: a PNS has a PNS's number, a NON_ASN a staff code."""
    merged = {name: columns.get(name, person[name]) for name in ("kind", "nip", "staff_code", "nip_reason")}
    if merged["staff_code"]:
        code = numbers.parse_staff_code(merged["staff_code"])
        prefix = await connection.execute(select(AGENCY.c.staff_prefix).where(AGENCY.c.id == tree.agency))
        if code is None or not code.startswith(f"{prefix.scalar_one()}-"):
            faults["staffCode"] = "Kode pegawai salah ketik: awalan atau angka terakhirnya tidak cocok."
        columns["staff_code"] = code
    if merged["kind"] == "NON_ASN":
        if merged["nip"]:
            faults["nip"] = "Pegawai non-ASN tidak memakai NIP."
        if not merged["staff_code"]:
            faults["staffCode"] = "Pegawai non-ASN memerlukan kode pegawai."
    else:
        _check_nip(merged, columns, today, faults)
    for name, wire in (("nip", "nip"), ("staff_code", "staffCode")):
        if columns.get(name) and wire not in faults:
            same = (PERSON.c.agency == tree.agency, PERSON.c[name] == columns[name], PERSON.c.id != person["id"])
            if (await connection.execute(select(PERSON.c.id).where(*same))).first() is not None:
                faults[wire] = "Nomor ini sudah dipakai pegawai lain di instansi Anda."


def _check_nip(merged: Columns, columns: Columns, today: date, faults: Faults) -> None:
    nip = numbers.parse_nip(merged["nip"] or "", today)
    if not nip.ok:
        faults["nip"] = nip.sentence
    elif nip.kind != merged["kind"]:
        faults["kind"] = f"NIP ini milik {nip.kind}."
    elif nip.warnings and not (merged["nip_reason"] or "").strip():
        doubts = ", ".join(numbers.NIP_WARNINGS[code] for code in nip.warnings)
        faults["nipReason"] = f"NIP ini tidak lazim ({doubts}). Tulis alasannya bila memang benar."
    if nip.ok:
        columns["nip"] = nip.normalised


async def _check_superior(
    connection: AsyncConnection, tree: Tree, person: str, columns: Columns, faults: Faults
) -> None:
    """The superior is somebody of the agency, and nobody is above oneself. No superior: a root named by HR."""
    columns["root"] = columns["superior"] is None
    above, steps = columns["superior"], 0
    while above is not None and steps < _CHAIN:
        found = await connection.execute(
            select(PERSON.c.superior).where(PERSON.c.id == above, PERSON.c.agency == tree.agency)
        )
        row = found.first()
        if row is None and steps == 0:
            faults["superior"] = "Atasan tidak ditemukan di instansi ini."
        if above == person:
            faults["superior"] = "Seseorang tidak bisa menjadi atasan dirinya, langsung maupun lewat bawahannya."
        above, steps = (None if row is None or above == person else row.superior), steps + 1
