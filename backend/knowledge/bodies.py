"""What travels of drafts and canned answers, camelCase on the wire. Dates are ISO; an empty text is not written yet."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from sync.registry import Wire
from sync.words import Id

Text = Annotated[str, StringConstraints(max_length=8_000)]
"""Judged by the rules, which say in words what is wrong; here only what no honest client sends is cut off."""
Code = Annotated[str, StringConstraints(pattern=r"^([a-z][a-z0-9_]{0,39})?$")]
Day = Annotated[str, StringConstraints(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$")]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,79}$")]


class DraftBody(Wire):
    """A note that is being written, to the desks. ``authors`` may not approve it."""

    unit: str
    slug: str | None = None
    source: str | None = None
    question: str = ""
    answer: str = ""
    steps: str = ""
    basis: str = ""
    valid_from: str = ""
    category: str = ""
    areas: list[str] = Field(default_factory=list)
    authors: list[str]
    author_name: str
    updated_at: str
    updated_by_name: str


class DraftArgs(Wire):
    """What was written; the last five only when the draft is begun. ``steps``: one a line."""

    question: Text = ""
    answer: Text = ""
    steps: Text = ""
    basis: Text = ""
    valid_from: Day = ""
    category: Code = ""
    areas: Annotated[list[Id], Field(max_length=60)] = Field(default_factory=list)
    unit: Id | None = None
    slug: Slug | None = None
    source: Id | None = None


class PublishArgs(Wire):
    """``over``: the version in force that the approver saw (0: none). ``contacts``: numbers in it are an office's."""

    over: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    contacts: bool = False


class CheckArgs(Wire):
    """The version that was looked at and still holds."""

    version: Annotated[int, Field(ge=1, le=1_000_000)]


class WithdrawArgs(Wire):
    """Why an article is not offered any more."""

    reason: Text


class CannedBody(Wire):
    """A canned answer, to the desks. ``state``: draf, berlaku; ``version`` 0 while it is a draft."""

    title: str
    text: str
    category: str = ""
    state: str
    version: int
    updated_at: str
    updated_by_name: str


class CannedArgs(Wire):
    """Title, text and topic; ``{nama}`` and the like are filled in when it is used."""

    title: Text = ""
    text: Text = ""
    category: Code = ""


class NoArgs(Wire):
    """Nothing besides the record itself."""
