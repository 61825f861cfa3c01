"""Reading what evaluations came to: distribution, one evaluation for HR, awards, credit points, the data pull."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.identity.models import PERSON
from backend.identity.rules.names import full_name
from backend.identity.rules.numbers import parse_nip, show_nip
from backend.identity.service.tree import Tree
from backend.performance.models import (
    Achievement,
    AwardHeld,
    CountingDate,
    Evaluation,
    EvaluationVersion,
    Plan,
)
from backend.performance.rules import credit_points, rounds
from backend.performance.rules.awards import DUE, LATE, UPCOMING, AwardError, Awards, award_due
from backend.performance.rules.distribution import warnings
from backend.performance.rules.predicate import ACHIEVEMENT_LABELS, PREDICATE_LABELS, PREDICATES
from sync.errors import Refusal

PULL_MOST = 500
_p = PERSON.c


async def distribution(
    session: AsyncSession, agency: str, units: frozenset[str] | None, unit: str, year: int, round: str
) -> dict[str, Any]:
    """Final predicates of the people of ``units`` (``None``: all) against what ``unit`` achieved: a warning."""
    e, a = Evaluation, Achievement
    where = [
        col(e.agency) == agency, col(e.year) == year, col(e.round) == round, col(e.finalised_at).is_not(None),
    ]  # fmt: skip
    if units is not None:
        where.append(col(e.unit).in_(sorted(units)))
    query = select(col(e.predicate), func.count()).where(*where).group_by(col(e.predicate))
    counts = {row[0]: row[1] for row in await session.execute(query) if row[0] is not None}
    said = select(col(a.value)).where(
        col(a.agency) == agency, col(a.unit) == unit, col(a.year) == year, col(a.round) == round
    )
    achievement = (await session.execute(said)).scalar()
    return {
        "title": rounds.title(round, year),
        "n": sum(counts.values()),
        "counts": [
            {"predicate": code, "label": PREDICATE_LABELS[code], "n": counts.get(code, 0)} for code in PREDICATES
        ],
        "achievement": achievement,
        "achievementLabel": ACHIEVEMENT_LABELS.get(achievement or "", ""),
        "warnings": warnings(achievement or "", counts),
    }


async def for_hr(session: AsyncSession, agency: str, evaluation: str, units: frozenset[str]) -> dict[str, Any]:
    """Ratings and predicate of a final evaluation, its versions with them; feedback is not HR's to read.

    Raises ``not_found``, also for one that is not final yet.
    """
    row = await session.get(Evaluation, evaluation)
    if row is None or row.agency != agency or row.finalised_at is None or row.unit not in units:
        raise Refusal("not_found", "Penilaian ini tidak ditemukan atau belum ditetapkan.")
    c = EvaluationVersion
    query = select(c).where(col(c.evaluation) == row.id).order_by(col(c.version))
    return {
        "id": row.id,
        "round": row.round,
        "versions": [_shown(one) for one in (await session.execute(query)).scalars()],
    }


_TOLD = (
    "employee", "employeeName", "unitName", "position", "year", "round", "months", "ratingResult", "ratingBehaviour",
    "predicate", "predicateLabel", "appraiserName", "byName", "finalisedAt", "document",
)  # fmt: skip


def _shown(one: EvaluationVersion) -> dict[str, Any]:
    return {"version": one.version, **{name: one.content.get(name) for name in _TOLD}}


@dataclass(frozen=True, slots=True)
class Pulled:
    """One version of a final evaluation as other systems get it; ``number`` orders them."""

    number: int
    content: Mapping[str, Any]
    evaluation: str
    version: int


async def pull(session: AsyncSession, agency: str, after: int, limit: int) -> tuple[Sequence[Pulled], bool]:
    """Final versions with a number above ``after``, and whether there are more. The same question, the same answer."""
    c = EvaluationVersion
    size = max(1, min(limit, PULL_MOST))
    query = (
        select(c).where(col(c.agency) == agency, col(c.number) > after).order_by(col(c.number)).limit(size + 1)
    )  # fmt: skip
    found = list((await session.execute(query)).scalars())
    shown = [Pulled(one.number, one.content, one.evaluation, one.version) for one in found[:size]]
    return shown, len(found) > size


async def awards(
    session: AsyncSession, tree: Tree, units: frozenset[str] | None, today: date, lead_months: int = 6
) -> dict[str, Any]:
    """PNS whose long-service award is late, due or near, the longest late first, and who cannot be counted and why."""
    query = (
        select(_p.id, _p.name, _p.front_title, _p.back_title, _p.nip, _p.unit, _p.tmt_cpns)
        .where(_p.agency == tree.agency, _p.kind == "PNS", _p.status.not_in(("pensiun", "keluar")))
        .order_by(_p.name_key, _p.id)
    )
    if units is not None:
        query = query.where(_p.unit.in_(sorted(units)))
    held = await _held(session, tree.agency)
    counted = await _counting(session, tree.agency)
    rows, unclear = [], []
    for one in await session.execute(query):
        number = parse_nip(one.nip or "", today)
        start = counted.get(one.id) or one.tmt_cpns
        name = full_name(one.front_title, one.name, one.back_title)
        try:
            found = award_due(
                "PNS", None if start is None else start.isoformat(),
                number.service_start if number.ok and number.kind == "PNS" else None, f"{today:%Y-%m}",
                held.get(one.id, ()), lead_months,
            )  # fmt: skip
        except AwardError as error:
            unclear.append({"person": one.id, "name": name, "code": error.code})
            continue
        if any(state.state in (LATE, DUE, UPCOMING) for state in found.classes):
            rows.append(_award_row(one.id, name, one.nip, tree.unit_name(one.unit), found, one.id in counted))
    rows.sort(key=lambda row: (-row["monthsLate"], row["name"]))
    return {"asOf": f"{today:%Y-%m}", "rows": rows, "unclear": unclear}


def _award_row(
    person: str, name: str, nip: str | None, unit: str, found: Awards, recounted: bool
) -> dict[str, Any]:  # fmt: skip
    states = {one.name: one for one in found.classes}
    late = states[found.propose].months_late if found.propose else 0
    return {
        "person": person, "name": name, "nip": show_nip(nip or ""), "unitName": unit, "countFrom": found.count_from,
        "recounted": recounted, "warnings": list(found.warnings), "propose": found.propose, "monthsLate": late,
        "classes": [
            {"class": one.name, "due": one.due, "state": one.state, "monthsLate": one.months_late}
            for one in found.classes
        ],
    }  # fmt: skip


async def _held(session: AsyncSession, agency: str) -> Mapping[str, list[str]]:
    query = select(col(AwardHeld.person), col(AwardHeld.award)).where(col(AwardHeld.agency) == agency)
    found: dict[str, list[str]] = {}
    for person, award in await session.execute(query):
        found.setdefault(person, []).append(award)
    return found


async def _counting(session: AsyncSession, agency: str) -> Mapping[str, date]:
    """The latest counting date that HR entered for each person."""
    c = CountingDate
    query = select(col(c.person), col(c.start)).where(col(c.agency) == agency).order_by(col(c.at), col(c.id))
    return {row.person: row.start for row in await session.execute(query)}


async def unit_of(session: AsyncSession, agency: str, person: str) -> str | None:
    """Where somebody of the agency works."""
    found: str | None = (await session.execute(select(_p.unit).where(_p.agency == agency, _p.id == person))).scalar()
    return found


async def credit(session: AsyncSession, tree: Tree, person: str, coefficients: Mapping[str, str]) -> dict[str, Any]:
    """Credit points of somebody in a functional post, from the final annual evaluations; lines add up as printed.

    ``{"level", "coefficient", "lines", "total"}``; without a level or without a line there is no total, only why.
    """
    who = (
        await session.execute(
            select(_p.position_type, _p.position_level).where(_p.agency == tree.agency, _p.id == person)
        )
    ).first()
    level = None if who is None or who.position_type != "JF" else who.position_level
    coefficient = coefficients.get(level or "")
    if coefficient is None:
        return {
            "level": level,
            "lines": [],
            "why": "Angka kredit hanya untuk jabatan fungsional yang jenjangnya terisi.",
        }
    e = Evaluation
    query = (
        select(col(e.year), col(e.months), col(e.predicate), col(Plan.turn))
        .join(Plan, col(Plan.id) == col(e.plan))
        .where(col(e.agency) == tree.agency, col(e.person) == person, col(e.round) == rounds.ANNUAL)
        .where(col(e.finalised_at).is_not(None), col(e.months) > 0)
        .order_by(col(e.year), col(Plan.turn))
    )
    rows = (await session.execute(query)).all()
    if not rows:
        return {"level": level, "lines": [], "why": "Belum ada penilaian tahunan yang final."}
    found = credit_points.credit_points(
        [credit_points.Line(row.predicate or "", row.months, coefficient) for row in rows]
    )
    return {
        "level": level,
        "coefficient": coefficient,
        "lines": [
            {
                "year": row.year, "months": row.months, "predicate": row.predicate,
                "predicateLabel": PREDICATE_LABELS[row.predicate], "points": points,
            }
            for row, points in zip(rows, found.items, strict=True)
        ],
        "total": found.total,
    }  # fmt: skip
