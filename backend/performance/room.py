"""The room as a whole: its kinds, its worker function, its addresses; wired where the server is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.routing import Route

from backend.database.engine import Database
from backend.files.models import File
from backend.identity.service.directory import Directory
from backend.jobs.runner import DueJob
from backend.keys import Keys
from backend.performance import evaluation_records, records
from backend.performance.downloads import Downloads
from backend.performance.house import IdentityHouse
from backend.performance.ports import Ports
from backend.performance.service import attachments, following
from backend.performance.service.national import HttpAdapter, National
from backend.performance.service.reminders import Reminders
from sync.actors import Viewer, system_actor
from sync.engine import SyncEngine
from sync.registry import Registry


def declare(registry: Registry, directory: Directory) -> None:
    """Every kind of the room."""
    records.declare(registry, Ports(house=IdentityHouse(directory)))
    evaluation_records.declare(registry, directory)


class WorkPlans:
    """Everything of the work plans of one server besides its kinds."""

    def __init__(self, db: Database, engine: SyncEngine, keys: Keys, directory: Directory, *, seconds: float) -> None:
        self._db, self._engine, self._directory = db, engine, directory
        self._adapter = HttpAdapter(engine.clock, seconds=seconds)
        self._reminders = Reminders(db, engine, directory, IdentityHouse(directory))
        self._following = Ports(house=IdentityHouse(directory))
        self._national = National(db, engine, keys, directory, self._adapter)

    def functions(self) -> Mapping[str, Callable[[DueJob], Awaitable[None]]]:
        """Its timed acts."""
        return {**self._national.functions(), following.JOB: self._follow}

    async def _follow(self, job: DueJob) -> None:
        """People of an agency changed: plans that nobody approved yet go to the superiors of today."""
        last, more = None, True
        while more:
            async with self._engine.writing(job.key) as w:
                last = await following.follow_some(self._following, w, last)
            more = last is not None

    def routes(self, viewer_of: Callable[[Request], Awaitable[Viewer | None]]) -> list[Route]:
        """Its addresses."""
        return Downloads(self._db, self._directory, viewer_of).routes()

    async def settled(self, agency: str, upload: str) -> None:
        """An upload became whole or was refused: the record that names it shows so. Harmless when repeated."""
        async with self._db.read() as session:
            link = await attachments.named(session, upload)
        if link is not None:
            act = attachments.SETTLES[link.kind]
            await self._engine.execute(system_actor(agency), act, link.record, {"file": upload})

    async def may_read(self, viewer: Viewer, file: File) -> bool:
        """Whether the viewer sees a record of the room that names the file."""
        async with self._db.read() as session:
            return await attachments.may_read(session, viewer, file.id)

    async def remind(self) -> None:
        """Part of the nightly work."""
        await self._reminders.remind()

    async def close(self) -> None:
        """Give connections back."""
        await self._adapter.close()
