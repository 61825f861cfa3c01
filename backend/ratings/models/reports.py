"""Reports of ratings on their way through the seven steps: the fixed set, who did what when, the frozen files.

The database itself refuses to change acts, sets and files, and the figures of a report that is final.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Connection, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from backend.database.types import Instant, Json, Uid


class RatingReport(SQLModel, table=True):
    """One report of a period: month (``2026-11``) or quarter (``2026-Q4``); local dates, both included.

    ``state``: data, ditarik, draf, diverifikasi, final, terbit. ``set_hash`` digests the ids fixed at *ditarik*.
    ``corrects`` names the final report that this one corrects.
    """

    __tablename__ = "rating_report"
    __table_args__ = (
        UniqueConstraint("agency", "number", name="uq_rating_report_number"),
        Index("ix_rating_report_period", "agency", "first"),
    )

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    number: int
    period: str = Field(max_length=8)
    first: date
    last: date
    state: str = Field(max_length=12)
    settings: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    formula_version: str = Field(max_length=12)
    set_hash: str | None = Field(default=None, max_length=64)
    figures: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    corrects: str | None = Field(default=None, sa_type=Uid)
    created: datetime = Field(sa_type=Instant)
    created_by: str | None = Field(default=None, sa_type=Uid)
    drawn: datetime | None = Field(default=None, sa_type=Instant)
    final: datetime | None = Field(default=None, sa_type=Instant)
    published: datetime | None = Field(default=None, sa_type=Instant)


class RatingReportItem(SQLModel, table=True):
    """One rating of a report's fixed set. ``late``: of an earlier period (*susulan*)."""

    __tablename__ = "rating_report_item"
    __table_args__ = (Index("ix_rating_report_item_rating", "rating"),)

    report: str = Field(sa_type=Uid, primary_key=True)
    rating: str = Field(sa_type=Uid, primary_key=True)
    late: bool = False


class RatingReportStep(SQLModel, table=True):
    """One act on the path of a report, only ever inserted. ``step`` 1-7, ``act``: centang, selesai, kembali.

    ``minutes`` of working time since the act before, ``limit`` the step's limit then; ``late`` marks an overrun.
    """

    __tablename__ = "rating_report_step"
    __table_args__ = (Index("ix_rating_report_step_report", "report", "at"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    report: str = Field(sa_type=Uid)
    step: int
    act: str = Field(max_length=12)
    account: str | None = Field(default=None, sa_type=Uid)
    name: str = Field(max_length=300)
    role: str | None = Field(default=None, max_length=8)
    at: datetime = Field(sa_type=Instant)
    minutes: int | None = None
    limit: int | None = None
    late: bool = False
    reason: str = Field(default="", max_length=1000)
    seen_hash: str | None = Field(default=None, max_length=64)


class RatingReportFile(SQLModel, table=True):
    """A file of a report. From *final* on neither the content nor its SHA-256 changes. ``site``: its own part."""

    __tablename__ = "rating_report_file"
    __table_args__ = (Index("ix_rating_report_file_report", "report"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    report: str = Field(sa_type=Uid)
    kind: str = Field(max_length=16)
    site: str | None = Field(default=None, sa_type=Uid)
    name: str = Field(max_length=160)
    media_type: str = Field(max_length=100)
    sha256: str = Field(max_length=64)
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    created: datetime = Field(sa_type=Instant)


_KEPT = ("rating_report_item", "rating_report_step", "rating_report_file")
_FIXED = ("agency", "number", "period", "first", "last", "settings", "formula_version", "set_hash", "figures",
          "corrects", "created", "drawn", "final")  # fmt: skip


def report_guards(dialect: str) -> list[str]:
    """The statements with which the database keeps what a report fixed; see the module."""
    final = "OLD.final IS NOT NULL"
    if dialect == "sqlite":
        changed = " OR ".join(f'NEW."{name}" IS NOT OLD."{name}"' for name in _FIXED)
        refuse = "BEGIN SELECT RAISE(ABORT, 'a report keeps what it fixed'); END"
        return [
            *[
                f"CREATE TRIGGER {table}_{act.lower()} BEFORE {act} ON {table} {refuse}"
                for table in _KEPT
                for act in ("UPDATE", "DELETE")
            ],
            f"CREATE TRIGGER rating_report_keep BEFORE UPDATE ON rating_report WHEN {final} AND ({changed}) {refuse}",
            f"CREATE TRIGGER rating_report_stay BEFORE DELETE ON rating_report {refuse}",
        ]
    changed = " OR ".join(f'NEW."{name}" IS DISTINCT FROM OLD."{name}"' for name in _FIXED)
    refuse = "EXECUTE FUNCTION rating_report_keep()"
    return [
        "CREATE OR REPLACE FUNCTION rating_report_keep() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION 'a report keeps what it fixed'; END $$",
        *[f"CREATE TRIGGER {table}_keep BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {refuse}" for table in _KEPT],
        f"CREATE TRIGGER rating_report_keep BEFORE UPDATE ON rating_report FOR EACH ROW "
        f"WHEN ({final} AND ({changed})) {refuse}",
        f"CREATE TRIGGER rating_report_stay BEFORE DELETE ON rating_report FOR EACH ROW {refuse}",
    ]


def install_report_guards(connection: Connection) -> None:
    """Give the freshly made tables their triggers."""
    for statement in report_guards(connection.dialect.name):
        connection.execute(text(statement))
