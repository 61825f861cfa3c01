"""I4: a cursor never skips a record, however many write at once; a cursor by time does, which the control shows.

``SAMBUNG_NO_GAP_SECONDS`` shortens the run (10 s by default).
"""

import asyncio
import multiprocessing
import os
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from backend.database.engine import Database
from backend.keys import Keys
from sync.clock import SystemClock
from sync.ids import uuid7
from tests.sync.domain import House, make_house

SECONDS = float(os.environ.get("SAMBUNG_NO_GAP_SECONDS", "10"))
PROCESSES, TASKS = 4, 4

pytestmark = pytest.mark.postgres


async def open_house(url: str, keys: Path, agency: str) -> tuple[Database, House]:
    """The same agency, served by one more process."""
    db = Database(url, pool_size=TASKS)
    return db, await make_house(db, Keys.load(keys), SystemClock(), agency=agency)


def write_for_a_while(url: str, keys: Path, agency: str) -> list[str]:
    """One process: several phones that send as fast as they can; the ids of what was accepted."""

    async def phone(house: House, until: float) -> list[str]:
        mine = house.phone()
        accepted = []
        while time.time() < until:
            items = [mine.add("x", args={"audience": f"agency:{agency}"}) for _ in range(1 + mine.seq % 3)]
            results = await mine.send(*items)
            assert {one["status"] for one in results} == {"applied"}, mine.last
            accepted += [item["record"] for item in items]
        return accepted

    async def run() -> list[str]:
        db, house = await open_house(url, keys, agency)
        try:
            written = await asyncio.gather(*(phone(house, time.time() + SECONDS) for _ in range(TASKS)))
        finally:
            await db.close()
        return [record for one in written for record in one]

    return asyncio.run(run())


async def test_sixteen_writers_and_a_reader_miss_nothing(
    postgres_url: str, keys: Keys, open_database: Callable[[str], Database]
) -> None:
    house = await make_house(open_database(postgres_url), keys, SystemClock())
    reader = house.phone()
    feeds: list[int] = []
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(PROCESSES, multiprocessing.get_context("spawn")) as pool:
        arguments = (postgres_url, keys.path, house.agency)
        writers = [loop.run_in_executor(pool, write_for_a_while, *arguments) for _ in range(PROCESSES)]
        while not all(writer.done() for writer in writers):
            await reader.pull(limit=50)
            feeds.append(reader.feed)
        written = {record for writer in writers for record in await writer}
    page = await reader.pull(check=True)
    seen = {id for _, id in reader.records}
    assert written - seen == set()
    assert seen - written == set()
    assert page["check"] == reader.digest()
    assert feeds == sorted(feeds)
    assert len(written) > 16
    assert sum(one < other for one, other in pairwise(feeds)) > 5  # it really read meanwhile


async def by_updated_at(db: Database, since: Any) -> tuple[list[Any], Any]:
    """The control: a reader whose cursor is the newest time that it has seen."""
    async with db.reading() as connection:
        found = await connection.execute(
            text("SELECT id, updated_at FROM control WHERE updated_at > :since ORDER BY updated_at"), {"since": since}
        )
        rows = list(found)
    return [row[0] for row in rows], (rows[-1][1] if rows else since)


async def test_the_control_a_cursor_by_time_misses_what_was_begun_first_and_committed_last(
    postgres_db: Database,
) -> None:
    async with postgres_db.writing() as connection:
        await connection.execute(text("CREATE TABLE control (id text, updated_at timestamptz)"))
        since = (await connection.execute(text("SELECT now() - interval '1 day'"))).scalar_one()
    insert = text("INSERT INTO control VALUES (:id, clock_timestamp())")
    async with postgres_db.writing() as slow:
        await slow.execute(insert, {"id": "slow"})
        async with postgres_db.writing() as fast:
            await fast.execute(insert, {"id": "fast"})
        first, since = await by_updated_at(postgres_db, since)
    second, _ = await by_updated_at(postgres_db, since)
    assert first == ["fast"]
    assert second == []  # "slow" is never seen


async def test_the_feed_sees_what_was_begun_first_and_committed_last(postgres_db: Database, keys: Keys) -> None:
    house = await make_house(postgres_db, keys, SystemClock())
    reader, slow_id, fast_id = house.phone(), uuid7(), uuid7()
    audience = {f"agency:{house.agency}"}
    async with house.engine.writing(house.agency) as slow:
        slow.publish("thing", slow_id, {"title": "slow"}, audience)
        async with house.engine.writing(house.agency) as fast:
            fast.publish("thing", fast_id, {"title": "fast"}, audience)
        await reader.pull()
        assert {id for _, id in reader.records} == {fast_id}
    await reader.pull()
    assert {id for _, id in reader.records} == {fast_id, slow_id}
