"""An evaluation with all that it is built on: loaded whole, judged by the rules, shown whole.

Its record is published from the first evidence or realisation of the round on, and anew with each change of evidence,
realisation or feedback: a command that carries the version seen carries everything that its author saw.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.files.carried import HERE
from backend.identity.models import ASSIGNMENT
from backend.identity.rules.roles import holds
from backend.identity.service.tree import Tree
from backend.performance.evaluation_bodies import EvaluationBody, FeedbackBody
from backend.performance.models import (
    Achievement,
    Evaluation,
    Evidence,
    Feedback,
    Objection,
    Period,
    Plan,
    PlanVersion,
    Realisation,
    WorkResult,
)
from backend.performance.rules import objections, rounds
from backend.performance.rules.predicate import prefilled
from backend.performance.rules.steps import FINAL, LOCKED, Progress, next_step, without_evidence
from backend.performance.rules.values import VALUES
from backend.performance.rules.words import written
from backend.performance.service.showing import appraisers, both_sides
from sync.clock import to_ms, wire
from sync.errors import Refusal
from sync.ids import derived
from sync.writing import Writing

EVALUATION, FEEDBACK, PLAN = "skp_evaluation", "skp_feedback", "skp"
RUNNING = ("persetujuan", "evaluasi", "ditutup", "final")
"""States of a plan that can be carried out and evaluated."""
NOT_FOUND = "Penilaian ini tidak ditemukan. Tulisan Anda tetap tersimpan untuk disalin."


@dataclass(slots=True)
class Case:
    """``row`` is the evaluation; the lists hold what counts for its round, RHK in the order of the plan."""

    plan: Plan
    period: Period
    row: Evaluation
    results: Sequence[WorkResult]
    evidence: Sequence[Evidence]
    feedback: Sequence[Feedback]
    realisations: Sequence[Realisation]
    achievement: str | None = None
    headed: str | None = None
    """The unit that the employee heads, if any."""

    @property
    def final(self) -> bool:
        """Whether it was set (*tetapkan*)."""
        return self.row.finalised_at is not None

    @property
    def prefill(self) -> str | None:
        """The rating that a head starts from."""
        return None if self.achievement is None else prefilled(self.achievement)

    @property
    def begun(self) -> bool:
        """Whether the appraiser has begun."""
        return bool(self.feedback)

    @property
    def progress(self) -> Progress:
        """What the rules judge."""
        return Progress(
            results={one.id: f"RHK {n}" for n, one in enumerate(self.results, 1)},
            values={one.code: one.label for one in VALUES},
            evidence=frozenset(one.rhk for one in self.evidence if counts(one)),
            feedback=frozenset(
                about for one in self.feedback if is_said(one) and (about := one.rhk or one.value) is not None
            ),
            rating_result=self.row.rating_result,
            rating_behaviour=self.row.rating_behaviour,
        )

    @property
    def basis(self) -> str:
        """A digest of evidence, realisation and feedback: other ones, another digest."""
        parts = [f"{one.id}{one.state}{one.withdrawn_at}" for one in self.evidence]
        parts += [f"{one.id}{one.updated_at}" for one in self.realisations]
        parts += [f"{one.id}{[file['state'] for file in one.files]}" for one in self.feedback]
        return hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()[:16]


def counts(one: Evidence) -> bool:
    """Evidence counts when the server holds all its bytes, or it is an address; withdrawn it does not."""
    return one.withdrawn_at is None and (one.link is not None or one.state == HERE)


def is_said(one: Feedback) -> bool:
    """A sentence or a picture that is here."""
    return bool(written(one.text)) or any(file["state"] == HERE for file in one.files)


def results_of(rows: Sequence[WorkResult], approved: frozenset[str]) -> list[WorkResult]:
    """The RHK of the approved version, *utama* first, in their order."""
    return sorted((one for one in rows if one.id in approved), key=_place)


def _place(one: WorkResult) -> tuple[bool, int, str]:
    return one.kind != "utama", 10_001 if one.order is None else one.order, one.id


async def ensure(w: Writing, plan: Plan, round: str, today: date) -> Case:
    """The case of a plan's round, locked until the commit; begun if nothing of it is there yet.

    Raises ``state`` for a plan that is not approved, ``invalid`` for a round that the period does not have or that has
    not begun. ``today``: a date of the agency.
    """
    period = await w.session.get(Period, plan.period)
    assert period is not None
    if plan.approved_version is None or plan.status not in RUNNING:
        raise Refusal("state", "SKP ini belum disetujui. Tulisan Anda tetap tersimpan untuk disalin.")
    if not rounds.allowed(period.rhythm, round) or not rounds.overlaps(round, period.year, plan.start, plan.end):
        raise Refusal("invalid", "Periode penilaian ini tidak ada pada SKP ini. Tulisan Anda tetap tersimpan.")
    if today < max(rounds.bounds(round, period.year)[0], plan.start):
        raise Refusal("invalid", "Periode penilaian ini belum mulai. Tulisan Anda tetap tersimpan untuk disalin.")
    months = rounds.months(round, period.year, plan.start, plan.end, period.start)
    row = {
        "id": derived(plan.id, round), "agency": w.agency, "plan": plan.id, "person": plan.person, "unit": plan.unit,
        "year": plan.year, "round": round, "version": 0, "step": LOCKED, "reason": "", "appraiser": plan.appraiser,
        "appraiser_name": plan.appraiser_name, "by_name": "", "months": months, "document": "", "updated_at": w.now,
    }  # fmt: skip
    on_postgres = w.session.get_bind().dialect.name == "postgresql"
    statement: Any = (postgresql.insert if on_postgres else sqlite.insert)(Evaluation).values(row)
    await w.session.execute(statement.on_conflict_do_nothing())
    return await load(w.session, derived(plan.id, round), lock=True)


async def load(session: AsyncSession, evaluation: str, *, lock: bool = False) -> Case:
    """The case of an evaluation. Raises ``not_found``."""
    query = select(Evaluation).where(col(Evaluation.id) == evaluation)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = (await session.execute(query)).scalars().first()
    plan = None if row is None else await session.get(Plan, row.plan)
    period = None if plan is None else await session.get(Period, plan.period)
    if row is None or plan is None or period is None:
        raise Refusal("not_found", NOT_FOUND)
    same_round = () if row.round == rounds.ANNUAL else (col(Evidence.round) == row.round,)
    evidence = select(Evidence).where(col(Evidence.plan) == plan.id, *same_round).order_by(col(Evidence.at))
    feedback = select(Feedback).where(col(Feedback.evaluation) == row.id).order_by(col(Feedback.at), col(Feedback.id))
    realised = select(Realisation).where(col(Realisation.plan) == plan.id, col(Realisation.round) == row.round)
    results = select(WorkResult).where(col(WorkResult.plan) == plan.id)
    headed = await _headed(session, plan, row)
    return Case(
        plan=plan,
        period=period,
        row=row,
        results=results_of(list((await session.execute(results)).scalars()), await _approved(session, plan)),
        evidence=list((await session.execute(evidence)).scalars()),
        feedback=_last(list((await session.execute(feedback)).scalars())),
        realisations=list((await session.execute(realised)).scalars()),
        achievement=None if headed is None else await _achieved(session, headed, row),
        headed=headed,
    )


async def _approved(session: AsyncSession, plan: Plan) -> frozenset[str]:
    """The RHK of the version in force: what is being revised, or was when the plan was closed, is nobody's to rate."""
    v = PlanVersion
    query = select(col(v.content)).where(col(v.plan) == plan.id, col(v.version) == plan.approved_version)
    content = (await session.execute(query)).scalar()
    return frozenset(one["id"] for one in content["results"]) if content else frozenset()


def _last(rows: Sequence[Feedback]) -> list[Feedback]:
    """The last one of each result and value counts."""
    return list({one.rhk or one.value: one for one in rows}.values())


async def _headed(session: AsyncSession, plan: Plan, row: Evaluation) -> str | None:
    a = ASSIGNMENT.c
    query = select(a.unit, a.start, a.end).where(a.person == plan.person, a.kind == "head")
    last = rounds.bounds(row.round, row.year)[1]
    found = [one.unit for one in await session.execute(query) if holds(one.start, one.end, min(last, plan.end))]
    return found[0] if found else plan.unit if plan.form == "jpt" else None


async def _achieved(session: AsyncSession, unit: str, row: Evaluation) -> str | None:
    c = Achievement
    query = select(col(c.value)).where(
        col(c.agency) == row.agency, col(c.unit) == unit, col(c.year) == row.year, col(c.round) == row.round
    )
    return (await session.execute(query)).scalar()


def last_day(case: Case, tree: Tree) -> date | None:
    """Until when the employee may object, a date of the agency; ``None`` before *final*."""
    if case.row.finalised_at is None:
        return None
    calendar = tree.settings_at(case.row.finalised_at).calendar
    accepted = None if case.row.received_at is None else tree.today(case.row.received_at)
    received = objections.receipt_day(
        tree.today(case.row.finalised_at), accepted, lambda day: bool(calendar.intervals(day)),
        case.period.receipt_days,
    )  # fmt: skip
    return objections.last_day(received, case.period.objection_days)


async def show(w: Writing, case: Case, tree: Tree | None = None) -> None:
    """Publish an evaluation as it stands, with its feedback, to whoever may see them; a final one needs ``tree``."""
    row, progress = case.row, case.progress
    row.step = FINAL if case.final else next_step(progress)
    row.updated_at = w.now
    await w.session.flush()
    bare = set(without_evidence(progress))
    seen_by = await audience(w, case)
    until = None if tree is None else last_day(case, tree)
    body = EvaluationBody(
        plan=case.plan.id, employee=case.plan.person, employee_name=case.plan.person_name, unit=row.unit,
        year=row.year, round=row.round, evaluation_version=row.version, step=row.step,
        missing=[id for id, name in progress.results.items() if name in bare], basis=case.basis,
        rating_result=row.rating_result, rating_behaviour=row.rating_behaviour, predicate=row.predicate,
        prefill=case.prefill, reason=row.reason or None, appraiser=row.appraiser, appraiser_name=row.appraiser_name,
        by=row.by, by_name=row.by_name or None, acting=row.by is not None and row.by != row.appraiser,
        root=case.plan.root, months=row.months, finalised_at=_instant(row.finalised_at),
        received_at=_instant(row.received_at), object_until=until, document=row.document or None,
        document_date=row.document_date,
    )  # fmt: skip
    w.publish(EVALUATION, row.id, body, seen_by)
    for one in case.feedback:
        said = FeedbackBody(
            evaluation=row.id, plan=case.plan.id, rhk=one.rhk, value=one.value, text=one.text, files=one.files,
            account=one.account, at=wire(to_ms(one.at)),
        )  # fmt: skip
        w.publish(FEEDBACK, one.id, said, seen_by)


async def audience(w: Writing, case: Case) -> frozenset[str]:
    """Whoever appraises now, of a root HR; once it is final who gave it and the employee, HR then reads it online,
    logged; who decides an objection."""
    deciders = frozenset(name for one in await _deciders(w, case) for name in deciding(one))
    if not case.final:
        hr = {one for one in both_sides(case.plan) if one.startswith("role:")} if case.plan.root else set()
        return appraisers(case.plan) | hr | deciders
    own = {f"person:{case.plan.person}"}
    gave = set() if case.row.appraiser is None else {f"person:{case.row.appraiser}", f"acting:{case.row.appraiser}"}
    return frozenset(own | gave) | deciders


def deciding(decider: str) -> set[str]:
    """Who decides an objection: the appraiser's superior, or who acts for that person today."""
    return {f"person:{decider}", f"acting:{decider}"}


def without_roles(audiences: frozenset[str]) -> frozenset[str]:
    """Single people, and who acts for them."""
    return frozenset(one for one in audiences if not one.startswith("role:"))


async def _deciders(w: Writing, case: Case) -> list[str]:
    query = select(col(Objection.decider)).where(
        col(Objection.evaluation) == case.row.id, col(Objection.decider).is_not(None)
    )
    return [one for one in (await w.session.execute(query)).scalars() if one is not None]


def _instant(at: Any) -> str | None:
    return None if at is None else wire(to_ms(at))
