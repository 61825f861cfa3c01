"""Scores of officers and sites from counted ratings (PACAK): means, indexes, ranks, the composite.

v1 and v2 are never combined. Everything is exact until it is printed: half up to two decimals.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from backend.ratings.rules.numbers import exact, half_up, read_exact

FORMULA_VERSION = "1.0"
"""Kept with every figure; it changes with the arithmetic, never with a threshold."""

INDICATORS = ("P", "AM", "C", "AK", "K")
"""Codes in the order in which they are shown."""

SCORES = (1, 2, 3, 4, 5)
COUNTED = "sah"
COMPONENTS = ("rating", "attendance", "skp")


def validate(instrument: str, payload: Mapping[str, Any]) -> list[str]:
    """What is wrong with a filled form of v1 or v2, as codes, ratings before indicators; empty if nothing is."""
    return _validate_v1(payload) if instrument == "v1" else _validate_v2(payload)


def _validate_v1(payload: Mapping[str, Any]) -> list[str]:
    errors: list[str] = []
    rating = payload.get("rating")
    if rating is None or (type(rating) is int and rating == 0):
        errors.append("RATING_REQUIRED")
    elif not _is_score(rating):
        errors.append("RATING_RANGE")
    indicators = payload.get("indicators")
    if not isinstance(indicators, list | tuple) or not indicators:
        errors.append("INDICATOR_REQUIRED")
    elif any(code not in INDICATORS for code in indicators):
        errors.append("INDICATOR_UNKNOWN")
    elif len(set(indicators)) != len(indicators):
        errors.append("INDICATOR_DUPLICATE")
    return errors


def _validate_v2(payload: Mapping[str, Any]) -> list[str]:
    ratings = payload.get("ratings")
    given = ratings if isinstance(ratings, Mapping) else {}
    if any(code not in INDICATORS for code in given):
        return ["INDICATOR_UNKNOWN"]
    values = [given.get(code) for code in INDICATORS]
    if any(value is None or (type(value) is int and value == 0) for value in values):
        return ["RATINGS_INCOMPLETE"]
    return [] if all(_is_score(value) for value in values) else ["RATING_RANGE"]


def _is_score(value: object) -> bool:
    return type(value) is int and value in SCORES


def given(code: str, version: str, scores: Mapping[str, int], indicators: Sequence[str]) -> int:
    """What one rating adds to the sum of an indicator: v2 its score, v1 a one if it was chosen."""
    return scores[code] if version == "v2" else int(code in indicators)


@dataclass(slots=True)
class Single:
    """Counted ratings of v1: how many, their sum, how often each score was given and each indicator was ticked."""

    n: int = 0
    total: int = 0
    spread: dict[int, int] = field(default_factory=lambda: dict.fromkeys(SCORES, 0))
    indicators: dict[str, int] = field(default_factory=lambda: dict.fromkeys(INDICATORS, 0))

    def add(self, score: int, times: int = 1) -> None:
        """Count a score."""
        self.n += times
        self.total += score * times
        self.spread[score] += times

    def tick(self, codes: Iterable[str], times: int = 1) -> None:
        """Count the selected indicators of ratings that :meth:`add` counted."""
        for code in codes:
            self.indicators[code] += times

    def merge(self, other: Single) -> None:
        """Pool with others."""
        self.n += other.n
        self.total += other.total
        for score, times in other.spread.items():
            self.spread[score] += times
        self.tick_all(other.indicators)

    def tick_all(self, counts: Mapping[str, int]) -> None:
        """Add counts of selected indicators."""
        for code, times in counts.items():
            self.indicators[code] += times

    @property
    def mean(self) -> Fraction | None:
        """The exact mean; ``None`` without ratings."""
        return Fraction(self.total, self.n) if self.n else None


@dataclass(slots=True)
class Fivefold:
    """Counted ratings of v2: how many, and the sum of the scores of each indicator."""

    n: int = 0
    totals: dict[str, int] = field(default_factory=lambda: dict.fromkeys(INDICATORS, 0))

    def add(self, totals: Mapping[str, int], times: int) -> None:
        """Count ``times`` ratings whose scores sum to ``totals``."""
        self.n += times
        for code in INDICATORS:
            self.totals[code] += totals[code]

    def merge(self, other: Fivefold) -> None:
        """Pool with others."""
        self.add(other.totals, other.n)

    def mean_of(self, code: str) -> Fraction | None:
        """The exact mean of one indicator."""
        return Fraction(self.totals[code], self.n) if self.n else None

    @property
    def mean(self) -> Fraction | None:
        """The equal-weight mean of the five indicator means."""
        return Fraction(sum(self.totals.values()), len(INDICATORS) * self.n) if self.n else None


def tally(ratings: Iterable[Mapping[str, Any]]) -> tuple[Single, Fivefold]:
    """Count ratings one by one; only *sah* ones count."""
    single, fivefold = Single(), Fivefold()
    for one in ratings:
        if one["status"] != COUNTED:
            continue
        if one["instrument"] == "v1":
            single.add(one["value"])
            single.tick(one["indicators"])
        else:
            fivefold.add(one["values"], 1)
    return single, fivefold


def printed(mean: Fraction | None) -> dict[str, str | None]:
    """A mean as it is stored and printed: exact, two decimals, and the index (mean x 20)."""
    if mean is None:
        return {"mean_exact": None, "mean": None, "index": None}
    return {"mean_exact": exact(mean), "mean": half_up(mean, 2), "index": half_up(mean * 20, 2)}


def single_figures(single: Single, n_min: int) -> dict[str, Any] | None:
    """The figures of v1; ``None`` without ratings. Indicator counts are selections: v1 has no indicator average."""
    if not single.n:
        return None
    return {
        "n": single.n,
        **printed(single.mean),
        "indicator_counts": dict(single.indicators),
        "enough": single.n >= n_min,
    }


def fivefold_figures(fivefold: Fivefold, n_min: int) -> dict[str, Any] | None:
    """The figures of v2; ``None`` without ratings."""
    if not fivefold.n:
        return None
    means = {code: fivefold.mean_of(code) for code in INDICATORS}
    return {
        "n": fivefold.n,
        **printed(fivefold.mean),
        "indicator_means": {code: half_up(mean, 2) for code, mean in means.items() if mean is not None},
        "enough": fivefold.n >= n_min,
    }


@dataclass(frozen=True, slots=True)
class Standing:
    """What a rank is made of: somebody's id, how many ratings, and the exact mean."""

    id: str
    n: int
    mean: Fraction


@dataclass(frozen=True, slots=True)
class Ranking:
    """``ranked``: (rank, standing) from the best; ``not_enough``: too few ratings; ``withheld``: below the floor."""

    ranked: Sequence[tuple[int, Standing]]
    not_enough: Sequence[str]
    withheld: Sequence[str]


def rank(people: Iterable[Standing], n_min: int, floor: Fraction) -> Ranking:
    """By exact mean, then by n; equal in both share a rank, and the next one is skipped. Listed by id within."""
    not_enough: list[str] = []
    withheld: list[str] = []
    rest: list[Standing] = []
    for one in people:
        if one.n < n_min:
            not_enough.append(one.id)
        elif one.mean < floor:
            withheld.append(one.id)
        else:
            rest.append(one)
    rest.sort(key=lambda one: (-one.mean, -one.n, one.id))
    ranked: list[tuple[int, Standing]] = []
    for place, one in enumerate(rest, start=1):
        last = ranked[-1] if ranked else None
        shared = last is not None and (last[1].mean, last[1].n) == (one.mean, one.n)
        ranked.append((last[0] if last is not None and shared else place, one))
    return Ranking(ranked, sorted(not_enough), sorted(withheld))


def composite(components: Mapping[str, Any], weights: Mapping[str, Any] | None) -> dict[str, Any]:
    """v3: the weighted sum of three components, each 0-100, as ``composite_exact`` and ``composite``.

    Refused with ``WEIGHTS_MISSING``, ``WEIGHTS_NEGATIVE``, ``WEIGHTS_SUM`` (not exactly 1), ``COMPONENT_MISSING``
    or ``COMPONENT_RANGE``.
    """
    parts = [read_exact(weights.get(name)) if weights else None for name in COMPONENTS]
    known = [part for part in parts if part is not None]
    if weights is None or len(known) < len(COMPONENTS):
        return {"ok": False, "error": "WEIGHTS_MISSING"}
    if any(part < 0 for part in known):
        return {"ok": False, "error": "WEIGHTS_NEGATIVE"}
    if sum(known) != 1:
        return {"ok": False, "error": "WEIGHTS_SUM"}
    values = [read_exact(components.get(name)) for name in COMPONENTS]
    present = [value for value in values if value is not None]
    if len(present) < len(COMPONENTS):
        return {"ok": False, "error": "COMPONENT_MISSING"}
    if any(not 0 <= value <= 100 for value in present):
        return {"ok": False, "error": "COMPONENT_RANGE"}
    total = sum((weight * value for weight, value in zip(known, present, strict=True)), Fraction(0))
    return {"ok": True, "composite_exact": exact(total), "composite": half_up(total, 2)}
