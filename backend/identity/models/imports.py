"""Applied imports and what they changed, kept so that one can be undone for a day."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Table
from sqlmodel import Field, SQLModel

from backend.database.types import Instant, Json, Uid


class ImportBatch(SQLModel, table=True):
    """One applied file. ``counts`` by outcome: new, changed, same, merged, wrong."""

    __tablename__ = "import_batch"
    __table_args__ = (Index("ix_import_batch_agency", "agency", "applied"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid, foreign_key="agency.id")
    file_name: str = Field(max_length=200)
    file_hash: str = Field(max_length=64)
    counts: dict[str, Any] = Field(sa_type=Json)
    applied: datetime = Field(sa_type=Instant)
    applied_by: str | None = Field(default=None, sa_type=Uid)
    undone: datetime | None = Field(default=None, sa_type=Instant)


class ImportChange(SQLModel, table=True):
    """What a batch did to one person: the changed columns before (``None``: a new person) and after."""

    __tablename__ = "import_change"

    batch: str = Field(sa_type=Uid, primary_key=True)
    person: str = Field(sa_type=Uid, primary_key=True)
    before: dict[str, Any] | None = Field(default=None, sa_type=Json)
    after: dict[str, Any] = Field(sa_type=Json)


IMPORT_BATCH: Table = ImportBatch.__table__  # type: ignore[attr-defined]
IMPORT_CHANGE: Table = ImportChange.__table__  # type: ignore[attr-defined]
