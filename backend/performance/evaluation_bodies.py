"""What travels of execution and evaluation: bodies of the feed and args of every mutation, camelCase on the wire.

``round``: tahunan, triwulan-1 to triwulan-4, bulan-01 to bulan-12. Instants are strings in UTC, days ISO dates of the
agency.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from backend.files.carried import FileArgs, FileBody
from sync.registry import Wire
from sync.words import Id

LongText = Annotated[str, StringConstraints(max_length=20_000)]
"""Judged by the rules, which say in words what is wrong; here only what no honest client sends is cut off."""
Short = Annotated[str, StringConstraints(max_length=500)]
Name = Annotated[str, StringConstraints(max_length=200)]
Amount = Annotated[str, StringConstraints(max_length=40)]
Year = Annotated[int, Field(ge=2000, le=2100)]
Round = Annotated[str, StringConstraints(pattern=r"^(tahunan|triwulan-[1-4]|bulan-(0[1-9]|1[0-2]))$")]
Rating = Literal["di_atas", "sesuai", "di_bawah"]
Value = Literal[
    "berorientasi_pelayanan", "akuntabel", "kompeten", "harmonis", "loyal", "adaptif", "kolaboratif"
]  # fmt: skip
AchievementWord = Literal["istimewa", "baik", "butuh_perbaikan", "kurang", "sangat_kurang"]
AwardClass = Literal["X", "XX", "XXX"]
FileList = Annotated[list[FileArgs], Field(default_factory=list, max_length=10)]


class LogArgs(Wire):
    """One entry of the daily log; ``day`` lies within the plan."""

    plan: Id
    rhk: Id
    day: date
    text: LongText
    amount: Amount = ""
    files: FileList


class LogBody(Wire):
    """An entry, to the employee and whoever appraises."""

    plan: str
    rhk: str
    employee: str
    day: date
    text: str
    amount: str
    files: list[FileBody]
    at: str


class DialogueArgs(Wire):
    """A dated note of the employee or of whoever appraises; about one result, or the plan as a whole."""

    plan: Id
    rhk: Id | None = None
    day: date
    text: LongText


class DialogueBody(Wire):
    """A note, to both. ``side``: pegawai, penilai."""

    plan: str
    rhk: str | None = None
    side: str
    account: str
    author_name: str
    day: date
    text: str
    at: str


class RealisationArgs(Wire):
    """What was achieved. ``plan``, ``rhk``, ``indicator`` (none if qualitative) and ``round`` are said at first.

    The record's id is UUIDv5 of the round in the namespace of the indicator row (or of the RHK): two devices of one
    person write the same record.
    """

    plan: Id | None = None
    rhk: Id | None = None
    indicator: Id | None = None
    round: Round | None = None
    value: Short = ""
    note: LongText = ""


class RealisationBody(Wire):
    """What was achieved, to the employee and whoever appraises."""

    plan: str
    rhk: str
    indicator: str | None = None
    round: str
    value: str
    note: str
    updated_at: str


class EvidenceArgs(Wire):
    """A file or an https address for an RHK: one of both."""

    plan: Id
    rhk: Id
    round: Round
    file: FileArgs | None = None
    link: Annotated[str, StringConstraints(max_length=2_000)] | None = None
    note: LongText = ""


class EvidenceBody(Wire):
    """Evidence, to the employee and whoever appraises. ``state`` as of a file; ``counts``: it opens the gate."""

    plan: str
    rhk: str
    round: str
    employee: str
    file: str | None = None
    link: str | None = None
    name: str
    bytes: int
    type: str | None = None
    state: str
    fault: str | None = None
    note: str
    counts: bool
    at: str
    withdrawn_at: str | None = None
    withdrawn_reason: str | None = None


class WithdrawArgs(Wire):
    """Why evidence counts no more."""

    reason: LongText


class SettledArgs(Wire):
    """A file that became whole, was refused or given up."""

    file: Id


class FeedbackArgs(Wire):
    """Feedback on one RHK or on one of the seven values: a sentence, a picture, or both; the last one counts."""

    evaluation: Id
    rhk: Id | None = None
    value: Value | None = None
    text: LongText = ""
    files: FileList


class FeedbackBody(Wire):
    """Feedback, to whoever appraises; to the employee after *final*."""

    evaluation: str
    plan: str
    rhk: str | None = None
    value: str | None = None
    text: str
    files: list[FileBody]
    account: str
    at: str


class RateResultArgs(Wire):
    """The rating of results. ``reason`` is needed where a head's differs from what the organisation achieved."""

    rating: Rating
    reason: LongText = ""


class RateBehaviourArgs(Wire):
    """The rating of behaviour."""

    rating: Rating


class NoArgs(Wire):
    """Nothing besides the record itself."""


class OutsideArgs(Wire):
    """What the outside evaluator of a root said, with the document."""

    rating_result: Rating
    rating_behaviour: Rating
    document: Name
    document_date: date


class EvaluationBody(Wire):
    """An evaluation, to whoever appraises; to the employee after *final*; to AAT with an objection.

    ``step``: terkunci, umpan_hasil, rating_hasil, umpan_perilaku, rating_perilaku, tetapkan, final. ``missing``: RHK
    without evidence. ``basis`` changes with evidence and realisation: the record's version stands for all that it is
    built on. ``prefill``: where a head's rating starts from. ``acting``: somebody acted for the appraiser.
    ``objectUntil``: the last day of an objection.
    """

    plan: str
    employee: str
    employee_name: str
    unit: str
    year: int
    round: str
    evaluation_version: int
    step: str
    missing: list[str]
    basis: str
    rating_result: str | None = None
    rating_behaviour: str | None = None
    predicate: str | None = None
    prefill: str | None = None
    reason: str | None = None
    appraiser: str | None = None
    appraiser_name: str
    by: str | None = None
    by_name: str | None = None
    acting: bool
    root: bool
    months: int
    finalised_at: str | None = None
    received_at: str | None = None
    object_until: date | None = None
    document: str | None = None
    document_date: date | None = None


class ObjectArgs(Wire):
    """Why an employee objects."""

    evaluation: Id
    reasons: LongText


class ObjectionBody(Wire):
    """An objection, to the employee and to who decides. ``late``: it arrived after its last day, sent in time by the
    phone's clock. ``decision``: tetap, diubah."""

    evaluation: str
    plan: str
    employee: str
    employee_name: str
    decider: str | None = None
    reasons: str
    made_at: str
    at: str
    late: bool
    decision: str | None = None
    decision_reason: str | None = None
    decided_at: str | None = None
    decided_by_name: str | None = None
    document: str | None = None


class DecideArgs(Wire):
    """The decision: without ratings everything stays. ``document`` is needed where HR enters it for a root."""

    rating_result: Rating | None = None
    rating_behaviour: Rating | None = None
    reason: LongText
    document: Name = ""


class AchievementArgs(Wire):
    """What a unit achieved as an organisation, with the document; the record is new or the one of unit and round."""

    unit: Id
    year: Year
    round: Round
    value: AchievementWord
    document: Name
    document_date: date


class AchievementBody(Wire):
    """What a unit achieved, to HR and to who leads the unit."""

    unit: str
    unit_name: str
    year: int
    round: str
    value: str
    document: str
    document_date: date
    by_name: str
    at: str


class CountingArgs(Wire):
    """A new date from which service counts after a break, with the reason."""

    person: Id
    start: date
    reason: LongText


class CountingBody(Wire):
    """The date that counts, to HR."""

    person: str
    start: date
    reason: str
    by_name: str
    at: str


class AwardArgs(Wire):
    """An award that somebody holds: class, decree, its date."""

    person: Id
    award: AwardClass
    decree: Name
    day: date


class AwardBody(Wire):
    """An award held, to HR."""

    person: str
    award: str
    decree: str
    day: date
    by_name: str
    at: str


class ExportBody(Wire):
    """One row for the national record, to HR: no rating in it. ``state``: menunggu, terkirim, ditolak."""

    evaluation: str
    person_name: str
    unit: str
    year: int
    round: str
    state: str
    reason: str | None = None
    attempts: int
    sent_at: str | None = None
