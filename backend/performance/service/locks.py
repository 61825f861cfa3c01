"""One order of locks: the header record of a plan before anything that belongs to it, headers in order of their ids.

Whoever holds the header record holds the plan; the row locks of plan and evaluation come after it. People and the tree
of superiors come last.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from backend.performance.models import (
    DailyLog,
    Evaluation,
    Evidence,
    Feedback,
    IndicatorRow,
    Objection,
    Realisation,
    WorkResult,
)
from sync.writing import Item, Writing

PLAN = "skp"
Above = Callable[[Writing, Sequence[Item]], Awaitable[Iterable[tuple[str, str]]]]


def part_of(model: type[WorkResult | IndicatorRow | Realisation | Evidence | DailyLog | Evaluation]) -> Above:
    """Headers of the plans whose parts the items name, by the stored row or, for a new one, by what it says."""

    async def above(w: Writing, items: Sequence[Item]) -> Iterable[tuple[str, str]]:
        rows: Any = model
        query = select(col(rows.plan)).where(col(rows.id).in_(sorted({item.record for item in items})))
        said = {id for item in items if (id := getattr(item.args, "plan", None)) is not None}
        return [(PLAN, id) for id in {*(await w.session.execute(query)).scalars(), *said}]

    return above


async def above_evaluation(w: Writing, items: Sequence[Item]) -> Iterable[tuple[str, str]]:
    """The same for what names an evaluation in its args."""
    return await headers(w, {item.args.evaluation for item in items})


def about_evaluation(model: type[Feedback | Objection]) -> Above:
    """The same for what is stored about an evaluation."""

    async def above(w: Writing, items: Sequence[Item]) -> Iterable[tuple[str, str]]:
        rows: Any = model
        query = select(col(rows.evaluation)).where(col(rows.id).in_(sorted({item.record for item in items})))
        return await headers(w, (await w.session.execute(query)).scalars())

    return above


async def headers(w: Writing, evaluations: Iterable[str]) -> list[tuple[str, str]]:
    """Headers of the plans of these evaluations."""
    query = select(col(Evaluation.plan)).where(col(Evaluation.id).in_(sorted(set(evaluations))))
    return [(PLAN, id) for id in set((await w.session.execute(query)).scalars())]
