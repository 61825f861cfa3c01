"""Another approved version: what was rated of the one before is rated anew."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import col

from backend.performance.models import Evaluation, Plan
from backend.performance.service import cases
from sync.writing import Writing


async def begin_anew(w: Writing, plan: Plan) -> None:
    """Open evaluations lose their rating of results, and show what the new version holds.

    Feedback, and the rating of behaviour, stay; realisation may be written again until results are rated anew.
    """
    query = select(col(Evaluation.id)).where(col(Evaluation.plan) == plan.id, col(Evaluation.finalised_at).is_(None))
    for id in sorted((await w.session.execute(query)).scalars()):
        case = await cases.load(w.session, id, lock=True)
        case.row.rating_result, case.row.predicate, case.row.reason = None, None, ""
        await cases.show(w, case)
