"""Until when an employee may object, by local dates.

Receipt is the day of *Terima hasil*, else the third working day after *tetapkan*, whichever comes first. Day 14
after it is in time to 23.59.59 local. What was sent in time by the phone's clock evidence may arrive within three
days: accepted and recorded as such.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from datetime import date, timedelta

RECEIPT_WORKING_DAYS = 3
OBJECTION_DAYS = 14
GRACE_DAYS = 3
_LONGEST_CLOSURE = 60


class Arrival(enum.StrEnum):
    """How an objection came."""

    IN_TIME = "in_time"
    BY_CLOCK = "by_clock"
    LATE = "late"


def receipt_day(
    finalised: date, accepted: date | None, is_working: Callable[[date], bool], after: int = RECEIPT_WORKING_DAYS
) -> date:
    """The day that the result counts as received on. ``finalised`` and ``accepted`` are local dates."""
    day, left = finalised, after
    for _ in range(_LONGEST_CLOSURE):
        if not left:
            break
        day += timedelta(days=1)
        left -= is_working(day)
    return day if accepted is None else min(day, accepted)


def last_day(receipt: date, days: int = OBJECTION_DAYS) -> date:
    """The last local date on which an objection is in time."""
    return receipt + timedelta(days=days)


def judge(last: date, arrived: date, made: date, grace: int = GRACE_DAYS) -> Arrival:
    """In time, in time by clock evidence, or late; all local dates."""
    if arrived <= last:
        return Arrival.IN_TIME
    if made <= last and arrived <= last + timedelta(days=grace):
        return Arrival.BY_CLOCK
    return Arrival.LATE
