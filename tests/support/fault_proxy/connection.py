"""One client connection with its twin to the server: it tells requests apart and lets faults befall them.

It understands just enough HTTP/1.1 to tell one request from the next; replies pass as raw bytes.
"""

from __future__ import annotations

import asyncio
import gzip
import re
import time
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, Protocol

from tests.support.fault_proxy.faults import Fault, Request
from tests.support.fault_proxy.line import Line, reset

_CHUNK = 65536
_AHEAD = 64
"""Pieces of a reply that wait for their turn on a slow line."""


class Network(Protocol):
    """What a connection needs of the proxy it belongs to."""

    target: int
    up: Line
    down: Line

    def fault_for(self, request: Request) -> Fault | None:
        """Count the request and find what befalls it."""
        ...

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Let something run until the network is cut."""
        ...


class Connection:
    """Passes request after request, and the replies, until either side ends."""

    def __init__(self, network: Network, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.network = network
        self.reader = reader
        self.writer = writer
        self.server: asyncio.StreamWriter | None = None
        self.fault: Fault | None = None
        self.request: Request | None = None
        self.replied = 0

    async def run(self) -> None:
        """Ends when the client has ended, or when a fault ends the connection."""
        pump: asyncio.Task[None] | None = None
        try:
            while (request := await _read_request(self.reader)) is not None:
                self.replied = 0
                self.request = request
                self.fault = fault = self.network.fault_for(request)
                if fault is not None and fault.answer is not None:
                    await self.network.down.carry(fault.answer, self.writer)
                    await _close(self.writer)
                    return
                if self.server is None:
                    replies, self.server = await asyncio.open_connection("127.0.0.1", self.network.target)
                    pump = asyncio.create_task(self._pump(replies))
                if await self._deliver(request, self.server):
                    reset(self.writer)
                    return
        finally:
            if self.request is not None and self.request.ended is None:
                self.request.ended = time.monotonic()
            if self.server is not None:
                self.server.transport.abort()
            if pump is not None:
                pump.cancel()
                with suppress(asyncio.CancelledError, OSError):
                    await pump

    async def _deliver(self, request: Request, server: asyncio.StreamWriter) -> bool:
        """Towards the server, with what befalls the request; true if it was cut."""
        fault = self.fault or Fault()
        if fault.stall_request:
            await asyncio.sleep(fault.stall_request)
        if fault.duplicate:
            self.network.spawn(_deliver_again(self.network.target, request))
        await self.network.up.carry(request.raw[: fault.cut_request_after], server)
        return fault.cut_request_after is not None

    async def _pump(self, replies: asyncio.StreamReader) -> None:
        """Replies, raw, with what befalls them; when the server ends, so does the client's connection."""
        read: asyncio.Queue[tuple[float, bytes | None]] = asyncio.Queue(_AHEAD)
        reading = asyncio.create_task(_read_ahead(replies, read))
        try:
            while True:
                ready, data = await read.get()
                if not data:
                    break
                fault = self.fault or Fault()
                if fault.silent:
                    continue
                if fault.stall_reply and not self.replied:
                    await asyncio.sleep(fault.stall_reply)
                first, self.replied = self.replied, self.replied + len(data)
                limit = fault.reply_limit
                if limit is None or self.replied <= limit:
                    await self.network.down.carry(data, self.writer, ready)
                    if self.request is not None:
                        self.request.ended = time.monotonic()
                    continue
                await self.network.down.carry(data[: max(0, limit - first)], self.writer, ready)
                if fault.close_reply_after is None:
                    reset(self.writer)
                else:
                    await _close(self.writer)
                return
            if data is None:
                reset(self.writer)
            else:
                self.writer.close()
        except OSError:
            reset(self.writer)
        finally:
            reading.cancel()


async def _read_ahead(replies: asyncio.StreamReader, into: asyncio.Queue[tuple[float, bytes | None]]) -> None:
    """Pieces of replies and when they came; at the end an empty one, or ``None`` after a reset.

    A head and its body leave the server one after the other and are on the line together: both are late by one
    latency, not the body by two.
    """
    data: bytes | None = b"more"
    while data:
        try:
            data = await replies.read(_CHUNK)
        except OSError:
            data = None
        await into.put((time.monotonic(), data))


async def _deliver_again(target: int, request: Request) -> None:
    """The same request on a connection of its own; its reply is read to the end and thrown away."""
    reader, writer = await asyncio.open_connection("127.0.0.1", target)
    try:
        head, gap, body = request.raw.partition(b"\r\n\r\n")
        head = re.sub(rb"(?im)^connection:.*\r\n", b"", head + b"\r\n") + b"connection: close"
        writer.write(head + gap + body)
        await writer.drain()
        while await reader.read(_CHUNK):
            pass
    except OSError:
        pass
    finally:
        writer.transport.abort()


async def _close(writer: asyncio.StreamWriter) -> None:
    """An orderly end: what was written arrives first."""
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


async def _read_request(reader: asyncio.StreamReader) -> Request | None:
    """The next request whole, or ``None`` when the client has ended."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    request = Request(raw=head, line=head.partition(b"\r\n")[0].decode("latin-1"), body=b"")
    headers = request.headers
    body = b""
    if "chunked" in headers.get("transfer-encoding", ""):
        while not body.endswith(b"0\r\n\r\n"):
            body += await reader.readuntil(b"\r\n")
    elif length := int(headers.get("content-length", 0)):
        body = await reader.readexactly(length)
    request.raw, request.body = head + body, body
    if headers.get("content-encoding") == "gzip":
        with suppress(OSError, EOFError):
            request.body = gzip.decompress(body)
    return request
