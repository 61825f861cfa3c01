"""The latest word of every phone about each kind of trouble."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from backend.database.types import Instant, Uid


class PhoneReport(SQLModel, table=True):
    """``session`` is the device session that reported, so a person makes no more rows than devices.

    ``amount`` is what holds now; ``first`` and ``last`` are server times, UTC. No text of anybody.
    """

    __tablename__ = "phone_report"
    __table_args__ = (Index("ix_phone_report_last", "last"),)

    session: str = Field(sa_type=Uid, primary_key=True)
    what: str = Field(primary_key=True, max_length=20)
    account: str = Field(sa_type=Uid)
    agency: str = Field(sa_type=Uid)
    amount: int
    app_version: str = Field(max_length=32)
    first: datetime = Field(sa_type=Instant)
    last: datetime = Field(sa_type=Instant)
