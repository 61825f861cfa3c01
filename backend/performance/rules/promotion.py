"""Whether the credit points that a next rank needs are there, as far as the evaluations kept here can tell.

Points count since the present rank began (its TMT). What was earned before this house kept evaluations stands on paper
alone, so *too few* is said only if every month from the TMT to the end of the last year is evaluated here; *enough* is
enough however many months are missing. Anything between is not known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from backend.performance.rules.credit_points import Line, credit_points


@dataclass(frozen=True, slots=True)
class Stretch:
    """What one final annual evaluation covers: ``months`` of a calendar ``year``."""

    year: int
    months: int
    predicate: str


def points_met(evaluated: Sequence[Stretch], coefficient: str, need: Decimal, since: date, today: date) -> bool | None:
    """Judge the points earned from ``since`` (the TMT of the rank) on; ``evaluated`` in the order of time. ``None``:
    not known. A year that began before ``since`` counts for its last months alone."""
    lines, covered = [], 0
    left = {since.year: 13 - since.month}
    for one in reversed(evaluated):
        if not since.year <= one.year < today.year:
            continue
        months = min(one.months, left.get(one.year, 12))
        left[one.year] = left.get(one.year, 12) - months
        if months > 0:
            lines.append(Line(one.predicate, months, coefficient))
            covered += months
    if lines and Decimal(credit_points(lines).total) >= need:
        return True
    expected = 12 * (today.year - since.year) - since.month + 1
    return False if 0 < expected <= covered else None
