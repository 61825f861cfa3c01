"""A service as data: what a definition file may hold, member by member.

These are plain values. :mod:`backend.applications.reading` reads them from TOML or stored JSON,
:mod:`backend.applications.rules.definition_faults` says everything that is wrong with one. A member that is left out
has the default written here; a published version never changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

from backend.applications.rules.conditions import SUBJECT, Kind
from backend.applications.rules.states import (
    NAMES,
    Act,
    Part,
    State,
    Step,
    default_steps,
)

MB = 1_000_000
"""A megabyte of the limits."""
PLACEHOLDERS = ("nomor_naskah", "tanggal_naskah", "ttd_pengirim")
"""What a letter leaves open for the system that signs, written ``${name}``."""
STRICT: Mapping[str, Any] = {"extra": "forbid"}


class Subject(StrEnum):
    """Whom a case is about."""

    EMPLOYEE = "employee"
    PARTY = "party"


class FieldType(StrEnum):
    """How a field is asked for."""

    TEXT = "text"
    CHOICE = "choice"
    DATE = "date"
    NUMBER = "number"
    ROWS = "rows"
    IMAGE = "image"
    EMPLOYEE = "employee"


class Owner(StrEnum):
    """Who writes a field: the applicant, an officer of the office, or the HR data (nobody types it)."""

    APPLICANT = "applicant"
    OFFICER = "officer"
    IMPORT = "import"


class Basis(StrEnum):
    """Which time a promise counts."""

    ELAPSED = "elapsed"
    WORKING = "working"


class Measure(StrEnum):
    """Which span a promise judges: with the office, or from the first sending to the end."""

    SERVICE = "layanan"
    TOTAL = "total"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One thing that can be chosen."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a field of rows; a row is a short list of texts."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    key: str
    label: str
    required: bool = True
    max_length: int = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field. ``fact``: filled from this fact of the subject at first. ``group``: fields that hold together and
    merge as one. ``when``: asked for only then. ``max``: longest text, most rows or largest number; ``min`` alike."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    key: str
    label: str
    type: FieldType
    required: bool = False
    owner: Owner = Owner.APPLICANT
    group: str = ""
    fact: str = ""
    when: Any = None
    options: tuple[Option, ...] = ()
    columns: tuple[Column, ...] = ()
    min: int | None = None
    max: int | None = None
    validators: tuple[str, ...] = ()
    help: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One document of the checklist. ``when``: needed only then. ``must``: a rule that no document cures; broken, the
    case will be refused (TMS) with ``must_text``. ``valid_months``: so long a *Sesuai* mark is carried to later cases,
    ``None`` without end. ``letter``: the draft that the system offers for it. ``limit``: bytes if not the service's."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    code: str
    label: str
    required: bool = True
    when: Any = None
    types: tuple[str, ...] = ("pdf",)
    limit: int | None = None
    reusable: bool = False
    valid_months: int | None = None
    must: Any = None
    must_text: str = ""
    letter: str = ""
    help: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Limits in bytes, and the name that a download gets."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    pdf_bytes: int = 10 * MB
    image_bytes: int = MB
    name: str = "{subject}_{code}_{date}_v{version}.pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """One row of a table of steps that a service writes itself; ``states`` is empty for the first act."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    act: str
    to: str
    states: tuple[str, ...] = ()
    who: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """The way of a case. ``outside``: with work outside the office. ``names``: states on the screen. ``acts``: buttons.
    ``who``: parts by act where they differ from the table. ``downloaded``: the last state's name once the output was
    fetched. ``steps``: a whole table instead of the usual one."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    outside: bool = True
    outside_system: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    acts: Mapping[str, str] = field(default_factory=dict)
    who: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    downloaded: str = ""
    steps: tuple[StepRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a letter: a label, and a text with ``{names}`` of fields, facts (``{subject.rank}``), documents
    (``{items.CODE}``) or the agency (``{agency.name}``)."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter that the system drafts from saved values. ``state``: from when on. It never gets number, date or
    signature: ``placeholders`` stay as they are."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    code: str
    title: str
    intro: str = ""
    lines: tuple[Line, ...] = ()
    numbered: bool = True
    closing: str = ""
    state: str = State.VERIFIED
    placeholders: tuple[str, ...] = PLACEHOLDERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """What a case ends with. ``label`` is the download button. ``number_pattern``: empty, the agency's own.
    ``signed``: checked as a signed file of its draft. ``replaces``: an older output of the subject is *digantikan*."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    code: str
    label: str
    letter: str = ""
    number: bool = True
    number_pattern: str = ""
    signed: bool = False
    replaces: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Timers:
    """A promise of so many minutes, ``None`` if nothing is promised."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    promise_minutes: int | None = None
    basis: Basis = Basis.WORKING
    measure: Measure = Measure.SERVICE


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Who is due in a period: those for whom ``fact`` (a date) plus ``years`` has come by the period's date. ``kind``
    is the value of the service's kind field that it stands for."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    kind: str
    fact: str
    years: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Periods:
    """Periods of a year, each with a date (TMT, the 1st of a month). ``kind``: the field that ``due`` speaks of;
    ``field``: the field that holds the period."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    months: tuple[int, ...]
    every_month: bool = False
    opens_months: int = 4
    closes_months: int = 1
    grace_hours: int = 24
    field: str = ""
    kind: str = ""
    due: tuple[Due, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A text that goes out when a case reaches ``state``. It names no number, no person and no document."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    state: str
    to: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long an ended case and a draft that nobody touches are kept. ``output_years``: the same of the output, from
    the end of the case on; ``None``: without end. The history is always kept."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    case_years: int = 10
    draft_days: int = 365
    output_years: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The public page. ``fee``: ``None`` prints *Belum ditetapkan*, never free."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    requirements: tuple[str, ...] = ()
    procedure: tuple[str, ...] = ()
    fee: str | None = None
    duration: str = ""
    flow: tuple[str, ...] = ()
    video: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One version of one service. ``roles``: codes by part. ``guard``: texts that are nobody's data. ``messages``:
    words of the screens by their key. ``confirm``: a condition that a verifier confirms with a reason."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    code: str
    version: int
    title: str
    subject: Subject
    roles: Mapping[str, tuple[str, ...]]
    fields: tuple[Field, ...] = ()
    items: tuple[Item, ...] = ()
    files: Files = Files()
    flow: Flow = Flow()
    letters: tuple[Letter, ...] = ()
    output: Output
    timers: Timers = Timers()
    periods: Periods | None = None
    notices: tuple[Notice, ...] = ()
    retention: Retention = Retention()
    page: Page = Page()
    guard: tuple[str, ...] = ()
    messages: Mapping[str, str] = field(default_factory=dict)
    confirm: Any = None
    confirm_text: str = ""
    one_active: bool = False

    def steps(self) -> tuple[Step, ...]:
        """The table of steps in force; rows with words that do not exist are left out."""
        own = self.flow.steps
        table = _written(own) if own else default_steps(self.flow.outside)
        who = {act: _parts(names) for act, names in self.flow.who.items()}
        return tuple(Step(step.state, step.act, who.get(step.act, step.who), step.to) for step in table)

    def state_name(self, state: State, downloaded: bool = False) -> str:
        """What the screen calls a state."""
        if downloaded and state is State.DONE and self.flow.downloaded:
            return self.flow.downloaded
        return self.flow.names.get(state, NAMES[state])

    def field(self, key: str) -> Field | None:
        """The field of that key."""
        return next((one for one in self.fields if one.key == key), None)

    def item(self, code: str) -> Item | None:
        """The document of that code."""
        return next((one for one in self.items if one.code == code), None)

    def parts(self, roles: frozenset[str]) -> frozenset[Part]:
        """The parts that the holder of these role codes can play here."""
        return frozenset(part for part in Part if roles.intersection(self.roles.get(part, ())))


FACTS: Mapping[Subject, Mapping[str, Kind]] = {
    Subject.EMPLOYEE: {
        "name": Kind("text"),
        "kind": Kind("choice", frozenset({"PNS", "PPPK", "NON_ASN"})),
        "unit": Kind("text"),
        "position": Kind("text"),
        "positionType": Kind("choice", frozenset({"JPT", "ADMINISTRATOR", "PENGAWAS", "PELAKSANA", "JF"})),
        "positionLevel": Kind("text"),
        "rank": Kind("text"),
        "tmtRank": Kind("date"),
        "tmtPosition": Kind("date"),
        "tmtCpns": Kind("date"),
        "nextRank": Kind("text"),
        "firstPromotion": Kind("bool"),
        "evaluations": Kind("number"),
        "evaluationsPoor": Kind("number"),
        "creditPointsMet": Kind("bool"),
    },
    Subject.PARTY: {
        "name": Kind("text"),
        "officer": Kind("text"),
        "approved": Kind("bool"),
        "previousOutput": Kind("bool"),
    },
}
"""What the house can tell about a subject. ``evaluations``: final ones of the last two years, ``evaluationsPoor`` those
below *Baik*; both are empty if there are none in the house. ``approved``: the office let this account send."""


def known_names(service: Service) -> dict[str, Kind]:
    """Every name that a condition of the service may mention."""
    known = {f"{SUBJECT}{name}": kind for name, kind in FACTS[service.subject].items()}
    for one in service.fields:
        known[one.key] = Kind(one.type, frozenset(option.value for option in one.options))
    return known


def _written(rows: tuple[StepRow, ...]) -> tuple[Step, ...]:
    found = []
    for row in rows:
        if row.act not in set(Act) or row.to not in set(State) or not set(row.states) <= set(State):
            continue
        for state in row.states or (None,):
            source = None if state is None else State(state)
            found.append(Step(source, Act(row.act), _parts(row.who), State(row.to)))
    return tuple(found)


def _parts(names: tuple[str, ...]) -> frozenset[Part]:
    return frozenset(Part(name) for name in names if name in set(Part))
