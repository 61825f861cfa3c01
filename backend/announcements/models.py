"""The table of announcements."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from backend.database.types import Instant, Uid


class Announcement(SQLModel, table=True):
    """One announcement as last written; the audit log names who wrote which version."""

    __tablename__ = "announcement"
    __table_args__ = (Index("ix_announcement_list", "agency", "at"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    title: str = Field(max_length=120)
    text: str
    version: int = 1
    account: str = Field(sa_type=Uid)
    name: str = Field(max_length=300)
    at: datetime = Field(sa_type=Instant)
    published: datetime | None = Field(default=None, sa_type=Instant)
