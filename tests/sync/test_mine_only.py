"""I6: no data reaches another user or another agency, not by a conflict, not by an answer from memory."""

from tests.sync.domain import House


async def test_a_conflict_shows_nothing_that_its_author_may_no_longer_see(house: House) -> None:
    owner, reader = house.phone(), house.phone()
    desk = f"role:OPR@{house.agency}"
    house.people.extra[reader.account] = {desk}
    thing = owner.add("Awal", args={"audience": desk})
    record = thing["record"]
    await owner.send(thing)
    await reader.pull()
    close = reader.item("thing.close", record=record, seen={record: 0})
    [first] = await reader.send(close)
    assert (first["status"], first["server"]["title"]) == ("conflict", "Awal")
    house.people.extra[reader.account] = set()
    [again] = await reader.send(close)
    assert again["status"] == "conflict"
    assert "server" not in again
