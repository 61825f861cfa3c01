"""Ratings as they arrived, the phone numbers behind them, and what was decided about them.

A rating is never changed: the database itself refuses it, but for ``status`` (which follows the added decisions)
and the forgetting of what names a device or a phone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Connection, Index, SmallInteger, Table, UniqueConstraint, event, text
from sqlmodel import Field, SQLModel

from backend.database.types import Instant, Json, Uid
from backend.ratings.rules.scores import INDICATORS, given

GIVEN = tuple(f"given_{code.lower()}" for code in INDICATORS)
"""The columns that reports add up, in the order of the indicators."""


def _given(code: str) -> Column[int]:
    """A column that every insert fills from the same row's ``scores`` and ``indicators``."""

    def from_row(context: Any) -> int:
        row = context.get_current_parameters()
        return given(code, row["version"], row["scores"], row["indicators"])

    return Column(SmallInteger, nullable=False, default=from_row)


class Rating(SQLModel, table=True):
    """One rating of one officer. Instants are UTC; ``service_date`` is the local date at the site.

    ``score`` 1-5 and ``indicators`` (codes) for v1, ``scores`` (code to 1-5) for v2. ``presence``: hadir,
    tanpa_bukti. ``channel``: halaman, kiosk. ``made_at`` is the instant that bursts, hours and the period are
    judged by, ``made_by`` says whose evidence that is (kiosk, formulir, tiba). ``arrived_as`` is the status on
    arrival, ``status`` the one in force: sah, duplikat, ditahan, batal. ``visit_key`` is unique in an agency: the
    ticket, or officer, service, date and phone (or browser); ``None`` for what does not count against another.
    ``given_p`` to ``given_k`` are what reports add up: v1 1 for a chosen indicator, v2 its score; derived on insert.
    """

    __tablename__ = "rating"
    __table_args__ = (
        UniqueConstraint("agency", "visit_key", name="uq_rating_visit"),
        Index("ix_rating_period", "agency", "service_date", "status"),
        Index("ix_rating_officer", "officer", "service_date"),
        Index("ix_rating_site", "agency", "site", "service_date"),
        Index("ix_rating_list", "agency", "arrived_at", "id"),
        Index("ix_rating_burst", "agency", "officer", "made_at"),
        Index("ix_rating_kiosk_time", "kiosk", "made_at"),
        Index("ix_rating_held", "agency", "status", "arrived_at"),
    )

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    instrument: str = Field(sa_type=Uid)
    version: str = Field(max_length=8)
    officer: str = Field(sa_type=Uid)
    officer_name: str = Field(max_length=300)
    site: str = Field(sa_type=Uid)
    site_estimated: bool = False
    service: str = Field(max_length=16)
    score: int | None = None
    scores: dict[str, int] = Field(default_factory=dict, sa_type=Json)
    indicators: list[str] = Field(default_factory=list, sa_type=Json)
    given_p: int = Field(sa_column=_given("P"))
    given_am: int = Field(sa_column=_given("AM"))
    given_c: int = Field(sa_column=_given("C"))
    given_ak: int = Field(sa_column=_given("AK"))
    given_k: int = Field(sa_column=_given("K"))
    code: str | None = Field(default=None, sa_type=Uid)
    kiosk: str | None = Field(default=None, sa_type=Uid)
    ticket: str | None = Field(default=None, sa_type=Uid)
    presence: str = Field(max_length=12)
    channel: str = Field(max_length=8)
    made_at: datetime = Field(sa_type=Instant)
    made_by: str = Field(max_length=8)
    tablet_at: datetime | None = Field(default=None, sa_type=Instant)
    tablet_seq: int | None = None
    arrived_at: datetime = Field(sa_type=Instant)
    service_date: date
    phone_hash: str | None = Field(default=None, max_length=64)
    browser_hash: str | None = Field(default=None, max_length=64)
    device_hash: str | None = Field(default=None, max_length=64)
    visit_key: str | None = Field(default=None, max_length=64)
    language: str = Field(max_length=2)
    arrived_as: str = Field(max_length=8)
    status: str = Field(max_length=8)
    status_reason: str | None = Field(default=None, max_length=24)
    content_hash: str = Field(max_length=64)


class RatingPhone(SQLModel, table=True):
    """The encrypted phone number behind a rating, until ``delete_after`` (UTC)."""

    __tablename__ = "rating_phone"
    __table_args__ = (Index("ix_rating_phone_delete", "delete_after"),)

    rating: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    ciphertext: str = Field(max_length=200)
    delete_after: datetime = Field(sa_type=Instant)


class RatingDecision(SQLModel, table=True):
    """What TRK decided about a rating, only ever inserted. ``act``: tahan, sahkan, batal.

    ``before`` and ``after`` are the status in force before and after it.
    """

    __tablename__ = "rating_decision"
    __table_args__ = (Index("ix_rating_decision_rating", "rating", "at"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    rating: str = Field(sa_type=Uid)
    act: str = Field(max_length=8)
    before: str = Field(max_length=8)
    after: str = Field(max_length=8)
    account: str | None = Field(default=None, sa_type=Uid)
    name: str = Field(max_length=300)
    at: datetime = Field(sa_type=Instant)
    reason: str = Field(max_length=1000)


class RatingLookup(SQLModel, table=True):
    """A typed phone number was compared with a rating's stored one by order of KSB. The number is not kept."""

    __tablename__ = "rating_lookup"
    __table_args__ = (Index("ix_rating_lookup_rating", "rating", "at"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    rating: str = Field(sa_type=Uid)
    account: str = Field(sa_type=Uid)
    name: str = Field(max_length=300)
    at: datetime = Field(sa_type=Instant)
    reason: str = Field(max_length=1000)
    same: bool


RATING: Table = Rating.__table__  # type: ignore[attr-defined]
RATING_PHONE: Table = RatingPhone.__table__  # type: ignore[attr-defined]
RATING_LOOKUP: Table = RatingLookup.__table__  # type: ignore[attr-defined]
RATING_DECISION: Table = RatingDecision.__table__  # type: ignore[attr-defined]

FORGETTABLE = ("phone_hash", "browser_hash", "device_hash", "visit_key")
"""Columns that may be emptied, never changed otherwise: the keyed hashes live as long as the settings say."""

_FIXED = tuple(column.name for column in RATING.columns if column.name not in {*FORGETTABLE, "status"})


def guards(dialect: str, fixed: Sequence[str]) -> list[str]:
    """The statements with which the database keeps the columns ``fixed`` unchanged and decisions append-only."""
    if dialect == "sqlite":
        changed = " OR ".join(
            [f'NEW."{name}" IS NOT OLD."{name}"' for name in fixed]
            + [f"(NEW.{name} IS NOT NULL AND NEW.{name} IS NOT OLD.{name})" for name in FORGETTABLE]
        )
        return [
            f"CREATE TRIGGER rating_keep BEFORE UPDATE ON rating WHEN {changed} "
            "BEGIN SELECT RAISE(ABORT, 'a rating is never changed'); END",
            "CREATE TRIGGER rating_decision_keep BEFORE UPDATE ON rating_decision "
            "BEGIN SELECT RAISE(ABORT, 'a decision is never changed'); END",
            "CREATE TRIGGER rating_decision_stay BEFORE DELETE ON rating_decision "
            "BEGIN SELECT RAISE(ABORT, 'a decision is never changed'); END",
        ]
    changed = " OR ".join(
        [f'NEW."{name}" IS DISTINCT FROM OLD."{name}"' for name in fixed]
        + [f"(NEW.{name} IS NOT NULL AND NEW.{name} IS DISTINCT FROM OLD.{name})" for name in FORGETTABLE]
    )
    return [
        "CREATE OR REPLACE FUNCTION rating_keep() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION 'a rating is never changed'; END $$",
        f"CREATE TRIGGER rating_keep BEFORE UPDATE ON rating FOR EACH ROW WHEN ({changed}) "
        "EXECUTE FUNCTION rating_keep()",
        "CREATE TRIGGER rating_decision_keep BEFORE UPDATE OR DELETE ON rating_decision FOR EACH ROW "
        "EXECUTE FUNCTION rating_keep()",
    ]


def install(connection: Connection, fixed: Sequence[str] = _FIXED) -> None:
    """Give the freshly made tables their triggers; a migration names the columns that there were then."""
    for statement in guards(connection.dialect.name, fixed):
        connection.execute(text(statement))


@event.listens_for(RATING_DECISION, "after_create")
def _guard_new_tables(_table: Table, connection: Connection, **_options: object) -> None:
    install(connection)
