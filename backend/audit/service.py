"""Writing to the log: in the transaction of the act itself, or on its own for a call that was refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from backend.audit.models import AUDIT_ENTRY
from backend.database.engine import Database
from sync.actors import Actor
from sync.ids import uuid7

ENTRIES_PER_STATEMENT = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the log before it is written; see :class:`backend.audit.models.AuditEntry`."""

    act: str
    object_kind: str
    object_id: str | None
    at: datetime
    agency: str | None = None
    actor: str | None = None
    role: str | None = None
    refused: bool = False
    detail: Mapping[str, Any] = field(default_factory=dict)


async def record(
    on: AsyncSession | AsyncConnection,
    *,
    agency: str | None,
    actor: str | None,
    role: str | None,
    act: str,
    object_kind: str,
    object_id: str | None,
    at: datetime,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Log one act in the caller's transaction: it is stored exactly if the act is."""
    entry = Entry(act, object_kind, object_id, at, agency, actor, role, detail=detail or {})
    await record_many(on, [entry])


async def record_many(on: AsyncSession | AsyncConnection, entries: Sequence[Entry]) -> None:
    """Log many acts in the caller's transaction, in few statements."""
    rows = [
        {
            "id": uuid7(),
            "agency": entry.agency,
            "actor": entry.actor,
            "role": entry.role,
            "act": entry.act,
            "object_kind": entry.object_kind,
            "object_id": _fitting(entry.object_id),
            "at": entry.at,
            "refused": entry.refused,
            "detail": dict(entry.detail),
        }
        for entry in entries
    ]
    for start in range(0, len(rows), ENTRIES_PER_STATEMENT):
        await on.execute(insert(AUDIT_ENTRY), rows[start : start + ENTRIES_PER_STATEMENT])


def _fitting(object_id: str | None) -> str | None:
    """A refused call may name anything: what cannot be an id is cut to what the column holds."""
    return None if object_id is None else object_id.replace("\x00", "")[:64]


async def refused(
    db: Database,
    *,
    actor: Actor | None,
    act: str,
    object_kind: str,
    object_id: str | None,
    at: datetime,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Log a direct call that was refused, in a transaction of its own: the refused one leaves nothing."""
    entry = Entry(
        act,
        object_kind,
        object_id,
        at,
        agency=actor.agency if actor else None,
        actor=actor.account if actor else None,
        role=actor.role if actor else None,
        refused=True,
        detail=detail or {},
    )
    async with db.writing() as connection:
        await record_many(connection, [entry])


async def trail(
    on: AsyncSession | AsyncConnection,
    *,
    agency: str,
    object_kinds: Sequence[str],
    object_id: str | None = None,
    before: str | None = None,
    limit: int = 25,
) -> list[Mapping[str, Any]]:
    """The newest entries of one agency about some kinds of things; ``before`` is the last id already read."""
    table = AUDIT_ENTRY.c
    query = select(AUDIT_ENTRY).where(table.agency == agency, table.object_kind.in_(object_kinds))
    if object_id is not None:
        query = query.where(table.object_id == object_id)
    if before is not None:
        query = query.where(table.id < before)
    rows = await on.execute(query.order_by(table.id.desc()).limit(min(limit, 100)))
    return [dict(row) for row in rows.mappings()]
