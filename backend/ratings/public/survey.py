"""``/survei/{token}``: service and profile, then nine questions, three a page; works with scripts off.

Nothing is stored before the last page: each page carries the answers of those before it. The form's signed id makes
a resend store nothing twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer
from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from backend.database.engine import Database
from backend.identity.rules.throttle import address_group
from backend.keys import Keys
from backend.ratings.ports import Agency
from backend.ratings.public.layout import Reader, address, page, reader_of
from backend.ratings.public.opening import code_of
from backend.ratings.public.posted import read_fields
from backend.ratings.public.report_texts import option, plain, told
from backend.ratings.rules.codes import read_token
from backend.ratings.rules.ikm import ELEMENTS
from backend.ratings.service.catalogue import Catalogue
from backend.ratings.service.ikm_reports import PROFILE
from backend.ratings.service.room import Room
from sync.actors import system_actor
from sync.clock import Clock
from sync.engine import SyncEngine
from sync.errors import Refusal
from sync.ids import is_uuid, uuid4

LAST = 4
A_PAGE = 3
KINDS = ("survey", "board")
"""Codes that open the survey: its own, and the board of a site (offered after a rating)."""


@dataclass(frozen=True, slots=True)
class Open:
    """A survey that is asked: its code (a row), agency, catalogue, and the site."""

    code: Mapping[str, Any]
    agency: Agency
    catalogue: Catalogue
    site: str
    site_name: str


@dataclass(frozen=True, slots=True)
class Filled:
    """What was given so far (input name to value), what is wrong on this page, and a sentence above it."""

    values: Mapping[str, str] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)
    notice: str = ""


class SurveyPages:
    """The routes of the survey."""

    def __init__(
        self, db: Database, engine: SyncEngine, room: Room, clock: Clock, keys: Keys, *, secure: bool, per_minute: int
    ) -> None:
        self.db, self.engine, self.room, self.clock, self.secure = db, engine, room, clock, secure
        self._signer = URLSafeSerializer(keys.derive("sign", "rating/survey"), salt="survey")
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._limit = RateLimitItemPerMinute(per_minute)

    def routes(self) -> list[Route]:
        """All of them."""
        return [
            Route("/survei/{token}", self.form, methods=["GET", "HEAD"]),
            Route("/survei/{token}", self.post, methods=["POST"]),
            Route("/survei/{token}/terima", self.thanks, methods=["GET", "HEAD"]),
        ]

    async def form(self, request: Request) -> Response:
        """The first page, fresh."""
        reader = reader_of(request)
        opened, message = await self._open(request, reader)
        if opened is None:
            return message
        stamp = str(self._signer.dumps([uuid4(), opened.code["id"]]))
        return self._sheet(request, reader, opened, 1, Filled({"stamp": stamp}))

    async def post(self, request: Request) -> Response:
        """The next page, the same one with what is missing, or 303 to the thanks."""
        reader = reader_of(request)
        opened, message = await self._open(request, reader)
        if opened is None:
            return message
        posted = await read_fields(request)
        values = {name: given[0][: 2000 if name == "stamp" else 40] for name, given in posted.items()}
        record = self._read_stamp(values.get("stamp", ""), opened)
        number = int(values["page"]) if values.get("page") in ("1", "2", "3", "4") else 0
        if record is None or not number:
            return self._message(request, reader, "unknown", "form_broken", 400, opened.agency)
        if "back" in values and number > 1:
            return self._sheet(request, reader, opened, number - 1, Filled(values))
        for earlier in range(1, number + 1):
            faults = _faults(opened.catalogue, earlier, values)
            if faults:
                return self._sheet(request, reader, opened, earlier, Filled(values, faults), status=422)
        if number < LAST:
            return self._sheet(request, reader, opened, number + 1, Filled(values))
        source = address_group(request.client.host if request.client else "")
        if not await self._limiter.hit(self._limit, "survey", source):
            return self._sheet(request, reader, opened, LAST, Filled(values, {}, "survey_often"), status=429)
        return await self._store(request, reader, opened, record, values)

    async def _store(
        self, request: Request, reader: Reader, opened: Open, record: str, values: Mapping[str, str]
    ) -> Response:
        args: dict[str, Any] = {
            "site": opened.site,
            "service": values["service"],
            "answers": {code: int(values[code]) for code in ELEMENTS},
            "code": opened.code["id"],
            "language": reader.language,
            "sex": values.get("sex") or None,
            "ageBand": values.get("age_band") or None,
            "education": values.get("education") or None,
            "work": values.get("work") or None,
        }
        actor = system_actor(opened.agency.id, "Pengguna jasa")
        try:
            answer = await self.engine.execute(actor, "ikm.answer", record, args, id=record)
        except Refusal:
            return self._sheet(request, reader, opened, LAST, Filled(values, {}, "survey_busy"), status=503)
        if answer.accepted or answer.code == "id_reused" or answer.status in ("deferred", "retry"):
            target = f"/survei/{opened.code['token']}/terima?lang={reader.language}"
            return RedirectResponse(target, 303, {"Cache-Control": "no-store"})
        return self._message(request, reader, "unknown", "form_broken", 422, opened.agency)

    async def thanks(self, request: Request) -> Response:
        """What happened, and that it is safe."""
        reader = reader_of(request)
        opened, message = await self._open(request, reader)
        if opened is None:
            return message
        body = (
            f'<div class="box ok" role="status"><h1>{told(reader, "survey_thanks")}</h1></div>'
            f"<p>{told(reader, 'survey_why')}</p>"
        )
        return self._page(request, reader, plain(reader, "survey_thanks"), body, opened.agency)

    async def _open(self, request: Request, reader: Reader) -> tuple[Open | None, Response]:
        """The survey of a code; or ``None`` with the page that says why there is none."""
        token = read_token(request.path_params["token"])
        async with self.db.reading() as connection:
            code = None if token is None else await code_of(connection, token)
            if code is None or code["kind"] not in KINDS or code["site"] is None:
                return None, self._message(request, reader, "unknown", "unknown_why", 404, None)
            agency = await self.room.house.agency(connection, code["agency"])
            if code["revoked"] is not None:
                return None, self._message(request, reader, "revoked", "revoked_why", 410, agency)
            catalogue = await self.room.catalogues.get(connection, agency.id, self.clock.now())
        site = agency.site(code["site"])
        if site is None or ("IKM", "1") not in catalogue.in_force:
            return None, self._message(request, reader, "revoked", "revoked_why", 410, agency)
        return Open(code, agency, catalogue, site.id, site.name), Response()

    def _read_stamp(self, text: str, opened: Open) -> str | None:
        """The id of the form, if this server issued it for this code."""
        try:
            values = self._signer.loads(text)
        except BadSignature:
            return None
        if not isinstance(values, list) or len(values) != 2 or not is_uuid(values[0]):
            return None
        return str(values[0]) if values[1] == opened.code["id"] else None

    def _sheet(
        self, request: Request, reader: Reader, opened: Open, number: int, filled: Filled, *, status: int = 200
    ) -> Response:
        asked = {"service", *PROFILE} if number == 1 else set(_codes(number))
        kept = "".join(
            f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
            for name, value in sorted(filled.values.items())
            if name in {"stamp", "service", *PROFILE, *ELEMENTS} - asked
        )
        inputs = _first(reader, opened, filled) if number == 1 else _questions(reader, opened, number, filled)
        button = f"<button>{told(reader, 'send' if number == LAST else 'next')}</button>"
        if number > 1:  # after the other: the first button is what Enter presses
            button += f'<p><button class="q" name="back" value="1">{told(reader, "back")}</button></p>'
        step = told(reader, "step", k=number)
        action = address(f"/survei/{opened.code['token']}", lang=reader.language)
        body = (
            f'<h1>{told(reader, "survey")}</h1><p class="s">{escape(opened.site_name)}. {step}</p>'
            f"{_summary(reader, opened, filled)}"
            f'<form method="post" action="{action}" novalidate>'
            f'{kept}<input type="hidden" name="page" value="{number}">{inputs}{button}</form>'
        )
        title = f"{plain(reader, 'survey')}, {plain(reader, 'step', k=number)}"
        if filled.faults or filled.notice:
            title = f"{plain(reader, 'missing')}: {title}"
        response = self._page(request, reader, title, body, opened.agency, status)
        # A page of this survey answers a POST. The browser's own back button finds it only if it was kept, and there
        # is nothing on it that leads to a person.
        response.headers["Cache-Control"] = "private, no-cache"
        return response

    def _message(
        self, request: Request, reader: Reader, title: str, why: str, status: int, agency: Agency | None
    ) -> Response:
        target = "/nilai" if agency is None else f"/{agency.code.lower()}/nilai"
        body = (
            f"<h1>{reader.say(title)}</h1><p>{reader.say(why)}</p>"
            f'<ul class="l"><li><a href="{address(target, lang=reader.language)}">{reader.say("list")}</a></li></ul>'
        )
        return self._page(request, reader, reader.say(title), body, agency, status)

    def _page(
        self, request: Request, reader: Reader, title: str, body: str, agency: Agency | None, status: int = 200
    ) -> Response:
        contact = "" if agency is None else agency.contact
        return page(reader, request, title, body, status=status, contact=contact, secure=self.secure)


def _codes(number: int) -> Sequence[str]:
    """The elements of a page: none on the first, then three each."""
    return ELEMENTS[(number - 2) * A_PAGE : (number - 1) * A_PAGE] if number > 1 else ()


def _faults(catalogue: Catalogue, number: int, values: Mapping[str, str]) -> dict[str, str]:
    """What is missing or wrong on a page: input name to the name of a sentence."""
    if number > 1:
        return {code: "answer_missing" for code in _codes(number) if values.get(code) not in ("1", "2", "3", "4")}
    faults: dict[str, str] = {}
    if values.get("service") not in {one.code for one in catalogue.offered}:
        faults["service"] = "service_missing"
    known: Mapping[str, Sequence[str]] = catalogue.survey.body["profile"]
    return faults | {
        name: "profile_wrong" for name in PROFILE if values.get(name, "") not in ("", *known.get(name, ()))
    }


def _summary(reader: Reader, opened: Open, filled: Filled) -> str:
    if filled.notice:
        return f'<div class="box" role="alert"><p>{told(reader, filled.notice)}</p></div>'
    if not filled.faults:
        return ""
    names = {one["code"]: one[f"label_{reader.language}"] for one in opened.catalogue.survey.body["elements"]}
    lines = "".join(
        f'<li><a href="#{name}">{escape(names.get(name) or plain(reader, name))}: {told(reader, sentence)}</a></li>'
        for name, sentence in filled.faults.items()
    )
    return (
        f'<div class="box" role="alert" tabindex="-1"><h2>{told(reader, "missing")}</h2><ul>{lines}</ul>'
        f"<p>{told(reader, 'not_stored')}</p></div>"
    )


def _first(reader: Reader, opened: Open, filled: Filled) -> str:
    services = [(one.code, escape(one.label(reader.language))) for one in opened.catalogue.offered]
    profile: Mapping[str, Sequence[str]] = opened.catalogue.survey.body["profile"]
    parts = [_select(reader, filled, "service", services, reader.say("choose"), star=" *")]
    for name in PROFILE:
        choices = [(value, option(reader, name, value)) for value in profile.get(name, ())]
        parts.append(_select(reader, filled, name, choices, told(reader, "unsaid")))
    return f'<p class="s">{told(reader, "about")}</p>{"".join(parts)}'


def _select(
    reader: Reader, filled: Filled, name: str, choices: Sequence[tuple[str, str]], empty: str, star: str = ""
) -> str:
    chosen = filled.values.get(name, "")
    sentence = filled.faults.get(name)
    fault = f'<p class="err" id="e-{name}">{told(reader, sentence)}</p>' if sentence else ""
    tied = f' aria-invalid="true" aria-describedby="e-{name}"' if sentence else ""
    options = "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{text}</option>'
        for value, text in choices
    )
    return (
        f'<div class="f"><label class="q" for="{name}">{told(reader, name)}{star}</label>{fault}'
        f'<select id="{name}" name="{name}"{tied}><option value="">{empty}</option>{options}</select></div>'
    )


def _questions(reader: Reader, opened: Open, number: int, filled: Filled) -> str:
    elements = {one["code"]: one for one in opened.catalogue.survey.body["elements"]}
    return "".join(_question(reader, elements[code], filled) for code in _codes(number))


def _question(reader: Reader, element: Mapping[str, Any], filled: Filled) -> str:
    code = element["code"]
    sentence = filled.faults.get(code)
    fault = f'<p class="err" id="e-{code}">{told(reader, sentence)}</p>' if sentence else ""
    tied = f' aria-invalid="true" aria-describedby="e-{code}"' if sentence else ""
    radios = "".join(
        f'<label class="c"><input type="radio" name="{code}" value="{value}"{_id(code, value)}'
        f"{' checked' if filled.values.get(code) == str(value) else ''}><span>{escape(text)}</span></label>"
        for value, text in enumerate(element[f"answers_{reader.language}"], start=1)
    )
    legend = f"{escape(element[f'label_{reader.language}'])} *"
    return (
        f"<fieldset{tied}><legend>{legend}</legend><p>{escape(element[f'question_{reader.language}'])}</p>"
        f"{fault}{radios}</fieldset>"
    )


def _id(code: str, value: int) -> str:
    """The first answer carries the anchor that the summary of faults leads to."""
    return f' id="{code}"' if value == 1 else ""
