"""I6: no data reaches another user or another agency, not by a conflict, not by an answer from memory."""

from sync.ids import uuid7
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


async def test_nobody_stands_for_anothers_act_by_sending_its_id(house: House) -> None:
    """I7: a thief who sends the id, and in the same batch an act that resolves it, must not make its author wait."""
    author, thief = house.phone(), house.phone()
    bad, theirs = author.add(""), thief.add("Pura-pura")
    await author.send(bad)
    theirs["id"] = bad["id"]
    results = await thief.send(theirs, thief.add("Pilih", resolves=[bad["id"]]))
    assert [one.get("code") for one in results] == ["id_reused", None]
    [behind] = await author.send(author.add(dependsOn=[bad["id"]]))
    assert (behind["status"], behind.get("code")) == ("rejected", "dependency")


async def test_nobody_withdraws_what_he_woke(house: House) -> None:
    """I7: who sends the id that another's work waits for wakes it, in one transaction with a withdrawal of his own."""
    author, thief = house.phone(), house.phone()
    awaited = uuid7()
    behind = author.add(dependsOn=[awaited])
    await author.send(behind)
    withdrawal = thief.item("sync.withdraw", {"mutation": behind["id"]}, dependsOn=[awaited])
    [waiting] = await thief.send(withdrawal)
    assert waiting["status"] == "deferred"
    await thief.send(thief.add() | {"id": awaited})
    [refused] = await thief.send(withdrawal)
    assert (refused["status"], refused.get("code")) == ("rejected", "not_found")
    assert await house.rows("SELECT status FROM sync_mutation WHERE id = :id", id=behind["id"]) == [("deferred",)]
