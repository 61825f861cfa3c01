"""The appraiser is the direct superior on the day: plans that nobody approved yet follow who that is now.

One that was approved keeps its appraiser until HR transfers the person or names another one (``skp.order``).
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import case, null, or_, select
from sqlmodel import col

from backend.identity.models import PERSON
from backend.jobs import service as jobs
from backend.performance.models import Plan, PlanEvent
from backend.performance.ports import Employee, Ports
from backend.performance.rules import plan as rules
from backend.performance.rules.plan import Status
from backend.performance.service import notices
from backend.performance.service.handover import hand_over
from backend.performance.service.showing import show_whole
from backend.performance.service.stored import locked_plan, whole
from sync.errors import Refusal
from sync.ids import uuid7
from sync.writing import Writing

JOB = "skp.follow"
AT_ONCE = 50
FOLLOWING = rules.OPEN | {Status.SUBMITTED}
"""States in which a plan that was never approved follows its employee's superior."""
MOVED = "Atasan langsung pegawai ini sudah berganti. SKP ini diputus atasan yang baru; tidak ada yang berubah."


async def people_changed(w: Writing) -> None:
    """Let the plans of an agency follow as soon as the change of its people is committed."""
    await jobs.schedule(w.session, JOB, w.agency, w.now, {}, w.agency)


async def follow_some(ports: Ports, w: Writing, after: str | None = None) -> str | None:
    """The next plans of an agency, by id, whose employee stands below somebody else now.

    Gives the last one's id while there may be more: a reorganisation moves thousands, and none holds them all.
    """
    p = PERSON.c
    superior = case((p.root.is_(True), null()), else_=p.superior)
    query = (
        select(col(Plan.id))
        .join(PERSON, p.id == col(Plan.person))
        .where(
            col(Plan.agency) == w.agency, col(Plan.approved_version).is_(None),
            col(Plan.status).in_(sorted(FOLLOWING)), or_(p.root.is_(True), p.superior.is_not(None)),
            or_(col(Plan.appraiser).is_distinct_from(superior), col(Plan.root) != p.root.is_(True)),
        )
    )  # fmt: skip
    if after is not None:
        query = query.where(col(Plan.id) > after)
    query = query.order_by(col(Plan.id)).limit(AT_ONCE)
    found: Sequence[str] = (await w.session.execute(query)).scalars().all()
    await w.lock("skp", found)
    for id in sorted(found):
        await follow(ports, w, await locked_plan(w, id))
    return found[-1] if len(found) == AT_ONCE else None


async def follow(ports: Ports, w: Writing, plan: Plan) -> None:
    """Give a plan that nobody approved yet to the direct superior of today; its form follows while it is a draft."""
    if plan.approved_version is not None or plan.status not in FOLLOWING:
        return
    me = (await ports.house.employees(w.session, w.agency, [plan.person])).get(plan.person)
    if me is None:
        return
    form = me.form if plan.status in rules.OPEN else plan.form
    if (_above(me), me.root, form) == (plan.appraiser, plan.root, plan.form):
        return
    moved = plan.appraiser != _above(me)
    plan.appraiser, plan.appraiser_name = _above(me), "" if me.root else me.superior_name
    plan.root, plan.form, plan.updated_at = me.root, form, w.now
    all_ = await whole(w, plan)
    if plan.form == rules.JPT and plan.approach != rules.QUANTITATIVE:
        plan.approach = rules.QUANTITATIVE
        for row in all_.rows:
            row.approach = plan.approach
    await w.session.flush()
    show_whole(w, all_)
    if not moved:
        return
    w.session.add(PlanEvent(
        id=uuid7(), agency=w.agency, plan=plan.id, act="atasan", before=plan.status, after=plan.status,
        version=plan.version, account=None, actor_name="", at=w.now, detail={"superior": plan.appraiser},
    ))  # fmt: skip
    await hand_over(w, plan)
    if plan.status == Status.SUBMITTED:
        await notices.submitted(w, ports, plan)


async def refuse_former(ports: Ports, w: Writing, plan: Plan) -> None:
    """Raises ``state`` for who decides a plan that is another superior's by now, only the server is not done yet."""
    if plan.approved_version is not None:
        return
    me = (await ports.house.employees(w.session, w.agency, [plan.person])).get(plan.person)
    if me is not None and (me.root or me.superior is not None) and _above(me) != plan.appraiser:
        raise Refusal("state", MOVED)


def _above(me: Employee) -> str | None:
    return None if me.root else me.superior
