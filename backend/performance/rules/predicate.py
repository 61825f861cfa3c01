"""Ratings and what follows from them: the predicate is computed, never an input.

Source: the nine cells of ``predicate.json`` (the matrix is not symmetric). Legacy spellings of a rating are read
after removing spaces, underscores and hyphens and folding case.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

ABOVE, AS_EXPECTED, BELOW = "di_atas", "sesuai", "di_bawah"
RATINGS = (ABOVE, AS_EXPECTED, BELOW)
RATING_LABELS: Mapping[str, str] = {
    ABOVE: "Di atas ekspektasi",
    AS_EXPECTED: "Sesuai ekspektasi",
    BELOW: "Di bawah ekspektasi",
}

VERY_GOOD, GOOD, NEEDS_WORK, POOR, VERY_POOR = "sangat_baik", "baik", "butuh_perbaikan", "kurang", "sangat_kurang"
PREDICATES = (VERY_GOOD, GOOD, NEEDS_WORK, POOR, VERY_POOR)
PREDICATE_LABELS: Mapping[str, str] = {
    VERY_GOOD: "Sangat Baik",
    GOOD: "Baik",
    NEEDS_WORK: "Butuh Perbaikan",
    POOR: "Kurang",
    VERY_POOR: "Sangat Kurang",
}

MATRIX: Mapping[tuple[str, str], str] = {
    (ABOVE, BELOW): POOR, (ABOVE, AS_EXPECTED): GOOD, (ABOVE, ABOVE): VERY_GOOD,
    (AS_EXPECTED, BELOW): POOR, (AS_EXPECTED, AS_EXPECTED): GOOD, (AS_EXPECTED, ABOVE): GOOD,
    (BELOW, BELOW): VERY_POOR, (BELOW, AS_EXPECTED): NEEDS_WORK, (BELOW, ABOVE): NEEDS_WORK,
}  # fmt: skip
"""(rating of results, rating of behaviour) to the predicate."""

_SPELLINGS = {
    "diatas": ABOVE, "diatasekspektasi": ABOVE,
    "sesuai": AS_EXPECTED, "sesuaiekspektasi": AS_EXPECTED,
    "dibawah": BELOW, "dibawahekspektasi": BELOW,
}  # fmt: skip
_GAPS = re.compile(r"[\s_\-]+")

EXCELLENT = "istimewa"
ACHIEVEMENTS = (EXCELLENT, GOOD, NEEDS_WORK, POOR, VERY_POOR)
"""Words for what an organisation achieved in a period."""
ACHIEVEMENT_LABELS: Mapping[str, str] = {EXCELLENT: "Istimewa"} | {
    code: PREDICATE_LABELS[code] for code in ACHIEVEMENTS[1:]
}


class RatingError(ValueError):
    """Ratings that give no predicate. ``code``: ``INCOMPLETE``, ``UNKNOWN_RATING``, ``PREDICATE_NOT_INPUT``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_rating(text: str | None) -> str:
    """The rating that a text means, legacy spellings included. Raises ``INCOMPLETE``, ``UNKNOWN_RATING``."""
    plain = _GAPS.sub("", text or "").casefold()
    if not plain:
        raise RatingError("INCOMPLETE")
    found = _SPELLINGS.get(plain)
    if found is None:
        raise RatingError("UNKNOWN_RATING")
    return found


def predicate_of(result: str, behaviour: str) -> str:
    """The predicate of two ratings (codes). Raises :class:`KeyError` for what is no rating."""
    return MATRIX[(result, behaviour)]


def read_request(request: Mapping[str, str | None]) -> tuple[str, str, str]:
    """``hasil``, ``perilaku`` and the predicate of an imported row, the first checked first.

    Raises :class:`RatingError`; a row that brings a ``predikat`` of its own is refused whatever it says.
    """
    if "predikat" in request:
        raise RatingError("PREDICATE_NOT_INPUT")
    result, behaviour = read_rating(request.get("hasil")), read_rating(request.get("perilaku"))
    return result, behaviour, predicate_of(result, behaviour)


def prefilled(achievement: str) -> str:
    """The rating of results that a unit's head starts from, by what the organisation achieved."""
    if achievement == EXCELLENT:
        return ABOVE
    return AS_EXPECTED if achievement == GOOD else BELOW
