"""Cases that the server and the app judge alike; ``pwa/src/applications/vectors.test.ts`` runs the same file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from backend.applications.reading import read
from backend.applications.rules.canonical import plain
from backend.applications.rules.conditions import judge
from backend.applications.rules.placeholders import is_stand_in
from backend.applications.rules.readiness import Held, mendable, readiness
from tests.applications.samples import FILES, service

VECTORS: dict[str, Any] = json.loads((Path(__file__).parent / "vectors.json").read_text())


def test_the_vectors_hold_the_services_as_they_are_published() -> None:
    assert VECTORS["services"] == {one.code: plain(one) for one in map(service, FILES)}


@pytest.mark.parametrize("case", VECTORS["conditions"], ids=lambda case: json.dumps(case)[:60])
def test_conditions(case: dict[str, Any]) -> None:
    assert judge(case["condition"], case["values"], case["facts"]) == case["answer"]


def test_stand_ins() -> None:
    cases = VECTORS["stand_ins"]["cases"]
    found = [
        {"text": one["text"], "is_stand_in": is_stand_in(one["text"], VECTORS["stand_ins"]["words"])} for one in cases
    ]
    assert found == cases


@pytest.mark.parametrize("case", VECTORS["readiness"], ids=lambda case: str(case["name"]))
def test_readiness(case: dict[str, Any]) -> None:
    """Acceptance 6: what is missing is named, all at once, on both sides."""
    read_service = read(VECTORS["services"][case["service"]]).service
    assert read_service is not None
    held = {code: Held(**one) for code, one in case["held"].items()}
    found = readiness(read_service, case["values"], case["facts"], held)
    assert (found.label, found.prediction, found.required, found.missing) == (
        case["label"],
        case["prediction"],
        case["required"],
        case["missing"],
    )
    assert {row.code: row.standing for row in found.rows} == case["standings"]
    assert [[fault.path, fault.code, fault.text] for fault in found.faults] == case["faults"]
    assert sorted(mendable(read_service, case["values"], found.faults)) == case["mendable"]
