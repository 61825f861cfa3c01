"""Merging, removing, copying, and what happens when people and superiors change."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from backend.database.engine import Database
from backend.keys import Keys
from backend.performance.models import Exemption
from sync.clock import to_ms, wire
from sync.ids import uuid7
from tests.performance.town import YEAR, Town
from tests.support.clock import SettableClock


@pytest.fixture
async def town(sqlite_db: Database, keys: Keys, clock: SettableClock) -> Town:
    """The town on SQLite: nothing here is decided by a lock."""
    return await Town(sqlite_db, keys, clock).build()


async def test_two_phones_begin_the_same_plan(town: Town) -> None:
    """Begun offline on phone and laptop, it is one plan with what both wrote."""
    plan = town.plan_of("kabid_a")
    phone, laptop = town.phone("kabid_a"), town.phone("kabid_a")
    said = {"year": YEAR, "approach": "kuantitatif"}
    [first] = await phone.send(phone.item("skp.draft", plan, **said, resources="Dua laptop"))
    [second] = await laptop.send(laptop.item("skp.draft", plan, **said, accountability="Lapor tiap pekan"))
    assert (first["status"], second["status"]) == ("applied", "merged")
    body = await town.body("skp", plan)
    assert (body["resources"], body["accountability"]) == ("Dua laptop", "Lapor tiap pekan")


async def test_only_the_own_plan_is_begun(town: Town) -> None:
    for record in (town.plan_of("kabid_b"), uuid7()):
        refused = await town.do("kabid_a", None, "skp.draft", record, year=YEAR, approach="kuantitatif")
        assert refused.code == "not_found"
    unknown = await town.do("kabid_a", None, "skp.draft", town.plan_of("kabid_a"), year=2031)
    assert unknown.code == "not_found"
    plan = await town.begin("kabid_a")
    foreign = await town.do("kabid_b", None, "skp.rhk", uuid7(), plan=plan, kind="utama", text="Bukan milik saya")
    assert foreign.code == "not_found"
    locked = town.plan_of("kepala")
    await town.head_approved()
    foreign = await town.do(
        "kabid_b", None, "skp.rhk", uuid7(), plan=locked, kind="utama", text="Terkunci bukan urusan saya"
    )
    assert foreign.code == "not_found"
    there = await town.do("kabid_b", None, "skp.draft", locked, year=YEAR)
    absent = await town.do("kabid_b", None, "skp.draft", town.plan_of("analis"), year=YEAR)
    assert (there.code, there.message) == (absent.code, absent.message)


async def test_row_fields_merge_and_conflict_as_one_group(town: Town) -> None:
    plan = await town.begin("kabid_a")
    rhk = await town.result("kabid_a")
    row = await town.row("kabid_a", rhk, aspect="kualitas")
    before = await town.body("skp_indicator", row)
    await town.done("kabid_a", None, "skp.indicator", row, base=before, target="15")
    other = await town.do("kabid_a", None, "skp.indicator", row, base=before, unit="persen")
    assert other.status == "conflict"
    theirs = await town.body("skp_indicator", row)
    assert (theirs["changedBy"], theirs["changedAt"]) == ("Bagas Pramudya", wire(to_ms(town.clock.now())))
    assert {"aspect", "indicator", "target", "unit"} <= set(other.conflicts)
    ordered = await town.do("kabid_a", None, "skp.indicator", row, base=before, order=3)
    assert ordered.status in ("applied", "merged")
    text = await town.body("skp_rhk", rhk)
    await town.done("kabid_a", None, "skp.rhk", rhk, base=text, text="Satu")
    mine = await town.do("kabid_a", None, "skp.rhk", rhk, base=text, assignedBy="Kepala Badan")
    assert mine.status in ("applied", "merged")
    assert (await town.body("skp_rhk", rhk))["text"] == "Satu"
    assert plan


async def test_switching_the_approach_over_an_edit_is_a_conflict(town: Town) -> None:
    """Either way: a switch that did not see the row, and an edit under the approach that is no more."""
    plan = await town.begin("kabid_a")
    rhk = await town.result("kabid_a")
    stale = await town.rows_digest(plan)
    row = await town.row("kabid_a", rhk, aspect="waktu")
    unseen = await town.do("kabid_a", None, "skp.approach", plan, digest=stale, approach="kualitatif")
    assert unseen.status == "conflict"
    before = await town.body("skp_indicator", row)
    fresh = await town.rows_digest(plan)
    await town.done("kabid_a", None, "skp.approach", plan, digest=fresh, approach="kualitatif")
    late = await town.do("kabid_a", None, "skp.indicator", row, base=before, target="20")
    assert late.status == "conflict"
    assert "approach" in late.conflicts
    new = await town.do("kabid_a", None, "skp.indicator", uuid7(), plan=plan, rhk=rhk, approach="kuantitatif")
    assert (new.status, new.conflicts) == ("conflict", ["approach"])
    assert (await town.body("skp_indicator", row))["target"] == "12"


async def test_removing_against_editing_is_a_conflict_both_ways(town: Town) -> None:
    plan = await town.begin("kabid_a")
    rhk = await town.result("kabid_a")
    old = await town.body("skp_rhk", rhk)
    seen, digest = await town.seen(rhk), await town.result_digest(rhk)
    await town.done("kabid_a", None, "skp.rhk", rhk, base=old, text="Baru")
    unseen = await town.do("kabid_a", None, "skp.rhk_remove", rhk, seen=seen, digest=digest)
    assert unseen.status == "conflict"
    seen, digest = await town.seen(rhk), await town.result_digest(rhk)
    row = await town.row("kabid_a", rhk, aspect="biaya")
    other = await town.do("kabid_a", None, "skp.rhk_remove", rhk, seen=seen, digest=digest)
    assert other.status == "conflict", "a row was added meanwhile"
    await town.done("kabid_a", None, "skp.indicator_remove", row)
    await town.done("kabid_a", None, "skp.rhk_remove", rhk, digest=await town.result_digest(rhk))
    now = await town.body("skp_rhk", rhk)
    late = await town.do("kabid_a", None, "skp.rhk", rhk, base=old, text="Tetap saya tulis")
    assert late.status == "conflict"
    assert late.conflicts == ["removed"]
    added = await town.do("kabid_a", None, "skp.indicator", uuid7(), plan=plan, rhk=rhk, approach="kuantitatif")
    assert added.status == "conflict"
    await town.done("kabid_a", None, "skp.rhk", rhk, base=now, removed=False, text="Tetap saya tulis")
    back = await town.body("skp_rhk", rhk)
    assert (back["removed"], back["text"]) == (False, "Tetap saya tulis")


async def test_a_copied_result_wants_a_tick(town: Town) -> None:
    """Copied from last year: marked until it says something else; submitting wants a tick for each mark."""
    served = await town.head_approved()
    await town.approved("kabid_a", served, "kepala")
    old_plan = town.plan_of("kabid_a")
    year, next_period = YEAR + 1, uuid7()
    args = {**town.year(), "year": year, "start": f"{year}-01-01", "end": f"{year}-12-31", "dueOn": f"{year}-01-31"}
    await town.done("hra", "HRA", "skp.period", next_period, **args)
    town.period = next_period
    plan = town.plan_of("kabid_a")
    await town.done("kabid_a", None, "skp.draft", plan, year=year, approach="kuantitatif")
    await town.done("kabid_a", None, "skp.copy", plan, **{"from": old_plan})
    await town.done("kabid_a", None, "skp.copy", plan, **{"from": old_plan})
    [rhk] = [id for kind, id, _, _ in await town.parts(plan) if kind == "skp_rhk"]
    body = await town.body("skp_rhk", rhk)
    assert (body["unchangedSince"], body["provisional"]) == (YEAR, "Indeks layanan naik")
    refused = await town.do("kabid_a", None, "skp.submit", plan)
    assert refused.code == "state", "the superior has no plan of the new year"
    [row] = [(id, said) for kind, id, _, said in await town.parts(plan) if kind == "skp_indicator"]
    await town.done("kabid_a", None, "skp.indicator", row[0], base=row[1], target="13")
    assert "unchangedSince" not in await town.body("skp_rhk", rhk)
    await town.done(
        "kabid_a", None, "skp.indicator", row[0], base=await town.body("skp_indicator", row[0]), target="12"
    )
    assert (await town.body("skp_rhk", rhk))["unchangedSince"] == YEAR
    foreign = await town.do("kabid_a", None, "skp.copy", plan, **{"from": town.plan_of("sekda")})
    assert foreign.code == "not_found"


async def test_a_revised_result_above_marks_the_plans_below(town: Town) -> None:
    """*Perlu ditinjau*: nothing is re-pointed or unlocked; the employee confirms."""
    served = await town.head_approved()
    rhk = await town.approved("kabid_a", served, "kepala")
    head, mine = town.plan_of("kepala"), town.plan_of("kabid_a")
    await town.done("kepala", None, "skp.revise", head, reason="Arah baru")
    await town.done("sekda", None, "skp.return", head, version=1, reason="Silakan")
    await town.done("kepala", None, "skp.rhk", served, base=await town.body("skp_rhk", served), text="Indeks 90")
    await town.done("kepala", None, "skp.submit", head)
    await town.done("sekda", None, "skp.approve", head, version=2)
    body = await town.body("skp", mine)
    assert (body["status"], body["review"]) == ("persetujuan", [rhk])
    link = await town.body("skp_rhk", rhk)
    assert (link["superiorRhk"], link["superiorText"]) == (served, "Indeks layanan naik")
    await town.done("kabid_a", None, "skp.confirm", mine)
    assert (await town.body("skp", mine))["review"] == []
    again = await town.do("kabid_a", None, "skp.confirm", mine)
    assert again.code == "state"


async def test_several_plans_are_approved_in_one_batch(town: Town) -> None:
    """The superior read four plans without signal; one was taken back and submitted anew meanwhile."""
    served = await town.head_approved()
    above = await town.approved("kabid_a", served, "kepala")
    mine = await town.approved("analis", above, "kabid_a")
    team = ("pelaksana", "pelaksana_2", "pelaksana_3", "pppk")
    phone = town.phone("analis")
    items = []
    for key in team:
        await town.submitted(key, mine)
        plan = town.plan_of(key)
        item = phone.item("skp.approve", plan, version=1)
        items.append({**item, "seen": await town.seen(plan), "seenDigest": await town.digest(plan)})
    await town.done("pppk", None, "skp.withdraw", town.plan_of("pppk"))
    await town.done("pppk", None, "skp.submit", town.plan_of("pppk"))
    assert [one["status"] for one in await phone.send(*items)] == ["applied", "applied", "applied", "conflict"]
    assert [one["status"] for one in await phone.send(*items)] == ["duplicate", "duplicate", "duplicate", "conflict"]
    assert [(await town.plan(key)).status for key in team] == ["persetujuan"] * 3 + ["diajukan"]


async def test_transfer_closes_one_plan_and_opens_the_next(town: Town) -> None:
    served = await town.head_approved()
    first = await town.approved("kabid_a", served, "kepala")
    await town.approved("analis", first, "kabid_a")
    old = town.plan_of("analis")
    moved = {"plan": old, "version": 1, "act": "pindah", "date": f"{YEAR}-09-01", "reason": "Mutasi"}
    ring = await town.do("hra", "HRA", "skp.order", uuid7(), **moved, superior=town.people["pelaksana"])
    assert ring.code == "invalid"
    stale = await town.do(
        "hra", "HRA", "skp.order", uuid7(), **{**moved, "version": 0}, superior=town.people["kabid_b"]
    )
    assert stale.status == "conflict"
    await town.done("hra", "HRA", "skp.order", uuid7(), **moved, superior=town.people["kabid_b"])
    closed, opened = await town.body("skp", old), await town.body("skp", town.plan_of("analis", 2))
    assert (closed["status"], closed["end"], closed["superior"]) == (
        "ditutup", f"{YEAR}-08-31", town.people["kabid_a"],
    )  # fmt: skip
    assert (opened["status"], opened["start"], opened["superior"], opened["turn"]) == (
        "draf", f"{YEAR}-09-01", town.people["kabid_b"], 2,
    )  # fmt: skip
    assert {one["status"] for one in await town.of_kind("pelaksana", "skp_lead")} == {"draf"}
    held = await town.pull("kabid_b")
    assert ("skp", town.plan_of("analis", 2)) in held
    assert ("skp", old) not in held
    again = await town.do("hra", "HRA", "skp.order", uuid7(), **moved, superior=town.people["kabid_b"])
    assert again.code == "state"
    refused = await town.do("kabid_a", None, "skp.order", uuid7(), **moved, superior=town.people["kabid_b"])
    assert refused.code in ("forbidden", "not_found")


async def test_acting_appraiser_from_first_to_last_day(town: Town) -> None:
    """Judged when the act arrives, both days included; the record names who approved and whose plan it is."""
    served = await town.head_approved()
    await town.submitted("kabid_a", served)
    plan, named = town.plan_of("kabid_a"), uuid7()
    dates = {"from": f"{YEAR}-11-21", "to": f"{YEAR}-11-22"}
    people = {"appraiser": town.people["kepala"], "acting": town.people["kabid_b"]}
    await town.done("hra", "HRA", "skp.acting", named, **people, **dates)
    for day, status in ((20, "rejected"), (23, "rejected"), (22, "applied")):
        town.clock.set(datetime(YEAR, 11, day, 16, 30, tzinfo=UTC))
        assert (("skp", plan) in await town.pull("kabid_b")) is (status == "applied")
        answer = await town.do("kabid_b", None, "skp.approve", plan, version=1)
        assert answer.status == status, (day, answer.wire())
    body = await town.body("skp", plan)
    assert (body["approvedBy"], body["superior"]) == (town.people["kabid_b"], town.people["kepala"])
    await town.done("hra", "HRA", "skp.acting_end", named)
    assert ("skp", plan) not in await town.pull("kabid_b")
    oneself = await town.do("hra", "HRA", "skp.acting", uuid7(), appraiser=town.people["kepala"],
                            acting=town.people["hra"], **dates)  # fmt: skip
    assert oneself.code == "forbidden"


async def test_exempt_people(town: Town) -> None:
    named, person = uuid7(), town.people["pppk"]
    wrong = await town.do("hra", "HRA", "skp.exempt", uuid7(), person=person, reason="cltn",
                          **{"from": "2026-03-01", "to": "2026-02-01"})  # fmt: skip
    assert wrong.code == "invalid"
    await town.done("hra", "HRA", "skp.exempt", named, person=person, reason="cltn", **{"from": "2026-03-01"})
    assert [row.person for row in await town.rows(Exemption)] == [person]
    assert [one["reason"] for one in await town.of_kind("pppk", "skp_exemption")] == ["cltn"]
    await town.done("hra", "HRA", "skp.exempt_end", named)
    assert [str(row.end) for row in await town.rows(Exemption)] == ["2026-11-19"]
    nobody = await town.do(
        "analis", None, "skp.exempt", uuid7(), person=person, reason="cltn", **{"from": "2026-03-01"}
    )
    assert nobody.code == "forbidden"


async def test_each_record_has_one_visibility(town: Town) -> None:
    """What results say reaches the team from submission on, and never what they serve; peers hold nothing."""
    await town.root_approved()
    item = await town.agreed("BKPSDM")
    plan = await town.begin("kepala")
    rhk = await town.result("kepala", "Indeks naik", perspective="anggaran", agreementItem=item)
    assert not [key for key in await town.pull("kabid_a") if key[0] in ("skp", "skp_rhk", "skp_indicator")]
    assert [one["status"] for one in await town.of_kind("kabid_a", "skp_lead")] == ["draf"]
    await town.done("kepala", None, "skp.submit", plan)
    held = await town.pull("kabid_a")
    assert not [key for key in held if key[0] in ("skp", "skp_rhk", "skp_indicator")]
    assert [body["rhk"] for body in await town.of_kind("kabid_a", "skp_lead_rhk")] == [rhk]
    assert [one["status"] for one in await town.of_kind("kabid_a", "skp_lead")] == ["diajukan"]
    for key in ("analis", "hra", "pelaksana"):
        assert not [one for one in await town.pull(key) if one[1] in (plan, rhk)], key
    assert ("skp_rhk", rhk) in await town.pull("sekda")
    await town.done("kepala", None, "skp.withdraw", plan)
    assert not await town.of_kind("kabid_a", "skp_lead_rhk")
    await town.done("kepala", None, "skp.submit", plan)
    await town.done("sekda", None, "skp.approve", plan, version=2)
    mine = await town.submitted("kabid_a", rhk)
    [shown] = await town.of_kind("analis", "skp_lead_rhk")
    assert shown == {"rhk": mine, "plan": town.plan_of("kabid_a"), "employee": town.people["kabid_a"], "kind": "utama",
                     "order": 1, "text": "Layanan mutasi tepat waktu"}  # fmt: skip
    assert (await town.body("skp_rhk", mine))["superiorText"] == "Indeks naik"
    assert "Indeks naik" not in str(await town.pull("analis")), "two levels down nobody reads the head's result"


async def test_the_head_of_a_unit_writes_its_agreement_until_it_is_fixed(town: Town) -> None:
    """HR or the unit's head; fixed by a dated document, once; then every item is locked."""
    unit = {"unit": town.units["BKPSDM"], "year": YEAR}
    paper = {**unit, "document": "PK/2/2026", "documentDate": f"{YEAR}-01-05"}
    foreign = await town.do("kabid_a", None, "skp.agreement_item", uuid7(), **unit, text="Bukan unit saya")
    assert foreign.code == "forbidden"
    nothing = await town.do("kepala", None, "skp.agreement_fix", uuid7(), **paper)
    assert nothing.code == "invalid"
    item, dropped = uuid7(), uuid7()
    for one in (item, dropped):
        await town.done("kepala", None, "skp.agreement_item", one, **unit, text="Indeks layanan")
    first = await town.body("skp_agreement_item", item)
    await town.done("hra", "HRA", "skp.agreement_item", item, base=first, target="4,20")
    await town.done("kepala", None, "skp.agreement_item", item, base=first, indicator="Indeks")
    await town.done("kepala", None, "skp.agreement_item", dropped, base=first, removed=True)
    await town.done("kepala", None, "skp.agreement_fix", uuid7(), **paper)
    [body] = [one for one in await town.of_kind("hra", "skp_agreement_item") if one["unit"] == unit["unit"]]
    assert (body["changedByName"], body["changedBy"]) == ("Lestari Ambarwati", town.people["kepala"])
    assert body["changedAt"].startswith("2026-11-20T02:00")
    assert (body["target"], body["indicator"], body["fixed"]) == ("4,20", "Indeks", True)
    late = await town.do("kepala", None, "skp.agreement_item", item, base=body, text="Lain")
    assert (late.status, late.code) == ("rejected", "locked")
    more = await town.do("hra", "HRA", "skp.agreement_item", uuid7(), **unit, text="Satu lagi")
    assert more.code == "locked"
    again = await town.do("hra", "HRA", "skp.agreement_fix", uuid7(), **paper)
    assert again.code == "exists"
