"""Threads: rows of messages, notes and events, and how a question and all that hangs on it reach the feed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlmodel import SQLModel, col

from backend.files.carried import FileBody
from backend.questions import channels, rules
from backend.questions.bodies import MessageBody, NoteBody, QuestionBody
from backend.questions.models import Question, QuestionEvent, QuestionMessage, QuestionNote
from backend.questions.rules import Act, State
from sync.actors import Actor
from sync.clock import to_ms, wire
from sync.errors import Refusal
from sync.ids import uuid7
from sync.tables import mutation
from sync.writing import Item, Writing

Row = TypeVar("Row", bound=SQLModel)

ASKER, OFFICER, SYSTEM = "penanya", "petugas", "sistem"
HUMAN, AUTOMATIC = "manusia", "otomatis"


def stamp(instant: datetime) -> str:
    """An instant as it travels."""
    return wire(to_ms(instant))


def _optional(instant: datetime | None) -> str | None:
    return None if instant is None else stamp(instant)


def question_body(question: Question) -> QuestionBody:
    """The whole body of a question."""
    return QuestionBody(
        number=rules.running_number(question.year, question.running, question.series),
        text=question.text,
        kind=question.kind,
        category=question.category,
        unit=question.unit,
        unit_name=question.unit_name,
        state=question.state,
        asker_id=question.asker,
        asker_name=question.asker_name,
        asker_nip=question.asker_nip,
        asker_unit=question.asker_unit,
        asker_unit_name=question.asker_unit_name or None,
        kecamatan=question.kecamatan,
        holder_id=question.holder,
        holder_name=question.holder_name,
        filtered_by=question.filtered_by,
        channel=question.channel,
        written_at=stamp(question.written_at),
        arrived_at=stamp(question.arrived_at),
        due_at=stamp(question.due_at),
        answered_at=_optional(question.answered_at),
        closed_at=_optional(question.ended_at),
        reopened=question.reopened,
        follow_up_of=question.follow_up_of,
        merged_into=question.merged_into,
        trust=question.trust,
        files=[FileBody.model_validate(file) for file in question.files],
        receipt=question.receipt,
        last_message_at=stamp(question.last_message_at),
        address=question.address,
        by_gateway=True if question.gateway else None,
        unsent=question.unsent,
        visit=question.visit,
    )


def message_body(message: QuestionMessage) -> MessageBody:
    """The whole body of a message."""
    return MessageBody(
        question=message.question,
        author=message.author,
        author_name=message.author_name,
        origin=message.origin,
        text=message.text,
        at=stamp(message.at),
        made_at=stamp(message.made_at),
        version_of=message.version_of,
        files=[FileBody.model_validate(file) for file in message.files],
        delivery=message.delivery,
    )


def note_body(note: QuestionNote) -> NoteBody:
    """The whole body of an internal note."""
    return NoteBody(question=note.question, author_name=note.author_name, text=note.text, at=stamp(note.at))


def publish(
    w: Writing,
    root: str,
    question: Question,
    *,
    messages: Iterable[QuestionMessage] = (),
    notes: Iterable[QuestionNote] = (),
) -> None:
    """Publish a question with those of its messages and notes that are new or change their audience."""
    seen_by, staff = readers(question, root), staff_readers(question, root)
    w.publish("question", question.id, question_body(question), seen_by)
    for message in messages:
        told = staff if message.delivery in channels.UNSENT else seen_by
        if told:
            w.publish("message", message.id, message_body(message), told)
        else:
            w.unpublish("message", message.id)
    for note in notes:
        if staff:
            w.publish("note", note.id, note_body(note), staff)
        else:
            w.unpublish("note", note.id)


def readers(question: Question, root: str) -> frozenset[str]:
    """Who sees a question and what its asker was sent: the asker, and the staff that work on it."""
    asker = rules.audiences(asker=question.asker, root=root, unit=question.unit, desk=False)
    return asker | staff_readers(question, root)


def staff_readers(question: Question, root: str) -> frozenset[str]:
    """The staff that work on a question while the desk holds it: the desk, and the telephone or counter it came by."""
    if not question.desk:
        return frozenset()
    desk = rules.desk_audiences(root=root, unit=question.unit)
    if question.entered_role in channels.SEES_OWN:
        desk |= {f"role:{question.entered_role}@{question.entered_unit}"}
    return desk


async def spread(w: Writing, root: str, questions: Sequence[Question]) -> None:
    """Publish questions whose audience changed, with everything that hangs on them (two statements)."""
    ids = [question.id for question in questions]
    messages = await by_question(w, QuestionMessage, ids)
    notes = await by_question(w, QuestionNote, ids)
    for question in questions:
        publish(w, root, question, messages=messages.get(question.id, ()), notes=notes.get(question.id, ()))


async def by_question(w: Writing, model: type[Row], ids: Sequence[str]) -> Mapping[str, list[Row]]:
    """The rows of a table that belong to these questions, grouped."""
    grouped: dict[str, list[Row]] = {}
    if ids:
        found = await w.session.execute(select(model).where(_column(model, "question").in_(ids)))
        for row in found.scalars():
            grouped.setdefault(str(getattr(row, "question")), []).append(row)  # noqa: B009
    return grouped


def _column(model: type[SQLModel], name: str) -> Any:
    return getattr(model, name)


def event(
    w: Writing,
    question: Question,
    act: Act,
    before: State | None,
    actor: Actor,
    *,
    reason: str = "",
    **detail: str | None,
) -> QuestionEvent:
    """The row that says who did what; it is added to the transaction. Only ever inserted."""
    row = QuestionEvent(
        id=uuid7(),
        agency=question.agency,
        question=question.id,
        act=act,
        before=before,
        after=question.state,
        account=None if actor.system else actor.account,
        actor_name=actor.name,
        role=actor.role,
        at=w.now,
        reason=reason,
        detail={name: value for name, value in detail.items() if value is not None},
    )
    w.session.add(row)
    return row


def message(
    w: Writing,
    question: Question,
    id: str,
    text: str,
    *,
    author: str,
    author_name: str,
    account: str | None,
    origin: str = HUMAN,
    made: datetime | None = None,
    files: Sequence[dict[str, Any]] = (),
    version_of: str | None = None,
    delivery: channels.Delivery | None = None,
) -> QuestionMessage:
    """A new message of a thread, added to the transaction; ``made`` is when it was written on the phone."""
    row = QuestionMessage(
        id=id,
        agency=question.agency,
        question=question.id,
        author=author,
        account=account,
        author_name=author_name,
        origin=origin,
        text=text,
        at=w.now,
        made_at=made or w.now,
        files=list(files),
        version_of=version_of,
        delivery=delivery,
    )
    w.session.add(row)
    question.last_message_at = w.now
    return row


def note(w: Writing, question: Question, id: str, text: str, actor: Actor) -> QuestionNote:
    """A new internal note, added to the transaction."""
    row = QuestionNote(
        id=id,
        agency=question.agency,
        question=question.id,
        account=None if actor.system else actor.account,
        author_name=actor.name,
        text=text,
        at=w.now,
    )
    w.session.add(row)
    return row


async def load(w: Writing, id: str) -> Question:
    """One question of the agency; the engine holds the lock of its record. Raises ``not_found``."""
    found = await load_all(w, [id])
    if id not in found:
        raise Refusal("not_found", "Pertanyaan tidak ditemukan. Tulisan Anda tetap tersimpan untuk disalin.")
    return found[id]


async def load_all(w: Writing, ids: Iterable[str]) -> dict[str, Question]:
    """Questions of the agency by id."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    found = await w.session.execute(
        select(Question).where(col(Question.agency) == w.agency, col(Question.id).in_(wanted))
    )
    return {question.id: question for question in found.scalars()}


async def heirs(w: Writing, questions: dict[str, Question]) -> dict[str, Question]:
    """For every merged question of these, the thread in which it goes on; locked."""
    wanted = {id: one.merged_into for id, one in questions.items() if one.merged_into is not None}
    if not wanted:
        return {}
    into = sorted({id for id in wanted.values() if id is not None})
    await w.lock("question", into)
    found = await load_all(w, into)
    return {id: found[heir] for id, heir in wanted.items() if heir in found}


async def newcomers(w: Writing, model: type[SQLModel], items: Sequence[Item]) -> list[Item]:
    """The items whose record id is free; the others lose, the lower place in the batch wins."""
    taken = await taken_ids(w, model, [item.record for item in items])
    fresh: list[Item] = []
    for item in items:
        if item.record in taken:
            item.lose("exists", "Kiriman dengan nomor ini sudah ada. Tulisan Anda tetap tersimpan untuk disalin.")
            continue
        taken.add(item.record)
        fresh.append(item)
    return fresh


async def receipts(w: Writing, items: Sequence[Item]) -> dict[str, str]:
    """The receipt that each mutation of this batch was given on arrival."""
    found = await w.session.execute(
        select(mutation.c.id, mutation.c.receipt).where(mutation.c.id.in_([item.id for item in items]))
    )
    return {row.id: row.receipt for row in found if row.receipt is not None}


async def taken_ids(w: Writing, model: type[SQLModel], ids: Sequence[str]) -> set[str]:
    """Those of the ids that a row of the table has already, in whatever agency."""
    column = _column(model, "id")
    found = await w.session.execute(select(column).where(column.in_(sorted(set(ids)))))
    return set(found.scalars())
