"""Waiting on the server: for named mutations, for uploads, for a repair; and taking back what waits."""

import random
from datetime import timedelta
from pathlib import Path

import pytest

from sync import retention
from sync.actors import system_actor
from sync.ids import uuid4, uuid7
from tests.support.clock import SettableClock
from tests.sync.domain import House, Phone


async def status_of(phone: Phone, item: object) -> str:
    """What the server says to the item, sent again."""
    [result] = await phone.send(item)
    return str(result["first"] if result["status"] == "duplicate" else result.get("code") or result["status"])


# --- named mutations ------------------------------------------------------------------------------


async def test_an_item_waits_for_what_it_names_and_runs_when_that_arrives(house: House) -> None:
    phone = house.phone()
    first = phone.add("Satu")
    second = phone.add("Dua", dependsOn=[first["id"]])
    [waiting] = await phone.send(second)
    assert (waiting["status"], waiting.get("code")) == ("deferred", None)
    assert waiting["message"]
    assert "receipt" not in waiting
    await phone.send(first)
    await phone.pull()
    assert phone.body(second["record"])["title"] == "Dua"
    [again] = await phone.send(second)
    assert (again["status"], again["first"]) == ("duplicate", "applied")
    assert again["receipt"]
    assert again["proof"]
    assert await house.rows("SELECT 1 FROM sync_wait") == []


async def test_what_arrives_from_another_phone_of_the_account_counts_too(house: House) -> None:
    one = house.phone()
    two = house.phone(one.account)
    first = one.add("Satu")
    second = two.add("Dua", dependsOn=[first["id"]])
    await two.send(second)
    await one.send(first)
    assert await status_of(two, second) == "applied"


async def test_the_order_inside_a_batch_does_not_matter(house: House) -> None:
    phone = house.phone()
    items = [phone.add("0")]
    for n in range(1, 12):
        items.append(phone.add(str(n), dependsOn=[items[-1]["id"]]))
    random.Random(7).shuffle(items)
    assert {one["status"] for one in await phone.send(*items)} == {"applied"}


async def test_a_chain_as_long_as_a_batch_runs_backwards_too(house: House) -> None:
    phone = house.phone()
    ids = [uuid7() for _ in range(500)]
    items = [phone.add(str(n), dependsOn=ids[n + 1 : n + 2], id=ids[n]) for n in range(500)]
    assert {one["status"] for one in await phone.send(*items)} == {"applied"}


async def test_a_long_chain_sent_one_by_one_backwards_drains_at_once(house: House) -> None:
    phone = house.phone()
    ids = [uuid7() for _ in range(60)]
    items = [phone.add(str(n), dependsOn=ids[n + 1 : n + 2], id=ids[n]) for n in range(60)]
    for item in items[:-1]:
        await phone.send(item)
    await phone.send(items[-1])
    assert {one["first"] for one in await phone.send(*items)} == {"applied"}


async def test_a_dependency_that_is_freed_by_a_woken_one_runs_in_the_same_transaction(house: House) -> None:
    phone = house.phone()
    last = phone.add("Kunci")
    middle = phone.add("Tengah", dependsOn=[last["id"]])
    await phone.send(middle)
    end = phone.add("Ujung", dependsOn=[middle["id"]])
    results = await phone.send(end, last)
    assert [one["status"] for one in results] == ["applied", "applied"]


@pytest.mark.parametrize("size", [1, 2, 5])
@pytest.mark.parametrize("apart", [False, True], ids=["one batch", "a batch each"])
async def test_circles_end_and_take_no_effect(house: House, size: int, apart: bool) -> None:
    phone = house.phone()
    ids = [uuid7() for _ in range(size)]
    items = [phone.add(str(n), id=ids[n], dependsOn=[ids[(n + 1) % size]]) for n in range(size)]
    good = phone.add("Baik")
    for _ in range(2):
        if apart:
            results = [(await phone.send(item))[0] for item in [*items, good]]
        else:
            results = await phone.send(*items, good)
        assert {one["status"] for one in results[:-1]} <= {"deferred", "rejected"}
        assert results[-1]["status"] in ("applied", "duplicate")
    await phone.pull()
    assert len(phone.records) == 1


async def test_what_named_a_failed_item_ends_by_its_rule(house: House) -> None:
    phone = house.phone()
    thing = phone.add()
    await phone.send(thing)
    await phone.pull()
    bad = phone.add("")
    on = {"record": thing["record"], "dependsOn": [bad["id"]]}
    edit = phone.item("thing.edit", {"title": "x"}, base={"title": "Buku"}, baseVersion=1, **on)
    close = phone.item("thing.close", seen={thing["record"]: 1}, **on)
    take = phone.item("thing.take", **on)
    more, mark = phone.add(dependsOn=[bad["id"]]), phone.item("mark.set", {"at": 1}, dependsOn=[bad["id"]])
    expected = [("conflict", "chain")] * 2 + [("rejected", "dependency")] * 3
    results = await phone.send(edit, close, take, more, mark)
    assert {one["status"] for one in results} == {"deferred"}
    [refused] = await phone.send(bad)
    assert (refused["status"], refused["code"]) == ("rejected", "invalid")
    results = await phone.send(edit, close, take, more, mark)
    assert [(one["status"], one["code"]) for one in results] == expected
    assert results[0]["server"]["title"] == "Buku"


async def test_what_named_an_unreadable_item_ends_too(house: House) -> None:
    phone = house.phone()
    huge = phone.add("x" * 70_000)
    behind = phone.add(dependsOn=[huge["id"]])
    results = await phone.send(behind, huge)
    assert [(one["status"], one["code"]) for one in results] == [("rejected", "dependency"), ("rejected", "invalid")]
    assert phone.last["missingSeq"] == []


async def test_one_stuck_record_never_holds_back_others(house: House) -> None:
    phone = house.phone()
    stuck = phone.add(dependsOn=[uuid7()])
    bad = phone.add("Rusak", args={"boom": True})
    others = [phone.add(str(n)) for n in range(5)]
    results = await phone.send(stuck, bad, *others)
    assert [one["status"] for one in results] == ["deferred", "deferred", *["applied"] * 5]
    assert phone.last["missingSeq"] == []


async def test_nobody_waits_for_or_learns_of_anothers_mutation(house: House) -> None:
    one, two = house.phone(), house.phone()
    theirs = one.add("")
    spy = two.add(dependsOn=[theirs["id"]])
    await two.send(spy)
    await one.send(theirs)
    assert await status_of(two, spy) == "deferred"


# --- uploads and the author's authority -----------------------------------------------------------


async def test_an_item_waits_for_its_upload(house: House) -> None:
    phone = house.phone()
    upload = uuid4()
    item = phone.add("Dengan berkas", dependsOn=[f"file:{upload}"])
    assert await status_of(phone, item) == "deferred"
    house.uploads.done.add(upload)
    await house.engine.complete(house.agency, [f"file:{upload}"])
    await phone.pull()
    assert phone.body(item["record"])["title"] == "Dengan berkas"


async def test_an_item_that_waits_for_two_things_runs_after_both(house: House) -> None:
    phone = house.phone()
    uploads = [uuid4(), uuid4()]
    item = phone.add(dependsOn=[f"file:{upload}" for upload in uploads])
    await phone.send(item)
    for upload, status in zip(uploads, ("deferred", "applied"), strict=True):
        house.uploads.done.add(upload)
        await house.engine.complete(house.agency, [f"file:{upload}"])
        assert await status_of(phone, item) == status


async def test_deferred_work_runs_with_its_authors_authority_of_that_moment(house: House) -> None:
    phone, colleague = house.phone(), house.phone()
    grant = uuid4()
    house.people.grants[phone.account] = house.people.grants[colleague.account] = {grant}
    key = f"file:{uuid4()}"
    lost, kept = phone.add(dependsOn=[key], **{"as": grant}), colleague.add(dependsOn=[key], **{"as": grant})
    await phone.send(lost)
    await colleague.send(kept)
    house.people.grants[phone.account] = set()
    house.uploads.done.add(key[5:])
    await house.engine.complete(house.agency, [key])
    assert await status_of(phone, lost) == "forbidden"
    assert await status_of(colleague, kept) == "applied"


async def test_deferred_work_of_an_account_that_is_gone_is_refused(house: House) -> None:
    phone = house.phone()
    key = f"file:{uuid4()}"
    item = phone.add(dependsOn=[key])
    await phone.send(item)
    house.people.gone.add(phone.account)
    house.uploads.done.add(key[5:])
    await house.engine.complete(house.agency, [key])
    assert await status_of(phone, item) == "forbidden"


async def test_work_for_another_role_wakes_with_that_role(house: House) -> None:
    """An act of the same account in one role says nothing about its others."""
    phone = house.phone()
    grant = uuid4()
    house.people.grants[phone.account] = {grant}
    first = uuid7()
    item = phone.add(dependsOn=[first], **{"as": grant})
    await phone.send(item)
    await house.engine.execute(house.people.at(phone.account).own, "thing.add", uuid7(), {"title": "x"}, id=first)
    assert await status_of(phone, item) == "applied"


async def test_deferred_work_of_the_server_itself_runs(house: House) -> None:
    first, record = uuid7(), uuid7()
    actor = system_actor(house.agency)
    waiting = await house.engine.execute(actor, "thing.add", record, {"title": "Sistem"}, depends_on=[first])
    assert waiting.status == "deferred"
    await house.engine.execute(actor, "thing.add", uuid7(), {"title": "Dulu"}, id=first)
    rows = await house.rows("SELECT change FROM sync_record WHERE id = :id", id=record)
    assert "Sistem" in rows[0][0]


async def test_the_time_of_making_does_not_move_while_it_waits(house: House, clock: SettableClock) -> None:
    phone = house.phone()
    first = phone.add()
    item = phone.add(dependsOn=[first["id"]])
    await phone.send(item)
    clock.advance(timedelta(days=2))
    await phone.send(first)
    rows = await house.rows("SELECT made, arrived FROM sync_mutation ORDER BY seq")
    assert rows[0][0] - rows[1][0] == 2 * 86_400_000
    assert rows[1][0] == rows[1][1]


# --- at rest --------------------------------------------------------------------------------------


async def raw_bytes(house: House, tmp_path: Path) -> bytes:
    """Everything that the database wrote about deferred items, as it lies on the disk."""
    if house.engine.store.postgres:
        rows = await house.rows("SELECT CAST(m AS text) FROM sync_mutation m")
        return "".join(row[0] for row in rows).encode()
    return b"".join(path.read_bytes() for path in tmp_path.glob("sambung.sqlite3*"))


async def test_content_that_waits_is_encrypted(house: House, tmp_path: Path) -> None:
    phone = house.phone()
    await phone.send(phone.add("RAHASIA-KESEHATAN", dependsOn=[uuid7()]))
    raw = await raw_bytes(house, tmp_path)
    assert phone.device.encode() in raw
    assert b"RAHASIA-KESEHATAN" not in raw


async def test_after_five_days_content_and_id_are_forgotten_and_the_phone_makes_it_new(
    house: House, clock: SettableClock
) -> None:
    phone = house.phone()
    first = phone.add("Satu")
    old = phone.add("Lama", dependsOn=[first["id"]])
    internal = phone.add("Rusak", args={"boom": True})
    await phone.send(old, internal)
    clock.advance(timedelta(days=4))
    young = phone.add("Muda", dependsOn=[first["id"]])
    await phone.send(young)
    clock.advance(timedelta(days=1, hours=1))
    assert await retention.forget_deferred(house.engine, clock.now()) == 1
    assert await retention.forget_deferred(house.engine, clock.now()) == 0
    await phone.send(first)
    assert await status_of(phone, young) == "applied"
    [again] = await phone.send(old)
    assert again["status"] == "applied"
    assert await status_of(phone, internal) == "internal"


async def test_after_400_days_a_mutation_keeps_id_owner_hash_and_status(house: House, clock: SettableClock) -> None:
    phone, thief = house.phone(), house.phone()
    items = [phone.add(str(n)) for n in range(3)]
    bad = phone.add("")
    await phone.send(*items, bad)
    clock.advance(timedelta(days=401))
    young = phone.add("Baru")
    await phone.send(young)
    assert await retention.shrink_mutations(house.engine, clock.now()) == 4
    results = await phone.send(*items, bad)
    assert [(one["status"], one.get("first")) for one in results[:3]] == [("duplicate", "applied")] * 3
    assert results[3]["status"] == "rejected"
    [changed] = await phone.send({**items[0], "args": {"title": "Lain"}})
    [stolen] = await thief.send(items[0])
    assert changed["code"] == stolen["code"] == "id_reused"
    [row] = await house.rows("SELECT * FROM sync_mutation WHERE id = :id", id=items[0]["id"])
    assert len([value for value in row if value is not None]) == 5  # agency and account are the owner
    assert await retention.shrink_mutations(house.engine, clock.now()) == 0


# --- withdrawing ----------------------------------------------------------------------------------


def withdraw(phone: Phone, item: dict[str, object]) -> object:
    return phone.item("sync.withdraw", {"mutation": item["id"]})


async def test_a_late_copy_of_a_withdrawn_unknown_item_has_no_effect(house: House) -> None:
    phone = house.phone()
    item = phone.add()
    [result] = await phone.send(withdraw(phone, item))
    assert result["status"] == "applied"
    for _ in range(2):
        [late] = await phone.send(item)
        assert (late["status"], late.get("code")) == ("rejected", "withdrawn")
    await phone.pull()
    assert phone.records == {}


async def test_a_deferred_item_can_be_withdrawn(house: House) -> None:
    phone = house.phone()
    first = phone.add()
    item = phone.add(dependsOn=[first["id"]])
    await phone.send(item)
    behind = phone.add(dependsOn=[item["id"]])
    await phone.send(behind)
    [result] = await phone.send(withdraw(phone, item))
    assert result["status"] == "applied"
    await phone.send(first)
    assert await status_of(phone, item) == "withdrawn"
    assert await status_of(phone, behind) == "dependency"
    assert await house.rows("SELECT 1 FROM sync_mutation WHERE sealed IS NOT NULL") == []


async def test_an_item_and_its_withdrawal_may_meet_in_one_batch(house: House) -> None:
    phone = house.phone()
    waiting, good = phone.add(dependsOn=[uuid7()]), phone.add()
    results = await phone.send(withdraw(phone, waiting), withdraw(phone, good), waiting, good)
    assert [(one["status"], one.get("code")) for one in results] == [
        ("applied", None), ("rejected", "state"), ("rejected", "withdrawn"), ("applied", None),
    ]  # fmt: skip
    assert await status_of(phone, waiting) == "withdrawn"


async def test_an_accepted_item_cannot_be_withdrawn(house: House) -> None:
    phone = house.phone()
    item = phone.add()
    await phone.send(item)
    [result] = await phone.send(withdraw(phone, item))
    assert (result["status"], result["code"]) == ("rejected", "state")
    await phone.pull()
    assert len(phone.records) == 1


async def test_nobody_withdraws_anothers_item(house: House) -> None:
    phone, thief = house.phone(), house.phone()
    done, waiting = phone.add(), phone.add(dependsOn=[uuid7()])
    await phone.send(done, waiting)
    for item in (done, waiting):
        [result] = await thief.send(withdraw(thief, item))
        assert (result["status"], result["code"]) == ("rejected", "not_found")
    assert await status_of(phone, waiting) == "deferred"
