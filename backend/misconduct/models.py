"""What is kept of a report: sealed words and pictures with a date. No column could say who wrote, or at what time."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Column, Date, Index, LargeBinary
from sqlmodel import Field, SQLModel

from backend.database.types import Uid


class Report(SQLModel, table=True):
    """One report. The code itself is stored nowhere: ``code_hash`` is keyed. ``fresh``: the reporter wrote since the
    recipients looked. Ids are random or derived, never made of the time."""

    __tablename__ = "misconduct_report"
    __table_args__ = (Index("ix_misconduct_report_agency", "agency", "day"),)

    id: str = Field(sa_column=Column(Uid, primary_key=True))
    agency: str = Field(sa_column=Column(Uid, nullable=False))
    code_hash: str = Field(max_length=64, unique=True)
    day: date = Field(sa_column=Column(Date, nullable=False))
    closed: date | None = Field(default=None, sa_column=Column(Date))
    fresh: bool = True


class Word(SQLModel, table=True):
    """One message: of the reporter, or of the recipients (as such, without a name). ``place`` counts from 1."""

    __tablename__ = "misconduct_word"
    __table_args__ = (Index("uq_misconduct_word_place", "report", "place", unique=True),)

    id: str = Field(sa_column=Column(Uid, primary_key=True))
    report: str = Field(sa_column=Column(Uid, nullable=False))
    place: int
    author: str = Field(max_length=10)
    day: date = Field(sa_column=Column(Date, nullable=False))
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Picture(SQLModel, table=True):
    """A picture of a word, stripped and sealed. It lies in the database: a file of its own would have a time."""

    __tablename__ = "misconduct_picture"
    __table_args__ = (Index("ix_misconduct_picture_report", "report"),)

    id: str = Field(sa_column=Column(Uid, primary_key=True))
    report: str = Field(sa_column=Column(Uid, nullable=False))
    word: str = Field(sa_column=Column(Uid, nullable=False))
    type: str = Field(max_length=20)
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
