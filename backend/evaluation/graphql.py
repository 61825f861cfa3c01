"""Reading the question service as a whole: figures for those who lead it."""

# Under its plugin strawberry's decorators carry no types; nothing but strawberry calls what they decorate.
# mypy: disable-error-code="untyped-decorator"

from __future__ import annotations

from typing import cast

import strawberry

from backend.calendar.periods import Period, read_period
from backend.context import JSON, RequestContext
from backend.evaluation.models import EvaluationReport
from backend.evaluation.ports import QuestionMeasures
from backend.evaluation.service import figures, recaps, reports, surveys, visits
from backend.evaluation.service.room import LEADERS, quarter, stamp
from backend.identity.graphql.common import Info, directory, tree, working_as
from backend.identity.service.tree import Tree
from sync.actors import Actor
from sync.errors import Refusal
from sync.ids import is_uuid


def measures(context: RequestContext) -> QuestionMeasures:
    """The questions as figures."""
    return cast(QuestionMeasures, context.ports["question_measures"])


def period_given(code: str) -> Period:
    """The period of a code. Raises ``invalid``."""
    found = read_period(code)
    if found is None:
        raise Refusal("invalid", "Periode ditulis 2026-11 atau 2026-Q4. Pilih dari daftar.")
    return found


def within(actor: Actor, units: Tree, unit: str | None) -> frozenset[str] | None:
    """The units in charge that the caller reads: all (``None``), the grant's, or one of them with all below.

    Raises ``not_found`` for a unit that the grant does not cover.
    """
    if unit is None:
        return None if units.root in actor.scope else actor.scope
    if unit not in actor.scope or unit not in units.nodes:
        raise Refusal("not_found", "Unit tidak ditemukan. Pilih unit dari daftar.")
    return None if unit == units.root else units.below(unit)


@strawberry.type(description="A quarter's evaluation report.")
class EvaluationRow:
    """``state``: draf, final; ``texts``: what people wrote, by part."""

    id: strawberry.ID
    period: str
    title: str
    state: str
    texts: JSON
    final_at: str | None


@strawberry.type
class Query:
    """What the room answers online."""

    @strawberry.field(description="Figures of a period (2026-11, 2026-Q4); for KTM, PIM, KPL, PGW, ADM.")
    async def question_figures(
        self,
        info: Info,
        period: str,
        unit: strawberry.ID | None = None,
        kind: str | None = None,
        category: str | None = None,
    ) -> JSON:
        """As :func:`backend.evaluation.service.figures.figures` gives them. Raises ``invalid``, ``not_found``."""
        context = info.context
        actor = await working_as(context, LEADERS, "question.figures", kind="question")
        given, units = period_given(period), await tree(context)
        chosen = within(actor, units, None if unit is None else str(unit))
        async with context.db.read() as session:
            now = context.clock.now()
            found = await figures.figures(
                session, measures(context), units, given, now, chosen, kind=kind, category=category
            )
        return JSON(found)

    @strawberry.field(description="Units that the caller may choose figures of, and today's local date.")
    async def figure_choices(self, info: Info) -> JSON:
        """``{"units": [{"id", "name"}], "kinds", "categories", "today"}``: units of the grant, words by code."""
        context = info.context
        actor = await working_as(context, LEADERS, "question.figure_choices", kind="question")
        units, now = await tree(context), context.clock.now()
        today = units.today(now)
        covered = [
            node
            for node in units.nodes.values()
            if node.id in actor.scope and node.id != units.root and units.in_force(node.id, today) is not None
        ]
        chosen = sorted(({"id": one.id, "name": one.name} for one in covered), key=lambda one: one["name"])
        async with context.db.read() as session:
            words = await measures(context).words(session, actor.agency)
        return JSON({**words, "units": chosen, "today": today.isoformat()})

    @strawberry.field(description="Evaluation reports, the latest quarter first; for KTM, PIM, KPL, PGW, ADM.")
    async def evaluation_reports(self, info: Info) -> list[EvaluationRow]:
        """Raises ``signed_out`` or ``forbidden``."""
        actor = await working_as(info.context, LEADERS, "evaluation.reports", kind="evaluation_report")
        async with info.context.db.read() as session:
            found = await reports.listed(session, actor.agency)
        return [_row(one) for one in found]

    @strawberry.field(description="All that an evaluation report says: six parts and the conclusion; for its readers.")
    async def evaluation_report(self, info: Info, id: strawberry.ID) -> JSON:
        """As :func:`backend.evaluation.service.reports.content` gives it. Raises ``not_found``."""
        context = info.context
        actor = await working_as(context, LEADERS, "evaluation.report", kind="evaluation_report", about=None)
        units = await tree(context)
        async with context.db.read() as session:
            found = await reports.report_of(session, actor.agency, str(id)) if is_uuid(str(id)) else None
            if found is None:
                raise Refusal("not_found", "Laporan tidak ditemukan. Muat ulang daftar laporan.")
            return JSON(await reports.content(session, measures(context), units, found, directory(context)))

    @strawberry.field(
        description="Both surveys of a quarter with comments, without names; for KTM, PIM, KPL, PGW, ADM."
    )
    async def survey_results(self, info: Info, period: str) -> JSON:
        """``{"users", "team", "comments"}``. Raises ``invalid``."""
        context = info.context
        actor = await working_as(context, LEADERS, "survey.results", kind="service_survey")
        units = await tree(context)
        since, until = figures.bounds(units, quarter(period), context.clock.now())
        async with context.db.read() as session:
            found = await surveys.results(session, actor.agency, since, until)
            return JSON({**found, "comments": await surveys.comments(session, actor.agency, since, until)})

    @strawberry.field(description="Visitors by month, before and after, and the saving; for leaders and LKT.")
    async def visitor_figures(self, info: Info) -> JSON:
        """As :func:`backend.evaluation.service.visits.compared` gives it, up to this month, with ``purposes``."""
        context = info.context
        await working_as(context, (*LEADERS, "LKT"), "visitors.figures", kind="visitor_month")
        units, now = await tree(context), context.clock.now()
        today = units.today(now)
        async with context.db.read() as session:
            found = await visits.compared(session, measures(context), units, now, f"{today:%Y-%m}")
            road = await visits.road(session, units, now)
        return JSON({**found, "road": road, "purposes": dict(visits.PURPOSES), "today": today.isoformat()})

    @strawberry.field(description="Visitors and employees of a year, for paper; for KTM, PIM, KPL, PGW, ADM.")
    async def service_recap(self, info: Info, year: int) -> JSON:
        """As :func:`backend.evaluation.service.recaps.recap` gives it. Raises ``invalid``."""
        context = info.context
        await working_as(context, LEADERS, "evaluation.recap", kind="employee")
        units = await tree(context)
        async with context.db.read() as session:
            return JSON(await recaps.recap(session, measures(context), units, year, context.clock.now()))


def _row(report: EvaluationReport) -> EvaluationRow:
    return EvaluationRow(
        id=strawberry.ID(report.id),
        period=report.period,
        title=quarter(report.period).title(),
        state=report.state,
        texts=JSON(report.texts),
        final_at=None if report.final is None else stamp(report.final),
    )
