"""Past questions for the demonstration: eight weeks of an invented office, so that lists and reports are real."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from backend.calendar import rules as hours
from backend.identity.service.directory import Directory
from backend.jobs import service as jobs
from backend.questions import rules
from backend.questions.house import IdentityHouse
from backend.questions.models import Question, QuestionEvent, QuestionMessage, QuestionNote
from backend.questions.ports import House, Officer, Person, Ports
from backend.questions.rules import Act, State
from backend.questions.service import measures, thread
from backend.questions.service.desk_facts import Facts, load_facts
from backend.questions.service.intake import LAPSE_JOB, ROUTE_JOB, take_numbers
from sync.clock import Clock
from sync.ids import derived, uuid7
from sync.writing import Writing

COUNT = 340
WEEKS = 8
_DATA = Path(__file__).parent / "data" / "demo_questions.json"


@cache
def _texts() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(_DATA.read_text(encoding="utf-8"))
    return read


@dataclass(slots=True)
class _Story:
    """One question with everything that hangs on it, in the order in which it happened."""

    question: Question
    messages: list[QuestionMessage] = field(default_factory=list)
    notes: list[QuestionNote] = field(default_factory=list)
    events: list[QuestionEvent] = field(default_factory=list)


async def seed(w: Writing, people: Sequence[str], clock: Clock) -> int:
    """Tell eight weeks of questions up to ``clock.now()`` into the agency of ``w``; returns how many.

    ``people``: the accounts that ask, at least one; the first of them asks the most recent questions. Units,
    categories, hours and operators are those of the agency, which needs at least one OPR. Always the same
    stories for the same day and people; inserted in bulk, numbered and published. Every state occurs.
    """
    house: House = IdentityHouse(Directory(clock))
    known = await house.people(w.session, list(people))
    ports = Ports(house=house, presence=IdentityHouse(Directory(clock)))
    facts = await load_facts(w.session, ports, w.agency, w.now)
    operators = list(await house.officers(w.session, w.agency, "OPR", w.now))
    askers = [known[account] for account in people if account in known]
    teller = _Teller(random.Random(20260401), facts, operators, askers)  # noqa: S311 (invented data)
    stories = sorted(teller.stories(), key=lambda story: (story.question.arrived_at, story.question.id))
    for story in stories:
        measures.fix_filter(facts.office, story.question)
        measures.fix_response(facts.office, story.question)
        measures.fix_handling(facts.office, story.question, sorted(story.events, key=lambda one: one.at))
    await _number(w, [story.question for story in stories])
    for story in stories:
        w.session.add(story.question)
        w.session.add_all([*story.messages, *story.notes, *story.events])
    await w.session.flush()
    for story in stories:
        thread.publish(w, facts.office.root, story.question, messages=story.messages, notes=story.notes)
        await _arm(w, facts, story.question)
    return len(stories)


async def _number(w: Writing, questions: Sequence[Question]) -> None:
    years = sorted({question.year for question in questions})
    for year in years:
        of_year = [question for question in questions if question.year == year]
        await take_numbers(w, year, of_year)


async def _arm(w: Writing, facts: Facts, question: Question) -> None:
    payload = {"question": question.id}
    if question.state == State.ANSWERED:
        await jobs.schedule(w.session, LAPSE_JOB, question.id, facts.silence_ends(), payload, w.agency)
    elif question.state == State.NEW:
        await jobs.schedule(w.session, ROUTE_JOB, question.id, facts.due(rules.FILTER_MINUTES), payload, w.agency)


class _Teller:
    """Makes up stories, all from one random source."""

    def __init__(
        self, chance: random.Random, facts: Facts, operators: Sequence[Officer], askers: Sequence[Person]
    ) -> None:
        self.chance, self.facts, self.operators, self.askers = chance, facts, operators, askers
        self.calendar, self.now = facts.office.calendar, facts.now

    def stories(self) -> list[_Story]:
        """Old ones that ended, and from the last days one of every state."""
        open_ends = [
            *[State.NEW] * 4, *[State.FILTERED] * 14, *[State.FORWARDED] * 4, *[State.AWAITING_ASKER] * 5,
            *[State.ANSWERED] * 16,
        ]  # fmt: skip
        old = [State.CANCELLED if n % 29 == 0 else State.CLOSED for n in range(COUNT - len(open_ends))]
        return [self._tell(n, end) for n, end in enumerate([*open_ends, *old])]

    def _tell(self, n: int, end: State) -> _Story:
        arrived = self._arrival(end)
        story = _Story(self._question(n, arrived))
        self._log(story, Act.ARRIVE, None, State.NEW, arrived, story.question.asker_name)
        if not hours.is_open(self.calendar, arrived):
            due = story.question.due_at
            text = rules.promise(due, self.calendar.tz, self.calendar.zone)
            self._say(story, thread.SYSTEM, "Jawaban otomatis", text, arrived, origin=thread.AUTOMATIC)
        if end is State.NEW:
            return story
        if end is State.CANCELLED:
            self._finish(story, Act.CANCEL, end, arrived + timedelta(minutes=self.chance.randint(2, 20)))
            return self._window(story)
        self._route(story)
        if end is not State.FILTERED or self.chance.random() < 0.5:
            self._take(story)
        if end not in (State.FILTERED,):
            self._go_on(story, end)
        return self._window(story)

    def _arrival(self, end: State) -> datetime:
        """When it arrived: three of four in office hours; open ones within the last working hours."""
        if end is State.NEW:
            return self.now - timedelta(minutes=self.chance.randint(1, 9))
        if rules.is_open(end):
            return self._before(self.now, self.chance.randint(10, 300))
        if end is State.ANSWERED:
            return self._before(self.now, self.chance.randint(150, 900))
        day = self.now - timedelta(days=self.chance.randint(6, WEEKS * 7))
        hour, minute = self.chance.randint(0, 23), self.chance.randint(0, 59)
        moment = day.replace(hour=hour, minute=minute, second=0, microsecond=0)
        if self.chance.random() < 0.25:
            return moment
        return hours.next_open(self.calendar, moment) + timedelta(minutes=self.chance.randint(0, 180))

    def _before(self, instant: datetime, minutes: int) -> datetime:
        """An instant at least so many working minutes earlier (whole hours are enough here)."""
        moment = instant
        while hours.working_minutes(self.calendar, moment, instant) < minutes:
            moment -= timedelta(hours=1)
        return moment + timedelta(minutes=self.chance.randint(0, 9))

    def _question(self, n: int, arrived: datetime) -> Question:
        texts, facts = _texts(), self.facts
        pick = texts["questions"][n % len(texts["questions"])]
        text = self.chance.choice(texts["openings"]) + pick["text"] + self.chance.choice(texts["closings"])
        asker = self.askers[min(n // 4, len(self.askers) - 1) if n < 12 else self.chance.randrange(len(self.askers))]
        unit = facts.unit_for(pick["category"])
        return Question(
            id=derived(facts.agency, f"demo-question-{n}"), agency=facts.agency,
            year=arrived.astimezone(self.calendar.tz).year, series="", running=0, channel=rules.CHANNEL_APP,
            text=text, asker=asker.account, asker_name=asker.name, asker_nip=rules.mask_nip(asker.identifier),
            asker_unit=asker.unit, asker_unit_name=asker.unit_name, kecamatan=asker.kecamatan, kind=pick["kind"],
            category=pick["category"], suggested=rules.suggest_category(text, facts.categories.categories),
            category_by="penyaring", unit=unit.id, unit_name=unit.name, state=State.NEW, written_at=arrived,
            arrived_at=arrived, clock_from=arrived, last_message_at=arrived,
            due_at=hours.due(self.calendar, arrived, facts.office.target_minutes),
        )  # fmt: skip

    def _route(self, story: _Story) -> None:
        question, open_ = story.question, hours.is_open(self.calendar, story.question.arrived_at)
        wait = self.chance.randint(1, 15) if open_ else 0
        at = self._after(question.arrived_at, wait)
        question.filtered_by, question.filtered_at = ("petugas" if wait and wait < 15 else "otomatis"), at
        by = "Admin Penyaring" if question.filtered_by == "petugas" else "Sistem"
        act = Act.ASSIGN if question.filtered_by == "petugas" else Act.ROUTE
        self._log(story, act, State.NEW, State.FILTERED, at, by, unit=question.unit)

    def _take(self, story: _Story) -> None:
        question = story.question
        mine = self.facts.of_unit(self.operators, question.unit) or self.facts.covering(self.operators, question.unit)
        if not mine:
            return
        operator = self.chance.choice(mine)
        question.holder, question.holder_name = operator.account, operator.name
        at = self._after(question.filtered_at or question.arrived_at, self.chance.randint(1, 10))
        self._log(story, Act.CLAIM, State.FILTERED, State.FILTERED, at, operator.name)
        if self.chance.random() < 0.2:
            self._note(story, self.chance.choice(_texts()["notes"]), at)

    def _go_on(self, story: _Story, end: State) -> None:
        question, texts = story.question, _texts()
        officer, title = question.holder_name or "Petugas", f"Operator {question.unit_name}"
        at = self._after(question.filtered_at or question.arrived_at, int(self.chance.triangular(12, 170, 45)))
        if end is State.FORWARDED:
            self._note(story, self.chance.choice(texts["forward_notes"]), at)
            self._log(story, Act.FORWARD, State.FILTERED, end, at, officer, unit=question.unit)
            question.holder = question.holder_name = None
            return
        question.first_reply_at = at
        if end is State.AWAITING_ASKER:
            self._say(story, thread.OFFICER, title, self.chance.choice(texts["ask_backs"]), at)
            self._log(story, Act.ASK_BACK, State.FILTERED, end, at, officer)
            return
        answer = next(one["answer"] for one in texts["questions"] if one["text"] in question.text)
        self._answer(story, answer, at)
        if end is State.CLOSED:
            self._close(story, at)

    def _answer(self, story: _Story, text: str, at: datetime) -> None:
        question = story.question
        question.answered_at = at
        self._say(story, thread.OFFICER, f"Operator {question.unit_name}", text, at)
        self._log(story, Act.ANSWER, State.FILTERED, State.ANSWERED, at, question.holder_name or "Petugas")

    def _close(self, story: _Story, answered: datetime) -> None:
        question, texts = story.question, _texts()
        at = answered
        if self.chance.random() < 0.15:
            at = self._after(answered, self.chance.randint(20, 400))
            self._say(story, thread.ASKER, question.asker_name, self.chance.choice(texts["follow_ups"][1:]), at)
            question.reopened, question.clock_from = 1, at
            question.due_at = hours.due(self.calendar, at, self.facts.office.target_minutes)
            self._log(story, Act.REPLY, State.ANSWERED, State.FILTERED, at, question.asker_name)
            at = self._after(at, self.chance.randint(10, 100))
            self._answer(story, self.chance.choice(texts["second_answers"]), at)
        if self.chance.random() < 0.4:
            self._finish(story, Act.CLOSE, State.CLOSED, at + timedelta(minutes=self.chance.randint(3, 600)))
        else:
            self._finish(story, Act.LAPSE, State.CLOSED, at + timedelta(days=3))

    def _finish(self, story: _Story, act: Act, end: State, at: datetime) -> None:
        by = "Sistem" if act is Act.LAPSE else story.question.asker_name
        self._log(story, act, State(story.question.state), end, min(at, self.now), by)
        story.question.ended_at = min(at, self.now)

    def _window(self, story: _Story) -> _Story:
        question = story.question
        question.desk = rules.in_window(State(question.state), question.ended_at, self.now)
        return story

    def _after(self, instant: datetime, minutes: int) -> datetime:
        return min(hours.due(self.calendar, instant, minutes), self.now)

    def _log(
        self, story: _Story, act: Act, before: State | None, after: State, at: datetime, by: str, **detail: str
    ) -> None:
        question = story.question
        question.state = after
        story.events.append(QuestionEvent(
            id=uuid7(), agency=question.agency, question=question.id, act=act, before=before, after=after,
            actor_name=by, at=at, detail=detail,
        ))  # fmt: skip

    def _say(
        self, story: _Story, author: str, name: str, text: str, at: datetime, *, origin: str = thread.HUMAN
    ) -> None:
        question = story.question
        place = f"demo-message-{len(story.messages)}"
        story.messages.append(QuestionMessage(
            id=derived(question.id, place), agency=question.agency, question=question.id, author=author,
            author_name=name, origin=origin, text=text, at=at, made_at=at,
        ))  # fmt: skip
        question.last_message_at = at

    def _note(self, story: _Story, text: str, at: datetime) -> None:
        question = story.question
        story.notes.append(QuestionNote(
            id=derived(question.id, f"demo-note-{len(story.notes)}"), agency=question.agency, question=question.id,
            author_name=question.holder_name or "Petugas", text=text, at=at,
        ))  # fmt: skip
