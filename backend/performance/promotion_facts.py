"""What the work plans tell of somebody whose promotion is proposed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.identity.models import PERSON
from backend.identity.service.directory import Directory
from backend.performance.models import Evaluation, Plan
from backend.performance.rules import rounds
from backend.performance.rules.credit_points import COEFFICIENTS
from backend.performance.rules.predicate import NEEDS_WORK, POOR, VERY_POOR
from backend.performance.rules.promotion import Stretch, points_met

YEARS = 2
BELOW_GOOD = (NEEDS_WORK, POOR, VERY_POOR)
FUNCTIONAL = "JF"


class PlanFacts:
    """Fills the port of service applications: final yearly evaluations of the last two years, and credit points."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    async def facts(self, session: AsyncSession, agency: str, people: Sequence[str], day: date) -> Mapping[str, Any]:
        """By person: ``evaluations`` and ``evaluationsPoor``, ``None`` (known to be empty) without a final one;
        ``creditPointsMet``, ``None`` where the paper alone can tell. Two statements more if the agency has set how many
        points a level needs."""
        e = Evaluation
        query = (
            select(col(e.person), col(e.predicate), func.count())
            .where(
                col(e.agency) == agency, col(e.person).in_(sorted(set(people))), col(e.round) == rounds.ANNUAL,
                col(e.finalised_at).is_not(None), col(e.year) >= day.year - YEARS, col(e.year) <= day.year,
            )
            .group_by(col(e.person), col(e.predicate))
        )  # fmt: skip
        found: dict[str, dict[str, int]] = {}
        for person, predicate, count in await session.execute(query):
            one = found.setdefault(person, {"evaluations": 0, "evaluationsPoor": 0})
            one["evaluations"] += count
            one["evaluationsPoor"] += count if predicate in BELOW_GOOD else 0
        met = await self._credit(session, agency, people, day)
        none: dict[str, Any] = {"evaluations": None, "evaluationsPoor": None}
        return {person: none | found.get(person, {}) | {"creditPointsMet": met.get(person)} for person in people}

    async def _credit(
        self, session: AsyncSession, agency: str, people: Sequence[str], day: date
    ) -> Mapping[str, bool | None]:
        """Whether each one's points are enough; only of those whose level has a need, a coefficient and a TMT."""
        tree = await self._directory.trees.get(session, agency)
        body = tree.settings_at(self._directory.clock.now()).body
        needs: Mapping[str, str] = body.get("credit_needs") or {}
        coefficients = {**COEFFICIENTS, **(body.get("credit_coefficients") or {})}
        if not needs:
            return {}
        p, e = PERSON.c, Evaluation
        who = select(p.id, p.position_level, p.tmt_rank).where(
            p.agency == agency, p.id.in_(sorted(set(people))), p.position_type == FUNCTIONAL,
            p.tmt_rank.is_not(None), p.position_level.in_(sorted(needs)),
        )  # fmt: skip
        about = {row.id: row for row in await session.execute(who) if row.position_level in coefficients}
        query = (
            select(col(e.person), col(e.year), col(e.months), col(e.predicate))
            .join(Plan, col(Plan.id) == col(e.plan))
            .where(
                col(e.agency) == agency, col(e.person).in_(sorted(about)), col(e.round) == rounds.ANNUAL,
                col(e.finalised_at).is_not(None), col(e.months) > 0,
            )
            .order_by(col(e.person), col(e.year), col(Plan.turn))
        )  # fmt: skip
        stretches: dict[str, list[Stretch]] = {id: [] for id in about}
        for row in await session.execute(query):
            stretches[row.person].append(Stretch(row.year, row.months, row.predicate or ""))
        return {
            id: points_met(
                stretches[id], str(coefficients[row.position_level]), Decimal(needs[row.position_level]),
                row.tmt_rank, day,
            )
            for id, row in about.items()
        }  # fmt: skip
