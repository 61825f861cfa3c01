"""Answers to the satisfaction survey, and its reports."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, SmallInteger, Table
from sqlmodel import Field, SQLModel

from backend.database.types import Instant, Json, Uid


class IkmAnswer(SQLModel, table=True):
    """One filled survey of a service at a site; it names no officer. Instants are UTC.

    ``u1`` to ``u9`` are 1-4, ``None`` for a blank (paper entry only). ``source``: halaman, kiosk, kertas.
    """

    __tablename__ = "ikm_answer"
    __table_args__ = (
        Index("ix_ikm_answer_period", "agency", "service_date", "site"),
        Index("ix_ikm_answer_list", "agency", "arrived_at", "id"),
    )

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    site: str = Field(sa_type=Uid)
    service: str = Field(max_length=16)
    u1: int | None = Field(default=None, sa_type=SmallInteger)
    u2: int | None = Field(default=None, sa_type=SmallInteger)
    u3: int | None = Field(default=None, sa_type=SmallInteger)
    u4: int | None = Field(default=None, sa_type=SmallInteger)
    u5: int | None = Field(default=None, sa_type=SmallInteger)
    u6: int | None = Field(default=None, sa_type=SmallInteger)
    u7: int | None = Field(default=None, sa_type=SmallInteger)
    u8: int | None = Field(default=None, sa_type=SmallInteger)
    u9: int | None = Field(default=None, sa_type=SmallInteger)
    sex: str | None = Field(default=None, max_length=1)
    age_band: str | None = Field(default=None, max_length=8)
    education: str | None = Field(default=None, max_length=12)
    work: str | None = Field(default=None, max_length=20)
    made_at: datetime = Field(sa_type=Instant)
    arrived_at: datetime = Field(sa_type=Instant)
    service_date: date
    instrument: str = Field(sa_type=Uid)
    code: str | None = Field(default=None, sa_type=Uid)
    source: str = Field(max_length=8)
    language: str = Field(max_length=2)


class IkmReport(SQLModel, table=True):
    """One computed index, as printed: a later change of the weight policy never recomputes it.

    ``figures``: n, profile, NRR an element, IKM, letter, the three lowest, the other two weights. ``site`` and
    ``service`` are ``None`` for all of them. ``first`` and ``last`` are local dates, both included.
    """

    __tablename__ = "ikm_report"
    __table_args__ = (Index("ix_ikm_report_period", "agency", "first", "site"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    site: str | None = Field(default=None, sa_type=Uid)
    service: str | None = Field(default=None, max_length=16)
    period: str = Field(max_length=8)
    first: date
    last: date
    state: str = Field(max_length=12)
    weight_policy: str = Field(max_length=8)
    missing: str = Field(max_length=16)
    formula_version: str = Field(max_length=12)
    n: int
    figures: dict[str, Any] = Field(sa_type=Json)
    follow_up: str = Field(default="", max_length=4000)
    sha256: str | None = Field(default=None, max_length=64)
    created: datetime = Field(sa_type=Instant)
    created_by: str | None = Field(default=None, sa_type=Uid)
    published: datetime | None = Field(default=None, sa_type=Instant)


IKM_ANSWER: Table = IkmAnswer.__table__  # type: ignore[attr-defined]
