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
        kind: str | None = None,
        category: str | None = None,
    ) -> dict[str, Any]:
        """Sums of the questions that arrived from ``since`` up to before ``until`` (UTC); ``units`` in charge."""
        ...

    async def words(self, session: AsyncSession, agency: str) -> dict[str, dict[str, str]]:
        """Labels of kinds, categories and channels by code."""
        ...

    async def answered(
        self,
        session: AsyncSession,
        agency: str,
        since: datetime,
        until: datetime,
        *,
        kind: str | None = None,
        category: str | None = None,
        most: int,
    ) -> list[dict[str, Any]]:
        """The questions whose latest answer was given in a span, with their texts; one more than ``most`` at most."""
        ...

    async def guests(self, session: AsyncSession, agency: str, marks: Sequence[datetime]) -> dict[int, dict[str, int]]:
        """Guests of the register between neighbouring marks: number of the part to purpose to guests."""
        ...

    async def people(
        self, session: AsyncSession, agency: str, since: datetime, until: datetime
    ) -> list[dict[str, Any]]:
        """Employees who asked in a span: ``{"asker", "kecamatan", "kind", "items"}``."""
        ...
