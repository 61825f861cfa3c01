"""Typed reading: what an article said before. Writing is one typed mutation a kind, made from the registry."""

from __future__ import annotations

import strawberry

from backend.context import RequestContext
from backend.knowledge.service import articles
from sync.clock import to_ms, wire

Info = strawberry.Info[RequestContext, None]


@strawberry.type(name="ArticleVersion", description="One version of a knowledge article; `publishedAt` is UTC.")
class VersionRow:
    """``reason`` of a withdrawal; dates are local calendar days."""

    version: int
    question: str
    answer: str
    steps: list[str]
    basis: str
    valid_from: str
    checked_at: str
    checked_by: str
    published_at: str
    withdrawn: bool
    reason: str


async def _versions(info: Info, slug: str) -> list[VersionRow]:
    viewer = info.context.require()
    async with info.context.db.read() as session:
        found = await articles.versions(session, viewer, slug[:80])
    return [
        VersionRow(
            version=row.version, question=row.question, answer=row.answer, steps=row.steps, basis=row.basis,
            valid_from=row.valid_from.isoformat(), checked_at=row.checked_at.isoformat(), checked_by=row.checked_by,
            published_at=wire(to_ms(row.published_at)), withdrawn=row.withdrawn, reason=row.reason,
        )
        for row in found
    ]  # fmt: skip


@strawberry.type
class Query:
    """What the room answers online."""

    article_versions: list[VersionRow] = strawberry.field(
        resolver=_versions, description="Versions of an article, newest first; empty for what the caller may not read."
    )
