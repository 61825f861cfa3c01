"""What was measured of a question, in working and in clock seconds, by server times only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from backend.calendar import rules as hours
from backend.calendar.rules import Calendar
from backend.questions.models import Question


@dataclass(frozen=True, slots=True)
class Lapse:
    """One lapse, seconds inside office hours and seconds of the clock."""

    working: int
    clock: int

    def within(self, minutes: int) -> bool:
        """Whether it meets a target in working minutes: 120 min 00 s meets 120, 120 min 01 s does not."""
        return self.working <= minutes * 60


def lapse(calendar: Calendar, start: datetime, end: datetime) -> Lapse:
    """The lapse between two aware instants."""
    return Lapse(hours.working_time(calendar, start, end), int((end - start).total_seconds()))


def filter_wait(calendar: Calendar, question: Question) -> Lapse | None:
    """From arrival to the first assignment; ``None`` while it waits."""
    return None if question.filtered_at is None else lapse(calendar, question.arrived_at, question.filtered_at)


def response(calendar: Calendar, question: Question) -> Lapse | None:
    """From arrival to the first human reply; ``None`` while there is none."""
    return None if question.first_reply_at is None else lapse(calendar, question.arrived_at, question.first_reply_at)
