"""Reading a plan online: its history for both sides, and results and indicators for HR, which holds no plans."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.performance.models import IndicatorRow, Plan, PlanVersion, WorkResult
from backend.performance.service.stored import Whole, content_of
from sync.actors import Viewer


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
