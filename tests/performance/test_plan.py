"""The plan from draft to approval: gate, forms, what must be there, who may."""

from __future__ import annotations

import pytest

from backend.performance.models import PlanEvent, PlanVersion
from sync.ids import uuid7
from tests.performance.town import YEAR, Town


async def test_gate_of_a_missing_superior_plan(town: Town) -> None:
    """Acceptance 1: two results are drafted; submitting is refused, naming the superior, until that plan is approved
    and both links are confirmed."""
    plan = await town.begin("kabid_a")
    first = await town.result("kabid_a", provisional="Layanan yang lebih cepat")
    second = await town.result("kabid_a", "Arsip lengkap", order=2)
    refused = await town.do("kabid_a", None, "skp.submit", plan)
    assert (refused.status, refused.code) == ("rejected", "state")
    assert "Lestari Ambarwati" in (refused.message or "")
    served = await town.head_approved()
    still = await town.do("kabid_a", None, "skp.submit", plan)
    assert still.code == "invalid"
    assert set(still.fields) == {first, second}
    for rhk in (first, second):
        await town.done("kabid_a", None, "skp.rhk", rhk, base=await town.body("skp_rhk", rhk), superiorRhk=served)
    await town.done("kabid_a", None, "skp.submit", plan)
    assert (await town.plan("kabid_a")).status == "diajukan"
    assert (await town.body("skp_rhk", first))["superiorText"] == "Indeks layanan naik"


async def test_gate_refuses_the_draft_itself(town: Town) -> None:
    """Acceptance 1: with the gate ``buat`` the draft on the server is refused too."""
    await town.done("hra", "HRA", "skp.period", town.period, **town.year(gate="buat"))
    refused = await town.do("kabid_a", None, "skp.draft", town.plan_of("kabid_a"), year=YEAR, approach="kuantitatif")
    assert (refused.status, refused.code) == ("rejected", "state")
    assert "Lestari Ambarwati" in (refused.message or "")
    await town.head_approved()
    await town.begin("kabid_a")


async def test_forms_follow_from_positions(town: Town) -> None:
    """Acceptance 2: the root has no parent and the leaders' form; the other form is refused to an analyst."""
    await town.begin("sekda")
    sekda = await town.body("skp", town.plan_of("sekda"))
    assert (sekda["form"], sekda["root"], sekda.get("superior")) == ("jpt", True, None)
    other = await town.do("analis", None, "skp.draft", town.plan_of("analis"), year=YEAR, form="jpt")
    assert (other.status, other.code) == ("rejected", "invalid")
    assert "Formulir mengikuti jabatan" in (other.message or "")
    await town.begin("analis")
    assert (await town.plan("analis")).form == "ja_jf"
    assert (await town.plan("analis")).appraiser == town.people["kabid_a"]


async def test_leader_cites_an_agreement_item(town: Town) -> None:
    """Acceptance 3: a leader's main result without an item blocks submitting and is named."""
    plan = await town.begin("sekda")
    rhk = await town.result("sekda", "Tata kelola naik", perspective="anggaran")
    refused = await town.do("sekda", None, "skp.submit", plan)
    assert refused.code == "invalid"
    assert "Tata kelola naik" in (refused.message or "")
    assert "perjanjian kinerja" in refused.fields[rhk]
    item = await town.agreed("SETDA")
    await town.done("sekda", None, "skp.rhk", rhk, base=await town.body("skp_rhk", rhk), agreementItem=item)
    await town.done("sekda", None, "skp.submit", plan)


async def test_only_the_superior_approves(town: Town) -> None:
    """Acceptance 4 and 15: approved by the superior, with name and time; refused to peer, HR, Sekda and oneself."""
    served = await town.head_approved()
    await town.submitted("kabid_a", served)
    plan = town.plan_of("kabid_a")
    for key, role in (("kabid_b", None), ("hra", "HRA"), ("hra", None), ("sekda", None), ("kabid_a", None)):
        refused = await town.do(key, role, "skp.approve", plan, version=1)
        assert (refused.status, refused.code) in {("rejected", "not_found"), ("rejected", "forbidden")}, key
        returned = await town.do(key, role, "skp.return", plan, version=1, reason="Coba")
        assert returned.status == "rejected", key
    await town.done("kepala", None, "skp.approve", plan, version=1)
    body = await town.body("skp", plan)
    assert body["status"] == "persetujuan"
    assert body["approvedByName"] == "Lestari Ambarwati"
    assert body["approvedAt"].startswith("2026-11-20T02:00")
    assert [event.act for event in await town.rows(PlanEvent, plan=plan)] == ["buat", "ajukan", "setujui"]


async def test_another_version_is_not_approved(town: Town) -> None:
    """Acceptance 5: the superior read version 3; version 4 stands submitted since: a conflict."""
    served = await town.head_approved()
    await town.submitted("kabid_a", served)
    plan = town.plan_of("kabid_a")
    for _ in range(2):
        await town.done("kabid_a", None, "skp.withdraw", plan)
        await town.done("kabid_a", None, "skp.submit", plan)
    read, digest = await town.seen(plan), await town.digest(plan)
    await town.done("kabid_a", None, "skp.withdraw", plan)
    await town.done("kabid_a", None, "skp.submit", plan)
    late = await town.do("kepala", None, "skp.approve", plan, seen=read, digest=digest, version=3)
    assert late.status == "conflict"
    fresh_view_old_number = await town.do("kepala", None, "skp.approve", plan, version=3)
    assert fresh_view_old_number.status == "conflict"
    stored = await town.plan("kabid_a")
    assert (stored.status, stored.version) == ("diajukan", 4)


async def test_late_edit_is_locked_and_both_versions_stay(town: Town) -> None:
    """Acceptance 6: an edit after approval is ``locked``; after return and new approval both versions are readable."""
    served = await town.head_approved()
    rhk = await town.approved("kabid_a", served, "kepala")
    plan = town.plan_of("kabid_a")
    old = {"text": "Layanan mutasi tepat waktu"}
    late = await town.do("kabid_a", None, "skp.rhk", rhk, base=old, text="Layanan mutasi tanpa berkas")
    assert (late.status, late.code) == ("rejected", "locked")
    assert "revisi" in (late.message or "")
    assert (await town.body("skp_rhk", rhk))["text"] == old["text"]
    unasked = await town.do("kepala", None, "skp.return", plan, version=1, reason="Tanpa diminta")
    assert (unasked.status, unasked.code) == ("rejected", "state")
    await town.done("kabid_a", None, "skp.revise", plan, reason="Target berubah")
    await town.done("kepala", None, "skp.return", plan, version=1, reason="Silakan")
    await town.done("kabid_a", None, "skp.rhk", rhk, base=old, text="Layanan mutasi tanpa berkas")
    await town.done("kabid_a", None, "skp.submit", plan)
    await town.done("kepala", None, "skp.approve", plan, version=2)
    for reader in ("kabid_a", "kepala"):
        versions = sorted(await town.of_kind(reader, "skp_version"), key=lambda one: one["planVersion"])
        mine = [one["content"]["results"][0]["text"] for one in versions if one["plan"] == plan]
        assert mine == ["Layanan mutasi tepat waktu", "Layanan mutasi tanpa berkas"]
    outcomes = {row.version: row.outcome for row in await town.rows(PlanVersion, plan=plan)}
    assert outcomes == {1: "persetujuan", 2: "persetujuan"}


async def test_a_row_without_target_is_not_submitted(town: Town) -> None:
    """Acceptance 7: a row lacking its target blocks; without *biaya* it goes."""
    served = await town.head_approved()
    plan = await town.begin("kabid_a")
    rhk = uuid7()
    await town.done("kabid_a", None, "skp.rhk", rhk, plan=plan, kind="utama", text="Layanan tepat", superiorRhk=served)
    row = await town.row("kabid_a", rhk, target=None)
    refused = await town.do("kabid_a", None, "skp.submit", plan)
    assert refused.code == "invalid"
    assert "target" in refused.fields[rhk]
    await town.done("kabid_a", None, "skp.indicator", row, base=await town.body("skp_indicator", row), target="95")
    for aspect in ("kualitas", "waktu"):
        await town.row("kabid_a", rhk, aspect=aspect)
    await town.done("kabid_a", None, "skp.submit", plan)


@pytest.mark.parametrize("approach", ["kuantitatif", "kualitatif"])
async def test_seven_expectations_are_the_superiors(town: Town, approach: str) -> None:
    """Acceptance 8: seven values in their order, *Loyal* the fifth; only the superior writes expectations."""
    from backend.performance.rules.plan import EXPECTATIONS, VALUES

    assert len(VALUES) == len(EXPECTATIONS) == 7
    assert VALUES[4] == "loyal"
    assert EXPECTATIONS[4] == "expectLoyal"
    await town.head_approved()
    plan = await town.begin("kabid_a", approach=approach)
    said = {name: f"Harapan {number}" for number, name in enumerate(EXPECTATIONS, start=1)}
    mine = await town.do("kabid_a", None, "skp.expect", plan, **said)
    assert (mine.status, mine.code) == ("rejected", "forbidden")
    await town.done("kepala", None, "skp.expect", plan, **said, consequences="Pembinaan")
    await town.done("kabid_a", None, "skp.draft", plan, resources="Dua laptop", accountability="Lapor tiap pekan")
    body = await town.body("skp", plan)
    assert [body[name] for name in EXPECTATIONS] == list(said.values())
    assert (body["resources"], body["accountability"], body["consequences"]) == (
        "Dua laptop", "Lapor tiap pekan", "Pembinaan",
    )  # fmt: skip


async def test_hr_edits_periods_and_people_only(town: Town) -> None:
    """Acceptance 15: HR changes a year; writing a plan or approving one is refused to it."""
    await town.done("hra", "HRA", "skp.period", town.period, **town.year(rhythm="bulanan"))
    [body] = await town.of_kind("pppk", "skp_period")
    assert body["rhythm"] == "bulanan"
    plan = await town.begin("kabid_a")
    for kind, args in (
        ("skp.draft", {"resources": "x"}), ("skp.expect", {"consequences": "x"}), ("skp.submit", {}),
        ("skp.approve", {"version": 1}), ("skp.withdraw", {}),
    ):  # fmt: skip
        refused = await town.do("hra", "HRA", kind, plan, **args)
        assert refused.status == "rejected", kind
        assert refused.code in ("forbidden", "not_found"), kind
    nobody = await town.do("analis", None, "skp.period", town.period, **town.year())
    assert nobody.code == "forbidden"
    wrong = await town.do("hra", "HRA", "skp.period", uuid7(), **town.year())
    assert wrong.code == "exists"
    await town.grant("kabid_b", "HRA", "SEKRETARIAT")
    part = await town.do("kabid_b", "HRA", "skp.period", town.period, **town.year())
    assert part.code == "forbidden", "a year is the whole agency's"
    outside = await town.do("hra", "HRA", "skp.period", town.period, **town.year(dueOn="2027-01-31"))
    assert outside.code == "invalid"
