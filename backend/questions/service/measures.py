"""What was measured of a question, in working and in clock seconds, by server times only.

A measure is fixed in the question's row when its clock stops, with the office hours of that moment: a change of the
calendar moves open clocks, never closed ones. Reports then only add columns up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.calendar import rules as hours
from backend.calendar.rules import Calendar
from backend.questions import channels
from backend.questions.models import Question, QuestionEvent
from backend.questions.ports import House, Office
from backend.questions.rules import State

SETTLED = 500
"""Questions whose measures are made good in one transaction."""

Event = Row[str, str, datetime]


@dataclass(frozen=True, slots=True)
class Lapse:
    """One lapse, seconds inside office hours and seconds of the clock."""

    working: int
    clock: int

    def within(self, minutes: int) -> bool:
        """Whether it meets a target in working minutes: 120 min 00 s meets 120, 120 min 01 s does not."""
        return self.working <= minutes * 60


def lapse(calendar: Calendar, start: datetime, end: datetime) -> Lapse:
    """The lapse between two aware instants; none at all if a corrected clock has turned them round."""
    end = max(start, end)
    return Lapse(hours.working_time(calendar, start, end), int((end - start).total_seconds()))


def filter_wait(calendar: Calendar, question: Question) -> Lapse | None:
    """From arrival to the first assignment; ``None`` while it waits."""
    return None if question.filtered_at is None else lapse(calendar, question.arrived_at, question.filtered_at)


def response(calendar: Calendar, question: Question) -> Lapse | None:
    """From arrival to the first human reply; ``None`` while there is none."""
    return None if question.first_reply_at is None else lapse(calendar, question.arrived_at, question.first_reply_at)


def waiting(calendar: Calendar, events: Iterable[Event | QuestionEvent]) -> Lapse:
    """How long the desk waited for the asker, from the question's events in their order."""
    working = clock = 0
    since: datetime | None = None
    for one in events:
        if one.after == State.AWAITING_ASKER:
            since = since or one.at
        elif since is not None:
            spent = lapse(calendar, since, one.at)
            working, clock, since = working + spent.working, clock + spent.clock, None
    return Lapse(working, clock)


def is_at_once(question: Question) -> bool:
    """Whether the answer was spoken while the person was there or on the line."""
    spoken = channels.way(question.channel, question.gateway) is channels.Way.SPOKEN
    return spoken and question.first_reply_at is not None and question.first_reply_at <= question.arrived_at


def fix_filter(office: Office, question: Question) -> None:
    """Fix the wait for the filter once it was filtered; later assignments do not change it. Calls skip the filter."""
    found = filter_wait(office.calendar, question)
    if found is not None and question.filter_working is None and question.channel != channels.PHONE:
        question.filter_working, question.filter_clock = found.working, found.clock


def fix_response(office: Office, question: Question) -> None:
    """Fix the response once a person has replied, with the target in force; a reopening does not change it.

    One that was spoken at once has 0 on the clock and no working time: it is beside the average, not inside it.
    """
    found = response(office.calendar, question)
    if found is not None and question.response_clock is None:
        question.response_working = None if is_at_once(question) else found.working
        question.response_clock = found.clock
        question.target_minutes = office.target_minutes


def refix_response(office: Office, question: Question) -> None:
    """The same once it is known when, or that never, the first reply reached the asker's channel."""
    question.response_working = question.response_clock = None
    fix_response(office, question)


def fix_handling(office: Office, question: Question, events: Iterable[Event | QuestionEvent]) -> None:
    """Fix the handling up to the latest answer, without the time spent waiting for the asker; none if at once."""
    if question.answered_at is None or (is_at_once(question) and question.answered_at <= question.arrived_at):
        return
    whole = lapse(office.calendar, question.arrived_at, question.answered_at)
    waited = waiting(office.calendar, (one for one in events if one.at <= question.answered_at))
    question.handling_working = max(0, whole.working - waited.working)
    question.handling_clock = max(0, whole.clock - waited.clock)


async def fix_answer(session: AsyncSession, office: Office, question: Question) -> None:
    """Fix everything that an answer settles (one statement)."""
    fix_response(office, question)
    fix_handling(office, question, (await _events(session, [question.id])).get(question.id, ()))


async def settle(session: AsyncSession, house: House, agency: str) -> int:
    """Fix what is missing in at most 500 questions: those from before measures were kept. Returns how many."""
    c = Question
    missing = or_(
        and_(col(c.filtered_at).is_not(None), col(c.filter_working).is_(None), col(c.channel) != channels.PHONE),
        and_(col(c.first_reply_at).is_not(None), col(c.response_clock).is_(None)),
        and_(col(c.answered_at) > col(c.arrived_at), col(c.handling_working).is_(None)),
    )
    query = select(Question).where(col(c.agency) == agency, missing).order_by(col(c.arrived_at)).limit(SETTLED)
    found = list((await session.execute(query.with_for_update(skip_locked=True))).scalars())
    if not found:
        return 0
    office = await house.office(session, agency)
    events = await _events(session, [question.id for question in found])
    for question in found:
        fix_filter(office, question)
        fix_response(office, question)
        fix_handling(office, question, events.get(question.id, ()))
    return len(found)


async def _events(session: AsyncSession, questions: list[str]) -> Mapping[str, list[Event]]:
    e = QuestionEvent
    query = (
        select(col(e.question), col(e.after), col(e.at))
        .where(col(e.question).in_(questions))
        .order_by(col(e.at), col(e.id))
    )
    found: dict[str, list[Event]] = defaultdict(list)
    for row in await session.execute(query):
        found[row.question].append(row)
    return found
