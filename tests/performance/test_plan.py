"""The plan from draft to approval: gate, versions, locks, who may."""

from __future__ import annotations

from backend.notifications.models import Delivery
from backend.performance.models import PlanEvent, PlanVersion
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


async def test_hr_returns_the_plan_of_a_root_and_no_other(town: Town) -> None:
    """Who stands below nobody is decided outside: HR enters it, also that a plan goes back; never one's own."""
    await town.root_approved()
    plan = town.plan_of("sekda")
    unasked = await town.do("hra", "HRA", "skp.return", plan, version=1, reason="Tanpa diminta")
    assert (unasked.status, unasked.code) == ("rejected", "state")
    await town.done("sekda", None, "skp.revise", plan, reason="Target berubah")
    told = await town.rows(Delivery, account=town.people["hra"], url="/kelola/skp")
    assert "Ada permintaan revisi SKP" in [one.title for one in told]
    for key, role in (("kepala", None), ("hra", None), ("sekda", None)):
        refused = await town.do(key, role, "skp.return", plan, version=1, reason="Coba kembalikan")
        assert refused.status == "rejected", key
    await town.grant("sekda", "HRA", "SKR")
    own = await town.do("sekda", "HRA", "skp.return", plan, version=1, reason="Coba kembalikan")
    assert own.status == "rejected"
    await town.done("hra", "HRA", "skp.return", plan, version=1, reason="Sesuai surat nomor 5")
    body = await town.body("skp", plan)
    assert (body["status"], body["returnedReason"]) == ("dikembalikan", "Sesuai surat nomor 5")
    await town.done("sekda", None, "skp.submit", plan)
    await town.done(
        "hra", "HRA", "skp.decide_root", plan, version=2, document="SK/2/2026", documentDate=f"{YEAR}-02-06"
    )
    assert (await town.plan("sekda")).approved_version == 2
