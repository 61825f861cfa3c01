"""Two surveys, of users and of the team: four marks from 1 to 4 and one comment. Satisfied: overall 3 or 4."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from backend.evaluation.rules.measures import rounded, share

USERS, TEAM = "pengguna", "tim"
ASPECTS: Mapping[str, str] = {
    "ease": "Kemudahan",
    "speed": "Kecepatan",
    "clarity": "Kejelasan",
    "overall": "Keseluruhan",
}
MARKS = range(1, 5)
SATISFIED = 3
"""From this overall mark on somebody is satisfied."""
COMMENT_MAX = 2000


def result(n: int, satisfied: int, sums: Mapping[str, int]) -> dict[str, Any]:
    """``{"n", "satisfied", "share", "means": {aspect: "3.25" or None}}``; nothing is claimed without answers."""
    return {
        "n": n,
        "satisfied": satisfied,
        "share": share(satisfied, n),
        "means": {aspect: rounded(Fraction(sums[aspect], n), 2) if n else None for aspect in ASPECTS},
    }
