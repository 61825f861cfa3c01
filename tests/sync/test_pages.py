"""I3, I4: between one page and the next nothing is lost or flickers, and nobody hears of what is not his."""

from datetime import timedelta

from sync import retention
from sync.ids import uuid7
from tests.support.clock import SettableClock
from tests.sync.domain import House
from tests.sync.test_pull import ROOMS, agrees, holding, one_page, put


async def test_a_page_never_ends_inside_a_number(house: House) -> None:
    """A number may have a row in each audience of its record; a page that sees only some leaves it to the next."""
    for count in range(1, 9):
        phone = holding(house, *ROOMS)
        await agrees(phone)
        moved = [uuid7() for _ in range(count)]
        for id in moved:
            await put(house, id, ROOMS[0])
        last = uuid7()
        await put(house, last, ROOMS[0])
        await agrees(phone)
        for id in [*moved, last]:
            await put(house, id, ROOMS[1], title="pindah")
        for id in moved:  # what is left at the number of the move is the row of the room that was left
            await put(house, id, ROOMS[1], title="lagi")
        held = len(phone.records)
        while True:
            page = await one_page(phone, 1)
            assert page["removed"] == []
            assert len(phone.records) == held
            if not page["more"]:
                break
        assert phone.body(last)["title"] == "pindah"
        await agrees(phone)


async def test_only_a_last_page_is_checked(house: House) -> None:
    phone = holding(house, ROOMS[0])
    for _ in range(3):
        await put(house, uuid7(), ROOMS[0])
    viewer = house.people.at(phone.account)
    first = await house.engine.pull(viewer, phone.account, None, 1, True)
    assert (first["more"], first["check"]) == (True, None)
    await agrees(phone, limit=1)


async def test_a_phone_away_for_longer_than_tombstones_are_kept_starts_anew(house: House, clock: SettableClock) -> None:
    """Others with the same audiences keep the set alive; what was forgotten meanwhile shows only in the horizon."""
    away, regular = holding(house, ROOMS[0]), holding(house, ROOMS[0])
    regular.account = away.account
    gone = uuid7()
    await put(house, gone, ROOMS[0])
    await agrees(away)
    await put(house, gone)
    for _ in range(7):
        clock.advance(timedelta(days=30))
        await agrees(regular)
    assert await retention.forget_tombstones(house.engine, clock.now()) == 1
    await agrees(regular)
    page = await agrees(away)
    assert away.records == {}
    assert page["reset"]


async def test_what_returns_for_others_is_not_announced_to_who_once_held_it(house: House) -> None:
    before, after = holding(house, ROOMS[0]), holding(house, ROOMS[1])
    id = uuid7()
    await put(house, id, ROOMS[0])
    await agrees(before)
    await put(house, id)
    assert (await agrees(before))["removed"] == [{"kind": "thing", "id": id}]
    await put(house, id, ROOMS[1])
    page = await agrees(before)
    assert (page["changes"], page["removed"]) == ([], [])
    await agrees(after)
    assert after.version(id) == 3


async def test_what_is_taken_back_is_taken_back_whole(house: House) -> None:
    """A record that moved from one lost room to another lost one has two rows at its number: one left, one live."""
    for count in range(4):
        one, other = f"area:{count}-old", f"area:{count}-new"
        phone = holding(house, one, other, ROOMS[0])
        kept, moved = uuid7(), uuid7()
        await put(house, kept, ROOMS[0])
        for _ in range(count):
            await put(house, uuid7(), one)
        await put(house, moved, one)
        await put(house, moved, other)
        await put(house, uuid7(), other)
        await agrees(phone)
        house.people.extra[phone.account] = {ROOMS[0]}
        await agrees(phone, limit=1)
        assert ("thing", kept) in phone.records
        assert ("thing", moved) not in phone.records
