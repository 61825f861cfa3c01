"""Whatever a client sends: an answer in our envelope, no crash, nothing stored that cannot be read again."""

import json
from typing import Any

import orjson
import pytest

from sync.devices import without
from sync.ids import uuid7
from tests.sync.domain import House


def deep(levels: int) -> Any:
    value: Any = "x"
    for _ in range(levels):
        value = [value]
    return value


FIRST = "0001-01-01T00:00:00.000Z"
HOSTILE: dict[str, dict[str, Any]] = {
    "deep": {"args": {"title": deep(600)}},
    "deep base": {"base": {"title": deep(600)}},
    "deep elsewhere": {"clock": {"wall": deep(600)}, "extra": deep(600)},
    "huge int": {"args": {"title": 2**70}},
    "huge seq": {"seq": 2**70},
    "huge version": {"baseVersion": 2**70},
    "half a pair": {"args": {"title": "\ud800"}},
    "half a pair in a name": {"args": {"\udfff": "x"}},
    "half a pair in a kind": {"kind": "\ud800"},
    "half a pair as id": {"id": "\ud800"},
    "half a pair elsewhere": {"extra": "\ud800", "clock": {"wall": "\ud800Z"}},
    "nul": {"args": {"title": "\x00"}},
    "nul in a kind": {"kind": "thing.add\x00", "args": {"title": "\x00"}},
    "not a number": {"args": {"title": float("nan")}},
    "many names": {"dependsOn": [uuid7() for _ in range(10_000)]},
    "wrong names": {"dependsOn": ["file:../../etc/passwd", "'; DROP TABLE sync_mutation; --"]},
    "wrong types": {"seq": "1", "args": [], "seen": 7, "base": "x", "dependsOn": {}, "clock": 4},
    "true as a number": {"seq": True, "kindVersion": True},
    "a list": {"args": {"title": ["x"], "audience": {}}},
    "upper case": {"id": uuid7().upper()},
    "line end": {"id": uuid7() + "\n"},
    "huge clock": {"clock": {"sinceMs": 10**400, "lastServer": "9999-12-31T23:59:59.999Z", "wall": FIRST}},
    "odd clock": {"clock": {"lastServer": FIRST, "sinceMs": -1e300, "wall": "Z", "lastWall": "²Z"}},
    "a date for a clock": {"clock": {"wall": "2026-11-21Z", "lastServer": "20261121Z", "lastWall": "2026-W47-6Z"}},
    "bad old args": {"kindVersion": 2, "args": {"title": "no name in it"}},
    "unknown grant": {"as": "x"},
    "empty": {"id": "", "kind": "", "record": ""},
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
async def test_one_hostile_item_harms_nobody(house: House, name: str) -> None:
    phone = house.phone()
    bad, good = {**phone.add("Jahat"), **HOSTILE[name]}, phone.add("Baik")
    batch = {
        "protocol": "sambung-sync/1", "requestId": uuid7(), "account": phone.account, "deviceId": phone.device,
        "appVersion": "1.0.0", "highSeq": 2, "mutations": [bad, good],
    }  # fmt: skip
    for _ in range(2):
        answer = await house.engine.push(house.people.at(phone.account), batch)
        assert answer["code"] is None
        assert len(answer["results"]) == 2
        assert answer["results"][0]["status"] in ("applied", "duplicate", "rejected", "deferred", "retry")
        assert answer["results"][1]["status"] in ("applied", "duplicate")
        orjson.loads(orjson.dumps(answer))
    page = await phone.pull(check=True)
    assert page["check"] == phone.digest()


ENVELOPES: dict[str, dict[str, Any]] = {
    "version with digits of another kind": {"appVersion": "²"},
    "version with nul": {"appVersion": "1\x00"},
    "version with half a pair": {"appVersion": "\ud800"},
    "voided of another type": {"voided": ["x"]},
    "too many voided": {"voided": list(range(1, 10_002))},
    "high number": {"highSeq": 2**31 - 1},
    "higher number": {"highSeq": 2**40},
    "no list": {"mutations": {"0": {}}},
    "nothing in the list": {"mutations": [None, 1, "x", [], {}]},
    "half a pair as request": {"requestId": "\ud800"},
    "deep list": {"mutations": [deep(600), deep(600)]},
}


@pytest.mark.parametrize("name", ENVELOPES)
async def test_hostile_envelopes_are_answered(house: House, name: str) -> None:
    phone = house.phone()
    batch = {
        "protocol": "sambung-sync/1", "requestId": uuid7(), "account": phone.account, "deviceId": phone.device,
        "mutations": [], **ENVELOPES[name],
    }  # fmt: skip
    answer = await house.engine.push(house.people.at(phone.account), batch)
    assert answer["code"] in (None, "malformed")
    orjson.loads(orjson.dumps(answer))
    [result] = await phone.send(phone.add())
    assert result["status"] == "applied"


async def test_a_backslash_before_a_word_is_no_nul(house: House) -> None:
    phone = house.phone()
    thing = phone.add("C:\\u0000")
    [result] = await phone.send(thing)
    assert result["status"] == "applied"
    await phone.pull()
    assert phone.body(thing["record"])["title"] == "C:\\u0000"


async def test_two_texts_under_one_id_in_a_batch_get_an_answer_each(house: House) -> None:
    phone = house.phone()
    item = phone.add("Satu")
    one, two, three = await phone.send(item, {**item, "args": {"title": "Dua"}}, {**item, "seq": "x"})
    assert [(r["status"], r.get("code")) for r in (one, two, three)] == [
        ("applied", None), ("rejected", "id_reused"), ("rejected", "invalid"),
    ]  # fmt: skip
    one, two = await phone.send(item, {**item, "args": {"title": "Dua"}})
    assert [(r["status"], r.get("code")) for r in (one, two)] == [("duplicate", None), ("rejected", "id_reused")]
    assert "receipt" not in two


async def test_a_batch_too_large_by_its_content_is_to_be_halved(house: House) -> None:
    phone = house.phone()
    items = [phone.add("x" * 3500) for _ in range(200)]
    await phone.send(*items)
    assert phone.last["code"] == "batch_too_large"
    for half in (items[:100], items[100:]):
        assert {one["status"] for one in await phone.send(*half)} == {"applied"}


async def test_what_cannot_be_halved_is_not_to_be_halved(house: House) -> None:
    """A phone that was told so for one item would ask for ever."""
    house.engine.max_batch_bytes = 1000
    phone = house.phone()
    [result] = await phone.send(phone.add("x" * 3500))
    assert result["status"] == "applied"


async def test_numbers_are_missing_only_while_they_are(house: House) -> None:
    phone = house.phone()
    items = [phone.add(str(n)) for n in range(3000)]
    for start in range(0, 3000, 2 * 250):
        await phone.send(*items[start : start + 500 : 2])
    assert len(phone.last["missingSeq"]) == 100
    assert phone.last["missingSeq"][:2] == [[2, 2], [4, 4]]
    [row] = await house.rows("SELECT gaps FROM sync_device")
    assert len(json.loads(row[0])) <= 1000
    for start in range(1, 3000, 1000):
        await phone.send(*items[start : start + 999 : 2])
    while asked := phone.last["missingSeq"]:  # with so many gaps more is asked after than is missing, never less
        await phone.send(*[items[seq - 1] for first, last in asked for seq in range(first, last + 1)][:500])
    await phone.pull()
    assert len(phone.records) == 3000


@pytest.mark.parametrize(
    ("ranges", "numbers", "left"),
    [
        ([[1, 5]], {3}, [[1, 2], [4, 5]]),
        ([[1, 5]], {1, 5}, [[2, 4]]),
        ([[1, 3], [5, 9]], {2, 3, 4, 5, 9, 99}, [[1, 1], [6, 8]]),
        ([[4, 4]], {4}, []),
        ([[4, 6]], {1, 2, 7}, [[4, 6]]),
        ([], {1}, []),
    ],
)
def test_taking_numbers_out_of_ranges(ranges: Any, numbers: set[int], left: Any) -> None:
    assert without(ranges, numbers) == left
