"""What the author of a command has seen: the versions carried, and own work named or done before on that phone."""

import pytest

from tests.sync.domain import House
from tests.sync.test_answered_again import stored
from tests.sync.test_rules import command, edit, shared


@pytest.mark.parametrize("together", [False, True], ids=["earlier", "in one transaction"])
async def test_own_later_work_is_not_seen_by_an_earlier_command(house: House, together: bool) -> None:
    phone = house.phone()
    record = await shared(house, phone)
    late = phone.add()
    close = command(phone, "thing.close", record, dependsOn=[late["id"]])
    await phone.send(close)
    change = edit(phone, record, {"title": "Sesudahnya"})
    if together:
        await phone.send(change, late)
    else:
        await phone.send(change)
        await phone.send(late)
    assert await stored(house, close) == ("conflict", None)


async def test_a_version_from_a_lost_future_is_stale_after_the_restore_too(house: House) -> None:
    """Versions start anew a million above, so what was seen of the lost future may have the larger remainder."""
    phone = house.phone()
    record = await shared(house, phone)
    await house.engine.renew("a restored backup")
    await phone.send(edit(phone, record, {"title": "Sesudahnya"}))
    await phone.pull()
    assert phone.version(record) == 1_000_002
    other = house.phone()
    [result] = await other.send(other.item("thing.close", record=record, seen={record: 7}))
    assert result["status"] == "conflict"


async def test_a_named_act_on_another_record_says_nothing_of_this_one(house: House) -> None:
    """Version 2 of the one is not version 2 of the other."""
    one, two = house.phone(), house.phone()
    here, there = await shared(house, one, two), await shared(house, one)
    elsewhere = edit(one, there, {"title": "Di sana"})
    await one.send(elsewhere)
    await two.send(two.item("thing.note", {"thing": here, "text": "x"}))
    [result] = await one.send(command(one, "thing.close", here, dependsOn=[elsewhere["id"]]))
    assert result["status"] == "conflict"


async def test_without_a_store_of_files_whoever_needs_one_waits(house: House) -> None:
    house.engine.files = None
    phone = house.phone()
    [result] = await phone.send(phone.add(dependsOn=["file:018f0000-0000-7000-8000-000000000000"]))
    assert result["status"] == "deferred"
