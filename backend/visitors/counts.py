"""The guest register as numbers: how many came for what, by month. No name is read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.visitors.models import GuestVisit


async def by_part(session: AsyncSession, agency: str, marks: Sequence[datetime]) -> dict[int, dict[str, int]]:
    """Guests between neighbouring ``marks`` (ascending instants): number of the part to purpose to guests.

    One statement; parts without a guest are absent.
    """
    if len(marks) < 2:
        return {}
    g = GuestVisit
    whens = [(col(g.at) < mark, place) for place, mark in enumerate(marks[1:-1])]
    part: ColumnElement[int] = case(*whens, else_=len(marks) - 2) if whens else literal(0)
    query = (
        select(part.label("part"), col(g.purpose), func.count().label("items"))
        .where(col(g.agency) == agency, col(g.at) >= marks[0], col(g.at) < marks[-1])
        .group_by(part, col(g.purpose))
    )
    found: dict[int, dict[str, int]] = {}
    for row in await session.execute(query):
        found.setdefault(int(row.part), {})[row.purpose] = int(row.items)
    return found
