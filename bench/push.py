"""``syncPush``: batches of 50 new items over 8 connections, the whole HTTP request; and known batches sent again.

CPU time is that of the server process (on SQLite the database works inside it). The ratio to the floor counts all
processes on both sides, PostgreSQL included, one batch at a time, floor and request in turns.
"""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field

from bench.cpu import cpu_seconds
from bench.floors import Floor
from bench.house import Engine, Ground, ground, serving
from bench.report import Row, median, ms, percentile
from bench.turns import turns
from bench.wire import Line, Phone
from tests.support.postgres import PostgresServer

SIZE = 50
HOLD_RATE = 8000
HOLD_P95 = 0.025
HOLD_RATIO = 3.0
PEERS = "bare express on better-sqlite3 19,600/CPU-s; PouchDB Server 6,500; one-row-a-POST FastAPI + SQLModel 230"


@dataclass(slots=True)
class Round:
    """One round over all connections: seconds of each batch, CPU of the server and of the database."""

    seconds: list[float] = field(default_factory=list)
    server: float = 0.0
    database: float = 0.0

    @property
    def cpu(self) -> float:
        """Server CPU seconds a batch."""
        return self.server / len(self.seconds)

    @property
    def rate(self) -> float:
        """Mutations a CPU-second of the server process."""
        return SIZE * len(self.seconds) / self.server if self.server else 0.0


def rows(engine: Engine, server: PostgresServer | None, *, quick: bool) -> list[Row]:
    """Measure on one database."""
    with ground(engine, "push", server) as made, serving(made) as process:
        return asyncio.run(_measure(made, process.port, process.pid, quick=quick))


async def _measure(made: Ground, port: int, pid: int, *, quick: bool) -> list[Row]:
    rounds, each, seconds = (2, 8, 4.0) if quick else (4, 12, 8.0)
    chance = random.Random(7)
    lines = [Line(port, phone.cookie) for phone in made.phones]
    for line in lines:
        await line.__aenter__()
    try:
        await _round(made, pid, lines, _bodies(made, chance, 3), packed=False)
        plain = [
            await _round(made, pid, lines, _bodies(made, chance, each), packed=False) for _ in turns(rounds, seconds)
        ]
        again_bodies = _bodies(made, chance, each)
        first = await _round(made, pid, lines, again_bodies, packed=False)
        again = [
            await _round(made, pid, lines, again_bodies, packed=False, status="duplicate")
            for _ in turns(rounds, seconds)
        ]
        packed = [
            await _round(made, pid, lines, _bodies(made, chance, each), packed=True) for _ in turns(rounds, seconds)
        ]
        alone, floor = await _in_turns(made, pid, lines[0], chance, 60 if quick else 150, seconds)
    finally:
        for line in lines:
            await line.__aexit__()
    return [
        _rate_row(made, "plain body", plain, alone, floor),
        _rate_row(made, "gzip body", packed, alone, floor),
        _floor_row(made, alone, floor),
        _again_row(made, [first, *plain], again),
    ]


def _bodies(made: Ground, chance: random.Random, each: int) -> list[list[bytes]]:
    return [[phone.push(chance, made.officers, SIZE) for _ in range(each)] for phone in made.phones]


async def _round(
    made: Ground, pid: int, lines: list[Line], bodies: list[list[bytes]], *, packed: bool, status: str = "applied"
) -> Round:
    requests = [[line.request(body, packed=packed) for body in own] for line, own in zip(lines, bodies, strict=True)]
    done = Round()
    answers: list[list[bytes]] = []
    server, database = cpu_seconds(pid), made.database_cpu()

    async def one(line: Line, own: list[bytes]) -> None:
        replies = []
        for request in own:
            started = time.perf_counter()
            reply = await line.send(request)
            done.seconds.append(time.perf_counter() - started)
            replies.append(reply)
        for reply in replies:
            answers.append([one["status"] for one in reply.data("syncPush")["results"]])

    await asyncio.gather(*(one(line, own) for line, own in zip(lines, requests, strict=True)))
    done.server, done.database = cpu_seconds(pid) - server, made.database_cpu() - database
    wrong = {said for statuses in answers for said in statuses} - {status}
    if wrong or any(len(statuses) != SIZE for statuses in answers):
        raise RuntimeError(f"expected {SIZE} times {status} in every answer, got also {wrong}")
    return done


async def _in_turns(
    made: Ground, pid: int, line: Line, chance: random.Random, count: int, seconds: float
) -> tuple[Round, Round]:
    """One batch over HTTP, one written by bare SQL, in blocks of ten."""
    phone: Phone = made.phones[0]
    reply = await line.ask(phone.push(chance, made.officers, SIZE))
    bare = Floor(made, [one["id"] for one in reply.data("syncPush")["results"]])
    alone, floor = Round(), Round()
    try:
        for _ in turns(count // 10, seconds, least=2):
            requests = [line.request(phone.push(chance, made.officers, SIZE)) for _ in range(10)]
            copies = bare.batches(10)
            server, database = cpu_seconds(pid), made.database_cpu()
            for request in requests:
                started = time.perf_counter()
                (await line.send(request)).data("syncPush")
                alone.seconds.append(time.perf_counter() - started)
            alone.server += cpu_seconds(pid) - server
            alone.database += made.database_cpu() - database
            own, database = time.process_time(), made.database_cpu()
            for copy in copies:
                floor.seconds.append(bare.write(copy))
            floor.server += time.process_time() - own
            floor.database += made.database_cpu() - database
    finally:
        bare.close()
    return alone, floor


def _rate_row(made: Ground, how: str, rounds: list[Round], alone: Round, floor: Round) -> Row:
    rate = median([one.rate for one in rounds])
    seconds = [second for one in rounds for second in one.seconds]
    p95 = percentile(seconds, 95)
    single = percentile(alone.seconds, 95)
    return Row(
        what=f"syncPush {SIZE} new, 8 connections, {made.engine}, {how}",
        hold=f">= {HOLD_RATE:,}/CPU-s (aim 20,000); p95 <= 25 ms",
        measured=f"{rate:,.0f}/CPU-s; p95 {ms(p95)} (8 at once), {ms(single)} (alone)",
        floor=f"{SIZE / (floor.server / len(floor.seconds)):,.0f}/CPU-s of the writing process",
        ratio="",
        held=rate >= HOLD_RATE and p95 <= HOLD_P95,
        peers=PEERS,
        note=f"{median([one.cpu for one in rounds]) * 1000:.1f} ms CPU a batch in the server, "
        f"{median([one.database / len(one.seconds) for one in rounds]) * 1000:.1f} ms in the database; "
        f"wall median {ms(median(seconds))} with 8 waiting for one process",
        data={"rate": rate, "p95": p95, "p50": median(seconds), "rates": [one.rate for one in rounds]},
    )


def _floor_row(made: Ground, alone: Round, floor: Round) -> Row:
    count, bare = len(alone.seconds), len(floor.seconds)
    ours, least = (alone.server + alone.database) / count, (floor.server + floor.database) / bare
    wall = median(alone.seconds) / median(floor.seconds)
    return Row(
        what=f"one batch of {SIZE} against its floor, {made.engine}",
        hold=f"<= {HOLD_RATIO:.0f}x the floor",
        measured=f"{ours * 1000:.1f} ms CPU; wall {ms(median(alone.seconds))}",
        floor=f"{least * 1000:.1f} ms CPU; wall {ms(median(floor.seconds))}",
        ratio=f"{ours / least:.1f}x CPU, {wall:.1f}x wall",
        held=min(ours / least, wall) <= HOLD_RATIO,
        note="whole HTTP request and database against one set-based statement (SQLite: executemany) for the same rows",
        data={"cpu": ours, "floor_cpu": least, "wall": median(alone.seconds), "floor_wall": median(floor.seconds)},
    )


def _again_row(made: Ground, first: list[Round], again: list[Round]) -> Row:
    before, after = median([one.cpu for one in first]), median([one.cpu for one in again])
    return Row(
        what=f"the same batch sent again, {made.engine}",
        hold="<= half the first time",
        measured=f"{after * 1000:.1f} ms CPU",
        floor=f"first time {before * 1000:.1f} ms CPU",
        ratio=f"{after / before:.2f}",
        held=after <= before / 2,
        note=f"wall p95 {ms(percentile([s for one in again for s in one.seconds], 95))} with 8 at once",
        data={"first": before, "again": after},
    )
