"""What this room needs of the questions, as a small protocol that the server fills in where it is wired."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncSession


class QuestionMeasures(Protocol):
    """Questions as figures; no text of anybody's passes here."""

    async def measured(
        self,
        session: AsyncSession,
        agency: str,
        since: datetime,
        until: datetime,
        *,
        now: datetime,
        units: Collection[str] | None = None,
        marks: Sequence[datetime] = (),
    ) -> dict[str, Any]:
        """Sums of the questions that arrived from ``since`` up to before ``until`` (UTC); ``units`` in charge."""
        ...
