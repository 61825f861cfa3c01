"""``/n/TOKEN``: the form of an officer, its post, and the thanks. Works with scripts off; every answer is a page."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import structlog
from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from backend.database.engine import Database
from backend.identity.rules.phones import parse_phone
from backend.identity.rules.throttle import address_group
from backend.keys import Keys
from backend.ratings.models import RATING, RATING_CODE
from backend.ratings.ports import Agency
from backend.ratings.public.form import Typed, render
from backend.ratings.public.layout import Reader, address, page, reader_of
from backend.ratings.public.opening import Opened, Opening, code_by_id, code_of
from backend.ratings.public.posted import given_of, read_fields
from backend.ratings.public.script import SCRIPT
from backend.ratings.public.stamps import Stamp, Stamps
from backend.ratings.public.texts import LANGUAGES, say
from backend.ratings.rules.arrival import Given, form_faults, read_score
from backend.ratings.rules.codes import read_token
from backend.ratings.rules.scores import INDICATORS
from backend.ratings.service.intake import REPEATED
from backend.ratings.service.room import Room
from backend.ratings.service.shown import stamp as spell
from sync.actors import system_actor
from sync.clock import Clock, to_ms
from sync.engine import SyncEngine
from sync.errors import Refusal
from sync.ids import uuid4

log = structlog.get_logger("ratings")

BROWSER_COOKIE = "sambung_n"
REMEMBERED = 400 * 86_400
Account = Callable[[Request], Awaitable[str | None]]
"""The account of the session that a request carries, if any."""
Board = Callable[[Request, Reader, Mapping[str, Any]], Awaitable[Response]]
"""The page of a board code (its row): who is on duty there."""


@dataclass(frozen=True, slots=True)
class Means:
    """What the pages work with; wired once a server. ``per_minute``: posts from one address."""

    db: Database
    engine: SyncEngine
    clock: Clock
    keys: Keys
    room: Room
    account: Account
    board: Board | None = None
    secure: bool = False
    per_minute: int = 240


class RatingPages:
    """The routes of the form."""

    def __init__(self, means: Means) -> None:
        self.means = means
        self.stamps = Stamps(means.keys)
        self.opening = Opening(means.room, means.keys, means.clock)
        self.limiter = MovingWindowRateLimiter(MemoryStorage())
        self.limit = RateLimitItemPerMinute(means.per_minute)

    def routes(self) -> list[Route]:
        """All of them."""
        return [
            Route("/n/{token}", self.form, methods=["GET", "HEAD"]),
            Route("/n/{token}", self.post, methods=["POST"]),
            Route("/n/{token}/terima", self.thanks, methods=["GET", "HEAD"]),
        ]

    async def form(self, request: Request) -> Response:
        """A fresh form, the chooser of a board, or a page that says why there is none."""
        reader = reader_of(request)
        token = read_token(request.path_params["token"])
        async with self.means.db.reading() as connection:
            code = None if token is None else await code_of(connection, token)
            if code is None:
                return self._message(request, reader, "unknown", "unknown_why", status=404)
            agency = await self.means.room.house.agency(connection, code["agency"])
            if code["revoked"] is not None:
                return self._message(request, reader, "revoked", "revoked_why", status=410, agency=agency)
            if code["kind"] != "personal":
                return await self._other(request, reader, code, agency)
            opened = await self.opening.fresh(connection, request, code, agency, str(token))
            if opened is None:
                return self._message(request, reader, "revoked", "revoked_why", status=410, agency=agency)
        browser = request.cookies.get(BROWSER_COOKIE, "")
        browser = browser if 16 <= len(browser) <= 40 else secrets.token_urlsafe(16)
        stamp = Stamp(
            id=uuid4(),
            agency=agency.id,
            code=code["id"],
            officer=code["person"],
            instrument=opened.catalogue.asked.id,
            version=opened.catalogue.asked.version,
            opened=to_ms(self.means.clock.now()),
            board=opened.board,
            ticket=opened.ticket,
            proven=opened.proven,
            own=await self.means.account(request) == code["person"],
            browser=browser,
            device=self._device(request, agency.id),
        )
        response = self._sheet(request, reader, opened, Typed(), self.stamps.sign(stamp))
        response.set_cookie(
            BROWSER_COOKIE, browser, max_age=REMEMBERED, path="/n", secure=self.means.secure, httponly=True,
            samesite="lax",
        )  # fmt: skip
        return response

    async def post(self, request: Request) -> Response:
        """Take a filled form: 303 to the thanks, or the form again with what is missing."""
        reader = reader_of(request)
        fields = await read_fields(request)
        stamp = self.stamps.read(fields.get("stamp", [""])[0])
        if stamp is None:
            return self._message(request, reader, "unknown", "form_broken", status=400)
        token = str(request.path_params["token"])
        async with self.means.db.reading() as connection:
            agency = await self.means.room.house.agency(connection, stamp.agency)
            code = await code_by_id(connection, stamp.code)
            if code is None or code["token"] != read_token(token):
                return self._message(request, reader, "unknown", "form_broken", status=400, agency=agency)
            catalogue = await self.means.room.catalogues.get(connection, agency.id, self.means.clock.now())
            opened = await self.opening.again(connection, code, agency, catalogue, stamp)
        given = given_of(fields)
        raw_phone = fields.get("phone", [""])[0][:60]
        if opened is None:
            return self._message(request, reader, "revoked", "revoked_why", status=410, agency=agency)
        faults = form_faults(stamp.version, given, [one.code for one in catalogue.offered])
        phone = parse_phone(raw_phone)
        if phone.error and (phone.error != "EMPTY" or catalogue.rules.is_on("phone_required")):
            faults["phone"] = "REQUIRED" if phone.error == "EMPTY" else "WRONG"
        signed = fields["stamp"][0]
        if faults:
            return self._sheet(request, reader, opened, Typed(given, raw_phone, faults), signed, status=422)
        send = opened.sheet.instrument.body["form"]["send"][LANGUAGES.index(reader.language)]
        source = address_group(request.client.host if request.client else "")
        if not await self.limiter.hit(self.limit, "n", source):
            notice = f"{say(reader.language, 'often')}. {say(reader.language, 'often_why', send=send)}"
            return self._sheet(request, reader, opened, Typed(given, raw_phone, {}, notice), signed, status=429)
        own = stamp.own or await self.means.account(request) == stamp.officer
        args = self._args(stamp, given, reader.language, None if phone.error else phone.e164, own=own)
        try:
            actor = system_actor(agency.id, "Pengguna jasa")
            answer = await self.means.engine.execute(actor, "rating.submit", stamp.id, args, id=stamp.id)
        except Refusal:
            notice = f"{say(reader.language, 'busy')}. {say(reader.language, 'busy_why', send=send)}"
            return self._sheet(request, reader, opened, Typed(given, raw_phone, {}, notice), signed, status=503)
        if answer.accepted:
            return await self._received(request, reader, code["token"], stamp, repeated=answer.code == REPEATED)
        if answer.code == "id_reused":
            return self._message(request, reader, "used", "used_why", status=409, agency=agency, again=code["token"])
        if answer.code == "revoked":
            return self._message(request, reader, "revoked", "revoked_why", status=410, agency=agency)
        if answer.status in ("deferred", "retry"):
            log.error("rating_waits", status=answer.status, code=answer.code)
            return await self._received(request, reader, code["token"], stamp, repeated=False)
        log.warning("rating_refused", code=answer.code)
        return self._message(request, reader, "unknown", "form_broken", status=422, agency=agency)

    async def thanks(self, request: Request) -> Response:
        """The thanks, and the way to the survey."""
        reader = reader_of(request)
        token = read_token(request.path_params["token"])
        async with self.means.db.reading() as connection:
            code = None if token is None else await code_of(connection, token)
            agency = None if code is None else await self.means.room.house.agency(connection, code["agency"])
        repeated = request.query_params.get("ulang") == "1"
        survey = read_token(request.query_params.get("s", ""))
        links = ""
        if survey is not None:
            target = address(f"/survei/{survey}", lang=reader.language)
            links = f'<p><a class="act b" href="{target}">{reader.say("survey")}</a></p>'
        name = "repeated" if repeated else "thanks"
        body = f'<div class="box ok" role="status"><h1>{reader.say(name)}</h1></div><p>{reader.say(f"{name}_why")}</p>'
        return self._page(request, reader, say(reader.language, name), body + links, agency=agency)

    async def _other(self, request: Request, reader: Reader, code: Mapping[str, Any], agency: Agency) -> Response:
        if code["kind"] == "board" and self.means.board is not None:
            return await self.means.board(request, reader, code)
        path = f"/survei/{code['token']}" if code["kind"] == "survey" else f"/{agency.code.lower()}/nilai"
        return RedirectResponse(f"{path}?{urlencode({'lang': reader.language})}", 303)

    def _args(self, stamp: Stamp, given: Given, language: str, e164: str | None, *, own: bool) -> dict[str, Any]:
        """The mutation of a post. A resend gives the same bytes, or it would be another rating."""
        hashed = self.means.room.secrets.hashed
        args: dict[str, Any] = {
            "instrument": stamp.instrument,
            "version": stamp.version,
            "officer": stamp.officer,
            "service": given.service,
            "code": stamp.code,
            "board": stamp.board,
            "ticket": stamp.ticket,
            "opened": spell(stamp.issued),
            "proven": stamp.proven,
            "own": own,
            "language": language,
            "browser": hashed("browser", stamp.agency, stamp.browser),
            "device": hashed("device", stamp.agency, stamp.device),
            "phone": None if e164 is None else self.means.room.secrets.seal(stamp.agency, stamp.id, e164),
        }
        if stamp.version == "v1":
            return args | {"score": read_score(given.score), "indicators": list(given.indicators)}
        return args | {"scores": {code: read_score(given.scores[code]) for code in INDICATORS}}

    def _device(self, request: Request, agency: str) -> str:
        """An opaque mark of address and browser make: the same device without a cookie is known as the same."""
        source = address_group(request.client.host if request.client else "")
        agent = request.headers.get("user-agent", "")[:300]
        return self.means.room.secrets.hashed("source", agency, source, agent)[:24]

    async def _received(
        self, request: Request, reader: Reader, token: str, stamp: Stamp, *, repeated: bool
    ) -> Response:
        query: dict[str, str] = {"lang": reader.language}
        if repeated:
            query["ulang"] = "1"
        r, c = RATING.c, RATING_CODE.c
        survey = (
            select(c.token)
            .join(RATING, r.site == c.site)
            .where(r.id == stamp.id, c.agency == stamp.agency, c.kind == "survey", c.revoked.is_(None))
        )
        async with self.means.db.glancing() as connection:
            found = (await connection.execute(survey.limit(1))).scalar_one_or_none()
        if found is not None:
            query["s"] = found
        return RedirectResponse(f"/n/{token}/terima?{urlencode(query)}", 303, {"Cache-Control": "no-store"})

    def _sheet(
        self, request: Request, reader: Reader, opened: Opened, typed: Typed, stamp: str, *, status: int = 200
    ) -> Response:
        query = {name: request.query_params.get(name) for name in ("b", "s", "t")}
        action = address(f"/n/{opened.code['token']}", lang=reader.language, **query)
        body = render(reader, opened.sheet, typed, action=action, stamp=stamp)
        title = f"{say(reader.language, 'rate')}: {opened.sheet.officer}"
        if typed.faults or typed.notice:
            title = f"{say(reader.language, 'fault')}: {title}"
        retry = {"Retry-After": "60" if status == 429 else "5"} if status in (429, 503) else None
        return self._page(
            request, reader, title, body, status=status, agency=opened.agency, script=SCRIPT, headers=retry,
            channels=opened.catalogue.rules.body["channels"],
        )  # fmt: skip

    def _message(
        self, request: Request, reader: Reader, title: str, why: str, *, status: int, agency: Agency | None = None,
        again: str | None = None,
    ) -> Response:  # fmt: skip
        """A page that says what happened, what is safe, and what to do next."""
        target = "/nilai" if agency is None else f"/{agency.code.lower()}/nilai"
        links = f'<li><a href="{address(target, lang=reader.language)}">{reader.say("list")}</a></li>'
        if again is not None:
            again_ = address(f"/n/{again}", lang=reader.language)
            links = f'<li><a href="{again_}">{reader.say("again")}</a></li>{links}'
        body = f'<h1>{reader.say(title)}</h1><p>{reader.say(why)}</p><ul class="l">{links}</ul>'
        return self._page(request, reader, say(reader.language, title), body, status=status, agency=agency)

    def _page(
        self, request: Request, reader: Reader, title: str, body: str, *, agency: Agency | None, **more: Any
    ) -> Response:
        contact = "" if agency is None else agency.contact
        return page(reader, request, title, body, contact=contact, secure=self.means.secure, **more)
