"""Whether a unit's final predicates fit what the unit achieved: a warning, never a block and never a mark.

Shares are exact fractions; a unit with fewer than five evaluated people is not checked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from backend.performance.rules.predicate import EXCELLENT, GOOD, NEEDS_WORK, POOR, VERY_GOOD, VERY_POOR

FEWEST = 5
_SEVENTY, _SIXTY, _TEN = Fraction(7, 10), Fraction(6, 10), Fraction(1, 10)


def warnings(achievement: str, counts: Mapping[str, int]) -> list[str]:
    """Sentences (Indonesian) on what the distribution does not fit; ``counts`` by predicate.

    Empty if it fits, if fewer than five people are counted, or if the achievement is not known.
    """
    total = sum(counts.values())
    if total < FEWEST or achievement not in _RULES:
        return []

    def share(*predicates: str) -> Fraction:
        return Fraction(sum(counts.get(one, 0) for one in predicates), total)

    return [sentence for fits, sentence in _RULES[achievement] if not fits(share)]


def _most(predicate: str, limit: Fraction) -> Callable[..., bool]:
    return lambda share: share(predicate) <= limit


def _least(limit: Fraction, *predicates: str) -> Callable[..., bool]:
    return lambda share: share(*predicates) >= limit


_TOP_TEN = (_most(VERY_GOOD, _TEN), "Sangat Baik lebih dari 10 %.")
_RULES: Mapping[str, tuple[tuple[Callable[..., bool], str], ...]] = {
    EXCELLENT: ((_most(VERY_GOOD, _SEVENTY), "Sangat Baik lebih dari 70 %."),),
    GOOD: (
        (_most(GOOD, _SEVENTY), "Baik lebih dari 70 %."),
        (lambda share: share(NEEDS_WORK, POOR, VERY_POOR) > 0, "Belum ada predikat di bawah Baik."),
    ),
    NEEDS_WORK: ((_least(_SIXTY, NEEDS_WORK), "Butuh Perbaikan kurang dari 60 %."), _TOP_TEN),
    POOR: (
        (_least(_SIXTY, POOR), "Kurang di bawah 60 %."),
        (_least(_TEN, NEEDS_WORK), "Butuh Perbaikan kurang dari 10 %."),
        _TOP_TEN,
    ),
    VERY_POOR: (
        (_least(_SIXTY, VERY_POOR), "Sangat Kurang di bawah 60 %."),
        (_least(_TEN, POOR, NEEDS_WORK), "Kurang dan Butuh Perbaikan bersama kurang dari 10 %."),
        (_most(VERY_GOOD, Fraction()), "Masih ada Sangat Baik."),
    ),
}
