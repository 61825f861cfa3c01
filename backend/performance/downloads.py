"""``/unduh/skp/...``: plan and evaluation on paper, the roster as a workbook; what one may not read is not found."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from backend.audit import service as audit
from backend.database.engine import Database
from backend.identity.service.directory import Directory
from backend.performance.models import Plan
from backend.performance.service import cases, paper, views
from backend.performance.service.showing import appraisers
from backend.performance.service.views import Scope
from backend.reports.pdf import compile_pdf
from backend.reports.sheets import MEDIA_TYPE
from sync.actors import Viewer
from sync.errors import Refusal
from sync.ids import derived, is_uuid

PDF = "application/pdf"
_MISSING = "Berkas tidak ditemukan."


class Downloads:
    """The routes of this room."""

    def __init__(
        self, db: Database, directory: Directory, viewer_of: Callable[[Request], Awaitable[Viewer | None]]
    ) -> None:
        self._db = db
        self._directory = directory
        self._viewer_of = viewer_of

    def routes(self) -> list[Route]:
        """What the application serves."""
        return [
            Route("/unduh/skp/rekap/{year:int}", self.roster, methods=["GET"]),
            Route("/unduh/skp/{plan}", self.plan, methods=["GET"]),
            Route("/unduh/skp/{plan}/{round}", self.evaluation, methods=["GET"]),
        ]

    async def plan(self, request: Request) -> Response:
        """A plan: the employee, who appraises, HR."""
        viewer = await self._viewer_of(request)
        if viewer is None:
            return _signed_out()
        now = self._directory.clock.now()
        async with self._db.read() as session:
            plan = await self._plan(session, viewer, request.path_params["plan"])
            if plan is None or not (_side(viewer, plan) or _is_hr(viewer, plan)):
                return PlainTextResponse(_MISSING, 404)
            tree = await self._directory.trees.get(session, viewer.agency)
            data = await paper.plan_data(session, tree, plan, now)
        content = await compile_pdf(paper.TEMPLATES / "plan.typ", data, now)
        return _attachment(content, f"skp-{plan.year}.pdf", PDF)

    async def evaluation(self, request: Request) -> Response:
        """An evaluation: who appraises; the employee once it is final. Feedback is in it, so HR has no such paper."""
        viewer = await self._viewer_of(request)
        if viewer is None:
            return _signed_out()
        now = self._directory.clock.now()
        async with self._db.read() as session:
            plan = await self._plan(session, viewer, request.path_params["plan"])
            try:
                case = None if plan is None else await cases.load(
                    session, derived(plan.id, request.path_params["round"])
                )  # fmt: skip
            except Refusal:
                case = None
            if plan is None or case is None or not _reads(viewer, plan, final=case.final):
                return PlainTextResponse(_MISSING, 404)
            tree = await self._directory.trees.get(session, viewer.agency)
            data = await paper.evaluation_data(session, tree, case, now)
        content = await compile_pdf(paper.TEMPLATES / "evaluation.typ", data, now)
        return _attachment(content, f"evaluasi-{plan.year}-{case.row.round}.pdf", PDF)

    async def roster(self, request: Request) -> Response:
        """The roster of a unit for HR with full numbers; for a superior the people directly below, numbers masked."""
        viewer = await self._viewer_of(request)
        if viewer is None:
            return _signed_out()
        now, unit = self._directory.clock.now(), request.query_params.get("unit")
        async with self._db.write() as session:
            tree = await self._directory.trees.get(session, viewer.agency)
            hr = next((one for one in viewer.grants.values() if one.works_as("HRA")), None)
            if unit is not None and (hr is None or unit not in hr.scope or unit not in tree.nodes):
                return PlainTextResponse(_MISSING, 404)
            if hr is None:
                scope = Scope(viewer.agency, superior=viewer.account)
            else:
                below = hr.scope if unit is None else tree.below(unit)
                scope = Scope(viewer.agency, None if tree.root in below else below, full=True)
            try:
                found = await views.roster(
                    session, tree, scope, request.path_params["year"], tree.today(now), limit=None
                )
            except Refusal:
                return PlainTextResponse(_MISSING, 404)
            await audit.record(
                session, agency=viewer.agency, actor=viewer.account, role=None if hr is None else "HRA",
                act="skp.roster_fetch", object_kind="skp", object_id=unit, at=now, detail={"n": len(found["rows"])},
            )  # fmt: skip
        data = await asyncio.to_thread(paper.roster_workbook, tree, found, now)
        return _attachment(data, f"rekap-skp-{tree.code}-{found['year']}.xlsx", MEDIA_TYPE)

    async def _plan(self, session: AsyncSession, viewer: Viewer, id: str) -> Plan | None:
        found = await session.get(Plan, id) if is_uuid(id) else None
        return found if found is not None and found.agency == viewer.agency else None


def _side(viewer: Viewer, plan: Plan) -> bool:
    return viewer.account == plan.person or bool(appraisers(plan) & viewer.audiences)


def _reads(viewer: Viewer, plan: Plan, *, final: bool) -> bool:
    if viewer.account == plan.person:
        return final
    return bool(appraisers(plan) & viewer.audiences)


def _is_hr(viewer: Viewer, plan: Plan) -> bool:
    return any(actor.works_as("HRA", over=plan.unit) for actor in viewer.grants.values())


def _signed_out() -> Response:
    return PlainTextResponse("Masuk dulu untuk mengunduh.", 401)


def _attachment(data: bytes, name: str, media_type: str) -> Response:
    """A file to be saved, never run; kept by no cache."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(data, media_type=media_type, headers=headers)
