"""Tables of what the desk writes. Published articles are rows of the bundle (``backend.forms.models.Article``)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from backend.database.types import Instant, Json, Uid


class ArticleDraft(SQLModel, table=True):
    """A note that is being written; it goes when it is published or discarded.

    ``unit`` is in charge of the matter, ``slug`` names the article that it changes, ``source`` the question that it was
    made from, ``authors`` all accounts that wrote in it. ``steps``: one a line; ``valid_from``: an ISO date or empty.
    """

    __tablename__ = "knowledge_draft"
    __table_args__ = (Index("ix_knowledge_draft_agency", "agency", "updated_at"),)

    id: str = Field(sa_column=Column(Uid, primary_key=True))
    agency: str = Field(sa_column=Column(Uid, nullable=False))
    unit: str = Field(sa_column=Column(Uid, nullable=False))
    slug: str | None = Field(default=None, max_length=80)
    source: str | None = Field(default=None, sa_column=Column(Uid))
    question: str = ""
    answer: str = ""
    steps: str = ""
    basis: str = ""
    valid_from: str = Field(default="", max_length=10)
    category: str = Field(default="", max_length=40)
    areas: list[str] = Field(sa_column=Column(Json, nullable=False))
    authors: list[str] = Field(sa_column=Column(Json, nullable=False))
    author_name: str = Field(max_length=200)
    updated_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    updated_by_name: str = Field(max_length=200)


class CannedAnswer(SQLModel, table=True):
    """One version of a canned answer; ``version`` 0 is the draft, the only row that changes."""

    __tablename__ = "canned_answer"
    __table_args__ = (UniqueConstraint("agency", "answer", "version"),)

    id: str = Field(sa_column=Column(Uid, primary_key=True))
    agency: str = Field(sa_column=Column(Uid, nullable=False))
    answer: str = Field(sa_column=Column(Uid, nullable=False))
    version: int
    title: str
    text: str
    category: str = Field(default="", max_length=40)
    retired: bool = False
    account: str | None = Field(default=None, sa_column=Column(Uid))
    account_name: str = Field(max_length=200)
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
