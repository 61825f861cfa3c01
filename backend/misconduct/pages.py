"""The public pages: ``/lapor-rahasia`` to choose, ``/{agency}/lapor-rahasia`` to report, ``/lapor-rahasia/CODE``.

They read no session, set no cookie and write no line of the access log (:mod:`backend.api.observe` keeps silent too).
With scripts the form goes without the browser's cookies, and with photos; without them it goes as plain text.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, Protocol
from urllib.parse import parse_qs

import orjson
import structlog
from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from backend.files.strip import Unreadable, strip
from backend.identity.rules.throttle import address_group
from backend.misconduct import rules
from backend.misconduct.script import SCRIPT
from backend.misconduct.service import Misconduct, Thread, Written
from backend.misconduct.texts import FAULT_STATUS, TEXTS
from sync.ids import is_uuid, uuid4

log = structlog.get_logger("misconduct")

HOME = "/lapor-rahasia"
POSTS, LOOKS, ALL_POSTS = RateLimitItemPerMinute(12), RateLimitItemPerMinute(20), RateLimitItemPerMinute(120)
MOST_PLAIN = 96 * 1024
MOST_BODY = rules.MOST_FILES * rules.FILE_BYTES * 4 // 3 + MOST_PLAIN
HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


class Reader(Protocol):
    """Who reads: language (id, en)."""

    language: str


class Frame(Protocol):
    """The frame of all public pages, as the server wires it."""

    def reader(self, request: Request) -> Any:
        """Language and size of text that the request asks for."""
        ...

    def page(self, reader: Any, request: Request, title: str, body: str, **more: Any) -> Response:
        """A whole page; ``body`` is HTML."""
        ...


@dataclass(frozen=True, slots=True)
class Sent:
    """A posted form as it was read; ``fault``: what is wrong with it, a name of the texts. ``script``: by fetch."""

    form: str = ""
    text: str = ""
    code: str = ""
    pictures: Sequence[tuple[str, bytes]] = field(default_factory=tuple)
    fault: str | None = None
    script: bool = False


class MisconductPages:
    """The routes."""

    def __init__(self, room: Misconduct, frame: Frame) -> None:
        self.room, self.frame = room, frame
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._salt = secrets.token_bytes(16)

    def routes(self) -> list[Route]:
        """All of them."""
        return [
            Route(HOME, self.choose, methods=["GET", "HEAD"]),
            Route(f"{HOME}/baca", self.read, methods=["POST"]),
            Route(f"{HOME}/{{code}}", self.by_address, methods=["GET", "HEAD"]),
            Route(f"/{{agency}}{HOME}", self.form, methods=["GET", "HEAD"]),
            Route(f"/{{agency}}{HOME}", self.submit, methods=["POST"]),
        ]

    async def choose(self, request: Request) -> Response:
        """The agencies that take reports, and the door for whoever has a code."""
        reader = self.frame.reader(request)
        links = "".join(
            f'<li><a href="/{escape(code, quote=True)}{HOME}?lang={reader.language}">{escape(name)}</a></li>'
            for _, code, name in await self.room.agencies()
        )
        body = (
            f"<h1>{say(reader, 'title')}</h1><p>{say(reader, 'choose' if links else 'nobody')}</p>"
            f'<ul class="l">{links}</ul>{self._door(reader)}'
        )
        return self._page(request, reader, body)

    async def form(self, request: Request) -> Response:
        """An empty form."""
        reader, found = self.frame.reader(request), await self._agency(request)
        if found is None:
            return self._lost(request, reader)
        return self._page(request, reader, self._report_form(reader, found[2], Sent(form=uuid4())), script=SCRIPT)

    async def submit(self, request: Request) -> Response:
        """A report: its code, or what is wrong with it beside the text."""
        reader, found = self.frame.reader(request), await self._agency(request)
        if found is None:
            return self._lost(request, reader)
        sent = await self._taken(request)
        if sent.fault is None:
            try:
                code = await self.room.submit(found[0], Written(sent.form, sent.text, sent.pictures))
            except Exception as error:
                # Not what and not from whom: only that the house cannot serve.
                log.error("report_not_stored", error=type(error).__name__)
                sent = Sent(sent.form, sent.text, fault="busy", script=sent.script)
            else:
                return self._answer(request, reader, sent, self._thanks(reader, code))
        return self._answer(request, reader, sent, self._report_form(reader, found[2], sent))

    async def read(self, request: Request) -> Response:
        """What a typed code opens; with a text it is added first."""
        reader = self.frame.reader(request)
        sent = await self._taken(request, adding=True)
        code = rules.read_code(sent.code)
        thread = None if code is None or sent.fault == "often" else await self.room.by_code(code)
        if code is None or thread is None:
            fault = "often" if sent.fault == "often" else "no_code"
            body = f"<h1>{say(reader, 'title')}</h1>{self._door(reader, fault)}"
            return self._answer(request, reader, Sent(fault=fault, script=sent.script), body)
        if sent.text and sent.fault is None:
            await self.room.add(code, Written(sent.form, sent.text, sent.pictures))
            thread = await self.room.by_code(code) or thread
            return self._answer(request, reader, sent, self._thread(reader, code, thread, Sent(), note="added"))
        shown = sent if sent.text else Sent(script=sent.script)
        return self._answer(request, reader, shown, self._thread(reader, code, thread, shown))

    async def by_address(self, request: Request) -> Response:
        """The same by address, for whoever kept it as a link."""
        reader = self.frame.reader(request)
        code = rules.read_code(request.path_params["code"])
        often = not await self._limiter.hit(LOOKS, "look", self._source(request))
        thread = None if code is None or often else await self.room.by_code(code)
        if code is None or thread is None:
            fault = "often" if often else "no_code"
            body = f"<h1>{say(reader, 'title')}</h1>{self._door(reader, fault)}"
            return self._page(request, reader, body, status=429 if often else 404)
        return self._page(request, reader, self._thread(reader, code, thread, Sent()), script=SCRIPT)

    # --- reading what was sent ---

    async def _agency(self, request: Request) -> tuple[str, str, str] | None:
        wanted = request.path_params["agency"].lower()
        return next((one for one in await self.room.agencies() if one[1] == wanted), None)

    def _source(self, request: Request) -> str:
        """A mark of the address that means nothing after a restart, and is kept for a minute, in memory."""
        address = address_group(request.client.host if request.client else "")
        return hmac.new(self._salt, address.encode(), hashlib.sha256).hexdigest()[:16]

    async def _taken(self, request: Request, *, adding: bool = False) -> Sent:
        script = request.headers.get("content-type", "").split(";")[0].strip() == "application/json"
        limit = MOST_BODY if script else MOST_PLAIN
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > limit:
                return Sent(fault="files_large", script=script)
        sent = await run_in_threadpool(_read, body, script)
        allowed = await self._limiter.hit(LOOKS if adding else POSTS, "post", self._source(request))
        if not allowed or not await self._limiter.hit(ALL_POSTS, "all"):
            return Sent(sent.form, sent.text, sent.code, fault="often", script=script)
        if adding and not sent.text.strip():
            return Sent(code=sent.code, script=script)
        if not is_uuid(sent.form):
            return Sent(uuid4(), sent.text, sent.code, fault="broken", script=script)
        fault = rules.text_fault(sent.text, least=1 if adding else rules.TEXT_MIN) or sent.fault
        return Sent(sent.form, sent.text, sent.code, sent.pictures, fault, script)

    # --- what is shown ---

    def _page(self, request: Request, reader: Any, body: str, *, status: int = 200, script: str = "") -> Response:
        title = TEXTS["title"][0 if reader.language == "id" else 1]
        return self.frame.page(reader, request, title, body, status=status, script=script, headers=HEADERS, guide=False)

    def _lost(self, request: Request, reader: Any) -> Response:
        body = (
            f'<h1>{say(reader, "lost")}</h1><p><a href="{HOME}?lang={reader.language}">{say(reader, "title")}</a></p>'
        )
        return self._page(request, reader, body, status=404)

    def _answer(self, request: Request, reader: Any, sent: Sent, body: str) -> Response:
        """A page; to a script the main part alone, or the sentence of a fault."""
        status = FAULT_STATUS.get(sent.fault, 422) if sent.fault else 200
        if not sent.script:
            return self._page(request, reader, body, status=status, script=SCRIPT)
        said: Mapping[str, str] = {"fault": say(reader, sent.fault)} if sent.fault else {"main": body}
        return Response(orjson.dumps(said), status, HEADERS, media_type="application/json")

    def _door(self, reader: Any, fault: str | None = None) -> str:
        wrong = f'<p class="err" id="e">{say(reader, fault)}</p>' if fault else ""
        return (
            f'<form method="post" action="{HOME}/baca?lang={reader.language}" class="f"><h2>{say(reader, "have")}</h2>'
            f'<label class="q" for="kode">{say(reader, "code_label")}</label>{wrong}'
            f'<input class="t" id="kode" name="code" autocomplete="off" autocapitalize="characters" '
            f'spellcheck="false" maxlength="30" placeholder="7K4M-2Q9X-3B8D"{_described(fault)} required>'
            f"<p><button>{say(reader, 'open')}</button></p></form>"
        )

    def _report_form(self, reader: Any, agency: str, sent: Sent) -> str:
        return (
            f"<h1>{say(reader, 'title')}</h1><p>{escape(agency)}</p><p><strong>{say(reader, 'promise')}</strong></p>"
            f"<p>{say(reader, 'readers', agency=agency)}</p>"
            f"{self._writing(reader, sent, 'text', 'send', '')}{self._door(reader)}"
        )

    def _writing(self, reader: Any, sent: Sent, label: str, button: str, code: str) -> str:
        wrong = f'<p class="err" id="e" role="alert">{say(reader, sent.fault)}</p>' if sent.fault else ""
        action = f"{HOME}/baca?lang={reader.language}" if code else f"?lang={reader.language}"
        return (
            f'<form method="post" action="{action}" data-kirim data-belum="{say(reader, "unsent")}" '
            f'data-mengirim="{say(reader, "sending")}">'
            f'<input type="hidden" name="id" value="{sent.form or uuid4()}">'
            f'<input type="hidden" name="code" value="{code}">'
            f'<div class="f"><label class="q" for="isi-laporan">{say(reader, label)}</label>{wrong}'
            f'<p class="s" id="h">{say(reader, "hint")}</p>'
            f'<textarea class="t" id="isi-laporan" name="text" rows="9" maxlength="{rules.TEXT_MAX}" '
            f'autocomplete="off" required aria-describedby="h{" e" if sent.fault else ""}">{escape(sent.text)}'
            "</textarea>"
            f'</div><div class="f" data-foto hidden><label class="q" for="foto">{say(reader, "files")}</label>'
            f'<p class="s" id="fh">{say(reader, "files_hint")}</p><input class="t" id="foto" type="file" multiple '
            f'accept="image/jpeg,image/png" aria-describedby="fh"></div>'
            f'<p role="status"></p><p><button>{say(reader, button)}</button></p></form>'
        )

    def _thanks(self, reader: Any, code: str) -> str:
        return (
            f'<div class="box ok"><h1 tabindex="-1">{say(reader, "sent")}</h1></div><p>{say(reader, "code")}</p>'
            f"<p><strong>{rules.spaced(code)}</strong></p><p>{say(reader, 'lost_code')}</p>"
        )

    def _thread(self, reader: Any, code: str, thread: Thread, sent: Sent, *, note: str | None = None) -> str:
        told = "".join(
            f'<div class="f"><h2>{say(reader, one.author)}, {_day(one.day)}</h2>'
            f"<p>{escape(one.text).replace(chr(10), '<br>')}</p>"
            + (f'<p class="s">{say(reader, "pictures", n=len(one.pictures))}</p>' if one.pictures else "")
            + "</div>"
            for one in thread.words
        )
        state = (
            say(reader, "closed", day=_day(thread.closed))
            if thread.closed
            else ""
            if any(one.author == rules.RECIPIENT for one in thread.words)
            else say(reader, "waiting")
        )
        thanks = f'<div class="box ok"><p>{say(reader, note)}</p></div>' if note else ""
        head = f'<h1 tabindex="-1">{say(reader, "report", day=_day(thread.day))}</h1>'
        return f"{head}{thanks}{told}<p>{state}</p>{self._writing(reader, sent, 'add', 'add_send', code)}"


def say(reader: Reader, name: str | None, **values: object) -> str:
    """A sentence in the reader's language, ready for HTML and for attributes."""
    return escape(TEXTS[name or "busy"][0 if reader.language == "id" else 1].format(**values), quote=True)


def _described(fault: str | None) -> str:
    return ' aria-invalid="true" aria-describedby="e"' if fault else ""


def _day(day: Any) -> str:
    return f"{day:%d/%m/%Y}"


def _read(body: bytes, script: bool) -> Sent:
    """The fields of a form, or of a script's JSON with photos in base64; whatever else came is an empty form."""
    try:
        if not script:
            fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=10)
            given: Mapping[str, Any] = {name: values[0] for name, values in fields.items()}
        else:
            loaded = orjson.loads(body)
            given = loaded if isinstance(loaded, dict) else {}
    except (ValueError, UnicodeDecodeError):
        return Sent()
    id, text, code, files = (given.get(name) for name in ("id", "text", "code", "files"))
    words = [one.replace("\r\n", "\n") if isinstance(one, str) else "" for one in (id, text, code)]
    pictures: list[tuple[str, bytes]] = []
    fault = None
    listed = files if isinstance(files, list) else []
    if len(listed) > rules.MOST_FILES:
        fault, listed = "files_many", []
    for one in listed:
        try:
            content = base64.b64decode(one, validate=True)
            if len(content) > rules.FILE_BYTES:
                fault = "files_large"
                break
            pictures.append(strip(content))
        except (Unreadable, binascii.Error, TypeError, ValueError):
            fault = "files_type"
            break
    return Sent(words[0], words[1], words[2], tuple(pictures), fault)
