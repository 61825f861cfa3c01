"""Writing the guest register, and forgetting who was in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlmodel import col

from backend.identity.models import AGENCY, UNIT
from backend.visitors import rules
from backend.visitors.bodies import DepartArgs, DepartureBody, VisitArgs, VisitBody
from backend.visitors.models import GuestDeparture, GuestVisit
from sync.clock import Clock, from_ms, parse_wire, to_ms, wire
from sync.engine import SyncEngine
from sync.writing import Item, Writing

BATCH = 500


async def arrive(w: Writing, items: Sequence[Item]) -> None:
    """``visit.arrive``: guests as they came; a time of the tablet counts, but none in the future."""
    places = {item.args.kecamatan for item in items if item.args.kecamatan is not None}
    known = await w.session.execute(select(UNIT.c.id).where(UNIT.c.agency == w.agency, UNIT.c.id.in_(sorted(places))))
    kecamatan = set(known.scalars())
    taken = await _taken(w, GuestVisit, items)
    for item in items:
        args: VisitArgs = item.args
        at = _instant(args.at) or item.made
        said = rules.fault(args.name, args.origin, args.phone, args.purpose, args.age, at, w.now)
        if item.record in taken:
            item.lose("exists", "Tamu ini sudah dicatat. Isian Anda tetap tersimpan untuk disalin.")
        elif said is not None or len(args.served_by) > rules.NAME_MAX or not args.served_by.isprintable():
            item.lose("invalid", said or f"Nama petugas paling panjang {rules.NAME_MAX} huruf. Isian aman.")
        elif args.kecamatan is not None and args.kecamatan not in kecamatan:
            item.lose("invalid", "Kecamatan ini tidak dikenal. Isian aman. Pilih dari daftar.")
        else:
            taken.add(item.record)
            _store(w, item, min(at, w.now))
    await w.session.flush()


def _store(w: Writing, item: Item, at: datetime) -> None:
    args: VisitArgs = item.args
    counter = item.actor.unit or ""
    row = GuestVisit(
        id=item.record, agency=w.agency, counter=counter, name=args.name.strip(), origin=args.origin.strip(),
        phone=args.phone.strip(), purpose=args.purpose, age=args.age, kecamatan=args.kecamatan,
        served_by=args.served_by.strip() or item.actor.name, account=item.actor.account, at=at, arrived=w.now,
    )  # fmt: skip
    w.session.add(row)
    w.publish("guest_visit", row.id, _body(row), _readers(counter))


def _body(row: GuestVisit) -> VisitBody:
    return VisitBody(
        name=row.name, origin=row.origin, phone=row.phone, purpose=row.purpose, age=row.age, kecamatan=row.kecamatan,
        served_by=row.served_by, at=wire(to_ms(row.at)),
    )  # fmt: skip


def _readers(counter: str) -> set[str]:
    """The counter that wrote it, and the team's leader above it."""
    return {f"role:LKT@{counter}", f"role:KTM@{counter}"}


async def depart(w: Writing, items: Sequence[Item]) -> None:
    """``visit.depart``: the first departure of a visit counts; a later one is kept and changes nothing."""
    visits = {item.args.visit for item in items}
    found = await w.session.execute(
        select(GuestVisit).where(col(GuestVisit.agency) == w.agency, col(GuestVisit.id).in_(sorted(visits)))
    )
    rows = {row.id: row for row in found.scalars()}
    taken = await _taken(w, GuestDeparture, items)
    for item in items:
        args: DepartArgs = item.args
        visit = rows.get(args.visit)
        if item.record in taken or visit is None:
            item.lose("exists" if visit else "not_found", "Kepulangan ini tidak bisa dicatat. Muat daftar tamu lagi.")
            continue
        taken.add(item.record)
        at = max(visit.at, min(_instant(args.at) or item.made, w.now))
        w.session.add(
            GuestDeparture(id=item.record, agency=w.agency, visit=visit.id, account=item.actor.account, at=at)
        )
        body = DepartureBody(visit=visit.id, at=wire(to_ms(at)))
        w.publish("guest_departure", item.record, body, _readers(visit.counter))
    await w.session.flush()


async def _taken(w: Writing, model: type[GuestVisit] | type[GuestDeparture], items: Sequence[Item]) -> set[str]:
    found = await w.session.execute(select(col(model.id)).where(col(model.id).in_([item.record for item in items])))
    return set(found.scalars())


def _instant(text: str | None) -> datetime | None:
    ms = None if text is None else parse_wire(text)
    return None if ms is None else from_ms(ms)


class Forgetting:
    """The nightly pass: visits leave the tablets after 30 days, names and numbers are emptied after 12 months."""

    def __init__(self, engine: SyncEngine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock

    async def all(self) -> None:
        """Every agency, in portions."""
        async with self._engine.database.reading() as connection:
            agencies = (await connection.execute(select(AGENCY.c.id))).scalars().all()
        for agency in agencies:
            await self._leave(agency)
            await self._erase(agency)

    async def _leave(self, agency: str) -> None:
        """Visits of the day that passed the window tonight; a night that was missed is made good for a week."""
        last = self._clock.now() - rules.FEED
        window = (col(GuestVisit.arrived) < last, col(GuestVisit.arrived) >= last - 7 * rules.FEED / 30)
        async with self._engine.writing(agency) as w:
            found = await w.session.execute(
                select(col(GuestVisit.id), col(GuestDeparture.id))
                .outerjoin(GuestDeparture, col(GuestDeparture.visit) == col(GuestVisit.id))
                .where(col(GuestVisit.agency) == agency, *window)
            )
            rows = found.all()
            for kind, ids in (("guest_visit", {row[0] for row in rows}), ("guest_departure", {row[1] for row in rows})):
                held = await w.current(kind, [id for id in ids if id is not None])
                for id, record in held.items():
                    if not record.deleted:
                        w.unpublish(kind, id)

    async def _erase(self, agency: str) -> None:
        now = self._clock.now()
        named = or_(col(GuestVisit.name) != "", col(GuestVisit.phone) != "")
        while True:
            async with self._engine.writing(agency) as w:
                found = await w.session.execute(
                    select(GuestVisit)
                    .where(col(GuestVisit.agency) == agency, col(GuestVisit.at) < now - rules.NAMES_KEPT, named)
                    .limit(BATCH)
                )
                rows = list(found.scalars())
                for row in rows:
                    row.name, row.phone, row.erased = "", "", now
                    w.unpublish("guest_visit", row.id)
            if len(rows) < BATCH:
                return
