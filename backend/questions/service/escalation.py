"""Telling that an answer is late: first who should answer, then those above them, each level once a running clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlmodel import col

from backend.calendar import rules as hours
from backend.jobs import service as jobs
from backend.notifications.service import Notice, notify_all
from backend.questions import rules
from backend.questions.bodies import EscalateArgs
from backend.questions.models import Question, QuestionEvent
from backend.questions.ports import Ports
from backend.questions.rules import Act, State
from backend.questions.service import notices
from backend.questions.service.desk_facts import Facts, load_facts
from backend.questions.service.thread import event, load, stamp
from sync.writing import Item, Writing

LATE = "lewat-batas"
"""One notice for all that is late: an office that falls behind is not flooded."""
ESCALATE_JOB = "question.escalate"
INBOX_READERS = ("KTM",)
"""Roles told that can open the question at the desk; the others read figures only."""


async def arm(w: Writing, facts: Facts, questions: Sequence[Question], level: int = 0) -> None:
    """Let the questions, whose clocks began just now or run, be looked at when ``level`` is reached."""
    timers = [
        jobs.Timer(
            ESCALATE_JOB,
            question.id,
            _reached(facts, question.clock_from, level),
            {"question": question.id, "level": level, "clockFrom": stamp(question.clock_from)},
            w.agency,
        )
        for question in questions
    ]
    await jobs.schedule_all(w.session, timers)


def _reached(facts: Facts, start: datetime, level: int) -> datetime:
    """The first instant at which a level is reached; without a usable calendar, by the clock."""
    seconds = rules.LEVELS[level].seconds(facts.office.target_minutes)
    minutes, rest = divmod(seconds, 60)
    try:
        passed = hours.due(facts.office.calendar, start, minutes)
        return hours.next_open(facts.office.calendar, passed) + timedelta(seconds=rest) if rest else passed
    except hours.CalendarError:
        return start + timedelta(seconds=seconds)


async def escalate(ports: Ports, w: Writing, item: Item) -> None:
    """``question.escalate``: tell the people of a level, note it, and arm the next; void once a person replied.

    A clock that began anew meanwhile, and office hours that were changed, are found by asking the calendar again.
    """
    args: EscalateArgs = item.args
    question = await load(w, item.record)
    if stamp(question.clock_from) != args.clock_from or not await _owed(w, question):
        return
    facts = await load_facts(w.session, ports, w.agency, w.now)
    if w.now < _reached(facts, question.clock_from, args.level):
        await arm(w, facts, [question], args.level)
        return
    told = await _people(ports, w, facts, question, args.level)
    await _tell(w, facts, question, args.level, told)
    event(w, question, Act.ESCALATE, State(question.state), item.actor, level=str(args.level), told=str(len(told)))
    if args.level + 1 < len(rules.LEVELS):
        await arm(w, facts, [question], args.level + 1)


async def _owed(w: Writing, question: Question) -> bool:
    """Whether no person has replied since the clock began."""
    if not rules.awaits_reply(State(question.state)):
        return False
    replied = await w.session.execute(
        select(col(QuestionEvent.id))
        .where(
            col(QuestionEvent.question) == question.id,
            col(QuestionEvent.act).in_((Act.ANSWER, Act.ASK_BACK)),
            col(QuestionEvent.at) >= question.clock_from,
        )
        .limit(1)
    )
    return replied.first() is None


async def _people(ports: Ports, w: Writing, facts: Facts, question: Question, level: int) -> list[str]:
    role = rules.LEVELS[level].role
    if role is None and question.holder is not None:
        return [question.holder]
    if role is None:
        waiting = {State.NEW: "ADM", State.FORWARDED: "BID"}.get(State(question.state), "OPR")
        officers = await ports.house.officers(w.session, w.agency, waiting, w.now)
        chosen = facts.of_unit(officers, question.unit) or facts.covering(officers, question.unit)
    else:
        chosen = facts.covering(await ports.house.officers(w.session, w.agency, role, w.now), question.unit)
    return sorted({officer.account for officer in chosen})


async def _tell(w: Writing, facts: Facts, question: Question, level: int, accounts: Sequence[str]) -> None:
    number = rules.running_number(question.year, question.running, question.series)
    sentence = rules.late_sentence(number, level, facts.office.target_minutes)
    role = rules.LEVELS[level].role
    if role is None:
        await notices.tell_desk(w, accounts, detail="near", sentence=sentence)
        return
    url = f"/kotak-masuk/{question.id}" if role in INBOX_READERS else "/beranda"
    late = [Notice(w.agency, account, "work.late", "Lewat batas waktu", sentence, url, LATE) for account in accounts]
    await notify_all(w.session, late, now=w.now)
