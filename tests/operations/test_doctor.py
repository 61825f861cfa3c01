"""What an operator can watch: the figures of each promise, and the doctor's sentences, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from backend.api.figures import exposition, watch
from backend.condition import Condition, examine
from backend.database.engine import Database
from backend.doctor import examined, judged
from backend.keys import Keys
from backend.phones import service as phones
from backend.phones.rules import Trouble
from backend.settings import Settings
from sync.clock import wire
from sync.ids import uuid4, uuid7
from sync.selfcheck import contradictions
from tests.support.clock import SettableClock
from tests.sync.domain import House, make_house


@pytest.fixture
async def house(db: Database, keys: Keys, clock: SettableClock) -> House:
    """An engine with one agency whose alarms and arrivals are counted."""
    house = await make_house(db, keys, clock)
    watch(house.engine)
    return house


async def condition(house: House, clock: SettableClock) -> Condition:
    async with house.engine.database.reading() as connection:
        return await examine(connection, clock.now())


async def shown(house: House, clock: SettableClock) -> dict[str, float]:
    """The exposition by series."""
    database: Any = house.engine.database
    lines = (await exposition(database, clock.now())).decode().splitlines()
    return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in lines if not line.startswith("#")}


async def test_a_healthy_house_has_nothing_to_say(house: House, clock: SettableClock) -> None:
    phone = house.phone()
    await phone.send(phone.add())
    now = await condition(house, clock)
    assert list(judged(now)) == []
    assert (now.phones, now.phones_waiting, now.missing_numbers) == (1, 0, 0)
    async with house.engine.database.reading() as connection:
        assert await contradictions(house.engine.store, connection) == {}


async def test_an_item_set_aside_is_an_alarm_a_figure_and_a_sentence(house: House, clock: SettableClock) -> None:
    before = (await shown(house, clock)).get('sambung_alarms_total{name="deferred_internal"}', 0)
    phone = house.phone()
    [result] = await phone.send(phone.add("Rusak", args={"boom": True}))
    assert (result["status"], result["code"]) == ("deferred", "internal")
    clock.advance(timedelta(hours=5))
    figures = await shown(house, clock)
    assert figures['sambung_deferred{code="internal"}'] == 1
    assert figures['sambung_deferred_oldest_seconds{code="internal"}'] == 5 * 3600
    assert figures['sambung_alarms_total{name="deferred_internal"}'] == before + 1
    [sentence] = judged(await condition(house, clock))
    assert "sambung replay" in sentence


async def test_what_waits_too_long_for_a_file_is_said(house: House, clock: SettableClock) -> None:
    phone = house.phone()
    await phone.send(phone.add(dependsOn=[f"file:{uuid4()}"]))
    assert list(judged(await condition(house, clock))) == []
    clock.advance(timedelta(days=2))
    [sentence] = judged(await condition(house, clock))
    assert "for 2 days" in sentence


async def test_numbers_that_are_nowhere_are_counted_and_waiting_ones_are_not(
    house: House, clock: SettableClock
) -> None:
    phone = house.phone()
    held, lost, sent = phone.add(), phone.add(), phone.add()
    await phone.send(sent, waiting=3)
    now = await condition(house, clock)
    assert (now.missing_numbers, now.items_waiting, now.phones_waiting) == (0, 2, 1)
    await phone.send(held, waiting=1)
    now = await condition(house, clock)
    assert (now.missing_numbers, now.phones_waiting) == (1, 0)
    assert phone.last["missingSeq"] == [[lost["seq"], lost["seq"]]]
    [sentence] = judged(now)
    assert "1 number(s)" in sentence


async def test_a_phone_that_fell_silent_with_work_is_said(house: House, clock: SettableClock) -> None:
    phone = house.phone()
    await phone.send(phone.add(), waiting=5, highSeq=1)
    clock.advance(timedelta(days=4))
    now = await condition(house, clock)
    assert (now.items_waiting, now.silent) == (4, 4 * 86400)
    [sentence] = judged(now)
    assert "held 4 more item(s)" in sentence


async def test_how_long_items_had_waited_is_told_by_their_own_clocks(house: House, clock: SettableClock) -> None:
    ages: list[float] = []
    house.engine.on_arrival.append(ages.append)
    phone = house.phone()
    then = clock.now() - timedelta(hours=3)
    evidence = {"wall": wire_of(then), "lastServer": wire_of(then), "lastWall": wire_of(then), "sinceMs": 0}
    item = phone.add(clock=evidence)
    await phone.send(phone.add(), item)
    assert ages == [pytest.approx(3 * 3600, abs=1)]
    await phone.send(item)
    assert len(ages) == 1, "a copy says nothing new"
    figures = await shown(house, clock)
    assert figures['sambung_oldest_item_seconds_bucket{le="21600.0"}'] >= 1


def wire_of(moment: Any) -> str:
    return wire(int(moment.timestamp() * 1000))


async def test_reports_of_phones_are_kept_summed_and_forgotten(house: House, clock: SettableClock) -> None:
    viewer, session = house.people.at(uuid7()), uuid4()

    async def tell(told: dict[Trouble, int], one: str = session) -> None:
        async with house.engine.database.writing() as connection:
            await phones.note(connection, session=one, viewer=viewer, told=told, app_version="1.0.0", now=clock.now())

    await tell({Trouble.LOST_ITEMS: 2, Trouble.STUCK_HOURS: 30})
    await tell({Trouble.LOST_ITEMS: 3, Trouble.STUCK_HOURS: 50}, uuid4())
    figures = await shown(house, clock)
    assert figures['sambung_phone_troubles{what="lost_items"}'] == 5
    assert figures['sambung_phone_troubles{what="stuck_hours"}'] == 50
    assert figures['sambung_troubled_phones{what="lost_items"}'] == 2
    said = list(judged(await condition(house, clock)))
    assert [("5 lost" in one, "50 h" in one) for one in said] == [(True, False), (False, True)]
    await tell({Trouble.LOST_ITEMS: 0})
    assert (await condition(house, clock)).troubles[Trouble.LOST_ITEMS] == (1, 3)
    clock.advance(timedelta(days=91))
    async with house.engine.database.writing() as connection:
        assert await phones.prune(connection, clock.now()) == 4
    assert (await condition(house, clock)).troubles == {}


BREAKS: dict[str, tuple[str, str]] = {
    "a number above the counter": (
        "UPDATE sync_counter SET feed = 0", "records numbered above their agency's counter"
    ),
    "two records with one number": (
        "UPDATE sync_record SET feed = 1", "feed numbers that two records of one agency share"
    ),
    "an entry is gone": ("DELETE FROM feed_entry", "records whose audiences and feed entries differ"),
    "an entry has another number": ("UPDATE feed_entry SET feed = 0", "feed entries with another number"),
    "sealed content is gone": ("UPDATE sync_mutation SET sealed = NULL", "deferred mutations without"),
}  # fmt: skip


@pytest.mark.parametrize("name", BREAKS)
async def test_tables_that_contradict_themselves_are_found(house: House, name: str) -> None:
    phone = house.phone()
    await phone.send(phone.add(), phone.add(), phone.add(dependsOn=[uuid7()]))
    sql, words = BREAKS[name]
    async with house.engine.database.writing() as connection:
        await house.engine.store.run(connection, sql)
    async with house.engine.database.reading() as connection:
        found = await contradictions(house.engine.store, connection)
    assert any(words in one for one in found), found


async def test_the_doctor_reads_a_real_database(
    db: Database, database_url: str, keys: Keys, clock: SettableClock, tmp_path: Any, open_database: Callable[..., Any]
) -> None:
    house = await make_house(db, keys, clock)
    phone = house.phone()
    await phone.send(phone.add("Rusak", args={"boom": True}))
    assert keys.path is not None
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "index.html").touch()
    chosen = Settings(
        DATABASE_URL=database_url, keys_file=keys.path, data_dir=tmp_path / "data", pwa_dir=tmp_path / "app",
        public_url="https://sambung.test", trusted_proxies="127.0.0.1",
    )  # fmt: skip
    said = await examined(chosen)
    assert len(said) == 1, said
    assert "set aside" in said[0]
    async with db.writing() as connection:
        await house.engine.store.run(connection, "DELETE FROM sync_mutation")
    assert await examined(chosen) == []
