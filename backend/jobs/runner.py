"""Running what is due: claim, run outside any transaction, write down how it ended.

Any number of processes may run a runner on the same PostgreSQL database: a row is claimed by one of them at
a time (``FOR UPDATE SKIP LOCKED``; ``BEGIN IMMEDIATE`` on SQLite) and renewed while it runs. What a dead
process held becomes due again when its lease ends. A job may therefore run twice: its function must act
through something that happens once, for which :attr:`DueJob.act` is the id to use.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from prometheus_client import Counter
from sqlalchemy import select, update
from sqlmodel import col

from backend.database.engine import Database
from backend.jobs.models import Job, JobState
from backend.jobs.rules import MAX_ATTEMPTS, back_off
from backend.jobs.service import CHANNEL
from backend.jobs.wake import Alarm
from sync.clock import Clock
from sync.errors import Refusal
from sync.ids import derived, uuid4

log = structlog.get_logger(__name__)

RUNS = Counter("sambung_jobs_total", "Attempts at timed acts, by kind and how they ended", ["kind", "outcome"])

LEASE = timedelta(seconds=60)
LIMIT_SECONDS = 300.0
POLL_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class DueJob:
    """What a job's function gets. ``due`` is UTC; ``attempt`` counts from 1."""

    id: str
    kind: str
    key: str
    agency: str | None
    due: datetime
    payload: Mapping[str, Any]
    run: int
    attempt: int
    claim: str

    @property
    def act(self) -> str:
        """The id of the act that this run stands for: the same at every attempt, another after re-arming."""
        return derived(self.id, str(self.run))


JobFunction = Callable[[DueJob], Awaitable[None]]


class Runner:
    """The timed acts of one process. ``functions`` maps a kind to what happens; other kinds are left alone.

    A function that raises is tried again later, with a growing pause, at most ``MAX_ATTEMPTS`` times; then
    the job ends as ``failed``. A :class:`~sync.errors.Refusal` is a final no: ``failed`` at once, with its code.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        functions: Mapping[str, JobFunction],
        *,
        concurrency: int = 4,
        limit_seconds: float = LIMIT_SECONDS,
        lease: timedelta = LEASE,
    ) -> None:
        self._db = db
        self._clock = clock
        self._functions = dict(functions)
        self._concurrency = concurrency
        self._limit = limit_seconds
        self._lease = lease
        self._alarm = Alarm(db, CHANNEL)
        self._stopping = False
        self._running: set[asyncio.Task[None]] = set()
        self._loop: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Run what is due from now on, in the background of the running loop."""
        self._stopping = False
        self._alarm.start()
        self._loop = asyncio.create_task(self._forever(), name="jobs")

    async def stop(self) -> None:
        """Take no new job and return when the running ones have ended."""
        self._stopping = True
        await self._alarm.stop()
        if self._loop is not None:
            await self._loop
            self._loop = None

    def alive(self) -> bool:
        """Whether the background loop is running."""
        return self._loop is not None and not self._loop.done()

    async def run_due(self) -> int:
        """Run everything that is due now, one after another in order of due time; returns how many runs."""
        runs = 0
        while jobs := await self._claim(1):
            await self._run(jobs[0])
            runs += 1
        return runs

    async def _forever(self) -> None:
        called = True
        while not self._stopping:
            try:
                # The look before the claim costs no write lock; after a call the claim itself must wait for
                # the writer that called.
                free = self._concurrency - len(self._running)
                if free and (called or await self._anything()):
                    for job in await self._claim(free):
                        self._begin(job)
            except Exception as error:
                log.error("jobs_pass_failed", error=type(error).__name__, exc_info=True)
            called = await self._alarm.wait(POLL_SECONDS)
        await asyncio.gather(*self._running, return_exceptions=True)

    def _begin(self, job: DueJob) -> None:
        # Each job has a slot of its own, so that a slow one holds back nobody while others are free.
        task = asyncio.create_task(self._run(job), name=f"job-{job.kind}")
        self._running.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._alarm.ring()
        if not task.cancelled() and task.exception() is not None:
            # The end could not be written down: the lease runs out and the job runs again.
            log.error("job_not_settled", error=type(task.exception()).__name__)

    def _ready(self, now: datetime) -> Any:
        return (
            col(Job.state).in_((JobState.WAITING, JobState.RUNNING))
            & (col(Job.ready) <= now)
            & col(Job.kind).in_(sorted(self._functions))
        )

    async def _anything(self) -> bool:
        async with self._db.read() as session:
            found = await session.execute(select(col(Job.id)).where(self._ready(self._clock.now())).limit(1))
            return found.first() is not None

    async def _claim(self, most: int) -> list[DueJob]:
        now = self._clock.now()
        async with self._db.write() as session:
            chosen = await session.execute(
                select(Job)
                .where(self._ready(now))
                .order_by(col(Job.ready), col(Job.id))
                .limit(most)
                .with_for_update(skip_locked=True)
            )
            rows: Sequence[Job] = chosen.scalars().all()
            jobs = []
            for row in rows:
                # Counted before it runs: a job that takes the whole process down must not do so for ever.
                row.attempts += 1
                if row.attempts > MAX_ATTEMPTS:
                    row.state, row.ended, row.claim = JobState.FAILED, now, None
                    row.last_error = row.last_error or "lease_lost"
                    log.error("job_failed", kind=row.kind, job=row.id, error=row.last_error)
                    continue
                row.state, row.claim, row.ready = JobState.RUNNING, uuid4(), now + self._lease
                jobs.append(_due(row))
        return sorted(jobs, key=lambda job: job.due)

    async def _run(self, job: DueJob) -> None:
        renewing = asyncio.create_task(self._renew(job))
        error: str | None = None
        final = False
        try:
            async with asyncio.timeout(self._limit):
                await self._functions[job.kind](job)
        except Refusal as refusal:
            error, final = refusal.code, True
        except Exception as raised:
            error = type(raised).__name__
            log.warning("job_raised", kind=job.kind, job=job.id, attempt=job.attempt, error=error, exc_info=True)
        finally:
            renewing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await renewing
        await self._settle(job, error, final=final)

    async def _settle(self, job: DueJob, error: str | None, *, final: bool) -> None:
        now = self._clock.now()
        if error is None:
            outcome = JobState.DONE
        elif final or job.attempt >= MAX_ATTEMPTS:
            outcome = JobState.FAILED
            log.error("job_failed", kind=job.kind, job=job.id, error=error)
        else:
            outcome = JobState.WAITING
        values: dict[str, Any] = {"state": outcome, "last_error": error, "claim": None}
        if outcome is JobState.WAITING:
            values["ready"] = now + back_off(job.attempt, random.random())  # noqa: S311 (spreads load)
        else:
            values["ended"] = now
        async with self._db.write() as session:
            # Only if the row is still ours: it may have been armed anew, or taken over after a lost lease.
            await session.execute(update(Job).where(_held(job)).values(**values))
        RUNS.labels(job.kind, "retry" if outcome is JobState.WAITING else outcome.value).inc()

    async def _renew(self, job: DueJob) -> None:
        while True:
            await asyncio.sleep(self._lease.total_seconds() / 3)
            with contextlib.suppress(Exception):
                async with self._db.write() as session:
                    await session.execute(update(Job).where(_held(job)).values(ready=self._clock.now() + self._lease))


def _held(job: DueJob) -> Any:
    return (col(Job.id) == job.id) & (col(Job.claim) == job.claim)


def _due(row: Job) -> DueJob:
    return DueJob(
        id=row.id,
        kind=row.kind,
        key=row.key,
        agency=row.agency,
        due=row.due,
        payload=dict(row.payload),
        run=row.run,
        attempt=row.attempts,
        claim=row.claim or "",
    )
