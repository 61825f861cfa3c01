"""Around every request: an id, headers that protect, a log line and a measurement."""

from __future__ import annotations

import time
from collections.abc import MutableMapping
from typing import Any

import structlog
from prometheus_client import Histogram
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sync.ids import uuid4

log = structlog.get_logger("http")

SECONDS = Histogram(
    "sambung_http_seconds",
    "Seconds of a request, by its first path part, method and status",
    ["route", "method", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60),
)
KNOWN = frozenset(
    {"graphql", "healthz", "readyz", "metrics", "sw.js", "manifest.json", "assets", "berkas", "resi", "n"}
)

SILENT = "lapor-rahasia"
"""Addresses with this part leave no line in the log, no measurement and no id: nobody is to be found by the time."""

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

CONTENT_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; script-src 'self'; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
NEVER_GUESS = [(b"x-content-type-options", b"nosniff")]
HEADERS = [
    *NEVER_GUESS,
    (b"content-security-policy", CONTENT_POLICY.encode()),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(self), microphone=(), geolocation=()"),
]
DATA = frozenset({b"application/json", b"text/event-stream; charset=utf-8"})


NOWHERE = PlainTextResponse("Alamat ini tidak dikenal.", 404)


class Observe:
    """ASGI middleware. The log line names the route and never the rest of the path, which may hold a code."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self.app = app
        self.headers = list(HEADERS)
        if secure:
            self.headers.append((b"strict-transport-security", b"max-age=31536000; includeSubDomains"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = uuid4()
        # "*" is a path too (OPTIONS *), and one without a slash.
        first = scope["path"].removeprefix("/").split("/", 1)[0]
        route = first if first in KNOWN else "app"
        method = scope["method"] if scope["method"] in METHODS else "other"
        silent = SILENT in scope["path"].split("/")
        # PostgreSQL takes no character zero in a text, and no address of ours holds one: no database is asked.
        app = NOWHERE if "\0" in scope["path"] or b"%00" in scope["query_string"] else self.app
        status: MutableMapping[str, int] = {"code": 500}
        started = time.perf_counter()

        async def observed(message: Message) -> None:
            if message["type"] == "http.response.start":
                status["code"] = message["status"]
                headers: list[Any] = message.setdefault("headers", [])
                present = {name.lower(): value for name, value in headers}
                # Data that was asked for is never shown as a page: on a thin line its answer goes without the rest.
                data = message["status"] == 200 and present.get(b"content-type") in DATA
                wanted = NEVER_GUESS if data else self.headers
                headers.extend(pair for pair in wanted if pair[0] not in present)
                if not (data or silent):
                    headers.append((b"x-request-id", request.encode()))
            await send(message)

        if silent:
            await app(scope, receive, observed)
            return
        with structlog.contextvars.bound_contextvars(request=request):
            try:
                await app(scope, receive, observed)
            finally:
                seconds = time.perf_counter() - started
                SECONDS.labels(route, method, str(status["code"])).observe(seconds)
                log.info("request", route=route, method=method, status=status["code"], ms=round(seconds * 1000, 1))
