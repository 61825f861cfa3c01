"""Credit points of a functional promotion: what the evaluations kept here tell, and what the paper alone can."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from backend.performance.models import Evaluation, Plan
from backend.performance.rules.promotion import Stretch, points_met
from sync.ids import uuid7
from tests.applications.town import PROMOTION, Town

SINCE, TODAY = date(2023, 4, 1), date(2027, 1, 15)
GOOD = [Stretch(2023, 12, "baik"), Stretch(2024, 12, "baik"), Stretch(2025, 12, "baik"), Stretch(2026, 12, "baik")]
"""Nine months of 2023 count: 18.75 + 3 x 25 points at a coefficient of 25."""


@pytest.mark.parametrize(
    ("evaluated", "need", "met"),
    [
        (GOOD, "93.75", True),
        (GOOD, "93.76", False),
        (GOOD[1:], "75", True),
        (GOOD[1:], "80", None),
        (GOOD[:3], "80", None),
        ([], "1", None),
        ([*GOOD, Stretch(2022, 12, "baik"), Stretch(2027, 12, "sangat_baik")], "100", False),
        ([Stretch(2023, 6, "kurang"), Stretch(2023, 6, "sangat_baik"), *GOOD[1:]], "96.87", True),
        ([Stretch(2023, 6, "kurang"), Stretch(2023, 6, "sangat_baik"), *GOOD[1:]], "96.89", False),
    ],
)
def test_points_since_the_rank_began(evaluated: list[Stretch], need: str, met: bool | None) -> None:
    """Enough is enough with months missing; too few only if every month is evaluated; years outside count nothing, and
    of the year in which the rank began the last months."""
    evaluated = sorted(evaluated, key=lambda one: one.year)
    assert points_met(evaluated, "25", Decimal(need), SINCE, TODAY) is met


def test_a_rank_of_this_year_has_no_points_yet() -> None:
    assert points_met(GOOD, "25", Decimal(1), date(2027, 1, 1), TODAY) is None


async def evaluated(town: Town, year: int, predicate: str) -> None:
    """A final yearly evaluation of ``guru``."""
    plan, person = uuid7(), town.people["guru"]
    async with town.db.write() as session:
        session.add(Plan(
            id=plan, agency=town.agency, period=uuid7(), year=year, person=person, person_name="Siti", status="selesai",
            unit=town.units["DIKBUD"], unit_name="Dinas", form="ja_jf", approach="kuantitatif",
            start=date(year, 1, 1), end=date(year, 12, 31), created_at=town.clock.now(), updated_at=town.clock.now(),
        ))  # fmt: skip
        session.add(Evaluation(
            id=uuid7(), agency=town.agency, plan=plan, person=person, unit=town.units["DIKBUD"], year=year,
            round="tahunan", step="final", predicate=predicate, months=12, finalised_at=town.clock.now(),
            updated_at=town.clock.now(),
        ))  # fmt: skip


async def test_points_below_need_predict_tms_and_the_paper_may_prove_more(town: Town) -> None:
    """Without a need in the agency's settings the document alone counts. With one, too few points predict TMS and
    refuse *kirim*; the applicant who has a PAK that counts more says so, and the case goes to the verifier. Enough
    points ask nothing."""
    await town.know("guru", position_level="Ahli Muda")
    for year in (2023, 2024, 2025, 2026):
        await evaluated(town, year, "baik")
    case = await town.begin()
    await town.filled(case)
    await town.write("opd_dikbud", "OPD", case, "promotion", **{**PROMOTION, "kind": "fungsional"})
    for item in ("SK_JABATAN", "PAK"):
        await town.document("opd_dikbud", "OPD", case, item)
    body = await town.body("application", case)
    assert (body["prediction"], body["missing"], body["facts"]["creditPointsMet"]) == ("", {}, None)

    await town.settle(credit_needs={"Ahli Muda": 100})
    refused = await town.do("opd_dikbud", "OPD", "application.submit", case)
    assert refused.fields == {"items.PAK": "Angka kredit harus mencapai kebutuhan. (TMS)"}
    await town.served().keep(town.engine, town.files.erase)
    assert (await town.body("application", case))["prediction"] == "TMS", "by the next morning the applicant reads it"
    told = await town.version("application", case)
    await town.served().keep(town.engine, town.files.erase)
    assert await town.version("application", case) == told, "nobody hears of a night that brought nothing new"
    await town.write("opd_dikbud", "OPD", case, "creditOnPaper", creditOnPaper="tidak")
    body = await town.body("application", case)
    assert (body["prediction"], body["facts"]["creditPointsMet"]) == ("TMS", False)
    await town.write("opd_dikbud", "OPD", case, "creditOnPaper", creditOnPaper="ya")
    assert (await town.body("application", case))["prediction"] == ""

    await town.settle(credit_needs={"Ahli Muda": "93.75"})
    await town.write("opd_dikbud", "OPD", case, "creditOnPaper", creditOnPaper=None)
    await town.done("opd_dikbud", "OPD", "application.submit", case)
    assert (await town.case(case)).facts["creditPointsMet"] is True
