"""Periods of a service: their dates, who is due, whether something came in time. Local dates; instants are aware."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from backend.applications.rules.conditions import Truth, is_empty
from backend.applications.rules.definition import Due, Owner, Periods, Service
from backend.applications.rules.fault import Fault

_MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
YEARS = range(1900, 2200)
"""Years in which a period can lie; a code beyond them has no dates around it."""
_DEFAULT_DUE = Due(kind="reguler", fact="tmtRank", years=4)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """One period: its date (TMT), the day it opens and the last day on which cases are sent."""

    tmt: date
    opens: date
    closes: date

    @property
    def code(self) -> str:
        """``2027-04``."""
        return f"{self.tmt:%Y-%m}"

    @property
    def name(self) -> str:
        """*April 2027*."""
        return f"{_MONTHS[self.tmt.month - 1]} {self.tmt.year}"

    def is_open(self, day: date) -> bool:
        """Whether cases are taken on a local day; first and last day included."""
        return self.opens <= day <= self.closes

    def closing(self, zone: tzinfo) -> datetime:
        """The first instant that is too late: midnight after the last day."""
        return datetime.combine(self.closes + timedelta(days=1), time(), zone)


class Arrival(enum.StrEnum):
    """How a case came to its period."""

    EARLY = "terlalu_awal"
    IN_TIME = "tepat_waktu"
    BY_CLOCK = "tepat_menurut_jam"
    LATE = "terlambat"


def months_after(day: date, months: int) -> date:
    """The same day so many months later (or earlier), at most the last day of that month."""
    place = day.year * 12 + day.month - 1 + months
    year, month = divmod(place, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (following - timedelta(days=1)).day))


def years_after(day: date, years: int) -> date:
    """The same date so many years later; 29 February becomes 28 where there is none."""
    return months_after(day, 12 * years)


def of_year(settings: Periods, year: int) -> tuple[Period, ...]:
    """The periods whose date lies in a year: the months of the setting, or all twelve with ``every_month``."""
    months = range(1, 13) if settings.every_month else sorted(settings.months)
    return tuple(_period(settings, date(year, month, 1)) for month in months)


def find(settings: Periods, code: str) -> Period | None:
    """The period of a code (``2027-04``), if the setting has it."""
    try:
        tmt = date.fromisoformat(f"{code}-01")
    except ValueError:
        return None
    if tmt.year not in YEARS:
        return None
    return next((one for one in of_year(settings, tmt.year) if one.code == code), None)


def open_on(settings: Periods, day: date) -> tuple[Period, ...]:
    """The periods that take cases on a local day."""
    years = range(day.year, day.year + 3)
    return tuple(one for year in years for one in of_year(settings, year) if one.is_open(day))


def upcoming(settings: Periods, day: date) -> Period:
    """The next period that is not closed yet: readiness is shown for it before it opens."""
    years = range(day.year, day.year + 3)
    return next(one for year in years for one in of_year(settings, year) if day <= one.closes)


def arrival(
    period: Period, *, arrived: datetime, made: datetime | None, zone: tzinfo, grace_hours: int = 24
) -> Arrival:
    """Whether a case that reached the server at ``arrived`` is in its period. ``made``: when it was sent by the
    evidence of the phone's clock, ``None`` without. What was made in time may arrive ``grace_hours`` late."""
    closing = period.closing(zone)
    if arrived.astimezone(zone).date() < period.opens:
        return Arrival.EARLY
    if arrived < closing:
        return Arrival.IN_TIME
    if made is not None and made < closing and arrived <= closing + timedelta(hours=grace_hours):
        return Arrival.BY_CLOCK
    return Arrival.LATE


def is_due(facts: Mapping[str, Any], tmt: date, rule: Due = _DEFAULT_DUE) -> Truth:
    """Whether somebody is due by the date of a period: the fact's date plus the rule's years has come."""
    since = _day(facts.get(rule.fact))
    if since is None or since.year not in YEARS:
        return Truth.UNKNOWN
    return Truth.TRUE if years_after(since, rule.years) <= tmt else Truth.FALSE


def due_list(settings: Periods, period: Period, people: Iterable[tuple[str, Mapping[str, Any]]]) -> dict[str, str]:
    """Who is due in a period, each with the kind; people by id with their facts, the first rule that holds counts.
    Somebody whose date is missing is not due: they are listed as incomplete elsewhere."""
    rules = settings.due
    found: dict[str, str] = {}
    for person, facts in people:
        rule = next((one for one in rules if is_due(facts, period.tmt, one) is Truth.TRUE), None)
        if rule is not None:
            found[person] = rule.kind
    return found


def proposal_faults(service: Service, facts: Mapping[str, Any]) -> list[Fault]:
    """Why nobody can begin a case for this subject yet: required data of the personnel file that is empty, by name."""
    return [
        Fault(f"subject.{one.fact}", "FACT_EMPTY", f"{one.label} kosong. Minta petugas melengkapi.")
        for one in service.fields
        if one.owner is Owner.IMPORT and one.required and is_empty(facts.get(one.fact))
    ]


def is_overdue(period: Period, decided: date | None, today: date) -> bool:
    """Whether the decree did not come by the period's date (*terlambat*)."""
    return (today if decided is None else decided) > period.tmt


def _period(settings: Periods, tmt: date) -> Period:
    return Period(tmt, months_after(tmt, -settings.opens_months), months_after(tmt, -settings.closes_months))


def _day(value: Any) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None
