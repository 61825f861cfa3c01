"""Making single accounts: the first HR admin of an agency, a colleague without an import, a party officer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import insert, select

from backend.audit import service as audit
from backend.identity.models import PERSON, ROLE_GRANT
from backend.identity.rules import names, numbers
from backend.identity.rules.roles import KINDS, ROLES, grant_fault
from backend.identity.service.grants import publish_grant
from backend.identity.service.people import insert_people, new_person, next_staff_code, publish_people
from backend.identity.service.tree import Tree
from sync.errors import Refusal
from sync.ids import uuid7
from sync.writing import Writing


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What is known of a new person. ``name`` as on letters, with titles; ``identifier`` a NIP, a staff code, an
    e-mail (party officers), or empty: then the next staff code is taken. ``unit`` and ``kecamatan`` are codes."""

    name: str
    identifier: str = ""
    kind: str = ""
    unit: str | None = None
    kecamatan: str | None = None
    position: str | None = None
    position_type: str | None = None
    roles: Sequence[str] = ()


async def create_account(w: Writing, tree: Tree, new: NewAccount) -> str:
    """Store and publish a person without password; roles hold on the root from today. The account's id.

    Raises :class:`Refusal` ``invalid`` with a sentence for each input, ``exists`` for a number in use.
    """
    today = tree.today(w.now)
    columns = await _columns(w, tree, new, today)
    faults = _role_faults(columns["kind"], new.roles, today)
    if faults:
        raise Refusal("invalid", " ".join(faults.values()), fields=faults)
    row = new_person(tree.agency, w.now, **columns)
    await insert_people(w.connection, [row], today)
    for role in new.roles:
        await grant_now(w, tree, row["id"], role, tree.root, today)
    await audit.record(
        w.connection, agency=tree.agency, actor=None, role="SYS", act="account.create", object_kind="account",
        object_id=row["id"], at=w.now, detail={"roles": list(new.roles)},
    )  # fmt: skip
    await publish_people(w, tree, [row["id"]])
    return str(row["id"])


async def grant_now(w: Writing, tree: Tree, person: str, role: str, unit: str, start: date) -> None:
    """Give a role without an HR admin: the first one, and demo data."""
    row = {
        "id": uuid7(), "agency": tree.agency, "person": person, "role": role, "unit": unit, "start": start,
        "end": None, "stand_in": False, "granted_by": None, "granted": w.now, "revoked": None,
    }  # fmt: skip
    await w.connection.execute(insert(ROLE_GRANT), [row])
    publish_grant(w, row, tree.unit_name(unit))


def _role_faults(kind: str, roles: Sequence[str], today: date) -> dict[str, str]:
    faults: dict[str, str] = {}
    for role in roles:
        faults |= grant_fault(kind=kind, role=role, start=today, end=None, stand_in=False)
        if role not in ROLES:
            faults["role"] = f"Peran {role} tidak dikenal. Pilihan: {', '.join(ROLES)}."
    return faults


async def _columns(w: Writing, tree: Tree, new: NewAccount, today: date) -> dict[str, Any]:
    front, name, back = names.split_titles(new.name)
    if not name:
        raise Refusal("invalid", "Nama wajib diisi.", fields={"name": "Nama wajib diisi."})
    found: dict[str, Any] = {"name": name, "front_title": front, "back_title": back}
    found |= await _number(w, tree, new, today)
    taken = [PERSON.c[column] == found[column] for column in ("nip", "staff_code", "email") if found.get(column)]
    for same in taken:
        if (await w.connection.execute(select(PERSON.c.id).where(PERSON.c.agency == tree.agency, same))).first():
            raise Refusal("exists", "Nomor atau email ini sudah dipakai di instansi ini.")
    by_code = {node.code: node for node in tree.nodes.values()}
    for column, code in (("unit", new.unit), ("kecamatan", new.kecamatan)):
        if code is None:
            continue
        node = by_code.get(code.strip().upper())
        if node is None:
            raise Refusal("invalid", f"Unit {code} tidak ada.", fields={column: f"Unit {code} tidak ada."})
        found[column] = node.id
    return found | {"position": new.position, "position_type": new.position_type}


async def _number(w: Writing, tree: Tree, new: NewAccount, today: date) -> dict[str, Any]:
    text = new.identifier.strip()
    if "@" in text or new.kind == "EXTERNAL":
        return {"kind": "EXTERNAL", "email": text}
    if not text or numbers.looks_like_staff_code(text):
        code = numbers.parse_staff_code(text) if text else await next_staff_code(w.connection, tree.agency)
        if code is None:
            sentence = "Kode pegawai salah ketik: angka terakhirnya tidak cocok."
            raise Refusal("invalid", sentence, fields={"identifier": sentence})
        return {"kind": "NON_ASN", "staff_code": code}
    nip = numbers.parse_nip(text, today)
    if not nip.ok:
        raise Refusal("invalid", nip.sentence, fields={"identifier": nip.sentence})
    if new.kind and new.kind != nip.kind:
        sentence = f"NIP ini milik {nip.kind}, bukan {new.kind}." if new.kind in KINDS else "Jenis tidak dikenal."
        raise Refusal("invalid", sentence, fields={"kind": sentence})
    return {"kind": nip.kind, "nip": nip.normalised}
