"""A typed GraphQL list of 20 questions: time, requests a core, and SQL statements counted."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from typing import Any
from unittest.mock import patch

import httpx
import orjson
import psycopg
from psycopg.rows import dict_row
from sqlalchemy import event

from backend.app import create_app
from backend.database.direct import Direct
from bench.cpu import cpu_seconds
from bench.house import Engine, Ground, ground, serving, viewers
from bench.report import Row, median, ms, percentile
from bench.turns import turns
from bench.wire import Line
from sync.ids import uuid7
from tests.support.postgres import PostgresServer

QUESTIONS = 200
STATEMENTS = 2
"""One for the session (it goes straight to the driver), one for the page."""
FIELDS = """id number text kind category unit unitName state askerId askerName askerNip askerUnitName holderId
 holderName channel writtenAt arrivedAt dueAt answeredAt closedAt lastMessageAt reopened receipt"""
BODY = orjson.dumps({"query": f"query {{ questions(first: 20) {{ rows {{ {FIELDS} }} more cursor }} }}"})


def rows(engine: Engine, server: PostgresServer | None, *, quick: bool) -> list[Row]:
    """Measure on one database."""
    with ground(engine, "lists", server) as made:
        statements = asyncio.run(_ask_and_count(made))
        with serving(made) as process:
            return [asyncio.run(_measure(made, process.port, process.pid, statements, 150 if quick else 400))]


async def _ask_and_count(made: Ground) -> list[str]:
    """Ask questions through the engine, then list them once with the statements noted."""
    async with made.house() as house:
        people = await viewers(house, [phone.account for phone in made.phones[1:]])
        for number in range(QUESTIONS):
            actor = people[number % len(people)].own
            text = f"Kapan berkas kenaikan pangkat saya nomor {number} selesai diperiksa?"
            answer = await house.engine.execute(actor, "question.ask", uuid7(), {"text": text, "kind": "pertanyaan"})
            if answer.status != "applied":
                raise RuntimeError(f"question.ask: {answer.wire()}")
        statements: list[str] = []
        app = create_app(house.settings, house=house)
        transport = httpx.ASGITransport(app=app)
        headers = {"X-Sambung-Client": "bench/1", "Content-Type": "application/json", "Cookie": made.phones[0].cookie}
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers) as client:
            (await client.post("/graphql", content=BODY)).raise_for_status()

            def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
                statements.append(statement)

            event.listen(house.db.engine.sync_engine, "before_cursor_execute", note)
            straight = Direct.rows

            async def rows(query: Direct, *args: Any) -> Any:
                statements.append(str(query.query))
                return await straight(query, *args)

            with patch.object(Direct, "rows", rows):
                answer_rows = (await client.post("/graphql", content=BODY)).json()
        if len((answer_rows.get("data") or {}).get("questions", {}).get("rows", [])) != 20:
            raise RuntimeError(f"expected 20 rows: {str(answer_rows)[:400]}")
        return [one for one in statements if not one.startswith(("BEGIN", "PRAGMA"))]


async def _measure(made: Ground, port: int, pid: int, statements: list[str], times: int) -> Row:
    bare = _floor(made)
    async with Line(port, made.phones[0].cookie) as line:
        request = line.request(BODY)
        for _ in range(20):
            reply = await line.send(request)
        assert len(orjson.loads(reply.body)["data"]["questions"]["rows"]) == 20
        seconds, floor = [], []
        cpu = 0.0
        for _ in turns(times // 10, 8, least=3):
            before = cpu_seconds(pid)
            for _ in range(10):
                started = time.perf_counter()
                await line.send(request)
                seconds.append(time.perf_counter() - started)
            cpu += cpu_seconds(pid) - before
            for _ in range(10):
                started = time.perf_counter()
                orjson.dumps({"data": {"questions": {"rows": bare()}}}, default=str)
                floor.append(time.perf_counter() - started)
    p95, rate = percentile(seconds, 95), len(seconds) / cpu
    return Row(
        what=f"typed GraphQL list of 20 questions, {made.engine}",
        hold=f"<= 25 ms p95; >= 400 requests/s a core; {STATEMENTS} statements",
        measured=f"p95 {ms(p95)}, p50 {ms(median(seconds))}; {rate:,.0f}/CPU-s; {len(statements)} statements",
        floor=f"p50 {ms(median(floor))} raw SQL and orjson",
        ratio=f"{median(seconds) / median(floor):.0f}x wall",
        held=p95 <= 0.025 and rate >= 400 and len(statements) <= STATEMENTS,
        note=f"whole HTTP request; {cpu / len(seconds) * 1000:.2f} ms CPU in the server; {reply.received} B answered",
        data={"p95": p95, "rate": rate, "statements": statements},
    )


def _floor(made: Ground) -> Any:
    query = "SELECT * FROM question WHERE agency = {} ORDER BY arrived_at DESC, id DESC LIMIT 20"
    if made.engine == "PostgreSQL":
        pg: Any = psycopg.connect(made.url, autocommit=True, prepare_threshold=1, row_factory=dict_row)
        return lambda: pg.execute(query.format("%s"), (made.agency,)).fetchall()
    lite = sqlite3.connect(made.url.removeprefix("sqlite:///"))
    lite.row_factory = lambda cursor, row: dict(zip((c[0] for c in cursor.description), row, strict=True))
    return lambda: lite.execute(query.format("?"), (made.agency,)).fetchall()
