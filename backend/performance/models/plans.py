"""Tables of the plan itself: periods, agreements, plans with their results and indicator rows, versions, events.

What merges by fields is stored exactly as it was sent (``None``: never written), because the next edit is judged
against what its author's screen showed.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from backend.database.types import Instant, Json, Uid


class Period(SQLModel, table=True):
    """A year of plans. ``rhythm``: tahunan, triwulanan, bulanan; ``gate``: ajukan, buat.

    ``due_on``: plans that are not approved after this day are listed and reminded of. Dates are the agency's.
    """

    __tablename__ = "skp_period"
    __table_args__ = (UniqueConstraint("agency", "year"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    year: int
    start: date
    end: date
    rhythm: str = Field(max_length=12)
    gate: str = Field(max_length=8)
    due_on: date
    receipt_days: int = 3
    objection_days: int = 14
    evidence_bytes: int = 10 * 1024 * 1024


class Agreement(SQLModel, table=True):
    """The dated document that fixes a unit's *perjanjian kinerja* of a year."""

    __tablename__ = "skp_agreement"
    __table_args__ = (UniqueConstraint("agency", "unit", "year"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    unit: str = Field(sa_type=Uid)
    year: int
    document: str = Field(max_length=200)
    document_date: date
    fixed_at: datetime = Field(sa_type=Instant)
    fixed_by_name: str = Field(max_length=300)


class AgreementItem(SQLModel, table=True):
    """One item of a unit's *perjanjian kinerja*; a removed one stays until the agreement is fixed.

    ``changed_*``: who wrote last, HR or the unit's head, and when.
    """

    __tablename__ = "skp_agreement_item"
    __table_args__ = (Index("ix_skp_agreement_item_unit", "agency", "unit", "year"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    unit: str = Field(sa_type=Uid)
    year: int
    text: str | None = None
    indicator: str | None = None
    target: str | None = None
    order: int | None = None
    removed: bool | None = None
    changed_by: str | None = Field(default=None, sa_type=Uid)
    changed_by_name: str = Field(default="", max_length=300)
    changed_at: datetime | None = Field(default=None, sa_type=Instant)


class Exemption(SQLModel, table=True):
    """Somebody who owes no plan for a while. ``reason``: cltn, diberhentikan_sementara, mpp, tugas_belajar."""

    __tablename__ = "skp_exemption"
    __table_args__ = (Index("ix_skp_exemption_person", "agency", "person"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    person: str = Field(sa_type=Uid)
    reason: str = Field(max_length=24)
    note: str = Field(default="", max_length=500)
    start: date
    end: date | None = None
    by_name: str = Field(max_length=300)
    at: datetime = Field(sa_type=Instant)


class Plan(SQLModel, table=True):
    """A plan: employee x period x assignment (``turn`` counts the assignments of the period from 1).

    ``form``: jpt, ja_jf. ``approach``: kuantitatif, kualitatif. ``version``: how often it was submitted. ``start`` and
    ``end``: the days that it covers. ``terms``: appendix and special expectations by wire name; ``changed_at``: the
    employee's last change of the header, ``expected_*``: the last one of the superior's part. ``review``: its results
    whose superior's result changed since they were linked (*perlu ditinjau*). ``approved_version`` is in force.
    """

    __tablename__ = "skp_plan"
    __table_args__ = (
        UniqueConstraint("agency", "period", "person", "turn"),
        Index("ix_skp_plan_appraiser", "appraiser", "period"),
        Index("ix_skp_plan_unit", "agency", "period", "unit"),
        Index("ix_skp_plan_person", "person"),
        # A page of the matrix is by name, and its totals touch every result of the period.
        Index("ix_skp_plan_name", "agency", "period", "person_name", "id"),
    )

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    period: str = Field(sa_type=Uid)
    year: int
    person: str = Field(sa_type=Uid)
    person_name: str = Field(max_length=300)
    unit: str = Field(sa_type=Uid)
    unit_name: str = Field(max_length=200)
    position: str = Field(default="", max_length=200)
    turn: int = 1
    form: str = Field(max_length=8)
    approach: str = Field(max_length=12)
    appraiser: str | None = Field(default=None, sa_type=Uid)
    appraiser_name: str = Field(default="", max_length=300)
    root: bool = False
    status: str = Field(max_length=16)
    version: int = 0
    approved_version: int | None = None
    terms: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    start: date
    end: date
    submitted_at: datetime | None = Field(default=None, sa_type=Instant)
    approved_at: datetime | None = Field(default=None, sa_type=Instant)
    approved_by: str | None = Field(default=None, sa_type=Uid)
    approved_by_name: str = Field(default="", max_length=300)
    document: str = Field(default="", max_length=200)
    document_date: date | None = None
    returned_reason: str = ""
    revision_reason: str = ""
    revision_asked_at: datetime | None = Field(default=None, sa_type=Instant)
    closed_reason: str = ""
    review: list[str] = Field(default_factory=list, sa_type=Json)
    copied_from: str | None = Field(default=None, sa_type=Uid)
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    changed_at: datetime | None = Field(default=None, sa_type=Instant)
    expected_at: datetime | None = Field(default=None, sa_type=Instant)
    expected_by: str | None = Field(default=None, sa_type=Uid)
    expected_by_name: str = Field(default="", max_length=300)


class WorkResult(SQLModel, table=True):
    """One RHK. ``kind``: utama, tambahan. ``superior_*``: the superior's RHK that it serves, its text as linked and the
    version of the superior's plan then. ``copied``: digest of what was copied from the year ``copied_year``.
    ``changed_at``: the employee's last change."""

    __tablename__ = "skp_rhk"
    __table_args__ = (
        Index("ix_skp_rhk_plan", "plan", "removed", "kind", "superior_rhk"),
        Index("ix_skp_rhk_superior", "superior_rhk"),
    )

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    plan: str = Field(sa_type=Uid)
    order: int | None = None
    kind: str = Field(max_length=8)
    text: str | None = None
    perspective: str | None = Field(default=None, max_length=24)
    agreement_item: str | None = Field(default=None, sa_type=Uid)
    superior_rhk: str | None = Field(default=None, sa_type=Uid)
    superior_text: str | None = None
    superior_version: int | None = None
    provisional: str | None = None
    assigned_by: str | None = None
    copied: str | None = Field(default=None, max_length=64)
    copied_year: int | None = None
    ticked: bool | None = None
    removed: bool | None = None
    changed_at: datetime | None = Field(default=None, sa_type=Instant)


class IndicatorRow(SQLModel, table=True):
    """One indicator row of an RHK; with the approach kualitatif its narrative. ``aspect``: kuantitas, kualitas, waktu,
    biaya; none in the leaders' form."""

    __tablename__ = "skp_indicator"
    __table_args__ = (Index("ix_skp_indicator_plan", "plan"), Index("ix_skp_indicator_rhk", "rhk"))

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    plan: str = Field(sa_type=Uid)
    rhk: str = Field(sa_type=Uid)
    order: int | None = None
    approach: str = Field(max_length=12)
    aspect: str | None = Field(default=None, max_length=12)
    indicator: str | None = None
    target: str | None = None
    unit: str | None = None
    narrative: str | None = None
    removed: bool | None = None
    changed_at: datetime | None = Field(default=None, sa_type=Instant)


class PlanVersion(SQLModel, table=True):
    """A submitted plan as it was then. ``outcome``: diajukan, ditarik, dikembalikan, persetujuan, ditutup.

    ``content`` (:func:`backend.performance.service.stored.content_of`) stays, but for the superior's part, which is
    complete with the approval.
    """

    __tablename__ = "skp_version"
    __table_args__ = (UniqueConstraint("plan", "version"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    plan: str = Field(sa_type=Uid)
    version: int
    content: dict[str, Any] = Field(sa_type=Json)
    outcome: str = Field(max_length=16)
    reason: str = ""
    submitted_at: datetime = Field(sa_type=Instant)
    decided_at: datetime | None = Field(default=None, sa_type=Instant)
    decided_by: str | None = Field(default=None, sa_type=Uid)
    decided_by_name: str = Field(default="", max_length=300)
    appraiser: str | None = Field(default=None, sa_type=Uid)


class PlanEvent(SQLModel, table=True):
    """One act on a plan, as it happened; only ever inserted."""

    __tablename__ = "skp_event"
    __table_args__ = (Index("ix_skp_event_plan", "plan", "at", "id"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    plan: str = Field(sa_type=Uid)
    act: str = Field(max_length=24)
    before: str = Field(max_length=16)
    after: str = Field(max_length=16)
    version: int
    account: str | None = Field(default=None, sa_type=Uid)
    actor_name: str = Field(max_length=300)
    at: datetime = Field(sa_type=Instant)
    reason: str = ""
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
