"""From the sums of questions to what is printed: means in minutes, shares beside their n, and the three KPI.

Exact until the last step; rounded once, half up. Without data there is no number (``None``), never a zero.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any


def rounded(value: Fraction, decimals: int = 1) -> str:
    """A number as text with a fixed number of decimals, half up (away from zero)."""
    scaled = abs(value) * 10**decimals
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    digits = str(whole).rjust(decimals + 1, "0")
    text = f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits
    return f"-{text}" if value < 0 and whole else text


def mean_minutes(seconds: int, n: int) -> str | None:
    """The mean of ``n`` lapses in minutes, one decimal; ``None`` without any."""
    return None if n == 0 else rounded(Fraction(seconds, 60 * n))


def share(part: int, n: int) -> str | None:
    """A percentage with one decimal; ``None`` when there is nothing to be a share of."""
    return None if n == 0 else rounded(Fraction(100 * part, n))


def lapse(sums: Mapping[str, int]) -> dict[str, Any]:
    """One measure: ``{"n", "working", "clock"}`` sums in seconds become means in minutes."""
    n = sums["n"]
    return {"n": n, "working": mean_minutes(sums["working"], n), "clock": mean_minutes(sums["clock"], n)}


def line(row: Mapping[str, Any], label: str) -> dict[str, Any]:
    """One line of a breakdown: items, answered ones, mean response and share within the target."""
    n = row["n"]
    return {
        "code": row["key"],
        "label": label,
        "items": row["items"],
        "n": n,
        "mean": mean_minutes(row["working"], n),
        "within": share(row["within"], n),
    }


def active_units(
    askers: Mapping[str | None, int], parents: Mapping[str, str | None], root: str, counted: Collection[str]
) -> int:
    """How many of the ``counted`` units (directly under the agency) have at least one asker, anywhere below them."""
    found: set[str] = set()
    for unit, items in askers.items():
        top = unit
        for _ in range(len(parents)):
            above = None if top is None else parents.get(top)
            if above is None or above == root:
                break
            top = above
        if items and top in counted:
            found.add(str(top))
    return len(found)


def folded(rows: Iterable[Mapping[str, Any]], key: str, names: str | None = None) -> list[dict[str, Any]]:
    """What is open, folded to one of its columns: items and late ones for each value, the most first."""
    found: dict[Any, dict[str, Any]] = {}
    for row in rows:
        one = found.setdefault(row[key], {"code": row[key], "label": row[key], "items": 0, "late": 0})
        if names is not None and row[names]:
            one["label"] = row[names]
        one["items"] += row["items"]
        one["late"] += row["late"]
    return sorted(found.values(), key=lambda one: (-one["items"], str(one["label"])))


def weeks(first: date, last: date) -> Sequence[date]:
    """The first day and every Monday after it up to ``last``: where the parts of a curve begin."""
    days = [first]
    monday = first + timedelta(days=7 - first.weekday())
    while monday <= last:
        days.append(monday)
        monday += timedelta(days=7)
    return days
