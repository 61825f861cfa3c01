"""What HR sets: years, performance agreements, acting appraisers, exemptions."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlmodel import col

from backend.identity.models import UNIT
from backend.performance import bodies
from backend.performance.models import Agreement, AgreementItem, Exemption, Period
from backend.performance.ports import Ports
from backend.performance.rules import plan as rules
from backend.performance.rules.words import written
from sync.clock import to_ms, wire
from sync.errors import Refusal
from sync.writing import Item, Writing

KEPT = "Isian Anda masih ada; perbaiki lalu simpan lagi."
ITEM_WRITTEN = ("unit", "year", "text", "indicator", "target", "order", "removed")


async def period(ports: Ports, w: Writing, item: Item) -> None:
    """``skp.period``: open a year or change its settings, for the whole agency. Raises ``invalid``, ``exists``,
    ``forbidden`` to who administers a part of it."""
    args: bodies.PeriodArgs = item.args
    if not item.actor.system and await ports.house.root(w.session, w.agency) not in item.actor.scope:
        raise Refusal("forbidden", f"Periode diatur admin seluruh instansi. {KEPT}")
    faults = rules.period_fault(args.year, args.start, args.end, args.due_on)
    row = await w.session.get(Period, item.record)
    if row is not None and row.agency != w.agency:
        raise Refusal("not_found", f"Periode ini tidak ditemukan. {KEPT}")
    taken = await w.session.execute(
        select(col(Period.id)).where(
            col(Period.agency) == w.agency, col(Period.year) == args.year, col(Period.id) != item.record
        )
    )
    if taken.first() is not None:
        raise Refusal("exists", f"Periode {args.year} sudah ada. {KEPT}")
    if row is not None and row.year != args.year:
        faults["year"] = "Tahun periode tidak bisa diganti."
    if faults:
        raise Refusal("invalid", f"{' '.join(faults.values())} {KEPT}", fields=faults)
    if row is None:
        row = Period(id=item.record, agency=w.agency, **args.model_dump())
        w.session.add(row)
    for name, value in args.model_dump().items():
        setattr(row, name, value)
    await w.session.flush()
    show_period(w, row)


def show_period(w: Writing, row: Period) -> None:
    """A year, to everybody of the agency."""
    names = bodies.PeriodBody.model_fields
    body = bodies.PeriodBody(**{name: getattr(row, name) for name in names})
    w.publish("skp_period", row.id, body, {f"agency:{w.agency}"})


async def open_agreement(w: Writing, item: Item) -> None:
    """What must hold before an item is merged into. Raises ``locked`` once the agreement is fixed."""
    row = await w.session.get(AgreementItem, item.record)
    if row is not None and row.agency != w.agency:
        raise Refusal("not_found", f"Butir ini tidak ditemukan. {KEPT}")
    await _alone(w, row.unit if row is not None else item.args.unit)
    unit, year = (row.unit, row.year) if row is not None else (item.args.unit, item.args.year)
    if await _fixed(w, unit, year):
        raise Refusal("locked", f"Perjanjian kinerja ini sudah ditetapkan. {rules.KEPT}")


async def _alone(w: Writing, unit: str | None) -> None:
    """Let items of a unit be written and fixed one after the other."""
    await w.session.execute(select(UNIT.c.id).where(UNIT.c.id == unit).with_for_update())


async def agreement_item(ports: Ports, w: Writing, item: Item) -> None:
    """``skp.agreement_item``: begin an item or write in it."""
    args: bodies.AgreementItemArgs = item.args
    row = await w.session.get(AgreementItem, item.record)
    if row is None:
        today = await ports.house.today(w.session, w.agency, w.now)
        if (
            args.unit is None
            or args.year is None
            or await ports.house.unit_name(w.session, w.agency, args.unit, today) is None
        ):
            raise Refusal("invalid", f"Unit dan tahun perlu diisi. {KEPT}")
        row = AgreementItem(id=item.record, agency=w.agency, unit=args.unit, year=args.year)
        w.session.add(row)
    for name in ("text", "indicator", "target", "order", "removed"):
        if name in item.changes:
            setattr(row, name, getattr(args, name))
    row.changed_by, row.changed_by_name, row.changed_at = item.actor.account, item.actor.name, w.now
    await w.session.flush()
    show_item(w, row, fixed=False)


def show_item(w: Writing, row: AgreementItem, *, fixed: bool) -> None:
    """An item, to who works at the unit and to HR."""
    said = {name: getattr(row, name) for name in ITEM_WRITTEN}
    body = bodies.AgreementItemBody(
        **said, fixed=fixed, changed_by=row.changed_by, changed_by_name=row.changed_by_name or None,
        changed_at=row.changed_at and wire(to_ms(row.changed_at)),
    )  # fmt: skip
    w.publish("skp_agreement_item", row.id, body, unit_audiences(row.unit))


def unit_audiences(unit: str) -> set[str]:
    """Who works at a unit, its head, and HR over it."""
    return {f"area:{unit}", f"head:{unit}", f"role:HRA@{unit}"}


async def _fixed(w: Writing, unit: str | None, year: int | None) -> bool:
    query = select(col(Agreement.id)).where(
        col(Agreement.agency) == w.agency, col(Agreement.unit) == unit, col(Agreement.year) == year
    )
    return (await w.session.execute(query)).first() is not None


async def fix_agreement(ports: Ports, w: Writing, item: Item) -> None:
    """``skp.agreement_fix``: the dated document; the items stay as they are from now on."""
    args: bodies.AgreementFixArgs = item.args
    today = await ports.house.today(w.session, w.agency, w.now)
    name = await ports.house.unit_name(w.session, w.agency, args.unit, today)
    if name is None or not written(args.document):
        raise Refusal("invalid", f"Unit dan nomor dokumen perlu diisi. {KEPT}")
    await _alone(w, args.unit)
    if item.current is not None or await _fixed(w, args.unit, args.year):
        raise Refusal("exists", "Perjanjian kinerja unit dan tahun ini sudah ditetapkan.")
    query = select(AgreementItem).where(
        col(AgreementItem.agency) == w.agency, col(AgreementItem.unit) == args.unit,
        col(AgreementItem.year) == args.year,
    )  # fmt: skip
    items = (await w.session.execute(query)).scalars().all()
    live = [one for one in items if not one.removed]
    if not live or any(not written(one.text) for one in live):
        raise Refusal("invalid", f"Perjanjian kinerja perlu minimal satu butir, dan setiap butir berisi. {KEPT}")
    row = Agreement(
        id=item.record, agency=w.agency, unit=args.unit, year=args.year, document=args.document.strip(),
        document_date=args.document_date, fixed_at=w.now, fixed_by_name=item.actor.name,
    )  # fmt: skip
    w.session.add(row)
    for one in items:
        if one.removed:
            await w.session.delete(one)
            w.unpublish("skp_agreement_item", one.id)
        else:
            show_item(w, one, fixed=True)
    await w.session.flush()
    body = bodies.AgreementBody(
        unit=row.unit, unit_name=name, year=row.year, document=row.document, document_date=row.document_date,
        fixed_at=wire(to_ms(row.fixed_at)), fixed_by_name=row.fixed_by_name,
    )  # fmt: skip
    w.publish("skp_agreement", row.id, body, unit_audiences(row.unit))


async def acting(ports: Ports, w: Writing, item: Item) -> None:
    """``skp.acting``: from the first to the last day somebody appraises in another's place."""
    args: bodies.ActingArgs = item.args
    people = await ports.house.employees(w.session, w.agency, [args.appraiser, args.acting])
    faults = {}
    strange = [one for one in people.values() if one.unit not in item.actor.scope]
    if args.appraiser == args.acting or len(people) != 2 or strange:
        faults["acting"] = "Pilih pegawai lain dari instansi ini."
    if args.to < args.from_:
        faults["to"] = "Tanggal selesai mendahului tanggal mulai."
    if item.current is not None:
        raise Refusal("exists", "Penugasan ini sudah ada.")
    if faults:
        raise Refusal("invalid", f"{' '.join(faults.values())} {KEPT}", fields=faults)
    boss, stand_in = people[args.appraiser], people[args.acting]
    await ports.house.stand_in(w.session, w.agency, item.record, args.acting, args.appraiser, args.from_, args.to)
    body = bodies.ActingBody(
        appraiser=boss.id, appraiser_name=boss.name, acting=stand_in.id, acting_name=stand_in.name,
        unit=boss.unit or "", from_=args.from_, to=args.to,
    )  # fmt: skip
    w.publish("skp_acting", item.record, body, {f"person:{boss.id}", f"person:{stand_in.id}", f"role:HRA@{boss.unit}"})


async def end_acting(ports: Ports, w: Writing, item: Item) -> None:
    """``skp.acting_end``: it ends now."""
    if not await ports.house.end_stand_in(w.session, w.agency, item.record):
        raise Refusal("gone", "Penugasan ini sudah berakhir.")
    w.unpublish("skp_acting", item.record)


async def exempt(ports: Ports, w: Writing, item: Item) -> None:
    """``skp.exempt``: who owes no plan leaves the denominator of the roster and is listed apart."""
    args: bodies.ExemptArgs = item.args
    person = (await ports.house.employees(w.session, w.agency, [args.person])).get(args.person)
    if person is None or person.unit not in item.actor.scope:
        raise Refusal("not_found", f"Pegawai tidak ditemukan. {KEPT}")
    if args.to is not None and args.to < args.from_:
        sentence = "Tanggal selesai mendahului tanggal mulai."
        raise Refusal("invalid", f"{sentence} {KEPT}", fields={"to": sentence})
    if item.current is not None:
        raise Refusal("exists", "Pengecualian ini sudah ada.")
    w.session.add(Exemption(
        id=item.record, agency=w.agency, person=person.id, reason=args.reason, note=args.note, start=args.from_,
        end=args.to, by_name=item.actor.name, at=w.now,
    ))  # fmt: skip
    await w.session.flush()
    body = bodies.ExemptionBody(
        person=person.id, person_name=person.name, unit=person.unit or "", reason=args.reason, note=args.note,
        from_=args.from_, to=args.to,
    )  # fmt: skip
    w.publish("skp_exemption", item.record, body, {f"person:{person.id}", f"role:HRA@{person.unit}"})


async def end_exemption(ports: Ports, w: Writing, item: Item) -> None:
    """``skp.exempt_end``: the person owes a plan again from today; a past one stays as it was."""
    row = await w.session.get(Exemption, item.record)
    today: date = await ports.house.today(w.session, w.agency, w.now)
    if row is None or (row.end is not None and row.end < today):
        raise Refusal("gone", "Pengecualian ini sudah berakhir.")
    if row.start >= today:
        await w.session.delete(row)
    else:
        row.end = date.fromordinal(today.toordinal() - 1)
    await w.session.flush()
    w.unpublish("skp_exemption", item.record)
