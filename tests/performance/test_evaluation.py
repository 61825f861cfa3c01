"""Evidence gate, order of an evaluation, who sees it, objections: acceptance statements 9 to 13."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from backend.database.engine import Database
from backend.keys import Keys
from backend.performance.models import EvaluationVersion, Objection
from backend.performance.rules.values import VALUES
from backend.performance.service import attachments, cases
from sync.ids import derived, uuid7
from tests.files.conftest import EXE, JPEG, PDF
from tests.performance.evaluated import ANNUAL, QUARTER, EvaluatedTown, announced
from tests.support.clock import SettableClock


@pytest.fixture
async def town(sqlite_db: Database, keys: Keys, clock: SettableClock, tmp_path: Path) -> EvaluatedTown:
    """The fixture tree; 20 November 2026."""
    made = EvaluatedTown(sqlite_db, keys, clock)
    await made.build()
    made.store(tmp_path / "files")
    return made


@pytest.fixture
async def towns(db: Database, keys: Keys, clock: SettableClock) -> EvaluatedTown:
    """The same on SQLite and on PostgreSQL, for what is locked or numbered."""
    made = EvaluatedTown(db, keys, clock)
    await made.build()
    return made


async def test_evidence_gate_names_the_fifth_result(town: EvaluatedTown) -> None:
    """Acceptance 9: four of five have evidence; an unfinished upload unlocks nothing, a whole one does."""
    results = await town.in_force(5)
    for rhk in results[:4]:
        await town.prove(rhk)
    id, plan = town.evaluation(), town.plan_of("kabid_a")
    shown = await town.body("skp_evaluation", id)
    assert (shown["step"], shown["missing"]) == ("terkunci", [results[4]])
    refused = await town.tell(results[0])
    assert (refused.status, refused.code) == ("rejected", "state")
    assert "Penilaian terkunci. RHK 5 belum punya bukti." in (refused.message or "")
    direct = await town.acts("kepala", "skp.rate_result", id, rating="sesuai")
    assert (direct.status, "RHK 5" in (direct.message or "")) == ("rejected", True)
    proof = announced(PDF, "bukti.pdf")
    await town.must("kabid_a", "skp.evidence", plan=plan, rhk=results[4], round=QUARTER, file=proof)
    await town.upload("kabid_a", proof["id"], PDF, "bukti.pdf", cut=True)
    assert (await town.body("skp_evaluation", id))["step"] == "terkunci"
    assert (await town.tell(results[0])).status == "rejected"
    await town.upload("kabid_a", proof["id"], PDF, "bukti.pdf")
    assert (await town.body("skp_evaluation", id))["step"] == "umpan_hasil"
    assert (await town.tell(results[0])).status == "applied"


async def test_a_program_in_a_pdf_is_refused_and_a_peer_finds_nothing(town: EvaluatedTown) -> None:
    """Acceptance 10: the type is what the bytes say; a guessed address of a real file is not found."""
    [rhk] = await town.in_force()
    large = announced(PDF, "video.pdf", bytes=10 * 1024 * 1024 + 1)
    size = await town.acts(
        "kabid_a", "skp.evidence", plan=town.plan_of("kabid_a"), rhk=rhk, round=QUARTER, file=large
    )  # fmt: skip
    assert (size.status, "10 MB" in (size.message or "")) == ("rejected", True)
    bad, good, plan = announced(EXE, "bukti.pdf"), announced(PDF, "bukti.pdf"), town.plan_of("kabid_a")
    evidence = uuid7()
    await town.must("kabid_a", "skp.evidence", evidence, plan=plan, rhk=rhk, round=QUARTER, file=bad)
    await town.upload("kabid_a", bad["id"], EXE, "bukti.pdf")
    shown = await town.body("skp_evidence", evidence)
    assert (shown["state"], shown["counts"]) == ("ditolak", False)
    assert (await town.body("skp_evaluation", town.evaluation()))["missing"] == [rhk]
    await town.must("kabid_a", "skp.evidence", plan=plan, rhk=rhk, round=QUARTER, file=good)
    await town.upload("kabid_a", good["id"], PDF, "bukti.pdf")
    readers = set()
    async with town.db.read() as session:
        for key in ("kabid_a", "kepala", "kabid_b", "analis", "sekda", "hra"):
            if await attachments.may_read(session, await town.viewer(key), good["id"]):
                readers.add(key)
    assert readers == {"kabid_a", "kepala"}


async def test_an_address_is_https_and_nothing_else(town: EvaluatedTown) -> None:
    [rhk] = await town.in_force()
    plan = town.plan_of("kabid_a")
    for link in ("http://contoh.go.id", "javascript:alert(1)", "https://", "https://a b.id", "https://u:p@x.id"):
        answer = await town.acts("kabid_a", "skp.evidence", plan=plan, rhk=rhk, round=QUARTER, link=link)
        assert (answer.status, answer.code) == ("rejected", "invalid"), link


async def test_empty_feedback_is_refused_and_a_picture_alone_will_do(town: EvaluatedTown) -> None:
    """Acceptance 11; the picture counts when it is here."""
    [rhk] = await town.in_force()
    await town.prove(rhk)
    id, picture = town.evaluation(), announced(JPEG, "papan.jpg")
    for nothing in ("  \n ", "\u200b\u202e"):
        empty = await town.acts("kepala", "skp.feedback", evaluation=id, rhk=rhk, text=nothing)
        assert (empty.status, empty.code) == ("rejected", "invalid")
    await town.must("kepala", "skp.feedback", evaluation=id, rhk=rhk, text="", files=[picture])
    assert (await town.acts("kepala", "skp.rate_result", id, rating="sesuai")).status == "rejected"
    await town.upload("kepala", picture["id"], JPEG, "papan.jpg")
    await town.must("kepala", "skp.rate_result", id, rating="sesuai")


async def test_steps_come_in_their_order_and_the_predicate_is_computed(town: EvaluatedTown) -> None:
    [rhk] = await town.in_force()
    await town.prove(rhk)
    id = town.evaluation()
    for kind, args in (
        ("skp.rate_result", {"rating": "sesuai"}), ("skp.rate_behaviour", {"rating": "sesuai"}), ("skp.finalise", {}),
    ):  # fmt: skip
        assert (await town.acts("kepala", kind, id, **args)).code == "state"
    assert (await town.tell("loyal")).code == "state"
    await town.tell(rhk)
    sent = await town.acts("kepala", "skp.rate_result", id, rating="di_atas", predicate="sangat_baik")
    assert (sent.status, sent.code) == ("rejected", "invalid")
    await town.must("kepala", "skp.rate_result", id, rating="di_atas")
    for value in VALUES[:6]:
        await town.tell(value.code)
    missing = await town.acts("kepala", "skp.rate_behaviour", id, rating="di_bawah")
    assert "Kolaboratif" in (missing.message or "")
    await town.tell(VALUES[6].code)
    await town.must("kepala", "skp.rate_behaviour", id, rating="di_bawah")
    assert (await town.body("skp_evaluation", id))["predicate"] == "kurang"
    await town.must("kepala", "skp.rate_behaviour", id, rating="di_atas")
    assert (await town.body("skp_evaluation", id))["predicate"] == "sangat_baik"
    await town.must("kepala", "skp.finalise", id)
    again = await town.acts("kepala", "skp.rate_result", id, rating="sesuai")
    assert (again.status, again.code) == ("rejected", "state")


async def test_a_rating_stands_on_what_its_author_saw(towns: EvaluatedTown) -> None:
    """Evidence that came in between makes the command a conflict; realisation is locked once results are rated."""
    town = towns
    [rhk] = await town.in_force()
    await town.prove(rhk)
    await town.tell(rhk)
    id = town.evaluation()
    read = await town.seen(id)
    await town.prove(rhk)
    stale = await town.do("kepala", None, "skp.rate_result", id, seen=read, rating="sesuai")
    assert stale.status == "conflict"
    parts = await town.parts(town.plan_of("kabid_a"))
    indicator = next(record for kind, record, _, _ in parts if kind == "skp_indicator")
    said = {"plan": town.plan_of("kabid_a"), "rhk": rhk, "indicator": indicator, "round": QUARTER}
    done = derived(indicator, QUARTER)
    strange = await town.acts("kabid_a", "skp.realise", **said, value="1")
    assert (strange.status, strange.code) == ("rejected", "invalid")
    await town.must("kabid_a", "skp.realise", done, **said, value="12", note="selesai")
    await town.must("kepala", "skp.rate_result", id, rating="sesuai")
    late = await town.do(
        "kabid_a", None, "skp.realise", done, base={"value": "12", "note": "selesai"}, value="13", note="selesai"
    )
    assert (late.status, late.code) == ("rejected", "locked")


async def test_the_only_evidence_stays_once_evaluation_has_begun(town: EvaluatedTown) -> None:
    [rhk] = await town.in_force()
    first = await town.prove(rhk)
    await town.tell(rhk)
    kept = await town.acts("kabid_a", "skp.evidence_withdraw", first, reason="salah berkas")
    assert (kept.status, kept.code) == ("rejected", "state")
    await town.prove(rhk)
    await town.must("kabid_a", "skp.evidence_withdraw", first, reason="salah berkas")
    shown = await town.body("skp_evidence", first)
    assert (shown["counts"], shown["withdrawnReason"]) == (False, "salah berkas")


async def test_quarterly_gives_four_and_one_annual_and_annual_one(town: EvaluatedTown) -> None:
    """Acceptance 12: a round is there once; what the rhythm does not have is refused."""
    [rhk] = await town.in_force()
    plan = town.plan_of("kabid_a")
    seen = set()
    for round in (*(f"triwulan-{n}" for n in range(1, 5)), ANNUAL):
        await town.finalised([rhk], round=round)
        seen.add(town.evaluation(round=round))
        more = await town.acts("kabid_a", "skp.evidence", plan=plan, rhk=rhk, round=round, link="https://x.id/a")
        assert (more.status, more.code) == ("rejected", "locked")
    assert len(seen) == 5
    monthly = await town.acts("kabid_a", "skp.evidence", plan=plan, rhk=rhk, round="bulan-01", link="https://x.id/a")
    assert (monthly.status, monthly.code) == ("rejected", "invalid")
    assert (await town.plan("kabid_a")).status == "final"
    [root] = [body for body in await town.of_kind("kepala", "skp_lead_rhk") if body["employee"] == town.people["sekda"]]
    proof = {"plan": root["plan"], "rhk": root["rhk"], "link": "https://x.id/a"}
    await town.must("sekda", "skp.evidence", **proof, round=QUARTER)
    await town.done("hra", "HRA", "skp.period", town.period, **town.year(rhythm="tahunan"))
    quarter = await town.acts("sekda", "skp.evidence", **proof, round="triwulan-2")
    assert (quarter.status, quarter.code) == ("rejected", "invalid")
    assert "tidak ada pada SKP" in (quarter.message or "")
    await town.must("sekda", "skp.evidence", **proof, round=ANNUAL)


async def test_a_round_that_has_not_begun_takes_nothing(town: EvaluatedTown) -> None:
    """The last quarter begins on 1 October, by the agency's clock: until then no evidence, so nothing to rate or set;
    a plan that starts in a round begins it on its own first day."""
    [rhk] = await town.in_force()
    plan = town.plan_of("kabid_a")
    said: dict[str, Any] = {"plan": plan, "rhk": rhk, "round": "triwulan-4", "link": "https://x.id/a"}
    for day, taken in (
        (datetime(2026, 9, 30, 16, 59, tzinfo=UTC), False),
        (datetime(2026, 9, 30, 17, tzinfo=UTC), True),
    ):
        town.clock.set(day)
        answer = await town.acts("kabid_a", "skp.evidence", **said)
        assert (answer.status == "applied") is taken, answer.wire()
        assert taken or "belum mulai" in (answer.message or "")
        assert bool(await town.version("skp_evaluation", town.evaluation(round="triwulan-4"))) is taken


async def test_peers_and_subordinates_find_no_evaluation(town: EvaluatedTown) -> None:
    """Acceptance 13: before *final* only the appraiser holds it; then the employee too; never a peer."""
    [rhk] = await town.in_force()
    await town.prove(rhk)
    id = await town.rated([rhk])

    async def holders() -> set[str]:
        people = ("kabid_a", "kepala", "kabid_b", "analis", "sekda", "hra")
        return {key for key in people if ("skp_evaluation", id) in await town.pull(key)}

    assert await holders() == {"kepala"}
    assert not await town.of_kind("kabid_a", "skp_feedback")
    for key in ("kabid_b", "analis"):
        assert (await town.acts(key, "skp.rate_result", id, rating="di_bawah")).code == "not_found"
    for kind, args in (("skp.rate_result", {"rating": "di_bawah"}), ("skp.finalise", {})):
        assert (await town.do("hra", "HRA", kind, id, **args)).code == "not_found"  # acceptance 15
    await town.must("kepala", "skp.finalise", id)
    assert await holders() == {"kepala", "kabid_a"}
    assert len(await town.of_kind("kabid_a", "skp_feedback")) == 8


async def test_an_acting_appraiser_rates_on_the_days_and_the_record_names_both(town: EvaluatedTown) -> None:
    [rhk] = await town.in_force()
    await town.prove(rhk)
    acting = {"appraiser": town.people["kepala"], "acting": town.people["kabid_b"]}
    await town.done(
        "hra", "HRA", "skp.acting", uuid7(), **acting, **{"from": "2026-11-20", "to": "2026-11-21"}
    )  # fmt: skip
    id = await town.rated([rhk], by="kabid_b")
    town.clock.set(datetime(2026, 11, 22, 2, tzinfo=UTC))
    late = await town.acts("kabid_b", "skp.finalise", id)
    assert (late.status, late.code) == ("rejected", "not_found")
    town.clock.set(datetime(2026, 11, 21, 2, tzinfo=UTC))
    await town.must("kabid_b", "skp.finalise", id)
    shown = await town.body("skp_evaluation", id)
    assert (shown["appraiser"], shown["by"], shown["acting"]) == (
        town.people["kepala"], town.people["kabid_b"], True,
    )  # fmt: skip


async def test_an_objection_changes_ratings_once_and_finally(towns: EvaluatedTown) -> None:
    """Day 14 after receipt is in time; the decision of the appraiser's superior is a new version."""
    town = towns
    [rhk] = await town.in_force()
    id = await town.finalised([rhk], result="di_bawah", behaviour="sesuai")
    assert (await town.body("skp_evaluation", id))["objectUntil"] == "2026-12-09"
    town.clock.set(datetime(2026, 12, 9, 16, 59, 59, tzinfo=UTC))
    objection = uuid7()
    await town.must("kabid_a", "skp.object", objection, evaluation=id, reasons="Target kuantitas sudah tercapai.")
    twice = await town.acts("kabid_a", "skp.object", evaluation=id, reasons="Sekali lagi, mohon ditinjau.")
    assert (twice.status, twice.code) == ("rejected", "exists")
    assert (await town.acts("kepala", "skp.decide", objection, reason="tidak setuju")).status == "rejected"
    assert ("skp_evaluation", id) in await town.pull("sekda")
    await town.must("sekda", "skp.decide", objection, ratingResult="sesuai", reason="Bukti mendukung.")
    shown = await town.body("skp_evaluation", id)
    assert (shown["predicate"], shown["evaluationVersion"]) == ("baik", 2)
    again = await town.acts("sekda", "skp.decide", objection, reason="berubah pikiran")
    assert (again.status, again.code) == ("rejected", "state")
    assert {one.version for one in await town.rows(EvaluationVersion, evaluation=id)} == {1, 2}


async def test_day_fifteen_is_refused_unless_the_clock_shows_it_was_sent_in_time(town: EvaluatedTown) -> None:
    [rhk] = await town.in_force()
    id = await town.finalised([rhk])
    town.clock.set(datetime(2026, 12, 9, 15, tzinfo=UTC))
    phone = town.phone("kabid_a")
    item = phone.item("skp.object", uuid7(), evaluation=id, reasons="Dikirim dari desa tanpa sinyal.")
    item["clock"] = {"lastServer": "2026-12-09T14:00:00.000Z", "lastWall": "2026-12-09T14:00:00.000Z",
                     "wall": "2026-12-09T14:30:00.000Z", "sinceMs": None}  # fmt: skip
    town.clock.set(datetime(2026, 12, 10, 2, tzinfo=UTC))
    late = await town.acts("kabid_a", "skp.object", evaluation=id, reasons="Ditulis baru hari ini, hari ke-15.")
    assert (late.status, late.code) == ("rejected", "state")
    [sent] = await phone.send(item)
    assert sent["status"] == "applied", sent
    assert [one.late for one in await town.rows(Objection, evaluation=id)] == [True]


async def test_three_weeks_of_the_daily_log_arrive_at_once(town: EvaluatedTown) -> None:
    """In as many statements as one entry; days that are not yet or outside the plan are refused alone."""
    [rhk] = await town.in_force()
    phone, plan = town.phone("kabid_a"), town.plan_of("kabid_a")
    days = [datetime(2026, 10, 30, tzinfo=UTC).date() + timedelta(days=n) for n in range(21)]
    items = [
        phone.item(
            "skp.log", uuid7(), plan=plan, rhk=rhk, day=day.isoformat(), text="Verifikasi 12 berkas", amount="12"
        )
        for day in days
    ]
    items += [
        phone.item("skp.log", uuid7(), plan=plan, rhk=rhk, day=day, text="x") for day in ("2026-12-01", "2025-12-31")
    ]
    answers = [one["status"] for one in await phone.send(*items)]
    assert answers == ["applied"] * 21 + ["rejected"] * 2
    assert len(await town.of_kind("kepala", "skp_log")) == 21
    assert not await town.of_kind("kabid_b", "skp_log")
    photo = announced(JPEG, "apel.jpg")
    await town.must("kabid_a", "skp.log", plan=plan, rhk=rhk, day="2026-11-20", text="Apel pagi", files=[photo])
    await town.upload("kabid_a", photo["id"], JPEG, "apel.jpg")
    [shown] = [one for one in await town.of_kind("kepala", "skp_log") if one["files"]]
    assert shown["files"][0]["state"] == "ada"
    for kind in ("skp.log_file", "skp.evidence_file", "skp.feedback_file"):
        assert (await town.acts("kabid_a", kind, rhk, file=photo["id"])).status == "rejected"
    await town.must("kepala", "skp.dialogue", plan=plan, day="2026-11-20", text="Lanjutkan.")
    assert [one["side"] for one in await town.of_kind("kabid_a", "skp_dialogue")] == ["penilai"]


async def test_a_heads_rating_starts_from_what_the_organisation_achieved(town: EvaluatedTown) -> None:
    """Changeable with a reason; the root's ratings are entered by HR with the document."""
    root = await town.root_approved()
    await town.prove(root, "sekda")
    unit = town.units["SETDA"]
    await town.done(
        "hra", "HRA", "skp.achieve", derived(unit, f"2026:{QUARTER}"), unit=unit, year=2026, round=QUARTER,
        value="istimewa", document="Laporan kinerja", documentDate="2026-04-05",
    )  # fmt: skip
    id = town.evaluation("sekda")
    assert (await town.body("skp_evaluation", id))["prefill"] == "di_atas"
    said = {"ratingResult": "di_atas", "ratingBehaviour": "di_atas", "documentDate": "2026-04-06"}
    bare = await town.do("hra", "HRA", "skp.outside", id, **said, document=" ")
    assert (bare.status, bare.code) == ("rejected", "invalid")
    await town.done("hra", "HRA", "skp.outside", id, **said, document="Penilaian Bupati 1/2026")
    shown = await town.body("skp_evaluation", id)
    assert (shown["predicate"], shown["step"]) == ("sangat_baik", "final")
    assert not await town.of_kind("hra", "skp_evaluation")
    assert len(await town.of_kind("sekda", "skp_evaluation")) == 1


async def test_final_versions_are_numbered_without_a_gap_under_many_hands(towns: EvaluatedTown) -> None:
    """Ten proofs and five evaluations at once: each shows all that it is built on, and who pulls misses none."""
    town = towns
    [rhk] = await town.in_force()
    rounds = [*(f"triwulan-{n}" for n in range(1, 5)), ANNUAL]
    await asyncio.gather(*(town.prove(rhk, round=round) for round in (*rounds, *rounds)))
    for round in rounds:
        await town.rated([rhk], round=round)
        shown = await town.body("skp_evaluation", town.evaluation(round=round))
        async with town.db.read() as session:
            assert shown["basis"] == (await cases.load(session, town.evaluation(round=round))).basis
    answers = await asyncio.gather(
        *(town.acts("kepala", "skp.finalise", town.evaluation(round=round)) for round in rounds)
    )
    assert [one.status for one in answers] == ["applied"] * 5
    assert sorted(one.number for one in await town.rows(EvaluationVersion)) == [1, 2, 3, 4, 5]


async def test_another_appraiser_gets_what_was_done_and_the_old_one_holds_it_no_more(town: EvaluatedTown) -> None:
    [rhk] = await town.in_force()
    proof = await town.prove(rhk)
    plan, id = town.plan_of("kabid_a"), town.evaluation()
    await town.tell(rhk)
    order = {"plan": plan, "version": 1, "act": "penilai", "date": "2026-11-20", "reason": "Rotasi pimpinan"}
    await town.done("hra", "HRA", "skp.order", uuid7(), **order, superior=town.people["sekda"])
    held = await town.pull("sekda")
    assert {("skp_evaluation", id), ("skp_evidence", proof)} <= set(held)
    assert held[("skp_evaluation", id)]["appraiserName"] == "Hendra Wiratama"
    assert not {kind for kind, _ in await town.pull("kepala")} & {"skp_evaluation", "skp_evidence", "skp_feedback"}
    await town.must("sekda", "skp.rate_result", id, rating="sesuai")


async def test_a_transferred_plan_is_evaluated_by_the_old_appraiser(town: EvaluatedTown) -> None:
    """The closed plan keeps its gate and its appraiser; the months are those of the stretch."""
    [rhk] = await town.in_force()
    order = {"plan": town.plan_of("kabid_a"), "version": 1, "act": "pindah", "date": "2026-10-01", "reason": "Mutasi"}
    await town.done("hra", "HRA", "skp.order", uuid7(), **order, superior=town.people["sekda"])
    assert (await town.tell(rhk)).status == "rejected"
    id = await town.finalised([rhk], round=ANNUAL)
    shown = await town.body("skp_evaluation", id)
    assert (shown["months"], shown["byName"]) == (9, "Lestari Ambarwati")
    assert (await town.plan("kabid_a")).status == "ditutup"


async def test_a_whole_evaluation_waits_in_a_phone_and_arrives_in_one_batch(towns: EvaluatedTown) -> None:
    """Feedback, ratings and *tetapkan* were written without signal on one view: their order is the order of writing."""
    town = towns
    results = await town.in_force(2)
    for rhk in results:
        await town.prove(rhk)
    id, phone = town.evaluation(), town.phone("kepala")
    seen = await town.seen(id)
    said = [phone.item("skp.feedback", uuid7(), evaluation=id, rhk=rhk, text="Baik.") for rhk in results]
    said.append(phone.item("skp.rate_result", id, rating="sesuai") | {"seen": seen})
    said += [phone.item("skp.feedback", uuid7(), evaluation=id, value=one.code, text="Baik.") for one in VALUES]
    said.append(phone.item("skp.rate_behaviour", id, rating="sesuai") | {"seen": seen})
    said.append(phone.item("skp.finalise", id) | {"seen": seen})
    answers = await phone.send(*said)
    assert [one["status"] for one in answers] == ["applied"] * 12, answers
    assert (await town.body("skp_evaluation", id))["step"] == "final"


async def test_a_heads_rating_away_from_the_achievement_needs_a_reason(town: EvaluatedTown) -> None:
    rhk, unit = await town.head_approved(), town.units["BKPSDM"]
    await town.done(
        "hra", "HRA", "skp.achieve", derived(unit, f"2026:{QUARTER}"), unit=unit, year=2026, round=QUARTER,
        value="baik", document="Laporan kinerja", documentDate="2026-04-05",
    )  # fmt: skip
    await town.prove(rhk, "kepala")
    id = town.evaluation("kepala")
    assert (await town.body("skp_evaluation", id))["prefill"] == "sesuai"
    await town.tell(rhk, "sekda", "kepala")
    bare = await town.acts("sekda", "skp.rate_result", id, rating="di_atas")
    assert (bare.status, bare.code) == ("rejected", "invalid")
    await town.must("sekda", "skp.rate_result", id, rating="di_atas", reason="Memimpin dua unit sekaligus.")
