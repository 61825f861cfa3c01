"""Visits and departures: a departure is a later row, so that two tablets never disagree."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from backend.database.types import Instant, Uid


class GuestVisit(SQLModel, table=True):
    """One guest at the counter. ``at``: when they came (UTC); name and phone are emptied after 12 months.

    Which question came of it stands at the question (``question.visit``).
    """

    __tablename__ = "guest_visit"
    __table_args__ = (Index("ix_guest_visit_list", "agency", "at"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    counter: str = Field(sa_type=Uid)
    name: str = Field(max_length=200)
    origin: str = Field(default="", max_length=200)
    phone: str = Field(default="", max_length=40)
    purpose: str = Field(max_length=16)
    age: str | None = Field(default=None, max_length=8)
    kecamatan: str | None = Field(default=None, sa_type=Uid)
    served_by: str = Field(default="", max_length=200)
    account: str = Field(sa_type=Uid)
    at: datetime = Field(sa_type=Instant)
    arrived: datetime = Field(sa_type=Instant)
    erased: datetime | None = Field(default=None, sa_type=Instant)


class GuestDeparture(SQLModel, table=True):
    """When a guest left (UTC); the first one counts."""

    __tablename__ = "guest_departure"
    __table_args__ = (Index("ix_guest_departure_visit", "visit"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    visit: str = Field(sa_type=Uid)
    account: str = Field(sa_type=Uid)
    at: datetime = Field(sa_type=Instant)
