"""The room as a whole: its kinds, who reads its files, its services in a new agency; wired where the server is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.applications import records
from backend.applications.house import IdentityHouse
from backend.applications.models import ApplicationNotice, ServiceDefinition
from backend.applications.papers import PDF, StoredPapers
from backend.applications.ports import Evaluations, Papers, Ports
from backend.applications.reading import built_in
from backend.applications.rules.documents import Signed
from backend.applications.service import documents, issuing, notices, retention, services, subjects
from backend.applications.service.notices import OPEN
from backend.database.engine import Database
from backend.files.models import File
from backend.identity.service.directory import Directory
from backend.jobs.runner import DueJob, JobFunction
from sync.actors import Viewer
from sync.clock import Clock
from sync.engine import SyncEngine
from sync.registry import Registry
from sync.writing import Writing

log = structlog.get_logger(__name__)


class PlainPapers:
    """Fills :class:`backend.applications.ports.Papers` with what the upload alone tells: type and hash, no text. An
    officer confirms the rest with a reason."""

    async def read(self, data: bytes) -> tuple[str | None, int]:
        """Nobody reads."""
        return None, 0

    async def signed(self, session: AsyncSession, file: File) -> Signed:
        """What was found in an uploaded output."""
        return Signed(type=file.type or "", sha256=file.sha256, text=None, signature=False)


def ports_of(directory: Directory, evaluations: Evaluations, *, reads: bool = False) -> Ports:
    """What the room needs of the others; ``reads``: uploaded outputs are read, otherwise no file says anything."""
    papers: Papers = StoredPapers() if reads else PlainPapers()
    return Ports(house=IdentityHouse(directory), evaluations=evaluations, papers=papers)


def declare(registry: Registry, ports: Ports) -> None:
    """Every kind of the room."""
    records.declare(registry, ports)


async def install(w: Writing, switched_on: Collection[str]) -> None:
    """The services that come with the house and that the agency has switched on, where it has no version of them."""
    for service in built_in():
        if service.code in switched_on and not await services.has(w, service.code):
            await services.put(w, service)


class Applications:
    """Everything of the room in one server besides its kinds."""

    def __init__(self, db: Database, ports: Ports, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self.ports = ports

    async def may_read(self, viewer: Viewer, file: File) -> bool:
        """Whether the viewer sees a document version or an output that names the file. Reading a party's is noted."""
        async with self._db.read() as session:
            if not await documents.may_read(session, viewer, file.id):
                return False
            case = await documents.party_case_of(session, file.id)
        if case is not None:
            async with self._db.write() as session:
                await documents.note_reading(session, case, viewer, file.id, self._clock.now())
        return True

    async def arriving(self, file: File, type: str, data: bytes) -> None:
        """A PDF of somebody who issues signed outputs is read before it counts as whole, so that no transaction waits
        for its reader and nobody issues it unread. Harmless when repeated."""
        if type != PDF:
            return
        now = self._clock.now()
        async with self._db.read() as session:
            if not await issuing.issues(self.ports, session, file.agency, file.account, now):
                return
        found = await self.ports.papers.read(data)
        async with self._db.write() as session:
            await issuing.keep_reading(session, file.id, *found, now)

    async def forward(self, engine: SyncEngine) -> None:
        """Part of the nightly work: texts that waited, in every agency."""
        async with self._db.reading() as connection:
            waiting = select(col(ApplicationNotice.agency)).where(col(ApplicationNotice.status).in_(OPEN)).distinct()
            agencies = list((await connection.execute(waiting)).scalars())
        for agency in agencies:
            await self._forward(engine, agency)

    def functions(self, engine: SyncEngine) -> Mapping[str, JobFunction]:
        """What the job runner calls: texts that waited, when the gateway may be back or a number is another one."""

        async def forward(job: DueJob) -> None:
            await self._forward(engine, job.key)

        return {notices.FORWARD_JOB: forward}

    async def _forward(self, engine: SyncEngine, agency: str) -> None:
        more, last = True, None
        while more:
            async with engine.writing(agency) as w:
                _, last = await notices.forward(self.ports, w, last)
            more = last is not None

    async def keep(self, engine: SyncEngine, erase: Callable[[Sequence[str]], Awaitable[int]]) -> None:
        """Part of the nightly work: what is known of subjects of open cases, then drafts and cases whose keeping time
        is over, in every agency; ``erase`` removes the content of files. What fails is told to the operator and tried
        again the next night."""
        async with self._db.reading() as connection:
            query = select(col(ServiceDefinition.agency)).distinct().order_by(col(ServiceDefinition.agency))
            agencies = list((await connection.execute(query)).scalars())
        for agency in agencies:
            settled = await self._settle(engine, agency)
            cases = await self._erase(engine, agency)
            outputs, left = 0, retention.BATCH
            while left:
                async with engine.writing(agency) as w:
                    left = await retention.outputs(w)
                outputs += left
            async with engine.writing(agency) as w:
                files = await retention.files(w)
            log.info(
                "applications_erased", agency=agency, settled=settled, cases=cases, outputs=outputs,
                files=await erase(files),
            )  # fmt: skip

    async def _settle(self, engine: SyncEngine, agency: str) -> int:
        changed, last = 0, subjects.FIRST
        try:
            while last:
                async with engine.writing(agency) as w:
                    more, last = await subjects.settle(self.ports, w, last)
                changed += more
        except Exception as error:
            # What is known of subjects is asked again at *kirim*: the night's other work goes on.
            log.error("applications_not_settled", agency=agency, error=type(error).__name__, exc_info=True)
        return changed

    async def _erase(self, engine: SyncEngine, agency: str) -> int:
        cases, last = 0, retention.FIRST
        while True:
            async with engine.writing(agency) as w:
                ids = await retention.due(w, last)
            if not ids:
                return cases
            last = ids[-1]
            try:
                async with engine.writing(agency) as w:
                    cases += len(await retention.erase(self.ports, w, ids))
            except Exception as error:
                # One batch that cannot go now must not keep the others.
                log.error("applications_not_erased", agency=agency, error=type(error).__name__, exc_info=True)
