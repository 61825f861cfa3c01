"""MPPH: who serves which result. A row an employee, a column an RHK of the superior, in the cells the linked RHK."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import and_, case, func, or_, select, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.performance.models import Plan, WorkResult
from backend.performance.service.views import PAGE, Scope, period_of
from sync.errors import Refusal
from sync.ids import is_uuid

EXTRA, UNLINKED = "tambahan", "belum_bertaut"


def _within(scope: Scope, period: str) -> list[Any]:
    found = [col(Plan.agency) == scope.agency, col(Plan.period) == period]
    if scope.superior is not None:
        found.append(col(Plan.appraiser) == scope.superior)
    elif scope.units is not None:
        found.append(col(Plan.unit).in_(sorted(scope.units)))
    return found


async def matrix(session: AsyncSession, scope: Scope, year: int, after: str | None = None) -> dict[str, Any]:
    """``{"columns", "rows", "totals", "total", "people", "cursor"}``; 50 people a page.

    ``totals``: of all people of the scope, by column, with *tambahan*, *belum bertaut* and ``elsewhere`` (columns of
    other pages): they add up to ``total``, as the rows of all pages do. Removed RHK are not stored work.
    """
    period = await period_of(session, scope.agency, year)
    plans, more = await _page(session, scope, period.id, after)
    results = await _results(session, [one.id for one in plans])
    columns = await _columns(session, period.id, scope.agency, plans, results)
    totals = await _totals(session, scope, period.id, [one["id"] for one in columns])
    total = totals.pop("")
    by_plan: Mapping[str, list[WorkResult]] = defaultdict(list)
    for one in results:
        by_plan[one.plan].append(one)
    last = plans[-1] if plans else None
    return {
        "year": year,
        "columns": [{**one, "total": totals.get(one["id"], 0)} for one in columns],
        "rows": [_row(plan, by_plan[plan.id]) for plan in plans],
        "totals": {EXTRA: totals[EXTRA], UNLINKED: totals[UNLINKED], "elsewhere": total - sum(totals.values())},
        "total": total,
        "people": await _people(session, scope, period.id),
        "cursor": f"{last.id}:{last.person_name}" if more and last is not None else None,
    }


async def _page(session: AsyncSession, scope: Scope, period: str, after: str | None) -> tuple[Sequence[Plan], bool]:
    query = select(Plan).where(*_within(scope, period)).order_by(col(Plan.person_name), col(Plan.id)).limit(PAGE + 1)
    if after is not None:
        id, _, name = after.partition(":")
        if not is_uuid(id):
            raise Refusal("invalid", "Lanjutan daftar ini tidak terbaca. Muat ulang daftar dari awal.")
        behind = and_(col(Plan.person_name) == name, col(Plan.id) > id)
        query = query.where(or_(col(Plan.person_name) > name, behind))
    found = list((await session.execute(query)).scalars())
    return found[:PAGE], len(found) > PAGE


async def _results(session: AsyncSession, plans: Sequence[str]) -> Sequence[WorkResult]:
    r = WorkResult
    query = select(r).where(col(r.plan).in_(plans), col(r.removed).is_not(True)).order_by(col(r.order), col(r.id))
    return list((await session.execute(query)).scalars()) if plans else []


async def _columns(
    session: AsyncSession, period: str, agency: str, plans: Sequence[Plan], results: Sequence[WorkResult]
) -> list[dict[str, Any]]:
    """The RHK of the page's superiors, and whatever the page's RHK are linked to."""
    r, owner = WorkResult, Plan
    above = sorted({one.appraiser for one in plans if one.appraiser is not None})
    linked = sorted({one.superior_rhk for one in results if one.superior_rhk is not None and one.kind != "tambahan"})
    of_superiors = (
        col(owner.period) == period, col(owner.person).in_(above), col(owner.approved_version).is_not(None),
        col(r.removed).is_not(True),
    )  # fmt: skip
    shown: Any = select(
        col(r.id).label("id"), col(r.text).label("text"), col(owner.person).label("person"),
        col(owner.person_name).label("name"), col(r.order).label("place"),
    ).join(owner, col(owner.id) == col(r.plan)).where(col(owner.agency) == agency)  # fmt: skip
    # Each half goes by its own index; one condition with "or" would read every result of the agency.
    found = union(shown.where(*of_superiors), shown.where(col(r.id).in_(linked))).subquery().c
    if not above and not linked:
        return []
    return [
        {"id": row.id, "text": row.text or "", "owner": row.person, "ownerName": row.name}
        for row in await session.execute(select(*found).order_by(found.name, found.place, found.id))
    ]


async def _totals(session: AsyncSession, scope: Scope, period: str, columns: Sequence[str]) -> dict[str, int]:
    """Counts of all people of the scope: whole, *tambahan*, *belum bertaut*, and of the page's columns by id."""
    r = WorkResult
    extra = case((col(r.kind) == EXTRA, 1), else_=0)
    unlinked = case((and_(func.coalesce(col(r.kind), "") != EXTRA, col(r.superior_rhk).is_(None)), 1), else_=0)
    whole = (
        select(func.count().label("n"), func.sum(extra).label("extra"), func.sum(unlinked).label("unlinked"))
        .select_from(r)
        .join(Plan, col(Plan.id) == col(r.plan))
        .where(*_within(scope, period), col(r.removed).is_not(True))
    )
    row = (await session.execute(whole)).one()
    found = {"": row.n, EXTRA: int(row.extra or 0), UNLINKED: int(row.unlinked or 0)}
    by_column = (
        select(col(r.superior_rhk), func.count())
        .join(Plan, col(Plan.id) == col(r.plan))
        .where(*_within(scope, period), col(r.removed).is_not(True), func.coalesce(col(r.kind), "") != EXTRA)
        .where(col(r.superior_rhk).in_(columns))
        .group_by(col(r.superior_rhk))
    )
    if columns:
        found |= {str(one[0]): one[1] for one in await session.execute(by_column)}
    return found


def _place(kind: str | None, superior_rhk: str | None) -> str:
    """Where a result stands: under a superior's RHK, *tambahan*, or *belum bertaut*."""
    return EXTRA if kind == "tambahan" else superior_rhk or UNLINKED


async def _people(session: AsyncSession, scope: Scope, period: str) -> int:
    query = select(func.count()).select_from(Plan).where(*_within(scope, period))
    return int((await session.execute(query)).scalar_one())


def _row(plan: Plan, results: Sequence[WorkResult]) -> dict[str, Any]:
    cells: dict[str, list[dict[str, str]]] = {}
    for one in results:
        cells.setdefault(_place(one.kind, one.superior_rhk), []).append({"id": one.id, "text": one.text or ""})
    return {
        "plan": plan.id, "person": plan.person, "name": plan.person_name, "position": plan.position,
        "status": plan.status, "cells": cells, "total": len(results),
    }  # fmt: skip
