"""50,000 service applications: the desk's list, a list by name and the search for a name, whole requests, counted."""

from __future__ import annotations

import asyncio
import random
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import orjson
from sqlalchemy import event, func, insert, select, text
from sqlmodel import col

from backend.app import create_app
from backend.applications import room
from backend.applications.models import Application
from backend.applications.rules.names import folded
from backend.applications.service.stored import service_id
from backend.identity.models import ROLE_GRANT, UNIT
from bench.house import Engine, Ground, ground
from bench.report import Row, median, ms, percentile
from sync.ids import uuid7
from tests.support.postgres import PostgresServer

SIZE, QUICK, CHUNK = 50_000, 10_000, 1_000
HOLD = 0.2
NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
STATES = ("selesai",) * 12 + ("diajukan", "diperiksa", "dikembalikan", "diverifikasi", "diproses_luar", "draf")
FIRST = ("Siti", "Budi", "Made", "Rahayu", "Agus", "Dewi", "Nur'aini", "Bambang", "Komang", "Yusuf")
LAST = ("Nuraini", "Santoso", "Lestari", "Wijaya", "Pratama", "Hidayat", "Saragih", "Siregar", "Utami", "Kusuma")
ASKED = {
    "the desk: sent and waiting, by time": 'state: "diajukan"',
    "all by name": "",
    "search by a part of the name": 'search: "siti nur"',
    "search that finds nobody": 'search: "tidakadaorangnya"',
}


def rows(engine: Engine, server: PostgresServer | None, *, quick: bool) -> list[Row]:
    """Measure on one database."""
    with ground(engine, "cases", server) as made:
        return asyncio.run(_measure(made, QUICK if quick else SIZE, 20 if quick else 60))


async def _measure(made: Ground, size: int, times: int) -> list[Row]:
    async with made.house() as house:
        async with house.engine.writing(made.agency) as w:
            await room.install(w, ("sikap",))
        await _fill(house.db, made, size)
        app = create_app(house.settings, house=house)
        headers = {"X-Sambung-Client": "bench/1", "Content-Type": "application/json", "Cookie": made.phones[0].cookie}
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers) as client:
            floor = await _floor(house.db, made.agency, times)
            return [await _list(house.db, client, made, what, size, times, floor) for what in ASKED]


async def _list(
    db: Any, client: httpx.AsyncClient, made: Ground, what: str, size: int, times: int, floor: float
) -> Row:  # fmt: skip
    asked = f", {ASKED[what]}" if ASKED[what] else ""
    fields = "rows { id subjectName unitName state stateName submittedAt } cursor"
    body = orjson.dumps({"query": f'{{ applications(code: "sikap"{asked}) {{ {fields} }} }}'})
    statements: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    event.listen(db.engine.sync_engine, "before_cursor_execute", note)
    first = (await client.post("/graphql", content=body)).raise_for_status().json()
    event.remove(db.engine.sync_engine, "before_cursor_execute", note)
    if len(first["data"]["applications"]["rows"]) != (0 if "nobody" in what else 50):
        raise RuntimeError(f"{what}: {str(first)[:300]}")
    seconds = []
    for _ in range(times):
        started = time.perf_counter()
        (await client.post("/graphql", content=body)).raise_for_status()
        seconds.append(time.perf_counter() - started)
    p95 = percentile(seconds, 95)
    return Row(
        what=f"{what}, {size:,} applications, {made.engine}",
        hold=f"p95 < {HOLD * 1000:.0f} ms",
        measured=f"p50 {ms(median(seconds))}, p95 {ms(p95)}, {len(statements)} statements",
        floor=f"p50 {ms(floor)} one plain count over the cases",
        ratio=f"{median(seconds) / floor:.1f}x",
        held=p95 < HOLD,
        note="the whole request in the server's process, the whole agency as scope",
        data={"p50": median(seconds), "p95": p95, "statements": len(statements)},
    )


async def _floor(db: Any, agency: str, times: int) -> float:
    query = select(col(Application.state), func.count()).where(col(Application.agency) == agency)
    seconds = []
    for _ in range(times):
        async with db.read() as session:
            started = time.perf_counter()
            (await session.execute(query.group_by(col(Application.state)))).all()
            seconds.append(time.perf_counter() - started)
    return median(seconds)


async def _fill(db: Any, made: Ground, size: int) -> None:
    """Cases of ten times ten names over the units of the ground's agency; the first phone verifies everywhere."""
    dice, agency = random.Random(20261122), made.agency
    async with db.reading() as connection:
        units = list((await connection.execute(select(UNIT.c.id, UNIT.c.parent).where(UNIT.c.agency == agency))).all())
    root = next(row.id for row in units if row.parent is None)
    lines = [_case(dice, agency, dice.choice(units).id, n) for n in range(size)]
    async with db.writing() as connection:
        grant = {
            "id": uuid7(), "agency": agency, "person": made.phones[0].account, "role": "VER", "unit": root,
            "start": date(2026, 1, 1), "end": None, "stand_in": False, "granted_by": None, "granted": NOW,
            "revoked": None,
        }  # fmt: skip
        await connection.execute(insert(ROLE_GRANT), [grant])
        for start in range(0, size, CHUNK):
            await connection.execute(insert(Application), lines[start : start + CHUNK])
        await connection.execute(text("ANALYZE"))


def _case(dice: random.Random, agency: str, unit: str, n: int) -> dict[str, Any]:
    name, state = f"{dice.choice(FIRST)} {dice.choice(LAST)} {n:05d}", dice.choice(STATES)
    sent = None if state == "draf" else NOW - timedelta(minutes=n)
    return {
        "id": uuid7(), "agency": agency, "service": service_id(agency, "sikap", 1), "code": "sikap", "version": 1,
        "subject_kind": "employee", "subject": uuid7(), "subject_name": name, "subject_key": folded(name),
        "unit": unit, "unit_name": "Unit", "account": uuid7(), "account_name": "Pengelola", "account_role": "OPD",
        "behalf": False, "state": state, "round": 1, "kind": "reguler", "period": "2027-04", "arrival": "",
        "facts": {}, "imported": {}, "claimed_by_name": "", "reason": "", "confirmed": "", "created_at": NOW,
        "updated_at": NOW, "submitted_at": sent, "first_submitted_at": sent,
    }  # fmt: skip
