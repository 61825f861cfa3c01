"""Taking results over from an older plan: each unchanged one carries a mark, and submitting wants a tick for it."""

from __future__ import annotations

from backend.performance import bodies
from backend.performance.models import IndicatorRow, Plan, WorkResult
from backend.performance.ports import Ports
from backend.performance.rules import plan as rules
from backend.performance.service.showing import show_plan, show_whole
from backend.performance.service.stored import GONE, ROW, copied_digest, counts, locked_plan, note, whole
from sync.errors import Refusal
from sync.ids import derived
from sync.writing import Item, Writing


async def copy(_ports: Ports, w: Writing, item: Item) -> None:
    """``skp.copy``: results and rows under ids that follow from the old ones, so that copying twice copies once.

    A link to the superior's result of another year becomes a provisional text. Raises ``not_found``.
    """
    args: bodies.CopyArgs = item.args
    plan = await locked_plan(w, item.record)
    source = await w.session.get(Plan, args.source)
    if source is None or source.agency != w.agency or source.person != plan.person or source.id == plan.id:
        raise Refusal("not_found", GONE)
    all_, old = await whole(w, plan), await whole(w, source)
    known = {one.id for one in all_.results}
    fresh = [one for one in old.live() if derived(plan.id, one.id) not in known]
    if len(known) + len(fresh) > rules.MAX_RESULTS:
        raise Refusal("invalid", f"Paling banyak {rules.MAX_RESULTS} RHK. Tidak ada yang disalin.")
    for one in fresh:
        rows = [row for row in old.rows_of(one) if counts(row, source.approach)]
        _take(w, plan, source, one, rows)
    plan.copied_from, plan.updated_at = source.id, w.now
    await note(w, item, plan, "salin", plan.status, source=source.id)
    await w.session.flush()
    show_plan(w, plan)
    show_whole(w, await whole(w, plan))


def _take(w: Writing, plan: Plan, source: Plan, one: WorkResult, rows: list[IndicatorRow]) -> None:
    id = derived(plan.id, one.id)
    same_year = source.period == plan.period
    result = WorkResult(
        id=id, agency=w.agency, plan=plan.id, order=one.order, kind=one.kind, text=one.text,
        perspective=one.perspective if plan.form == rules.JPT else None, assigned_by=one.assigned_by,
        provisional=one.superior_text or one.provisional,
        copied_year=source.year if one.copied is None or copied_digest(one, rows) != one.copied else one.copied_year,
    )  # fmt: skip
    taken = []
    if source.approach == plan.approach:
        for row in rows:
            said = {name: getattr(row, name) for name in ROW}
            taken.append(IndicatorRow(
                id=derived(plan.id, row.id), agency=w.agency, plan=plan.id, rhk=id, order=row.order, **said
            ))  # fmt: skip
    if not same_year:
        result.copied = copied_digest(result, taken)
    w.session.add_all([result, *taken])
