"""Reading a plan with all that belongs to it, under the lock that every change of it takes first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from backend.performance.models import IndicatorRow, Period, Plan, PlanEvent, PlanVersion, WorkResult
from backend.performance.rules import plan as rules
from sync.errors import Refusal
from sync.ids import derived, uuid7
from sync.writing import Item, Writing

GONE = "SKP ini tidak ditemukan. Tulisan Anda tetap tersimpan untuk disalin."
LINK = ("kind", "superior_rhk", "provisional", "assigned_by")
WRITTEN = (*LINK, "order", "text", "perspective", "agreement_item", "ticked", "removed")
"""What the employee writes of a result, as columns."""
ROW = ("approach", "aspect", "indicator", "target", "unit", "narrative")
ROW_WRITTEN = (*ROW, "order", "removed")


@dataclass(slots=True)
class Whole:
    """A plan with its results and rows, in the order of the screen; removed ones are there too."""

    plan: Plan
    results: list[WorkResult]
    rows: list[IndicatorRow]

    def live(self) -> list[WorkResult]:
        """The results that count."""
        return [one for one in self.results if not one.removed]

    def rows_of(self, result: WorkResult) -> list[IndicatorRow]:
        """The rows of a result that count."""
        return [row for row in self.rows if row.rhk == result.id and not row.removed]


def plan_id(period: str, person: str, turn: int = 1) -> str:
    """The id of a plan follows from whose it is: two phones that begin it offline begin the same one."""
    return derived(period, f"{person}:{turn}")


async def locked_plan(w: Writing, id: str) -> Plan:
    """The plan, locked until the commit. Raises ``not_found``."""
    query = select(Plan).where(col(Plan.id) == id, col(Plan.agency) == w.agency).with_for_update()
    found = (await w.session.execute(query, execution_options={"populate_existing": True})).scalars().first()
    if found is None:
        raise Refusal("not_found", GONE)
    return found


async def period_of(w: Writing, plan: Plan) -> Period:
    """The settings of the plan's year."""
    found = await w.session.get(Period, plan.period)
    assert found is not None
    return found


async def whole(w: Writing, plan: Plan) -> Whole:
    """Everything that belongs to a plan."""
    fresh = {"populate_existing": True}
    results = await w.session.execute(
        select(WorkResult).where(col(WorkResult.plan) == plan.id), execution_options=fresh
    )
    rows = await w.session.execute(
        select(IndicatorRow).where(col(IndicatorRow.plan) == plan.id), execution_options=fresh
    )
    return Whole(plan, sorted(results.scalars(), key=_place), sorted(rows.scalars(), key=_place))


def _place(row: WorkResult | IndicatorRow) -> tuple[int, str]:
    return (row.order if row.order is not None else 10_001, row.id)


async def seen_whole(w: Writing, item: Item) -> list[tuple[str, str, int]]:
    """What whoever submits or approves must have seen: the header, every result, every row, as they are now.

    The header is locked already: whoever writes in any part of a plan locks it first.
    """
    await w.lock_keys([key for key in await _keys(w, item.record) if key[0] != "skp"])
    await locked_plan(w, item.record)
    return await versions(w, [("skp", item.record), *await _keys(w, item.record)])


async def seen_rows(w: Writing, item: Item) -> list[tuple[str, str, int]]:
    """Every row of the plan: who switches the approach must have seen them."""
    keys = [key for key in await _keys(w, item.record) if key[0] == "skp_indicator"]
    await w.lock_keys(keys)
    await locked_plan(w, item.record)
    return await versions(w, [key for key in await _keys(w, item.record) if key[0] == "skp_indicator"])


async def seen_result(w: Writing, item: Item) -> list[tuple[str, str, int]]:
    """A result and its rows: who removes it must have seen them."""
    result = await w.session.get(WorkResult, item.record)
    if result is None or result.agency != w.agency:
        raise Refusal("not_found", GONE)
    await locked_plan(w, result.plan)
    found = await w.session.execute(select(col(IndicatorRow.id)).where(col(IndicatorRow.rhk) == item.record))
    return await versions(w, [("skp_rhk", item.record), *(("skp_indicator", id) for id in found.scalars())])


async def _keys(w: Writing, plan: str) -> list[tuple[str, str]]:
    await w.flush()
    results = await w.session.execute(select(col(WorkResult.id)).where(col(WorkResult.plan) == plan))
    rows = await w.session.execute(select(col(IndicatorRow.id)).where(col(IndicatorRow.plan) == plan))
    return [("skp_rhk", id) for id in results.scalars()] + [("skp_indicator", id) for id in rows.scalars()]


async def versions(w: Writing, keys: Sequence[tuple[str, str]]) -> list[tuple[str, str, int]]:
    """The present versions of records of the feed; deleted ones are left out."""
    found: list[tuple[str, str, int]] = []
    for kind in sorted({kind for kind, _ in keys}):
        records = await w.current(kind, [id for name, id in keys if name == kind])
        found += [(kind, id, record.version) for id, record in records.items() if not record.deleted]
    return found


def content_of(all_: Whole) -> dict[str, Any]:
    """A plan as it is read, by wire name: what a version keeps and what is printed."""
    plan = all_.plan
    return {
        "year": plan.year, "start": plan.start.isoformat(), "end": plan.end.isoformat(), "form": plan.form,
        "approach": plan.approach, "employee": plan.person, "employeeName": plan.person_name,
        "position": plan.position, "unitName": plan.unit_name, "superior": plan.appraiser,
        "superiorName": plan.appraiser_name, "terms": dict(plan.terms),
        "results": [_result(all_, one) for one in all_.live()],
    }  # fmt: skip


def _result(all_: Whole, one: WorkResult) -> dict[str, Any]:
    said = {
        "id": one.id, "kind": one.kind, "text": one.text, "perspective": one.perspective,
        "agreementItem": one.agreement_item, "superiorRhk": one.superior_rhk, "superiorText": one.superior_text,
        "assignedBy": one.assigned_by, "unchangedSince": unchanged_since(one, all_.rows_of(one)),
    }  # fmt: skip
    rows = [
        {"id": row.id, "aspect": row.aspect, "indicator": row.indicator, "target": row.target, "unit": row.unit,
         "narrative": row.narrative}
        for row in all_.rows_of(one)
        if counts(row, all_.plan.approach)
    ]  # fmt: skip
    return {**{name: value for name, value in said.items() if value is not None}, "rows": rows}


def counts(row: IndicatorRow, approach: str) -> bool:
    """Whether a row says something under the approach; what was written under the other one is kept, unused."""
    if approach == rules.QUALITATIVE:
        return bool((row.narrative or "").strip())
    return bool((row.indicator or "").strip() or (row.target or "").strip() or row.aspect)


def unchanged_since(result: WorkResult, rows: Sequence[IndicatorRow]) -> int | None:
    """The year that a copied result still says what it said in, ``None`` once it says something else."""
    if result.copied is None:
        return None
    return result.copied_year if copied_digest(result, rows) == result.copied else None


def copied_digest(result: WorkResult, rows: Sequence[IndicatorRow]) -> str:
    """See :func:`backend.performance.rules.plan.copied_digest`."""
    fields = {"text": result.text, "kind": result.kind, "perspective": result.perspective}
    said = [{name: getattr(row, name) for name in ROW[1:]} for row in rows if not row.removed]
    return rules.copied_digest(fields, said)


async def note(w: Writing, item: Item, plan: Plan, act: str, before: str, reason: str = "", **detail: Any) -> None:
    """One row of the plan's history."""
    w.session.add(PlanEvent(
        id=uuid7(), agency=w.agency, plan=plan.id, act=act, before=before, after=plan.status, version=plan.version,
        account=None if item.actor.system else item.actor.account, actor_name=item.actor.name, at=w.now, reason=reason,
        detail=detail,
    ))  # fmt: skip


async def version_row(w: Writing, plan: Plan, number: int) -> PlanVersion | None:
    """One version of a plan."""
    query = select(PlanVersion).where(col(PlanVersion.plan) == plan.id, col(PlanVersion.version) == number)
    return (await w.session.execute(query)).scalars().first()


async def approved_versions(w: Writing, plan: Plan) -> Sequence[PlanVersion]:
    """Every version that was in force once, oldest first."""
    query = select(PlanVersion).where(col(PlanVersion.plan) == plan.id, col(PlanVersion.outcome) == "persetujuan")
    return (await w.session.execute(query.order_by(col(PlanVersion.version)))).scalars().all()
