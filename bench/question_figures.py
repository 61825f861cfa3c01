"""100,000 questions of a quarter: all that the dashboard shows of it, beside one plain count over the same rows."""

from __future__ import annotations

import asyncio
import random
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select, text
from sqlmodel import col

from backend.calendar.periods import Period, read_period
from backend.evaluation.service import figures
from backend.questions.models import Question
from backend.service_figures import ServiceFigures
from bench.house import Engine, Ground, ground
from bench.report import Row, median, ms, percentile
from sync.ids import uuid7
from tests.support.postgres import PostgresServer

QUESTIONS, QUICK = 100_000, 20_000
ASKERS, OPERATORS = 8_161, 40
CHUNK = 1_000
HOLD = 1.0
CATEGORIES = ("pangkat", "cuti", "gaji", "mutasi", "pensiun", "lainnya")
CHANNELS = ("aplikasi", "aplikasi", "aplikasi", "whatsapp", "telepon", "loket")
FIRST = datetime(2026, 9, 30, 17, tzinfo=UTC)
NOW = datetime(2026, 12, 31, 16, tzinfo=UTC)


def rows(engine: Engine, server: PostgresServer | None, *, quick: bool) -> list[Row]:
    """Measure on one database."""
    with ground(engine, "question_figures", server) as made:
        return asyncio.run(_measure(made, QUICK if quick else QUESTIONS, 5 if quick else 9))


async def _measure(made: Ground, size: int, times: int) -> list[Row]:
    period = read_period("2026-Q4")
    assert isinstance(period, Period)
    async with made.house() as house:
        await _fill(house.db, made.agency, size)
        async with house.db.reading() as connection:
            tree = await house.directory.trees.get(connection, made.agency)
        questions, seconds, floor = ServiceFigures(), [], []
        bare = select(col(Question.category), func.count(), func.sum(col(Question.response_working)))
        bare = bare.where(col(Question.agency) == made.agency).group_by(col(Question.category))
        for _ in range(times):
            async with house.db.read() as session:
                started = time.perf_counter()
                found = await figures.figures(session, questions, tree, period, NOW)
                seconds.append(time.perf_counter() - started)
                started = time.perf_counter()
                (await session.execute(bare)).all()
                floor.append(time.perf_counter() - started)
    if found["items"] != size:
        raise RuntimeError(f"counted {found['items']} of {size}")
    return [
        Row(
            what=f"all figures of a quarter, {size:,} questions, {made.engine}",
            hold=f"< {HOLD * 1000:.0f} ms",
            measured=f"p50 {ms(median(seconds))}, worst {ms(percentile(seconds, 95))}",
            floor=f"p50 {ms(median(floor))} one plain count a category",
            ratio=f"{median(seconds) / median(floor):.1f}x",
            held=median(seconds) < HOLD,
            note="ten statements and everything made of them, in the server's process",
            data={"p50": median(seconds), "p95": percentile(seconds, 95)},
        )
    ]


async def _fill(db: Any, agency: str, size: int) -> None:
    dice = random.Random(20261201)
    people, operators = [uuid7() for _ in range(ASKERS)], [uuid7() for _ in range(OPERATORS)]
    unit = uuid7()
    for start in range(0, size, CHUNK):
        batch = [_question(dice, agency, unit, people, operators, n) for n in range(start, min(start + CHUNK, size))]
        async with db.write() as session:
            await session.execute(insert(Question), batch)
    async with db.writing() as connection:
        await connection.execute(text("ANALYZE"))


def _question(
    dice: random.Random, agency: str, unit: str, people: list[str], operators: list[str], number: int
) -> dict[str, Any]:
    arrived = FIRST + timedelta(seconds=dice.randrange(91 * 86_400))
    waited, replied = dice.randrange(900), dice.randrange(60, 9_000)
    is_open = dice.random() < 0.01
    holder = dice.randrange(OPERATORS)
    answer = None if is_open else arrived + timedelta(seconds=waited + replied)
    return {
        "id": uuid7(), "agency": agency, "year": 2026, "series": "", "running": number + 1,
        "channel": dice.choice(CHANNELS), "text": "Kapan SK kenaikan pangkat saya terbit? " * 4,
        "asker": dice.choice(people), "asker_name": "Penanya", "asker_nip": "1990****", "asker_unit": unit,
        "asker_unit_name": "Unit", "kind": "pertanyaan", "category": dice.choice(CATEGORIES), "suggested": "lainnya",
        "category_by": "usulan", "unit": unit, "unit_name": "Unit", "holder": operators[holder],
        "holder_name": f"Operator {holder:02d}", "state": "disaring" if is_open else "selesai", "written_at": arrived,
        "arrived_at": arrived, "filtered_at": arrived + timedelta(seconds=waited), "clock_from": arrived,
        "due_at": arrived + timedelta(hours=3), "first_reply_at": answer, "answered_at": answer, "ended_at": answer,
        "last_message_at": arrived, "files": [], "reopened": 0, "trust": 2, "desk": is_open,
        "filter_working": waited, "filter_clock": waited,
        "response_working": None if is_open else waited + replied,
        "response_clock": None if is_open else waited + replied,
        "handling_working": None if is_open else waited + replied,
        "handling_clock": None if is_open else waited + replied, "target_minutes": None if is_open else 120,
    }  # fmt: skip
