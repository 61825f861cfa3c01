"""Timed acts happen once, after downtime too, and a poisonous one ends in a named state."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta

import pytest

from backend.database.engine import Database
from backend.jobs import service
from backend.jobs.models import Job, JobState
from backend.jobs.rules import LONGEST, MAX_ATTEMPTS, back_off
from backend.jobs.runner import DueJob, Runner
from sync.clock import SystemClock
from sync.errors import Refusal
from sync.ids import uuid7
from tests.support.clock import SettableClock


class Diary:
    """A job's function that remembers what it ran, and fails as often as told."""

    def __init__(self, failures: int = 0, error: Exception | None = None) -> None:
        self.runs: list[DueJob] = []
        self.failures = failures
        self.error = error or RuntimeError("Budi 08123456789")

    async def __call__(self, job: DueJob) -> None:
        self.runs.append(job)
        if self.failures:
            self.failures -= 1
            raise self.error


async def stored(db: Database, kind: str = "route", key: str = "q1") -> Job:
    async with db.read() as session:
        job = await service.find(session, kind, key)
        assert job is not None
        return job


async def arm(db: Database, clock: SettableClock, key: str = "q1", minutes: float = 15) -> None:
    async with db.write() as session:
        await service.schedule(
            session, "route", key, clock.now() + timedelta(minutes=minutes), {"question": key}, uuid7()
        )


async def test_runs_when_due_and_not_before(db: Database, clock: SettableClock) -> None:
    diary = Diary()
    runner = Runner(db, clock, {"route": diary})
    await arm(db, clock)
    clock.advance(minutes=14, seconds=59)
    assert await runner.run_due() == 0
    clock.advance(seconds=1)
    assert await runner.run_due() == 1
    assert await runner.run_due() == 0
    assert [run.payload for run in diary.runs] == [{"question": "q1"}]
    job = await stored(db)
    assert (job.state, job.ended) == (JobState.DONE, clock.now())


async def test_catches_up_after_downtime_in_order_of_due_time(db: Database, clock: SettableClock) -> None:
    diary = Diary()
    for key, minutes in (("c", 30), ("a", 10), ("b", 20)):
        await arm(db, clock, key, minutes)
    clock.advance(days=3)
    assert await Runner(db, clock, {"route": diary}).run_due() == 3
    assert [run.key for run in diary.runs] == ["a", "b", "c"]


async def test_scheduling_again_moves_the_due_time(db: Database, clock: SettableClock) -> None:
    diary = Diary()
    runner = Runner(db, clock, {"route": diary})
    await arm(db, clock, minutes=15)
    await arm(db, clock, minutes=60)
    clock.advance(minutes=59)
    assert await runner.run_due() == 0
    clock.advance(minutes=1)
    assert await runner.run_due() == 1
    assert diary.runs[0].run == 1


async def test_rearming_an_ended_job_is_another_act(db: Database, clock: SettableClock) -> None:
    diary = Diary()
    runner = Runner(db, clock, {"route": diary})
    for _ in range(2):
        await arm(db, clock, minutes=0)
        await runner.run_due()
    first, second = diary.runs
    assert first.id == second.id
    assert first.act != second.act


async def test_ensure_leaves_what_was_ever_armed(db: Database, clock: SettableClock) -> None:
    diary = Diary()
    runner = Runner(db, clock, {"route": diary})
    for _ in range(2):
        async with db.write() as session:
            await service.ensure(session, "route", "nightly-2026-11-20", clock.now())
        await runner.run_due()
    assert len(diary.runs) == 1


async def test_cancelled_job_never_runs(db: Database, clock: SettableClock) -> None:
    diary = Diary()
    await arm(db, clock)
    async with db.write() as session:
        assert await service.cancel(session, "route", "q1")
        assert not await service.cancel(session, "route", "q1")
    clock.advance(hours=1)
    assert await Runner(db, clock, {"route": diary}).run_due() == 0
    assert (await stored(db)).state == JobState.CANCELLED


async def test_a_rolled_back_schedule_leaves_nothing(db: Database, clock: SettableClock) -> None:
    async def fail() -> None:
        async with db.write() as session:
            await service.schedule(session, "route", "q1", clock.now())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    async with db.read() as session:
        assert await service.find(session, "route", "q1") is None


async def test_failure_backs_off_and_then_succeeds_as_the_same_act(db: Database, clock: SettableClock) -> None:
    diary = Diary(failures=2)
    runner = Runner(db, clock, {"route": diary})
    await arm(db, clock, minutes=0)
    for attempt in (1, 2):
        assert await runner.run_due() == 1
        job = await stored(db)
        assert (job.state, job.last_error) == (JobState.WAITING, "RuntimeError")
        assert back_off(attempt, 0) <= job.ready - clock.now() <= back_off(attempt, 1)
        assert await runner.run_due() == 0
        clock.advance(LONGEST)
    assert await runner.run_due() == 1
    assert (await stored(db)).state == JobState.DONE
    assert len({run.act for run in diary.runs}) == 1


async def test_poison_ends_as_failed_and_lets_others_through(db: Database, clock: SettableClock) -> None:
    diary, other = Diary(failures=1000), Diary()
    runner = Runner(db, clock, {"route": diary, "close": other})
    await arm(db, clock, minutes=0)
    async with db.write() as session:
        await service.schedule(session, "close", "q1", clock.now())
    for _ in range(MAX_ATTEMPTS + 3):
        await runner.run_due()
        clock.advance(LONGEST)
    assert len(diary.runs) == MAX_ATTEMPTS
    job = await stored(db)
    assert (job.state, job.last_error, job.attempts) == (JobState.FAILED, "RuntimeError", MAX_ATTEMPTS)
    assert len(other.runs) == 1


async def test_refusal_is_final(db: Database, clock: SettableClock) -> None:
    diary = Diary(failures=1, error=Refusal("state", "Sudah selesai."))
    await arm(db, clock, minutes=0)
    await Runner(db, clock, {"route": diary}).run_due()
    job = await stored(db)
    assert (job.state, job.last_error) == (JobState.FAILED, "state")


async def test_unknown_kind_waits_for_a_process_that_knows_it(db: Database, clock: SettableClock) -> None:
    await arm(db, clock, minutes=0)
    assert await Runner(db, clock, {"close": Diary()}).run_due() == 0
    assert (await stored(db)).state == JobState.WAITING


async def test_what_a_dead_process_held_runs_after_its_lease(db: Database, clock: SettableClock) -> None:
    diary = Diary()
    runner = Runner(db, clock, {"route": diary})
    await arm(db, clock, minutes=0)
    assert len(await runner._claim(1)) == 1  # the process dies here
    assert await runner.run_due() == 0
    clock.advance(seconds=61)
    assert await runner.run_due() == 1
    assert (diary.runs[0].attempt, (await stored(db)).state) == (2, JobState.DONE)


async def test_late_end_of_a_lost_lease_changes_nothing(db: Database, clock: SettableClock) -> None:
    runner = Runner(db, clock, {"route": Diary()})
    await arm(db, clock, minutes=0)
    [held] = await runner._claim(1)
    await arm(db, clock, minutes=30)
    await runner._settle(held, None, final=False)
    job = await stored(db)
    assert (job.state, job.run) == (JobState.WAITING, 2)


async def test_a_job_that_takes_too_long_is_stopped(db: Database, clock: SettableClock) -> None:
    async def endless(_: DueJob) -> None:
        await asyncio.sleep(60)

    await arm(db, clock, minutes=0)
    await Runner(db, clock, {"route": endless}, limit_seconds=0.05).run_due()
    assert (await stored(db)).last_error == "TimeoutError"


async def test_four_processes_run_each_job_once(postgres_url: str, open_database: Callable[[str], Database]) -> None:
    diary = Diary()
    databases = [open_database(postgres_url) for _ in range(4)]
    runners = [Runner(db, SystemClock(), {"route": diary}) for db in databases]
    async with databases[0].write() as session:
        for number in range(200):
            await service.schedule(session, "route", f"q{number}", SystemClock().now())
    for runner in runners:
        runner.start()
    deadline = time.monotonic() + 30
    while len(diary.runs) < 200 and time.monotonic() < deadline:
        await asyncio.sleep(0.05)
    await asyncio.gather(*(runner.stop() for runner in runners))
    assert len(diary.runs) == 200
    assert len({run.key for run in diary.runs}) == 200


async def test_wakes_at_once_for_a_job_that_is_due(database_url: str, open_database: Callable[[str], Database]) -> None:
    db = open_database(database_url)
    # On PostgreSQL the job comes from another connection pool, as from another process.
    other = db if db.is_sqlite else open_database(database_url)
    ran = asyncio.Event()

    async def act(_: DueJob) -> None:
        ran.set()

    runner = Runner(db, SystemClock(), {"route": act})
    runner.start()
    try:
        await asyncio.sleep(1.2)
        lapses = []
        for number in range(3):
            ran.clear()
            begun = time.monotonic()
            async with other.write() as session:
                await service.schedule(session, "route", f"q{number}", SystemClock().now())
            async with asyncio.timeout(5):
                await ran.wait()
            lapses.append(time.monotonic() - begun)
            await asyncio.sleep(0.15)
        # A poll alone would need half a second on average.
        assert min(lapses) < 0.3, lapses
    finally:
        await runner.stop()


async def test_a_slow_job_holds_back_nobody(sqlite_db: Database) -> None:
    release, quick = asyncio.Event(), Diary()

    async def slow(_: DueJob) -> None:
        await release.wait()

    runner = Runner(sqlite_db, SystemClock(), {"slow": slow, "route": quick})
    runner.start()
    async with sqlite_db.write() as session:
        await service.schedule(session, "slow", "s", SystemClock().now())
    for number in range(5):
        async with sqlite_db.write() as session:
            await service.schedule(session, "route", f"q{number}", SystemClock().now())
        await asyncio.sleep(0.05)
    async with asyncio.timeout(3):
        while len(quick.runs) < 5:
            await asyncio.sleep(0.02)
    release.set()
    await runner.stop()


async def test_stop_waits_for_the_running_job(sqlite_db: Database) -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def slow(_: DueJob) -> None:
        begun.set()
        await asyncio.sleep(0.3)
        ended.set()

    runner = Runner(sqlite_db, SystemClock(), {"route": slow})
    async with sqlite_db.write() as session:
        await service.schedule(session, "route", "q1", SystemClock().now())
    runner.start()
    await begun.wait()
    await runner.stop()
    assert ended.is_set()
    assert (await stored(sqlite_db)).state == JobState.DONE


async def test_long_job_keeps_its_lease(db: Database) -> None:
    clock, diary = SystemClock(), Diary()

    async def slow(job: DueJob) -> None:
        await diary(job)
        await asyncio.sleep(0.6)

    runners = [Runner(db, clock, {"route": slow}, lease=timedelta(seconds=0.3)) for _ in range(2)]
    async with db.write() as session:
        await service.schedule(session, "route", "q1", clock.now())
    for runner in runners:
        runner.start()
    await asyncio.sleep(1.5)
    for runner in runners:
        await runner.stop()
    assert len(diary.runs) == 1


async def test_old_ends_are_forgotten(db: Database, clock: SettableClock) -> None:
    await arm(db, clock, minutes=0)
    await Runner(db, clock, {"route": Diary()}).run_due()
    clock.advance(days=89)
    async with db.write() as session:
        assert await service.prune(session, clock.now()) == 0
    clock.advance(days=2)
    async with db.write() as session:
        assert await service.prune(session, clock.now()) == 1
