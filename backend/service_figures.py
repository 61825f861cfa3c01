"""What the evaluation is told: questions as figures, and the guest register as numbers. It belongs to no room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from backend.questions.service.figures import QuestionFigures
from backend.visitors import counts


class ServiceFigures(QuestionFigures):
    """Fills :class:`backend.evaluation.ports.QuestionMeasures`."""

    async def guests(self, session: AsyncSession, agency: str, marks: Sequence[datetime]) -> dict[int, dict[str, int]]:
        """As :func:`backend.visitors.counts.by_part` counts them."""
        return await counts.by_part(session, agency, marks)
