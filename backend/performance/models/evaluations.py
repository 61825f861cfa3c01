"""Tables of carrying a plan out and of its evaluation."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from backend.database.types import Big, Instant, Json, Uid


class DailyLog(SQLModel, table=True):
    """One entry of the daily log (*catatan harian*); ``day`` is a date of the agency. Only ever inserted."""

    __tablename__ = "skp_log"
    __table_args__ = (Index("ix_skp_log_plan", "plan", "day"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    plan: str = Field(sa_type=Uid)
    rhk: str = Field(sa_type=Uid)
    person: str = Field(sa_type=Uid)
    day: date
    text: str
    amount: str = Field(default="", max_length=40)
    files: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    made_at: datetime = Field(sa_type=Instant)
    at: datetime = Field(sa_type=Instant)


class Dialogue(SQLModel, table=True):
    """A dated note of either side; visible to both. Only ever inserted. ``side``: pegawai, penilai."""

    __tablename__ = "skp_dialogue"
    __table_args__ = (Index("ix_skp_dialogue_plan", "plan", "at"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    plan: str = Field(sa_type=Uid)
    rhk: str | None = Field(default=None, sa_type=Uid)
    side: str = Field(max_length=8)
    account: str = Field(sa_type=Uid)
    author_name: str = Field(max_length=300)
    day: date
    text: str
    at: datetime = Field(sa_type=Instant)


class Realisation(SQLModel, table=True):
    """What was achieved: per indicator row, or per RHK (``indicator`` empty) if the plan is qualitative."""

    __tablename__ = "skp_realisation"
    __table_args__ = (Index("ix_skp_realisation_plan", "plan", "round"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    plan: str = Field(sa_type=Uid)
    rhk: str = Field(sa_type=Uid)
    indicator: str | None = Field(default=None, sa_type=Uid)
    round: str = Field(max_length=16)
    value: str = ""
    note: str = ""
    updated_at: datetime = Field(sa_type=Instant)


class Evidence(SQLModel, table=True):
    """A file (under the id of its upload) or an https address for an RHK. ``state``: menunggu, ada, ditolak."""

    __tablename__ = "skp_evidence"
    __table_args__ = (Index("ix_skp_evidence_plan", "plan", "rhk"), Index("ix_skp_evidence_file", "file"))

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    plan: str = Field(sa_type=Uid)
    rhk: str = Field(sa_type=Uid)
    round: str = Field(max_length=16)
    account: str = Field(sa_type=Uid)
    file: str | None = Field(default=None, sa_type=Uid)
    name: str = Field(default="", max_length=500)
    bytes: int = Field(default=0, sa_type=Big)
    type: str | None = Field(default=None, max_length=120)
    sha256: str | None = Field(default=None, max_length=64)
    state: str = Field(max_length=10)
    fault: str | None = None
    link: str | None = None
    note: str = ""
    at: datetime = Field(sa_type=Instant)
    withdrawn_at: datetime | None = Field(default=None, sa_type=Instant)
    withdrawn_reason: str = ""


class Evaluation(SQLModel, table=True):
    """One evaluation of a plan in a round (tahunan, triwulan-1..4, bulan-01..12); the present version of it.

    ``step`` says how far the order went. ``appraiser`` is whose it is, ``by`` who gave it (the same or the acting one).
    ``months``: how many of the period it covers.
    """

    __tablename__ = "skp_evaluation"
    __table_args__ = (
        UniqueConstraint("plan", "round"),
        Index("ix_skp_evaluation_final", "agency", "finalised_at", "id"),
        Index("ix_skp_evaluation_person", "person"),
    )

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    plan: str = Field(sa_type=Uid)
    person: str = Field(sa_type=Uid)
    unit: str = Field(sa_type=Uid)
    year: int
    round: str = Field(max_length=16)
    version: int = 1
    step: str = Field(max_length=16)
    rating_result: str | None = Field(default=None, max_length=10)
    rating_behaviour: str | None = Field(default=None, max_length=10)
    predicate: str | None = Field(default=None, max_length=20)
    reason: str = ""
    appraiser: str | None = Field(default=None, sa_type=Uid)
    appraiser_name: str = Field(default="", max_length=300)
    by: str | None = Field(default=None, sa_type=Uid)
    by_name: str = Field(default="", max_length=300)
    months: int = 12
    finalised_at: datetime | None = Field(default=None, sa_type=Instant)
    received_at: datetime | None = Field(default=None, sa_type=Instant)
    document: str = Field(default="", max_length=200)
    document_date: date | None = None
    updated_at: datetime = Field(sa_type=Instant)


class EvaluationVersion(SQLModel, table=True):
    """A final evaluation as it was set; an objection adds the next one. ``number`` orders the agency's versions for
    those who pull changes."""

    __tablename__ = "skp_evaluation_version"
    __table_args__ = (UniqueConstraint("evaluation", "version"), UniqueConstraint("agency", "number"))

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    evaluation: str = Field(sa_type=Uid)
    version: int
    number: int = Field(sa_type=Big)
    content: dict[str, Any] = Field(sa_type=Json)
    at: datetime = Field(sa_type=Instant)


class EvaluationCounter(SQLModel, table=True):
    """The last number of an agency's evaluation versions."""

    __tablename__ = "skp_evaluation_counter"

    agency: str = Field(sa_type=Uid, primary_key=True)
    last: int = Field(default=0, sa_type=Big)


class Feedback(SQLModel, table=True):
    """Feedback on an RHK (``rhk``) or on one of the seven values (``value``); the last one counts."""

    __tablename__ = "skp_feedback"
    __table_args__ = (Index("ix_skp_feedback_evaluation", "evaluation", "at"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    evaluation: str = Field(sa_type=Uid)
    rhk: str | None = Field(default=None, sa_type=Uid)
    value: str | None = Field(default=None, max_length=40)
    text: str = ""
    files: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    account: str = Field(sa_type=Uid)
    at: datetime = Field(sa_type=Instant)


class Objection(SQLModel, table=True):
    """An objection (*keberatan*): once for each evaluation, decided by the appraiser's superior."""

    __tablename__ = "skp_objection"
    __table_args__ = (UniqueConstraint("evaluation"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    evaluation: str = Field(sa_type=Uid)
    reasons: str
    made_at: datetime = Field(sa_type=Instant)
    at: datetime = Field(sa_type=Instant)
    late: bool = False
    decider: str | None = Field(default=None, sa_type=Uid)
    decision: str | None = Field(default=None, max_length=12)
    decision_reason: str = ""
    decided_at: datetime | None = Field(default=None, sa_type=Instant)
    decided_by: str | None = Field(default=None, sa_type=Uid)
    document: str = Field(default="", max_length=200)


class Achievement(SQLModel, table=True):
    """What a unit as an organisation achieved in a round, with the document that says so."""

    __tablename__ = "skp_achievement"
    __table_args__ = (UniqueConstraint("agency", "unit", "year", "round"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    unit: str = Field(sa_type=Uid)
    year: int
    round: str = Field(max_length=16)
    value: str = Field(max_length=20)
    document: str = Field(max_length=200)
    document_date: date
    by_name: str = Field(max_length=300)
    at: datetime = Field(sa_type=Instant)


class Export(SQLModel, table=True):
    """One row for the national record, under a stable key. ``state``: menunggu, terkirim, ditolak."""

    __tablename__ = "skp_export"
    __table_args__ = (UniqueConstraint("agency", "key"), Index("ix_skp_export_state", "agency", "state", "due"))

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    evaluation: str = Field(sa_type=Uid)
    key: str = Field(max_length=80)
    version: int
    state: str = Field(max_length=10)
    attempts: int = 0
    due: datetime = Field(sa_type=Instant)
    reason: str = ""
    sent_at: datetime | None = Field(default=None, sa_type=Instant)
    claim: str | None = Field(default=None, sa_type=Uid)


class CountingDate(SQLModel, table=True):
    """From when somebody's service counts towards the long-service award after a break; the latest row counts."""

    __tablename__ = "skp_counting_date"
    __table_args__ = (Index("ix_skp_counting_date_person", "agency", "person"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    person: str = Field(sa_type=Uid)
    start: date
    reason: str
    by_name: str = Field(max_length=300)
    at: datetime = Field(sa_type=Instant)


class ServiceToken(SQLModel, table=True):
    """A consuming service (KON) that pulls finalised evaluations; only a hash of its token is kept."""

    __tablename__ = "skp_service_token"
    __table_args__ = (UniqueConstraint("token_hash"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    name: str = Field(max_length=200)
    token_hash: str = Field(max_length=64)
    created: datetime = Field(sa_type=Instant)
    revoked: datetime | None = Field(default=None, sa_type=Instant)
