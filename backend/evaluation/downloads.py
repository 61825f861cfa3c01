"""``/unduh/evaluasi/{report}/{kind}``: a report on paper or as a workbook, for those who lead the service."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from sqlalchemy import select
from sqlmodel import col
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from backend.audit import service as audit
from backend.database.engine import Database
from backend.evaluation.models import EvaluationFile, ServiceDocument
from backend.evaluation.ports import QuestionMeasures
from backend.evaluation.rules.report import FINAL
from backend.evaluation.service import documents, files, recaps, reports
from backend.evaluation.service.room import LEADERS
from backend.identity.service.directory import Directory
from sync.actors import Viewer
from sync.ids import is_uuid

_MISSING = "Berkas tidak ditemukan."


class Downloads:
    """The routes of this room; everything that the caller may not read is not found."""

    def __init__(
        self,
        db: Database,
        directory: Directory,
        questions: QuestionMeasures,
        viewer_of: Callable[[Request], Awaitable[Viewer | None]],
    ) -> None:
        self._db = db
        self._directory = directory
        self._questions = questions
        self._viewer_of = viewer_of

    def routes(self) -> list[Route]:
        """What the application serves."""
        return [
            Route("/unduh/evaluasi/{report}/{kind}", self.evaluation, methods=["GET"]),
            Route("/unduh/dokumen/{document}/{kind}", self.document, methods=["GET"]),
            Route("/unduh/rekap/{year:int}", self.recap, methods=["GET"]),
        ]

    async def evaluation(self, request: Request) -> Response:
        """The frozen file of a final report, or the present state of a draft, marked as one."""
        viewer = await self._viewer_of(request)
        if viewer is None:
            return _signed_out()
        id, kind = request.path_params["report"], request.path_params["kind"]
        if not _reads(viewer, LEADERS) or not is_uuid(id) or kind not in files.MEDIA_TYPES:
            return PlainTextResponse(_MISSING, 404)
        async with self._db.read() as session:
            report = await reports.report_of(session, viewer.agency, id)
            if report is None:
                return PlainTextResponse(_MISSING, 404)
            tree = await self._directory.trees.get(session, viewer.agency)
            if report.state == FINAL:
                c = EvaluationFile
                query = select(col(c.content)).where(col(c.report) == id, col(c.kind) == kind)
                data = (await session.execute(query)).scalar_one()
            else:
                content = await reports.content(session, self._questions, tree, report, self._directory)
        if report.state != FINAL:
            data = await files.make(content, kind, self._directory.clock.now(), final=False)
        return attachment(data, files.name(tree, report, kind), files.MEDIA_TYPES[kind])

    async def document(self, request: Request) -> Response:
        """A service document, set from what is kept now; every fetch is in the trail."""
        viewer = await self._viewer_of(request)
        if viewer is None:
            return _signed_out()
        id, kind = request.path_params["document"], request.path_params["kind"]
        if not _reads(viewer, documents.READERS) or not is_uuid(id) or kind not in files.MEDIA_TYPES:
            return PlainTextResponse(_MISSING, 404)
        now = self._directory.clock.now()
        async with self._db.write() as session:
            drawn = await session.get(ServiceDocument, id)
            if drawn is None or drawn.agency != viewer.agency:
                return PlainTextResponse(_MISSING, 404)
            tree = await self._directory.trees.get(session, viewer.agency)
            found = await documents.content(session, self._questions, tree, drawn, now)
            await audit.record(
                session, agency=viewer.agency, actor=viewer.account, role="KTM", act="evaluation.document_fetch",
                object_kind="service_document", object_id=id, at=now, detail={"kind": kind, "n": found["n"]},
            )  # fmt: skip
        data = await documents.make(found, kind, now)
        name = f"dokumen-pelayanan-{tree.code}-{drawn.first}-{drawn.last}.{kind}"
        return attachment(data, name, files.MEDIA_TYPES[kind])

    async def recap(self, request: Request) -> Response:
        """Visitors and employees of a year as a workbook."""
        viewer = await self._viewer_of(request)
        if viewer is None:
            return _signed_out()
        year = int(request.path_params["year"])
        if not _reads(viewer, LEADERS) or not 2000 <= year <= 2099:
            return PlainTextResponse(_MISSING, 404)
        now = self._directory.clock.now()
        async with self._db.read() as session:
            tree = await self._directory.trees.get(session, viewer.agency)
            found = await recaps.recap(session, self._questions, tree, year, now)
        data = await asyncio.to_thread(recaps.as_workbook, found, now)
        return attachment(data, f"rekap-{tree.code}-{year}.xlsx", files.MEDIA_TYPES[files.XLSX])


def _reads(viewer: Viewer, roles: Sequence[str]) -> bool:
    return any(actor.works_as(*roles) for actor in viewer.grants.values())


def _signed_out() -> Response:
    return PlainTextResponse("Masuk dulu untuk mengunduh laporan.", 401)


def attachment(data: bytes, name: str, media_type: str) -> Response:
    """A file to be saved, never run; kept by no cache."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(data, media_type=media_type, headers=headers)
