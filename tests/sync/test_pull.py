"""Pulling: one order, whole pages, audiences that come and go, cursors that lie, backups restored."""

import asyncio
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.database.engine import Database
from backend.keys import Keys
from sync import retention
from sync.cursor import read_cursor
from sync.ids import uuid4, uuid7
from tests.support.clock import SettableClock
from tests.support.postgres import PostgresServer
from tests.sync.domain import House, Phone, make_house

ROOMS = ["agency:a", "area:b", "role:c"]


async def put(house: House, id: str, *audiences: str, title: str = "x") -> None:
    """Publish a record; to no audience at all means deleting it."""
    async with house.engine.writing(house.agency) as w:
        if audiences:
            w.publish("thing", id, {"title": title}, audiences)
        else:
            w.unpublish("thing", id)


async def agrees(phone: Phone, *, limit: int | None = None) -> dict[str, Any]:
    """Pull everything; what the phone holds is exactly what the server counts for it."""
    page = await phone.pull(limit=limit, check=True)
    assert page["check"] == phone.digest()
    return page


def holding(house: House, *audiences: str) -> Phone:
    phone = house.phone()
    house.people.extra[phone.account] = set(audiences)
    return phone


async def one_page(phone: Phone, limit: int) -> dict[str, Any]:
    """One page and no more, laid over what the phone holds."""
    viewer = phone.house.people.at(phone.account)
    raw = await phone.house.engine.pull(viewer, phone.account, phone.cursor, limit, False)
    page: dict[str, Any] = orjson.loads(orjson.dumps(raw))
    phone.cursor = page["cursor"]
    for change in page["changes"]:
        phone.records[(change["kind"], change["id"])] = change
    for removed in page["removed"]:
        phone.records.pop((removed["kind"], removed["id"]), None)
    return page


# --- order and pages ------------------------------------------------------------------------------


async def test_records_come_in_the_order_of_their_numbers_and_each_once(house: House) -> None:
    phone = holding(house, *ROOMS)
    ids = [uuid7() for _ in range(5)]
    for id in ids:
        await put(house, id, *ROOMS)
    await put(house, ids[1], *ROOMS, title="lagi")
    page = await agrees(phone)
    assert [change["id"] for change in page["changes"]] == [ids[0], ids[2], ids[3], ids[4], ids[1]]
    assert (page["feed"], page["reset"], page["more"]) == ("6", False, False)
    assert phone.version(ids[1]) == 2


async def test_nothing_new_is_an_empty_page(house: House) -> None:
    phone = holding(house, *ROOMS)
    await put(house, uuid7(), ROOMS[0])
    await agrees(phone)
    page = await agrees(phone)
    assert (page["changes"], page["removed"], page["more"]) == ([], [], False)


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 2000, 10**9, 0, -5])
async def test_pages_of_any_size_end_in_the_same_state(house: House, limit: int) -> None:
    phone, whole = holding(house, *ROOMS), holding(house, *ROOMS)
    ids = [uuid7() for _ in range(12)]
    for n, id in enumerate(ids):
        await put(house, id, *ROOMS[: n % 4])
    await agrees(phone, limit=limit)
    for n, id in enumerate(ids):
        await put(house, id, *ROOMS[: (n * 3 + 1) % 4])
    await agrees(phone, limit=limit)
    await agrees(whole)
    assert phone.records == whole.records


async def test_a_page_holds_at_most_a_mebibyte(house: House) -> None:
    phone = holding(house, ROOMS[0])
    for _ in range(40):
        await put(house, uuid7(), ROOMS[0], title="x" * 60_000)
    pages = 0
    while True:
        page = await one_page(phone, 2000)
        pages += 1
        assert sum(len(orjson.dumps(change)) for change in page["changes"]) <= 1024 * 1024
        if not page["more"]:
            break
    assert pages == 3
    assert len(phone.records) == 40


async def test_removal_and_return(house: House) -> None:
    phone = holding(house, ROOMS[0])
    id = uuid7()
    for audiences, held in (([ROOMS[0]], True), ([ROOMS[1]], False), ([ROOMS[0]], True), ([], False), (ROOMS, True)):
        await put(house, id, *audiences)
        await agrees(phone)
        assert (("thing", id) in phone.records) is held


async def test_who_never_held_a_deleted_record_hears_nothing_of_it(house: House) -> None:
    old, new = holding(house, ROOMS[0]), holding(house, ROOMS[0])
    id = uuid7()
    await put(house, id, ROOMS[0])
    await agrees(old)
    await put(house, id)
    assert (await agrees(old))["removed"] == [{"kind": "thing", "id": id}]
    assert (await agrees(new))["removed"] == []
    assert (await agrees(holding(house, ROOMS[1])))["removed"] == []


async def test_moving_between_audiences_never_flickers_out(house: House) -> None:
    phone = holding(house, *ROOMS)
    ids = [uuid7() for _ in range(8)]
    for id in ids:
        await put(house, id, ROOMS[0])
    await agrees(phone)
    for n in range(1, 4):
        for id in ids:
            await put(house, id, ROOMS[n % 3])
        for _ in range(40):
            page = await one_page(phone, 1)
            assert page["removed"] == []
            assert len(phone.records) == 8
            if not page["more"]:
                break
    await agrees(phone)


# --- audiences gained and lost --------------------------------------------------------------------


@pytest.mark.parametrize("limit", [1, 3, 2000])
async def test_gained_audiences_are_filled_in_and_lost_ones_taken_back_without_a_reset(
    house: House, limit: int
) -> None:
    phone = holding(house, ROOMS[0], ROOMS[1])
    for n in range(24):
        await put(house, uuid7(), *([ROOMS[n % 3]] if n % 5 else ROOMS))
    await agrees(phone)
    before = set(phone.records)
    house.people.extra[phone.account] = {ROOMS[1], ROOMS[2]}
    kept = {key for key in before if phone.records[key]}
    for step in range(200):
        page = await one_page(phone, limit)
        assert not page["reset"]
        await put(house, uuid7(), ROOMS[step % 3])  # writes go on
        if not page["more"]:
            break
    await agrees(phone, limit=limit)
    fresh = holding(house, ROOMS[1], ROOMS[2])
    await agrees(fresh)
    assert phone.records == fresh.records
    assert kept - set(phone.records)


async def test_a_set_that_changes_again_in_the_middle_of_a_change(house: House) -> None:
    phone = holding(house, ROOMS[0])
    for n in range(30):
        await put(house, uuid7(), ROOMS[n % 3])
    await agrees(phone)
    for audiences in ([ROOMS[1]], [ROOMS[2]], [ROOMS[0], ROOMS[2]], [], [ROOMS[0]]):
        house.people.extra[phone.account] = set(audiences)
        for _ in range(2):
            assert not (await one_page(phone, 3))["reset"]
    page = await agrees(phone, limit=3)
    assert not page["reset"]
    assert len(phone.records) == 10


ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.integers(0, 5), st.sets(st.sampled_from(ROOMS))),
        st.tuples(st.just("hold"), st.just(0), st.sets(st.sampled_from(ROOMS))),
        st.tuples(st.just("page"), st.integers(1, 4), st.just(frozenset())),
    ),
    max_size=25,
)


@given(acts=ACTS, limit=st.integers(1, 6))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_whatever_happens_the_phone_ends_with_a_fresh_copy(house: House, acts: list[Any], limit: int) -> None:
    phone = holding(house, ROOMS[0])
    ids = [uuid7() for _ in range(6)]
    for act, number, rooms in acts:
        if act == "put":
            await put(house, ids[number], *(f"{room}:{phone.account}" for room in rooms))
        elif act == "hold":
            house.people.extra[phone.account] = {f"{room}:{phone.account}" for room in rooms}
        else:
            assert not (await one_page(phone, number))["reset"]
    await agrees(phone, limit=limit)
    fresh = holding(house, *house.people.extra[phone.account])
    await agrees(fresh)
    assert phone.records == fresh.records


# --- cursors --------------------------------------------------------------------------------------


async def test_forged_foreign_and_garbled_cursors_are_refused(house: House) -> None:
    phone, other = holding(house), holding(house)
    await put(house, uuid7(), ROOMS[0])
    await phone.pull()
    await other.pull()
    assert phone.cursor is not None
    assert other.cursor is not None
    half = len(phone.cursor) // 2
    words = [
        other.cursor, phone.cursor[:-1] + "!", phone.cursor[:half] + "f" + phone.cursor[half + 1 :] + "x",
        "", "~", "~~~~~~~", "a" * 10_000, "\ud800", "\x00", "é~é", "1~2~3~" + phone.cursor.rsplit("~", 1)[1],
    ]  # fmt: skip
    for word in words:
        phone.cursor = word
        page = await phone.pull()
        assert page["code"] == "cursor_refused"
        assert page["results"] == []
        assert "changes" not in page


async def test_a_pull_for_another_account_is_refused(house: House) -> None:
    phone = holding(house)
    answer = await house.engine.pull(house.people.at(uuid7()), phone.account, None, None, False)
    assert answer["code"] == "device_owner"


async def test_forgotten_sets_and_tombstones_mean_a_new_copy(house: House, clock: SettableClock) -> None:
    phone, late = holding(house, *ROOMS), holding(house, ROOMS[0])
    ids = [uuid7() for _ in range(3)]
    for id in ids:
        await put(house, id, *ROOMS)
    await agrees(phone)
    await agrees(late)
    await put(house, ids[0], ROOMS[1])
    clock.advance(timedelta(days=100))
    await agrees(phone)
    clock.advance(timedelta(days=81))
    assert await retention.forget_tombstones(house.engine, clock.now()) == 2
    assert not (await agrees(phone))["reset"]
    page = await agrees(late)
    assert page["reset"]
    assert ("thing", ids[0]) not in late.records
    clock.advance(timedelta(days=181))
    await retention.forget_tombstones(house.engine, clock.now())
    house.people.extra[phone.account] = {ROOMS[0]}
    assert (await agrees(phone))["reset"]


async def test_two_agencies_with_the_same_record_ids_see_their_own(house: House) -> None:
    neighbour = uuid4()
    async with house.engine.database.writing() as connection:
        await house.engine.add_agency(connection, neighbour)
    there = House(house.engine, type(house.people)(neighbour), neighbour, house.uploads)
    ours, theirs = house.phone(), there.phone()
    id = uuid7()
    await ours.send(ours.add("Milik kami", record=id))
    await theirs.send(theirs.add("Milik mereka", record=id))
    await put(house, uuid7(), f"person:{theirs.account}")
    for phone, title in ((ours, "Milik kami"), (theirs, "Milik mereka")):
        await agrees(phone)
        assert [change["body"]["title"] for change in phone.records.values()] == [title]
    spy = ours.add(dependsOn=[uuid7()])
    await ours.send(spy)
    [result] = await theirs.send(theirs.item("sync.withdraw", {"mutation": spy["id"]}))
    assert result["code"] == "not_found"


async def test_what_waits_in_one_agency_is_not_woken_by_another(house: House) -> None:
    neighbour = uuid4()
    async with house.engine.database.writing() as connection:
        await house.engine.add_agency(connection, neighbour)
    there = House(house.engine, type(house.people)(neighbour), neighbour, house.uploads)
    ours, theirs = house.phone(), there.phone()
    key = theirs.add()
    await ours.send(ours.add("Menunggu", dependsOn=[key["id"]]))
    await theirs.send(key)
    rows = await house.rows("SELECT id FROM sync_record WHERE change LIKE :text", text="%Menunggu%")
    assert rows == []


# --- restored backups -----------------------------------------------------------------------------


class Backups:
    """Copies of a database and the way back to them."""

    def __init__(
        self, request: pytest.FixtureRequest, tmp_path: Path, open_database: Callable[[str], Database]
    ) -> None:
        self.open = open_database
        self.folder = tmp_path
        self.server: PostgresServer | None = None
        if request.node.callspec.params["database_url"] == "postgres":
            self.server = request.getfixturevalue("postgres_server")
        self.number = 0

    async def copy(self, db: Database) -> str:
        """The address of a copy of the database as it stands."""
        self.number += 1
        await db.close()
        if self.server is not None:
            return self.server.create_database(f"{db.url.database}_copy{self.number}", template=db.url.database)
        target = self.folder / f"copy{self.number}.sqlite3"
        shutil.copy(str(db.url.database), target)
        for tail in ("-wal", "-shm"):
            if Path(f"{db.url.database}{tail}").exists():
                shutil.copy(f"{db.url.database}{tail}", f"{target}{tail}")
        return f"sqlite:///{target}"


@pytest.fixture
def backups(request: pytest.FixtureRequest, tmp_path: Path, open_database: Callable[[str], Database]) -> Backups:
    return Backups(request, tmp_path, open_database)


async def reopened(house: House, backups: Backups, url: str, keys: Keys, clock: SettableClock) -> House:
    """The same agency served from a copy, by a new process."""
    back = await make_house(backups.open(url), Keys.load(keys.path or Path()), clock, agency=house.agency)
    back.people.extra = house.people.extra
    return back


async def test_after_an_announced_restore_no_number_means_two_things(
    house: House, backups: Backups, keys: Keys, clock: SettableClock
) -> None:
    phone = holding(house, ROOMS[0])
    kept, lost = phone.add("Tersimpan"), phone.add("Hilang")
    await phone.send(kept)
    await agrees(phone)
    clock.advance(timedelta(hours=3))
    backup, same_again = [await backups.copy(house.engine.database) for _ in range(2)]
    [first] = await phone.send(lost)
    await phone.send(phone.item("thing.take", record=kept["record"]))
    await agrees(phone)
    future = {(kind, id, change["version"]) for (kind, id), change in phone.records.items()}
    old_epoch, old_feed = phone.epoch, phone.feed

    for restore, url in ((1, backup), (2, same_again)):
        back = await reopened(house, backups, url, keys, clock)
        life = await back.engine.renew("restored by command")
        assert life.restores == restore
        phone.house = back
        page = await agrees(phone)
        assert page["reset"]
        assert page["epoch"] != old_epoch
        assert page["epochStart"] == "2026-11-20T02:00:00.000Z"
        assert ("thing", lost["record"]) not in phone.records
        # The journal: everything accepted after epochStart minus one hour, in order, same ids and texts.
        results = await phone.send(kept, lost)
        assert [one["status"] for one in results] == ["duplicate", "applied"]
        assert results[1]["receipt"] == first["receipt"]
        assert int(results[1]["feed"]) > restore * 1_000_000 > old_feed
        [other] = await phone.send(phone.item("thing.close", record=kept["record"], seen={kept["record"]: 1}))
        assert other["status"] == "applied"
        await agrees(phone)
        now = {(kind, id, change["version"]) for (kind, id), change in phone.records.items()}
        assert not now & future
        future |= now
        phone.seq += 1
        assert back.alarms == ["new_epoch"]


async def test_an_unannounced_restore_is_found_out_by_a_cursor_ahead_of_the_counter(
    house: House, backups: Backups, keys: Keys, clock: SettableClock
) -> None:
    phone, others = holding(house, ROOMS[0]), [holding(house, ROOMS[0]) for _ in range(4)]
    await put(house, uuid7(), ROOMS[0])
    url = await backups.copy(house.engine.database)
    await put(house, uuid7(), ROOMS[0])
    for one in [phone, *others]:
        await agrees(one)
    back = await reopened(house, backups, url, keys, clock)
    second = await reopened(house, backups, url, keys, clock)
    phone.house = back
    for number, other in enumerate(others):
        other.house = (back, second)[number % 2]
    pages = await asyncio.gather(*(agrees(one) for one in [phone, *others]))
    assert {page["reset"] for page in pages} == {True}
    assert len({page["epoch"] for page in pages}) == 1
    assert sorted([*back.alarms, *second.alarms]) == ["new_epoch"]
    [row] = await back.rows("SELECT restores FROM sync_server")
    assert row[0] == 1
    [result] = await others[1].send(others[1].add())
    assert int(result["feed"]) > 1_000_000


async def test_a_cursor_of_a_later_epoch_proves_that_a_backup_of_an_earlier_one_was_restored(
    house: House, backups: Backups, keys: Keys, clock: SettableClock
) -> None:
    """Restored twice from one backup, the second time unannounced: no number of the first life may come again."""
    phone = holding(house, ROOMS[0])
    await put(house, uuid7(), ROOMS[0])
    url = await backups.copy(house.engine.database)
    back = await reopened(house, backups, url, keys, clock)
    url = await backups.copy(back.engine.database)
    await back.engine.renew("restored by command")
    phone.house = back
    await agrees(phone)
    phone.house = again = await reopened(house, backups, url, keys, clock)
    page = await agrees(phone)
    assert page["reset"]
    assert (again.engine.life.restores, again.alarms) == (2, ["new_epoch"])


async def test_another_process_learns_of_a_new_epoch_by_itself(house: House, clock: SettableClock, keys: Keys) -> None:
    second = await make_house(house.engine.database, keys, clock, agency=house.agency)
    phone = house.phone()
    await second.phone().send()
    await house.engine.renew("restored by command")
    phone.house = second
    [result] = await phone.send(phone.add())
    assert result["status"] == "applied"
    assert phone.last["epoch"] == house.engine.life.epoch
    await agrees(phone)
    assert phone.cursor is not None
    assert read_cursor(keys.sign, phone.account, phone.cursor).epoch == house.engine.life.epoch[:8]
