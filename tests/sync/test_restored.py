"""After a restored backup: no number means two things, in no process and in no agency (I3, I6)."""

from datetime import timedelta

from backend.keys import Keys
from sync.ids import uuid4, uuid7
from tests.support.clock import SettableClock
from tests.sync.domain import House, make_house
from tests.sync.test_pull import put


async def test_no_process_keeps_what_audience_numbers_meant_in_the_lost_future(
    house: House, keys: Keys, clock: SettableClock
) -> None:
    """The backup is older than an audience; its number is given anew, to another one."""
    other = await make_house(house.engine.database, keys, clock, agency=house.agency)
    phone = other.phone()
    other.people.extra[phone.account] = {"area:lost"}
    lost, secret = uuid7(), uuid7()
    await put(other, lost, "area:lost")
    await phone.pull()
    await phone.send(phone.item("thing.take", record=lost))
    async with house.engine.database.writing() as connection:
        run = house.engine.store.run
        await run(connection, "DELETE FROM feed_entry")
        await run(connection, "DELETE FROM sync_record")
        await run(
            connection, "UPDATE feed_audience SET name = :new WHERE name = :old", new="area:other", old="area:lost"
        )
    await house.engine.renew("a restored backup")
    await put(house, secret, "area:other")
    page = await phone.pull()
    assert (page["epoch"], phone.records) == (house.engine.life.epoch, {})
    [result] = await phone.send(phone.item("thing.take", record=secret))
    assert (result["status"], result.get("code")) == ("rejected", "not_found")


async def test_an_agency_made_after_a_restore_begins_above_it(house: House) -> None:
    await house.engine.renew("a restored backup")
    house.agency = house.people.agency = uuid4()
    async with house.engine.database.writing() as connection:
        await house.engine.add_agency(connection, house.agency)
    phone = house.phone()
    [result] = await phone.send(phone.add())
    assert (result["feed"], result["version"]) == ("1000001", 1_000_001)


async def test_the_new_epoch_says_from_when_on_the_phones_must_send_again(house: House, clock: SettableClock) -> None:
    phone = house.phone()
    for _ in range(2):
        clock.advance(timedelta(hours=1))
        await phone.send(phone.add())
    newest = phone.last["serverTime"]
    clock.advance(timedelta(hours=1))
    await house.engine.renew("a restored backup")
    assert (await phone.pull())["epochStart"] == newest


async def test_audience_sets_that_a_backup_lacks_are_kept_again(house: House) -> None:
    """Otherwise a cursor of today names a set that only this process remembers, and the next start resets the phone."""
    phone = house.phone()
    await phone.send(phone.add())
    await phone.pull()
    async with house.engine.database.writing() as connection:
        await house.engine.store.run(connection, "DELETE FROM feed_set")
    await house.engine.renew("a restored backup")
    await phone.pull()
    assert len(await house.rows("SELECT 1 FROM feed_set")) == 1
