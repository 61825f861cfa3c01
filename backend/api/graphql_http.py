"""GraphQL over HTTP: one POST an operation; subscriptions as server-sent events on the same path."""

from __future__ import annotations

import asyncio
import re
import time
import zlib
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import orjson
import strawberry
import structlog
from graphql import GraphQLError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError

from backend.api import sync_api
from backend.api.context import Context, cookie_name, set_cookie
from backend.api.gate import Gate
from backend.api.limits import MAX_DOCUMENT_BYTES
from backend.settings import Settings
from sync.engine import SyncEngine
from sync.errors import ProtocolRefusal, Refusal
from sync.faults import FaultPoints, NoFaults, is_house_fault

log = structlog.get_logger("graphql")

HEARTBEAT_SECONDS = 25.0
RECHECK_SECONDS = 180.0
"""How long an open stream may outlive a session that expired; one that is revoked ends at once."""
BUSY_MS = 5000

MESSAGES = {
    "client_header": "Permintaan ini bukan dari aplikasi Sambung.",
    "device_owner": "Akun lain sedang masuk di peramban ini. Masuk lagi dengan akun Anda.",
    "origin": "Permintaan ini datang dari situs lain.",
    "too_large": "Kiriman terlalu besar. Isian aman; dikirim ulang dalam bagian lebih kecil.",
    "malformed": "Permintaan tidak terbaca.",
    "content_type": "Permintaan harus berupa JSON.",
    "encoding": "Pemampatan kiriman tidak dikenali.",
    "internal": "Server mengalami gangguan. Isian aman. Coba lagi sebentar.",
    "busy": "Server sedang sibuk. Isian aman. Coba lagi sebentar.",
    "unreadable": "Isian memuat huruf yang tidak dikenal. Hapus huruf itu, lalu coba lagi.",
    "invalid_document": "Permintaan GraphQL tidak sesuai.",
}


class Refused(Exception):
    """A request that is not even read as GraphQL."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


class Operation(NamedTuple):
    """What a request asks for; ``by_id``: it named one of the protocol's documents instead of sending its text."""

    query: str
    variables: dict[str, Any] | None
    name: str | None
    by_id: bool


class GraphQLEndpoint:
    """The handler of ``POST /graphql``. ``make_context`` builds a request's context, session included."""

    def __init__(
        self, schema: strawberry.Schema, settings: Settings, make_context: Callable[..., Any], engine: SyncEngine
    ) -> None:
        self.schema = schema
        self.settings = settings
        self.make_context = make_context
        self.engine = engine
        self.faults: FaultPoints = engine.faults
        self.gate = Gate(settings.requests_at_once)

    async def handle(self, request: Request) -> Response:
        """Answer one request; never raises."""
        streams = "text/event-stream" in request.headers.get("accept", "")
        try:
            check_caller(request, self.settings)
            body = await read_json(request, self.settings.request_bytes)
            asked = _operation(body)
        except Refused as refused:
            return _json(refused.status, _error(refused.code, MESSAGES[refused.code]))
        except ClientDisconnect:
            return Response(status_code=400)
        # Only now: a slow line must not hold a place while its body is still on the way.
        if streams:
            return await self._answer(request, asked, streams=True)
        if not self.gate.enter():
            headers = {"Cache-Control": "no-store", "Retry-After": str(self.gate.seconds())}
            body = orjson.dumps(_error("busy", MESSAGES["busy"]))
            return Response(body, 503, media_type="application/json", headers=headers)
        try:
            return await self._answer(request, asked, streams=False)
        finally:
            self.gate.leave()

    async def _answer(self, request: Request, asked: Operation, *, streams: bool) -> Response:
        try:
            context = await self.make_context(request, Response())
            if _is_for_another(request, context):
                return _json(200, _error("device_owner", MESSAGES["device_owner"]))
            if streams:
                return await self._stream(context, asked)
            content = await self._run(context, asked)
        except (CannotGetOperationTypeError, InvalidOperationTypeError):
            return _json(200, _error("invalid_document", MESSAGES["invalid_document"]))
        except Exception as error:
            if is_house_fault(error):
                return self._busy(asked, error)
            log.error("request_failed", error=type(error).__name__, exc_info=error)
            return _json(500, _error("internal", MESSAGES["internal"]))
        response = _json(200, content) if isinstance(self.faults, NoFaults) else _Halved(content, self.faults)
        if asked.by_id:
            # An answer to a POST is kept by nobody unless it says for how long (RFC 9110, 9.3.3).
            del response.headers["cache-control"]
        await self._slide(context)
        for name, value in context.response.raw_headers:
            if name == b"set-cookie":
                response.raw_headers.append((name, value))
        return response

    async def _run(self, context: Context, asked: Operation) -> Any:
        query, variables = asked.query, asked.variables
        # The two documents of the protocol are fixed for ever: they need no parsing.
        if variables is not None and query == sync_api.PUSH_DOCUMENT and variables.get("batch") is not None:
            return {"data": {"syncPush": await sync_api.push(context, variables["batch"])}}
        if variables is not None and query == sync_api.PULL_DOCUMENT and sync_api.fits_pull(variables):
            page = await sync_api.pull(context, **sync_api.pull_arguments(variables))
            return {"data": {"syncPull": sync_api.briefly(page) if asked.by_id else page}}
        if holds_nul(query, variables):
            return _error("invalid", MESSAGES["unreadable"])
        result = await self.schema.execute(
            query, variable_values=variables, context_value=context, operation_name=asked.name
        )
        content: dict[str, Any] = {"data": result.data}
        if result.errors:
            content["errors"] = self._errors(result.errors)
        return content

    def _errors(self, errors: Sequence[GraphQLError]) -> list[dict[str, Any]]:
        return [format_error(error, suggest=self.settings.shows_schema) for error in errors]

    def _busy(self, asked: Operation, error: Exception) -> Response:
        """The database is out of reach: a phone hears it in the protocol's envelope, everybody else as a code."""
        log.error("request_busy", error=type(error).__name__)
        field = {sync_api.PUSH_DOCUMENT: "syncPush", sync_api.PULL_DOCUMENT: "syncPull"}.get(asked.query)
        if field is None:
            return _json(200, _error("busy", MESSAGES["busy"]))
        batch = (asked.variables or {}).get("batch")
        request = batch.get("requestId") if isinstance(batch, dict) else None
        refusal = ProtocolRefusal("busy", MESSAGES["busy"], retry_after_ms=BUSY_MS)
        return _json(200, {"data": {field: self.engine.envelope(request, refusal)}})

    async def _slide(self, context: Context) -> None:
        """A session in use lasts longer; its cookie too. What was answered stays answered if this fails."""
        if context.session is None:
            return
        try:
            touched = await context.ports["access"].touch(context.session)
        except Exception as error:
            log.warning("session_not_touched", error=type(error).__name__)
            return
        if touched:
            token = context.request.cookies.get(cookie_name(self.settings))
            if token and not any(name == b"set-cookie" for name, _ in context.response.raw_headers):
                set_cookie(context.response, self.settings, token)

    async def _stream(self, context: Context, asked: Operation) -> Response:
        if context.session is None:
            return _json(401, _error("signed_out", "Masuk lagi untuk kabar langsung."))
        if holds_nul(asked.query, asked.variables):
            return _json(200, _error("invalid", MESSAGES["unreadable"]))
        source = await self.schema.subscribe(
            asked.query, variable_values=asked.variables, context_value=context, operation_name=asked.name
        )
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(
            self._events(context, source), media_type="text/event-stream", headers=headers
        )  # fmt: skip

    async def _events(self, context: Context, source: Any) -> AsyncIterator[bytes]:
        """``event: next`` for each result, a comment as heartbeat, ``event: complete`` at the end."""
        if not hasattr(source, "__aiter__"):
            yield _event("next", {"errors": self._errors(source.errors or [])})
            yield _event("complete", None)
            return
        iterator = source.__aiter__()
        following: asyncio.Future[Any] | None = None
        checked = time.monotonic()
        try:
            while True:
                following = following or asyncio.ensure_future(iterator.__anext__())
                done, _ = await asyncio.wait({following}, timeout=HEARTBEAT_SECONDS)
                # By the clock and not by silent beats: a busy agency pokes more often than the heart beats.
                if time.monotonic() - checked >= RECHECK_SECONDS:
                    checked = time.monotonic()
                    if not await context.ports["still_open"](context):
                        break
                if not done:
                    yield b":\n\n"
                    continue
                result = following.result()
                following = None
                content: dict[str, Any] = {"data": result.data}
                if result.errors:
                    content["errors"] = self._errors(result.errors)
                yield _event("next", content)
        except StopAsyncIteration:
            pass
        except (CannotGetOperationTypeError, InvalidOperationTypeError):
            yield _event("next", _error("invalid_document", MESSAGES["invalid_document"]))
        except GraphQLError as error:
            yield _event("next", {"data": None, "errors": self._errors([error])})
        except Exception as error:
            log.error("stream_failed", error=type(error).__name__, exc_info=error)
            yield _event("next", _error("internal", MESSAGES["internal"]))
        finally:
            if following is not None:
                following.cancel()
                await asyncio.gather(following, return_exceptions=True)
            await iterator.aclose()
        yield _event("complete", None)


class _Halved(Response):
    """An answer whose second half waits for the fault point ``mid_reply`` (only where tests fill the port)."""

    media_type = "application/json"

    def __init__(self, content: Any, faults: FaultPoints) -> None:
        super().__init__(orjson.dumps(content), headers={"Cache-Control": "no-store"})
        self.faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send in two parts."""
        body, half = bytes(self.body), len(self.body) // 2
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": body[:half], "more_body": True})
        await self.faults.reach("mid_reply")
        await send({"type": "http.response.body", "body": body[half:]})


def check_caller(request: Request, settings: Settings) -> None:
    """Refuse what a form or a script of another site can send. Raises :class:`Refused`."""
    if not request.headers.get("x-sambung-client"):
        raise Refused(403, "client_header")
    origin = request.headers.get("origin")
    if origin is not None and not _own_origin(origin, request.headers.get("host"), settings):
        raise Refused(403, "origin")


def _is_for_another(request: Request, context: Context) -> bool:
    """Whether the screen that asks is another account's: the cookie was changed in another tab of the browser."""
    named = request.headers.get("x-sambung-account")
    return named is not None and context.viewer is not None and context.viewer.account != named


def _own_origin(origin: str, host: str | None, settings: Settings) -> bool:
    home = urlsplit(settings.public_url)
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    # Where there is TLS, a page of the same name without it is somebody else's.
    return parts.scheme == home.scheme and parts.netloc in (home.netloc, host)


async def read_json(request: Request, limit: int) -> Any:
    """The decoded body, inflated if it is gzip, at most ``limit`` bytes. Raises :class:`Refused`."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise Refused(415, "content_type")
    raw = await read_body(request, limit)
    encoding = request.headers.get("content-encoding", "identity").lower()
    if encoding == "gzip":
        raw = inflate(raw, limit)
    elif encoding != "identity":
        raise Refused(415, "encoding")
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise Refused(400, "malformed") from None


async def read_body(request: Request, limit: int) -> bytes:
    """The body as sent, at most ``limit`` bytes. Raises :class:`Refused` ``too_large``."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise Refused(413, "too_large")
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise Refused(413, "too_large")
        chunks.append(chunk)
    return b"".join(chunks)


def inflate(raw: bytes, limit: int) -> bytes:
    """Inflate gzip, at most ``limit`` bytes. Raises :class:`Refused` for damage, bombs and trailing bytes."""
    inflater = zlib.decompressobj(wbits=31)
    try:
        plain = inflater.decompress(raw, limit + 1)
    except zlib.error:
        raise Refused(400, "malformed") from None
    if len(plain) > limit:
        raise Refused(413, "too_large")
    if not inflater.eof or inflater.unused_data:
        raise Refused(400, "malformed")
    return plain


def _operation(body: Any) -> Operation:
    if not isinstance(body, dict):
        raise Refused(400, "malformed")
    query, variables, operation = body.get("query"), body.get("variables"), body.get("operationName")
    by_id = "query" not in body
    if by_id:
        query = sync_api.DOCUMENTS.get(str(body.get("documentId")))
    if not isinstance(query, str) or not isinstance(variables, dict | None) or not isinstance(operation, str | None):
        raise Refused(400, "malformed")
    if not query.strip():
        raise Refused(400, "malformed")
    if len(query) > MAX_DOCUMENT_BYTES:
        raise Refused(413, "too_large")
    return Operation(query, variables, operation, by_id)


def holds_nul(query: str, value: Any) -> bool:
    """Whether the document or its variables hold the character 0, which PostgreSQL cannot store or compare."""
    return _NUL_LITERAL.search(query) is not None or _any_nul(value)


_NUL_LITERAL = re.compile(r"\x00|\\u(?:0000|\{0+\})")


def _any_nul(value: Any) -> bool:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            if "\x00" in one:
                return True
        elif isinstance(one, dict):
            waiting += one.keys()
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
    return False


_SUGGESTION = re.compile(r" Did you mean .*\?$", re.DOTALL)


def format_error(error: GraphQLError, *, suggest: bool = False) -> dict[str, Any]:
    """An error as people and programs get it: a stable code, an Indonesian sentence, no trace.

    ``suggest`` leaves in what the schema offers instead of a wrong name: it tells the schema, bit by bit.
    """
    original = error.original_error
    while isinstance(original, GraphQLError) and original.original_error is not None:
        original = original.original_error
    if isinstance(original, Refusal):
        extensions: dict[str, Any] = {"code": original.code, **original.detail}
        if original.fields:
            extensions["fields"] = original.fields
        return {"message": original.message, "path": error.path, "extensions": extensions}
    if original is not None and is_house_fault(original):
        log.error("resolver_busy", error=type(original).__name__)
        return {"message": MESSAGES["busy"], "path": error.path, "extensions": {"code": "busy"}}
    if original is not None and not isinstance(original, GraphQLError):
        log.error("resolver_failed", error=type(original).__name__, exc_info=original)
        return {"message": MESSAGES["internal"], "path": error.path, "extensions": {"code": "internal"}}
    message = error.message if suggest else _SUGGESTION.sub("", error.message)
    return {"message": message, "path": error.path, "extensions": {"code": "invalid_document"}}


def _error(code: str, message: str) -> dict[str, Any]:
    return {"data": None, "errors": [{"message": message, "extensions": {"code": code}}]}


def _event(name: str, content: Any) -> bytes:
    data = b"" if content is None else orjson.dumps(content)
    return b"event: " + name.encode() + b"\ndata: " + data + b"\n\n"


def _json(status: int, content: Any) -> Response:
    return Response(orjson.dumps(content), status, media_type="application/json", headers={"Cache-Control": "no-store"})
