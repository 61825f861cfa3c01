"""The office hours that the bundle carries, from the agency's settings in force."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.forms.service import Hours
from backend.identity.models import AGENCY_SETTINGS
from sync.clock import Clock

TARGET_MINUTES = 120


class SettingsHours:
    """Fills :class:`backend.forms.service.OfficeHours` from ``agency_settings``."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def hours(self, session: AsyncSession, agency: str) -> Hours:
        """Calendar, target (``target_minutes``), telephone (``contacts.phone``). Raises ``LookupError``."""
        s, now = AGENCY_SETTINGS.c, self._clock.now()
        found = await session.execute(
            select(s.calendar, s.body, s.valid_from).where(s.agency == agency).order_by(s.valid_from)
        )
        versions = found.all()
        if not versions:
            raise LookupError(f"agency {agency} has no settings")
        row = [one for one in versions if one.valid_from <= now][-1:] or versions[:1]
        calendar, body, _ = row[0]
        return Hours(
            calendar=calendar,
            target_minutes=int(body.get("target_minutes") or TARGET_MINUTES),
            phone=(body.get("contacts") or {}).get("phone"),
        )
