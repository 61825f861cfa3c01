"""What travels of the plan: the bodies that the feed carries and the args of every mutation, camelCase on the wire.

Instants are strings like ``2026-11-21T07:05:00.123Z`` (UTC), days ISO dates of the agency.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from sync.registry import Wire
from sync.words import Id

Text = Annotated[str, StringConstraints(max_length=4_000)]
Short = Annotated[str, StringConstraints(max_length=500)]
Line = Annotated[str, StringConstraints(max_length=200)]
Year = Annotated[int, Field(ge=2000, le=2100)]
Order = Annotated[int, Field(ge=0, le=10_000)]
Version = Annotated[int, Field(ge=0, le=2**31)]
Gate = Literal["ajukan", "buat"]
Rhythm = Literal["tahunan", "triwulanan", "bulanan"]
Approach = Literal["kuantitatif", "kualitatif"]
Form = Literal["jpt", "ja_jf"]
Kind = Literal["utama", "tambahan"]
Aspect = Literal["kuantitas", "kualitas", "waktu", "biaya"]
Perspective = Literal["penerima_layanan", "proses_bisnis", "penguatan_internal", "anggaran"]
ExemptReason = Literal["cltn", "diberhentikan_sementara", "mpp", "tugas_belajar"]
OrderAct = Literal["pindah", "tutup", "penilai"]


class PeriodArgs(Wire):
    """The settings of a year; the record is the period."""

    year: Year
    start: date
    end: date
    rhythm: Rhythm = "triwulanan"
    gate: Gate = "ajukan"
    due_on: date
    receipt_days: Annotated[int, Field(ge=0, le=30)] = 3
    objection_days: Annotated[int, Field(ge=1, le=90)] = 14
    evidence_bytes: Annotated[int, Field(ge=1024, le=100 * 1024 * 1024)] = 10 * 1024 * 1024


class PeriodBody(Wire):
    """A year of plans, to everybody of the agency."""

    year: int
    start: date
    end: date
    rhythm: str
    gate: str
    due_on: date
    receipt_days: int
    objection_days: int
    evidence_bytes: int


class AgreementItemArgs(Wire):
    """One item of a *perjanjian kinerja*; ``unit`` and ``year`` are said when it is begun."""

    unit: Id | None = None
    year: Year | None = None
    text: Text | None = None
    indicator: Text | None = None
    target: Line | None = None
    order: Order | None = None
    removed: bool | None = None


class AgreementItemBody(Wire):
    """One item, to the unit and to HR; ``fixed``: nothing changes any more. ``changedBy...``: who wrote last."""

    unit: str
    year: int
    text: str | None = None
    indicator: str | None = None
    target: str | None = None
    order: int | None = None
    removed: bool | None = None
    fixed: bool
    changed_by: str | None = None
    changed_by_name: str | None = None
    changed_at: str | None = None


class AgreementFixArgs(Wire):
    """The dated document that fixes a unit's items of a year; the record is the agreement."""

    unit: Id
    year: Year
    document: Line
    document_date: date


class AgreementBody(Wire):
    """That the items of a unit and year are fixed, and by which document."""

    unit: str
    unit_name: str
    year: int
    document: str
    document_date: date
    fixed_at: str
    fixed_by_name: str


class ActingArgs(Wire):
    """Who acts for an appraiser, first and last day included."""

    appraiser: Id
    acting: Id
    from_: date = Field(alias="from")
    to: date


class ActingBody(Wire):
    """An acting appraiser, to both and to HR."""

    appraiser: str
    appraiser_name: str
    acting: str
    acting_name: str
    unit: str
    from_: date = Field(alias="from")
    to: date


class ExemptArgs(Wire):
    """Who owes no plan for a while, and why."""

    person: Id
    reason: ExemptReason
    note: Short = ""
    from_: date = Field(alias="from")
    to: date | None = None


class ExemptionBody(Wire):
    """An exemption, to HR and to the person."""

    person: str
    person_name: str
    unit: str
    reason: str
    note: str
    from_: date = Field(alias="from")
    to: date | None = None


class DraftArgs(Wire):
    """Begin a plan (``year``, ``approach``; ``form`` only if it is the position's), or write the employee's parts of
    the appendix."""

    year: Year | None = None
    form: Form | None = None
    approach: Approach | None = None
    resources: Text | None = None
    accountability: Text | None = None


class ExpectArgs(Wire):
    """The superior's part: consequences, and a special expectation for each of the seven values."""

    consequences: Text | None = None
    expect_berorientasi_pelayanan: Text | None = None
    expect_akuntabel: Text | None = None
    expect_kompeten: Text | None = None
    expect_harmonis: Text | None = None
    expect_loyal: Text | None = None
    expect_adaptif: Text | None = None
    expect_kolaboratif: Text | None = None


class PlanBody(ExpectArgs):
    """A plan without its rows: to the employee and whoever appraises; a root's also to HR.

    ``superior``: whose plan it serves (the direct superior's), none for a root. ``review``: results to look at again.
    ``changedBy`` and ``changedAt``: the employee's last change; ``expectedBy...``: the last one of the superior's part.
    """

    period: str
    year: int
    turn: int
    employee: str
    employee_name: str
    position: str
    unit: str
    unit_name: str
    form: str
    approach: str
    superior: str | None = None
    superior_name: str | None = None
    root: bool
    status: str
    plan_version: int
    approved_version: int | None = None
    start: date
    end: date
    resources: str | None = None
    accountability: str | None = None
    submitted_at: str | None = None
    approved_at: str | None = None
    approved_by: str | None = None
    approved_by_name: str | None = None
    document: str | None = None
    document_date: date | None = None
    returned_reason: str | None = None
    revision_reason: str | None = None
    closed_reason: str | None = None
    review: list[str]
    copied_from: str | None = None
    changed_by: str | None = None
    changed_at: str | None = None
    expected_by: str | None = None
    expected_by_name: str | None = None
    expected_at: str | None = None


class LeadBody(Wire):
    """How far a superior's plan is, to the direct subordinates: the gate shows it. The record has the plan's id."""

    employee: str
    employee_name: str
    period: str
    year: int
    status: str
    plan_version: int
    approved_version: int | None = None


class RhkArgs(Wire):
    """Begin a result (``plan``) or write in it. ``superiorRhk``: the RHK of the superior that it serves."""

    plan: Id | None = None
    order: Order | None = None
    kind: Kind | None = None
    superior_rhk: Id | None = None
    provisional: Text | None = None
    assigned_by: Line | None = None
    text: Text | None = None
    perspective: Perspective | None = None
    agreement_item: Id | None = None
    ticked: bool | None = None
    removed: bool | None = None


class RhkBody(Wire):
    """A result: to the employee and whoever appraises, from submission on to direct subordinates.

    ``superiorText``: the superior's result as it was when it was linked. ``unchangedSince``: copied from an older plan
    and not changed since that year; ``ticked``: the employee says that this is meant so. ``changedBy``: the name of who
    wrote last.
    """

    plan: str
    employee: str
    order: int | None = None
    kind: str
    superior_rhk: str | None = None
    superior_text: str | None = None
    provisional: str | None = None
    assigned_by: str | None = None
    text: str | None = None
    perspective: str | None = None
    agreement_item: str | None = None
    unchanged_since: int | None = None
    ticked: bool | None = None
    removed: bool | None = None
    changed_by: str | None = None
    changed_at: str | None = None


class LeadRhkBody(Wire):
    """A superior's result (``rhk``) as the direct subordinates read it, to serve it with theirs.

    What that result itself serves further up is not in it: that text is the upper superior's. The record's id follows
    from the result's and is another one, because commands name what they saw by id alone.
    """

    rhk: str
    plan: str
    employee: str
    order: int | None = None
    kind: str
    text: str | None = None


class IndicatorArgs(Wire):
    """Begin an indicator row (``plan``, ``rhk``) or write in it; ``narrative`` with the approach kualitatif."""

    plan: Id | None = None
    rhk: Id | None = None
    order: Order | None = None
    approach: Approach | None = None
    aspect: Aspect | None = None
    indicator: Text | None = None
    target: Line | None = None
    unit: Line | None = None
    narrative: Text | None = None
    removed: bool | None = None


class IndicatorBody(Wire):
    """An indicator row, to the employee and whoever appraises."""

    plan: str
    employee: str
    rhk: str
    order: int | None = None
    approach: str
    aspect: str | None = None
    indicator: str | None = None
    target: str | None = None
    unit: str | None = None
    narrative: str | None = None
    removed: bool | None = None
    changed_by: str | None = None
    changed_at: str | None = None


class VersionBody(Wire):
    """An approved version of a plan as it was read, to the employee and whoever appraises."""

    plan: str
    plan_version: int
    content: dict[str, Any]
    submitted_at: str
    approved_at: str
    approved_by_name: str


class ApproachArgs(Wire):
    """The other approach."""

    approach: Approach


class VersionArgs(Wire):
    """The version of the plan that was read."""

    version: Version


class ReturnArgs(VersionArgs):
    """Why the plan goes back."""

    reason: Text


class DecideRootArgs(VersionArgs):
    """The deciding document of a root's plan."""

    document: Line
    document_date: date


class ReasonArgs(Wire):
    """Why."""

    reason: Text


class CopyArgs(Wire):
    """The older plan of the same employee that results are taken over from."""

    source: Id = Field(alias="from")


class OrderArgs(Wire):
    """A decision of HR about a plan: ``pindah`` (closed the day before ``date``, a new one with ``superior``),
    ``tutup`` (closed on ``date``), ``penilai`` (another direct superior from now on). ``version``: as read."""

    plan: Id
    version: Version
    act: OrderAct
    date: date
    superior: Id | None = None
    reason: Text


class OrderBody(Wire):
    """A decision of HR about a plan, to the employee and whoever appraises."""

    plan: str
    act: str
    date: date
    reason: str
    by_name: str
    at: str


class NoArgs(Wire):
    """Nothing besides the record itself."""
