"""What a service asks for, for everybody and without signing in: ``/{agency}/layanan`` and one page per service.

The frame and its words are in two languages; what the agency wrote in its definition stands as it was written.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from backend.applications.models import ServiceDefinition
from backend.applications.reading import read
from backend.applications.rules.definition import Service
from backend.database.engine import Database
from backend.identity.models import AGENCY

DEFINITION: Any = ServiceDefinition.__table__  # type: ignore[attr-defined]
SIGN_UP = "/parpol/daftar"
NOT_SET = ("Belum ditetapkan", "Not yet set")
TEXTS = {
    "services": ("Layanan dan persyaratannya", "Services and what they ask for"),
    "requirements": ("Persyaratan", "Requirements"),
    "documents": ("Dokumen", "Documents"),
    "if_needed": ("bila diperlukan", "if it applies"),
    "procedure": ("Prosedur", "Procedure"),
    "fee": ("Biaya", "Fee"),
    "duration": ("Jangka waktu", "Duration"),
    "flow": ("Alur", "Steps"),
    "video": ("Video panduan", "Video guide"),
    "watch": ("Buka video", "Open the video"),
    "no_video": ("Belum ada video.", "There is no video yet."),
    "apply": ("Masuk untuk mengajukan", "Sign in to apply"),
    "sign_up": ("Daftar sebagai pengurus partai", "Sign up as an officer of a party"),
    "none": ("Belum ada layanan.", "There are no services yet."),
    "unknown": ("Halaman ini tidak ditemukan.", "This page was not found."),
    "choose": ("Pilih instansi", "Choose an agency"),
    "first": ("Masuk dulu", "Sign in first"),
    "closed": (
        "Berkas dan isian permohonan hanya untuk yang masuk. Belum punya akun? Daftar dulu.",
        "Files and forms of applications are for those who signed in. No account yet? Sign up first.",
    ),
    "enter": ("Masuk", "Sign in"),
}


class Frame(Protocol):
    """The frame of all public pages, as the server wires it."""

    def reader(self, request: Request) -> Any:
        """Language and size of text that the request asks for."""
        ...

    def page(self, reader: Any, request: Request, title: str, body: str, **more: Any) -> Response:
        """A whole page; ``body`` is HTML."""
        ...


class SignInFirst:
    """What somebody without an account gets who follows a link to a paper: the way in, and the way to an account."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    def __call__(self, request: Request) -> Response:
        """A page with status 401; after signing in its reader is back at the link."""
        reader = self._frame.reader(request)
        title = _said(reader, "first")
        way = f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
        body = (
            f"<h1>{title}</h1><p>{_said(reader, 'closed')}</p>"
            f'<p><a class="act b" href="/masuk?ke={quote(way, safe="")}">{_said(reader, "enter")}</a></p>'
            f'<p><a href="{SIGN_UP}">{_said(reader, "sign_up")}</a></p>'
        )
        return self._frame.page(reader, request, title, body, status=401, guide=False)


class ServicePages:
    """The routes; readable by everybody."""

    def __init__(self, db: Database, frame: Frame) -> None:
        self._db, self._frame = db, frame

    def routes(self) -> list[Route]:
        """All of them."""
        return [
            Route("/publikasi/layanan/{code}", self.anywhere, methods=["GET", "HEAD"]),
            Route("/{agency}/layanan", self.listing, methods=["GET", "HEAD"]),
            Route("/{agency}/layanan/{code}", self.service, methods=["GET", "HEAD"]),
        ]

    async def anywhere(self, request: Request) -> Response:
        """The service at the one agency that offers it, else the choice among them."""
        code = request.path_params["code"][:40]
        query = (
            select(AGENCY.c.code, AGENCY.c.name)
            .join(DEFINITION, DEFINITION.c.agency == AGENCY.c.id)
            .where(DEFINITION.c.code == code, DEFINITION.c.ended_at.is_(None))
            .order_by(AGENCY.c.name)
        )
        async with self._db.reading() as connection:
            found = (await connection.execute(query)).all()
        places = [(f"/{row.code.lower()}/layanan/{code}", row.name) for row in found]
        if len(places) == 1:
            return RedirectResponse(places[0][0], 303)
        reader = self._frame.reader(request)
        if not places:
            return self._unknown(reader, request)
        title = _said(reader, "choose")
        return self._frame.page(reader, request, title, f"<h1>{title}</h1>{_links(places)}", guide=False)

    async def listing(self, request: Request) -> Response:
        """The services of an agency."""
        reader = self._frame.reader(request)
        async with self._db.reading() as connection:
            agency = await _agency(connection, request)
            services = [] if agency is None else await _current(connection, agency.id)
        if agency is None:
            return self._unknown(reader, request)
        links = [(f"/{agency.code.lower()}/layanan/{one.code}", one.title) for one in services]
        title = _said(reader, "services")
        body = f"<h1>{title}</h1><p>{escape(agency.name)}</p>" + (_links(links) or f"<p>{_said(reader, 'none')}</p>")
        return self._frame.page(reader, request, title, body, guide=False)

    async def service(self, request: Request) -> Response:
        """One service: requirements, procedure, fee, duration, flow, the place of its video."""
        reader = self._frame.reader(request)
        async with self._db.reading() as connection:
            agency = await _agency(connection, request)
            services = [] if agency is None else await _current(connection, agency.id, request.path_params["code"][:40])
        if agency is None or not services:
            return self._unknown(reader, request)
        body = _service(reader, services[0], agency.name)
        return self._frame.page(reader, request, services[0].title, body, guide=False)

    def _unknown(self, reader: Any, request: Request) -> Response:
        title = _said(reader, "unknown")
        return self._frame.page(reader, request, title, f"<h1>{title}</h1>", status=404, guide=False)


def _service(reader: Any, service: Service, agency: str) -> str:
    page = service.page
    documents = [
        escape(one.label) + ("" if one.when is None and one.required else f" ({_said(reader, 'if_needed')})")
        for one in service.items
    ]
    fee = page.fee.strip() if page.fee is not None and page.fee.strip() else reader.pick(NOT_SET)
    duration = escape(page.duration.strip()) or reader.pick(NOT_SET)
    door = (SIGN_UP, "sign_up") if service.subject == "party" else ("/masuk", "apply")
    return (
        f"<h1>{escape(service.title)}</h1><p>{escape(agency)}</p>"
        + _part(reader, "requirements", _list([escape(one) for one in page.requirements], "ul"))
        + _part(reader, "documents", _list(documents, "ol"))
        + _part(reader, "procedure", _list([escape(one) for one in page.procedure], "ol"))
        + _part(reader, "fee", f"<p><b>{escape(fee, quote=False) if page.fee else fee}</b></p>")
        + _part(reader, "duration", f"<p>{duration}</p>")
        + _part(reader, "flow", _list([escape(one) for one in page.flow], "ol"))
        + _part(reader, "video", _video(reader, page.video))
        + f'<p><a class="act b" href="{door[0]}">{_said(reader, door[1])}</a></p>'
    )


def _part(reader: Any, name: str, body: str) -> str:
    return f"<h2>{_said(reader, name)}</h2>{body}" if body else ""


def _video(reader: Any, address: str) -> str:
    """A link, because nothing foreign is loaded into our pages; only to the web, never a script."""
    try:
        scheme = urlsplit(address).scheme
    except ValueError:
        scheme = ""
    if scheme not in ("http", "https"):
        return f"<p>{_said(reader, 'no_video')}</p>"
    return f'<p><a href="{escape(address, quote=True)}" rel="noreferrer">{_said(reader, "watch")}</a></p>'


def _list(lines: Sequence[str], kind: str) -> str:
    return f"<{kind}>{''.join(f'<li>{line}</li>' for line in lines)}</{kind}>" if lines else ""


def _links(places: Sequence[tuple[str, str]]) -> str:
    shown = "".join(f'<li><a href="{escape(href, quote=True)}">{escape(name)}</a></li>' for href, name in places)
    return f'<ul class="l">{shown}</ul>' if places else ""


def _said(reader: Any, name: str) -> str:
    return str(reader.pick(TEXTS[name]))


async def _agency(connection: AsyncConnection, request: Request) -> Any:
    code = request.path_params["agency"][:20].upper()
    query = select(AGENCY.c.id, AGENCY.c.code, AGENCY.c.name).where(AGENCY.c.code == code)
    return (await connection.execute(query)).first()


async def _current(connection: AsyncConnection, agency: str, code: str = "") -> list[Service]:
    query = select(DEFINITION.c.definition).where(DEFINITION.c.agency == agency, DEFINITION.c.ended_at.is_(None))
    if code:
        query = query.where(DEFINITION.c.code == code)
    rows = (await connection.execute(query.order_by(DEFINITION.c.title))).scalars()
    return [found for row in rows if (found := read(row).service) is not None]
