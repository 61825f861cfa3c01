"""What travels of services and cases: the bodies that the feed carries and the args of every mutation, camelCase on the
wire.

Instants are strings like ``2026-11-21T07:05:00.123Z`` (UTC), days ISO dates of the agency. Words of states, acts, parts
and marks are those of :mod:`backend.applications.rules`.
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
Hundred = Annotated[str, StringConstraints(max_length=100)]
Key = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
Reasons = Annotated[dict[Key, Text], Field(max_length=200)]
Mark = Literal["sesuai", "perlu_diperbaiki", "tidak_memenuhi_syarat"]


class NoArgs(Wire):
    """Nothing besides the record itself."""


class PublishArgs(Wire):
    """A definition as tables and lists (what its TOML holds); the record is derived from agency, code and version."""

    definition: dict[str, Any]


class ServiceBody(Wire):
    """One version of a service. ``current``: new cases are begun with it. ``who``: parts by act."""

    code: str
    version: int
    title: str
    subject: str
    roles: dict[str, list[str]]
    who: dict[str, list[str]]
    current: bool
    digest: str
    definition: dict[str, Any]
    published_at: str
    published_by_name: str


class SignerArgs(Wire):
    """Who signs a service's outputs; first and last day included, a stand-in has both."""

    code: Key
    name: Line
    position: Line
    stand_in: bool = False
    start: date
    end: date | None = None


class SignerBody(Wire):
    """A signer, to the office."""

    code: str
    name: str
    position: str
    stand_in: bool
    start: date
    end: date | None = None


class CreateArgs(Wire):
    """Begin a case. ``service``: the version's record. ``subject``: the employee; empty for a party's own officer and
    for oneself. ``previous``: the finished case that this one follows. ``behalf``: the unit in whose name an officer
    of the office enters. ``reason``: why in spite of a warning about the NIP."""

    service: Id
    subject: Id | None = None
    previous: Id | None = None
    behalf: Line = ""
    reason: Text = ""


class Reopened(Wire):
    """One item or field that is open again; ``answered``: changed since."""

    target: str
    act: str
    reason: str
    asked_at: str
    asked_by_name: str
    answered: bool


class Outside(Wire):
    """Work outside the office."""

    system: str
    sent_on: date
    received_on: date | None = None
    note: str


class Dates(Wire):
    """When each step was taken first or last; instants."""

    created: str
    first_submitted: str | None = None
    submitted: str | None = None
    opened: str | None = None
    verified: str | None = None
    sent_out: str | None = None
    finished: str | None = None
    downloaded: str | None = None


class Promise(Wire):
    """How long a finished case took, in seconds; ``sentence`` is the promise's verdict, empty without a promise."""

    service_clock: int
    service_working: int
    total_clock: int
    total_working: int
    late: int | None = None
    sentence: str


class ApplicationBody(Wire):
    """A case without its parts. ``roles`` and ``who``: role codes by part and parts by act, as the case's version of
    the service has them. ``officers``: accounts of the party. ``facts``: what the house tells of the subject (without
    what is unknown), ``imported``: values that nobody types. ``waitsApproval``: the account must be approved before
    *kirim*. ``missing``: sentences by place that speak against sending it, as the server saw it last."""

    service: str
    code: str
    version: int
    title: str
    subject_kind: str
    subject: str
    subject_name: str
    subject_identifier: str
    officers: list[str] = Field(default_factory=list)
    unit: str | None = None
    unit_name: str
    account: str
    account_name: str
    behalf: bool
    state: str
    state_name: str
    round: int
    kind: str
    period: str
    arrival: str
    previous: str | None = None
    roles: dict[str, list[str]]
    who: dict[str, list[str]]
    facts: dict[str, Any]
    imported: dict[str, Any]
    claimed_by: str | None = None
    claimed_by_name: str
    reason: str
    waits_approval: bool
    missing: dict[str, str]
    prediction: str
    reopened: list[Reopened]
    outside: Outside | None = None
    dates: Dates
    promise: Promise | None = None
    changed_by: str
    changed_at: str


class WriteArgs(Wire):
    """The whole of one merge group: ``group`` is the definition's group, or the key of a field without one; ``values``
    by field key. The record is derived from the case and the group."""

    application: Id
    group: Key | None = None
    values: Annotated[dict[Key, Any], Field(max_length=60)] | None = None


class ValuesBody(Wire):
    """One merge group of a case."""

    application: str
    group: str
    values: dict[str, Any]
    changed_by: str
    changed_at: str


class RowArgs(Wire):
    """One row of a field of rows; ``field`` is said when it is begun. ``cells``: texts by the columns' keys."""

    application: Id
    field: Key | None = None
    cells: Annotated[dict[Key, Short], Field(max_length=20)] | None = None
    order: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    removed: bool | None = None


class RowBody(Wire):
    """One row."""

    application: str
    field: str
    cells: dict[str, str] | None = None
    order: int | None = None
    removed: bool | None = None
    changed_by: str
    changed_at: str


class DocumentArgs(Wire):
    """A file as the next version of a subject's document; ``upload``: an upload of the same account, wholly here
    (the item depends on ``file:`` and its id)."""

    application: Id
    item: Key
    upload: Id


class DocumentBody(Wire):
    """One version of a document. ``fineOn``: marked *Sesuai* on that day, offered without upload until ``validUntil``
    (``null`` then: without end)."""

    subject: str
    item: str
    number: int
    application: str
    file: str
    type: str
    bytes: int
    sha256: str
    name: str
    by_name: str
    at: str
    fine_on: date | None = None
    valid_until: date | None = None


class AttachArgs(Wire):
    """Point an item to a document version, of this case or (*Sesuai*, still valid) of an earlier one; ``null`` takes it
    off. The record is derived from the case and the item."""

    application: Id
    item: Key | None = None
    version: Id | None = None


class ItemBody(Wire):
    """What an item points to; ``reused``: its mark of an earlier case counts."""

    application: str
    item: str
    version: str | None = None
    reused: bool
    valid_until: date | None = None
    changed_by: str
    changed_at: str


class MarkArgs(Wire):
    """A verifier's word on the version that the item points to; ``null`` takes it back. The record is derived."""

    application: Id
    item: Key | None = None
    version: Id | None = None
    mark: Mark | None = None
    reason: Text | None = None


class MarkBody(Wire):
    """A mark, to both sides."""

    application: str
    item: str
    version: str | None = None
    mark: str | None = None
    reason: str | None = None
    by_name: str
    at: str


class ReturnArgs(Wire):
    """Everything that is to be mended, at once: a reason for each item or field; marks that say so count too."""

    reasons: Reasons = Field(default_factory=dict)


class TakeCaseArgs(Wire):
    """Take a case that waits. ``holder``: the account that has it, when it is to be taken over from that one."""

    holder: Id | None = None


class ReasonArgs(Wire):
    """Why."""

    reason: Text = ""


class VerifyArgs(Wire):
    """``confirmed``: the reason, where the service asks for one."""

    confirmed: Text = ""


class SendOutArgs(Wire):
    """The work outside the office began."""

    system: Hundred = ""
    sent_on: date
    note: Text = ""


class CorrectArgs(Wire):
    """What the outside asks for: a reason for each item or field; only these open."""

    reasons: Reasons
    received_on: date | None = None


class IssueArgs(Wire):
    """What the case ends with. ``upload``: the file, wholly here (depends on ``file:`` and its id). ``confirmed``: the
    reason, where the file leaves doubts."""

    number: Hundred = ""
    dated: date
    upload: Id
    received_on: date | None = None
    confirmed: Text = ""


class AdoptArgs(Wire):
    """Move a draft to a newer version of its service, having read the differences."""

    service: Id


class DownloadedArgs(Wire):
    """Who fetched the output."""

    account: Id


class OutputBody(Wire):
    """What a case ended with; ``label`` is its button. ``replacedBy``: *digantikan*."""

    application: str
    subject: str
    code: str
    label: str
    number: str
    dated: date
    file: str
    bytes: int
    sha256: str
    name: str
    by_name: str
    at: str
    replaced_by: str | None = None
    downloaded_at: str | None = None


class SubmissionItem(Wire):
    """One document of a receipt; ``hash``: the first 8 hex digits."""

    item: str
    label: str
    version: str
    number: int
    hash: str


class SubmissionBody(Wire):
    """A receipt: what was sent, when, by whom. ``outcome``: what became of it."""

    application: str
    round: int
    receipt: str
    by_name: str
    at: str
    values: dict[str, Any]
    items: list[SubmissionItem]
    outcome: str


class HistoryBody(Wire):
    """One act on a case; it never changes."""

    application: str
    act: str
    by_name: str
    role: str
    behalf: str
    at: str
    before: str
    after: str
    object: str
    reason: str
    old: dict[str, Any]
    new: dict[str, Any]


class NoticeBody(Wire):
    """A text to somebody about a case, as the office sees it. ``status``: antre, terkirim, gagal, tanpa_nomor."""

    application: str
    to_name: str
    channel: str
    state: str
    status: str
    problem: str
    at: str


class SignUpArgs(Wire):
    """A party officer's new account; the password travels apart. One of ``phone`` and ``email`` is there."""

    party: Line
    name: Line
    position: Line = ""
    phone: Line = ""
    email: Line = ""


class ApproveArgs(Wire):
    """``approved``: the officer speaks for the party; else why not."""

    approved: bool
    reason: Short = ""


class PartyAccountBody(Wire):
    """The account of a party's officer, to the officer, to others of the same party and to the office."""

    party: str
    party_name: str
    name: str
    position: str
    phone: str
    email: str
    approved: bool
    approved_by_name: str
    refused: bool
    reason: str
    at: str


class FeedbackArgs(Wire):
    """A defect or a wish about a service."""

    code: Key
    application: Id | None = None
    text: Text


class HandleArgs(Wire):
    """What became of it."""

    status: Literal["ditangani", "selesai"]
    follow_up: Text


class FeedbackBody(Wire):
    """A defect or a wish: to the reporter and the office."""

    code: str
    application: str | None = None
    text: str
    reporter_name: str
    at: str
    status: str
    handler_name: str
    follow_up: str
    handled_at: str | None = None
