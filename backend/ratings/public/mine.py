"""``/AGENCY/qr-saya`` (also ``/landing/keyPass``): an officer types a number and sees the static code.

Whether a number is unknown, inactive or of another agency cannot be told from the answer, nor from the time it takes.
"""

from __future__ import annotations

import asyncio
from html import escape
from urllib.parse import parse_qs

import structlog
from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from backend.identity.rules.throttle import address_group
from backend.ratings.models import RatingCode
from backend.ratings.ports import Agency
from backend.ratings.public.layout import Reader, address, page, reader_of
from backend.ratings.public.places import Places, heading, listed, lost, rating_agencies
from backend.ratings.public.words import titled, words
from backend.ratings.rules import codes as rules
from backend.ratings.service import codes, duty, posters
from backend.reports import qr
from sync.actors import system_actor
from sync.engine import SyncEngine
from sync.ids import uuid7

log = structlog.get_logger("ratings")

TRIES = RateLimitItemPerMinute(20)
MOST_POSTED = 1024
TAKES_SECONDS = 0.25
"""Every answer takes that long at least: longer than any of the ways to it."""


class Mine:
    """The routes of *QR saya*. One a server."""

    def __init__(self, places: Places, engine: SyncEngine, public_url: str) -> None:
        self.places, self.engine, self.public_url = places, engine, public_url
        self.limiter = MovingWindowRateLimiter(MemoryStorage())

    def routes(self) -> list[Route]:
        """The form, with and without the agency in the address."""
        return [
            Route("/qr-saya", self.choose),
            Route("/landing/keyPass", self.choose),
            Route("/{agency}/qr-saya", self.form, methods=["GET"]),
            Route("/{agency}/qr-saya", self.show, methods=["POST"]),
        ]

    async def choose(self, request: Request) -> Response:
        """Which agency; where there is one only, its form."""
        reader = reader_of(request)
        async with self.places.db.read() as session:
            offices = await rating_agencies(session, self.places.room)
        if len(offices) == 1:
            return RedirectResponse(address(f"/{offices[0].code}/qr-saya", lang=request.query_params.get("lang")), 303)
        links = [(f"/{office.code}/qr-saya", office.name) for office in offices]
        body = heading(reader, "mine", "mine_choose" if links else "no_agency") + listed(reader, links)
        return page(reader, request, titled(reader.language, "mine"), body, secure=self.places.secure)

    async def form(self, request: Request) -> Response:
        """The empty form."""
        reader = reader_of(request)
        async with self.places.db.read() as session:
            office = await self.places.office(session, request.path_params["agency"])
            if office is None:
                return lost(reader, request, secure=self.places.secure)
            about = await self.places.about(session, office)
        body = heading(reader, "mine", "mine_why") + _form(reader, office)
        return page(reader, request, titled(reader.language, "mine"), body, secure=self.places.secure, **about)

    async def show(self, request: Request) -> Response:
        """Name and static code of the officer with that number, or the one neutral answer."""
        reader = reader_of(request)
        caller = address_group(request.client.host if request.client else "")
        if not await self.limiter.hit(TRIES, "qr-saya", caller):
            body = heading(reader, "often", "often_why")
            return page(reader, request, titled(reader.language, "often"), body, status=429, secure=self.places.secure)
        clock = asyncio.get_running_loop()
        begun = clock.time()
        typed = await _typed(request)
        async with self.places.db.read() as session:
            office = await self.places.office(session, request.path_params["agency"])
            if office is None:
                return lost(reader, request, secure=self.places.secure)
            about = await self.places.about(session, office)
            officer = await duty.by_number(session, office.id, typed)
        code = None if officer is None else await self._code(office.id, officer)
        async with self.places.db.read() as session:
            place = "" if officer is None else await self._place(session, office, officer)
        await asyncio.sleep(begun + TAKES_SECONDS - clock.time())
        if officer is None or code is None:
            wrong = f'<div class="box" role="alert"><p>{reader.pick(words("neutral"))}</p></div>'
            body = heading(reader, "mine", "mine_why") + wrong + _form(reader, office)
            return page(
                reader, request, titled(reader.language, "mine"), body, status=404, secure=self.places.secure, **about
            )
        body = self._found(reader, office, officer, code, place)
        return page(reader, request, titled(reader.language, "mine"), body, secure=self.places.secure, **about)

    async def _code(self, agency: str, officer: duty.Officer) -> RatingCode | None:
        """The personal code in force; one is issued where there was never any."""
        async with self.places.db.read() as session:
            known = await codes.live(session, agency, codes.PERSONAL, [officer.id])
            if officer.id in known:
                return known[officer.id]
            if await codes.had(session, agency, [officer.id]):
                return None
            tree = await self.places.directory.trees.get(session, agency)
            served = await duty.sites_of(session, tree, [officer.id], tree.today(self.places.clock.now()))
        site = served.get(officer.id, [officer.unit or tree.root])[0]
        args = {"kind": codes.PERSONAL, "site": site, "person": officer.id}
        answer = await self.engine.execute(system_actor(agency, "QR saya"), "rating.code_issue", uuid7(), args)
        if answer.status != "applied" and answer.code != "exists":
            log.warning("code_not_issued", code=answer.code)
        async with self.places.db.read() as session:
            return (await codes.live(session, agency, codes.PERSONAL, [officer.id])).get(officer.id)

    async def _place(self, session: AsyncSession, office: Agency, officer: duty.Officer) -> str:
        tree = await self.places.directory.trees.get(session, office.id)
        served = await duty.sites_of(session, tree, [officer.id], tree.today(self.places.clock.now()))
        return tree.unit_name(served.get(officer.id, [officer.unit or ""])[0])

    def _found(self, reader: Reader, office: Agency, officer: duty.Officer, code: RatingCode, place: str) -> str:
        path = rules.form_path(code.token)
        label = reader.pick(words("qr", who=officer.name))
        image = qr.svg(self.public_url.rstrip("/") + path, label)
        prints = "".join(
            f'<li><a href="/n/{code.token}/{sheet}.pdf" download>{reader.pick(words(sheet))}</a></li>'
            for sheet in (f"{form}-{paper}" for form in posters.FORMS for paper in posters.PAPERS)
        )
        return (
            f"<h1>{escape(officer.name)}</h1><p>{escape(place)}</p>"
            f'<p style="max-width:240px">{image}</p><p><b>{rules.show_token(code.token)}</b></p>'
            f"<p>{reader.pick(words('static'))}</p>"
            f'<p><a class="act b" href="{address(path, lang=reader.language)}">{reader.pick(words("open"))}</a></p>'
            f'<h2>{reader.pick(words("print"))}</h2><ul class="l">{prints}</ul>'
            f'<p><a class="act" href="{address(f"/{office.code}/qr-saya", lang=reader.language)}">'
            f"{reader.pick(words('again'))}</a></p>"
        )


async def _typed(request: Request) -> str:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_POSTED:
            return ""
    return parse_qs(body.decode("utf-8", "replace")).get("nomor", [""])[0][:40]


def _form(reader: Reader, office: Agency) -> str:
    action = address(f"/{office.code}/qr-saya", lang=reader.language)
    return (
        f'<form method="post" action="{action}"><div class="f"><label class="q" for="nomor">'
        f'{reader.pick(words("number"))}</label><input class="t" id="nomor" name="nomor" required maxlength="40" '
        f'autocomplete="off" autocapitalize="characters" spellcheck="false"></div>'
        f"<p><button>{reader.pick(words('show'))}</button></p></form>"
    )
