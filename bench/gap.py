"""16 writers against one reader on PostgreSQL: nothing may be missed. A cursor by time runs beside it as a control."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field

import orjson

from backend.database.engine import Database
from bench.house import Ground, ground, viewers
from bench.kind import RECORD
from bench.report import Row, median, ms, percentile
from bench.wire import Phone
from sync.actors import Actor, Viewer
from sync.engine import SyncEngine
from tests.support.postgres import PostgresServer

WRITERS = 16
PAUSE = 0.002


@dataclass(slots=True)
class Race:
    """When each record was committed (as its writer learned) and when each reader first saw it."""

    committed: dict[str, float] = field(default_factory=dict)
    seen: dict[str, float] = field(default_factory=dict)
    by_time: set[str] = field(default_factory=set)
    over: bool = False
    pulls: int = 0

    @property
    def missed(self) -> int:
        """Records that the reader never got."""
        return len(self.committed.keys() - self.seen.keys())

    @property
    def missed_by_time(self) -> int:
        """Records that the control never got."""
        return len(self.committed.keys() - self.by_time)


def rows(server: PostgresServer, *, quick: bool) -> list[Row]:
    """The race, for 10 s (quick: 4 s)."""
    seconds = 4.0 if quick else 10.0
    with ground("PostgreSQL", "gap", server) as made:
        race = asyncio.run(_race(made, seconds))
    lags = [max(0.0, race.seen[id] - at) for id, at in race.committed.items() if id in race.seen]
    p99 = percentile(lags, 99)
    return [
        Row(
            what=f"{WRITERS} writers against a reader for {seconds:.0f} s, PostgreSQL",
            hold="0 missed; lag p99 <= 50 ms; the control misses some",
            measured=f"{race.missed} of {len(race.committed):,} missed; lag p99 {ms(p99)}, p50 {ms(median(lags))}",
            floor=f"cursor by time missed {race.missed_by_time:,}",
            ratio=f"{100 * race.missed_by_time / len(race.committed):.1f} % lost by time",
            held=race.missed == 0 and p99 <= 0.05 and race.missed_by_time > 0,
            note=f"lag from the writer's answer to the reader's page; {race.pulls} pulls; all in one process, "
            "so the reader waits for the same core as the writers",
            data={"missed": race.missed, "control": race.missed_by_time, "records": len(race.committed), "p99": p99},
        )
    ]


async def _race(made: Ground, seconds: float) -> Race:
    race = Race()
    async with made.house() as house:
        db = Database(made.url, pool_size=WRITERS + 4)
        engine = SyncEngine(
            database=db, registry=house.registry, keys=house.keys, clock=house.clock, viewers=house.directory
        )
        await engine.start()
        people = await viewers(house, [phone.account for phone in made.phones])
        readers = [asyncio.create_task(_read(engine, made, race)), asyncio.create_task(_read_by_time(db, race))]
        writers = [_write(engine, people[n % len(people)], made, race, seconds, n) for n in range(WRITERS)]
        await asyncio.gather(*writers)
        race.over = True
        await asyncio.gather(*readers)
        await db.close()
    return race


async def _write(engine: SyncEngine, viewer: Viewer, made: Ground, race: Race, seconds: float, number: int) -> None:
    phone, chance = Phone(viewer.account, ""), random.Random(number)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        batch = orjson.loads(phone.push(chance, made.officers, chance.randint(1, 4)))["variables"]["batch"]
        answer = await engine.push(viewer, batch)
        at = time.monotonic()
        applied = {one["id"] for one in answer["results"] if one["status"] == "applied"}
        race.committed.update({item["record"]: at for item in batch["mutations"] if item["id"] in applied})


async def _read(engine: SyncEngine, made: Ground, race: Race) -> None:
    """The real pull, over and over, until it has nothing more after the end."""
    reader = Viewer(Actor(made.phones[0].account, made.agency, frozenset({f"role:OPR@{made.agency}"})))
    cursor: str | None = None
    while True:
        over = race.over
        page = await engine.pull(reader, reader.account, cursor, None, False)
        cursor, at = page["cursor"], time.monotonic()
        race.pulls += 1
        changes = orjson.loads(orjson.dumps(page["changes"]))
        for change in changes:
            race.seen.setdefault(change["id"], at)
        if over and not page["more"]:
            return
        await asyncio.sleep(PAUSE)


async def _read_by_time(db: Database, race: Race) -> None:
    """The control: what was written since the newest time seen. Transactions commit in another order."""
    newest = 0
    while True:
        over = race.over
        async with db.reading() as connection:
            found = await connection.exec_driver_sql(
                f"SELECT id, arrived FROM {RECORD} WHERE arrived > %s ORDER BY arrived", (newest,)
            )
            for id, arrived in found.fetchall():
                race.by_time.add(str(id))
                newest = max(newest, arrived)
        if over:
            return
        await asyncio.sleep(PAUSE)
