"""What the bundle carries of the agency itself: its hours, from the settings in force, and its units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.identity.models import AGENCY_SETTINGS, UNIT

TARGET_MINUTES = 120
REVIEW_DAYS = 180


@dataclass(frozen=True, slots=True)
class Hours:
    """An agency's calendar as JSON, the working minutes of the target, and the service's telephone number.

    ``review_days``: how long a checked article counts as checked.
    """

    calendar: Mapping[str, Any]
    target_minutes: int
    phone: str | None
    review_days: int


async def office_hours(session: AsyncSession, agency: str, now: datetime) -> Hours:
    """Calendar, ``target_minutes``, ``article_review_days``, ``contacts.phone`` at ``now``. Raises ``LookupError``."""
    s = AGENCY_SETTINGS.c
    found = await session.execute(
        select(s.calendar, s.body, s.valid_from).where(s.agency == agency).order_by(s.valid_from)
    )
    versions = found.all()
    if not versions:
        raise LookupError(f"agency {agency} has no settings")
    # The first version also counts before it began: there is nothing else to go by.
    calendar, body, _ = ([one for one in versions if one.valid_from <= now] or [versions[0]])[-1]
    return Hours(
        calendar=calendar,
        target_minutes=int(body.get("target_minutes") or TARGET_MINUTES),
        phone=(body.get("contacts") or {}).get("phone"),
        review_days=int(body.get("article_review_days") or REVIEW_DAYS),
    )


async def unit_names(session: AsyncSession, agency: str) -> Mapping[str, tuple[str, str]]:
    """Unit code to id and name, for every unit of the agency that is not closed."""
    u = UNIT.c
    found = await session.execute(select(u.code, u.id, u.name).where(u.agency == agency, u.valid_to.is_(None)))
    return {row.code: (row.id, row.name) for row in found}
