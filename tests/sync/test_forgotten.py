"""What is old is forgotten, and only that: nothing that is still owed, and no cursor that would miss it (I4, I7)."""

from datetime import timedelta

from sync.ids import uuid7
from sync.retention import forget_tombstones, shrink_mutations
from tests.support.clock import SettableClock
from tests.sync.domain import House
from tests.sync.test_pull import ROOMS, agrees, holding, put


async def test_what_waits_for_a_repair_is_kept_whole_for_years(house: House, clock: SettableClock) -> None:
    phone = house.phone()
    bad = phone.add(args={"boom": True})
    await phone.send(bad)
    clock.advance(timedelta(days=500))
    await shrink_mutations(house.engine, clock.now())
    house.engine.ports["repaired"].add("yes")
    await house.engine.replay(house.agency, bad["id"])
    await phone.pull()
    assert phone.body(bad["record"])["title"] == "Buku"


async def test_a_cursor_between_two_forgotten_tombstones_starts_anew(house: House, clock: SettableClock) -> None:
    away, regular = holding(house, ROOMS[0]), holding(house, ROOMS[0])
    regular.account = away.account
    first, second = uuid7(), uuid7()
    for id in (first, second):
        await put(house, id, ROOMS[0])
    await put(house, first)
    await agrees(away)
    await put(house, second)
    for _ in range(7):
        clock.advance(timedelta(days=30))
        await agrees(regular)
    assert await forget_tombstones(house.engine, clock.now()) == 2
    await agrees(regular)
    assert (await agrees(away))["reset"]
    assert away.records == {}


async def test_what_is_forgotten_never_becomes_less(house: House, clock: SettableClock) -> None:
    """The server's clock was put right between two deletions, so that the later one is forgotten first."""
    first, second = uuid7(), uuid7()
    for id in (first, second):
        await put(house, id, ROOMS[0])
    await put(house, first)
    clock.advance(timedelta(days=-1))
    await put(house, second)
    horizons = []
    for days in (181, 1):
        clock.advance(timedelta(days=days))
        assert await forget_tombstones(house.engine, clock.now()) == 1
        horizons += [row[0] for row in await house.rows("SELECT horizon FROM sync_counter")]
    assert horizons == [4, 4]
