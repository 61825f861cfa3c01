"""Visitors before and after the service, and what a saved journey costs: whole rupiah, labelled an estimate.

Source of the rules: the golden cases ``cost_saved.json``. Half up everywhere, rounded once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from backend.evaluation.rules.measures import rounded

ESTIMATE = "perkiraan"
NO_AFTER, NO_REDUCTION = "NO_AFTER_DATA", "NO_REDUCTION"


class CostError(ValueError):
    """Numbers that cannot be right. ``code``: ``NEGATIVE``, ``NUMBER``, ``NO_BEFORE_DATA``, ``PARTS_EXCEED_TOTAL``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Visitors:
    """Monthly averages and, if there is a reduction, avoided visits and the saving in rupiah."""

    before_avg: str
    after_avg: str | None
    avoided: int | None
    saving: int | None
    claim: bool
    reason: str | None
    label: str | None


def half_up(value: Fraction) -> int:
    """The nearest whole number, halves away from zero."""
    return int(rounded(value, 0))


def exact(text: str) -> Fraction:
    """A decimal number as it was written. Raises ``NUMBER``."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise CostError("NUMBER") from None
    if not value.is_finite() or abs(value) > 10**9 or -int(value.as_tuple().exponent) > 12:
        raise CostError("NUMBER")
    return Fraction(value)


def per_visit(litres: Fraction, price: int, meal: int, other: int) -> int:
    """One journey to the office: litres x price + meal + other. Raises ``NEGATIVE``."""
    if min(litres, Fraction(price), Fraction(meal), Fraction(other)) < 0:
        raise CostError("NEGATIVE")
    return half_up(litres * price + meal + other)


def litres(km: Fraction, per_100_km: Fraction) -> Fraction:
    """There and back: twice the road kilometres of the unit."""
    return 2 * km * per_100_km / 100


def visitors(before: Sequence[int], after: Sequence[int], visit: int) -> Visitors:
    """Compare months before and after the start. Raises ``NO_BEFORE_DATA``."""
    if not before:
        raise CostError("NO_BEFORE_DATA")
    earlier = Fraction(sum(before), len(before))
    if not after:
        return Visitors(rounded(earlier), None, None, None, False, NO_AFTER, None)
    later = Fraction(sum(after), len(after))
    shown = (rounded(earlier), rounded(later))
    if later >= earlier:
        return Visitors(*shown, None, None, False, NO_REDUCTION, None)
    avoided = half_up((earlier - later) * len(after))
    return Visitors(*shown, avoided, avoided * visit, True, None, ESTIMATE)


def saving(before: Iterable[tuple[int, int]], after: Iterable[tuple[int, int]]) -> tuple[int, int, int, str | None]:
    """Cost before, after, the difference and its percentage of before (two decimals; ``None`` when before is 0)."""
    earlier = sum(quantity * price for quantity, price in before)
    later = sum(quantity * price for quantity, price in after)
    saved = earlier - later
    return earlier, later, saved, rounded(Fraction(100 * saved, earlier), 2) if earlier else None


def unexplained(total: int, parts: Mapping[str, int]) -> int:
    """What of a month's visitors no purpose explains. Raises ``PARTS_EXCEED_TOTAL``, ``NEGATIVE``."""
    if total < 0 or any(part < 0 for part in parts.values()):
        raise CostError("NEGATIVE")
    left = total - sum(parts.values())
    if left < 0:
        raise CostError("PARTS_EXCEED_TOTAL")
    return left
