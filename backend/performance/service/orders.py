"""Decisions of HR about a plan: transfer, closing, another appraiser. Each names the version that HR read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from backend.performance import bodies
from backend.performance.models import Plan
from backend.performance.ports import Employee, Ports
from backend.performance.rules import plan as rules
from backend.performance.rules.plan import Status
from backend.performance.rules.words import written
from backend.performance.service.drafting import new_plan
from backend.performance.service.handover import hand_over
from backend.performance.service.showing import both_sides, show_plan, show_version, show_whole
from backend.performance.service.stored import (
    approved_versions,
    locked_plan,
    note,
    period_of,
    plan_id,
    version_row,
    whole,
)
from sync.clock import to_ms, wire
from sync.errors import Conflict, Refusal
from sync.writing import Item, Writing

KEPT = "Isian Anda masih ada; perbaiki lalu kirim lagi."


async def order(ports: Ports, w: Writing, items: Sequence[Item]) -> None:
    """``skp.order``: see :class:`backend.performance.bodies.OrderArgs`. One at a time: each is about another plan."""
    for item in items:
        args: bodies.OrderArgs = item.args
        plan = await locked_plan(w, args.plan)
        if plan.version != args.version:
            raise Conflict(["planVersion"], "SKP ini berubah sejak Anda membacanya. Baca lagi, lalu putuskan.")
        if plan.status in (Status.CLOSED, Status.FINAL):
            raise Refusal("state", f"SKP ini berstatus {plan.status}; tidak ada yang berubah.")
        if not written(args.reason):
            raise Refusal("invalid", f"Tulis alasannya. {KEPT}", fields={"reason": "Tulis alasannya."})
        before = plan.status
        if args.act == "penilai":
            await _reassign(ports, w, item, plan, await _superior(ports, w, plan, args.superior))
        else:
            await _close(ports, w, item, plan)
        await note(w, item, plan, args.act, before, args.reason, date=args.date.isoformat())
        body = bodies.OrderBody(
            plan=plan.id, act=args.act, date=args.date, reason=args.reason, by_name=item.actor.name,
            at=wire(to_ms(w.now)),
        )  # fmt: skip
        w.publish("skp_order", item.record, body, both_sides(plan) | {f"role:HRA@{plan.unit}"})


async def _superior(ports: Ports, w: Writing, plan: Plan, id: str | None) -> Employee:
    """The new superior; nobody stands above oneself, at any distance, whoever is moved at the same moment."""
    await ports.house.hold_tree(w, plan.person)
    found = (await ports.house.employees(w.session, w.agency, [id or ""])).get(id or "")
    if (
        found is None
        or plan.person == found.id
        or plan.person in await ports.house.chain(w.session, w.agency, found.id)
    ):
        sentence = "Atasan ini tidak ada, atau berada di bawah pegawai itu sendiri."
        raise Refusal("invalid", f"{sentence} {KEPT}", fields={"superior": sentence})
    return found


async def _reassign(ports: Ports, w: Writing, item: Item, plan: Plan, superior: Employee) -> None:
    await ports.house.move(w, item.actor, plan.person, superior.id)
    plan.appraiser, plan.appraiser_name, plan.root, plan.updated_at = superior.id, superior.name, False, w.now
    await w.session.flush()
    show_whole(w, await whole(w, plan))
    if plan.approved_version is not None:
        for version in await approved_versions(w, plan):
            show_version(w, plan, version)
        await hand_over(w, plan)


async def _close(ports: Ports, w: Writing, item: Item, plan: Plan) -> None:
    """Closed on its last day; a transfer opens the next plan of the year, with the form that the new post asks for."""
    args: bodies.OrderArgs = item.args
    if args.date > await ports.house.today(w.session, w.agency, w.now):
        sentence = "Tanggal ini belum tiba."
        raise Refusal("invalid", f"{sentence} {KEPT}", fields={"date": sentence})
    last = args.date - timedelta(days=1) if args.act == "pindah" else args.date
    if not plan.start <= last <= plan.end or (args.act == "pindah" and args.date > plan.end):
        sentence = "Tanggal harus di dalam periode SKP."
        raise Refusal("invalid", f"{sentence} {KEPT}", fields={"date": sentence})
    superior = await _superior(ports, w, plan, args.superior) if args.act == "pindah" else None
    if plan.status == Status.SUBMITTED:
        version = await version_row(w, plan, plan.version)
        if version is not None:
            version.outcome, version.decided_at = Status.CLOSED, w.now
    plan.status, plan.end, plan.closed_reason, plan.updated_at = Status.CLOSED, last, args.reason, w.now
    await w.session.flush()
    show_whole(w, await whole(w, plan))
    if superior is not None:
        await _open_next(ports, w, item, plan, superior)


async def _open_next(ports: Ports, w: Writing, item: Item, old: Plan, superior: Employee) -> None:
    await ports.house.move(w, item.actor, old.person, superior.id)
    me = (await ports.house.employees(w.session, w.agency, [old.person]))[old.person]
    period = await period_of(w, old)
    approach = old.approach if me.form == rules.JA_JF else rules.QUANTITATIVE
    plan = new_plan(w, plan_id(period.id, me.id, old.turn + 1), period, me, approach, old.turn + 1)
    plan.start = item.args.date
    w.session.add(plan)
    await w.session.flush()
    show_plan(w, plan)
