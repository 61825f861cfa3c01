"""Scores and the satisfaction index against the shared vectors, rounding traps included."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.ratings.rules import ikm, scores
from backend.ratings.rules.numbers import half_up

VECTORS = Path(__file__).parents[1] / "vectors"
SCORES = json.loads((VECTORS / "rating_scores.json").read_text())["cases"]
IKM = json.loads((VECTORS / "ikm.json").read_text())["cases"]


def _ranking(given: Mapping[str, Any]) -> dict[str, Any]:
    people = [scores.Standing(one["id"], one["n"], Fraction(one["sum"], one["n"])) for one in given["employees"]]
    found = scores.rank(people, given["n_min"], Fraction(given["floor"]))
    ranked = [{"id": one.id, "rank": place, "mean": half_up(one.mean, 2), "n": one.n} for place, one in found.ranked]
    return {"ranked": ranked, "not_enough": list(found.not_enough), "withheld": list(found.withheld)}


def _answer(given: Mapping[str, Any]) -> dict[str, Any]:
    if given["op"] == "validate":
        errors = scores.validate(given["instrument"], given["payload"])
        return {"ok": not errors, "errors": errors}
    if given["op"] == "summary":
        single, fivefold = scores.tally(given["ratings"])
        n_min = given["n_min"]
        return {"v1": scores.single_figures(single, n_min), "v2": scores.fivefold_figures(fivefold, n_min)}
    if given["op"] == "site":
        pooled = scores.Single()
        for values in given["by_employee"].values():
            one = scores.Single()
            for value in values:
                one.add(value)
            pooled.merge(one)
        return {"n": pooled.n, **scores.printed(pooled.mean)}
    if given["op"] == "rank":
        return _ranking(given)
    return scores.composite(given["components"], given["weights"])


@pytest.mark.parametrize("case", SCORES, ids=lambda case: case["in"]["op"])
def test_vectors_of_scores(case: Mapping[str, Any]) -> None:
    """Acceptance 9 is among them: 5, 4, 3 give 4.00, n 3, index 80.00, and v2 5, 4, 3, 4, 4 gives 4.00."""
    assert _answer(case["in"]) == case["out"]


@pytest.mark.parametrize("case", IKM, ids=range(len(IKM)))
def test_vectors_of_the_index(case: Mapping[str, Any]) -> None:
    """Acceptance 16 is among them: 91.48 A, 91.38, 90.56, lowest U3, U2, U5."""
    given = case["in"]
    try:
        base = (
            ikm.from_rows(given["rows"], given["missing"])
            if "rows" in given
            else ikm.from_sums(given["n"], given["sums"])
        )
        found: dict[str, Any] = {"ok": True, **ikm.compute(base, given["weight"]).wire()}
    except ikm.IkmError as error:
        found = {"ok": False, "error": error.code}
    assert found == case["out"]


@pytest.mark.parametrize(
    ("weights", "components", "error"),
    [
        ({"rating": "1.5", "attendance": "-0.25", "skp": "-0.25"}, {}, "WEIGHTS_NEGATIVE"),
        ({"rating": "0.5", "attendance": "0.5"}, {}, "WEIGHTS_MISSING"),
        ({"rating": "0.3", "attendance": "0.3", "skp": "0.4"}, {"rating": "100.01"}, "COMPONENT_RANGE"),
        ({"rating": "0.3", "attendance": "0.3", "skp": "0.4"}, {"rating": "abc"}, "COMPONENT_MISSING"),
    ],
)
def test_a_composite_is_refused(weights: dict[str, str], components: dict[str, str], error: str) -> None:
    given = {"rating": "80", "attendance": "95", "skp": "90"} | components
    assert scores.composite(given, weights) == {"ok": False, "error": error}


@pytest.mark.parametrize(
    ("value", "text"), [("1/200", "0.01"), ("9/8", "1.13"), ("2199/1000", "2.20"), ("23/6", "3.83"), ("0", "0.00")]
)
def test_half_goes_up(value: str, text: str) -> None:
    assert half_up(Fraction(value), 2) == text


@given(st.lists(st.lists(st.integers(1, 5), min_size=1, max_size=30), min_size=1, max_size=6))
def test_pooling_is_counting_all_at_once(groups: list[list[int]]) -> None:
    pooled, at_once = scores.Single(), scores.Single()
    for group in groups:
        part = scores.Single()
        for value in group:
            part.add(value)
            at_once.add(value)
        pooled.merge(part)
    assert pooled == at_once
    assert pooled.mean == Fraction(sum(map(sum, groups)), sum(map(len, groups)))


@given(st.lists(st.lists(st.integers(1, 4), min_size=9, max_size=9), min_size=1, max_size=30))
def test_rows_and_their_sums_give_one_index(rows: list[list[int]]) -> None:
    from_rows = ikm.compute(ikm.from_rows(rows))
    from_sums = ikm.compute(ikm.from_sums(len(rows), [sum(column) for column in zip(*rows, strict=True)]))
    assert from_rows.wire() == from_sums.wire()
    assert Fraction(25) <= from_rows.total <= Fraction(100)
