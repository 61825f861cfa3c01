"""Another appraiser: what was carried out and evaluated so far goes to the new one and leaves the old one."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import col

from backend.performance.models import DailyLog, Dialogue, Evaluation, Evidence, Plan, Realisation
from backend.performance.service import cases, execution
from backend.performance.service.showing import both_sides
from sync.writing import Writing


async def hand_over(w: Writing, plan: Plan) -> None:
    """Publish log, dialogue, realisation, evidence and open evaluations to whoever appraises the plan now.

    A final evaluation stays with who gave it.
    """
    seen_by = cases.without_roles(both_sides(plan))
    for log in (await w.session.execute(select(DailyLog).where(col(DailyLog.plan) == plan.id))).scalars():
        w.publish(execution.LOG, log.id, execution.log_body(log), seen_by)
    for note in (await w.session.execute(select(Dialogue).where(col(Dialogue.plan) == plan.id))).scalars():
        w.publish(execution.DIALOGUE, note.id, execution.dialogue_body(note), seen_by)
    for done in (await w.session.execute(select(Realisation).where(col(Realisation.plan) == plan.id))).scalars():
        w.publish(execution.REALISATION, done.id, execution.realisation_body(done), seen_by)
    for proof in (await w.session.execute(select(Evidence).where(col(Evidence.plan) == plan.id))).scalars():
        w.publish(execution.EVIDENCE, proof.id, execution.evidence_body(proof, plan.person), seen_by)
    open_ones = select(col(Evaluation.id)).where(
        col(Evaluation.plan) == plan.id, col(Evaluation.finalised_at).is_(None)
    )
    for id in (await w.session.execute(open_ones)).scalars().all():
        case = await cases.load(w.session, id, lock=True)
        case.row.appraiser, case.row.appraiser_name = plan.appraiser, plan.appraiser_name
        await cases.show(w, case)
