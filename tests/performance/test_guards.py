"""What nobody may reach around: other agencies, others' plans, own ratings, revisions, days to come."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from backend.database.engine import Database
from backend.keys import Keys
from backend.performance.models import AgreementItem, Evidence, Period
from backend.performance.rules import rounds
from backend.performance.rules.values import VALUES
from sync.ids import uuid7
from tests.files.conftest import PDF
from tests.performance.evaluated import ANNUAL, QUARTER, EvaluatedTown, announced
from tests.performance.town import YEAR
from tests.support.clock import SettableClock


@pytest.fixture
async def town(sqlite_db: Database, keys: Keys, clock: SettableClock) -> EvaluatedTown:
    """The fixture tree; 20 November 2026."""
    made = EvaluatedTown(sqlite_db, keys, clock)
    await made.build()
    return made


async def test_settings_of_another_agency_are_out_of_reach(town: EvaluatedTown) -> None:
    """Naming the id of another agency's year or item neither changes nor shows it."""
    year, item, elsewhere, unit = uuid7(), uuid7(), uuid7(), uuid7()
    dates: dict[str, Any] = {"start": date(2031, 1, 1), "end": date(2031, 12, 31), "due_on": date(2031, 1, 31)}
    async with town.db.write() as session:
        session.add(Period(id=year, agency=elsewhere, year=2031, rhythm="bulanan", gate="buat", **dates))
        session.add(AgreementItem(id=item, agency=elsewhere, unit=unit, year=YEAR, text="Milik instansi lain"))
    said: dict[str, Any] = {"start": "2031-01-01", "end": "2031-12-31", "dueOn": "2031-01-31", "year": 2031}
    refused = await town.do("hra", "HRA", "skp.period", year, **town.year(**said))
    assert (refused.status, refused.code) == ("rejected", "not_found")
    refused = await town.do(
        "hra", "HRA", "skp.agreement_item", item, unit=town.units["SETDA"], year=YEAR, text="Diubah"
    )
    assert (refused.status, refused.code) == ("rejected", "not_found")
    assert [(one.rhythm, one.gate) for one in await town.rows(Period, id=year)] == [("bulanan", "buat")]
    assert [one.text for one in await town.rows(AgreementItem, id=item)] == ["Milik instansi lain"]


async def test_a_whole_evaluation_is_given_without_signal(town: EvaluatedTown) -> None:
    """Feedback, both ratings and *tetapkan* wait on a phone and arrive in one batch, in their order; what comes
    before its step, or on top of evidence that was not seen, is refused and stays with its author."""
    results = await town.in_force(3)
    for rhk in results:
        await town.prove(rhk)
        await town.prove(rhk, round="triwulan-2")
    phone, id, later = town.phone("kepala"), town.evaluation(), town.evaluation(round="triwulan-2")
    seen = await town.seen(id) | await town.seen(later)

    def told(evaluation: str, **about: Any) -> dict[str, Any]:
        return phone.item("skp.feedback", uuid7(), evaluation=evaluation, text="Sudah baik.", **about)

    def step(kind: str, evaluation: str, **args: Any) -> dict[str, Any]:
        return phone.item(kind, evaluation, **args) | {"seen": {evaluation: seen[evaluation]}}

    whole = [told(id, rhk=rhk) for rhk in results] + [step("skp.rate_result", id, rating="di_atas")]
    whole += [told(id, value=one.code) for one in VALUES] + [step("skp.rate_behaviour", id, rating="sesuai")]
    answers = await phone.send(*whole, step("skp.finalise", id))
    assert [one["status"] for one in answers] == ["applied"] * 13
    assert (await town.body("skp_evaluation", id))["predicate"] == "baik"
    early = [told(later, rhk=rhk) for rhk in results[:2]] + [step("skp.rate_result", later, rating="di_atas")]
    assert [one["status"] for one in await phone.send(*early)] == ["applied", "applied", "rejected"]
    await town.prove(results[0], round="triwulan-2")
    [last] = await phone.send(told(later, rhk=results[2]))
    [stale] = await phone.send(step("skp.rate_result", later, rating="di_atas"))
    assert (last["status"], stale["status"]) == ("applied", "conflict")
    assert (await town.body("skp_evaluation", later)).get("ratingResult") is None


async def test_how_far_a_peers_plan_is_stays_unknown(town: EvaluatedTown) -> None:
    """A part for somebody else's plan is not found, whatever state that plan is in."""
    await town.in_force()
    foreign: dict[str, Any] = {"plan": town.plan_of("kabid_a"), "kind": "utama", "text": "Coba"}
    refused = await town.acts("kabid_b", "skp.rhk", **foreign)
    assert (refused.status, refused.code) == ("rejected", "not_found")


async def test_a_plan_under_revision_is_not_rated(town: EvaluatedTown) -> None:
    """What is being revised is no approved plan; what the next approval says is rated anew."""
    [rhk] = await town.in_force()
    await town.prove(rhk, round=ANNUAL)
    id, plan = await town.rated([rhk], round=ANNUAL), town.plan_of("kabid_a")
    assert (await town.plan("kabid_a")).status == "evaluasi"
    await town.done("kabid_a", None, "skp.revise", plan, reason="Target berubah")
    await town.done("kepala", None, "skp.return", plan, version=1, reason="Silakan")
    steps: tuple[tuple[str, dict[str, Any]], ...] = (("skp.finalise", {}), ("skp.rate_result", {"rating": "di_bawah"}))
    for kind, args in steps:
        refused = await town.acts("kepala", kind, id, **args)
        assert (refused.status, refused.code) == ("rejected", "state"), kind
        assert "direvisi" in (refused.message or "")
    assert (await town.tell(rhk, round=ANNUAL)).code == "state"
    assert (await town.plan("kabid_a")).status == "dikembalikan"
    await town.done("kabid_a", None, "skp.submit", plan)
    before = await town.body("skp_evaluation", id)
    seen = await town.seen(id)
    await town.done("kepala", None, "skp.approve", plan, version=2)
    stale = await town.do("kepala", None, "skp.finalise", id, seen=seen)
    assert stale.status == "conflict", "what was seen was of the former version"
    after = await town.body("skp_evaluation", id)
    assert (before["ratingResult"], before["predicate"]) == ("sesuai", "baik")
    assert ("ratingResult" in after, "predicate" in after, after["ratingBehaviour"]) == (False, False, "di_atas")
    refused = await town.acts("kepala", "skp.finalise", id)
    assert "Rating hasil kerja belum diberikan" in (refused.message or "")
    assert (await town.plan("kabid_a")).status == "persetujuan"
    await town.must("kepala", "skp.rate_result", id, rating="di_atas")
    await town.must("kepala", "skp.finalise", id)
    assert (await town.plan("kabid_a")).status == "final"


async def test_a_plan_is_under_evaluation_while_one_is_open(town: EvaluatedTown) -> None:
    """*evaluasi* from the first feedback on, *persetujuan* again after a quarter, *final* with the year."""
    [rhk] = await town.in_force()
    for round in (QUARTER, "triwulan-2", ANNUAL):
        await town.prove(rhk, round=round)
    assert (await town.plan("kabid_a")).status == "persetujuan"
    early = await town.acts("kepala", "skp.rate_result", town.evaluation(), rating="sesuai")
    assert (early.status, (await town.plan("kabid_a")).status) == ("rejected", "persetujuan")
    first = await town.rated([rhk])
    await town.tell(rhk, round="triwulan-2")
    assert (await town.body("skp", town.plan_of("kabid_a")))["status"] == "evaluasi"
    await town.must("kepala", "skp.finalise", first)
    assert (await town.plan("kabid_a")).status == "evaluasi", "the second quarter is open"
    await town.must("kepala", "skp.finalise", await town.rated([rhk], round="triwulan-2"))
    assert (await town.plan("kabid_a")).status == "persetujuan"
    await town.must("kepala", "skp.finalise", await town.rated([rhk], round=ANNUAL))
    assert (await town.body("skp", town.plan_of("kabid_a")))["status"] == "final"


async def test_evidence_is_no_larger_than_the_year_allows(town: EvaluatedTown) -> None:
    """10 MB unless HR sets another size; the next byte is refused in words, and nothing is stored."""
    [rhk] = await town.in_force()
    file = announced(PDF, "bukti.pdf")
    most = 10 * 1024 * 1024
    said: dict[str, Any] = {"plan": town.plan_of("kabid_a"), "rhk": rhk, "round": QUARTER}
    refused = await town.acts("kabid_a", "skp.evidence", **said, file={**file, "bytes": most + 1})
    assert (refused.status, refused.code) == ("rejected", "invalid")
    assert "paling besar 10 MB" in (refused.message or "")
    assert not await town.rows(Evidence)
    await town.must("kabid_a", "skp.evidence", **said, file={**file, "bytes": most})


async def test_a_plan_closed_under_revision_is_evaluated_as_it_was_approved(town: EvaluatedTown) -> None:
    """What was added for a revision that nobody approved is not rated; what was taken out for it still is."""
    [first, second] = await town.in_force(2)
    plan = town.plan_of("kabid_a")
    for rhk in (first, second):
        await town.prove(rhk)
    await town.done("kabid_a", None, "skp.revise", plan, reason="Target berubah")
    await town.done("kepala", None, "skp.return", plan, version=1, reason="Silakan")
    added = await town.result("kabid_a", "Belum disetujui", kind="tambahan", order=9)
    await town.done("kabid_a", None, "skp.rhk_remove", second, digest=await town.result_digest(second))
    named = {"plan": plan, "version": 1, "reason": "Pensiun", "act": "tutup", "date": "2026-11-20"}
    await town.done("hra", "HRA", "skp.order", uuid7(), **named)
    assert (await town.tell(added)).code == "invalid"
    await town.must("kepala", "skp.finalise", await town.rated([first, second]))
    assert (await town.plan("kabid_a")).status == "ditutup"


async def test_nobody_closes_a_plan_on_a_day_to_come(town: EvaluatedTown) -> None:
    """A transfer moves the person today; 20 November is, 21 November is not yet."""
    await town.in_force()
    named: dict[str, Any] = {
        "plan": town.plan_of("kabid_a"),
        "version": 1,
        "reason": "Mutasi",
        "superior": town.people["sekda"],
    }
    for act in ("pindah", "tutup"):
        refused = await town.do("hra", "HRA", "skp.order", uuid7(), **named, act=act, date="2026-11-21")
        assert (refused.status, refused.code) == ("rejected", "invalid"), act
        assert "belum tiba" in (refused.message or "")
    await town.done("hra", "HRA", "skp.order", uuid7(), **named, act="pindah", date="2026-11-20")


async def test_hr_enters_no_ratings_of_its_own(town: EvaluatedTown) -> None:
    """A root who also works as HR: somebody else enters what the outside evaluator said."""
    root = await town.root_approved()
    await town.prove(root, "sekda")
    await town.grant("sekda", "HRA", "SKR")
    said: dict[str, Any] = {
        "ratingResult": "di_atas",
        "ratingBehaviour": "di_atas",
        "documentDate": "2026-04-06",
        "document": "B/1",
    }
    refused = await town.do("sekda", "HRA", "skp.outside", town.evaluation("sekda", QUARTER), **said)
    assert (refused.status, refused.code) == ("rejected", "forbidden")
    await town.done("hra", "HRA", "skp.outside", town.evaluation("sekda", QUARTER), **said)
    objection = uuid7()
    await town.must(
        "sekda", "skp.object", objection, evaluation=town.evaluation("sekda", QUARTER), reasons="Mohon ditinjau lagi."
    )  # fmt: skip
    own = await town.do("sekda", "HRA", "skp.decide", objection, reason="Setuju", document="B/2")
    assert (own.status, own.code) == ("rejected", "forbidden")
    same = {"ratingResult": "di_atas", "reason": "Tetap", "document": "B/2"}
    await town.done("hra", "HRA", "skp.decide", objection, **same)
    assert (await town.body("skp_objection", objection))["decision"] == "tetap", "the same rating again is no change"


@pytest.mark.parametrize(("day", "before", "after"), [
    (date(2026, 6, 15), 6, 6), (date(2026, 10, 1), 9, 3), (date(2026, 12, 20), 12, 0), (date(2026, 1, 2), 1, 11),
])  # fmt: skip
def test_months_of_two_stretches_add_up_to_the_year(day: date, before: int, after: int) -> None:
    """A transfer in the middle of a month does not make thirteen months of credit."""
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    closed = date.fromordinal(day.toordinal() - 1)
    assert rounds.months(ANNUAL, 2026, first, closed, first) == before
    assert rounds.months(ANNUAL, 2026, day, last, first) == after
    assert rounds.overlaps(ANNUAL, 2026, day, last)
    opened = date(2026, 3, 10)
    assert rounds.months(ANNUAL, 2026, opened, last, opened) == 10
