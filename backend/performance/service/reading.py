"""Reading plans online: history for both sides; results, indicators and what there is of a person for HR."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.identity.models import PERSON
from backend.identity.rules.names import full_name
from backend.identity.rules.numbers import show_nip
from backend.identity.service.people import people_query, superior_name
from backend.identity.service.tree import Tree
from backend.performance.models import Evaluation, IndicatorRow, Plan, PlanVersion, WorkResult
from backend.performance.rules import rounds
from backend.performance.service.stored import Whole, content_of
from sync.actors import Actor, Viewer
from sync.errors import Refusal
from sync.ids import is_uuid


async def plan_for(session: AsyncSession, viewer: Viewer, id: str) -> tuple[Plan, bool] | None:
    """The plan if the viewer may read it, and whether as one of its two sides; else ``None``, like an unknown one."""
    plan = await session.get(Plan, id)
    if plan is None or plan.agency != viewer.agency:
        return None
    superior = plan.appraiser is not None and (
        plan.appraiser == viewer.account or plan.appraiser in viewer.own.facts.get("standsFor", ())
    )
    if viewer.account == plan.person or superior:
        return plan, True
    if any(actor.works_as("HRA", over=plan.unit) for actor in viewer.grants.values()):
        return plan, False
    return None


async def content_for(session: AsyncSession, viewer: Viewer, id: str) -> dict[str, Any] | None:
    """The plan as it stands now; HR gets results and indicators without what superior and employee tell each other."""
    found = await plan_for(session, viewer, id)
    if found is None:
        return None
    plan, side = found
    results = await session.execute(
        select(WorkResult).where(col(WorkResult.plan) == id).order_by(col(WorkResult.order))
    )
    rows = await session.execute(
        select(IndicatorRow).where(col(IndicatorRow.plan) == id).order_by(col(IndicatorRow.order))
    )
    content = content_of(Whole(plan, list(results.scalars()), list(rows.scalars())))
    content |= {"status": plan.status, "planVersion": plan.version}
    return content if side else {name: value for name, value in content.items() if name != "terms"}


async def versions_for(session: AsyncSession, viewer: Viewer, id: str) -> Sequence[PlanVersion]:
    """Every submission of a plan, newest first; empty for what the viewer may not read. HR reads the present plan."""
    found = await plan_for(session, viewer, id)
    if found is None or not found[1]:
        return []
    query = select(PlanVersion).where(col(PlanVersion.plan) == id).order_by(col(PlanVersion.version).desc())
    return (await session.execute(query)).scalars().all()


async def person_for_hr(session: AsyncSession, tree: Tree, actor: Actor, id: str) -> dict[str, Any]:
    """Somebody whom HR administers, with the plans in HR's units, newest first, and which evaluations are final.

    No rating is in it: each look at one is asked for and logged. Raises ``not_found``.
    """
    row = None
    if is_uuid(id):
        row = (await session.execute(people_query(actor.agency).where(PERSON.c.id == id))).mappings().first()
    if row is None or row["unit"] not in actor.scope:
        raise Refusal("not_found", "Pegawai ini tidak ditemukan.")
    found = await session.execute(
        select(Plan)
        .where(col(Plan.agency) == actor.agency, col(Plan.person) == id, col(Plan.unit).in_(sorted(actor.scope)))
        .order_by(col(Plan.year).desc(), col(Plan.turn).desc())
    )
    plans = list(found.scalars())
    e = Evaluation
    final = await session.execute(
        select(col(e.plan), col(e.id), col(e.round))
        .where(col(e.plan).in_([plan.id for plan in plans]), col(e.finalised_at).is_not(None))
        .order_by(col(e.finalised_at))
    )
    told = final.all()
    return {
        "id": id, "name": full_name(row["front_title"], row["name"], row["back_title"]),
        "nip": show_nip(row["nip"]) if row["nip"] else None, "position": row["position"] or "", "kind": row["kind"],
        "unitName": tree.unit_name(row["unit"]), "superiorName": superior_name(row), "root": bool(row["root"]),
        "plans": [
            _plan(plan, [(one.id, rounds.title(one.round, plan.year)) for one in told if one.plan == plan.id])
            for plan in plans
        ],
    }  # fmt: skip


def _plan(plan: Plan, final: Sequence[tuple[str, str]]) -> dict[str, Any]:
    return {
        "id": plan.id, "year": plan.year, "turn": plan.turn, "status": plan.status, "planVersion": plan.version,
        "start": plan.start.isoformat(), "end": plan.end.isoformat(), "unitName": plan.unit_name,
        "position": plan.position, "superiorName": plan.appraiser_name, "root": plan.root,
        "final": [{"id": id, "title": title} for id, title in final],
    }  # fmt: skip
