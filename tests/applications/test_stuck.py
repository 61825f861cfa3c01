"""Whoever has the word can always finish: what was sent back or asked for is never locked against what it needs."""

from __future__ import annotations

from datetime import date, timedelta

from backend.applications.models import ApplicationReopened
from tests.applications.test_credit_points import evaluated
from tests.applications.town import PROMOTION, Town

OPD = ("opd_dikbud", "OPD")


async def sent_back(town: Town, **reasons: str) -> str:
    """A returned case."""
    case = await town.checked()
    await town.done("verifikator", "VER", "application.return", case, reasons=reasons)
    return case


async def asked(town: Town, *targets: str) -> str:
    """A case of which the outside wants these again."""
    case = await town.verified()
    await town.done("verifikator", "VER", "application.send_out", case, sentOn="2027-01-15")
    await town.done("verifikator", "VER", "application.correct", case, reasons=dict.fromkeys(targets, "Minta lagi."))
    return case


async def test_a_correction_is_sent_whatever_changed_beside_it(town: Town) -> None:
    """A poor evaluation became final and the personnel file got the new rank while a decree was asked for: no
    applicant could mend either, and nobody asked for it. What was verified is what goes out."""
    case = await asked(town, "SK_PANGKAT")
    for year in (2025, 2026):
        await evaluated(town, year, "kurang")
    await town.know("guru", rank="Pembina (IV/a)", tmt_rank=date(2027, 1, 1))
    unanswered = await town.do(*OPD, "application.resend", case)
    assert set(unanswered.fields) == {"items.SK_PANGKAT"}
    await town.document(*OPD, case, "SK_PANGKAT")
    assert (await town.body("application", case))["missing"] == {}
    await town.done(*OPD, "application.resend", case)
    row = await town.case(case)
    assert (row.state, row.imported["currentRank"]) == ("diproses_luar", "Penata Tingkat I (III/d)")


async def test_a_correction_still_judges_what_was_asked_for(small_town: Town) -> None:
    """An asked field that does not fit blocks; the reason that its check allows opens with it, nothing else."""
    town = small_town
    case = await asked(town, "proposedRank")
    other = {**PROMOTION, "proposedRank": "Pembina Tingkat I (IV/b)"}
    await town.write(*OPD, case, "promotion", **other)
    refused = await town.do(*OPD, "application.resend", case)
    assert set(refused.fields) == {"fields.proposedRank"}
    assert {one["target"] for one in (await town.body("application", case))["reopened"]} == {
        "proposedRank",
        "rankReason",
    }
    locked = await town.write(*OPD, case, "promotion", **{**other, "kind": "fungsional"})
    assert (locked.status, locked.code) == ("rejected", "locked")
    await town.write(*OPD, case, "promotion", **other, rankReason="Penetapan pusat.")
    await town.done(*OPD, "application.resend", case)


async def test_another_kind_opens_the_documents_that_it_asks_for(town: Town) -> None:
    """The verifier could not name them: they were not asked for. They stay open until it is sent, the rest is locked;
    back to the first kind nothing of that is asked for."""
    case = await sent_back(town, kind="Jabatannya fungsional.")
    early = await town.do(*OPD, "application.submit", case)
    assert set(early.fields) == {"fields.kind"}
    await town.write(*OPD, case, "promotion", **{**PROMOTION, "kind": "fungsional"})
    body = await town.body("application", case)
    assert {one["target"]: one["answered"] for one in body["reopened"]} == {
        "kind": True, "SK_JABATAN": True, "PAK": True,
    }  # fmt: skip
    first = await town.document(*OPD, case, "PAK")
    second = await town.document(*OPD, case, "PAK")
    assert first != second == await town.held(case, "PAK"), "a wrong file is exchanged until it is sent"
    late = await town.write(*OPD, case, "newDiploma", newDiploma="ya")
    assert (late.status, late.code) == ("rejected", "locked")
    refused = await town.do(*OPD, "application.submit", case)
    assert set(refused.fields) == {"items.SK_JABATAN"}
    await town.document(*OPD, case, "SK_JABATAN")
    await town.done(*OPD, "application.submit", case)
    assert not [row for row in await town.rows(ApplicationReopened, application=case) if row.closed_at is None]


async def test_what_is_not_asked_for_any_more_blocks_nothing(small_town: Town) -> None:
    """Opened by a change that was taken back; named by the verifier and hidden by another answer."""
    town = small_town
    case = await sent_back(town, kind="Periksa lagi.", proposedRank="Periksa lagi.", exempting="Ijazah yang mana?")
    await town.write(*OPD, case, "promotion", **{**PROMOTION, "kind": "fungsional"})
    other = {**PROMOTION, "proposedRank": "Pembina Tingkat I (IV/b)", "rankReason": ""}
    await town.write(*OPD, case, "promotion", **{k: v for k, v in other.items() if k != "rankReason"})
    body = await town.body("application", case)
    assert "rankReason" in {one["target"] for one in body["reopened"]}
    # IV/b crosses into no other group of ranks, so nobody is asked of the exam.
    assert [one["answered"] for one in body["reopened"] if one["target"] == "exempting"] == [True]
    await town.write(*OPD, case, "promotion", **{**other, "rankReason": "Penetapan pusat."})
    await town.done(*OPD, "application.submit", case)


async def test_a_rank_that_came_meanwhile_opens_the_proposal(small_town: Town) -> None:
    """A returned case is judged by what is so now; what that makes wrong can be written, at night already."""
    town = small_town
    case = await sent_back(town, education="Tulis jurusannya.")
    await town.know("guru", rank="Pembina (IV/a)", tmt_rank=date(2023, 4, 1))
    await town.write(*OPD, case, "education", education="S1 Fisika")
    assert set((await town.body("application", case))["missing"]) == {"fields.proposedRank"}
    await town.write(*OPD, case, "promotion", **{**PROMOTION, "proposedRank": "Pembina Tingkat I (IV/b)"})
    await town.done(*OPD, "application.submit", case)


async def test_a_returned_period_is_judged_again_when_it_changed(small_town: Town) -> None:
    """What was in time once stays so; another period must exist and be open."""
    town = small_town
    case = await sent_back(town, period="Periksa periodenya.")
    town.clock.set(town.clock.now() + timedelta(days=60))
    for wrong, said in (("2020-04", "ditutup"), ("2027-05", "tidak ada"), ("xx", "tidak ada"), ("2028-10", "dibuka")):
        await town.write(*OPD, case, "promotion", **{**PROMOTION, "period": wrong})
        refused = await town.do(*OPD, "application.submit", case)
        assert set(refused.fields) == {"fields.period"}, wrong
        assert said in (refused.message or ""), wrong
    await town.write(*OPD, case, "promotion", **PROMOTION)
    await town.done(*OPD, "application.submit", case)
    assert (await town.case(case)).arrival == "tepat_waktu"


async def test_the_outside_may_ask_for_a_later_period_never_for_one_that_is_over(small_town: Town) -> None:
    """A correction of the period: Oktober before it opens is taken, a past or unknown one is not."""
    town = small_town
    case = await asked(town, "period")
    for wrong in ("2020-04", "xx"):
        await town.write(*OPD, case, "promotion", **{**PROMOTION, "period": wrong})
        refused = await town.do(*OPD, "application.resend", case)
        assert set(refused.fields) == {"fields.period"}, wrong
    await town.write(*OPD, case, "promotion", **{**PROMOTION, "period": "2027-10"})
    await town.done(*OPD, "application.resend", case)
    assert (await town.case(case)).period == "2027-10"
