"""Predicate, distribution, objection, award, credit points, coverage and the order: against the shared vectors."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from backend.identity.rules.numbers import parse_nip
from backend.performance.rules import awards, credit_points, distribution, objections, predicate, steps
from backend.performance.rules.coverage import Coverage
from backend.performance.rules.words import written

VECTORS = Path(__file__).parents[1] / "vectors"


def cases(name: str) -> list[Any]:
    found: list[Any] = json.loads((VECTORS / f"{name}.json").read_text())["cases"]
    return found


@pytest.mark.parametrize("case", cases("predicate"), ids=str)
def test_predicate_follows_from_both_ratings(case: Mapping[str, Any]) -> None:
    given, wanted = case["in"], case["out"]
    if not wanted["ok"]:
        with pytest.raises(predicate.RatingError) as refused:
            predicate.read_request(given)
        assert refused.value.code == wanted["error"]
        return
    result, behaviour, found = predicate.read_request(given)
    assert (result, behaviour, found) == (wanted["hasil"], wanted["perilaku"], wanted["predicate"])
    assert predicate.PREDICATE_LABELS[found] == wanted["label"]


def test_matrix_has_all_nine_cells() -> None:
    assert set(predicate.MATRIX) == {(one, two) for one in predicate.RATINGS for two in predicate.RATINGS}


@pytest.mark.parametrize("case", cases("award_due"), ids=str)
def test_awards_fall_due_by_the_month(case: Mapping[str, Any]) -> None:
    given, wanted = dict(case["in"]), case["out"]
    nip = given.pop("nip")
    number = parse_nip(nip, date(2026, 11, 22)) if nip else None
    start = number.service_start if number is not None and number.ok and number.kind == "PNS" else None
    if not wanted["ok"]:
        with pytest.raises(awards.AwardError) as refused:
            awards.award_due(nip_start=start, **given)
        assert refused.value.code == wanted["error"]
        return
    found = awards.award_due(nip_start=start, **given)
    assert {
        "ok": True, "count_from": found.count_from, "source": found.source, "warnings": list(found.warnings),
        "classes": [
            {"class": one.name, "due": one.due, "state": one.state, "months_late": one.months_late}
            for one in found.classes
        ],
        "propose": found.propose,
    } == wanted  # fmt: skip


@pytest.mark.parametrize("case", cases("credit_points"), ids=str)
def test_credit_points_add_up_as_printed(case: Mapping[str, Any]) -> None:
    given, wanted = case["in"], case["out"]
    lines = [credit_points.Line(one["predicate"], one["months"], one["coefficient"]) for one in given["periods"]]
    if not wanted["ok"]:
        with pytest.raises(credit_points.CreditError) as refused:
            credit_points.credit_points(lines, given["start"], given["need"])
        assert refused.value.code == wanted["error"]
        return
    found = credit_points.credit_points(lines, given["start"], given["need"])
    assert (list(found.items), found.total) == (wanted["items"], wanted["total"])
    assert (found.exact, found.reached) == (Fraction(wanted["exact_sum"]), wanted["reached"])


@pytest.mark.parametrize("bad", ["0", "-1", "nan", "inf", "dua"])
def test_coefficient_is_a_positive_number(bad: str) -> None:
    with pytest.raises(credit_points.CreditError, match="BAD_COEFFICIENT"):
        credit_points.credit_points([credit_points.Line("baik", 12, bad)])


@pytest.mark.parametrize(
    ("achievement", "counts", "told"),
    [
        ("istimewa", {"sangat_baik": 7, "baik": 3}, 0),
        ("istimewa", {"sangat_baik": 8, "baik": 2}, 1),
        ("baik", {"sangat_baik": 2, "baik": 7, "kurang": 1}, 0),
        ("baik", {"sangat_baik": 3, "baik": 7}, 1),
        ("baik", {"baik": 10}, 2),
        ("butuh_perbaikan", {"butuh_perbaikan": 6, "baik": 3, "sangat_baik": 1}, 0),
        ("butuh_perbaikan", {"butuh_perbaikan": 5, "baik": 3, "sangat_baik": 2}, 2),
        ("kurang", {"kurang": 6, "butuh_perbaikan": 1, "baik": 3}, 0),
        ("kurang", {"kurang": 5, "baik": 3, "sangat_baik": 2}, 3),
        ("sangat_kurang", {"sangat_kurang": 6, "kurang": 1, "baik": 3}, 0),
        ("sangat_kurang", {"sangat_kurang": 6, "baik": 3, "sangat_baik": 1}, 2),
        ("baik", {"baik": 4}, 0),
        ("belum", {"baik": 9}, 0),
    ],
)
def test_distribution_warns_by_exact_shares(achievement: str, counts: Mapping[str, int], told: int) -> None:
    assert len(distribution.warnings(achievement, counts)) == told


@pytest.mark.parametrize(("achievement", "rating"), [
    ("istimewa", "di_atas"), ("baik", "sesuai"), ("butuh_perbaikan", "di_bawah"), ("kurang", "di_bawah"),
    ("sangat_kurang", "di_bawah"),
])  # fmt: skip
def test_head_starts_from_what_the_organisation_achieved(achievement: str, rating: str) -> None:
    assert predicate.prefilled(achievement) == rating


def _weekday(day: date) -> bool:
    return day.weekday() < 5


def test_result_is_received_on_the_third_working_day_or_when_accepted() -> None:
    friday = date(2026, 11, 20)
    assert objections.receipt_day(friday, None, _weekday) == date(2026, 11, 25)
    assert objections.receipt_day(friday, date(2026, 11, 23), _weekday) == date(2026, 11, 23)
    assert objections.receipt_day(friday, date(2026, 12, 24), _weekday) == date(2026, 11, 25)


def test_day_fourteen_is_in_time_and_day_fifteen_is_not() -> None:
    received = date(2026, 11, 25)
    last = objections.last_day(received)
    day = timedelta(days=1)
    assert last == date(2026, 12, 9)
    assert objections.judge(last, last, last) is objections.Arrival.IN_TIME
    assert objections.judge(last, last + day, last + day) is objections.Arrival.LATE
    assert objections.judge(last, last + 3 * day, last) is objections.Arrival.BY_CLOCK
    assert objections.judge(last, last + 4 * day, last) is objections.Arrival.LATE


@pytest.mark.parametrize(
    ("covered", "obliged", "sentence"),
    [
        (13, 13, "13 dari 13 (100,0%)"),
        (12, 13, "12 dari 13 (92,3%)"),
        (1, 2000, "1 dari 2000 (0,1%)"),
        (0, 0, "Belum ada yang wajib menyusun SKP."),
    ],
)
def test_coverage_is_half_up_with_its_n(covered: int, obliged: int, sentence: str) -> None:
    """The rule of acceptance 14."""
    assert Coverage(covered, obliged).sentence == sentence


def test_invisible_marks_say_nothing() -> None:
    assert [written(text) for text in (None, " \u200b\u202e\n", " Sudah baik. ")] == ["", "", "Sudah baik."]


def test_steps_of_an_evaluation_name_what_is_missing() -> None:
    """The rule of acceptance 9: four of five results have evidence."""
    results = {str(n): f"RHK {n}" for n in range(1, 6)}
    values = {"loyal": "Loyal", "adaptif": "Adaptif"}
    four = steps.Progress(results, values, evidence=frozenset("1234"))
    for step in steps.Step:
        assert steps.missing_before(step, four) == "Penilaian terkunci. RHK 5 belum punya bukti."
    told = steps.Progress(results, values, frozenset("12345"), frozenset("124"))
    assert steps.missing_before(steps.Step.FEEDBACK_RESULT, told) is None
    assert steps.missing_before(steps.Step.RATE_RESULT, told) == "Umpan balik belum lengkap: RHK 3 dan RHK 5."
    rated = steps.Progress(results, values, frozenset("12345"), frozenset("12345") | {"loyal"}, "sesuai")
    assert steps.missing_before(steps.Step.FEEDBACK_VALUE, rated) is None
    assert steps.missing_before(steps.Step.RATE_BEHAVIOUR, rated) == "Umpan balik perilaku belum lengkap: Adaptif."
    whole = steps.Progress(results, values, frozenset("12345"), frozenset("12345") | set(values), "sesuai")
    assert steps.missing_before(steps.Step.FINALISE, whole) == "Rating perilaku kerja belum diberikan."
    done = steps.Progress(results, values, whole.evidence, whole.feedback, "sesuai", "di_atas")
    assert steps.missing_before(steps.Step.FINALISE, done) is None
    empty = steps.Progress({}, values)
    assert "belum punya RHK" in str(steps.missing_before(steps.Step.FEEDBACK_RESULT, empty))
