"""Typed reading of plans."""

from __future__ import annotations

import strawberry

from backend.context import JSON, RequestContext
from backend.identity.graphql.common import tree, working_as
from backend.performance.service import reading
from sync.clock import to_ms, wire
from sync.ids import is_uuid

Info = strawberry.Info[RequestContext, None]


@strawberry.type(name="SkpVersion", description="One submission of a plan; instants are UTC.")
class VersionRow:
    """``outcome``: diajukan, ditarik, dikembalikan, persetujuan, ditutup; ``reason`` of a return."""

    version: int
    outcome: str
    reason: str
    submitted_at: str
    decided_at: str | None
    decided_by_name: str
    content: JSON


async def _plan(info: Info, id: strawberry.ID) -> JSON | None:
    viewer = info.context.require()
    if not is_uuid(str(id)):
        return None
    async with info.context.db.read() as session:
        content = await reading.content_for(session, viewer, str(id))
    return None if content is None else JSON(content)


async def _versions(info: Info, plan: strawberry.ID) -> list[VersionRow]:
    viewer = info.context.require()
    if not is_uuid(str(plan)):
        return []
    async with info.context.db.read() as session:
        found = await reading.versions_for(session, viewer, str(plan))
    return [
        VersionRow(
            version=row.version, outcome=row.outcome, reason=row.reason, submitted_at=wire(to_ms(row.submitted_at)),
            decided_at=None if row.decided_at is None else wire(to_ms(row.decided_at)),
            decided_by_name=row.decided_by_name,
            content=JSON(row.content),
        )
        for row in found
    ]  # fmt: skip


async def _person(info: Info, id: strawberry.ID) -> JSON:
    context, units = info.context, await tree(info.context)
    actor = await working_as(context, ("HRA",), "skp.person", kind="skp", about=str(id))
    async with context.db.read() as session:
        return JSON(await reading.person_for_hr(session, units, actor, str(id)))


@strawberry.type
class PlanQuery:
    """What is read of plans online."""

    skp_plan: JSON | None = strawberry.field(
        resolver=_plan,
        description="A plan as it stands now, to both sides and to HR over its unit; null for what one may not read.",
    )
    skp_versions: list[VersionRow] = strawberry.field(
        resolver=_versions, description="Submissions of a plan, newest first, to both sides."
    )
    skp_person: JSON = strawberry.field(
        resolver=_person,
        description="Somebody whom HR administers: the plans and which evaluations are final, without a rating.",
    )
