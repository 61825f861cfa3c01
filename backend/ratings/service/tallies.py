"""Counting ratings in the database: a few grouped statements, whatever the number of ratings.

Either all *sah* ratings of an agency between two local dates, or the fixed set of a report.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, FromClause, func, select
from sqlmodel import col

from backend.identity.service.tree import On
from backend.ratings.models import GIVEN, RATING, RatingReportItem
from backend.ratings.rules.scores import COUNTED, INDICATORS, Fivefold, Single

UNPROVEN = "tanpa_bukti"


@dataclass(slots=True)
class Tally:
    """Counted ratings of somebody or something; ``services`` and ``unproven`` count ratings of both versions.

    ``name``: the officer's, with titles, as one of the ratings kept it.
    """

    single: Single = field(default_factory=Single)
    fivefold: Fivefold = field(default_factory=Fivefold)
    services: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    unproven: int = 0
    name: str = ""

    @property
    def n(self) -> int:
        """All counted ratings."""
        return self.single.n + self.fivefold.n

    def mark(self, name: str, presence: str, times: int) -> None:
        """Note whose ratings these are, and how many came without proof of presence."""
        self.name = self.name or name
        if presence == UNPROVEN:
            self.unproven += times

    def merge(self, other: Tally) -> None:
        """Pool with others."""
        self.single.merge(other.single)
        self.fivefold.merge(other.fivefold)
        for service, times in other.services.items():
            self.services[service] += times
        self.unproven += other.unproven


@dataclass(frozen=True, slots=True)
class Source:
    """Which ratings are counted: a FROM clause over ``rating`` and the conditions on it."""

    table: FromClause
    where: tuple[ColumnElement[bool], ...]


def in_period(agency: str, first: date, last: date) -> Source:
    """All *sah* ratings whose local service date lies between two dates, both included."""
    r = RATING.c
    return Source(RATING, (r.agency == agency, r.service_date.between(first, last), r.status == COUNTED))


def in_report(report: str) -> Source:
    """The fixed set of a report, whatever became of a rating's status since."""
    item = RatingReportItem.__table__  # type: ignore[attr-defined]
    joined = RATING.join(item, item.c.rating == RATING.c.id)
    return Source(joined, (item.c.report == report,))


Cells = dict[tuple[str, str], Tally]
"""(officer, site) to what was counted there."""


async def count(on: On, source: Source) -> Cells:
    """Count by officer and site: two grouped statements, each with few groups, because rows travel dearly."""
    cells: Cells = defaultdict(Tally)
    await _count_scores(on, source, cells)
    await _count_services(on, source, cells)
    return dict(cells)


async def _count_scores(on: On, source: Source, cells: Cells) -> None:
    """Both versions in one pass: the five sums are ticks of v1 and scores of v2."""
    r = RATING.c
    keys = (r.officer, r.site, r.version, r.presence, r.score, r.officer_name)  # names compared (max) would cost more
    query = (
        select(*keys, func.count(), *[func.sum(r[name]) for name in GIVEN])
        .select_from(source.table)
        .where(*source.where)
        .group_by(*keys)
    )
    for officer, site, version, presence, score, name, times, *sums in await on.execute(query):
        cell = cells[(officer, site)]
        given = dict(zip(INDICATORS, map(int, sums), strict=True))
        if version == "v1":
            cell.single.add(score, times)
            cell.single.tick_all(given)
        else:
            cell.fivefold.add(given, times)
        cell.mark(name, presence, times)


async def _count_services(on: On, source: Source, cells: Cells) -> None:
    r = RATING.c
    keys = (r.officer, r.site, r.service)
    query = select(*keys, func.count()).select_from(source.table).where(*source.where).group_by(*keys)
    for officer, site, service, times in await on.execute(query):
        cells[(officer, site)].services[service] += times


@dataclass(frozen=True, slots=True)
class Late:
    """Ratings of an earlier period in a report's set (*susulan*), by their local service date."""

    officer: str
    site: str
    day: date
    n: int


async def late_ones(on: On, report: str) -> list[Late]:
    """What came late into a report's set, the oldest first."""
    r, item = RATING.c, RatingReportItem
    query = (
        select(r.officer, r.site, r.service_date, func.count())
        .select_from(RATING.join(item, col(item.rating) == r.id))
        .where(col(item.report) == report, col(item.late).is_(True))
        .group_by(r.officer, r.site, r.service_date)
        .order_by(r.service_date, r.officer, r.site)
    )
    return [Late(*row) for row in await on.execute(query)]


async def statuses(on: On, agency: str, first: date, last: date) -> Mapping[str, int]:
    """How many ratings of a period stand as *sah, duplikat, ditahan, batal* now."""
    r = RATING.c
    query = (
        select(r.status, func.count()).where(r.agency == agency, r.service_date.between(first, last)).group_by(r.status)
    )
    return {row[0]: row[1] for row in await on.execute(query)}
