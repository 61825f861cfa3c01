"""Answered questions with their texts, for the service document."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.questions import channels, rules
from backend.questions.models import Question, QuestionMessage
from backend.questions.service.thread import ASKER, HUMAN

CHUNK = 500
"""Questions whose messages are read in one statement."""


async def answered(
    session: AsyncSession,
    agency: str,
    since: datetime,
    until: datetime,
    *,
    kind: str | None = None,
    category: str | None = None,
    most: int,
) -> list[dict[str, Any]]:
    """The questions whose latest answer was given from ``since`` up to before ``until`` (UTC), oldest answer first.

    Each with what people wrote, in its order; corrected answers only as they stand now, internal notes never. At most
    ``most + 1``, so that the caller sees that there are more. A statement, and one for each 500 of them.
    """
    q = Question
    names = (
        "id", "year", "running", "series", "receipt", "channel", "text", "asker_name", "asker_nip", "asker_unit_name",
        "kind", "category", "unit_name", "holder_name", "state", "arrived_at", "answered_at",
    )  # fmt: skip
    query = (
        select(*[col(getattr(q, name)) for name in names])
        .where(
            col(q.agency) == agency,
            col(q.answered_at) >= since,
            col(q.answered_at) < until,
            col(q.merged_into).is_(None),
            *([] if kind is None else [col(q.kind) == kind]),
            *([] if category is None else [col(q.category) == category]),
        )
        .order_by(col(q.answered_at), col(q.id))
        .limit(most + 1)
    )
    rows = [dict(row._mapping) for row in await session.execute(query)]
    said = await _said(session, [row["id"] for row in rows])
    return [
        {
            **row,
            "number": rules.running_number(row["year"], row["running"], row["series"]),
            "said": said.get(row["id"], []),
        }
        for row in rows
    ]


async def _said(session: AsyncSession, ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Human messages by question; an earlier version gives way to the one that replaced it."""
    m = QuestionMessage
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for start in range(0, len(ids), CHUNK):
        query = (
            select(
                col(m.id), col(m.question), col(m.author), col(m.author_name), col(m.text), col(m.at),
                col(m.version_of), col(m.delivery),
            )
            .where(col(m.question).in_(list(ids[start : start + CHUNK])), col(m.origin) == HUMAN)
            .order_by(col(m.at), col(m.id))
        )  # fmt: skip
        rows = [row for row in await session.execute(query) if row.delivery not in channels.UNSENT]
        latest = {row.version_of or row.id: row for row in rows}  # every version names the first one
        for row in latest.values():
            by = "Penanya" if row.author == ASKER else row.author_name
            found[row.question].append({"by": by, "text": row.text, "at": row.at})
    return found
