"""The cases that the phone's TypeScript runs too (``sync/vectors``)."""

import json
from pathlib import Path
from typing import Any

import pytest

from sync.clock import made_at, parse_wire
from sync.digest import digest_of
from sync.merge import merge_fields, same
from sync.receipts import display, read

VECTORS = Path(__file__).parents[2] / "sync" / "vectors"


def cases(name: str) -> list[Any]:
    content = json.loads((VECTORS / f"{name}.json").read_text())
    assert content["cases"]
    return [pytest.param(case["in"], case["out"], id=case["note"]) for case in content["cases"]]


@pytest.mark.parametrize(("given", "out"), cases("merge"))
def test_merge(given: dict[str, Any], out: dict[str, Any]) -> None:
    merge = merge_fields(given["base"], given["mine"], given["theirs"], given["groups"])
    assert merge.conflicts == out["conflicts"]
    if out["merged"] is not None:
        assert same({**given["theirs"], **merge.changes}, out["merged"])
    else:
        assert merge.changes == {}


@pytest.mark.parametrize(("given", "out"), cases("clock"))
def test_clock(given: dict[str, Any], out: dict[str, Any]) -> None:
    made = made_at(
        arrival=parse_wire(given["arrival"]) or 0,
        wall=parse_wire(given["wall"]),
        last_server=parse_wire(given["lastServer"]),
        last_wall=parse_wire(given["lastWall"]),
        since_ms=given["sinceMs"],
    )
    assert made == parse_wire(out["made"])


@pytest.mark.parametrize(("given", "out"), cases("digest"))
def test_digest(given: dict[str, Any], out: dict[str, Any]) -> None:
    distinct = {(one["kind"], one["id"].lower(), int(one["version"])) for one in given["records"]}
    assert len(distinct) == out["count"]
    assert digest_of((one["kind"], one["id"], one["version"]) for one in given["records"]) == out["digest"]


@pytest.mark.parametrize(("given", "out"), cases("receipt"))
def test_receipt(given: dict[str, str], out: dict[str, Any]) -> None:
    code = read(given["typed"])
    assert code == out["receipt"]
    assert (None if code is None else display(code)) == out["display"]
