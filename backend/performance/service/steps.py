"""The steps of a plan: submit, withdraw, approve, return, ask for a revision, confirm links, a root's decision."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import col

from backend.performance import bodies
from backend.performance.models import Agreement, AgreementItem, Plan, PlanVersion, WorkResult
from backend.performance.ports import Ports
from backend.performance.rules import plan as rules
from backend.performance.rules.plan import Status
from backend.performance.rules.words import written
from backend.performance.service import notices, renewing
from backend.performance.service.following import follow, refuse_former
from backend.performance.service.gate import approved_plan, gate_refusal
from backend.performance.service.showing import show_plan, show_version, show_whole
from backend.performance.service.stored import (
    Whole,
    content_of,
    locked_plan,
    note,
    unchanged_since,
    version_row,
    whole,
)
from sync.errors import Conflict, Refusal
from sync.ids import uuid7
from sync.writing import Item, Writing

OTHER_VERSION = "SKP ini sudah diajukan ulang dengan isi lain. Baca versi barunya, lalu putuskan lagi."


async def submit(ports: Ports, w: Writing, item: Item) -> None:
    """``skp.submit``: the plan as its author sees it goes to the appraiser and is locked.

    Raises ``state`` (not a draft; the gate, naming the superior) and ``invalid`` with a sentence for each RHK.
    """
    plan = await locked_plan(w, item.record)
    _expect(plan, rules.OPEN)
    await follow(ports, w, plan)
    me = (await ports.house.employees(w.session, w.agency, [plan.person]))[plan.person]
    superior = None
    if not plan.root:
        superior = await approved_plan(w, plan.period, plan.appraiser)
        if superior is None:
            raise gate_refusal(me, making=False)
    all_ = await whole(w, plan)
    faults = rules.submit_faults(await _draft(w, all_, superior))
    if faults:
        listed = " ".join(faults.values())
        raise Refusal("invalid", f"{listed} Draf aman. Lengkapi, lalu ajukan lagi.", fields=faults)
    before, plan.status, plan.version = plan.status, Status.SUBMITTED, plan.version + 1
    plan.submitted_at, plan.updated_at = w.now, w.now
    plan.returned_reason = ""
    w.session.add(PlanVersion(
        id=uuid7(), agency=w.agency, plan=plan.id, version=plan.version, content=content_of(all_),
        outcome=Status.SUBMITTED, submitted_at=w.now, appraiser=plan.appraiser,
    ))  # fmt: skip
    await note(w, item, plan, "ajukan", before)
    await _drop_removed(w, all_)
    show_whole(w, all_)
    await notices.submitted(w, ports, plan)


async def _draft(w: Writing, all_: Whole, superior: Plan | None) -> rules.Draft:
    plan = all_.plan
    items: frozenset[str] = frozenset()
    if plan.form == rules.JPT:
        items = await _fixed_items(w, plan)
    served = None
    if superior is not None and superior.approved_version is not None:
        version = await version_row(w, superior, superior.approved_version)
        served = frozenset(one["id"] for one in version.content["results"]) if version else frozenset()
    results = [
        rules.Result(
            id=one.id, kind=one.kind, text=one.text, perspective=one.perspective, agreement_item=one.agreement_item,
            superior_rhk=one.superior_rhk, ticked=bool(one.ticked),
            marked=unchanged_since(one, all_.rows_of(one)) is not None,
            rows=[rules.Row(r.aspect, r.indicator, r.target, r.narrative) for r in all_.rows_of(one)],
        )
        for one in all_.live()
    ]  # fmt: skip
    return rules.Draft(plan.form, plan.approach, plan.root, results, items, served)


async def _fixed_items(w: Writing, plan: Plan) -> frozenset[str]:
    """The items of the fixed *perjanjian kinerja* of the plan's unit and year."""
    i, a = AgreementItem, Agreement
    query = (
        select(col(i.id))
        .join(a, (col(a.unit) == col(i.unit)) & (col(a.year) == col(i.year)) & (col(a.agency) == col(i.agency)))
        .where(
            col(i.agency) == w.agency, col(i.unit) == plan.unit, col(i.year) == plan.year,
            col(i.removed).is_not(True),
        )
    )  # fmt: skip
    return frozenset((await w.session.execute(query)).scalars())


async def _drop_removed(w: Writing, all_: Whole) -> None:
    """What was removed goes for good: its author saw it gone when submitting."""
    gone = {one.id for one in all_.results if one.removed}
    for result in [one for one in all_.results if one.removed]:
        all_.results.remove(result)
        await w.session.delete(result)
        w.unpublish("skp_rhk", result.id)
    for row in [one for one in all_.rows if one.removed or one.rhk in gone]:
        all_.rows.remove(row)
        await w.session.delete(row)
        w.unpublish("skp_indicator", row.id)
    await w.session.flush()


async def withdraw(ports: Ports, w: Writing, item: Item) -> None:
    """``skp.withdraw``: back to the author before the appraiser decided."""
    plan = await locked_plan(w, item.record)
    _expect(plan, {Status.SUBMITTED})
    await _close_version(w, item, plan, "ditarik", "")
    before, plan.status, plan.updated_at = plan.status, Status.DRAFT, w.now
    await note(w, item, plan, "tarik", before)
    show_whole(w, await whole(w, plan))


async def approve(ports: Ports, w: Writing, item: Item) -> None:
    """``skp.approve``: the version that was read, and no other. Raises :class:`Conflict` for another one."""
    args: bodies.VersionArgs = item.args
    plan = await locked_plan(w, item.record)
    await _approve(ports, w, item, plan, args.version)


async def decide_root(ports: Ports, w: Writing, item: Item) -> None:
    """``skp.decide_root``: the plan of who stands below nobody is approved by entering the deciding document."""
    args: bodies.DecideRootArgs = item.args
    plan = await locked_plan(w, item.record)
    if not written(args.document):
        raise Refusal("invalid", "Isi nomor dokumen penetapan. Tidak ada yang berubah.")
    plan.document, plan.document_date = args.document.strip(), args.document_date
    await _approve(ports, w, item, plan, args.version)


async def _approve(ports: Ports, w: Writing, item: Item, plan: Plan, read: int) -> None:
    if plan.version != read:
        raise Conflict(["planVersion"], OTHER_VERSION)
    _expect(plan, {Status.SUBMITTED})
    await refuse_former(ports, w, plan)
    previous = None if plan.approved_version is None else await version_row(w, plan, plan.approved_version)
    version = await _close_version(w, item, plan, Status.APPROVED, "")
    if version.appraiser != plan.appraiser:
        await _refuse_foreign_links(w, plan)
    version.content = {**version.content, "terms": dict(plan.terms)}  # the superior writes until the approval
    before, plan.status = plan.status, Status.APPROVED
    plan.approved_at, plan.updated_at, plan.approved_version = w.now, w.now, plan.version
    plan.approved_by, plan.approved_by_name = item.actor.account, item.actor.name
    plan.revision_reason, plan.revision_asked_at, plan.review = "", None, []
    await note(w, item, plan, "setujui", before)
    await w.session.flush()
    show_whole(w, await whole(w, plan))
    show_version(w, plan, version)
    if previous is not None:
        await renewing.begin_anew(w, plan)
        await _flag(w, sorted(rules.changed_results(previous.content, version.content)))
    await notices.approved(w, plan)


async def _refuse_foreign_links(w: Writing, plan: Plan) -> None:
    """A plan that was submitted to somebody else serves that person's results: it goes back to be linked anew."""
    if plan.root or plan.form == rules.JPT:
        return
    superior = await approved_plan(w, plan.period, plan.appraiser)
    faults = rules.link_faults(await _draft(w, await whole(w, plan), superior))
    if faults:
        raise Refusal(
            "state", f"{' '.join(faults)} Diajukan kepada atasan sebelumnya. Kembalikan agar ditautkan ulang."
        )


async def _flag(w: Writing, results: Sequence[str]) -> None:
    """Plans that serve a result which was revised or withdrawn are to be looked at again; nothing else changes."""
    if not results:
        return
    query = select(WorkResult).where(col(WorkResult.agency) == w.agency, col(WorkResult.superior_rhk).in_(results))
    linked: dict[str, set[str]] = {}
    for one in (await w.session.execute(query)).scalars():
        linked.setdefault(one.plan, set()).add(one.id)
    await w.lock("skp", linked)  # before the plans, as every step does
    for id in sorted(linked):
        plan = await locked_plan(w, id)
        if plan.status == Status.CLOSED:
            continue
        plan.review = sorted({*plan.review, *linked[id]})
        await w.session.flush()
        show_plan(w, plan)
        await notices.to_review(w, plan)


async def give_back(ports: Ports, w: Writing, item: Item) -> None:
    """``skp.return``: with a reason; an approved plan only after its employee asked for a revision."""
    args: bodies.ReturnArgs = item.args
    plan = await locked_plan(w, item.record)
    if plan.version != args.version:
        raise Conflict(["planVersion"], OTHER_VERSION)
    asked = plan.status in (Status.APPROVED, Status.EVALUATED) and plan.revision_asked_at is not None
    if not asked:
        _expect(plan, {Status.SUBMITTED})
    if not written(args.reason):
        raise Refusal("invalid", "Tulis alasan pengembalian. Tidak ada yang berubah.")
    await refuse_former(ports, w, plan)
    if plan.status == Status.SUBMITTED:
        await _close_version(w, item, plan, Status.RETURNED, args.reason)
    before, plan.status, plan.returned_reason = plan.status, Status.RETURNED, args.reason
    plan.revision_asked_at, plan.revision_reason, plan.updated_at = None, "", w.now
    await note(w, item, plan, "kembalikan", before, args.reason)
    await w.session.flush()
    show_whole(w, await whole(w, plan))
    await notices.returned(w, plan)


async def revise(ports: Ports, w: Writing, item: Item) -> None:
    """``skp.revise``: the employee asks the appraiser to return an approved plan."""
    args: bodies.ReasonArgs = item.args
    plan = await locked_plan(w, item.record)
    _expect(plan, {Status.APPROVED, Status.EVALUATED})
    if not written(args.reason):
        raise Refusal("invalid", "Tulis alasan revisi. Tidak ada yang berubah.")
    plan.revision_reason, plan.revision_asked_at, plan.updated_at = args.reason, w.now, w.now
    await note(w, item, plan, "ajukan_revisi", plan.status, args.reason)
    await w.session.flush()
    show_plan(w, plan)
    await notices.revision_asked(w, ports, plan)


async def confirm(_ports: Ports, w: Writing, item: Item) -> None:
    """``skp.confirm``: the employee has looked; links and texts stay as they were."""
    plan = await locked_plan(w, item.record)
    if not plan.review:
        raise Refusal("state", "Tidak ada yang perlu ditinjau. Tidak ada yang berubah.")
    await note(w, item, plan, "tinjau", plan.status, results=list(plan.review))
    plan.review, plan.updated_at = [], w.now
    await w.session.flush()
    show_plan(w, plan)


async def _close_version(w: Writing, item: Item, plan: Plan, outcome: str, reason: str) -> PlanVersion:
    version = await version_row(w, plan, plan.version)
    assert version is not None
    version.outcome, version.reason, version.decided_at = outcome, reason, w.now
    version.decided_by, version.decided_by_name = item.actor.account, item.actor.name
    return version


def _expect(plan: Plan, wanted: frozenset[Status] | set[Status]) -> None:
    if plan.status not in wanted:
        raise Refusal(
            "state", f"SKP ini berstatus {plan.status}. Langkah ini tidak bisa sekarang; tidak ada yang hilang."
        )
