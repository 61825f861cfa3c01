"""Writing a case: values, rows, items. Fields merge while the applicant holds it, then it is locked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from backend.applications import bodies
from backend.applications.models import (
    Application,
    ApplicationField,
    ApplicationItem,
    ApplicationRow,
    DocumentVersion,
)
from backend.applications.ports import Ports
from backend.applications.rules.definition import FieldType, Owner
from backend.applications.rules.definition import Item as ChecklistItem
from backend.applications.rules.marks import Mark, Marked, is_carried, may_write
from backend.applications.rules.placeholders import entry_faults
from backend.applications.rules.states import Part, State
from backend.applications.service.noting import note
from backend.applications.service.reopening import open_lacks
from backend.applications.service.rights import OWN, parts_of
from backend.applications.service.showing import show_case, show_document, show_item, show_row, show_values
from backend.applications.service.stored import (
    SAFE,
    Whole,
    group_fields,
    item_id,
    locked,
    values_id,
    whole,
)
from backend.applications.service.subjects import look_again
from sync.answers import MESSAGES
from sync.errors import Refusal
from sync.ids import is_uuid
from sync.writing import Item, Writing

_OFFICE_WRITES = frozenset({State.CHECKED, State.VERIFIED, State.OUTSIDE})
MOST_ROWS = 300
"""So many rows of one field are kept, removed ones included; how many count is the definition's."""


def refuse_locked(all_: Whole, target: str) -> None:
    """Raises ``locked`` unless the applicant may change this field or item now."""
    if may_write(all_.state, target, {one.target for one in all_.open}):
        return
    now = all_.service.state_name(all_.state)
    raise Refusal("locked", f"Bagian ini terkunci pada tahap {now}. Tulisan Anda tetap tersimpan sebagai salinan.")


async def case_of(w: Writing, item: Item) -> Whole:
    """The case that a part names, locked."""
    return await whole(w, await locked(w, item.args.application))


def plays(all_: Whole, item: Item, w: Writing, parts: frozenset[Part]) -> bool:
    """Whether the actor plays one of the parts, by the case's record."""
    record = w.state(("application", all_.app.id))
    return record is not None and bool(parts_of(item.actor, record.body) & parts)


async def open_values(w: Writing, item: Item) -> None:
    """What must hold before a group is merged into: the case takes this person's writing there."""
    args: bodies.WriteArgs = item.args
    group = args.group or (item.current.body["group"] if item.current is not None else "")
    if item.record != values_id(args.application, group):
        raise Refusal("not_found", MESSAGES["not_found"])
    all_ = await case_of(w, item)
    fields = group_fields(all_.service, group)
    if not fields:
        raise Refusal("invalid", f"Kelompok isian ini tidak ada pada layanan ini. {SAFE}")
    if fields[0].owner is Owner.OFFICER:
        if not plays(all_, item, w, frozenset({Part.VERIFIER, Part.ISSUER})):
            raise Refusal("forbidden", MESSAGES["forbidden"])
        if all_.state not in _OFFICE_WRITES:
            raise Refusal("locked", f"Isian petugas terkunci pada tahap ini. {SAFE}")
        return
    if not plays(all_, item, w, OWN):
        raise Refusal("forbidden", MESSAGES["forbidden"])
    if all_.state is State.DRAFT:
        return
    before = all_.groups[group].values if group in all_.groups else {}
    for key in {*before, *(args.values or {})}:
        if (args.values or {}).get(key) != before.get(key):
            refuse_locked(all_, key)
    if not any(may_write(all_.state, one.key, {row.target for row in all_.open}) for one in fields):
        refuse_locked(all_, group)


async def write(ports: Ports, w: Writing, item: Item) -> None:
    """``application.write``: one merge group, whole. Raises ``invalid`` for a placeholder or a foreign key."""
    args: bodies.WriteArgs = item.args
    all_ = await case_of(w, item)
    group = args.group or (item.current.body["group"] if item.current is not None else "")
    values = item.merged.get("values") or {}
    _check_values(all_, group, values)
    await _check_pictures(w, all_, group, values)
    row = all_.groups.get(group)
    old = dict(row.values) if row is not None else {}
    if row is None:
        row = ApplicationField(
            id=item.record, agency=w.agency, application=all_.app.id, group=group, values={}, at=w.now
        )
        w.session.add(row)
        all_.groups[group] = row
    row.values, row.by_name, row.at = dict(values), item.actor.name, w.now
    for one in all_.open:
        if old.get(one.target) != values.get(one.target):
            one.written_at = w.now
    await _settle(ports, w, all_)
    await show_values(w, all_, row)
    changed = {key for key in {*old, *values} if old.get(key) != values.get(key)}
    await note(
        w, all_, item.actor, "isi", object=group, old={key: old.get(key) for key in changed},
        new={key: values.get(key) for key in changed},
    )  # fmt: skip


def _check_values(all_: Whole, group: str, values: Mapping[str, Any]) -> None:
    known = {one.key for one in group_fields(all_.service, group)}
    foreign = sorted(set(values) - known)
    if foreign:
        raise Refusal("invalid", f"Isian tidak dikenal: {', '.join(foreign)}. {SAFE}")
    for key, value in values.items():
        if not (value is None or isinstance(value, str | int | float | bool)) or len(str(value)) > 4_000:
            raise Refusal("invalid", f"Nilai ini tidak dapat disimpan. {SAFE}", fields={key: "Periksa isian ini."})
    refuse_faults(entry_faults(all_.service, values))


async def _check_pictures(w: Writing, all_: Whole, group: str, values: Mapping[str, Any]) -> None:
    """A picture is a version of the subject's own document of that field."""
    for one in group_fields(all_.service, group):
        value = values.get(one.key)
        if one.type is not FieldType.IMAGE or not value:
            continue
        found = await w.session.get(DocumentVersion, value) if is_uuid(value) else None
        same = (w.agency, all_.app.subject, one.key)
        if found is None or (found.agency, found.subject, found.type) != same or found.erased_at is not None:
            raise Refusal("not_found", f"Gambar ini tidak ditemukan. {SAFE} Pilih berkasnya sekali lagi.")
        all_.documents[found.id] = found


def refuse_faults(faults: list[Any], code: str = "invalid") -> None:
    """Raises :class:`Refusal` with everything at once, each by its place."""
    if faults:
        said = " ".join(dict.fromkeys(one.text for one in faults))
        raise Refusal(code, f"{said} {SAFE}", fields={one.path: one.text for one in faults})


async def _settle(ports: Ports, w: Writing, all_: Whole) -> None:
    """What the header repeats of the values and of the subject, and the header itself."""
    await look_again(ports, w, all_)
    app, service = all_.app, all_.service
    values = all_.values()
    if service.periods is not None:
        app.period = str(values.get(service.periods.field) or "")[:7]
        app.kind = str(values.get(service.periods.kind) or "")[:60]
    if service.one_active:
        await claim_key(w, app)
    app.updated_at = w.now
    await w.session.flush()
    await open_lacks(w, all_)
    await show_case(w, all_)


async def claim_key(w: Writing, app: Application) -> None:
    """One case of a service at a time for a subject and period. Raises ``exists``."""
    key = f"{app.code}:{app.subject}:{app.period}"
    if app.active_key == key:
        return
    taken = await w.session.execute(
        select(col(Application.id)).where(
            col(Application.agency) == w.agency, col(Application.active_key) == key, col(Application.id) != app.id
        )
    )
    if taken.first() is not None:
        period = f" periode {app.period}" if app.period else ""
        raise Refusal("exists", f"{app.subject_name} sudah punya usul{period} yang berjalan. {SAFE} Buka usul itu.")
    app.active_key = key


async def open_row(w: Writing, item: Item) -> None:
    """The same for one row of a field of rows."""
    args: bodies.RowArgs = item.args
    all_ = await case_of(w, item)
    if item.current is not None and item.current.body["application"] != args.application:
        raise Refusal("not_found", MESSAGES["not_found"])
    key = item.current.body["field"] if item.current is not None else args.field or ""
    one = all_.service.field(key)
    if one is None or one.type is not FieldType.ROWS or (args.field is not None and args.field != key):
        raise Refusal("invalid", f"Daftar ini tidak ada pada layanan ini. {SAFE}")
    if not plays(all_, item, w, OWN):
        raise Refusal("forbidden", MESSAGES["forbidden"])
    refuse_locked(all_, key)


async def row(ports: Ports, w: Writing, item: Item) -> None:
    """``application.row``: begin a row, write in it, move or remove it."""
    args: bodies.RowArgs = item.args
    all_ = await case_of(w, item)
    found = next((one for one in all_.rows if one.id == item.record), None)
    key = found.field if found is not None else args.field or ""
    one = all_.service.field(key)
    assert one is not None
    if args.cells is not None and set(args.cells) - {column.key for column in one.columns}:
        raise Refusal("invalid", f"Kolom tidak dikenal. {SAFE}")
    refuse_faults(entry_faults(all_.service, {key: [args.cells or {}]}))
    old = {} if found is None else {"cells": found.cells, "order": found.order, "removed": found.removed}
    if found is None:
        if sum(1 for other in all_.rows if other.field == key) >= MOST_ROWS:
            raise Refusal("invalid", f"Paling banyak {MOST_ROWS} baris. {SAFE}")
        found = ApplicationRow(id=item.record, agency=w.agency, application=all_.app.id, field=key, at=w.now)
        w.session.add(found)
        all_.rows.append(found)
    for name in ("cells", "order", "removed"):
        if name in item.changes:
            setattr(found, name, item.changes[name])
    found.by_name, found.at = item.actor.name, w.now
    all_.rows.sort(key=lambda other: (other.order if other.order is not None else 1_000_001, other.id))
    for asked in all_.open:
        if asked.target == key:
            asked.written_at = w.now
    await _settle(ports, w, all_)
    await show_row(w, all_, found)
    await note(w, all_, item.actor, "isi", object=key, old=old, new=dict(item.changes))


async def open_item(w: Writing, item: Item) -> None:
    """The same for what an item points to."""
    args: bodies.AttachArgs = item.args
    code = args.item or (item.current.body["item"] if item.current is not None else "")
    if item.record != item_id(args.application, code):
        raise Refusal("not_found", MESSAGES["not_found"])
    all_ = await case_of(w, item)
    if all_.service.item(code) is None:
        raise Refusal("invalid", f"Dokumen ini tidak ada pada daftar syarat. {SAFE}")
    if not plays(all_, item, w, OWN):
        raise Refusal("forbidden", MESSAGES["forbidden"])
    refuse_locked(all_, code)


async def attach(ports: Ports, w: Writing, item: Item) -> None:
    """``application.attach``: point an item to a version of the subject's document, or to none."""
    args: bodies.AttachArgs = item.args
    all_ = await case_of(w, item)
    code = args.item or (item.current.body["item"] if item.current is not None else "")
    checklist = all_.service.item(code)
    assert checklist is not None
    version_id = item.merged.get("version")
    version = None if version_id is None else await _version(w, all_, checklist, version_id)
    found = all_.items.get(code)
    old = {} if found is None else {"version": found.version}
    if found is None:
        found = ApplicationItem(id=item.record, agency=w.agency, application=all_.app.id, item=code, at=w.now)
        w.session.add(found)
        all_.items[code] = found
    office = await ports.house.office(w.session, w.agency, w.now)
    carried = version is not None and carries(checklist, version, office.today)
    found.version = version_id
    found.reused = carried and version is not None and version.application != all_.app.id
    found.valid_until = version.valid_until if version is not None and found.reused else None
    found.by_name, found.at = item.actor.name, w.now
    if version is not None:
        all_.documents[version.id] = version
        await show_document(w, all_, version)
    await _settle(ports, w, all_)
    await show_item(w, all_, found)
    await note(w, all_, item.actor, "lampirkan", object=code, old=old, new={"version": version_id})


async def _version(w: Writing, all_: Whole, checklist: ChecklistItem, id: str) -> DocumentVersion:
    """A version of the same subject's document of that type whose content is still there; of another case only where
    it may be used again."""
    found = await w.session.get(DocumentVersion, id)
    same = found is not None and (found.agency, found.subject, found.type) == (
        w.agency, all_.app.subject, checklist.code
    )  # fmt: skip
    if (
        found is None
        or not same
        or found.erased_at is not None
        or (found.application != all_.app.id and not checklist.reusable)
    ):
        raise Refusal("not_found", f"Dokumen ini tidak ditemukan. {SAFE} Pilih berkasnya sekali lagi.")
    return found


def carries(checklist: ChecklistItem, version: DocumentVersion, today: date) -> bool:
    """Whether a version brings its *Sesuai* mark with it."""
    if version.fine_on is None:
        return False
    return is_carried(checklist, Marked(Mark.FINE, version.id, version.fine_on), version.id, today)
