"""``/unduh/evaluasi/{report}/{kind}``: a report on paper or as a workbook, for those who lead the service."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from sqlalchemy import select
from sqlmodel import col
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from backend.database.engine import Database
from backend.evaluation.models import EvaluationFile
from backend.evaluation.ports import QuestionMeasures
from backend.evaluation.rules.report import FINAL
from backend.evaluation.service import files, reports
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
        return [Route("/unduh/evaluasi/{report}/{kind}", self.evaluation, methods=["GET"])]

    async def evaluation(self, request: Request) -> Response:
        """The frozen file of a final report, or the present state of a draft, marked as one."""
        viewer = await self._viewer_of(request)
        if viewer is None:
            return PlainTextResponse("Masuk dulu untuk mengunduh laporan.", 401)
        id, kind = request.path_params["report"], request.path_params["kind"]
        allowed = any(actor.works_as(*LEADERS) for actor in viewer.grants.values())
        if not allowed or not is_uuid(id) or kind not in files.MEDIA_TYPES:
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


def attachment(data: bytes, name: str, media_type: str) -> Response:
    """A file to be saved, never run; kept by no cache."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(data, media_type=media_type, headers=headers)
