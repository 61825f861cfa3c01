"""Posts of filled rating forms on PostgreSQL: the whole HTTP request, each by another visitor, 64 connections.

CPU time is that of the server processes and of PostgreSQL; the sender is a process of its own on the same machine.
The forms carry stamps as the server issues them, so that nothing but the post is measured.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode

from backend.database.engine import Database
from backend.keys import Keys
from backend.ratings.models import RatingCode
from backend.ratings.public.stamps import Stamp, Stamps
from backend.ratings.service.catalogue import Catalogues
from bench.cpu import family_cpu_seconds
from bench.report import Row, ms, percentile
from sync.clock import SystemClock, to_ms
from sync.ids import uuid4
from tests.ratings.balai import Balai
from tests.support.postgres import PostgresServer
from tests.support.schema import create_all
from tests.support.server import ServerProcess

HOLD = 500
CONNECTIONS = 64
PEER = "a form handler of one INSERT on FastAPI and SQLModel, without any rule: 230/CPU-s"


def rows(server: PostgresServer, *, quick: bool) -> list[Row]:
    """Measure with two server processes."""
    folder = Path(tempfile.mkdtemp(prefix="sambung-measure-ratings-"))
    try:
        Keys.create(folder / "keys.json")
        url = server.create_database("bench_ratings")
        settings = {"SAMBUNG_WORKERS": "2", "SAMBUNG_RATINGS_PER_MINUTE": "1000000", "SAMBUNG_BACKGROUND": "false"}
        process = ServerProcess(folder, url, settings={**settings, "SAMBUNG_ENVIRONMENT": "production"})
        posts = asyncio.run(_forms(url, folder, 1500 if quick else 6000))
        with process:
            assert process.process is not None
            return asyncio.run(_measure(process.port, process.process.pid, server, posts))
    finally:
        server.drop_database("bench_ratings")
        shutil.rmtree(folder, ignore_errors=True)


async def _forms(url: str, folder: Path, count: int) -> list[tuple[str, bytes]]:
    """Filled forms: path and body; every one of another phone, browser and device, spread over all officers."""
    await _tables(url)
    balai = await Balai(url, folder / "keys.json", folder, SystemClock()).build()
    try:
        stamps, now = Stamps(balai.keys), to_ms(balai.clock.now())
        async with balai.db.reading() as connection:
            asked = (await Catalogues().get(connection, balai.agency, balai.clock.now())).asked
        codes = await balai.rows(RatingCode, kind="personal")
        made = []
        for n in range(count):
            code = codes[n % len(codes)]
            stamp = Stamp(
                id=uuid4(), agency=balai.agency, token=code.token, code=code.id, officer=str(code.person),
                instrument=asked.id, version="v1", opened=now, browser=uuid4(), device=uuid4()[:24],
            )  # fmt: skip
            fields = {
                "stamp": stamps.sign(stamp), "service": f"S{n % 20 + 1:02d}", "indicators": "P", "score": "5",
                "phone": f"0857{n:08d}",
            }  # fmt: skip
            made.append((f"/n/{code.token}", urlencode(fields).encode()))
        return made
    finally:
        await balai.close()


async def _tables(url: str) -> None:
    db = Database(url)
    try:
        await create_all(db)
    finally:
        await db.close()


async def _measure(port: int, pid: int, server: PostgresServer, posts: list[tuple[str, bytes]]) -> list[Row]:
    warm, work = posts[:200], posts[200:]
    await _send_all(port, warm)
    database = server._process
    assert database is not None
    before = family_cpu_seconds(pid), family_cpu_seconds(database.pid)
    started = time.perf_counter()
    seconds = await _send_all(port, work)
    lapse = time.perf_counter() - started
    cpu, db = family_cpu_seconds(pid) - before[0], family_cpu_seconds(database.pid) - before[1]
    rate = len(work) / lapse
    return [
        Row(
            what="ratings: posts a second, PostgreSQL, 2 processes",
            measured=f"{rate:.0f}/s; {len(work) / cpu:.0f}/CPU-s of the server; a post costs "
            f"{1000 * cpu / len(work):.1f} ms server, {1000 * db / len(work):.1f} ms PostgreSQL; "
            f"p95 {ms(percentile(seconds, 95))}",
            hold=f">= {HOLD}/s",
            held=rate >= HOLD,
            peers=PEER,
        )
    ]


async def _send_all(port: int, posts: list[tuple[str, bytes]]) -> list[float]:
    """Send over all connections; seconds of each. Raises ``RuntimeError`` for anything but the way to the thanks."""
    waiting, seconds = iter(posts), list[float]()

    async def line() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for path, body in waiting:
            head = (
                f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Language: id\r\n"
                f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
            )
            started = time.perf_counter()
            writer.write(head.encode() + body)
            answer = await reader.readuntil(b"\r\n\r\n")
            seconds.append(time.perf_counter() - started)
            if not answer.startswith(b"HTTP/1.1 303") or b"ulang" in answer:
                raise RuntimeError(answer.decode("latin-1")[:300])
        writer.close()

    await asyncio.gather(*(line() for _ in range(CONNECTIONS)))
    return seconds
