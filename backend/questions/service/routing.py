"""Routing that never blocks: to the operator on duty with the least to do, else to the queue of the unit."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import case, func, select
from sqlmodel import col

from backend.questions import rules
from backend.questions.models import Question
from backend.questions.ports import Officer, Ports
from backend.questions.rules import Act, Candidate, State
from backend.questions.service import measures
from backend.questions.service.desk_facts import Facts
from backend.questions.service.thread import event
from sync.actors import system_actor
from sync.writing import Writing

AUTOMATIC, BY_OFFICER = "otomatis", "petugas"
_BUSY = (State.FILTERED, State.FORWARDED, State.AWAITING_ASKER)


async def on_duty(w: Writing, ports: Ports, facts: Facts, role: str) -> frozenset[str]:
    """The accounts of a role at work now: active within ten minutes, in office hours."""
    if not facts.is_open:
        return frozenset()
    return await ports.presence.active(w.session, w.agency, role, w.now - rules.ON_DUTY)


async def route(w: Writing, ports: Ports, facts: Facts, questions: Sequence[Question]) -> list[Officer]:
    """Route unfiltered questions to the units of their categories, and to operators who are on duty there.

    Marks them ``otomatis`` with an event each; publishes nothing. Returns the agency's operators.
    """
    operators = list(await ports.house.officers(w.session, w.agency, "OPR", w.now))
    active = await on_duty(w, ports, facts, "OPR")
    present = [operator for operator in operators if operator.account in active]
    loads = await _loads(w, present)
    system = system_actor(w.agency)
    for question in questions:
        names = {one.account: one.name for one in facts.of_unit(present, question.unit)}
        chosen = rules.pick_operator(loads[account] for account in sorted(names))
        before = State(question.state)
        question.state = State.FILTERED
        question.filtered_by, question.filtered_at = AUTOMATIC, w.now
        measures.fix_filter(facts.office, question)
        if chosen is not None:
            question.holder, question.holder_name = chosen, names[chosen]
            loads[chosen] = Candidate(chosen, loads[chosen].open + 1, w.now)
        event(w, question, Act.ROUTE, before, system, unit=question.unit, holder=chosen, category=question.category)
    return operators


async def _loads(w: Writing, operators: Sequence[Officer]) -> dict[str, Candidate]:
    accounts = sorted({operator.account for operator in operators})
    loads = {account: Candidate(account, 0, None) for account in accounts}
    if not accounts:
        return loads
    busy = func.sum(case((col(Question.state).in_(_BUSY), 1), else_=0))
    found = await w.session.execute(
        select(col(Question.holder), busy, func.max(col(Question.filtered_at)))
        .where(col(Question.agency) == w.agency, col(Question.holder).in_(accounts))
        .group_by(col(Question.holder))
    )
    loads.update({row[0]: Candidate(row[0], int(row[1]), row[2]) for row in found})
    return loads
