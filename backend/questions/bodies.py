"""What travels: the bodies that the feed carries and the args of every mutation, camelCase on the wire.

Instants are strings like ``2026-11-21T07:05:00.123Z`` (UTC).
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from backend.files.carried import FileArgs, FileBody
from sync.registry import Wire
from sync.words import Id, Instant

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
LongText = Annotated[str, StringConstraints(max_length=60_000)]
"""Judged by the rules, which say in words what is wrong; here only what no honest client sends is cut off."""
FileList = Annotated[list[FileArgs], Field(default_factory=list, max_length=50)]


class QuestionBody(Wire):
    """A question as asker and desk see it."""

    number: str
    text: str
    kind: str
    category: str
    unit: str
    unit_name: str
    state: str
    asker_id: str
    asker_name: str
    asker_nip: str
    asker_unit: str | None = None
    asker_unit_name: str | None = None
    kecamatan: str | None = None
    holder_id: str | None = None
    holder_name: str | None = None
    filtered_by: str | None = None
    channel: str
    written_at: str
    arrived_at: str
    due_at: str
    answered_at: str | None = None
    closed_at: str | None = None
    reopened: int = 0
    follow_up_of: str | None = None
    merged_into: str | None = None
    trust: int = 2
    files: list[FileBody] = Field(default_factory=list)
    receipt: str | None = None
    last_message_at: str
    address: str | None = None
    by_gateway: bool | None = None
    unsent: str | None = None
    visit: str | None = None


class MessageBody(Wire):
    """One message of a thread. ``authorName`` names the role towards the asker, never more of the officer."""

    question: str
    author: str
    author_name: str
    origin: str
    text: str
    at: str
    made_at: str
    files: list[FileBody] = Field(default_factory=list)
    version_of: str | None = None
    delivery: str | None = None


class NoteBody(Wire):
    """An internal note; desk only."""

    question: str
    author_name: str
    text: str
    at: str


class ReadMarkBody(Wire):
    """How far a person has read a thread."""

    question: str
    at: str


class AskArgs(Wire):
    """A new question. Without kind or category the server suggests them from the agency's keywords."""

    text: LongText
    kind: Code | None = None
    category: Code | None = None
    channel: Code = "aplikasi"
    files: FileList


class MessageArgs(Wire):
    """A further message of the asker; the mutation's record is the message. It may be files alone."""

    question: Id
    text: LongText
    files: FileList


class NoteArgs(Wire):
    """An internal note; the mutation's record is the note."""

    question: Id
    text: LongText


class ReplyArgs(Wire):
    """An officer's text to the asker; ``messageId`` is the id of the message that it makes."""

    text: LongText
    message_id: Id
    files: FileList


class CorrectArgs(ReplyArgs):
    """A new version of an answer: ``version_of`` is the message that it stands in for, the first or a later one."""

    version_of: Id


class MergeArgs(Wire):
    """The question in which the mutation's own record goes on."""

    into: Id


class FileSettledArgs(Wire):
    """A file of the question became whole, or will not come."""

    file: Id


class AssignArgs(Wire):
    """The filter: which category, which unit, and the operator if one is named."""

    category: Code
    unit: Id
    holder: Id | None = None


class ForwardArgs(Wire):
    """To another unit's contact, with a note that only staff see."""

    unit: Id
    note: LongText


class ReopenArgs(Wire):
    """Why an answered or closed question is open again."""

    reason: LongText


class ReadArgs(Wire):
    """The thread and how far it was read (UTC)."""

    question: Id
    at: Instant


class EscalateArgs(Wire):
    """Which level of :data:`backend.questions.rules.LEVELS` is reached, and of which running clock (UTC)."""

    level: Annotated[int, Field(ge=0, le=3)]
    clock_from: Instant


class NoArgs(Wire):
    """Nothing besides the record itself."""
