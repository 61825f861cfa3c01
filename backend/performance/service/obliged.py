"""Who owes a plan on a day, and whose is not approved: what reminders go by, as the roster counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.identity.models import PERSON
from backend.performance.models import Period
from backend.performance.service import views


@dataclass(frozen=True, slots=True)
class Obliged:
    """Somebody who owes a plan; ``plan``: the latest assignment's, ``covered``: approved or later."""

    person: str
    unit: str | None
    superior: str | None
    plan: str | None
    covered: bool


async def obliged(session: AsyncSession, agency: str, period: Period, day: date) -> Sequence[Obliged]:
    """Everybody of an agency who owes a plan of the period on a day, in one statement."""
    p = PERSON.c
    plan, mine = views.latest(period)
    query = (
        select(p.id, p.unit, p.superior, plan.id.label("plan"), views.covered(plan).label("covered"))
        .outerjoin(plan, mine)
        .where(p.agency == agency, views.obliged_on(day))
        .order_by(p.name_key, p.id)
    )
    rows = await session.execute(query)
    return [Obliged(row.id, row.unit, row.superior, row.plan, bool(row.covered)) for row in rows]
