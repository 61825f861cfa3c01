"""What a new agency needs before its first question."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from backend.questions.service import categories
from backend.questions.service.timers import arm_window


async def open_desk(session: AsyncSession, agency: str, now: datetime) -> None:
    """Give an agency the seeded categories (unless it has its own) and its nightly pass over the desk's window.

    Harmless when repeated. Publish the bundle afterwards.
    """
    await categories.install(session, agency, now)
    await arm_window(session, agency, now)
