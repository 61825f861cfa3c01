"""2,000 open live streams: memory of the server, database connections held, and how long a poke takes to all."""

from __future__ import annotations

import asyncio
import contextlib
import random
import resource
import time
from typing import Any

import orjson
import psycopg
import zstandard

from bench.cpu import rss_bytes
from bench.house import Ground, ground, serving
from bench.report import Row, ms
from bench.wire import Line
from tests.support.postgres import PostgresServer

BODY = orjson.dumps({"query": "subscription { poke }"})
GROUP = 50
HOLD_BYTES = 2**30


def rows(server: PostgresServer, *, quick: bool) -> list[Row]:
    """Open them, look, poke, close."""
    count = 500 if quick else 2000
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 8192)), hard))
    with ground("PostgreSQL", "streams", server) as made, serving(made) as process:
        return [asyncio.run(_measure(made, process.port, process.pid, count))]


async def _measure(made: Ground, port: int, pid: int, count: int) -> Row:
    chance = random.Random(3)
    pushers = made.phones[1]
    async with contextlib.AsyncExitStack() as stack:
        talk = await stack.enter_async_context(Line(port, pushers.cookie))
        (await talk.ask(pushers.push(chance, made.officers))).data("syncPush")
        before, connections = rss_bytes(pid), _connections(made)[0]
        lines = [Stream(port, made.phones[n % len(made.phones)].cookie) for n in range(count)]
        started = time.perf_counter()
        for first in range(0, count, GROUP):
            await asyncio.gather(*(line.open(stack) for line in lines[first : first + GROUP]))
        opening = time.perf_counter() - started
        await asyncio.sleep(1)
        after, (held, busy) = rss_bytes(pid), _connections(made)
        mine = [line for line in lines if line.cookie == pushers.cookie]
        started = time.perf_counter()
        (await talk.ask(pushers.push(chance, made.officers))).data("syncPush")
        async with asyncio.timeout(20):
            await asyncio.gather(*(line.event() for line in mine))
        poked = time.perf_counter() - started
    scaled = before + (after - before) * 2000 / count
    return Row(
        what=f"{count:,} open live streams, PostgreSQL",
        hold="<= 1 GiB, 0 database connections held (2,000 streams)",
        measured=f"{after / 2**20:.0f} MiB; {busy} database connections held",
        floor=f"{before / 2**20:.0f} MiB without streams",
        ratio=f"{(after - before) / count / 1024:.0f} KiB a stream",
        held=scaled <= HOLD_BYTES and busy == 0,
        note=f"the pool keeps {held} idle connections ({connections} before); opened "
        f"in {opening:.1f} s; a push until the last of {len(mine)} poked streams heard of it: {ms(poked)}",
        data={"rss": after, "before": before, "opening": opening, "poke": poked, "scaled": scaled},
    )


class Stream:
    """One open subscription, read as a browser reads it: chunked, and compressed if the server likes."""

    def __init__(self, port: int, cookie: str) -> None:
        self.line = Line(port, cookie)
        self.cookie = cookie
        self.plain: Any = None
        self.seen = b""

    async def open(self, stack: contextlib.AsyncExitStack) -> None:
        """Subscribe and wait for the first event."""
        await stack.enter_async_context(self.line)
        assert self.line.reader is not None
        assert self.line.writer is not None
        self.line.writer.write(self.line.head(len(BODY), accept="text/event-stream") + BODY)
        head = (await self.line.reader.readuntil(b"\r\n\r\n")).lower()
        if b" 200 " not in head.split(b"\r\n", 1)[0]:
            raise RuntimeError(f"no stream: {head[:300]!r}")
        if b"content-encoding: zstd" in head:
            self.plain = zstandard.ZstdDecompressor(max_window_size=2**27).decompressobj()
        elif b"content-encoding" in head:
            raise RuntimeError(f"an encoding that this reader does not know: {head[:600]!r}")
        await self.event()

    async def event(self) -> None:
        """The next event with data; heartbeats pass by."""
        assert self.line.reader is not None
        while b"data: {" not in self.seen:
            size = int(await self.line.reader.readuntil(b"\r\n"), 16)
            chunk = (await self.line.reader.readexactly(size + 2))[:-2]
            self.seen += chunk if self.plain is None else self.plain.decompress(chunk)
        self.seen = self.seen.partition(b"data: {")[2]


def _connections(made: Ground) -> tuple[int, int]:
    """Connections to the database, and those of them in a transaction or at work."""
    query = (
        "SELECT count(*), count(*) FILTER (WHERE state <> 'idle') FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    with psycopg.connect(made.url, autocommit=True) as connection:
        found = connection.execute(query).fetchone()
    assert found is not None
    return found[0], found[1]
