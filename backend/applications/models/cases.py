"""Tables of a case: the service's versions, the case, what was written, pointed to, marked, sent and reopened."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from backend.database.types import Instant, Json, Uid


class ServiceDefinition(SQLModel, table=True):
    """One published version of a service; it never changes. ``definition``: canonical JSON, ``digest``: its SHA-256 in
    hex. ``ended_at``: a newer version took over for new cases."""

    __tablename__ = "service_definition"
    __table_args__ = (UniqueConstraint("agency", "code", "version"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    code: str = Field(max_length=40)
    version: int
    title: str = Field(max_length=200)
    subject_kind: str = Field(max_length=12)
    definition: dict[str, Any] = Field(sa_type=Json)
    digest: str = Field(max_length=64)
    published_at: datetime = Field(sa_type=Instant)
    published_by: str | None = Field(default=None, sa_type=Uid)
    published_by_name: str = Field(default="", max_length=300)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)


class Application(SQLModel, table=True):
    """A case. ``service``: the version that it keeps (``code``, ``version`` repeat it for lists).

    ``subject``: a person's id, or a party's. ``subject_key``: the folded name without titles that is searched in.
    ``unit``: of the employee when the case began; a party has none. ``account``: who began it; ``behalf``: as an
    officer of the office, for ``unit_name``. ``facts``: what the house told of the subject when it was asked last,
    ``imported``: values that nobody types. ``round``: submissions so far. ``active_key``: taken while the case is under
    way where a service has one at a time (code, subject, period), empty afterwards. ``previous``: the case that this
    one follows. ``claimed_by``: the verifier at work. ``opens_at`` and ``closes_at``: days of the period's window.
    The four times are seconds, fixed at the end; ``late``: beyond the promise, in seconds. ``erased_at``: since then
    only what is counted is here, besides history and output.
    """

    __tablename__ = "application"
    __table_args__ = (
        UniqueConstraint("agency", "active_key"),
        Index("ix_application_state", "agency", "state", "submitted_at", "id"),
        Index("ix_application_unit", "agency", "unit", "state"),
        Index("ix_application_subject", "subject", "code"),
        Index("ix_application_period", "agency", "code", "period"),
        # All that a search for a name looks at: it never touches the rows that it passes over.
        Index(
            "ix_application_found",
            "agency",
            "code",
            "subject_name",
            "id",
            "subject_key",
            "subject_kind",
            "first_submitted_at",
            "erased_at",
        ),
        Index("ix_application_account", "account"),
        Index("ix_application_finished", "agency", "code", "finished_at"),
    )

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    service: str = Field(sa_type=Uid)
    code: str = Field(max_length=40)
    version: int
    subject_kind: str = Field(max_length=12)
    subject: str = Field(sa_type=Uid)
    subject_name: str = Field(max_length=300)
    subject_key: str = Field(max_length=300)
    unit: str | None = Field(default=None, sa_type=Uid)
    unit_name: str = Field(default="", max_length=200)
    account: str = Field(sa_type=Uid)
    account_name: str = Field(max_length=300)
    account_role: str = Field(default="", max_length=8)
    behalf: bool = False
    state: str = Field(max_length=16)
    round: int = 0
    kind: str = Field(default="", max_length=60)
    period: str = Field(default="", max_length=7)
    arrival: str = Field(default="", max_length=20)
    active_key: str | None = Field(default=None, max_length=120)
    previous: str | None = Field(default=None, sa_type=Uid)
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    imported: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    claimed_by: str | None = Field(default=None, sa_type=Uid)
    claimed_by_name: str = Field(default="", max_length=300)
    reason: str = ""
    confirmed: str = ""
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    first_submitted_at: datetime | None = Field(default=None, sa_type=Instant)
    submitted_at: datetime | None = Field(default=None, sa_type=Instant)
    opened_at: datetime | None = Field(default=None, sa_type=Instant)
    verified_at: datetime | None = Field(default=None, sa_type=Instant)
    verified_by: str | None = Field(default=None, sa_type=Uid)
    verified_by_name: str = Field(default="", max_length=300)
    sent_out_at: datetime | None = Field(default=None, sa_type=Instant)
    finished_at: datetime | None = Field(default=None, sa_type=Instant)
    downloaded_at: datetime | None = Field(default=None, sa_type=Instant)
    service_clock: int | None = None
    service_working: int | None = None
    total_clock: int | None = None
    total_working: int | None = None
    late: int | None = None
    erased_at: datetime | None = Field(default=None, sa_type=Instant)


class ApplicationField(SQLModel, table=True):
    """What was written in one merge group of a case: ``group`` is the definition's group, or the key of a field that
    has none. ``values``: by field key, exactly as sent."""

    __tablename__ = "application_field"
    __table_args__ = (UniqueConstraint("application", "group"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    application: str = Field(sa_type=Uid)
    group: str = Field(max_length=60)
    values: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    by_name: str = Field(default="", max_length=300)
    at: datetime = Field(sa_type=Instant)


class ApplicationRow(SQLModel, table=True):
    """One row of a field of rows. ``cells``: texts by the columns' keys; rows stand by ``order``, then id."""

    __tablename__ = "application_row"
    __table_args__ = (Index("ix_application_row_application", "application", "field"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    application: str = Field(sa_type=Uid)
    field: str = Field(max_length=60)
    cells: dict[str, Any] | None = Field(default=None, sa_type=Json)
    order: int | None = None
    removed: bool | None = None
    by_name: str = Field(default="", max_length=300)
    at: datetime = Field(sa_type=Instant)


class ApplicationItem(SQLModel, table=True):
    """The document version that a case points to for one item of the checklist. ``version`` is ``None`` after it was
    taken off. ``reused``: it came from an earlier case with its *Sesuai* mark, which counts until ``valid_until``."""

    __tablename__ = "application_item"
    __table_args__ = (
        UniqueConstraint("application", "item"),
        Index("ix_application_item_version", "version"),
    )

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    application: str = Field(sa_type=Uid)
    item: str = Field(max_length=60)
    version: str | None = Field(default=None, sa_type=Uid)
    reused: bool = False
    valid_until: date | None = None
    by_name: str = Field(default="", max_length=300)
    at: datetime = Field(sa_type=Instant)


class ApplicationMark(SQLModel, table=True):
    """A verifier's word on the document version that an item points to. ``mark``: sesuai, perlu_diperbaiki,
    tidak_memenuhi_syarat; ``None`` after it was taken back. ``day``: local date of the mark."""

    __tablename__ = "application_mark"
    __table_args__ = (UniqueConstraint("application", "item"), Index("ix_application_mark_version", "version"))

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    application: str = Field(sa_type=Uid)
    item: str = Field(max_length=60)
    version: str | None = Field(default=None, sa_type=Uid)
    mark: str | None = Field(default=None, max_length=24)
    reason: str = ""
    by: str | None = Field(default=None, sa_type=Uid)
    by_name: str = Field(default="", max_length=300)
    day: date
    at: datetime = Field(sa_type=Instant)


class ApplicationSubmission(SQLModel, table=True):
    """A case as it was sent: the receipt. ``content``: values by key, and items with version, number and the first 8
    hex digits of the hash."""

    __tablename__ = "application_submission"
    __table_args__ = (UniqueConstraint("application", "round"), UniqueConstraint("receipt"))

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    application: str = Field(sa_type=Uid)
    round: int
    receipt: str = Field(max_length=8)
    account: str = Field(sa_type=Uid)
    account_name: str = Field(max_length=300)
    content: dict[str, Any] = Field(sa_type=Json)
    at: datetime = Field(sa_type=Instant)
    outcome: str = Field(default="", max_length=16)
    decided_at: datetime | None = Field(default=None, sa_type=Instant)


class ApplicationReopened(SQLModel, table=True):
    """One item or field that a return or a correction request opens again. ``act``: kembalikan, minta_perbaikan;
    ``version``: the document version that it speaks of, ``None`` for a field."""

    __tablename__ = "application_reopened"
    __table_args__ = (Index("ix_application_reopened_application", "application"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    application: str = Field(sa_type=Uid)
    act: str = Field(max_length=20)
    target: str = Field(max_length=60)
    reason: str = ""
    version: str | None = Field(default=None, sa_type=Uid)
    asked_at: datetime = Field(sa_type=Instant)
    asked_by_name: str = Field(max_length=300)
    written_at: datetime | None = Field(default=None, sa_type=Instant)
    closed_at: datetime | None = Field(default=None, sa_type=Instant)


class ApplicationOutside(SQLModel, table=True):
    """Work outside the office: to which system, sent and received on which local day."""

    __tablename__ = "application_outside"
    __table_args__ = (Index("ix_application_outside_application", "application"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    application: str = Field(sa_type=Uid)
    system: str = Field(default="", max_length=100)
    sent_on: date
    received_on: date | None = None
    note: str = ""
    by_name: str = Field(max_length=300)
    at: datetime = Field(sa_type=Instant)
