"""Tables of the questions. Plain ids, no relations; instants are UTC; a question's state follows from its events."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from backend.database.types import Instant, Json, Uid
from backend.questions.rules import PROVEN


class Question(SQLModel, table=True):
    """One question: who asked, who is in charge, where it stands.

    ``asked_nip`` is masked already: the full number never leaves identity. ``written_at`` is the phone's
    evidence, all other instants are the server's. ``clock_from`` starts the running clock (arrival, or the
    latest reopening), ``due_at`` ends it. ``first_reply_at`` is the first human reply, ``answered_at`` the
    latest answer, ``ended_at`` when it was closed or cancelled. ``desk``: the feed of the desk holds it.
    ``merged_into``: the thread in which this question goes on. ``trust``: 0 unknown, 1 known contact, 2 proven.
    ``files``: what was attached to the text, as :class:`backend.files.carried.FileBody` by wire name.

    The measures (seconds of office time and of the clock) are fixed when their clock stops, by the hours and the
    target (working minutes) of that moment; see :mod:`backend.questions.service.measures`.

    Through another door than the app: ``contact`` is who wrote (the asker too, unless staff named the employee) and
    ``address`` where, ``gateway`` the machine that carries it, ``entered_*`` who typed it in and as what. ``unsent``
    is the message that staff still have to send there, ``unsent_act`` the step that is taken when they did.
    """

    __tablename__ = "question"
    __table_args__ = (
        UniqueConstraint("agency", "year", "series", "running"),
        Index("ix_question_list", "agency", "arrived_at", "id"),
        Index("ix_question_unit", "agency", "unit", "arrived_at", "id"),
        Index("ix_question_asker", "asker", "arrived_at", "id"),
        Index("ix_question_holder", "holder", "state"),
        Index("ix_question_window", "agency", "desk", "ended_at"),
        Index("ix_question_merged", "merged_into"),
        Index("ix_question_state", "agency", "state", "due_at"),
        Index("ix_question_answered", "agency", "answered_at"),
        Index("ix_question_contact", "contact", "arrived_at"),
    )

    id: str = Field(sa_column=Column(Uid, primary_key=True))
    agency: str = Field(sa_column=Column(Uid, nullable=False))
    year: int
    series: str = Field(max_length=4)
    running: int
    receipt: str | None = Field(default=None, max_length=8)
    channel: str = Field(max_length=16)
    text: str
    asker: str = Field(sa_column=Column(Uid, nullable=False))
    asker_name: str = Field(max_length=200)
    asker_nip: str = Field(max_length=24)
    asker_unit: str | None = Field(default=None, sa_column=Column(Uid))
    asker_unit_name: str = Field(default="", max_length=200)
    kecamatan: str | None = Field(default=None, sa_column=Column(Uid))
    kind: str = Field(max_length=40)
    category: str = Field(max_length=40)
    suggested: str = Field(max_length=40)
    category_by: str = Field(max_length=16)
    unit: str = Field(sa_column=Column(Uid, nullable=False))
    unit_name: str = Field(max_length=200)
    holder: str | None = Field(default=None, sa_column=Column(Uid))
    holder_name: str | None = Field(default=None, max_length=200)
    state: str = Field(max_length=20)
    filtered_by: str | None = Field(default=None, max_length=16)
    written_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    arrived_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    filtered_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    clock_from: datetime = Field(sa_column=Column(Instant, nullable=False))
    due_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    first_reply_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    answered_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    ended_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    last_message_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    reopened: int = 0
    follow_up_of: str | None = Field(default=None, sa_column=Column(Uid))
    merged_into: str | None = Field(default=None, sa_column=Column(Uid))
    trust: int = PROVEN
    files: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    desk: bool = True
    filter_working: int | None = None
    filter_clock: int | None = None
    response_working: int | None = None
    response_clock: int | None = None
    handling_working: int | None = None
    handling_clock: int | None = None
    target_minutes: int | None = None
    erased_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    contact: str | None = Field(default=None, sa_column=Column(Uid))
    address: str | None = Field(default=None, max_length=320)
    gateway: str | None = Field(default=None, sa_column=Column(Uid))
    entered_by: str | None = Field(default=None, sa_column=Column(Uid))
    entered_role: str | None = Field(default=None, max_length=8)
    entered_unit: str | None = Field(default=None, sa_column=Column(Uid))
    visit: str | None = Field(default=None, sa_column=Column(Uid))
    unsent: str | None = Field(default=None, sa_column=Column(Uid))
    unsent_act: str | None = Field(default=None, max_length=24)


class QuestionMessage(SQLModel, table=True):
    """One message that the asker sees. ``author``: penanya, petugas, sistem; ``origin``: manusia, otomatis, sistem.

    ``delivery`` (:class:`backend.questions.channels.Delivery`) is set if it leaves the app.
    """

    __tablename__ = "question_message"
    __table_args__ = (Index("ix_question_message_thread", "question", "at", "id"),)

    id: str = Field(sa_column=Column(Uid, primary_key=True))
    agency: str = Field(sa_column=Column(Uid, nullable=False))
    question: str = Field(sa_column=Column(Uid, nullable=False))
    author: str = Field(max_length=16)
    account: str | None = Field(default=None, sa_column=Column(Uid))
    author_name: str = Field(max_length=200)
    origin: str = Field(max_length=16)
    text: str
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    made_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    version_of: str | None = Field(default=None, sa_column=Column(Uid))
    files: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    delivery: str | None = Field(default=None, max_length=16)


class QuestionFile(SQLModel, table=True):
    """Which thread a file belongs to; ``message`` is ``None`` for one that came with the question's own text."""

    __tablename__ = "question_file"
    __table_args__ = (Index("ix_question_file_thread", "question"),)

    id: str = Field(sa_column=Column(Uid, primary_key=True))
    agency: str = Field(sa_column=Column(Uid, nullable=False))
    question: str = Field(sa_column=Column(Uid, nullable=False))
    message: str | None = Field(default=None, sa_column=Column(Uid))


class QuestionNote(SQLModel, table=True):
    """One internal note; never in the asker's data."""

    __tablename__ = "question_note"
    __table_args__ = (Index("ix_question_note_thread", "question", "at", "id"),)

    id: str = Field(sa_column=Column(Uid, primary_key=True))
    agency: str = Field(sa_column=Column(Uid, nullable=False))
    question: str = Field(sa_column=Column(Uid, nullable=False))
    account: str | None = Field(default=None, sa_column=Column(Uid))
    author_name: str = Field(max_length=200)
    text: str
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


class QuestionEvent(SQLModel, table=True):
    """One act on a question, as it happened; only ever inserted. ``detail`` names units, holders and the like by id."""

    __tablename__ = "question_event"
    __table_args__ = (Index("ix_question_event_thread", "question", "at", "id"),)

    id: str = Field(sa_column=Column(Uid, primary_key=True))
    agency: str = Field(sa_column=Column(Uid, nullable=False))
    question: str = Field(sa_column=Column(Uid, nullable=False))
    act: str = Field(max_length=24)
    before: str | None = Field(default=None, max_length=20)
    after: str = Field(max_length=20)
    account: str | None = Field(default=None, sa_column=Column(Uid))
    actor_name: str = Field(max_length=200)
    role: str | None = Field(default=None, max_length=8)
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    reason: str = ""
    detail: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))


class QuestionCounter(SQLModel, table=True):
    """The last running number of an agency in a local year; ``series`` changes with every restored backup."""

    __tablename__ = "question_counter"

    agency: str = Field(sa_column=Column(Uid, primary_key=True))
    year: int = Field(primary_key=True)
    series: str = Field(primary_key=True, max_length=4)
    last: int = 0


class QuestionContact(SQLModel, table=True):
    """Somebody who writes through a gateway; the row is what simultaneous messages of one person wait for.

    ``menu`` is where they are in the chat menu: topic and, in it, the notes offered; ``None``: outside.
    """

    __tablename__ = "question_contact"

    id: str = Field(sa_column=Column(Uid, primary_key=True))
    agency: str = Field(sa_column=Column(Uid, nullable=False))
    gateway: str = Field(sa_column=Column(Uid, nullable=False))
    name: str = Field(max_length=200)
    seen: datetime = Field(sa_column=Column(Instant, nullable=False))
    menu: dict[str, Any] | None = Field(default=None, sa_column=Column(Json))


class ReadMark(SQLModel, table=True):
    """How far an account has read a thread (UTC); it only moves forward."""

    __tablename__ = "question_read"

    id: str = Field(sa_column=Column(Uid, primary_key=True))
    agency: str = Field(sa_column=Column(Uid, nullable=False))
    account: str = Field(sa_column=Column(Uid, nullable=False))
    question: str = Field(sa_column=Column(Uid, nullable=False))
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
