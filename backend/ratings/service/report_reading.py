"""Reading of reports: lists for the desks, the figures of a running period, one's own figures, published ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.calendar.rules import ZONES
from backend.identity.service.tree import On, Tree
from backend.ratings.models import RATING, RATING_DECISION, IkmReport, RatingReport, RatingReportFile, RatingReportStep
from backend.ratings.rules.cycle import State
from backend.ratings.rules.scores import COUNTED, Fivefold, Single, fivefold_figures, single_figures
from backend.ratings.service.thresholds import Thresholds
from sync.tables import record

LISTED = 60


@dataclass(frozen=True, slots=True)
class Listed:
    """A report with its acts and the version that a command carries in ``seen``."""

    report: RatingReport
    steps: Sequence[RatingReportStep]
    version: int


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A frozen file without its content."""

    id: str
    kind: str
    name: str
    sha256: str


async def reports(session: AsyncSession, agency: str) -> list[Listed]:
    """The agency's latest 60 reports, the newest first."""
    query = (
        select(RatingReport)
        .where(col(RatingReport.agency) == agency)
        .order_by(col(RatingReport.number).desc())
        .limit(LISTED)
    )
    found = list((await session.execute(query)).scalars())
    return await _listed(session, agency, found)


async def report(session: AsyncSession, agency: str, id: str) -> Listed | None:
    """One report of the agency."""
    found = await session.get(RatingReport, id)
    if found is None or found.agency != agency:
        return None
    return (await _listed(session, agency, [found]))[0]


async def _listed(session: AsyncSession, agency: str, found: Sequence[RatingReport]) -> list[Listed]:
    ids = [one.id for one in found]
    steps: dict[str, list[RatingReportStep]] = {id: [] for id in ids}
    query = (
        select(RatingReportStep)
        .where(col(RatingReportStep.report).in_(ids))
        .order_by(col(RatingReportStep.at), col(RatingReportStep.id))
    )
    for step in (await session.execute(query)).scalars():
        steps[step.report].append(step)
    versions = select(record.c.id, record.c.version).where(
        record.c.agency == agency, record.c.kind == "rating_report", record.c.id.in_(ids)
    )
    known = {row.id: int(row.version) for row in await session.execute(versions)}
    return [Listed(one, steps[one.id], known.get(one.id, 0)) for one in found]


async def files(session: AsyncSession, report: str) -> list[FileFacts]:
    """The frozen files of a report, without their content."""
    c = RatingReportFile
    query = (
        select(col(c.id), col(c.kind), col(c.name), col(c.sha256)).where(col(c.report) == report).order_by(col(c.kind))
    )
    return [FileFacts(*row) for row in await session.execute(query)]


async def ikm_files(session: AsyncSession, ids: Sequence[str]) -> dict[str, list[FileFacts]]:
    """Computed index to its files, without their content."""
    c = RatingReportFile
    columns = (col(c.report), col(c.id), col(c.kind), col(c.name), col(c.sha256))
    found: dict[str, list[FileFacts]] = {id: [] for id in ids}
    for row in await session.execute(select(*columns).where(col(c.report).in_(list(ids))).order_by(col(c.kind).desc())):
        found[row[0]].append(FileFacts(*row[1:]))
    return found


async def ikm_reports(session: AsyncSession, agency: str) -> list[tuple[IkmReport, int]]:
    """The latest 60 computed indexes with their record versions, the newest first."""
    query = (
        select(IkmReport).where(col(IkmReport.agency) == agency).order_by(col(IkmReport.created).desc()).limit(LISTED)
    )
    found = list((await session.execute(query)).scalars())
    versions = select(record.c.id, record.c.version).where(
        record.c.agency == agency, record.c.kind == "ikm_report", record.c.id.in_([one.id for one in found])
    )
    known = {row.id: int(row.version) for row in await session.execute(versions)}
    return [(one, known.get(one.id, 0)) for one in found]


async def published(on: On, agency: str) -> tuple[str, str, dict[str, Any], datetime, str] | None:
    """The latest published report: id, period, figures, instant of publication (UTC), set hash.

    A report that a published correction replaced is not it.
    """
    c = RatingReport
    replaced = select(col(c.corrects)).where(
        col(c.agency) == agency, col(c.state) == State.PUBLISHED, col(c.corrects).is_not(None)
    )
    query = (
        select(col(c.id), col(c.period), col(c.figures), col(c.published), col(c.set_hash))
        .where(col(c.agency) == agency, col(c.state) == State.PUBLISHED, col(c.id).not_in(replaced))
        .order_by(col(c.last).desc(), col(c.number).desc())
        .limit(1)
    )
    row = (await on.execute(query)).first()
    return None if row is None else (row[0], row[1], row[2], row[3], row[4])


def monday(tree: Tree, now: datetime) -> datetime:
    """The start (UTC-aware) of the local week: what arrived before it is in one's own figures."""
    zone = ZONES[tree.zone_at(now)]
    today = now.astimezone(zone).date()
    return datetime.combine(today - timedelta(days=today.weekday()), time(), zone)


async def own(on: On, agency: str, officer: str, until: datetime, limits: Thresholds) -> dict[str, Any]:
    """An officer's own mean, n and indicator counts as they stood on Monday; nothing below the minimum.

    Neither dates nor single answers; a decision after Monday counts from the next one.
    """
    r = RATING.c
    later = _decided_later(until)
    status = func.coalesce(later, r.status)
    mine = (r.agency == agency, r.officer == officer, r.arrived_at < until, status == COUNTED)
    single, fivefold = Single(), Fivefold()
    scores = select(r.version, r.score, r.indicators, r.scores, func.count()).where(*mine)
    for version, score, indicators, values, times in await on.execute(
        scores.group_by(r.version, r.score, r.indicators, r.scores)
    ):
        if version == "v1":
            single.add(score, times)
            single.tick(indicators, times)
        else:
            fivefold.add({code: value * times for code, value in values.items()}, times)
    found: dict[str, Any] = {"minimum": limits.own_minimum_n, "until": until.date().isoformat(), "v1": None, "v2": None}
    if single.n >= limits.own_minimum_n:
        found["v1"] = single_figures(single, limits.own_minimum_n)
    if fivefold.n >= limits.own_minimum_n:
        found["v2"] = fivefold_figures(fivefold, limits.own_minimum_n)
    return found


def _decided_later(until: datetime) -> Any:
    """What a rating's status was at an instant, if something was decided about it since."""
    d = RATING_DECISION.c
    return (
        select(d.before)
        .where(d.rating == RATING.c.id, d.at >= until)
        .order_by(d.at, d.id)
        .limit(1)
        .correlate(RATING)
        .scalar_subquery()
    )
