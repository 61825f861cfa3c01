"""Accepting mutations: once, in order, with an answer for everything."""

import asyncio
from datetime import timedelta
from typing import Any

from sync.ids import uuid4, uuid7
from sync.receipts import read
from tests.support.clock import SettableClock
from tests.sync.domain import House


async def test_accepted_item_gets_receipt_version_feed_and_proof(house: House) -> None:
    phone = house.phone()
    item = phone.add()
    [result] = await phone.send(item)
    assert result["status"] == "applied"
    assert result["version"] == 1
    assert result["feed"] == "1"
    assert read(result["receipt"]) == result["receipt"]
    assert result["proof"]
    assert phone.last["missingSeq"] == []
    await phone.pull()
    assert phone.body(item["record"])["title"] == "Buku"


async def test_resent_item_is_a_duplicate_with_the_first_receipt(house: House) -> None:
    phone = house.phone()
    item = phone.add()
    [first] = await phone.send(item)
    for _ in range(3):
        [again] = await phone.send(item)
        assert again["status"] == "duplicate"
        assert again["first"] == "applied"
        assert {name: again[name] for name in ("receipt", "version", "feed", "proof")} == {
            name: first[name] for name in ("receipt", "version", "feed", "proof")
        }
    await phone.pull()
    assert len(phone.records) == 1


async def test_same_item_twice_in_one_batch_acts_once(house: House) -> None:
    phone = house.phone()
    item = phone.add()
    one, two = await phone.send(item, item)
    assert one["status"] == "applied"
    assert two["receipt"] == one["receipt"]
    await phone.pull()
    assert phone.version(item["record"]) == 1


async def test_same_id_with_another_text_shows_nothing(house: House) -> None:
    phone = house.phone()
    item = phone.add("Rahasia")
    await phone.send(item)
    [result] = await phone.send({**item, "args": {"title": "Lain"}})
    assert (result["status"], result.get("code")) == ("rejected", "id_reused")
    assert "server" not in result
    assert "receipt" not in result


async def test_id_of_another_owner_shows_nothing(house: House) -> None:
    phone, thief = house.phone(), house.phone()
    item = phone.add("Rahasia")
    await phone.send(item)
    [result] = await thief.send(item)
    assert (result["status"], result["code"]) == ("rejected", "id_reused")
    assert set(result) == {"id", "status", "code", "message"}


async def test_sixteen_connections_sending_the_same_batch_act_once(house: House) -> None:
    phone = house.phone()
    items = [phone.add(str(n)) for n in range(10)]
    answers = await asyncio.gather(*(phone.send(*items) for _ in range(16)))
    counted = [one["status"] for answer in answers for one in answer]
    assert counted.count("applied") == 10
    assert counted.count("duplicate") == 150
    assert len({one["receipt"] for answer in answers for one in answer}) == 10
    await phone.pull()
    assert len(phone.records) == 10


async def test_missing_and_voided_numbers(house: House) -> None:
    phone = house.phone()
    items = [phone.add(str(n)) for n in range(8)]
    await phone.send(items[0], items[3], items[6], voided=[2])
    assert phone.last["missingSeq"] == [[3, 3], [5, 6], [8, 8]]
    await phone.send(items[2], items[4], items[5])
    assert phone.last["missingSeq"] == [[8, 8]]
    await phone.send(items[7])
    assert phone.last["missingSeq"] == []


async def test_copied_profile_is_told_to_take_a_new_device(house: House) -> None:
    phone = house.phone()
    clone = house.phone(phone.account)
    clone.device = phone.device
    await phone.send(phone.add("Satu"))
    twin = clone.add("Dua")
    assert await clone.send(twin) == []
    assert clone.last["code"] == "device_forked"
    clone.device = uuid4()
    [result] = await clone.send(twin)
    assert result["status"] == "applied"


async def test_device_of_another_account_is_refused_unread(house: House) -> None:
    phone, other = house.phone(), house.phone()
    await phone.send(phone.add())
    other.device = phone.device
    assert await other.send(other.add()) == []
    assert other.last["code"] == "device_forked"


async def test_batch_of_another_account_is_not_read(house: House) -> None:
    phone = house.phone()
    assert await phone.send(phone.add(), account=uuid4()) == []
    assert phone.last["code"] == "device_owner"
    await phone.pull()
    assert phone.records == {}


async def test_unknown_and_newer_kinds_are_retried_and_leave_no_row(house: House) -> None:
    phone = house.phone()
    unknown, newer = phone.item("thing.fly"), phone.item("thing.add", {"title": "x"}, kindVersion=4)
    results = await phone.send(unknown, newer)
    assert [one["status"] for one in results] == ["retry", "retry"]
    assert phone.last["missingSeq"] == [[1, 2]]


async def test_old_versions_are_upcast_and_very_old_ones_refused(house: House) -> None:
    phone = house.phone()
    old = phone.item("thing.add", {"name": "Lama"}, kindVersion=2)
    ancient = phone.item("thing.add", {"n": "Kuno"}, kindVersion=1)
    one, two = await phone.send(old, ancient)
    assert one["status"] == "applied"
    assert (two["status"], two["code"]) == ("rejected", "too_old")
    await phone.pull()
    assert phone.body(old["record"])["title"] == "Lama"


async def test_bad_items_are_refused_alone(house: House) -> None:
    phone = house.phone()
    empty = phone.add("")
    stray = phone.item("thing.add", {"title": "x", "colour": "red"}, kindVersion=3)
    shapeless: Any = {"id": uuid7(), "seq": "four"}
    zero = phone.add("a\u0000b")
    huge = phone.add("x" * 70_000)
    good = phone.add("Baik")
    results = await phone.send(empty, stray, shapeless, zero, huge, good)
    assert [one["status"] for one in results] == ["rejected"] * 5 + ["applied"]
    assert {one["code"] for one in results[:5]} == {"invalid"}
    assert results[0]["fields"] == {"title": "Terlalu pendek."}
    assert all(one["message"] for one in results[:5])


async def test_malformed_envelopes_have_a_code_and_touch_nothing(house: House) -> None:
    viewer = house.people.at(uuid7())
    for raw in (None, [], "x", {}, {"protocol": "sambung-sync/1"}, {"requestId": 1}):
        answer = await house.engine.push(viewer, raw)
        assert answer["code"] == "malformed"
        assert answer["results"] == []
    phone = house.phone()
    await phone.send(protocol="sambung-sync/9")
    assert phone.last["code"] == "update_needed"
    await phone.send(*[phone.add() for _ in range(501)])
    assert phone.last["code"] == "batch_too_large"


async def test_a_defect_sets_one_item_aside_and_the_rest_goes_through(house: House) -> None:
    phone = house.phone()
    before, bad, after = phone.add("Satu"), phone.add("Dua", args={"boom": True}), phone.add("Tiga")
    results = await phone.send(before, bad, after)
    assert [one["status"] for one in results] == ["applied", "deferred", "applied"]
    assert results[1]["code"] == "internal"
    assert house.alarms == ["deferred_internal"]
    house.engine.ports["repaired"].add("yes")
    await house.engine.replay(house.agency, bad["id"])
    [again] = await phone.send(bad)
    assert (again["status"], again["first"]) == ("duplicate", "applied")
    assert again["receipt"]
    await phone.pull()
    assert len(phone.records) == 3


async def test_a_defect_in_a_command_undoes_what_it_published(house: House) -> None:
    phone = house.phone()
    thing = phone.add()
    await phone.send(thing)
    close = phone.item("thing.close", {"boom": True}, record=thing["record"], seen={thing["record"]: 1})
    [result] = await phone.send(close)
    assert (result["status"], result["code"]) == ("deferred", "internal")
    await phone.pull()
    assert phone.body(thing["record"])["state"] == "open"


async def test_natural_key_has_one_winner_the_lower_number(house: House) -> None:
    phone = house.phone()
    first, second = phone.add("A", args={"key": "k"}), phone.add("B", args={"key": "k"})
    first["id"], second["id"] = second["id"], first["id"]  # ids order nothing
    two, one = await phone.send(second, first)
    assert one["status"] == "applied"
    assert (two["status"], two["code"]) == ("rejected", "exists")


async def test_record_id_taken_by_somebody_else_is_refused(house: House) -> None:
    phone, other = house.phone(), house.phone()
    thing = phone.add()
    await phone.send(thing)
    [result] = await other.send(other.add(record=thing["record"]))
    assert (result["status"], result["code"]) == ("rejected", "exists")
    await phone.pull()
    assert phone.version(thing["record"]) == 1


async def test_time_of_making_is_evidence_within_bounds(house: House, clock: SettableClock) -> None:
    phone = house.phone()
    await phone.send(phone.add())
    server = phone.last["serverTime"]
    clock.advance(timedelta(hours=5))
    late = phone.add("Sore")
    late["clock"] = {"wall": "1970-01-01T01:00:00.000Z", "lastServer": server, "lastWall": "1970-01-01T00:00:00.000Z"}
    nonsense = phone.add("Aneh")
    nonsense["clock"] = {"wall": "kemarin", "lastServer": 12, "lastWall": None, "sinceMs": "x"}
    results = await phone.send(late, nonsense)
    assert [one["status"] for one in results] == ["applied", "applied"]
    async with house.engine.database.reading() as connection:
        rows = await house.engine.store.run(connection, "SELECT seq, arrived - made FROM sync_mutation ORDER BY seq")
    assert [row[1] for row in rows] == [0, 4 * 3_600_000, 0]


async def test_execute_acts_once_for_the_same_id(house: House) -> None:
    actor = house.people.at(uuid7()).own
    id, record = uuid7(), uuid7()
    answers = [await house.engine.execute(actor, "thing.add", record, {"title": "Jam"}, id=id) for _ in range(3)]
    assert [answer.status for answer in answers] == ["applied", "duplicate", "duplicate"]
    assert len({answer.receipt for answer in answers}) == 1
