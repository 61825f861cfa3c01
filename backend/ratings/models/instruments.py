"""What is asked and offered: instrument versions, service lists, thresholds. A change is a new version."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Table, UniqueConstraint
from sqlmodel import Field, SQLModel

from backend.database.types import Instant, Json, Uid


class RatingInstrument(SQLModel, table=True):
    """One version of an instrument: ``family`` PACAK (``version`` v1, v2, v3) or IKM (``1``).

    ``body`` holds the texts (id, en), the form, the scale, and the indicators or elements. Several versions are
    in force side by side; the family's latest ``valid_from`` (UTC) that has begun is the one that new pages ask.
    ``issue`` counts the texts of one version: each rating names the row that it answered.
    """

    __tablename__ = "rating_instrument"
    __table_args__ = (UniqueConstraint("agency", "family", "version", "issue", name="uq_rating_instrument"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    family: str = Field(max_length=8)
    version: str = Field(max_length=8)
    issue: int = 1
    body: dict[str, Any] = Field(sa_type=Json)
    valid_from: datetime = Field(sa_type=Instant)
    created_by: str | None = Field(default=None, sa_type=Uid)


class RatingService(SQLModel, table=True):
    """One version of one entry of an agency's closed list of services; the highest ``version`` of a code counts.

    ``place`` orders the list. A rating stores the code.
    """

    __tablename__ = "rating_service"
    __table_args__ = (UniqueConstraint("agency", "code", "version", name="uq_rating_service"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    code: str = Field(max_length=16)
    label_id: str = Field(max_length=120)
    label_en: str = Field(max_length=120)
    official: str = Field(default="", max_length=200)
    place: int = 0
    active: bool = True
    version: int = 1
    changed: datetime = Field(sa_type=Instant)
    changed_by: str | None = Field(default=None, sa_type=Uid)


class RatingSettings(SQLModel, table=True):
    """One version of an agency's rules for ratings, in force from ``valid_from`` (UTC) until the next begins.

    ``body`` has the members of :data:`backend.ratings.rules.settings.DEFAULTS`; a missing one is the default.
    """

    __tablename__ = "rating_settings"
    __table_args__ = (
        UniqueConstraint("agency", "version", name="uq_rating_settings"),
        Index("ix_rating_settings_valid", "agency", "valid_from"),
    )

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    version: int
    valid_from: datetime = Field(sa_type=Instant)
    body: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    changed_by: str | None = Field(default=None, sa_type=Uid)


RATING_INSTRUMENT: Table = RatingInstrument.__table__  # type: ignore[attr-defined]
RATING_SERVICE: Table = RatingService.__table__  # type: ignore[attr-defined]
RATING_SETTINGS: Table = RatingSettings.__table__  # type: ignore[attr-defined]
