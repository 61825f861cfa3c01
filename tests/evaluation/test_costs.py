"""The golden cases of visitors and cost, read as they were given."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from backend.evaluation.rules import costs

CASES = json.loads((Path(__file__).parents[1] / "vectors" / "cost_saved.json").read_text())["cases"]


def _visit(litres: str, price: int, meal: int, other: int) -> dict[str, Any]:
    return {"per_visit": costs.per_visit(costs.exact(litres), price, meal, other)}


def _visitors(before: list[int], after: list[int], per_visit: int) -> dict[str, Any]:
    found = costs.visitors(before, after, per_visit)
    return {
        "before_avg": found.before_avg, "after_avg": found.after_avg, "avoided_total": found.avoided,
        "saving": found.saving, "claim": found.claim, "reason": found.reason, "label": found.label,
    }  # fmt: skip


def _saving(before: list[tuple[int, int]], after: list[tuple[int, int]]) -> dict[str, Any]:
    earlier, later, saved, percent = costs.saving(before, after)
    return {"before": earlier, "after": later, "saving": saved, "percent": percent}


def _recap(total: int, parts: dict[str, int]) -> dict[str, Any]:
    return {"sum": sum(parts.values()), "unexplained": costs.unexplained(total, parts)}


OPERATIONS = {"visit": _visit, "visitors": _visitors, "saving": _saving, "recap": _recap}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["in"]["op"])
def test_golden_case(case: dict[str, Any]) -> None:
    given = dict(case["in"])
    work = OPERATIONS[given.pop("op")]
    try:
        found = {"ok": True, **work(**given)}
    except costs.CostError as error:
        found = {"ok": False, "error": error.code}
    assert found == case["out"]


@pytest.mark.parametrize("text", ["", "x", "NaN", "Infinity", "1e99", "0." + "1" * 40])
def test_what_is_no_quantity_is_refused(text: str) -> None:
    with pytest.raises(costs.CostError) as refused:
        costs.exact(text)
    assert refused.value.code == "NUMBER"
