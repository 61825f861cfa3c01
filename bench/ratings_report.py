"""100,000 ratings and as many survey answers of one period: the figures of a report, fixed and live, and the index."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select, text

from backend.identity.service.tree import Tree
from backend.ratings.models import IKM_ANSWER, RATING, RatingReport, RatingReportItem
from backend.ratings.rules.ikm import ELEMENTS
from backend.ratings.rules.scores import INDICATORS
from backend.ratings.service import figures, ikm_reports
from backend.ratings.service.thresholds import Thresholds
from bench.house import Engine, Ground, ground
from bench.report import Row, median, ms, percentile
from sync.ids import uuid7
from tests.support.postgres import PostgresServer

RATINGS, QUICK = 100_000, 20_000
OFFICERS, SITES, SERVICES = 60, 6, 20
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
CHUNK = 2_000
HOLD = 0.3


def rows(engine: Engine, server: PostgresServer | None, *, quick: bool) -> list[Row]:
    """Measure on one database."""
    with ground(engine, "ratings_report", server) as made:
        return asyncio.run(_measure(made, QUICK if quick else RATINGS, 5 if quick else 9))


async def _measure(made: Ground, size: int, times: int) -> list[Row]:
    async with made.house() as house:
        report = uuid7()
        await _fill(house.db, made.agency, report, size)
        async with house.db.reading() as connection:
            tree = await house.directory.trees.get(connection, made.agency)
        limits = Thresholds()
        where = ikm_reports.selection(made.agency, FIRST, LAST, None, None)
        work: dict[str, Callable[[Any], Awaitable[dict[str, Any]]]] = {
            "figures of a running period": lambda on: figures.live(on, tree, FIRST, LAST, limits),
            "figures of a report's fixed set": lambda on: figures.fixed(on, tree, report, FIRST, LAST, limits),
            "satisfaction index": lambda on: ikm_reports.figures(on, where, "1/9", "exclude_row"),
        }
        found = []
        for what, run in work.items():
            found.append(await _row(house.db, made, tree, f"{what}, {size:,} rows, {made.engine}", run, size, times))
        return found


async def _row(
    db: Any, made: Ground, tree: Tree, what: str, run: Callable[[Any], Awaitable[dict[str, Any]]], size: int, times: int
) -> Row:
    seconds, floor = [], []
    r = RATING.c
    bare = select(r.officer, func.count(), func.sum(r.score)).where(r.agency == tree.agency).group_by(r.officer)
    for _ in range(times):
        async with db.reading() as connection:
            started = time.perf_counter()
            result = await run(connection)
            seconds.append(time.perf_counter() - started)
            started = time.perf_counter()
            (await connection.execute(bare)).all()
            floor.append(time.perf_counter() - started)
    n = result["counts"]["n"] if isinstance(result.get("counts"), dict) else result["n"]
    if n != size:
        raise RuntimeError(f"{what}: counted {n} of {size}")
    worst = percentile(seconds, 95)
    return Row(
        what=what,
        hold=f"< {HOLD * 1000:.0f} ms",
        measured=f"p50 {ms(median(seconds))}, worst {ms(worst)}",
        floor=f"p50 {ms(median(floor))} one plain count a person",
        ratio=f"{median(seconds) / median(floor):.1f}x",
        held=median(seconds) < HOLD,
        note="statements and everything made of them, in the server's process",
        data={"p50": median(seconds), "p95": worst},
    )


async def _fill(db: Any, agency: str, report: str, size: int) -> None:
    dice = random.Random(20261110)
    people = [(uuid7(), f"Petugas {number:02d}") for number in range(OFFICERS)]
    sites = [uuid7() for _ in range(SITES)]
    instrument = uuid7()
    at = datetime(2026, 11, 1, 2, tzinfo=UTC)
    for start in range(0, size, CHUNK):
        ratings = [_rating(dice, agency, people, sites, instrument, at) for _ in range(min(CHUNK, size - start))]
        answers = [_answer(dice, agency, sites, instrument, at) for _ in range(min(CHUNK, size - start))]
        items = [{"report": report, "rating": one["id"], "late": False} for one in ratings]
        async with db.writing() as connection:
            await connection.execute(insert(RATING), ratings)
            await connection.execute(insert(IKM_ANSWER), answers)
            await connection.execute(insert(RatingReportItem), items)
    async with db.writing() as connection:
        await connection.execute(insert(RatingReport).values(
            id=report, agency=agency, number=1, period="2026-11", first=FIRST, last=LAST, state="ditarik",
            settings={}, formula_version="1.0", figures={}, created=at,
        ))  # fmt: skip
        await connection.execute(text("ANALYZE"))


def _rating(
    dice: random.Random, agency: str, people: Any, sites: list[str], instrument: str, at: datetime
) -> dict[str, Any]:
    number = dice.randrange(OFFICERS)
    officer, name = people[number]
    made = at + timedelta(seconds=dice.randrange(29 * 86_400))
    fivefold = dice.random() < 0.2
    ticked = sorted(dice.sample(INDICATORS, dice.randint(1, 3)), key=INDICATORS.index)
    return {
        "id": uuid7(), "agency": agency, "instrument": instrument, "version": "v2" if fivefold else "v1",
        "officer": officer, "officer_name": name, "site": sites[number % SITES], "site_estimated": False,
        "service": f"S{dice.randint(1, SERVICES):02d}", "score": None if fivefold else dice.randint(1, 5),
        "scores": {code: dice.randint(1, 5) for code in INDICATORS} if fivefold else {},
        "indicators": [] if fivefold else ticked, "presence": dice.choice(("hadir", "tanpa_bukti")),
        "channel": "halaman", "made_at": made, "made_by": "tiba", "arrived_at": made,
        "service_date": made.date(), "phone_hash": f"{dice.getrandbits(256):064x}", "language": "id",
        "arrived_as": "sah", "status": "sah", "content_hash": f"{dice.getrandbits(256):064x}",
    }  # fmt: skip


def _answer(dice: random.Random, agency: str, sites: list[str], instrument: str, at: datetime) -> dict[str, Any]:
    made = at + timedelta(seconds=dice.randrange(29 * 86_400))
    return {
        "id": uuid7(), "agency": agency, "site": dice.choice(sites), "service": f"S{dice.randint(1, SERVICES):02d}",
        **{code.lower(): dice.randint(1, 4) for code in ELEMENTS}, "sex": dice.choice("LP"), "age_band": "20-29",
        "education": "S1", "work": "Swasta", "made_at": made, "arrived_at": made, "service_date": made.date(),
        "instrument": instrument, "source": "halaman", "language": "id",
    }  # fmt: skip
