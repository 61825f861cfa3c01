"""The five conflict rules: what merges, what conflicts, who wins, and what is told to whom."""

from dataclasses import replace
from typing import Any

import pytest

from sync.digest import digest_of
from sync.errors import Refusal
from sync.ids import uuid4, uuid7
from sync.writing import Item, Writing
from tests.sync.domain import House, Phone


async def shared(house: House, *phones: Phone, **fields: Any) -> str:
    """A thing that all these phones see and have pulled; the first one made it."""
    thing = phones[0].add("Awal", args={"audience": f"agency:{house.agency}"})
    await phones[0].send(thing)
    if fields:
        await phones[0].send(edit(phones[0], thing["record"], fields, base_version=1))
    for phone in phones:
        await phone.pull()
    return str(thing["record"])


def edit(
    phone: Phone, record: str, fields: dict[str, Any], *, base: dict[str, Any] | None = None,
    base_version: int | None = None, **more: Any,
) -> Any:  # fmt: skip
    """An edit over what the phone shows."""
    shown = phone.records.get(("thing", record))
    body = {} if shown is None else shown["body"]
    base = base if base is not None else {name: body.get(name) for name in fields}
    version = base_version or (None if shown is None else shown["version"])
    return phone.item("thing.edit", fields, record=record, base=base, baseVersion=version, **more)


def command(phone: Phone, kind: str, record: str, **more: Any) -> Any:
    """A command by somebody who saw what the phone shows."""
    return phone.item(kind, record=record, **{"seen": {record: phone.version(record)}, **more})


async def two_desks(house: House) -> tuple[Phone, Phone]:
    """Two phones of one account: what one made, the other one may own but has not seen."""
    phone = house.phone()
    return phone, house.phone(phone.account)


# --- fields ---------------------------------------------------------------------------------------


async def test_edits_of_different_fields_merge_and_show_the_result(house: House) -> None:
    one, two = await two_desks(house)
    record = await shared(house, one, two)
    [first] = await one.send(edit(one, record, {"title": "Baru"}))
    [second] = await two.send(edit(two, record, {"phone": "0812"}))
    assert first["status"] == "applied"
    assert second["status"] == "merged"
    assert second["server"]["title"] == "Baru"
    assert second["server"]["phone"] == "0812"
    await one.pull()
    assert one.body(record)["phone"] == "0812"


async def test_the_same_field_changed_on_both_sides_is_a_conflict_and_nothing_is_applied(house: House) -> None:
    one, two = await two_desks(house)
    record = await shared(house, one, two)
    await one.send(edit(one, record, {"title": "Satu"}))
    late = edit(two, record, {"title": "Dua", "phone": "0812"})
    [result] = await two.send(late)
    assert result["status"] == "conflict"
    assert result["conflicts"] == ["title"]
    assert result["server"]["title"] == "Satu"
    await one.pull()
    assert one.body(record)["title"] == "Satu"
    assert "phone" not in one.body(record)
    [again] = await two.send(late)
    assert (again["status"], again["conflicts"], again["server"]["title"]) == ("conflict", ["title"], "Satu")


async def test_the_same_value_on_both_sides_is_no_conflict(house: House) -> None:
    one, two = await two_desks(house)
    record = await shared(house, one, two)
    await one.send(edit(one, record, {"title": "Sama"}))
    [result] = await two.send(edit(two, record, {"title": "Sama"}))
    assert result["status"] == "merged"


async def test_fields_of_one_group_conflict_together(house: House) -> None:
    one, two = await two_desks(house)
    record = await shared(house, one, two, start=1, end=9)
    dates = {"start": 1, "end": 9}
    [first] = await one.send(edit(one, record, {"start": 5}, base=dates))
    [result] = await two.send(edit(two, record, {"end": 3}, base=dates))
    assert first["status"] == "applied"
    assert result["status"] == "conflict"
    assert result["conflicts"] == ["end", "start"]


async def test_a_field_of_another_owner_is_forbidden(house: House) -> None:
    phone = house.phone()
    record = await shared(house, phone)
    [result] = await phone.send(edit(phone, record, {"rank": "IV/a", "title": "Baru"}))
    assert (result["status"], result["code"]) == ("rejected", "forbidden")
    assert set(result["fields"]) == {"rank"}
    await phone.pull()
    assert phone.body(record)["title"] == "Awal"


async def test_a_kind_that_creates_makes_the_record_by_its_fields(house: House) -> None:
    phone = house.phone()
    record = uuid7()
    [result] = await phone.send(edit(phone, record, {"title": "Baru"}))
    assert (result["status"], result["version"]) == ("applied", 1)
    await phone.pull()
    assert phone.body(record)["title"] == "Baru"


async def test_an_edit_of_a_record_that_was_seen_but_is_not_here_is_not_a_creation(house: House) -> None:
    phone = house.phone()
    [result] = await phone.send(edit(phone, uuid7(), {"title": "Baru"}, base_version=3))
    assert (result["status"], result["code"]) == ("rejected", "not_found")


@pytest.mark.parametrize("apart", [False, True], ids=["one batch", "a batch each"])
async def test_a_chain_of_own_unpulled_edits_neither_conflicts_nor_shows_as_merged(house: House, apart: bool) -> None:
    phone = house.phone()
    record = uuid7()
    make = edit(phone, record, {"title": "A"})
    second = edit(phone, record, {"title": "B"}, base={"title": "A"}, dependsOn=[make["id"]])
    other = edit(phone, record, {"phone": "0812"}, base={"phone": None}, dependsOn=[make["id"]])
    third = edit(phone, record, {"title": "C"}, base={"title": "B"}, dependsOn=[second["id"]])
    items = [make, second, other, third]
    results = [(await phone.send(item))[0] for item in items] if apart else await phone.send(*items)
    assert [one["status"] for one in results] == ["applied"] * 4
    await phone.pull()
    assert (phone.body(record)["title"], phone.body(record)["phone"]) == ("C", "0812")


async def test_an_edit_of_a_deleted_record_is_gone_for_those_who_saw_it(house: House) -> None:
    one, two = await two_desks(house)
    stranger = house.phone()
    record = await shared(house, one, two)
    private = one.add()
    await one.send(command(one, "thing.delete", record), private)
    await one.pull()
    await one.send(command(one, "thing.delete", private["record"]))
    [seen] = await two.send(edit(two, record, {"title": "Telat"}))
    [hidden] = await stranger.send(edit(stranger, private["record"], {"title": "x"}))
    assert (seen["status"], seen["code"]) == ("rejected", "gone")
    assert (hidden["status"], hidden["code"]) == ("rejected", "not_found")
    assert "server" not in seen


# --- command --------------------------------------------------------------------------------------


async def test_a_command_over_a_fresh_view_runs(house: House) -> None:
    phone = house.phone()
    record = await shared(house, phone)
    [result] = await phone.send(command(phone, "thing.close", record))
    assert result["status"] == "applied"
    await phone.pull()
    assert phone.body(record)["state"] == "closed"


async def test_a_command_over_a_stale_view_is_a_conflict(house: House) -> None:
    one, two = house.phone(), house.phone()
    record = await shared(house, one, two)
    await one.send(edit(one, record, {"title": "Diubah"}))
    [result] = await two.send(command(two, "thing.close", record))
    assert result["status"] == "conflict"
    assert result["server"]["title"] == "Diubah"


async def test_a_command_on_a_record_never_seen_is_a_conflict(house: House) -> None:
    one, two = house.phone(), house.phone()
    record = await shared(house, one)
    [result] = await two.send(two.item("thing.close", record=record))
    assert result["status"] == "conflict"


async def test_own_named_work_counts_as_seen(house: House) -> None:
    phone = house.phone()
    record = await shared(house, phone)
    change = edit(phone, record, {"title": "Sendiri"})
    await phone.send(change)
    [result] = await phone.send(command(phone, "thing.close", record, dependsOn=[change["id"]]))
    assert result["status"] == "applied"


async def test_own_record_not_pulled_yet_needs_no_version(house: House) -> None:
    phone = house.phone()
    make = phone.add()
    close = phone.item("thing.close", record=make["record"], dependsOn=[make["id"]])
    assert [one["status"] for one in await phone.send(make, close)] == ["applied", "applied"]
    make = phone.add()
    await phone.send(make)
    [result] = await phone.send(phone.item("thing.close", record=make["record"], dependsOn=[make["id"]]))
    assert result["status"] == "applied"


async def test_work_of_another_phone_of_the_same_account_is_not_seen(house: House) -> None:
    one, two = await two_desks(house)
    record = await shared(house, one, two)
    await two.send(edit(two, record, {"title": "Dari HP lain"}))
    [result] = await one.send(command(one, "thing.close", record))
    assert result["status"] == "conflict"


async def test_own_work_does_not_hide_somebody_elses_in_between(house: House) -> None:
    one, two = house.phone(), house.phone()
    record = await shared(house, one, two)
    note = two.item("thing.note", {"thing": record, "text": "x"})
    mine = edit(one, record, {"phone": "0812"})
    await two.send(note)
    await one.send(mine)
    [result] = await one.send(command(one, "thing.close", record, dependsOn=[mine["id"]]))
    assert result["status"] == "conflict"


async def test_a_version_from_a_lost_future_is_stale(house: House) -> None:
    phone = house.phone()
    record = await shared(house, phone)
    [result] = await phone.send(command(phone, "thing.close", record, seen={record: 7}))
    assert result["status"] == "conflict"


async def test_own_work_after_a_restore_does_not_hide_that_what_was_seen_is_lost(house: House) -> None:
    """Version 2 was seen and is lost; the author's own edit, sent again, makes 1000002 out of version 1."""
    phone = house.phone()
    record = await shared(house, phone)
    await house.engine.renew("restored by command")
    own = edit(phone, record, {"phone": "1"}, base_version=2)
    await phone.send(own)
    [result] = await phone.send(phone.item("thing.close", record=record, seen={record: 2}, dependsOn=[own["id"]]))
    assert result["status"] == "conflict"


async def test_other_records_seen_count_whatever_their_kind(house: House) -> None:
    one, two = house.phone(), house.phone()
    record = await shared(house, one, two)
    at = one.item("mark.set", {"at": 1})
    await one.send(at)
    await one.pull()
    fresh = {record: one.version(record), at["record"]: 1}
    [stale] = await one.send(command(one, "thing.close", record, seen={**fresh, at["record"]: 2}))
    [unknown] = await one.send(command(one, "thing.close", record, seen={**fresh, uuid7(): 1}))
    [hidden] = await two.send(command(two, "thing.close", record, seen=fresh))
    [good] = await one.send(command(one, "thing.close", record, seen=fresh))
    assert [one["status"] for one in (stale, unknown, hidden, good)] == ["conflict", "conflict", "conflict", "applied"]


async def test_an_impossible_step_is_rejected_and_undone(house: House) -> None:
    phone = house.phone()
    record = await shared(house, phone)
    await phone.send(command(phone, "thing.close", record))
    await phone.pull()
    [result] = await phone.send(command(phone, "thing.close", record))
    assert (result["status"], result["code"]) == ("rejected", "state")
    await phone.pull()
    assert phone.body(record)["state"] == "closed"


async def test_a_version_that_two_phones_made_together_is_nobodys_own(house: House) -> None:
    """Woken in the first phone's transaction, the second's edit hides in a version that the first one made too."""
    phone = house.phone()
    twin = house.phone(phone.account)
    thing = await shared(house, phone, twin, title="Awal", phone="1")
    seen = phone.version(thing)
    first = phone.add()
    await twin.send(edit(twin, thing, {"title": "Lain"}, base_version=seen, dependsOn=[first["id"]]))
    own = edit(phone, thing, {"phone": "2"}, base_version=seen)
    assert [one["status"] for one in await phone.send(first, own)] == ["applied", "applied"]
    [result] = await phone.send(phone.item("thing.close", record=thing, seen={thing: seen}, dependsOn=[own["id"]]))
    assert result["status"] == "conflict"


async def test_later_work_in_the_same_batch_does_not_make_a_command_stale(house: House) -> None:
    """The command saw another record, on which its author wrote a note afterwards."""
    phone = house.phone()
    one, other = await shared(house, phone), await shared(house, phone)
    await phone.pull()
    close = phone.item("thing.close", record=one, seen={one: phone.version(one), other: phone.version(other)})
    note = phone.item("thing.note", {"thing": other, "text": "x"})
    assert [result["status"] for result in await phone.send(close, note)] == ["applied", "applied"]


@pytest.mark.parametrize("fault", [Refusal("state", "Tidak mungkin."), RuntimeError("a defect of ours")], ids=repr)
async def test_what_an_item_wrote_past_the_session_is_undone_when_it_does_not_run(
    house: House, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    """A handler may write through the connection before it finds that the step is impossible."""
    phone = house.phone()
    thing = await shared(house, phone)

    async def write_and_fail(w: Writing, item: Item) -> None:
        await w.store.run(w.connection, "UPDATE sync_device SET app_version = 'half done'")
        raise fault

    kind = house.engine.registry.find_mutation("thing.take")
    assert kind is not None
    monkeypatch.setitem(house.engine.registry._mutations, "thing.take", replace(kind, handler=write_and_fail))
    [result] = await phone.send(phone.item("thing.take", record=thing))
    assert result["status"] in ("rejected", "deferred")
    assert await house.rows("SELECT app_version FROM sync_device") == [("1.0.0",)]


async def test_deleting_what_another_edited_is_a_conflict(house: House) -> None:
    one, two = house.phone(), house.phone()
    record = await shared(house, one, two)
    await one.send(edit(one, record, {"title": "Diubah"}))
    [result] = await two.send(command(two, "thing.delete", record))
    assert result["status"] == "conflict"
    await two.pull()
    assert two.body(record)["title"] == "Diubah"


async def test_a_command_woken_in_anothers_transaction_does_not_run_over_its_work(house: House) -> None:
    """Versions are taken last: inside a transaction they cannot tell that the record has changed."""
    one, two = await two_desks(house)
    record = await shared(house, one, two)
    key = one.add("Kunci")
    close = command(two, "thing.close", record, dependsOn=[key["id"]])
    [waiting] = await two.send(close)
    assert waiting["status"] == "deferred"
    await one.send(key, edit(one, record, {"title": "Diubah serentak"}))
    [result] = await two.send(close)
    assert result["status"] == "conflict"


async def test_a_command_over_a_set_carries_the_digest_of_what_was_seen(house: House) -> None:
    phone = house.phone()
    record = await shared(house, phone)
    notes = [phone.item("thing.note", {"thing": record, "text": str(n)}) for n in range(3)]
    for note in notes:
        await phone.send(note)
    await phone.pull()
    stale = digest_of([("note", note["record"], 1) for note in notes[:2]])
    fresh = digest_of([("note", note["record"], 1) for note in notes])
    for digest, status in ((None, "conflict"), (stale, "conflict"), (fresh, "applied")):
        [result] = await phone.send(command(phone, "thing.seal", record, seenDigest=digest))
        assert result["status"] == status


async def test_own_unpulled_work_in_a_set_counts_as_seen(house: House) -> None:
    phone = house.phone()
    record = await shared(house, phone)
    note = phone.item("thing.note", {"thing": record, "text": "belum ditarik"})
    await phone.send(note)
    empty = digest_of([])
    [result] = await phone.send(command(phone, "thing.seal", record, seenDigest=empty, dependsOn=[note["id"]]))
    assert result["status"] == "applied"


async def test_of_own_work_in_a_set_only_what_is_named_counts_as_not_pulled(house: House) -> None:
    phone = house.phone()
    record = await shared(house, phone)
    held, fresh = (phone.item("thing.note", {"thing": record, "text": str(n)}) for n in range(2))
    await phone.send(held)
    await phone.pull()
    await phone.send(fresh)
    digest = digest_of([("note", held["record"], 1)])
    seal = command(phone, "thing.seal", record, seenDigest=digest, dependsOn=[fresh["id"]])
    [result] = await phone.send(seal)
    assert result["status"] == "applied"


async def test_named_work_of_which_only_the_first_part_was_pulled_counts_as_seen(house: House) -> None:
    """Of two acts that are still under way for the phone one took effect before it pulled, the other one after: it saw
    the set in between. What never stood like that at any moment was not seen, nor what another one did since."""
    phone = house.phone()
    record = await shared(house, phone)
    first, second = (phone.item("thing.note", {"thing": record, "text": str(n)}) for n in range(2))
    await phone.send(first)
    await phone.send(second)
    named = [first["id"], second["id"]]
    never = digest_of([("note", second["record"], 1)])
    [result] = await phone.send(command(phone, "thing.seal", record, seenDigest=never, dependsOn=named))
    assert result["status"] == "conflict"
    between = digest_of([("note", first["record"], 1)])
    [result] = await phone.send(command(phone, "thing.seal", record, seenDigest=between, dependsOn=named))
    assert result["status"] == "applied"

    other = house.phone()
    record = await shared(house, phone, other)
    third = phone.item("thing.note", {"thing": record, "text": "sendiri"})
    await phone.send(third)
    await other.send(other.item("thing.note", {"thing": record, "text": "orang lain"}))
    for seen in ([], [("note", third["record"], 1)]):
        seal = command(phone, "thing.seal", record, seenDigest=digest_of(seen), dependsOn=[third["id"]])
        [result] = await phone.send(seal)
        assert result["status"] == "conflict"


# --- claim and register ---------------------------------------------------------------------------


async def test_the_first_claim_wins_and_the_second_learns_who_holds_it(house: House) -> None:
    one, two = house.phone(), house.phone()
    record = await shared(house, one, two)
    [first] = await one.send(one.item("thing.take", record=record))
    [second] = await two.send(two.item("thing.take", record=record))
    [again] = await one.send(one.item("thing.take", record=record))
    assert first["status"] == "applied"
    assert (second["status"], second["code"]) == ("rejected", "held")
    assert second["server"]["holder"] == one.account
    assert again["status"] == "applied"


async def test_what_was_queued_behind_a_lost_claim_is_rejected_as_dependency(house: House) -> None:
    one, two = house.phone(), house.phone()
    record = await shared(house, one, two)
    await one.send(one.item("thing.take", record=record))
    take = two.item("thing.take", record=record)
    close = command(two, "thing.close", record, dependsOn=[take["id"]])
    lost, behind = await two.send(take, close)
    later = command(two, "thing.close", record, dependsOn=[take["id"]])
    [later_result] = await two.send(later)
    [_, resent] = await two.send(take, command(two, "thing.close", record, dependsOn=[take["id"]]))
    assert lost["code"] == "held"
    for result in (behind, later_result, resent):
        assert (result["status"], result["code"]) == ("rejected", "dependency")


async def test_marks_keep_the_maximum_in_whatever_order_they_come(house: House) -> None:
    phone = house.phone()
    record = uuid7()
    for at in (5, 9, 2):
        [result] = await phone.send(phone.item("mark.set", {"at": at}, record=record))
        assert result["status"] == "applied"
    await phone.pull()
    assert phone.body(record, "mark") == {"at": 9}


# --- append ---------------------------------------------------------------------------------------


async def test_an_append_may_touch_a_second_record(house: House) -> None:
    one, two = house.phone(), house.phone()
    record = await shared(house, one, two)
    note = two.item("thing.note", {"thing": record, "text": "Catatan"})
    [result] = await two.send(note)
    assert (result["status"], result["version"]) == ("applied", 1)
    await one.pull()
    assert one.body(note["record"], "note")["text"] == "Catatan"
    assert one.body(record)["title"] == "Awal+"
    assert one.version(record) == 2


async def test_two_appends_to_one_target_in_a_batch_both_count(house: House) -> None:
    phone = house.phone()
    record = await shared(house, phone)
    await phone.send(*(phone.item("thing.note", {"thing": record, "text": str(n)}) for n in range(3)))
    await phone.pull()
    assert phone.body(record)["title"] == "Awal+++"


async def test_one_record_id_in_two_appends_of_a_batch_is_taken_once(house: House) -> None:
    phone = house.phone()
    a, b = phone.add("A"), phone.add("B")
    await phone.send(a, b)
    first = phone.item("thing.note", {"thing": a["record"], "text": "satu"})
    second = phone.item("thing.note", {"thing": b["record"], "text": "dua"}, record=first["record"])
    one, two = await phone.send(first, second)
    assert one["status"] == "applied"
    assert (two["status"], two["code"]) == ("rejected", "exists")


async def test_what_one_may_not_see_is_not_found(house: House) -> None:
    owner, stranger = house.phone(), house.phone()
    secret = owner.add("Rahasia")
    await owner.send(secret)
    record = secret["record"]
    results = await stranger.send(
        stranger.item("thing.note", {"thing": record, "text": "x"}),
        stranger.item("thing.take", record=record),
        stranger.item("thing.close", record=record, seen={record: 1}),
        stranger.item("thing.edit", {"title": "x"}, record=record, base={"title": "Rahasia"}, baseVersion=1),
        stranger.item("thing.take", record=uuid7()),
    )
    assert {(one["status"], one["code"]) for one in results} == {("rejected", "not_found")}
    assert all("server" not in one for one in results)
    assert len({one["message"] for one in results}) == 1


async def test_a_grant_that_one_does_not_hold_is_forbidden(house: House) -> None:
    phone = house.phone()
    held = uuid4()
    house.people.grants[phone.account] = {held}
    foreign, own = await phone.send(phone.add(**{"as": uuid4()}), phone.add(**{"as": held}))
    assert (foreign["status"], foreign["code"]) == ("rejected", "forbidden")
    assert own["status"] == "applied"


# --- a person's choice ----------------------------------------------------------------------------


async def conflicting(house: House) -> tuple[Phone, str, Any]:
    """A phone whose edit of a title ended in conflict."""
    one, two = await two_desks(house)
    record = await shared(house, one, two)
    await one.send(edit(one, record, {"title": "Mereka"}))
    mine = edit(two, record, {"title": "Saya"})
    [result] = await two.send(mine)
    assert result["status"] == "conflict"
    return two, record, mine


async def test_a_choice_is_a_new_mutation_over_the_shown_values(house: House) -> None:
    phone, record, mine = await conflicting(house)
    choice = edit(phone, record, {"title": "Saya"}, base={"title": "Mereka"}, base_version=2, resolves=[mine["id"]])
    [result] = await phone.send(choice)
    assert result["status"] == "applied"
    await phone.pull()
    assert phone.body(record)["title"] == "Saya"


@pytest.mark.parametrize("together", [False, True], ids=["later", "in the same batch"])
async def test_a_choice_stands_for_what_it_resolves_in_the_dependencies_of_others(house: House, together: bool) -> None:
    phone, record, mine = await conflicting(house)
    behind = phone.add("Menyusul", dependsOn=[mine["id"]])
    choice = edit(phone, record, {"title": "Saya"}, base={"title": "Mereka"}, base_version=2, resolves=[mine["id"]])
    if together:
        [result, _] = await phone.send(behind, choice)
    else:
        await phone.send(choice)
        [result] = await phone.send(behind)
    assert result["status"] == "applied"


async def test_nobody_resolves_what_is_not_his_own(house: House) -> None:
    phone, _, mine = await conflicting(house)
    thief = house.phone()
    [result] = await thief.send(thief.add("Pilih", resolves=[mine["id"]]))
    assert result["status"] == "applied"
    [behind] = await phone.send(phone.add(dependsOn=[mine["id"]]))
    assert (behind["status"], behind["code"]) == ("rejected", "dependency")
