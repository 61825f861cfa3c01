"""Nightly work that belongs to no single room: what is old enough is forgotten, in batches; what is due is made."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from backend.database.engine import Database
from backend.evaluation.service import surveys
from backend.files.service import Files
from backend.identity.models import AGENCY
from backend.identity.service import throttle
from backend.identity.service.directory import Directory
from backend.identity.service.imports import applying as imports
from backend.jobs import service as jobs
from backend.jobs.runner import DueJob
from backend.notifications import service as notifications
from backend.phones import service as phones
from backend.questions.house import IdentityHouse
from backend.questions.service import measures
from backend.questions.service import retention as question_retention
from backend.ratings.service import codes as rating_codes
from backend.ratings.service import retention as rating_retention
from sync import retention
from sync.clock import Clock
from sync.engine import SyncEngine

NIGHTLY = "house.nightly"
KEEP_YEARS = 5
"""How long closed threads are kept, unless the agency says otherwise."""


class Housekeeping:
    """The nightly job (02.00 WIB, 19.00 UTC), once for the whole installation."""

    def __init__(self, db: Database, engine: SyncEngine, clock: Clock, files: Files, directory: Directory) -> None:
        self.db = db
        self.engine = engine
        self.clock = clock
        self.files = files
        self.directory = directory
        self.also: list[Callable[[], Awaitable[None]]] = []
        """What other rooms do each night."""

    def functions(self) -> Mapping[str, Callable[[DueJob], Awaitable[None]]]:
        """What the job runner calls."""
        return {NIGHTLY: self.nightly}

    async def arm(self) -> None:
        """Make sure that the next night is armed; a pass that is armed already stays as it is."""
        async with self.db.write() as session:
            await jobs.ensure(session, NIGHTLY, "all", _next_night(self.clock.now()))

    async def nightly(self, _job: DueJob) -> None:
        """Forget: deferred content after 5 days, mutation rows' details after 400, tombstones after 180, numbers of
        visitors as each agency says. And see to it that every officer can be rated and every answer is measured."""
        now = self.clock.now()
        await retention.forget_deferred(self.engine, now)
        await retention.shrink_mutations(self.engine, now)
        await retention.forget_tombstones(self.engine, now)
        await self.files.expire()
        async with self.db.writing() as connection:
            await throttle.forget_old(connection, now)
            await imports.forget_undo(connection, now)
            await phones.prune(connection, now)
        await rating_retention.forget(self.db, now)
        async with self.db.reading() as connection:
            agencies = (await connection.execute(select(AGENCY.c.id))).scalars().all()
        await rating_codes.keep(self.engine, self.directory, agencies)
        await self._settle(agencies)
        await self._forget_threads(agencies)
        for work in self.also:
            await work()
        async with self.db.write() as session:
            await notifications.prune(session, now)
            await jobs.prune(session, now)
            await jobs.schedule(session, NIGHTLY, "all", _next_night(now))

    async def _forget_threads(self, agencies: Sequence[str]) -> None:
        """Text and contacts of threads that ended longer ago than the agency keeps them (``keep_years``, default 5)."""
        for agency in agencies:
            async with self.db.reading() as connection:
                tree = await self.directory.trees.get(connection, agency)
            now = self.clock.now()
            years = int(tree.settings_at(now).body.get("keep_years") or KEEP_YEARS)
            before = question_retention.cutoff(now, years)
            left = question_retention.BATCH
            while left == question_retention.BATCH:
                async with self.engine.writing(agency) as w:
                    left, files = await question_retention.erase(w, before)
                await self.files.erase(files)
            async with self.db.write() as session:
                await surveys.forget_comments(session, agency, before)

    async def _settle(self, agencies: Sequence[str]) -> None:
        """Measures of questions from before they were kept."""
        house = IdentityHouse(self.directory)
        for agency in agencies:
            left = measures.SETTLED
            while left == measures.SETTLED:
                async with self.db.write() as session:
                    left = await measures.settle(session, house, agency)


def _next_night(now: datetime) -> datetime:
    night = now.replace(hour=19, minute=0, second=0, microsecond=0)
    return night if night > now else night + timedelta(days=1)
