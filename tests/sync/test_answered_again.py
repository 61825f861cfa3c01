"""An answer that is given again is the same answer, and who waited for an end learns of it without asking."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from sync.actors import system_actor
from sync.errors import Refusal
from sync.ids import uuid4, uuid7
from sync.receipts import receipt_code
from sync.retention import forget_deferred
from sync.writing import Item, Writing
from tests.support.clock import SettableClock
from tests.sync.domain import House, add


async def stored(house: House, item: dict[str, Any]) -> tuple[str, str | None]:
    """Status and code of a mutation as the server keeps them; asking by a resend would run it."""
    [(status, code)] = await house.rows("SELECT status, code FROM sync_mutation WHERE id = :id", id=item["id"])
    return status, code


async def test_a_lost_claim_names_the_present_holder_each_time(house: House) -> None:
    one, two = house.phone(), house.phone()
    thing = one.add(args={"audience": f"agency:{house.agency}"})
    await one.send(thing, one.item("thing.take", record=thing["record"]))
    lost = two.item("thing.take", record=thing["record"])
    [first] = await two.send(lost)
    [again] = await two.send(lost)
    assert (first["code"], first["server"]["holder"]) == ("held", one.account)
    assert again == first


async def test_what_waits_for_a_repair_is_not_run_by_resending(house: House) -> None:
    phone = house.phone()
    bad = phone.add(args={"boom": True})
    first = await phone.send(bad)
    assert await phone.send(bad) == first
    assert house.alarms == ["deferred_internal"]


async def test_a_kept_loser_is_told_why_each_time(house: House) -> None:
    kinds = house.engine.registry._mutations

    async def keep(w: Any, items: Any) -> None:
        await add(w, items)
        for item in items:
            if item.lost:
                w.publish("thing", item.record, {"title": "kembar"}, {f"person:{item.actor.account}"})

    kinds["thing.add"] = replace(kinds["thing.add"], loser="keep", handler=keep)
    phone = house.phone()
    loser = phone.add(args={"key": "k"})
    loser["seq"] = 3
    [_, first] = await phone.send(phone.add(args={"key": "k"}), loser)
    [again] = await phone.send(loser)
    assert first["message"] == "Sudah ada."
    assert {**again, "status": "applied"} == {**first, "first": "applied"}


async def test_a_conflict_over_what_was_deleted_since_shows_no_record(house: House) -> None:
    phone = house.phone()
    other = house.phone(phone.account)
    thing = phone.add()
    await phone.send(thing)
    late = other.item("thing.close", record=thing["record"], seen={thing["record"]: 0})
    [first] = await other.send(late)
    assert (first["status"], first["server"]["title"]) == ("conflict", "Buku")
    await phone.send(phone.item("thing.delete", record=thing["record"], seen={thing["record"]: 1}))
    [again] = await other.send(late)
    assert again["status"] == "conflict"
    assert "server" not in again


async def test_what_waited_for_a_withdrawn_item_ends_with_it(house: House) -> None:
    phone = house.phone()
    item = phone.add(dependsOn=[uuid7()])
    behind = phone.add(dependsOn=[item["id"]])
    await phone.send(item, behind)
    assert await stored(house, behind) == ("deferred", None)
    await phone.send(phone.item("sync.withdraw", {"mutation": item["id"]}))
    assert await stored(house, item) == ("rejected", "withdrawn")
    assert await stored(house, behind) == ("rejected", "dependency")
    assert await house.rows("SELECT 1 FROM sync_wait") == []


async def test_what_comes_with_the_withdrawal_of_what_it_names_ends_too(house: House) -> None:
    phone = house.phone()
    never = phone.add()
    behind = phone.add(dependsOn=[never["id"]])
    results = await phone.send(behind, phone.item("sync.withdraw", {"mutation": never["id"]}))
    assert [one.get("code") for one in results] == ["dependency", None]
    assert await stored(house, behind) == ("rejected", "dependency")


async def test_an_act_that_changes_nothing_names_the_version_that_stands(house: House) -> None:
    async def nothing(_w: Writing, _item: Item) -> None:
        """Whoever already holds it holds it."""

    kinds = house.engine.registry._mutations
    kinds["thing.take"] = replace(kinds["thing.take"], handler=nothing)
    phone = house.phone()
    thing = phone.add()
    await phone.send(thing)
    take = phone.item("thing.take", record=thing["record"])
    [first] = await phone.send(take)
    [again] = await phone.send(take)
    assert (first["status"], first["version"], again["version"]) == ("applied", 1, 1)


async def test_deferred_work_arrived_when_it_first_came(house: House, clock: SettableClock) -> None:
    """Order and retention use the server's numbers and times: waiting for a file does not move them."""
    arrivals: list[datetime] = []

    async def noting(w: Writing, items: Sequence[Item]) -> None:
        arrivals.extend(item.arrived for item in items)
        await add(w, items)

    kinds = house.engine.registry._mutations
    kinds["thing.add"] = replace(kinds["thing.add"], handler=noting)
    phone, came, upload = house.phone(), clock.now(), uuid4()
    await phone.send(phone.add(dependsOn=[f"file:{upload}"]))
    clock.advance(timedelta(days=2))
    house.uploads.done.add(upload)
    await house.engine.complete(house.agency, [f"file:{upload}"])
    assert arrivals == [came]


async def test_a_deferred_item_and_its_withdrawal_meet_in_one_batch_behind_a_dependency(house: House) -> None:
    phone = house.phone()
    first = phone.add()
    item = phone.add(dependsOn=[first["id"], uuid7()])
    results = await phone.send(first, item, phone.item("sync.withdraw", {"mutation": item["id"]}))
    assert [(one["status"], one.get("code")) for one in results] == [
        ("applied", None), ("rejected", "withdrawn"), ("applied", None),
    ]  # fmt: skip


async def test_a_fault_of_the_house_while_items_run_one_by_one_is_nobodys_fault(house: House) -> None:
    """I7: beside an item with a defect, a disk that fails still fails the batch as busy, and is not an item's fault."""

    async def no_disk(_w: Writing, _item: Item) -> None:
        raise OSError("no space left on device")

    kinds = house.engine.registry._mutations
    healthy = kinds["thing.take"]
    phone = house.phone()
    thing = phone.add()
    await phone.send(thing)
    batch = [phone.add(args={"boom": True}), phone.item("thing.take", record=thing["record"])]
    kinds["thing.take"] = replace(healthy, handler=no_disk)
    assert await phone.send(*batch) == []
    assert (phone.last["code"], house.alarms) == ("busy", [])
    kinds["thing.take"] = healthy
    assert [one["status"] for one in await phone.send(*batch)] == ["deferred", "applied"]


async def test_work_of_the_server_itself_waits_as_long_as_it_takes(house: House, clock: SettableClock) -> None:
    """A phone sends again what was forgotten; nobody would send this."""
    upload, record = uuid4(), uuid7()
    actor = system_actor(house.agency)
    answer = await house.engine.execute(actor, "thing.add", record, {"title": "x"}, depends_on=[f"file:{upload}"])
    assert answer.status == "deferred"
    clock.advance(timedelta(days=30))
    assert await forget_deferred(house.engine, clock.now()) == 0
    house.uploads.done.add(upload)
    await house.engine.complete(house.agency, [f"file:{upload}"])
    assert await house.rows("SELECT status FROM sync_mutation") == [("applied",)]


async def test_what_is_forgotten_waits_for_nothing(house: House, clock: SettableClock) -> None:
    phone = house.phone()
    await phone.send(phone.add(dependsOn=[uuid7()]))
    clock.advance(timedelta(days=6))
    assert await forget_deferred(house.engine, clock.now()) == 1
    assert await house.rows("SELECT 1 FROM sync_wait") == []


async def test_too_old_an_app_is_told_to_update_and_loses_nothing(house: House) -> None:
    house.engine.minimum_app_version = "1.10.0"
    phone = house.phone()
    item = phone.add()
    assert await phone.send(item, appVersion="1.9.9") == []
    assert phone.last["code"] == "update_needed"
    assert await house.rows("SELECT 1 FROM sync_mutation") == []
    [result] = await phone.send(item, appVersion="1.10.0-rc.1")
    assert result["status"] == "applied"


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("kind", "thing.take"), ("kindVersion", 2), ("record", uuid7()), ("as", uuid4()), ("args", {"title": "Lain"}),
        ("base", {"title": "x"}), ("baseVersion", 1), ("seen", {uuid7(): 1}), ("dependsOn", [uuid7()]),
        ("resolves", [uuid7()]),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isalpha() else "other",
)  # fmt: skip
async def test_a_known_id_with_any_other_content_is_another_act(house: House, member: str, value: object) -> None:
    phone = house.phone()
    item = phone.add() if member != "kind" else phone.item("mark.set", {"at": 1})
    await phone.send(item)
    [other] = await phone.send({**item, member: value})
    assert (other["status"], other.get("code")) == ("rejected", "id_reused")
    [same] = await phone.send({**item, "clock": {"wall": "2026-11-20T02:00:00.000Z"}})
    assert same["status"] == "duplicate"


async def test_a_receipt_that_is_taken_gives_way_to_the_next(house: House) -> None:
    phone = house.phone()
    item, key = phone.add(), house.engine.keys.receipt
    await phone.send(phone.add())
    async with house.engine.database.writing() as connection:
        sql = "UPDATE sync_mutation SET receipt = :taken"
        await house.engine.store.run(connection, sql, taken=receipt_code(key, item["id"], 0))
    [first] = await phone.send(item)
    [again] = await phone.send(item)
    assert first["receipt"] == again["receipt"] == receipt_code(key, item["id"], 1) != receipt_code(key, item["id"], 0)


async def test_what_an_undone_step_wanted_after_the_commit_does_not_happen(house: House) -> None:
    done: list[str] = []

    async def promise_and_refuse(w: Writing, item: Item) -> None:
        async def hook() -> None:
            done.append(item.id)

        w.after_commit(hook)
        if item.args.at < 0:
            raise Refusal("state", "Tidak bisa.")

    kinds = house.engine.registry._mutations
    kinds["mark.set"] = replace(kinds["mark.set"], handler=promise_and_refuse)
    phone = house.phone()
    bad, good = phone.item("mark.set", {"at": -1}), phone.item("mark.set", {"at": 1})
    assert [one["status"] for one in await phone.send(bad, good)] == ["rejected", "applied"]
    assert done == [good["id"]]
