"""The table of timed acts."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from backend.database.types import Instant, Json, Uid


class JobState(enum.StrEnum):
    """Where a job stands. ``done``, ``cancelled`` and ``failed`` are ends; only scheduling it again reopens it."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Job(SQLModel, table=True):
    """One timed act. (``kind``, ``key``) names it; ``run`` counts how often that name was armed."""

    __tablename__ = "job"
    __table_args__ = (
        UniqueConstraint("kind", "key", name="uq_job_kind_key"),
        Index("ix_job_state_ready", "state", "ready"),
    )

    id: str = Field(sa_type=Uid, primary_key=True)
    kind: str = Field(max_length=80)
    key: str = Field(max_length=200)
    agency: str | None = Field(default=None, sa_type=Uid)
    due: datetime = Field(sa_type=Instant)
    """When the act should happen, UTC; it never changes through a failure."""
    ready: datetime = Field(sa_type=Instant)
    """When somebody may claim it: the due time, after a failure the end of the back-off, while running the
    end of the lease. One column, so that one index finds everything that is due."""
    payload: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    state: str = Field(default=JobState.WAITING, max_length=12)
    run: int = 1
    attempts: int = 0
    claim: str | None = Field(default=None, sa_type=Uid)
    last_error: str | None = Field(default=None, sa_type=Text)
    """A code or the name of an exception; never its text, which may hold something personal."""
    ended: datetime | None = Field(default=None, sa_type=Instant)
