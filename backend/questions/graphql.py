"""Typed reading for desks and integrators. Writing is one typed mutation a kind, made from the registry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import strawberry

from backend.calendar.rules import Calendar
from backend.context import RequestContext
from backend.questions import rules
from backend.questions.house import IdentityHouse
from backend.questions.models import QuestionEvent, QuestionMessage, QuestionNote
from backend.questions.service import measures, reading
from backend.questions.service.thread import stamp
from sync.errors import Refusal

Info = strawberry.Info[RequestContext, None]


@strawberry.input(name="QuestionFilter", description="Narrows a list; what is left out does not.")
class QuestionFilter:
    """``mine``: held by the caller. ``text`` searches text, asker's name, exact number and receipt."""

    state: list[str] | None = None
    kind: str | None = None
    category: str | None = None
    unit: strawberry.ID | None = None
    text: str | None = None
    mine: bool = False


@strawberry.type(name="QuestionFile", description="A file of a text; content: `/berkas/ID/isi`.")
class FileRow:
    """``state``: menunggu, ada, ditolak; ``fault`` says why."""

    id: strawberry.ID
    name: str
    bytes: int
    state: str
    type: str | None
    fault: str | None


@strawberry.type(name="Question", description="A question; instants are UTC, the NIP is masked.")
class QuestionRow:
    """One row of a list."""

    id: strawberry.ID
    number: str
    text: str
    kind: str
    category: str
    unit: strawberry.ID
    unit_name: str
    state: str
    asker_id: strawberry.ID
    asker_name: str
    asker_nip: str
    asker_unit_name: str
    holder_id: strawberry.ID | None
    holder_name: str | None
    filtered_by: str | None
    channel: str
    written_at: str
    arrived_at: str
    due_at: str
    answered_at: str | None
    closed_at: str | None
    last_message_at: str
    reopened: int
    receipt: str | None


@strawberry.type(name="QuestionPage", description="Newest arrival first.")
class QuestionPage:
    """``cursor`` is given if there are ``more``."""

    rows: list[QuestionRow]
    more: bool
    cursor: str | None


@strawberry.type(name="QuestionMessage", description="A message of a thread.")
class MessageRow:
    """``author``: penanya, petugas, sistem; ``origin``: manusia, otomatis, sistem."""

    id: strawberry.ID
    author: str
    author_name: str
    origin: str
    text: str
    at: str
    made_at: str
    version_of: strawberry.ID | None
    files: list[FileRow]


@strawberry.type(name="QuestionNote", description="An internal note; desk only.")
class NoteRow:
    """One note."""

    id: strawberry.ID
    author_name: str
    text: str
    at: str


@strawberry.type(name="QuestionEvent", description="What happened to a question; desk only.")
class EventRow:
    """One act."""

    act: str
    before: str | None
    after: str
    actor_name: str
    role: str | None
    at: str
    reason: str


@strawberry.type(name="QuestionOperator", description="An operator and the unit that the role covers with all below.")
class OperatorRow:
    """``unit_name``: where the person works."""

    account: strawberry.ID
    name: str
    over: strawberry.ID
    unit_name: str


@strawberry.type(name="WorkingLapse", description="A lapse in whole minutes: inside office hours, and of the clock.")
class LapseRow:
    """One measure."""

    working_minutes: int
    clock_minutes: int


@strawberry.type(name="QuestionThread", description="One thread with all that the caller may read of it.")
class ThreadRow:
    """``version`` is what a command carries in ``seen``."""

    question: QuestionRow
    version: str
    files: list[FileRow]
    follow_up_of: strawberry.ID | None
    merged_into: strawberry.ID | None
    messages: list[MessageRow]
    notes: list[NoteRow]
    events: list[EventRow]
    filter_wait: LapseRow | None
    response: LapseRow | None


async def _questions(
    info: Info, filter: QuestionFilter | None = None, first: int = 25, after: str | None = None
) -> QuestionPage:
    viewer = info.context.require()
    given = filter or QuestionFilter()
    wanted = reading.Filter(
        states=given.state,
        kind=given.kind,
        category=given.category,
        unit=None if given.unit is None else str(given.unit),
        text=given.text,
        mine=given.mine,
    )
    async with info.context.db.read() as session:
        page = await reading.page(session, viewer, wanted, first, after)
    return QuestionPage(rows=[_row(question) for question in page.rows], more=page.more, cursor=page.cursor)


async def _question(info: Info, id: strawberry.ID) -> ThreadRow:
    viewer = info.context.require()
    house = IdentityHouse(info.context.ports["directory"])
    async with info.context.db.read() as session:
        found = await reading.thread(session, viewer, str(id))
        calendar = (await house.office(session, viewer.agency)).calendar
    return _thread(found, calendar)


async def _operators(info: Info) -> list[OperatorRow]:
    viewer = info.context.require()
    if not reading.may_assign(viewer):
        raise Refusal("forbidden", "Daftar operator hanya untuk penyaring. Tidak ada yang berubah.")
    house = IdentityHouse(info.context.ports["directory"])
    async with info.context.db.read() as session:
        office = await house.office(session, viewer.agency)
        officers = await house.officers(session, viewer.agency, "OPR", info.context.clock.now())
    names = {unit.id: unit.name for unit in office.units}
    return [
        OperatorRow(
            account=strawberry.ID(officer.account),
            name=officer.name,
            over=strawberry.ID(officer.grant_unit),
            unit_name=names.get(officer.unit or "", ""),
        )
        for officer in officers
    ]


@strawberry.type
class Query:
    """What the room answers online. It finds identity's directory in the context's ports."""

    questions: QuestionPage = strawberry.field(
        resolver=_questions, description="Own questions and, for a desk, those of its units. At most 50 a page."
    )
    question_operators: list[OperatorRow] = strawberry.field(
        resolver=_operators, description="Whom a question can be assigned to; for ADM and KTM."
    )
    question: ThreadRow = strawberry.field(
        resolver=_question, description="One thread. `not_found` for everything that the caller may not read."
    )


def _row(question: reading.Listed) -> QuestionRow:
    return QuestionRow(
        id=strawberry.ID(question.id),
        number=rules.running_number(question.year, question.running, question.series),
        text=question.text,
        kind=question.kind,
        category=question.category,
        unit=strawberry.ID(question.unit),
        unit_name=question.unit_name,
        state=question.state,
        asker_id=strawberry.ID(question.asker),
        asker_name=question.asker_name,
        asker_nip=question.asker_nip,
        asker_unit_name=question.asker_unit_name,
        holder_id=None if question.holder is None else strawberry.ID(question.holder),
        holder_name=question.holder_name,
        filtered_by=question.filtered_by,
        channel=question.channel,
        written_at=stamp(question.written_at),
        arrived_at=stamp(question.arrived_at),
        due_at=stamp(question.due_at),
        answered_at=_optional(question.answered_at),
        closed_at=_optional(question.ended_at),
        last_message_at=stamp(question.last_message_at),
        reopened=question.reopened,
        receipt=question.receipt,
    )


def _thread(found: reading.Thread, calendar: Calendar) -> ThreadRow:
    return ThreadRow(
        question=_row(found.question),
        version=str(found.version),
        files=_files(found.question.files),
        follow_up_of=None if found.question.follow_up_of is None else strawberry.ID(found.question.follow_up_of),
        merged_into=None if found.question.merged_into is None else strawberry.ID(found.question.merged_into),
        messages=[_message(message) for message in found.messages],
        notes=[_note(note) for note in found.notes],
        events=[_event(event) for event in found.events],
        filter_wait=_lapse(measures.filter_wait(calendar, found.question)),
        response=_lapse(measures.response(calendar, found.question)),
    )


def _message(message: QuestionMessage) -> MessageRow:
    return MessageRow(
        id=strawberry.ID(message.id),
        author=message.author,
        author_name=message.author_name,
        origin=message.origin,
        text=message.text,
        at=stamp(message.at),
        made_at=stamp(message.made_at),
        version_of=None if message.version_of is None else strawberry.ID(message.version_of),
        files=_files(message.files),
    )


def _files(files: Sequence[Mapping[str, Any]]) -> list[FileRow]:
    return [
        FileRow(
            id=strawberry.ID(str(one["id"])),
            name=one["name"],
            bytes=one["bytes"],
            state=one["state"],
            type=one.get("type"),
            fault=one.get("fault"),
        )
        for one in files
    ]


def _note(note: QuestionNote) -> NoteRow:
    return NoteRow(id=strawberry.ID(note.id), author_name=note.author_name, text=note.text, at=stamp(note.at))


def _event(event: QuestionEvent) -> EventRow:
    return EventRow(
        act=event.act,
        before=event.before,
        after=event.after,
        actor_name=event.actor_name,
        role=event.role,
        at=stamp(event.at),
        reason=event.reason,
    )


def _lapse(lapse: measures.Lapse | None) -> LapseRow | None:
    return None if lapse is None else LapseRow(working_minutes=lapse.working // 60, clock_minutes=lapse.clock // 60)


def _optional(instant: datetime | None) -> str | None:
    return None if instant is None else stamp(instant)
