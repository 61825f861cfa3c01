"""``syncPull``: 200 records out of a growing feed for one person among 8,000, and the pull that finds nothing new.

Server time is that of the engine and the serialising of its answer, in this process, in turns with its floor: one
index scan over the person's own entries, the bytes joined. The feed's tables are filled by SQL.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
import psycopg

from backend.app import House
from bench.cpu import cpu_seconds
from bench.feed_load import grow
from bench.house import Engine, Ground, ground, serving, viewers
from bench.report import Row, median, ms, percentile
from bench.turns import turns
from bench.wire import Line, Phone
from sync.actors import Viewer
from tests.support.postgres import PostgresServer

RECORDS = 200
FIRST_PULLS = 10
"""A new connection plans its statements anew for the first few times: that too must not read whole tables."""
SIZES = (10_000, 100_000, 1_000_000)
FLOOR = (
    "SELECT r.change FROM feed_entry e JOIN sync_record r ON r.agency = {0} AND r.kind = e.kind AND r.id = e.id "
    "WHERE e.audience = {0} AND e.feed > {0} ORDER BY e.feed LIMIT 200"
)


@dataclass(slots=True)
class Taken:
    """Seconds of each pull, and CPU seconds a pull of this process and of the database together."""

    wall: list[float] = field(default_factory=list)
    cpu: float = 0.0


def rows(engine: Engine, server: PostgresServer | None, *, quick: bool) -> list[Row]:
    """Measure on one database."""
    sizes = SIZES[:2] if quick else SIZES
    with ground(engine, "pull", server) as made:
        found, fresh = asyncio.run(_in_process(made, sizes, 60 if quick else 150))
        with serving(made) as process:
            nothing = asyncio.run(_nothing_new(made, process.port, process.pid, 200 if quick else 500))
    return [_row(made, found), _growth(made, found, fresh), nothing]


async def _in_process(
    made: Ground, sizes: tuple[int, ...], times: int
) -> tuple[dict[int, tuple[Taken, Taken]], list[float]]:
    """What was taken at each size, and CPU seconds of the first pulls of a server that has just started."""
    measured: dict[int, tuple[Taken, Taken]] = {}
    async with made.house() as house:
        people = await viewers(house, [phone.account for phone in made.phones[1 : 1 + len(sizes)]])
        cursors = [await _everything(house, viewer) for viewer in people]
        loaded = 0
        for size, viewer, cursor in zip(sizes, people, cursors, strict=True):
            targets = {number: person.account for number, person in zip(sizes, people, strict=True)}
            await asyncio.to_thread(grow, made, loaded, size, targets, RECORDS)
            loaded = size
            measured[size] = await _compare(made, house, viewer, cursor, times)
    fresh = []
    async with made.house() as house:
        for _ in range(FIRST_PULLS):
            before = time.process_time() + made.database_cpu()
            await house.engine.pull(viewer, viewer.account, cursor, None, False)
            fresh.append(time.process_time() + made.database_cpu() - before)
    return measured, fresh


async def _everything(house: House, viewer: Viewer) -> str:
    cursor: str | None = None
    while True:
        page = await house.engine.pull(viewer, viewer.account, cursor, None, False)
        cursor = page["cursor"]
        if not page["more"]:
            assert cursor is not None
            return cursor


async def _compare(made: Ground, house: House, viewer: Viewer, cursor: str, times: int) -> tuple[Taken, Taken]:
    floor = _floor_reader(made, viewer)
    ours, least = Taken(), Taken()

    async def pull() -> None:
        page = await house.engine.pull(viewer, viewer.account, cursor, None, False)
        body = orjson.dumps({"data": {"syncPull": page}})
        if body.count(b'"kind":"bench_item"') != RECORDS:
            raise RuntimeError(f"expected {RECORDS} records: {body[:300]!r}")

    async def bare() -> None:
        found = floor()
        body = b'{"changes":[' + b",".join(row[0].encode() for row in found) + b"]}"
        if len(found) != RECORDS or not body:
            raise RuntimeError(f"expected {RECORDS} records, got {len(found)}")

    for work in (pull, bare):
        for _ in range(10):
            await work()
    for _ in turns(max(1, times // 15), 6, least=2):
        for work, taken in ((pull, ours), (bare, least)):
            before = time.process_time() + made.database_cpu()
            for _ in range(15):
                started = time.perf_counter()
                await work()
                taken.wall.append(time.perf_counter() - started)
            taken.cpu += time.process_time() + made.database_cpu() - before
    for taken in (ours, least):
        taken.cpu /= len(taken.wall)
    return ours, least


def _floor_reader(made: Ground, viewer: Viewer) -> Callable[[], Any]:
    if made.engine == "PostgreSQL":
        pg = psycopg.connect(made.url, autocommit=True, prepare_threshold=1)
        mark, connection = "%s", pg
    else:
        mark, connection = "?", sqlite3.connect(made.url.removeprefix("sqlite:///"))  # type: ignore[assignment]
        for pragma in ("cache_size=-65536", "mmap_size=268435456"):
            connection.execute(f"PRAGMA {pragma}")
    name = f"person:{viewer.account}"
    [[audience]] = connection.execute(f"SELECT id FROM feed_audience WHERE name = {mark}", (name,)).fetchall()
    [[first]] = connection.execute(
        f"SELECT min(feed) FROM feed_entry WHERE kind = 'bench_item' AND audience = {mark}", (audience,)
    ).fetchall()
    parameters = (made.agency, audience, first - 1)
    return lambda: connection.execute(FLOOR.format(mark), parameters).fetchall()


async def _nothing_new(made: Ground, port: int, pid: int, times: int) -> Row:
    phone: Phone = made.phones[-1]
    async with Line(port, phone.cookie) as line:
        cursor: str | None = None
        more = True
        while more:
            page = (await line.ask(phone.pull(cursor))).data("syncPull")
            cursor, more = page["cursor"], page["more"]
        body, seconds = phone.pull(cursor), []
        before = cpu_seconds(pid)
        for _ in turns(times, 8, least=50):
            started = time.perf_counter()
            reply = await line.ask(body)
            seconds.append(time.perf_counter() - started)
        cpu = (cpu_seconds(pid) - before) / len(seconds)
        assert reply.data("syncPull")["changes"] == []
    both = reply.sent + reply.received
    return Row(
        what=f"syncPull, nothing new, {made.engine}",
        hold="<= 5 ms p95; one request; <= 700 bytes both ways without the browser's own headers",
        measured=f"p95 {ms(percentile(seconds, 95))}, p50 {ms(median(seconds))}; {both} bytes ({reply.sent} up)",
        held=percentile(seconds, 95) <= 0.005 and both <= 700,
        peers="REST with ?since= 681 bytes; RxDB one request, 846 bytes; PouchDB 8 requests, 6,800 bytes",
        note=f"whole HTTP request, one connection; {cpu * 1000:.1f} ms CPU in the server; "
        f"reply head {reply.received - len(reply.body)} bytes, body {len(reply.body)}",
        data={"p95": percentile(seconds, 95), "bytes": both, "cpu": cpu, "headers": reply.headers},
    )


def _row(made: Ground, found: dict[int, tuple[Taken, Taken]]) -> Row:
    sizes = sorted(found)
    ours, least = found[sizes[-1]]
    p95 = percentile(ours.wall, 95)
    ratio, wall = ours.cpu / least.cpu, median(ours.wall) / median(least.wall)
    return Row(
        what=f"syncPull, {RECORDS} records out of {sizes[-1]:,}, {made.engine}",
        hold="<= 25 ms p95; <= 2x the floor",
        measured=f"p95 {ms(p95)}, {ours.cpu * 1000:.1f} ms CPU",
        floor=f"p95 {ms(percentile(least.wall, 95))}, {least.cpu * 1000:.1f} ms CPU",
        ratio=f"{ratio:.1f}x CPU, {wall:.1f}x wall",
        held=p95 <= 0.025 and min(ratio, wall) <= 2,
        note="CPU counts this process and the database; the floor is one statement of a driver that waits for it",
        data={str(size): {"wall": median(a.wall), "p95": percentile(a.wall, 95), "cpu": a.cpu, "floor_cpu": b.cpu,
                          "floor_wall": median(b.wall)} for size, (a, b) in found.items()},
    )  # fmt: skip


def _growth(made: Ground, found: dict[int, tuple[Taken, Taken]], fresh: list[float]) -> Row:
    sizes = sorted(found)
    p95s = [percentile(found[size][0].wall, 95) for size in sizes]
    cpus = [found[size][0].cpu for size in sizes]
    flat = min(max(p95s) / p95s[0], max(cpus) / cpus[0])
    steps = "; ".join(
        f"{size:,}: p95 {ms(p95)}, {cpu * 1000:.2f} ms CPU" for size, p95, cpu in zip(sizes, p95s, cpus, strict=True)
    )
    return Row(
        what=f"growth of a pull from {sizes[0]:,} to {sizes[-1]:,} records, {made.engine}",
        hold="flat within 20 %; the first pulls of a new server <= 25 ms CPU",
        measured=f"slowest size {flat:.2f}x the smallest; first pulls {ms(max(fresh[1:]))}",
        floor=f"{max(found[size][1].cpu for size in sizes) / found[sizes[0]][1].cpu:.2f}x (CPU of the floor)",
        held=flat <= 1.2 and max(fresh[1:]) <= 0.025,
        note=f"server time, by p95 or by CPU, whichever the machine disturbed less: {steps}",
        data={"flat": flat, "p95": p95s, "cpu": cpus, "first": fresh},
    )
