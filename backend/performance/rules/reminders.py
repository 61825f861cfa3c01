"""On which days people are reminded of plans. Pure; dates are dates of the agency."""

from __future__ import annotations

from datetime import date, timedelta

from backend.performance.rules import rounds

BEFORE_DUE = (14, 7, 3, 1, 0)
BEFORE_CLOSE = 7
MONDAY = 0


def of_approval(today: date, due_on: date, end: date) -> bool:
    """Whether plans that are not approved are reminded of: before the day they are due, then each Monday."""
    if today <= due_on:
        return (due_on - today).days in BEFORE_DUE
    return today <= end and today.weekday() == MONDAY


def closing_round(today: date, rhythm: str, year: int) -> str | None:
    """The round that closes in a week, of which realisation and evidence are reminded; ``None`` on other days.

    The shortest one counts: the year closes with its last quarter or month.
    """
    for round in rounds.ROUNDS.get(rhythm, ()):
        if rounds.bounds(round, year)[1] - timedelta(days=BEFORE_CLOSE) == today:
            return round
    return None
