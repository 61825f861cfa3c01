"""Codes, visit tickets, kiosks and shifts: which token opens what, and who is on duty where."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Table, text
from sqlmodel import Field, SQLModel

from backend.database.types import Instant, Uid

_IN_FORCE: dict[str, Any] = {"sqlite_where": text("revoked IS NULL"), "postgresql_where": text("revoked IS NULL")}


class RatingCode(SQLModel, table=True):
    """A token on paper or on a screen. ``kind``: personal (``person``), board or survey (``site``).

    The token is random; a revoked one (``revoked``, UTC) stays, so that its page can say so. One of a kind is in
    force at a time for each person and each site.
    """

    __tablename__ = "rating_code"
    __table_args__ = (
        Index("ix_rating_code_person", "agency", "person"),
        Index("ix_rating_code_site", "agency", "site"),
        Index("uq_rating_code_person", "agency", "kind", "person", unique=True, **_IN_FORCE),
        Index("uq_rating_code_site", "agency", "kind", "site", unique=True, **_IN_FORCE),
    )

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    kind: str = Field(max_length=12)
    token: str = Field(max_length=11, unique=True)
    person: str | None = Field(default=None, sa_type=Uid)
    site: str | None = Field(default=None, sa_type=Uid)
    issued: datetime = Field(sa_type=Instant)
    issued_by: str | None = Field(default=None, sa_type=Uid)
    revoked: datetime | None = Field(default=None, sa_type=Instant)
    revoked_by: str | None = Field(default=None, sa_type=Uid)
    reason: str | None = Field(default=None, max_length=500)


class RatingTicket(SQLModel, table=True):
    """A single-use ticket that a counter hands out for a visit. ``used_by`` is the rating that spent it."""

    __tablename__ = "rating_ticket"
    __table_args__ = (Index("ix_rating_ticket_site", "agency", "site", "issued"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    site: str = Field(sa_type=Uid)
    service: str | None = Field(default=None, max_length=16)
    issued: datetime = Field(sa_type=Instant)
    issued_by: str | None = Field(default=None, sa_type=Uid)
    used_by: str | None = Field(default=None, sa_type=Uid)


class RatingKiosk(SQLModel, table=True):
    """A tablet bound to a site. ``account`` is its own identity in the sync protocol; hashes are keyed.

    ``step_secret`` keys the codes that its screen shows, sealed with the server's key.
    """

    __tablename__ = "rating_kiosk"
    __table_args__ = (
        Index("ix_rating_kiosk_site", "agency", "site"),
        Index("ix_rating_kiosk_pairing", "pairing_hash"),
        Index("ix_rating_kiosk_account", "account"),
    )

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    site: str = Field(sa_type=Uid)
    name: str = Field(max_length=80)
    account: str | None = Field(default=None, sa_type=Uid)
    pairing_hash: str | None = Field(default=None, max_length=64)
    pairing_expires: datetime | None = Field(default=None, sa_type=Instant)
    paired: datetime | None = Field(default=None, sa_type=Instant)
    pin_hash: str | None = Field(default=None, max_length=200)
    step_secret: str | None = Field(default=None, max_length=200)
    created: datetime = Field(sa_type=Instant)
    created_by: str | None = Field(default=None, sa_type=Uid)
    revoked: datetime | None = Field(default=None, sa_type=Instant)


class RatingShift(SQLModel, table=True):
    """An officer's turn at a site, half open (UTC). ``source``: KOR (entered) or kiosk (signed on there).

    ``end`` is ``None`` while somebody who signed on at a kiosk has not signed off.
    """

    __tablename__ = "rating_shift"
    __table_args__ = (
        Index("ix_rating_shift_site", "agency", "site", "start"),
        Index("ix_rating_shift_person", "person", "start"),
    )

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    site: str = Field(sa_type=Uid)
    person: str = Field(sa_type=Uid)
    start: datetime = Field(sa_type=Instant)
    end: datetime | None = Field(default=None, sa_type=Instant)
    source: str = Field(max_length=8)
    entered_by: str | None = Field(default=None, sa_type=Uid)
    entered: datetime = Field(sa_type=Instant)
    cancelled: datetime | None = Field(default=None, sa_type=Instant)


RATING_CODE: Table = RatingCode.__table__  # type: ignore[attr-defined]
RATING_TICKET: Table = RatingTicket.__table__  # type: ignore[attr-defined]
RATING_KIOSK: Table = RatingKiosk.__table__  # type: ignore[attr-defined]
RATING_SHIFT: Table = RatingShift.__table__  # type: ignore[attr-defined]
