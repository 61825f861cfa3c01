"""What travels of reports: their state for the desks, and the args of the acts on them (camelCase on the wire)."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import StringConstraints

from sync.registry import Wire
from sync.words import Id

PeriodCode = Annotated[str, StringConstraints(pattern=r"^20[0-9]{2}-([01][0-9]|Q[1-4])$")]
Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=1000)]
Plan = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]
Short = Annotated[str, StringConstraints(max_length=16)]


class StepBody(Wire):
    """One act on the path of a report. ``minutes`` of working time since the act before; ``at`` is UTC."""

    step: int
    act: str
    name: str
    role: str | None = None
    at: str
    minutes: int | None = None
    limit: int | None = None
    late: bool = False
    reason: str = ""


class ReportBody(Wire):
    """A report on its way: ``due`` names the step that is due; ``setHash`` digests the fixed set of ratings."""

    number: int
    period: str
    title: str
    state: str
    due: int | None = None
    set_hash: str | None = None
    n: int | None = None
    floor: str | None = None
    corrects: str | None = None
    unit: str
    steps: list[StepBody]


class OpenArgs(Wire):
    """A report of a period; ``corrects`` names the final report that this one replaces."""

    period: PeriodCode
    corrects: Id | None = None


class TickArgs(Wire):
    """Step 1 or 2 is done."""

    step: int
    note: Note = ""


class NoArgs(Wire):
    """Nothing besides the record itself."""


class SeenArgs(Wire):
    """``setHash`` is that of the set that the author saw."""

    set_hash: Hash
    note: Note = ""


class ReturnArgs(Wire):
    """Back to *draf*, with a reason."""

    set_hash: Hash
    reason: Reason


class FinalArgs(Wire):
    """``showBelow``: officers below the floor are named in publications, for the reason given in ``note``."""

    set_hash: Hash
    show_below: bool = False
    note: Note = ""


class IkmBody(Wire):
    """A satisfaction index as it was computed and frozen."""

    period: str
    title: str
    site: str | None = None
    service: str | None = None
    state: str
    n: int
    ikm: str | None = None
    letter: str | None = None
    unit: str


class IkmReportArgs(Wire):
    """The index of a quarter (or month): of one site and service, or of all; with the plan for what is weak."""

    period: PeriodCode
    site: Id | None = None
    service: Short | None = None
    follow_up: Plan = ""


class IkmAnswerBody(Wire):
    """An answer of a survey never leaves the server; its record is published to nobody."""


class SurveyArgs(Wire):
    """One filled survey: U1-U9 to 1-4, and a profile that may stay empty."""

    site: Id
    service: Short
    answers: dict[Annotated[str, StringConstraints(pattern=r"^U[1-9]$")], int]
    sex: Short | None = None
    age_band: Short | None = None
    education: Short | None = None
    work: Annotated[str, StringConstraints(max_length=20)] | None = None


class IkmPaperArgs(SurveyArgs):
    """A sheet of paper as somebody typed it in: elements left blank are missing; ``day`` is the date on the sheet."""

    day: date


class IkmAnswerArgs(SurveyArgs):
    """A survey from the public page."""

    code: Id | None = None
    language: Annotated[str, StringConstraints(pattern=r"^(id|en)$")] = "id"
