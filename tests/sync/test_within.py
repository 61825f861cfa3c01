"""Parts of a whole: rights follow from the whole's record, merging from the part's own."""

from __future__ import annotations

import pytest

from sync.actors import Actor
from sync.ids import uuid7
from sync.registry import FieldSpec, MutationKind, Permission, RecordKind, Rule, Wire
from sync.writing import Item, StoredRecord, Writing
from tests.sync.domain import House
from tests.sync.test_rules import shared


class Part(Wire):
    thing: str
    text: str | None = None


def _made_it(actor: Actor, _item: Item, whole: StoredRecord | None) -> bool:
    return whole is not None and whole.body.get("owner") == actor.account


async def write(w: Writing, item: Item) -> None:
    """A part shows to whoever sees its thing."""
    thing = w.state(("thing", item.args.thing))
    assert thing is not None
    w.publish("part", item.record, item.merged, thing.audiences)


@pytest.fixture(autouse=True)
def parts(house: House) -> None:
    """The small domain knows parts of a thing too."""
    registry = house.engine.registry
    registry._records["part"] = RecordKind(
        "part", Part, "a part of a thing", fields={"thing": FieldSpec("writer"), "text": FieldSpec("writer")},
        owners=lambda _actor, _stored: frozenset({"writer"}),
    )  # fmt: skip
    registry._mutations["part.write"] = MutationKind(
        "part.write", "part", Rule.FIELDS, Part, Permission(_made_it, "who made the thing"), write, "write",
        creates=True, within=("thing", "thing"),
    )  # fmt: skip


async def test_a_part_is_judged_by_its_whole(house: House) -> None:
    """Who may not write the whole may not write its parts; without a whole, or with one unseen, nothing is told."""
    mine, other = house.phone(), house.phone()
    seen = await shared(house, mine, other)
    unseen = mine.add()
    await mine.send(unseen)
    part = uuid7()
    [foreign] = await other.send(other.item("part.write", {"thing": seen, "text": "x"}, record=part))
    [hidden] = await other.send(other.item("part.write", {"thing": unseen["record"], "text": "x"}, record=part))
    [nowhere] = await other.send(other.item("part.write", {"thing": uuid7(), "text": "x"}, record=part))
    assert [foreign["code"], hidden["code"], nowhere["code"]] == ["forbidden", "not_found", "not_found"]
    [done] = await mine.send(mine.item("part.write", {"thing": seen, "text": "x"}, record=part))
    assert done["status"] == "applied"
    await other.pull()
    assert other.body(part, "part")["text"] == "x"


async def test_parts_merge_on_their_own(house: House) -> None:
    """Two phones of one owner: the same part, begun by both, conflicts; another part of the same whole does not."""
    one = house.phone()
    record, two = await shared(house, one), house.phone(account=one.account)
    part = uuid7()
    first, second, apart = (
        one.item("part.write", {"thing": record, "text": "satu"}, record=part),
        two.item("part.write", {"thing": record, "text": "dua"}, record=part),
        two.item("part.write", {"thing": record, "text": "lain"}, record=uuid7()),
    )
    [done] = await one.send(first)
    results = {one["id"]: one for one in await two.send(second, apart)}
    assert done["status"] == "applied"
    assert results[second["id"]]["status"] == "conflict"
    assert results[second["id"]]["server"]["text"] == "satu"
    assert results[apart["id"]]["status"] == "applied"


async def test_a_part_waits_in_its_batch_for_what_makes_the_whole(house: House) -> None:
    """Whole and part in one batch, the part first by chance: it is judged after the whole is there."""
    phone = house.phone()
    made = phone.add()
    part = phone.item("part.write", {"thing": made["record"], "text": "x"}, record=uuid7(), dependsOn=[made["id"]])
    results = await phone.send(part, made)
    assert {one["status"] for one in results} == {"applied"}
