"""5,000 phones with three items each come back within a minute; what they sent is looked for in the database."""

from __future__ import annotations

import asyncio
import multiprocessing
import random
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select

from backend.app import House
from backend.identity.models import DEVICE_SESSION, PERSON
from backend.identity.service.directory import token_hash
from bench.cpu import family_cpu_seconds, rss_bytes
from bench.crowd import ITEMS, Crowd, Device, run
from bench.house import Engine, Ground, ground, serving, viewers
from bench.kind import RECORD
from bench.report import Row, percentile
from sync.actors import Viewer
from sync.ids import uuid4, uuid7
from sync.store import encode
from tests.support.postgres import PostgresServer

DEVICES, WITHIN = 5000, 60.0
QUICK = 10
HOLD = 300.0
WORKERS = 2


def rows(engine: Engine, server: PostgresServer | None, *, quick: bool) -> list[Row]:
    """Measure on one database; ``quick``: a tenth of the phones in a tenth of the time."""
    share = QUICK if quick else 1
    count, within = DEVICES // share, WITHIN / share
    workers = WORKERS if engine == "PostgreSQL" else 1
    with ground(engine, "reconnect", server) as made:
        devices = asyncio.run(_prepare(made, count, within))
        with serving(made, SAMBUNG_WORKERS=str(workers)) as process, _elsewhere() as pool:
            cpu, database = family_cpu_seconds(process.pid), made.database_cpu()
            pending = pool.submit(run, process.port, devices, made.officers, 5)
            memory = _watch(pending, process.pid)
            crowd: Crowd = pending.result()
            cpu, database = family_cpu_seconds(process.pid) - cpu, made.database_cpu() - database
        lost, doubled = asyncio.run(_count(made, crowd.items))
    return [_row(engine, workers, count, within, crowd, lost, doubled, cpu, database, memory)]


@contextmanager
def _elsewhere() -> Iterator[ProcessPoolExecutor]:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        yield pool


def _watch(pending: Any, pid: int) -> int:
    """The most memory of one server process, in bytes, until the crowd is through."""
    most = 0
    while not pending.done():
        most = max([most, *(rss_bytes(one) for one in _family(pid))])
        time.sleep(0.5)
    return most


def _family(pid: int) -> list[int]:
    with open(f"/proc/{pid}/task/{pid}/children") as children:
        return [pid, *map(int, children.read().split())]


async def _prepare(made: Ground, count: int, within: float) -> list[Device]:
    """So many people with a session each, who have pulled everything there was."""
    chance = random.Random(11)
    async with made.house() as house:
        [template] = await viewers(house, [made.phones[1].account])
        accounts, tokens = [uuid7() for _ in range(count)], [uuid4() for _ in range(count)]
        await _sign_all_in(house, made, accounts, tokens)
        devices = []
        for account, token in zip(accounts, tokens, strict=True):
            cursor = await _pulled(house, _like(template, account))
            devices.append(Device(account, f"sambung={token}", cursor, chance.uniform(0, within)))
    return devices


async def _sign_all_in(house: House, made: Ground, accounts: list[str], tokens: list[str]) -> None:
    now = house.clock.now()
    async with house.db.writing() as connection:
        found = await connection.execute(select(PERSON).where(PERSON.c.id == made.phones[1].account))
        person = dict(found.mappings().one())
        people = [person | {"id": id, "staff_code": f"M{n:06}"} for n, id in enumerate(accounts)]
        sessions = [
            {"id": uuid7(), "token_hash": token_hash(token), "account": account, "agency": made.agency, "label": "",
             "created": now, "last_seen": now, "expires": now + timedelta(days=60)}
            for account, token in zip(accounts, tokens, strict=True)
        ]  # fmt: skip
        await connection.execute(insert(PERSON), people)
        await connection.execute(insert(DEVICE_SESSION), sessions)
        names = [{"name": f"person:{account}"} for account in accounts]
        await house.engine.store.run(
            connection,
            "INSERT INTO feed_audience (agency, name) SELECT :agency, r.name FROM "
            + house.engine.store.rows("name text")
            + " WHERE true",
            rows=encode(names),
            agency=made.agency,
        )


def _like(template: Viewer, account: str) -> Viewer:
    audiences = (template.audiences - {f"person:{template.account}"}) | {f"person:{account}"}
    return Viewer(replace(template.own, account=account, audiences=audiences))


async def _pulled(house: House, viewer: Viewer) -> str:
    cursor: str | None = None
    while True:
        page = await house.engine.pull(viewer, viewer.account, cursor, None, False)
        cursor = page["cursor"]
        if not page["more"]:
            assert cursor is not None
            return cursor


async def _count(made: Ground, items: list[str]) -> tuple[int, int]:
    """Items that are not in the database, and records or numbers that are there more often than they were sent."""
    async with made.house() as house, house.db.reading() as connection:
        run_ = house.engine.store.run
        kept = await run_(connection, "SELECT CAST(id AS text) FROM sync_mutation WHERE status = 'applied'")
        [[records, numbers]] = await run_(
            connection,
            f"SELECT count(*), count(DISTINCT feed) FROM sync_record WHERE kind = '{RECORD}' AND version = 1",
        )
        [[stored]] = await run_(connection, f"SELECT count(*) FROM {RECORD}")
        [[gaps]] = await run_(connection, "SELECT count(*) FROM sync_device WHERE gaps <> '[]'")
    lost = set(items) - {row[0] for row in kept}
    doubled = (stored - len(items)) + (records - numbers) + (records - stored)
    return len(lost) + gaps, doubled


def _row(
    engine: Engine, workers: int, count: int, within: float, crowd: Crowd, lost: int, doubled: int, cpu: float,
    database: float, memory: int,
) -> Row:  # fmt: skip
    shed = crowd.statuses["503"]
    faults = {
        name: times
        for name, times in crowd.statuses.items()
        if (name[0] == "5" and name != "503") or name == "503 without Retry-After"
    }
    p50, p95, p99 = (percentile(crowd.waited or [0.0], one) for one in (50, 95, 99))
    processes = f"{workers} process{'es' if workers > 1 else ''}"
    return Row(
        what=f"{count:,} phones with {ITEMS} items come back within {within:.0f} s, {engine}",
        hold="0 lost, 0 doubled; no 5xx but 503 with Retry-After; drained <= 5 min",
        measured=f"{lost} lost, {doubled} doubled; {sum(faults.values())} other 5xx; drained {crowd.drained:.0f} s",
        floor=f"{within:.0f} s until the last one comes",
        ratio=f"{crowd.drained / within:.2f}x",
        held=lost == doubled == crowd.unfinished == 0 and not faults and crowd.drained <= HOLD,
        note=f"{processes}; a phone waits {p50:.2f} / {p95:.1f} / {p99:.1f} s (p50 / p95 / p99) from its first try to "
        f"its last page; {shed:,} shed; {cpu:.0f} CPU-s in the server, {database:.0f} in the database; "
        f"{memory / 2**20:.0f} MiB at most; answers: {dict(sorted(crowd.statuses.items()))}",
        data={"lost": lost, "doubled": doubled, "drained": crowd.drained, "shed": shed, "p50": p50, "p95": p95,
              "p99": p99, "cpu": cpu, "database_cpu": database, "rss": memory, "statuses": dict(crowd.statuses),
              "unfinished": crowd.unfinished},
    )  # fmt: skip
