"""Reading the question service as a whole: figures for those who lead it."""

# Under its plugin strawberry's decorators carry no types; nothing but strawberry calls what they decorate.
# mypy: disable-error-code="untyped-decorator"

from __future__ import annotations

from typing import cast

import strawberry

from backend.calendar.periods import Period, read_period
from backend.context import JSON, RequestContext
from backend.evaluation.ports import QuestionMeasures
from backend.evaluation.service import figures
from backend.identity.graphql.common import Info, tree, working_as
from backend.identity.service.tree import Tree
from sync.actors import Actor
from sync.errors import Refusal

LEADERS = ("KTM", "PIM", "KPL", "PGW", "ADM")


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


@strawberry.type
class Query:
    """What the room answers online."""

    @strawberry.field(description="Figures of a period (2026-11, 2026-Q4); for KTM, PIM, KPL, PGW, ADM.")
    async def question_figures(self, info: Info, period: str, unit: strawberry.ID | None = None) -> JSON:
        """As :func:`backend.evaluation.service.figures.figures` gives them. Raises ``invalid``, ``not_found``."""
        context = info.context
        actor = await working_as(context, LEADERS, "question.figures", kind="question")
        given, units = period_given(period), await tree(context)
        chosen = within(actor, units, None if unit is None else str(unit))
        async with context.db.read() as session:
            return JSON(await figures.figures(session, measures(context), units, given, context.clock.now(), chosen))

    @strawberry.field(description="Units that the caller may choose figures of, and today's local date.")
    async def figure_choices(self, info: Info) -> JSON:
        """``{"units": [{"id", "name"}], "today"}``: the units in charge of questions that the grant covers."""
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
        return JSON({"units": chosen, "today": today.isoformat()})
