"""Tables of forms, catalogues and knowledge articles. Versions are only ever added; a published one never changes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, UniqueConstraint, event
from sqlalchemy.orm import Mapper
from sqlalchemy.orm.attributes import get_history
from sqlmodel import Field, SQLModel

from backend.database.types import Instant, Json, Uid


class FormDefinition(SQLModel, table=True):
    """One version of a form of an agency; ``fields`` as in ``rules.Field``. A draft has no ``published_at``."""

    __tablename__ = "form_definition"
    __table_args__ = (UniqueConstraint("agency", "code", "version"),)

    id: str = Field(sa_column=Column(Uid, primary_key=True))
    agency: str = Field(sa_column=Column(Uid, nullable=False))
    code: str = Field(max_length=40)
    version: int
    title: str = Field(max_length=200)
    fields: list[dict[str, Any]] = Field(sa_column=Column(Json, nullable=False))
    made_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    made_by: str | None = Field(default=None, sa_column=Column(Uid))
    published_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class Catalogue(SQLModel, table=True):
    """One version of a list that an agency edits and services read (question categories and the like)."""

    __tablename__ = "form_catalogue"
    __table_args__ = (UniqueConstraint("agency", "code", "version"),)

    id: str = Field(sa_column=Column(Uid, primary_key=True))
    agency: str = Field(sa_column=Column(Uid, nullable=False))
    code: str = Field(max_length=40)
    version: int
    content: dict[str, Any] = Field(sa_column=Column(Json, nullable=False))
    made_by: str | None = Field(default=None, sa_column=Column(Uid))
    published_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class Article(SQLModel, table=True):
    """One version of a knowledge article. ``areas``: units (sub-districts) that it is for; empty: the whole agency.

    ``unit`` is in charge of it (none: the agency's root), ``authors`` wrote it, ``published_by`` approved it,
    ``source`` is the question that it was made from; none of these is published. A ``withdrawn`` version ends it,
    ``reason`` says why.
    """

    __tablename__ = "form_article"
    __table_args__ = (UniqueConstraint("agency", "slug", "version"),)

    id: str = Field(sa_column=Column(Uid, primary_key=True))
    agency: str = Field(sa_column=Column(Uid, nullable=False))
    slug: str = Field(max_length=80)
    version: int
    question: str
    answer: str
    steps: list[str] = Field(sa_column=Column(Json, nullable=False))
    basis: str = ""
    valid_from: date
    checked_at: date
    checked_by: str = Field(max_length=200)
    areas: list[str] = Field(sa_column=Column(Json, nullable=False))
    category: str = Field(default="", max_length=40)
    unit: str | None = Field(default=None, sa_column=Column(Uid))
    authors: list[str] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    source: str | None = Field(default=None, sa_column=Column(Uid))
    withdrawn: bool = False
    reason: str = ""
    published_by: str | None = Field(default=None, sa_column=Column(Uid))
    published_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class ImmutableVersionError(Exception):
    """Somebody tried to change a published version; a change is a new version."""


def _refuse_change(_mapper: Mapper[Any], _connection: Any, target: FormDefinition | Catalogue | Article) -> None:
    history = get_history(target, "published_at")
    before = history.deleted[0] if history.deleted else target.published_at
    if before is not None:
        raise ImmutableVersionError(f"{type(target).__name__} {target.id} is published")


for _table in (FormDefinition, Catalogue, Article):
    event.listen(_table, "before_update", _refuse_change)
    event.listen(_table, "before_delete", _refuse_change)
