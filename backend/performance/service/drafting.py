"""Writing a plan: header, results, indicator rows. Fields merge while the employee holds it, then it is locked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlmodel import col

from backend.performance import bodies
from backend.performance.models import IndicatorRow, Period, Plan, WorkResult
from backend.performance.ports import Employee, Ports
from backend.performance.rules import plan as rules
from backend.performance.rules.plan import Status
from backend.performance.service.following import follow
from backend.performance.service.gate import approved_plan, gate_refusal
from backend.performance.service.showing import show_plan, show_result, show_row
from backend.performance.service.stored import (
    GONE,
    ROW_WRITTEN,
    WRITTEN,
    locked_plan,
    note,
    plan_id,
    whole,
)
from sync.answers import MESSAGES
from sync.errors import Conflict, Refusal
from sync.writing import Item, Writing

Part = TypeVar("Part", WorkResult, IndicatorRow)
REMOVED = "Bagian ini dihapus dari perangkat lain. Tulisan Anda tetap tersimpan; pulihkan atau biarkan terhapus."


def refuse_locked(plan: Plan, *, superior: bool = False) -> None:
    """Raises ``locked`` unless the plan may be written: by the employee as a draft, by the superior until approved."""
    if plan.status in rules.OPEN or (superior and plan.status == Status.SUBMITTED):
        return
    raise Refusal("locked", f"{rules.LOCKED[Status(plan.status)]} {rules.KEPT}")


async def open_header(w: Writing, item: Item) -> None:
    """What must hold before a header is merged into: the plan takes the employee's writing."""
    if item.current is not None:
        refuse_locked(await locked_plan(w, item.record))


async def open_for_superior(w: Writing, item: Item) -> None:
    """The same for the superior's fields."""
    refuse_locked(await locked_plan(w, item.record), superior=True)


async def open_part(w: Writing, item: Item) -> None:
    """The same for a result or a row. One that somebody removed meanwhile is a conflict unless it is to be restored."""
    body = item.current.body if item.current is not None else item.raw
    plan = await locked_plan(w, _named(body.get("plan")))
    if plan.person != item.actor.account:
        raise Refusal("not_found", GONE)  # whose plan is locked is nobody else's business
    refuse_locked(plan)
    if item.current is not None and body.get("removed") and item.raw.get("removed") is not False:
        raise Conflict(["removed"], REMOVED)


def _named(plan: Any) -> str:
    if not isinstance(plan, str):
        raise Refusal("invalid", "Sebutkan SKP-nya. Tulisan Anda tetap tersimpan.")
    return plan


async def draft(ports: Ports, w: Writing, item: Item) -> None:
    """``skp.draft``: begin the plan of a year, or write the employee's parts of the appendix.

    Raises ``invalid``, ``state`` (the gate ``buat``), ``not_found`` (no such year).
    """
    if item.current is None:
        plan = await _begun(ports, w, item)
    else:
        plan = await locked_plan(w, item.record)
        if item.changes.keys() & {"approach", "year", "form"}:
            raise Refusal("invalid", "Tahun dan pendekatan tidak diubah di sini. Tulisan Anda tetap tersimpan.")
    written = {name: value for name, value in item.changes.items() if name in rules.EMPLOYEES}
    plan.terms = {**plan.terms, **written}
    plan.updated_at = plan.changed_at = w.now
    await w.session.flush()
    show_plan(w, plan)


async def _begun(ports: Ports, w: Writing, item: Item) -> Plan:
    args: bodies.DraftArgs = item.args
    found = await w.session.execute(
        select(Period).where(col(Period.agency) == w.agency, col(Period.year) == (args.year or 0))
    )
    period = found.scalars().first()
    if period is None:
        raise Refusal("not_found", "Tahun ini belum dibuka admin instansi. Tulisan Anda tetap tersimpan untuk disalin.")
    me = (await ports.house.employees(w.session, w.agency, [item.actor.account])).get(item.actor.account)
    if me is None or item.record != plan_id(period.id, me.id):
        raise Refusal("not_found", MESSAGES["not_found"])  # as for somebody else's plan that is there
    if args.form is not None and args.form != me.form:
        raise Refusal("invalid", "Formulir mengikuti jabatan Anda, bukan pilihan. Tulisan Anda tetap tersimpan.")
    if period.gate == "buat" and not me.root:
        superior = await approved_plan(w, period.id, me.superior)
        if superior is None:
            raise gate_refusal(me, making=True)
    plan = new_plan(w, item.record, period, me, args.approach or rules.QUANTITATIVE)
    w.session.add(plan)
    await w.session.flush()
    await note(w, item, plan, "buat", "")
    return plan


def new_plan(w: Writing, id: str, period: Period, me: Employee, approach: str, turn: int = 1) -> Plan:
    """A draft; form and superior follow from what identity says today. Raises ``invalid`` for a foreign approach."""
    if me.unit is None:
        raise Refusal("invalid", "Unit pegawai belum terisi. Tulisan Anda aman. Minta admin instansi melengkapinya.")
    if me.form == rules.JPT and approach == rules.QUALITATIVE:
        raise Refusal("invalid", "Formulir JPT memakai indikator dan target. Tulisan Anda tetap tersimpan.")
    return Plan(
        id=id, agency=w.agency, period=period.id, year=period.year, person=me.id, person_name=me.name,
        unit=me.unit, unit_name=me.unit_name, position=me.position, turn=turn, form=me.form, approach=approach,
        appraiser=None if me.root else me.superior, appraiser_name="" if me.root else me.superior_name, root=me.root,
        status=Status.DRAFT, start=period.start, end=period.end, created_at=w.now, updated_at=w.now,
    )  # fmt: skip


async def expect(_ports: Ports, w: Writing, item: Item) -> None:
    """``skp.expect``: consequences and special expectations, the superior's."""
    plan = await locked_plan(w, item.record)
    plan.terms = {**plan.terms, **item.changes}
    plan.updated_at = plan.expected_at = w.now
    plan.expected_by, plan.expected_by_name = item.actor.account, item.actor.name
    await w.session.flush()
    show_plan(w, plan)


async def approach(_ports: Ports, w: Writing, item: Item) -> None:
    """``skp.approach``: quantitative or qualitative, with every row. Rows of the other approach are kept, unused."""
    args: bodies.ApproachArgs = item.args
    plan = await locked_plan(w, item.record)
    if plan.form == rules.JPT:
        raise Refusal("invalid", "Formulir JPT memakai indikator dan target. Tidak ada yang berubah.")
    before, plan.approach, plan.changed_at = plan.approach, args.approach, w.now
    all_ = await whole(w, plan)
    for row in all_.rows:
        row.approach, row.changed_at = args.approach, w.now
    await note(w, item, plan, "pendekatan", plan.status, detail={"from": before})
    await w.session.flush()
    show_plan(w, plan)
    for row in all_.rows:
        show_row(w, plan, row)


async def result(ports: Ports, w: Writing, item: Item) -> None:
    """``skp.rhk``: begin a result or write in it. A link names a result of the superior's plan of the same year."""
    args: bodies.RhkArgs = item.args
    _refuse_removal(item)
    if item.current is None:
        plan = await _own(w, item, args.plan)
        if args.kind is None:
            raise Refusal("invalid", "Pilih RHK utama atau tambahan. Tulisan Anda tetap tersimpan.")
        await _room_for(w, WorkResult, col(WorkResult.plan) == plan.id, rules.MAX_RESULTS)
        row = WorkResult(id=item.record, agency=w.agency, plan=plan.id, kind=args.kind)
        w.session.add(row)
    else:
        row = await _stored(w, WorkResult, item.record)
        plan = await locked_plan(w, row.plan)
    _take_over(w, row, item, args, WRITTEN)
    if "superiorRhk" in item.changes:
        await follow(ports, w, plan)
        await _link(w, plan, row)
    if row.agreement_item is not None and plan.form != rules.JPT:
        raise Refusal("invalid", "Butir perjanjian kinerja hanya untuk formulir JPT. Tulisan Anda tetap tersimpan.")
    await w.session.flush()
    show_result(w, await whole(w, plan), row)


async def _link(w: Writing, plan: Plan, row: WorkResult) -> None:
    """Check the link and keep what the superior's result says now."""
    row.superior_text, row.superior_version = None, None
    if row.superior_rhk is None:
        return
    query = (
        select(WorkResult, Plan)
        .join(Plan, col(Plan.id) == col(WorkResult.plan))
        .where(
            col(WorkResult.id) == row.superior_rhk, col(Plan.agency) == w.agency, col(Plan.period) == plan.period,
            col(Plan.person) == plan.appraiser, col(Plan.status).in_(rules.SHOWN_TO_TEAM),
        )
    )  # fmt: skip
    found = (await w.session.execute(query)).first()
    if found is None or found[0].removed:
        raise Refusal(
            "invalid", "RHK pimpinan ini tidak ada di SKP atasan Anda tahun ini. Tulisan Anda tetap tersimpan.",
            fields={"superiorRhk": "Pilih RHK pimpinan dari daftar."},
        )  # fmt: skip
    row.superior_text, row.superior_version = found[0].text, found[1].version


async def indicator(_ports: Ports, w: Writing, item: Item) -> None:
    """``skp.indicator``: begin a row or write in it, under the approach that the plan has."""
    args: bodies.IndicatorArgs = item.args
    _refuse_removal(item)
    if item.current is None:
        plan = await _own(w, item, args.plan)
        parent = await w.session.get(WorkResult, args.rhk or "", populate_existing=True)
        if parent is None or parent.plan != plan.id:
            raise Refusal("not_found", GONE)
        row = IndicatorRow(
            id=item.record, agency=w.agency, plan=plan.id, rhk=parent.id, approach=args.approach or plan.approach
        )
        await _room_for(w, IndicatorRow, col(IndicatorRow.rhk) == parent.id, rules.MAX_ROWS)
        w.session.add(row)
    else:
        row = await _stored(w, IndicatorRow, item.record)
        plan = await locked_plan(w, row.plan)
        parent = await _stored(w, WorkResult, row.rhk)
    if parent.removed:
        raise Conflict(["rhk"], REMOVED)
    _take_over(w, row, item, args, ROW_WRITTEN)
    if row.approach != plan.approach:
        raise Conflict(["approach"], "Pendekatan SKP diganti dari perangkat lain. Tulisan Anda tetap tersimpan.")
    await w.session.flush()
    show_row(w, plan, row)
    await _mark(w, plan, parent)


async def remove_result(_ports: Ports, w: Writing, item: Item) -> None:
    """``skp.rhk_remove``: marked as removed until the plan is submitted, so that an edit meanwhile is a conflict."""
    row = await _stored(w, WorkResult, item.record)
    row.removed, row.changed_at = True, w.now
    await w.session.flush()
    show_result(w, await whole(w, await locked_plan(w, row.plan)), row)


async def remove_row(_ports: Ports, w: Writing, item: Item) -> None:
    """``skp.indicator_remove``: the same for one row."""
    row = await _stored(w, IndicatorRow, item.record)
    row.removed, row.changed_at = True, w.now
    await w.session.flush()
    plan = await locked_plan(w, row.plan)
    show_row(w, plan, row)
    await _mark(w, plan, await _stored(w, WorkResult, row.rhk))


async def _mark(w: Writing, plan: Plan, parent: WorkResult) -> None:
    """A copied result says whether it is still unchanged; its rows decide too."""
    if parent.copied is not None:
        show_result(w, await whole(w, plan), parent)


async def _own(w: Writing, item: Item, plan: str | None) -> Plan:
    """The plan that a new part is for, if it is the author's."""
    found = await locked_plan(w, _named(plan))
    if found.person != item.actor.account:
        raise Refusal("not_found", GONE)
    return found


async def _stored(w: Writing, model: type[Part], id: str) -> Part:
    found = await w.session.get(model, id, populate_existing=True)
    if found is None:
        raise Refusal("gone", GONE)
    return found


async def _room_for(w: Writing, model: Any, where: Any, most: int) -> None:
    count = (await w.session.execute(select(func.count()).select_from(model).where(where))).scalar_one()
    if count >= most:
        raise Refusal("invalid", f"Paling banyak {most}. Gabungkan yang serupa. Tulisan Anda tetap tersimpan.")


def _refuse_removal(item: Item) -> None:
    if item.raw.get("removed") is True:
        raise Refusal("invalid", "Penghapusan dikirim sebagai langkah tersendiri. Tulisan Anda tetap tersimpan.")


def _take_over(w: Writing, row: Any, item: Item, args: Any, columns: tuple[str, ...]) -> None:
    """What the merge lets through, exactly as it was sent."""
    wires: Mapping[str, str] = {name: type(args).model_fields[name].alias or name for name in columns}
    for name, wire in wires.items():
        if wire in item.changes:
            setattr(row, name, getattr(args, name))
    row.changed_at = w.now
    if getattr(row, "kind", "") is None or getattr(row, "approach", "") is None:
        raise Refusal("invalid", "Jenis dan pendekatan tidak boleh kosong. Tulisan Anda tetap tersimpan.")
