"""Declarations that cannot work do not start; what a declaration promises, every kind keeps."""

from dataclasses import replace
from typing import Any

import pytest

from sync.errors import Refusal
from sync.ids import uuid7
from sync.registry import DeclarationError, FieldSpec, MutationKind, Permission, RecordKind, Registry, Rule
from tests.sync.domain import ANYBODY, AddThing, House, Mark, MarkBody, Nothing, Phone, add, declare, mark, owners

RECORD = RecordKind("mark", MarkBody, "a mark")
KIND = MutationKind("mark.set", "mark", Rule.REGISTER, Mark, ANYBODY, mark, "set a mark")
OWNED = replace(RECORD, fields={"at": FieldSpec("owner")}, owners=owners)
APPEND: dict[str, Any] = {"rule": Rule.APPEND, "loser": "refuse"}


def closed(record: RecordKind = RECORD, kind: MutationKind = KIND) -> Registry:
    registry = Registry()
    registry.record(record)
    registry.mutation(kind)
    return registry.close()


@pytest.mark.parametrize(
    ("record", "kind", "why"),
    [
        (RECORD, replace(KIND, rule=None), "no conflict rule"),  # type: ignore[arg-type]
        (RECORD, replace(KIND, rule="register"), "no conflict rule"),  # type: ignore[arg-type]
        (RECORD, replace(KIND, may=None), "no permission"),  # type: ignore[arg-type]
        (RECORD, replace(KIND, may=Permission(ANYBODY.check, "")), "no permission"),
        (RECORD, replace(KIND, rule=Rule.FIELDS), "without an owner"),
        (replace(OWNED, owners=None), replace(KIND, rule=Rule.FIELDS), "without an owner"),
        (replace(OWNED, fields={"at": FieldSpec("")}), replace(KIND, rule=Rule.FIELDS), "without an owner"),
        (replace(OWNED, fields={"on": FieldSpec("owner")}), KIND, "not in its body"),
        (RECORD, replace(KIND, record="thing"), "unknown record kind"),
        (RECORD, replace(KIND, **{**APPEND, "loser": None}), "becomes of the loser"),
        (RECORD, replace(KIND, loser="keep"), "only an append kind"),
        (RECORD, replace(KIND, target=("thing", "at")), "unknown target"),
        (RECORD, replace(KIND, target=("mark", "thing")), "unknown target"),
        (RECORD, replace(KIND, within=("thing", "at")), "unknown whole"),
        (RECORD, replace(KIND, within=("mark", "thing")), "unknown whole"),
        (RECORD, replace(KIND, within=("mark", "at"), target=("mark", "at")), "unknown whole"),
        (RECORD, replace(KIND, version=4, upcasters={1: dict, 3: dict}), "no upcaster for version 2"),
        (RECORD, replace(KIND, seen_set=mark), "only a command"),  # type: ignore[arg-type]
        (RECORD, replace(KIND, **APPEND, first=mark), "looks for itself"),
    ],
)
def test_a_kind_without_what_it_needs_does_not_start(record: RecordKind, kind: MutationKind, why: str) -> None:
    with pytest.raises(DeclarationError, match=why):
        closed(record, kind)


def test_a_whole_declaration_starts() -> None:
    registry = closed(OWNED, replace(KIND, rule=Rule.FIELDS, version=3, upcasters={1: dict, 2: dict}))
    assert [kind.name for kind in registry.mutations()] == ["mark.set"]
    assert [kind.name for kind in registry.records()] == ["mark"]


def test_nothing_is_declared_twice_or_late_or_in_the_engines_name() -> None:
    registry = Registry()
    registry.record(RECORD)
    registry.mutation(KIND)
    with pytest.raises(DeclarationError, match="declared twice"):
        registry.record(RECORD)
    with pytest.raises(DeclarationError, match="declared twice"):
        registry.mutation(KIND)
    with pytest.raises(DeclarationError, match="engine itself"):
        registry.mutation(replace(KIND, name="sync.withdraw"))
    registry.close()
    with pytest.raises(DeclarationError, match="closed"):
        registry.mutation(replace(KIND, name="mark.other"))


def test_the_documentation_table_has_a_row_for_each_kind() -> None:
    registry = declare()
    rows = registry.table().splitlines()
    assert len(rows) == 2 + len(list(registry.mutations()))
    assert "| `thing.add` v3 | `thing` | append | anybody | add |" in rows


def test_groups_name_every_field_once() -> None:
    thing = declare().find_record("thing")
    assert thing.groups()["dates"] == ("start", "end")
    assert sorted(name for names in thing.groups().values() for name in names) == sorted(thing.fields)


async def test_what_only_the_server_does_is_unknown_to_phones(house: House) -> None:
    kinds = house.engine.registry._mutations
    kinds["mark.set"] = replace(kinds["mark.set"], internal=True)
    phone = house.phone()
    [result] = await phone.send(phone.item("mark.set", {"at": 1}))
    assert (result["status"], result["code"]) == ("rejected", "not_found")


async def test_a_loser_is_kept_with_a_mark_where_the_kind_says_so(house: House) -> None:
    async def keep(w: Any, items: Any) -> None:
        await add(w, items)
        for item in items:
            if item.lost:
                w.publish("thing", item.record, {"title": "kembar"}, {f"person:{item.actor.account}"})

    kinds = house.engine.registry._mutations
    kinds["thing.add"] = replace(kinds["thing.add"], loser="keep", handler=keep)
    phone = house.phone()
    first, second = phone.add(args={"key": "k"}), phone.add(args={"key": "k"})
    one, two = await phone.send(first, second)
    assert (one["status"], one.get("code")) == ("applied", None)
    assert (two["status"], two["code"]) == ("applied", "exists")
    [again] = await phone.send(second)
    assert (again["status"], again["first"], again["code"]) == ("duplicate", "applied", "exists")


@pytest.mark.parametrize("name", ["thing.edit", "thing.close"])
async def test_what_must_hold_first_is_asked_before_merge_and_view(house: House, name: str) -> None:
    """A lock is said even where the merge, or a stale view, would have been a conflict."""

    async def locked(_w: Any, _item: Any) -> None:
        raise Refusal("locked", "Terkunci.")

    phone = house.phone()
    thing = phone.add()
    await phone.send(thing)
    stale = {"record": thing["record"], "baseVersion": 7, "base": {"title": "lain"}, "seen": {thing["record"]: 7}}
    args = ARGS[name]
    [conflict] = await phone.send(phone.item(name, args, **stale))
    kinds = house.engine.registry._mutations
    kinds[name] = replace(kinds[name], first=locked)
    [result] = await phone.send(phone.item(name, args, **stale))
    assert conflict["status"] == "conflict"
    assert (result["status"], result["code"]) == ("rejected", "locked")


# --- the matrix: every kind, every end that its rule promises ---------------------------------------

ARGS: dict[str, dict[str, Any]] = {
    "thing.add": {"title": "x"}, "thing.edit": {"title": "y"}, "thing.close": {}, "thing.seal": {}, "thing.delete": {},
    "thing.take": {}, "mark.set": {"at": 1}, "thing.note": {"text": "x"},
}  # fmt: skip
KINDS = {kind.name: kind for kind in declare().mutations()}


def test_the_matrix_knows_every_kind() -> None:
    assert set(ARGS) == set(KINDS)


async def item_of(phone: Phone, name: str, **more: Any) -> Any:
    """An item of this kind that must be accepted, on a thing that the phone made and pulled."""
    kind = KINDS[name]
    if kind.rule in (Rule.APPEND, Rule.REGISTER) and kind.target is None:
        return phone.item(name, ARGS[name], kindVersion=kind.version, **more)
    thing = phone.add()
    await phone.send(thing)
    await phone.pull()
    if kind.target is not None:
        return phone.item(name, {**ARGS[name], kind.target[1]: thing["record"]}, **more)
    digest = "0" * 16 if kind.seen_set is not None else None
    seen = {thing["record"]: 1} if kind.rule is Rule.COMMAND else None
    return phone.item(
        name, ARGS[name], record=thing["record"], seen=seen, seenDigest=digest,
        base=dict.fromkeys(ARGS[name], "Buku"), baseVersion=1, **more,
    )  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
async def test_applied_once_and_remembered(house: House, name: str) -> None:
    phone = house.phone()
    item = await item_of(phone, name)
    [first] = await phone.send(item)
    [again] = await phone.send(item)
    assert first["status"] == "applied", first
    assert (again["status"], again["first"]) == ("duplicate", "applied")
    assert again["receipt"] == first["receipt"]
    assert ("proof" in first) is KINDS[name].proof
    assert (await phone.pull(check=True))["check"] == phone.digest()


@pytest.mark.parametrize("name", KINDS)
async def test_args_that_do_not_fit_are_invalid(house: House, name: str) -> None:
    phone = house.phone()
    item = await item_of(phone, name)
    [result] = await phone.send({**item, "args": {**item["args"], "unheardOf": 1}})
    assert (result["status"], result["code"]) == ("rejected", "invalid")
    assert set(result["fields"]) == {"unheardOf"}


@pytest.mark.parametrize("name", KINDS)
async def test_who_may_not_see_it_is_told_nothing(house: House, name: str) -> None:
    phone, stranger = house.phone(), house.phone()
    item = await item_of(phone, name)
    [result] = await stranger.send({**item, "id": uuid7(), "seq": 1})
    if KINDS[name].rule in (Rule.APPEND, Rule.REGISTER) and KINDS[name].target is None:
        assert result["status"] == "applied"
        return
    assert (result["status"], result["code"]) == ("rejected", "not_found")
    assert "server" not in result


@pytest.mark.parametrize("name", KINDS)
async def test_a_failed_dependency_ends_it_by_its_rule(house: House, name: str) -> None:
    phone = house.phone()
    bad = phone.add("")
    await phone.send(bad)
    [result] = await phone.send(await item_of(phone, name, dependsOn=[bad["id"]]))
    chained = KINDS[name].rule in (Rule.COMMAND, Rule.FIELDS)
    assert (result["status"], result["code"]) == (("conflict", "chain") if chained else ("rejected", "dependency"))


@pytest.mark.parametrize("name", KINDS)
async def test_a_change_in_between_is_judged_by_its_rule(house: House, name: str) -> None:
    phone = house.phone()
    other = house.phone(phone.account)
    item = await item_of(phone, name)
    target = KINDS[name].target
    record = item["args"][target[1]] if target else item["record"]
    await other.send(other.item("thing.edit", {"phone": "0812"}, record=record, base={}, baseVersion=1))
    [result] = await phone.send(item)
    assert result["status"] == {Rule.COMMAND: "conflict", Rule.FIELDS: "merged"}.get(KINDS[name].rule, "applied")


def test_models_of_the_matrix_are_the_declared_ones() -> None:
    assert KINDS["thing.add"].args is AddThing
    assert KINDS["thing.close"].args is Nothing
