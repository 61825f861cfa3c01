"""Which record of the room names an upload, and awards that people hold."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from backend.database.types import Instant, Uid


class NamedFile(SQLModel, table=True):
    """An upload (``id``) and the record that names it: ``kind`` is the record's kind in the feed."""

    __tablename__ = "skp_file"
    __table_args__ = (Index("ix_skp_file_record", "record"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    kind: str = Field(max_length=20)
    record: str = Field(sa_type=Uid)


class AwardHeld(SQLModel, table=True):
    """A long-service award that somebody holds. ``award``: X, XX, XXX."""

    __tablename__ = "skp_award"
    __table_args__ = (UniqueConstraint("agency", "person", "award"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    person: str = Field(sa_type=Uid)
    award: str = Field(max_length=4)
    decree: str = Field(max_length=200)
    day: date
    by_name: str = Field(max_length=300)
    at: datetime = Field(sa_type=Instant)
