"""The figures of a report from counted ratings: rows of officers, sites and services, ranked and held back.

v1 and v2 stand beside each other and are never one figure. Everything here is plain JSON, exact means as fractions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from backend.ratings.rules import scores
from backend.ratings.rules.scores import Fivefold, Single

RANKED, NOT_ENOUGH, WITHHELD = "peringkat", "belum_cukup", "tidak_ditampilkan"
VERSIONS = ("v1", "v2")


@dataclass(frozen=True, slots=True)
class Line:
    """What was counted for one officer, site or service."""

    id: str
    name: str
    site: str
    site_name: str
    single: Single
    fivefold: Fivefold
    services: Mapping[str, int]
    unproven: int

    @property
    def n(self) -> int:
        """All counted ratings of both versions."""
        return self.single.n + self.fivefold.n


def row(line: Line, n_min: int) -> dict[str, Any]:
    """One line of a report; ``v1`` and ``v2`` are ``None`` without ratings of that version."""
    single = scores.single_figures(line.single, n_min)
    if single is not None:
        single["sum"] = line.single.total
        single["spread"] = [line.single.spread[score] for score in reversed(scores.SCORES)]
    return {
        "id": line.id,
        "name": line.name,
        "site": line.site,
        "site_name": line.site_name,
        "n": line.n,
        "unproven": line.unproven,
        "v1": single,
        "v2": scores.fivefold_figures(line.fivefold, n_min),
        "services": dict(sorted(line.services.items())),
    }


def ranked_rows(lines: Iterable[Line], n_min: int, floor: Fraction) -> list[dict[str, Any]]:
    """The lines of officers, each version with its ``standing`` (and ``rank``), the best first."""
    known = list(lines)
    rows = {line.id: row(line, n_min) for line in known}
    for version in VERSIONS:
        standings = [
            scores.Standing(line.id, part.n, part.mean)
            for line in known
            for part in [line.single if version == "v1" else line.fivefold]
            if part.mean is not None
        ]
        found = scores.rank(standings, n_min, floor)
        for place, one in found.ranked:
            rows[one.id][version] |= {"standing": RANKED, "rank": place}
        for id in found.not_enough:
            rows[id][version] |= {"standing": NOT_ENOUGH, "rank": None}
        for id in found.withheld:
            rows[id][version] |= {"standing": WITHHELD, "rank": None}
    return sorted(rows.values(), key=_place)


def _place(one: Mapping[str, Any]) -> tuple[Any, ...]:
    first, second = one["v1"] or {}, one["v2"] or {}
    last = 10**9
    return (first.get("rank") or last, second.get("rank") or last, str(one["name"]).casefold(), one["id"])


def published_rows(rows: Iterable[Mapping[str, Any]], *, show_below: bool) -> tuple[list[dict[str, Any]], int]:
    """What a publication names, and how many it does not.

    Officers with too few ratings are named without figures; those below the floor are only counted, unless the head
    decided otherwise (``show_below``). Neither sums nor counts of single scores leave the report.
    """
    shown: list[dict[str, Any]] = []
    hidden = 0
    for one in rows:
        standings = [one[version]["standing"] for version in VERSIONS if one[version]]
        if WITHHELD in standings and not show_below:
            hidden += 1
            continue
        shown.append({
            "name": one["name"],
            **{version: _public(one[version], show_below=show_below) for version in VERSIONS},
        })  # fmt: skip
    return shown, hidden


def _public(part: Mapping[str, Any] | None, *, show_below: bool) -> dict[str, Any] | None:
    if part is None:
        return None
    if part["standing"] == NOT_ENOUGH or (part["standing"] == WITHHELD and not show_below):
        return {"n": None, "mean": None, "index": None, "rank": None}
    return {name: part[name] for name in ("n", "mean", "index", "rank")}
