"""What happens by itself: routing after 15 working minutes, closing after silence, leaving the desk's window."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.jobs import service as jobs
from backend.jobs.runner import DueJob
from backend.questions import rules
from backend.questions.models import Question
from backend.questions.ports import Ports
from backend.questions.rules import State
from backend.questions.service import notices, routing
from backend.questions.service.desk_facts import load_facts
from backend.questions.service.escalation import ESCALATE_JOB
from backend.questions.service.intake import LAPSE_JOB, ROUTE_JOB
from backend.questions.service.thread import load, publish, spread
from sync.actors import Actor, system_actor
from sync.ids import derived
from sync.writing import Item, Writing

WINDOW_JOB = "question.window"
WINDOW_BATCH = 200


class Engine(Protocol):
    """The part of the sync engine that a timer needs."""

    async def execute(self, actor: Actor, kind: str, record: str, args: Mapping[str, Any], *, id: str) -> Any:
        """Run one mutation; the same id again has no further effect."""
        ...

    def writing(self, agency: str) -> AbstractAsyncContextManager[Writing]:
        """One write transaction that may publish."""
        ...


async def route_now(ports: Ports, w: Writing, item: Item) -> None:
    """``question.route``: nobody filtered it in time, so it goes to the unit of its category; else void."""
    question = await load(w, item.record)
    if State(question.state) is not State.NEW:
        return
    facts = await load_facts(w.session, ports, w.agency, w.now)
    operators = await routing.route(w, ports, facts, [question])
    await w.session.flush()
    publish(w, facts.office.root, question)
    await notices.tell_unit(w, facts, operators, [question])


def job_functions(engine: Engine, ports: Ports) -> Mapping[str, Callable[[DueJob], Awaitable[None]]]:
    """What the job runner calls for each kind of timed act of this room."""

    async def act(job: DueJob) -> None:
        agency = job.agency or ""
        question = str(job.payload["question"])
        await engine.execute(system_actor(agency), job.kind, question, {}, id=job.act)

    async def escalate(job: DueJob) -> None:
        agency, payload = job.agency or "", job.payload
        args = {"level": int(payload["level"]), "clockFrom": str(payload["clockFrom"])}
        await engine.execute(system_actor(agency), job.kind, str(payload["question"]), args, id=job.act)

    async def leave(job: DueJob) -> None:
        agency = job.agency or ""
        while True:
            async with engine.writing(agency) as w:
                left = await leave_window(ports, w)
                if left < WINDOW_BATCH:
                    await arm_window(w.session, agency, w.now)
                    return

    return {ROUTE_JOB: act, LAPSE_JOB: act, ESCALATE_JOB: escalate, WINDOW_JOB: leave}


async def arm_window(session: AsyncSession, agency: str, now: datetime) -> None:
    """Let the nightly pass over the desk's window of an agency happen next night (18.00 UTC: 01.00 WIB)."""
    night = now.replace(hour=18, minute=0, second=0, microsecond=0)
    if night <= now:
        night += timedelta(days=1)
    await jobs.schedule(session, WINDOW_JOB, derived(agency, WINDOW_JOB), night, {}, agency)


async def leave_window(ports: Ports, w: Writing) -> int:
    """Take at most 200 threads that ended 30 days ago out of the desk's feed; returns how many.

    The asker keeps them; the desk reads them online.
    """
    stale = (
        col(Question.agency) == w.agency,
        col(Question.desk).is_(True),
        col(Question.ended_at) < w.now - rules.DESK_WINDOW,
    )
    due = select(col(Question.id)).where(*stale).order_by(col(Question.ended_at)).limit(WINDOW_BATCH)
    ids = list((await w.session.execute(due)).scalars())
    if not ids:
        return 0
    await w.lock("question", ids)  # a reply may have come in between: what counts is the row under the lock
    rows = await w.session.execute(select(Question).where(col(Question.id).in_(ids), *stale))
    leaving = list(rows.scalars())
    for question in leaving:
        question.desk = False
    await w.session.flush()
    office = await ports.house.office(w.session, w.agency)
    await spread(w, office.root, leaving)
    return len(ids)
