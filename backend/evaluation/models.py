"""Tables of the evaluation: obstacles, reports with their frozen files, surveys, visitors by month, cost of a journey.

Plain ids, no relations; instants are UTC. What a report fixed when it became final stays: the database keeps it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Connection, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from backend.database.types import Instant, Json, Uid


class EvaluationObstacle(SQLModel, table=True):
    """Something that was in the way in a quarter, as staff wrote it; withdrawn ones stay and do not count."""

    __tablename__ = "evaluation_obstacle"
    __table_args__ = (Index("ix_evaluation_obstacle_period", "agency", "period", "at"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    period: str = Field(max_length=8)
    text: str
    effort: str = ""
    account: str = Field(sa_type=Uid)
    name: str = Field(max_length=300)
    role: str | None = Field(default=None, max_length=8)
    at: datetime = Field(sa_type=Instant)
    withdrawn: datetime | None = Field(default=None, sa_type=Instant)


class EvaluationReport(SQLModel, table=True):
    """The evaluation report of a quarter, one each. ``texts``: what people wrote; ``figures``: fixed when final."""

    __tablename__ = "evaluation_report"
    __table_args__ = (UniqueConstraint("agency", "period"), Index("ix_evaluation_report_list", "agency", "first"))

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    period: str = Field(max_length=8)
    first: date
    last: date
    state: str = Field(max_length=8)
    texts: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    figures: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    created: datetime = Field(sa_type=Instant)
    created_by: str = Field(sa_type=Uid)
    final: datetime | None = Field(default=None, sa_type=Instant)
    final_by: str | None = Field(default=None, sa_type=Uid)


class EvaluationFile(SQLModel, table=True):
    """A file of a final report; neither its content nor its SHA-256 ever changes."""

    __tablename__ = "evaluation_file"
    __table_args__ = (UniqueConstraint("report", "kind"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    report: str = Field(sa_type=Uid)
    kind: str = Field(max_length=8)
    name: str = Field(max_length=160)
    media_type: str = Field(max_length=100)
    sha256: str = Field(max_length=64)
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    created: datetime = Field(sa_type=Instant)


class ServiceSurvey(SQLModel, table=True):
    """One filled survey: *pengguna* of an asker about a closed question, *tim* of staff about a quarter; marks 1-4.

    ``about`` is the question, or for staff a keyed digest of account and quarter: one answer each, no name.
    """

    __tablename__ = "service_survey"
    __table_args__ = (
        UniqueConstraint("agency", "survey", "about"),
        Index("ix_service_survey_at", "agency", "survey", "at"),
    )

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    survey: str = Field(max_length=12)
    about: str = Field(max_length=64)
    ease: int
    speed: int
    clarity: int
    overall: int
    comment: str = ""
    at: datetime = Field(sa_type=Instant)


class VisitorMonth(SQLModel, table=True):
    """Visitors of a month as entered; the latest row of a month counts. ``parts``: purpose to number."""

    __tablename__ = "visitor_month"
    __table_args__ = (Index("ix_visitor_month_list", "agency", "month", "at"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    month: str = Field(max_length=7)
    total: int
    parts: dict[str, int] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    account: str = Field(sa_type=Uid)
    at: datetime = Field(sa_type=Instant)


class JourneyCost(SQLModel, table=True):
    """What a journey to the office costs and since when the service runs; the latest row counts. Rupiah."""

    __tablename__ = "journey_cost"
    __table_args__ = (Index("ix_journey_cost_list", "agency", "at"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    started: str = Field(max_length=7)
    litres: str = Field(max_length=16)
    price: int
    meal: int
    other: int
    account: str = Field(sa_type=Uid)
    at: datetime = Field(sa_type=Instant)


class ServiceDocument(SQLModel, table=True):
    """That somebody drew up the service document of a range of local dates (both included), and why; not its text."""

    __tablename__ = "service_document"
    __table_args__ = (Index("ix_service_document_list", "agency", "at"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    first: date
    last: date
    kind: str | None = Field(default=None, max_length=40)
    category: str | None = Field(default=None, max_length=40)
    reason: str
    n: int
    account: str = Field(sa_type=Uid)
    name: str = Field(max_length=300)
    at: datetime = Field(sa_type=Instant)


_FIXED = ("agency", "period", "first", "last", "texts", "figures", "created", "final", "state")


def guards(dialect: str) -> list[str]:
    """The statements with which the database keeps what a final report fixed."""
    if dialect == "sqlite":
        changed = " OR ".join(f'NEW."{name}" IS NOT OLD."{name}"' for name in _FIXED)
        refuse = "BEGIN SELECT RAISE(ABORT, 'a report keeps what it fixed'); END"
        return [
            *[
                f"CREATE TRIGGER evaluation_file_{act.lower()} BEFORE {act} ON evaluation_file {refuse}"
                for act in ("UPDATE", "DELETE")
            ],
            f"CREATE TRIGGER evaluation_report_keep BEFORE UPDATE ON evaluation_report "
            f"WHEN OLD.final IS NOT NULL AND ({changed}) {refuse}",
        ]
    changed = " OR ".join(f'NEW."{name}" IS DISTINCT FROM OLD."{name}"' for name in _FIXED)
    refuse = "EXECUTE FUNCTION evaluation_keep()"
    return [
        "CREATE OR REPLACE FUNCTION evaluation_keep() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION 'a report keeps what it fixed'; END $$",
        f"CREATE TRIGGER evaluation_file_keep BEFORE UPDATE OR DELETE ON evaluation_file FOR EACH ROW {refuse}",
        f"CREATE TRIGGER evaluation_report_keep BEFORE UPDATE ON evaluation_report FOR EACH ROW "
        f"WHEN (OLD.final IS NOT NULL AND ({changed})) {refuse}",
    ]


def install_guards(connection: Connection) -> None:
    """Give the freshly made tables their triggers."""
    for statement in guards(connection.dialect.name):
        connection.execute(text(statement))
