"""Turns of duty at a site: entered by the coordinator, or begun and ended at the kiosk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from backend.identity.models import PERSON
from backend.identity.rules.names import full_name
from backend.identity.rules.roles import CLOSED_STATUSES
from backend.ratings.kiosk_bodies import EnterShiftArgs, ShiftBody, SignOnArgs
from backend.ratings.models import RatingShift
from backend.ratings.rules.duty import OPEN_SHIFT, Turn, shift_fault
from sync.clock import from_ms, parse_wire, to_ms, wire
from sync.writing import Item, Writing

STRANGER = "Pegawai ini tidak ada di instansi ini."
KEPT = timedelta(days=2)
"""Tablets hold turns that ended less than so long ago: what they have not sent yet still names them."""


LOOKED_AT = timedelta(days=30)
"""What began longer ago has left the tablets at one of the looks before."""


async def enter(w: Writing, items: Sequence[Item]) -> None:
    """``shift.enter``: turns of officers, by the coordinator; refused with what is wrong."""
    people = await _people(w.connection, w.agency, [item.args.person for item in items])
    rows = []
    for item in await _newcomers(w, items):
        args: EnterShiftArgs = item.args
        start, end = (from_ms(parse_wire(text) or 0) for text in (args.start, args.end))
        fault = shift_fault(start, end, item.made)
        if args.person not in people:
            fault = STRANGER
        if fault:
            item.lose("invalid", f"{fault} Tidak ada yang berubah.")
        else:
            rows.append(_row(w, item, args.site, args.person, start, end, "KOR"))
    await _begin(w, rows, people)


async def sign_on(w: Writing, items: Sequence[Item]) -> None:
    """``shift.sign_on``: an officer begins a turn at the kiosk, at the tablet's evidenced time."""
    people = await _people(w.connection, w.agency, [item.args.person for item in items])
    rows = []
    for item in await _newcomers(w, items):
        args: SignOnArgs = item.args
        if args.person in people:
            rows.append(_row(w, item, item.actor.facts["site"], args.person, item.made, None, "kiosk"))
        else:
            item.lose("invalid", STRANGER)
    await _begin(w, rows, people)


async def sign_off(w: Writing, item: Item) -> None:
    """``shift.sign_off``: the turn ends at the tablet's evidenced time; one that has ended stays as it is."""
    query = select(RatingShift.__table__).where(col(RatingShift.id) == item.record)  # type: ignore[attr-defined]
    row = dict((await w.connection.execute(query)).mappings().one())
    if row["end"] is None:
        row["end"] = max(item.made, row["start"])
        change = update(RatingShift).where(col(RatingShift.id) == item.record).values(end=row["end"])
        await w.connection.execute(change)
    _publish(w, row, "" if item.current is None else str(item.current.body["name"]))


async def cancel(w: Writing, item: Item) -> None:
    """``shift.cancel``: the turn never counts; it leaves all screens, its row stays."""
    query = update(RatingShift).where(col(RatingShift.id) == item.record).values(cancelled=w.now)
    await w.connection.execute(query)
    w.unpublish("shift", item.record)


async def turns(connection: AsyncConnection, agency: str, site: str, at: datetime) -> list[Turn]:
    """The turns at a site that may be running at an instant (UTC), for :func:`backend.ratings.rules.duty.on_duty`."""
    s = RatingShift
    query = select(col(s.person), col(s.start), col(s.end)).where(
        col(s.agency) == agency, col(s.site) == site, col(s.cancelled).is_(None), col(s.start) <= at,
        or_(col(s.end) > at, col(s.end).is_(None) & (col(s.start) > at - OPEN_SHIFT)),
    )  # fmt: skip
    return [Turn(row.person, row.start, row.end) for row in await connection.execute(query)]


async def forget_old(w: Writing) -> int:
    """Take turns that ended a while ago off the tablets; says how many."""
    s = RatingShift
    old = w.now - KEPT
    query = select(col(s.id)).where(
        col(s.agency) == w.agency, col(s.start) > old - LOOKED_AT,
        or_(col(s.end) < old, col(s.end).is_(None) & (col(s.start) < old - OPEN_SHIFT)),
    )  # fmt: skip
    ids = list((await w.connection.execute(query)).scalars())
    held = await w.lock("shift", ids)
    gone = [id for id, record in held.items() if not record.deleted]
    for id in gone:
        w.unpublish("shift", id)
    return len(gone)


def _row(
    w: Writing, item: Item, site: str, person: str, start: datetime, end: datetime | None, source: str
) -> dict[str, Any]:
    by = None if item.actor.system else item.actor.account
    return {
        "id": item.record, "agency": w.agency, "site": site, "person": person, "start": start, "end": end,
        "source": source, "entered_by": by, "entered": w.now, "cancelled": None,
    }  # fmt: skip


async def _newcomers(w: Writing, items: Sequence[Item]) -> list[Item]:
    """Those whose record id nobody has used yet; the others are refused."""
    query = select(col(RatingShift.id)).where(col(RatingShift.id).in_([item.record for item in items]))
    taken = set((await w.connection.execute(query)).scalars())
    fresh = []
    for item in items:
        if item.record in taken:
            item.lose("exists", "Giliran ini sudah tercatat.")
        else:
            taken.add(item.record)
            fresh.append(item)
    return fresh


async def _begin(w: Writing, rows: list[dict[str, Any]], people: dict[str, str]) -> None:
    if not rows:
        return
    await w.connection.execute(insert(RatingShift), rows)
    for row in rows:
        _publish(w, row, people[row["person"]])


def _publish(w: Writing, row: dict[str, Any], name: str) -> None:
    body = ShiftBody(
        site=row["site"],
        person=row["person"],
        name=name,
        start=wire(to_ms(row["start"])),
        end=None if row["end"] is None else wire(to_ms(row["end"])),
        source=row["source"],
    )
    site = row["site"]
    w.publish("shift", row["id"], body, {f"area:{site}", f"role:KOR@{site}", f"role:TRK@{site}"})


async def _people(connection: AsyncConnection, agency: str, ids: Sequence[str]) -> dict[str, str]:
    p = PERSON.c
    query = select(p.id, p.front_title, p.name, p.back_title).where(
        p.agency == agency, p.id.in_(list(ids)), p.status.not_in(CLOSED_STATUSES)
    )
    rows = await connection.execute(query)
    return {row.id: full_name(row.front_title, row.name, row.back_title) for row in rows}
