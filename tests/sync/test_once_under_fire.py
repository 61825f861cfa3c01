"""I1 under fire: resent a hundred times, from sixteen connections, through crashes and lost replies."""

import asyncio
import sqlite3
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from sqlalchemy.exc import OperationalError

from backend.database.engine import Database
from backend.keys import Keys
from sync import engine as engine_module
from sync.writing import Item, Writing
from tests.support.clock import SettableClock
from tests.sync.domain import House, Phone, make_house


class Crash(BaseException):
    """The process dies here; nothing may catch it."""


class Faults:
    """Fills the port ``FaultPoints``: raises what is armed for a point, once each."""

    def __init__(self) -> None:
        self.armed: list[tuple[str, BaseException]] = []
        self.reached: list[str] = []

    async def reach(self, point: str) -> None:
        self.reached.append(point)
        if self.armed and self.armed[0][0] == point:
            raise self.armed.pop(0)[1]


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
async def house(db: Database, keys: Keys, clock: SettableClock, faults: Faults) -> House:
    return await make_house(db, keys, clock, faults=faults)


async def mixed_batch(phone: Phone) -> list[Any]:
    """A bit of every rule, with one item that is refused and one that waits for a repair."""
    first = phone.add("Lama")
    await phone.send(first)
    await phone.pull()
    on = {"record": first["record"]}
    edit = phone.item("thing.edit", {"title": "Baru"}, base={"title": "Lama"}, baseVersion=1, **on)
    items = [phone.add(str(n)) for n in range(5)]
    note = phone.item("thing.note", {"thing": first["record"], "text": "x"}, dependsOn=[edit["id"]])
    close = phone.item("thing.close", seen={first["record"]: 1}, dependsOn=[edit["id"], note["id"]], **on)
    return [*items, phone.add(""), edit, note, close, phone.item("thing.take", **on), phone.item("mark.set", {"at": 3})]


async def state(house: House) -> Any:
    """Everything that a second effect would change."""
    records = await house.rows("SELECT kind, id, version, feed, change FROM sync_record ORDER BY kind, id")
    mutations = await house.rows("SELECT id, status, receipt, version, feed FROM sync_mutation ORDER BY id")
    return records, mutations, await house.rows("SELECT feed FROM sync_counter")


def remembered(results: list[dict[str, Any]]) -> list[Any]:
    return [
        (one["id"], one.get("first", one["status"]), one.get("receipt"), one.get("version"), one.get("feed"))
        for one in results
    ]


async def test_a_hundred_copies_one_after_the_other_take_one_effect(house: House) -> None:
    phone = house.phone()
    batch = await mixed_batch(phone)
    first = remembered(await phone.send(*batch))
    before = await state(house)
    for _ in range(99):
        assert remembered(await phone.send(*batch)) == first
    assert await state(house) == before


async def test_a_hundred_copies_over_sixteen_connections_take_one_effect(house: House) -> None:
    phone = house.phone()
    batch = await mixed_batch(phone)
    connections = asyncio.Semaphore(16)

    async def copy() -> list[Any]:
        async with connections:
            return remembered(await phone.send(*batch))

    answers = await asyncio.gather(*(copy() for _ in range(100)))
    assert all(answer == answers[0] for answer in answers)
    before = await state(house)
    await phone.send(*batch)
    assert await state(house) == before


async def test_overlapping_batches_in_any_order_take_one_effect(house: House) -> None:
    phone = house.phone()
    twins = [house.phone(phone.account) for _ in range(8)]
    items = [phone.add(str(n)) for n in range(40)]
    cuts = [items[n : n + 20] if n % 2 else items[n : n + 20][::-1] for n in range(0, 20)]
    for twin in twins:
        twin.device = phone.device
    answers = await asyncio.gather(*(twins[n % 8].send(*cut) for n, cut in enumerate(cuts)))
    given: dict[str, set[str]] = {}
    for answer in answers:
        for one in answer:
            given.setdefault(one["id"], set()).add(one["receipt"])
    assert all(len(receipts) == 1 for receipts in given.values())
    await phone.pull()
    assert all(change["version"] == 1 for change in phone.records.values())


async def test_one_item_from_sixteen_phones_of_its_author_takes_one_effect(house: House) -> None:
    """I1: a copied profile with new device ids. No row of one device keeps them in order, only the id itself does."""
    author = house.phone()
    items = [author.item("mark.set", {"at": 3}), author.add(), author.add()]
    twins = [house.phone(author.account) for _ in range(16)]
    answers = await asyncio.gather(*(twin.send(*items) for twin in twins))
    for copies in zip(*answers, strict=True):
        assert sorted(one["status"] for one in copies) == ["applied"] + ["duplicate"] * 15
        assert len({one["receipt"] for one in copies}) == 1
    await author.pull()
    assert [change["version"] for change in author.records.values()] == [1, 1, 1]


@pytest.mark.parametrize("point", ["before_commit", "after_commit"])
async def test_a_crash_and_a_resend_take_one_effect(house: House, faults: Faults, point: str) -> None:
    phone = house.phone()
    batch = await mixed_batch(phone)
    empty = await state(house)
    faults.armed = [(point, Crash())]
    with pytest.raises(Crash):
        await phone.send(*batch)
    held = await state(house)
    assert (held == empty) is (point == "before_commit")
    results = remembered(await phone.send(*batch))
    if point == "after_commit":
        assert await state(house) == held
    before = await state(house)
    assert remembered(await phone.send(*batch)) == results
    assert await state(house) == before
    assert [row[0] for row in await house.rows("SELECT gaps FROM sync_device")] == ["[]"]


def deadlock(house: House) -> Exception:
    if house.engine.store.postgres:
        return psycopg.errors.DeadlockDetected("deadlock detected")
    return sqlite3.OperationalError("database is locked")


def taken(house: House) -> Exception:
    """Another transaction took a unique key, or holds a lock that is not waited for."""
    if house.engine.store.postgres:
        return psycopg.errors.LockNotAvailable("could not obtain lock")
    return sqlite3.IntegrityError("UNIQUE constraint failed")


async def test_a_collision_is_tried_again_by_the_server(house: House, faults: Faults) -> None:
    phone = house.phone()
    batch = await mixed_batch(phone)
    wrapped = OperationalError("UPDATE", {}, deadlock(house))
    faults.armed = [("before_commit", error) for error in (deadlock(house), wrapped, taken(house))]
    results = await phone.send(*batch)
    assert results[0]["status"] == "applied"
    assert faults.reached.count("before_commit") >= 4


async def test_collisions_without_end_are_busy_and_nothing_is_stored(
    house: House, faults: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "random", _Zero)
    phone = house.phone()
    batch = await mixed_batch(phone)
    before, passed = await state(house), faults.reached.count("before_commit")
    faults.armed = [("before_commit", deadlock(house)) for _ in range(engine_module.COLLISION_TRIES)]
    assert await phone.send(*batch) == []
    assert (phone.last["code"], faults.armed) == ("busy", [])
    assert phone.last["retryAfterMs"] > 0
    assert faults.reached.count("before_commit") - passed == 6  # once, and at most five times again
    assert await state(house) == before


class _Zero:
    """Retries without waiting."""

    @staticmethod
    def random() -> float:
        return 0.0


@pytest.mark.parametrize(
    "fault",
    [
        OSError("disk"), MemoryError(), TimeoutError(), OperationalError("COMMIT", {}, OSError("gone")),
        OperationalError("COMMIT", {}, Exception("cut"), connection_invalidated=True),
    ],
    ids=repr,
)  # fmt: skip
async def test_a_fault_of_the_house_fails_the_batch_as_busy(house: House, faults: Faults, fault: Exception) -> None:
    phone = house.phone()
    batch = await mixed_batch(phone)
    before = await state(house)
    faults.armed = [("before_commit", fault)]
    assert await phone.send(*batch) == []
    assert phone.last["code"] == "busy"
    assert await state(house) == before
    assert (await phone.send(*batch))[0]["status"] == "applied"


async def test_what_fails_after_the_commit_is_no_failed_batch(house: House) -> None:
    phone = house.phone()

    async def broken(_agency: str, _touched: frozenset[str]) -> None:
        raise RuntimeError("nobody listens")

    house.engine.on_poke.append(broken)
    [result] = await phone.send(phone.add())
    assert result["status"] == "applied"


async def test_records_locked_beforehand_count_every_act(house: House) -> None:
    """Sixteen transactions add one each to the title of what they name."""
    phone = house.phone()
    thing = phone.add("n")
    await phone.send(thing)
    others = [house.phone(phone.account) for _ in range(16)]
    args = {"thing": thing["record"], "text": "x"}
    await asyncio.gather(*(other.send(*(other.item("thing.note", args) for _ in range(3))) for other in others))
    await phone.pull()
    assert phone.body(thing["record"])["title"] == "n" + "+" * 48


async def test_records_read_without_a_lock_are_never_overwritten_unseen(house: House) -> None:
    """I7: a handler that reads some other record, thinks, and publishes it over what came in between."""
    phone = house.phone()
    thing = phone.add("n")
    await phone.send(thing)

    async def careless(w: Writing, item: Item) -> None:
        found = (await w.current("thing", [thing["record"]]))[thing["record"]]
        await asyncio.sleep(0.01)
        w.publish("thing", found.id, {**found.body, "title": found.body["title"] + "+"}, found.audiences)

    kinds = house.engine.registry._mutations
    kinds["mark.set"] = replace(kinds["mark.set"], handler=careless)

    async def until_accepted(one: Phone) -> None:
        item = one.item("mark.set", {"at": 1})
        while not await one.send(item):
            assert one.last["code"] == "busy"

    await asyncio.gather(*(until_accepted(house.phone(phone.account)) for _ in range(8)))
    await phone.pull()
    assert phone.body(thing["record"])["title"] == "n" + "+" * 8
