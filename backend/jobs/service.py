"""Arming and disarming timed acts, inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.jobs.models import Job, JobState
from backend.jobs.wake import wake
from sync.ids import uuid7

CHANNEL = "sambung_jobs"
KEPT = timedelta(days=90)
ENDED = (JobState.DONE, JobState.CANCELLED, JobState.FAILED)


async def schedule(
    session: AsyncSession,
    kind: str,
    key: str,
    due: datetime,
    payload: Mapping[str, Any] | None = None,
    agency: str | None = None,
) -> None:
    """Let the act ``kind`` happen at ``due`` (aware). The same (kind, key) again replaces due time and payload.

    A job that ended, or runs right now, is armed anew: its run number grows, so that the new act is another
    act than the old one. ``payload``: small JSON, ids rather than texts.
    """
    await _arm(session, kind, key, due, payload, agency, replace=True)


async def ensure(
    session: AsyncSession,
    kind: str,
    key: str,
    due: datetime,
    payload: Mapping[str, Any] | None = None,
    agency: str | None = None,
) -> None:
    """Like :func:`schedule`, but a (kind, key) that was ever armed is left as it is (seeding at start)."""
    await _arm(session, kind, key, due, payload, agency, replace=False)


async def cancel(session: AsyncSession, kind: str, key: str) -> bool:
    """Disarm a job that has not begun. Says whether there was one; a running job is not stopped."""
    done = await session.execute(
        update(Job)
        .where(col(Job.kind) == kind, col(Job.key) == key, col(Job.state) == JobState.WAITING)
        .values(state=JobState.CANCELLED)
        .returning(col(Job.id))
    )
    return done.first() is not None


async def find(session: AsyncSession, kind: str, key: str) -> Job | None:
    """The job of that name, whatever its state."""
    found = await session.execute(select(Job).where(col(Job.kind) == kind, col(Job.key) == key))
    return found.scalars().first()


async def prune(session: AsyncSession, now: datetime) -> int:
    """Forget jobs that ended 90 days ago (a cancelled one counts from its due time); returns how many."""
    ended = func.coalesce(col(Job.ended), col(Job.due))
    gone = await session.execute(
        delete(Job).where(col(Job.state).in_(ENDED), ended < now - KEPT).returning(col(Job.id))
    )
    return len(gone.all())


async def _arm(
    session: AsyncSession,
    kind: str,
    key: str,
    due: datetime,
    payload: Mapping[str, Any] | None,
    agency: str | None,
    *,
    replace: bool,
) -> None:
    values = {
        "id": uuid7(),
        "kind": kind,
        "key": key,
        "agency": agency,
        "due": due,
        "ready": due,
        "payload": dict(payload or {}),
        "state": JobState.WAITING,
        "run": 1,
        "attempts": 0,
    }
    on_postgres = session.get_bind().dialect.name == "postgresql"
    statement: Any = (postgresql.insert if on_postgres else sqlite.insert)(Job).values(**values)
    names = [col(Job.kind), col(Job.key)]
    if replace:
        statement = statement.on_conflict_do_update(
            index_elements=names,
            set_={
                "agency": agency,
                "due": due,
                "ready": due,
                "payload": values["payload"],
                "run": case((col(Job.state) == JobState.WAITING, col(Job.run)), else_=col(Job.run) + 1),
                "state": JobState.WAITING,
                "attempts": 0,
                "claim": None,
                "last_error": None,
                "ended": None,
            },
        )
    else:
        statement = statement.on_conflict_do_nothing(index_elements=names)
    await session.execute(statement)
    await wake(session, CHANNEL)
