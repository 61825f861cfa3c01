"""Arming and disarming timed acts, inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True)
class Timer:
    """One act to arm: see :func:`schedule`."""

    kind: str
    key: str
    due: datetime
    payload: Mapping[str, Any] = field(default_factory=dict)
    agency: str | None = None


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
    await _arm(session, [Timer(kind, key, due, payload or {}, agency)], replace=True)


async def schedule_all(session: AsyncSession, timers: Sequence[Timer]) -> None:
    """The same for many acts with different (kind, key), in one statement."""
    if timers:
        await _arm(session, timers, replace=True)


async def ensure(
    session: AsyncSession,
    kind: str,
    key: str,
    due: datetime,
    payload: Mapping[str, Any] | None = None,
    agency: str | None = None,
) -> None:
    """Like :func:`schedule`, but a (kind, key) that was ever armed is left as it is (seeding at start)."""
    await _arm(session, [Timer(kind, key, due, payload or {}, agency)], replace=False)


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


async def _arm(session: AsyncSession, timers: Sequence[Timer], *, replace: bool) -> None:
    rows = [
        {
            "id": uuid7(),
            "kind": timer.kind,
            "key": timer.key,
            "agency": timer.agency,
            "due": timer.due,
            "ready": timer.due,
            "payload": dict(timer.payload),
            "state": JobState.WAITING,
            "run": 1,
            "attempts": 0,
        }
        for timer in timers
    ]
    on_postgres = session.get_bind().dialect.name == "postgresql"
    statement: Any = (postgresql.insert if on_postgres else sqlite.insert)(Job).values(rows)
    names = [col(Job.kind), col(Job.key)]
    if replace:
        given = statement.excluded
        statement = statement.on_conflict_do_update(
            index_elements=names,
            set_={
                "agency": given.agency,
                "due": given.due,
                "ready": given.ready,
                "payload": given.payload,
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
