"""A network between browser and server that can be slow, cut, swallow replies or answer by itself.

It understands just enough HTTP/1.1 to tell one request from the next; replies pass as raw bytes. It runs in a
thread with an event loop of its own, so that tests of any kind can steer it with plain calls.
"""

from __future__ import annotations

import asyncio
import gzip
import threading
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")
_CHUNK = 65536
_SEGMENT = 1400
"""Bytes of one packet on a shaped link; it keeps parallel connections fair."""


@dataclass
class Fault:
    """What befalls requests; of those ``matching`` a text in their first line or body, the next ``times``.

    ``cut_request_after`` / ``cut_reply_after``: bytes that pass before the connection is reset; ``drop_reply``:
    the request is delivered and acted on, its reply is lost; ``answer``: these bytes come back and the server
    never sees the request; ``silent``: nothing comes back at all. ``hits`` counts.
    """

    matching: str = ""
    times: int | None = None
    cut_request_after: int | None = None
    cut_reply_after: int | None = None
    drop_reply: bool = False
    silent: bool = False
    answer: bytes | None = None
    hits: int = 0

    def fits(self, request: Request) -> bool:
        """Whether it befalls this request."""
        return (self.times is None or self.hits < self.times) and self.matching in request.text


@dataclass
class Request:
    """One request as it passed: the raw bytes, its first line, and its inflated body."""

    raw: bytes
    line: str
    body: bytes
    at: float = field(default_factory=time.monotonic)

    @property
    def text(self) -> str:
        """First line and body as text, to search in."""
        return self.line + "\n" + self.body.decode("utf-8", "replace")


def response(status: str, body: str = "", content_type: str = "text/html; charset=utf-8", **headers: str) -> bytes:
    """A whole HTTP reply, to be used as ``Fault.answer``; ``status`` like ``502 Bad Gateway``."""
    encoded = body.encode()
    lines = [f"HTTP/1.1 {status}", f"content-type: {content_type}", f"content-length: {len(encoded)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join([*lines, "connection: close", "", ""])).encode() + encoded


CAPTIVE_PORTAL = response("200 OK", "<!doctype html><title>Wi-Fi</title><h1>Silakan login ke Wi-Fi</h1>")
CAPTIVE_REDIRECT = response("302 Found", location="http://127.0.0.1:9/login")
BAD_GATEWAY = response("502 Bad Gateway", "<html><body>Bad Gateway</body></html>")
UNAVAILABLE = response("503 Service Unavailable", "<html><body>busy</body></html>", retry_after="1")


class _Link:
    """One direction of the line: a rate shared by all connections, and a latency."""

    def __init__(self) -> None:
        self.rate: float | None = None
        self.latency = 0.0
        self.passed = 0
        self._busy_until = 0.0

    def arrival(self, size: int) -> float:
        """When ``size`` bytes that are ready now will have arrived (monotonic seconds)."""
        now = time.monotonic()
        if self.rate:
            self._busy_until = max(self._busy_until, now) + size / self.rate
            now = self._busy_until
        return now + self.latency


class FaultProxy:
    """Listens on ``port`` of 127.0.0.1 (0: any) and passes to ``target`` (a port of 127.0.0.1)."""

    def __init__(self, target: int, port: int = 0) -> None:
        self.target = target
        self.port = port
        self.requests: list[Request] = []
        self.connections = 0
        self._up, self._down = _Link(), _Link()
        self._faults: list[Fault] = []
        self._held = False
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fault-proxy", daemon=True)

    # --- steering, from any thread ---------------------------------------------------------------

    def __enter__(self) -> FaultProxy:
        self._thread.start()
        self._call(self._listen)
        return self

    def __exit__(self, *_exc: object) -> None:
        self._call(self._cut)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    @property
    def url(self) -> str:
        """The address that a browser uses."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def bytes_up(self) -> int:
        """Bytes passed from clients to the server, HTTP heads included, TCP headers not."""
        return self._up.passed

    @property
    def bytes_down(self) -> int:
        """Bytes passed from the server to clients."""
        return self._down.passed

    def forget(self) -> None:
        """Start all counts anew."""
        self.requests.clear()
        self._up.passed = self._down.passed = self.connections = 0

    def link(self, *, rate: float | None = None, latency: float = 0.0) -> None:
        """Shape the line: ``rate`` in bytes per second and direction, ``latency`` in seconds one way."""
        for link in (self._up, self._down):
            link.rate, link.latency = rate, latency

    def cut(self) -> None:
        """No network: what is open breaks, new connections are refused."""
        self._call(self._cut)

    def hold(self) -> None:
        """A dead line that nobody notices: connections stand, nothing passes. ``restore`` breaks them."""
        self._held = True

    def restore(self) -> None:
        """The network is back, on the same port."""
        self._call(self._restore)

    def arm(self, fault: Fault) -> Fault:
        """Let a fault befall the requests to come; the one armed last goes first."""
        self._faults.insert(0, fault)
        return fault

    def clear(self) -> None:
        """No more faults, and a fast line."""
        self._faults.clear()
        self.link()

    def count(self, matching: str) -> int:
        """How many requests with this text in their first line or body were seen."""
        return sum(matching in request.text for request in self.requests)

    def _call(self, act: Callable[[], Coroutine[Any, Any, T]]) -> T:
        return asyncio.run_coroutine_threadsafe(act(), self._loop).result(15)

    # --- inside the loop -------------------------------------------------------------------------

    async def _listen(self) -> None:
        if self._server is None:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
            self.port = self._server.sockets[0].getsockname()[1]

    async def _cut(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in list(self._open):
            writer.transport.abort()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _restore(self) -> None:
        if self._held:
            await self._cut()
            self._held = False
        await self._listen()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        self._open.add(writer)
        try:
            # A handshake costs one round trip that the loopback hides.
            await asyncio.sleep(2 * self._up.latency)
            await _Connection(self, reader, writer).run()
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._open.discard(writer)
            writer.transport.abort()

    def fault_for(self, request: Request) -> Fault | None:
        """Count the request and find what befalls it."""
        self.requests.append(request)
        for fault in self._faults:
            if fault.fits(request):
                fault.hits += 1
                return fault
        return None

    async def pass_on(self, link: _Link, data: bytes, writer: asyncio.StreamWriter) -> None:
        """Send bytes over a direction of the line, as slowly as it is; forever if the line is held."""
        while data:
            while self._held:
                await asyncio.sleep(0.02)
            size = _SEGMENT if link.rate else _CHUNK
            part, data = data[:size], data[size:]
            wait = link.arrival(len(part)) - time.monotonic()
            # While more follows, only the rate holds it back: the latency of segments overlaps.
            await asyncio.sleep(max(0.0, wait - (link.latency if data else 0)))
            writer.write(part)
            await writer.drain()
            link.passed += len(part)

    async def up(self, data: bytes, writer: asyncio.StreamWriter) -> None:
        """Towards the server."""
        await self.pass_on(self._up, data, writer)

    async def down(self, data: bytes, writer: asyncio.StreamWriter) -> None:
        """Towards the client."""
        await self.pass_on(self._down, data, writer)


class _Connection:
    """One client connection, with its twin to the server opened at the first request that needs it."""

    def __init__(self, proxy: FaultProxy, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.proxy = proxy
        self.reader = reader
        self.writer = writer
        self.server: asyncio.StreamWriter | None = None
        self.fault: Fault | None = None
        self.replied = 0

    async def run(self) -> None:
        """Pass request after request until either side ends."""
        pump: asyncio.Task[None] | None = None
        try:
            while (request := await _read_request(self.reader)) is not None:
                self.replied = 0
                self.fault = fault = self.proxy.fault_for(request)
                if fault is not None and fault.answer is not None:
                    await self.proxy.down(fault.answer, self.writer)
                    self.writer.close()
                    return
                if self.server is None:
                    replies, self.server = await asyncio.open_connection("127.0.0.1", self.proxy.target)
                    pump = asyncio.create_task(self._pump(replies))
                await self.proxy.up(_limited(request.raw, fault and fault.cut_request_after), self.server)
                if fault is not None and fault.cut_request_after is not None:
                    return
        finally:
            if self.server is not None:
                self.server.transport.abort()
            if pump is not None:
                pump.cancel()
                with suppress(asyncio.CancelledError, OSError):
                    await pump

    async def _pump(self, replies: asyncio.StreamReader) -> None:
        """Replies, raw, with what befalls them; when the server ends, so does the client's connection."""
        try:
            while data := await replies.read(_CHUNK):
                fault = self.fault
                if fault is not None and fault.silent:
                    continue
                if fault is not None and fault.drop_reply:
                    self.writer.transport.abort()
                    return
                if fault is not None and fault.cut_reply_after is not None:
                    left = max(0, fault.cut_reply_after - self.replied)
                    self.replied += len(data)
                    await self.proxy.down(data[:left], self.writer)
                    if len(data) > left:
                        self.writer.transport.abort()
                        return
                    continue
                await self.proxy.down(data, self.writer)
            self.writer.close()
        except OSError:
            self.writer.transport.abort()


def _limited(data: bytes, limit: int | None) -> bytes:
    return data if limit is None else data[:limit]


async def _read_request(reader: asyncio.StreamReader) -> Request | None:
    """The next request whole, or ``None`` when the client has ended."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    body = b""
    if "chunked" in headers.get("transfer-encoding", ""):
        while not body.endswith(b"0\r\n\r\n"):
            body += await reader.readuntil(b"\r\n")
    elif length := int(headers.get("content-length", 0)):
        body = await reader.readexactly(length)
    shown = body
    if headers.get("content-encoding") == "gzip":
        with suppress(OSError, EOFError):
            shown = gzip.decompress(body)
    return Request(raw=head + body, line=lines[0], body=shown)
