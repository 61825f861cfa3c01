"""Papers of cases: ``/permohonan-berkas/...`` for one case, ``/unduh/permohonan/...`` for a service; what one may not
read is not found."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from backend.applications.docx import MEDIA_TYPE as DOCX
from backend.applications.ports import House
from backend.applications.rules.definition import Subject
from backend.applications.service import documents, letters, reports, summary
from backend.applications.service.viewing import seen
from backend.audit import service as audit
from backend.database.engine import Database
from backend.files.tus import Doors, disposition, reads_pages
from backend.reports.pdf import compile_pdf
from backend.reports.sheets import MEDIA_TYPE as XLSX
from sync.actors import Viewer
from sync.clock import Clock
from sync.errors import Refusal

PDF = "application/pdf"
_MISSING = "Berkas tidak ditemukan."
SUMMARY = "ringkasan"
_STATUS = {"not_found": 404, "state": 409, "invalid": 422, "too_many": 422}


class Downloads:
    """The routes of this room besides its files."""

    def __init__(
        self, db: Database, house: House, clock: Clock, viewer_of: Callable[[Request], Awaitable[Viewer | None]],
        doors: Doors | None = None,
    ) -> None:  # fmt: skip
        self._db, self._house, self._clock, self._viewer_of, self._doors = db, house, clock, viewer_of, doors

    def routes(self) -> list[Route]:
        """What the application serves."""
        return [
            Route("/permohonan-berkas/{case}/draf/{letter}", self.draft, methods=["GET"]),
            Route("/permohonan-berkas/{case}/ringkasan", self.summary, methods=["GET"]),
            Route("/unduh/permohonan/{code}/{kind}", self.report, methods=["GET"]),
        ]

    async def draft(self, request: Request) -> Response:
        """The draft of a letter as a Word file: from the state on that its definition names, to whoever works on it."""
        viewer = await self._viewer_of(request)
        if viewer is None:
            return _signed_out(request, self._doors)
        now, case, code = self._clock.now(), request.path_params["case"], request.path_params["letter"]
        try:
            async with self._db.write() as session:
                found = await seen(session, viewer, case)
                if found is None:
                    raise Refusal("not_found", _MISSING)
                app, letter = found.case.app, letters.letter_of(found, code)
                name, data = await letters.draft(session, self._house, found, letter, now)
                actor = found.acting(letters.readers(found.case.service, letter.code))
                await audit.record(
                    session, agency=viewer.agency, actor=viewer.account, role=actor.role, act="application.draft",
                    object_kind="application", object_id=app.id, at=now, detail={"letter": letter.code},
                )  # fmt: skip
                await documents.note_reading(session, app, viewer, letter.code, now)
        except Refusal as refusal:
            if refusal.code == "not_found":
                await self._refused(viewer, "application.draft", case, now)
            return _refused(refusal)
        return _attachment(data, name, DOCX)

    async def _refused(self, viewer: Viewer, act: str, case: str, now: datetime) -> None:
        """A direct call for what is not theirs, in the trail."""
        await audit.refused(self._db, actor=viewer.own, act=act, object_kind="application", object_id=case[:36], at=now)

    async def summary(self, request: Request) -> Response:
        """A case on paper, to whoever sees it."""
        viewer = await self._viewer_of(request)
        if viewer is None:
            return _signed_out(request, self._doors)
        now = self._clock.now()
        async with self._db.read() as session:
            found = await seen(session, viewer, request.path_params["case"])
            if found is not None:
                office = await self._house.office(session, viewer.agency, now)
                content = await summary.data(session, found.case, office.name, office.zone, office.working, now)
        if found is None:
            await self._refused(viewer, "application.summary", request.path_params["case"], now)
            return PlainTextResponse(_MISSING, 404)
        if found.case.app.subject_kind == Subject.PARTY:
            async with self._db.write() as session:
                await documents.note_reading(session, found.case.app, viewer, SUMMARY, now)
        data = await compile_pdf(summary.TEMPLATE, content, now)
        return _attachment(data, f"ringkasan_{found.case.service.code}_{office.today:%Y%m%d}.pdf", PDF)

    async def report(self, request: Request) -> Response:
        """The recap of a service as ``xlsx`` or ``pdf``: ``?periode=2027-04``, or ``?dari=`` and ``?sampai=``; without
        either the last year. 422 with ``too_many`` beyond what one report holds. Every fetch is in the trail: it
        holds names."""
        viewer = await self._viewer_of(request)
        if viewer is None:
            return _signed_out(request, self._doors)
        code, kind = request.path_params["code"], request.path_params["kind"]
        now = self._clock.now()
        async with self._db.read() as session:
            service = await reports.current(session, viewer.agency, code[:40])
            office = await self._house.office(session, viewer.agency, now)
            scope = None if service is None else reports.scope_of(viewer, service, office.root)
            span = _span(request, office.today)
            if service is None or scope is None or span is None or kind not in ("xlsx", "pdf"):
                return PlainTextResponse(_MISSING, 404)
            first, last, period = span
            asked = reports.Span(first, last, office.zone, office.today, period)
            try:
                found = await reports.report(session, service, scope, office.name, asked)
            except Refusal as refusal:
                return _refused(refusal)
        # The trail is written apart: nobody waits to write while cases are counted.
        async with self._db.write() as session:
            await audit.record(
                session, agency=viewer.agency, actor=viewer.account, role=None, act="application.report",
                object_kind="service", object_id=None, at=now, detail={"code": code, "n": len(found.lines)},
            )  # fmt: skip
        name = f"rekap_{service.code}_{period or f'{first:%Y%m%d}-{last:%Y%m%d}'}.{kind}"
        if kind == "xlsx":
            return _attachment(await asyncio.to_thread(reports.as_workbook, found, now), name, XLSX)
        return _attachment(await compile_pdf(reports.TEMPLATE, reports.on_paper(found), now), name, PDF)


def _span(request: Request, today: date) -> tuple[date, date, str] | None:
    """First and last day and the period; ``None`` for what is no date."""
    asked = request.query_params
    try:
        last = date.fromisoformat(asked.get("sampai") or today.isoformat())
        first = date.fromisoformat(asked.get("dari") or (last - timedelta(days=364)).isoformat())
        period = asked.get("periode") or ""
        if period:
            date.fromisoformat(f"{period}-01")
    except (ValueError, OverflowError):
        return None
    return (first, last, period) if first <= last and first.year >= 2000 and last.year < 2100 else None


def _refused(refusal: Refusal) -> Response:
    body = {"code": refusal.code, "message": refusal.message}
    return JSONResponse(body, _STATUS.get(refusal.code, 400))


def _signed_out(request: Request, doors: Doors | None) -> Response:
    if doors is not None and reads_pages(request):
        return doors(request)
    return PlainTextResponse("Masuk dulu untuk mengunduh; belum punya akun, daftar dulu.", 401)


def _attachment(data: bytes, name: str, media_type: str) -> Response:
    """A file to be saved, never run; kept by no cache."""
    headers = {
        "Content-Disposition": disposition(name),
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(data, media_type=media_type, headers=headers)
