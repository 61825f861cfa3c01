"""Work plans of 8,161 people with five results each: roster, who is late and matrix, whole requests of HR, counted."""

from __future__ import annotations

import asyncio
import random
import time
from datetime import UTC, date, datetime
from typing import Any

import httpx
import orjson
from sqlalchemy import event, func, insert, select, text
from sqlmodel import col

from backend.app import create_app
from backend.identity.models import PERSON, ROLE_GRANT, UNIT
from backend.identity.service.people import new_person
from backend.performance.models import Evaluation, Period, Plan, WorkResult
from bench.house import Engine, Ground, ground
from bench.report import Row, median, ms, percentile
from sync.ids import derived, uuid7
from tests.support.postgres import PostgresServer

PEOPLE, QUICK, RESULTS, TEAM = 8_161, 2_000, 5, 12
CHUNK = 1_000
HOLD = 0.3
YEAR = 2026
NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
STATUSES = ("persetujuan",) * 8 + ("diajukan", "draf", "dikembalikan", "final")
PAGES = ("skpRoster", "skpMonitoring", "skpMatrix")
"""Each with the whole agency as its scope, the widest there is."""


def rows(engine: Engine, server: PostgresServer | None, *, quick: bool) -> list[Row]:
    """Measure on one database."""
    with ground(engine, "plans", server) as made:
        return asyncio.run(_measure(made, QUICK if quick else PEOPLE, 20 if quick else 60))


async def _measure(made: Ground, size: int, times: int) -> list[Row]:
    async with made.house() as house:
        await _fill(house.db, made, size)
        app = create_app(house.settings, house=house)
        headers = {"X-Sambung-Client": "bench/1", "Content-Type": "application/json", "Cookie": made.phones[0].cookie}
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers) as client:
            floor = await _floor(house.db, made.agency, times)
            return [await _page(house.db, client, made, name, size, times, floor) for name in PAGES]


async def _page(
    db: Any, client: httpx.AsyncClient, made: Ground, name: str, size: int, times: int, floor: float
) -> Row:  # fmt: skip
    body = orjson.dumps({"query": f"{{ {name}(year: {YEAR}) }}"})
    statements: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    event.listen(db.engine.sync_engine, "before_cursor_execute", note)
    first = (await client.post("/graphql", content=body)).raise_for_status().json()
    event.remove(db.engine.sync_engine, "before_cursor_execute", note)
    found = first["data"][name]
    if found.get("total", size * RESULTS) < size * RESULTS or len(found["rows"]) != 50:
        raise RuntimeError(f"{name}: {str(first)[:300]}")
    seconds = []
    for _ in range(times):
        started = time.perf_counter()
        (await client.post("/graphql", content=body)).raise_for_status()
        seconds.append(time.perf_counter() - started)
    p95 = percentile(seconds, 95)
    return Row(
        what=f"{name}, {size:,} people with {RESULTS} results each, {made.engine}",
        hold=f"p95 < {HOLD * 1000:.0f} ms",
        measured=f"p50 {ms(median(seconds))}, p95 {ms(p95)}, {len(statements)} statements",
        floor=f"p50 {ms(floor)} one plain count over the results",
        ratio=f"{median(seconds) / floor:.1f}x",
        held=p95 < HOLD,
        note="the whole request in the server's process, the whole agency as scope",
        data={"p50": median(seconds), "p95": p95, "statements": len(statements)},
    )


async def _floor(db: Any, agency: str, times: int) -> float:
    query = (
        select(col(Plan.status), func.count())
        .join(WorkResult, col(WorkResult.plan) == col(Plan.id))
        .where(col(Plan.agency) == agency)
        .group_by(col(Plan.status))
    )
    seconds = []
    for _ in range(times):
        async with db.read() as session:
            started = time.perf_counter()
            (await session.execute(query)).all()
            seconds.append(time.perf_counter() - started)
    return median(seconds)


async def _fill(db: Any, made: Ground, size: int) -> None:
    """Units of the ground's agency, teams of a dozen under a superior each, a plan and five linked results each."""
    dice, agency = random.Random(20261122), made.agency
    async with db.reading() as connection:
        units = list((await connection.execute(select(UNIT.c.id, UNIT.c.parent).where(UNIT.c.agency == agency))).all())
    root = next(row.id for row in units if row.parent is None)
    period = uuid7()
    people = _people(dice, agency, [row.id for row in units], size)
    by_id = {row["id"]: row for row in people}
    plans = {row["id"]: _plan(dice, agency, period, row, by_id) for row in people}
    async with db.writing() as connection:
        grant = {
            "id": uuid7(), "agency": agency, "person": made.phones[0].account, "role": "HRA", "unit": root,
            "start": date(YEAR, 1, 1), "end": None, "stand_in": False, "granted_by": None, "granted": NOW,
            "revoked": None,
        }  # fmt: skip
        await connection.execute(insert(ROLE_GRANT), [grant])
        await connection.execute(insert(Period), [_period(agency, period)])
        for table, lines in (
            (PERSON, people),
            (Plan, list(plans.values())),
            (WorkResult, [_result(plan, n, plans) for plan in plans.values() for n in range(RESULTS)]),
            (Evaluation, [_evaluation(plan) for plan in plans.values() if plan["status"] == "final"]),
        ):
            for start in range(0, len(lines), CHUNK):
                await connection.execute(insert(table), lines[start : start + CHUNK])
        await connection.execute(text("ANALYZE"))


def _people(dice: random.Random, agency: str, units: list[str], size: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for n in range(size):
        superior = None if n < TEAM else found[(n - TEAM) // TEAM]["id"]
        found.append(new_person(
            agency, NOW, id=uuid7(), kind="PNS", name=f"Pegawai {n:05d}", unit=dice.choice(units), superior=superior,
            position="Analis", position_type="JF", nip=f"198001012005031{n % 1000:03d}" if n < 1000 else None,
        ))  # fmt: skip
    return found


def _period(agency: str, period: str) -> dict[str, Any]:
    return {
        "id": period, "agency": agency, "year": YEAR, "start": date(YEAR, 1, 1), "end": date(YEAR, 12, 31),
        "rhythm": "triwulanan", "gate": "ajukan", "due_on": date(YEAR, 1, 31), "receipt_days": 3,
        "objection_days": 14, "evidence_bytes": 10 * 1024 * 1024,
    }  # fmt: skip


def _plan(
    dice: random.Random, agency: str, period: str, person: dict[str, Any], by_id: dict[str, Any]
) -> dict[str, Any]:  # fmt: skip
    status = dice.choice(STATUSES)
    boss = by_id.get(person["superior"] or "")
    return {
        "id": derived(period, f"{person['id']}:1"), "agency": agency, "period": period, "year": YEAR,
        "person": person["id"], "person_name": person["name"], "unit": person["unit"], "unit_name": "Unit",
        "position": "Analis", "turn": 1, "form": "ja_jf", "approach": "kuantitatif",
        "appraiser": person["superior"], "appraiser_name": "" if boss is None else boss["name"],
        "root": boss is None, "status": status, "version": 1,
        "approved_version": 1 if status in ("persetujuan", "final") else None, "terms": {}, "review": [],
        "start": date(YEAR, 1, 1), "end": date(YEAR, 12, 31), "approved_by_name": "", "document": "",
        "returned_reason": "", "revision_reason": "", "closed_reason": "", "created_at": NOW, "updated_at": NOW,
    }  # fmt: skip


def _result(plan: dict[str, Any], n: int, plans: dict[str, Any]) -> dict[str, Any]:
    above = plans.get(plan["appraiser"] or "")
    return {
        "id": derived(plan["id"], f"rhk:{n}"), "agency": plan["agency"], "plan": plan["id"], "order": n,
        "kind": "tambahan" if n == RESULTS - 1 else "utama", "text": f"Layanan {n} {plan['person_name']} tepat waktu",
        "superior_rhk": None if above is None or n == RESULTS - 1 else derived(above["id"], f"rhk:{n % 4}"),
        "provisional": "", "assigned_by": "", "ticked": False, "removed": False,
    }  # fmt: skip


def _evaluation(plan: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": derived(plan["id"], "tahunan"), "agency": plan["agency"], "plan": plan["id"], "person": plan["person"],
        "unit": plan["unit"], "year": YEAR, "round": "tahunan", "version": 1, "step": "final",
        "rating_result": "sesuai", "rating_behaviour": "sesuai", "predicate": "baik", "reason": "",
        "appraiser": plan["appraiser"], "appraiser_name": "", "by_name": "", "months": 12, "finalised_at": NOW,
        "document": "", "updated_at": NOW,
    }  # fmt: skip
