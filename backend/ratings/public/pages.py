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
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from backend.database.engine import Database
from backend.identity.rules.phones import parse_phone
from backend.identity.rules.throttle import address_group
from backend.keys import Keys
from backend.ratings.ports import Agency
from backend.ratings.public.form import Typed, render
from backend.ratings.public.layout import Reader, address, page, reader_of
from backend.ratings.public.opening import Opened, Opening, code_of, survey_of
from backend.ratings.public.posted import Sent, faults_of, given_of, read_fields
from backend.ratings.public.script import SCRIPT
from backend.ratings.public.stamps import Stamp, Stamps
from backend.ratings.public.texts import LANGUAGES, say
from backend.ratings.public.together import Together
from backend.ratings.rules.arrival import read_score
from backend.ratings.rules.codes import read_token
from backend.ratings.rules.scores import INDICATORS
from backend.ratings.service.intake import REPEATED
from backend.ratings.service.room import Room
from backend.ratings.service.shown import stamp as spell
from sync.clock import Clock, to_ms
from sync.engine import SyncEngine
from sync.errors import Refusal
from sync.ids import is_uuid, uuid4

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
        self.together = Together(means.engine)
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
            token=code["token"],
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
        """Take a filled form: 303 to the thanks, or the form again with what is missing.

        The engine judges; what is looked at here is a hint, so that a good form costs one transaction and no more.
        """
        reader = reader_of(request)
        fields = await read_fields(request)
        signed = fields.get("stamp", [""])[0]
        stamp = self.stamps.read(signed)
        if stamp is None or stamp.token != read_token(str(request.path_params["token"])):
            return self._message(request, reader, "unknown", "form_broken", status=400)
        sent = Sent(stamp, signed, given_of(fields), fields.get("phone", [""])[0][:60])
        faults = await self._faults(sent)
        if faults:
            return await self._again(request, reader, sent, status=422, faults=faults)
        source = address_group(request.client.host if request.client else "")
        if not await self.limiter.hit(self.limit, "n", source):
            return await self._again(request, reader, sent, status=429, notice="often")
        own = stamp.own or await self.means.account(request) == stamp.officer
        args = self._args(sent, reader.language, own=own)
        try:
            answer = await self.together.submit(stamp.agency, stamp.id, args)
        except Refusal:
            return await self._again(request, reader, sent, status=503, notice="busy")
        if answer.accepted or answer.status in ("deferred", "retry"):
            if not answer.accepted:
                log.error("rating_waits", status=answer.status, code=answer.code)
            return self._received(reader, stamp, repeated=answer.code == REPEATED)
        return await self._refused(request, reader, sent, answer.code)

    async def thanks(self, request: Request) -> Response:
        """The thanks, and the way to the survey of the site that was rated."""
        reader = reader_of(request)
        token = read_token(request.path_params["token"])
        rating = request.query_params.get("n", "")
        async with self.means.db.reading() as connection:
            code = None if token is None else await code_of(connection, token)
            agency = None if code is None else await self.means.room.house.agency(connection, code["agency"])
            survey = await survey_of(connection, code, rating) if code is not None and is_uuid(rating) else None
        repeated = request.query_params.get("ulang") == "1"
        links = ""
        if survey is not None:
            target = address(f"/survei/{survey}", lang=reader.language)
            links = f'<p><a class="act b" href="{target}">{reader.say("survey")}</a></p>'
        name = "repeated" if repeated else "thanks"
        body = f'<div class="box ok" role="status"><h1>{reader.say(name)}</h1></div><p>{reader.say(f"{name}_why")}</p>'
        return self._page(request, reader, say(reader.language, name), body + links, agency=agency)

    async def _faults(self, sent: Sent) -> dict[str, str]:
        """What is missing, by the catalogue in memory; what it finds is looked at again with the database's."""
        agency, now = sent.stamp.agency, self.means.clock.now()
        known = self.means.room.catalogues.last(agency, now)
        if known is not None and not faults_of(sent, known):
            return {}
        async with self.means.db.reading() as connection:
            return faults_of(sent, await self.means.room.catalogues.get(connection, agency, now))

    async def _again(
        self, request: Request, reader: Reader, sent: Sent, *, status: int, faults: Mapping[str, str] | None = None,
        notice: str = "",
    ) -> Response:  # fmt: skip
        """The form once more with everything that was typed; a bare page if even that cannot be read now."""
        try:
            async with self.means.db.reading() as connection:
                agency = await self.means.room.house.agency(connection, sent.stamp.agency)
                opened = await self.opening.again(connection, agency, sent.stamp)
        except Exception as error:
            log.error("form_not_shown", error=type(error).__name__)
            retry = {"Retry-After": "5"}
            body = f"<h1>{reader.say('busy')}</h1><p>{reader.say('busy_why', send='KIRIM')}</p>"
            return self._page(
                request, reader, say(reader.language, "busy"), body, agency=None, status=503, headers=retry
            )
        if opened is None:
            return self._message(request, reader, "revoked", "revoked_why", status=410, agency=agency)
        said = ""
        if notice:
            send = opened.sheet.instrument.body["form"]["send"][LANGUAGES.index(reader.language)]
            said = f"{say(reader.language, notice)}. {say(reader.language, f'{notice}_why', send=send)}"
        typed = Typed(sent.given, sent.phone, faults or {}, said)
        return self._sheet(request, reader, opened, typed, sent.signed, status=status)

    async def _refused(self, request: Request, reader: Reader, sent: Sent, code: str | None) -> Response:
        """What the engine would not store, in words that say what to do."""
        async with self.means.db.reading() as connection:
            agency = await self.means.room.house.agency(connection, sent.stamp.agency)
        if code == "id_reused":
            again = sent.stamp.token
            return self._message(request, reader, "used", "used_why", status=409, agency=agency, again=again)
        if code == "revoked":
            return self._message(request, reader, "revoked", "revoked_why", status=410, agency=agency)
        log.warning("rating_refused", code=code)
        return self._message(request, reader, "unknown", "form_broken", status=422, agency=agency)

    async def _other(self, request: Request, reader: Reader, code: Mapping[str, Any], agency: Agency) -> Response:
        if code["kind"] == "board" and self.means.board is not None:
            return await self.means.board(request, reader, code)
        path = f"/survei/{code['token']}" if code["kind"] == "survey" else f"/{agency.code.lower()}/nilai"
        return RedirectResponse(f"{path}?{urlencode({'lang': reader.language})}", 303)

    def _args(self, sent: Sent, language: str, *, own: bool) -> dict[str, Any]:
        """The mutation of a post. A resend gives the same bytes, or it would be another rating."""
        stamp, given, phone = sent.stamp, sent.given, parse_phone(sent.phone)
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
            "phone": None if phone.error else self.means.room.secrets.seal(stamp.agency, stamp.id, phone.e164),
        }
        if stamp.version == "v1":
            return args | {"score": read_score(given.score), "indicators": list(given.indicators)}
        return args | {"scores": {code: read_score(given.scores[code]) for code in INDICATORS}}

    def _device(self, request: Request, agency: str) -> str:
        """An opaque mark of address and browser make: the same device without a cookie is known as the same."""
        source = address_group(request.client.host if request.client else "")
        agent = request.headers.get("user-agent", "")[:300]
        return self.means.room.secrets.hashed("source", agency, source, agent)[:24]

    def _received(self, reader: Reader, stamp: Stamp, *, repeated: bool) -> Response:
        query = {"lang": reader.language, "n": stamp.id, **({"ulang": "1"} if repeated else {})}
        return RedirectResponse(f"/n/{stamp.token}/terima?{urlencode(query)}", 303, {"Cache-Control": "no-store"})

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
