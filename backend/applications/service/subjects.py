"""Whom a case is about, as all rooms tell it now; what an open case repeats of that is brought up to date."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import col

from backend.applications.models import Application, ApplicationOutput, Party, PartyOfficer
from backend.applications.ports import Ports, Subject
from backend.applications.rules.definition import Service
from backend.applications.rules.definition import Subject as About
from backend.applications.rules.fault import Fault
from backend.applications.rules.periods import proposal_faults
from backend.applications.rules.states import State
from backend.applications.service.reopening import open_lacks
from backend.applications.service.showing import show_case
from backend.applications.service.stored import CASE, Whole, imported, locked, whole
from sync.writing import Writing

OPEN = frozenset({State.DRAFT, State.RETURNED})
"""States in which the applicant reads how ready the case is."""
FIRST = "00000000-0000-0000-0000-000000000000"
BATCH = 100
"""Cases looked at in one transaction."""


async def employees(ports: Ports, w: Writing, ids: Sequence[str]) -> dict[str, Subject]:
    """Employees with what all rooms tell of them; no statement more as their number grows."""
    office = await ports.house.office(w.session, w.agency, w.now)
    known = await ports.house.subjects(w.session, w.agency, ids)
    more = await ports.evaluations.facts(w.session, w.agency, sorted(known), office.today)
    return {
        id: Subject(
            one.id, one.name, one.identifier, one.unit, one.unit_name, {**one.facts, **more.get(id, {})}, one.warning
        )
        for id, one in known.items()
    }


async def employee_subject(ports: Ports, w: Writing, id: str) -> Subject | None:
    """One employee."""
    return (await employees(ports, w, [id])).get(id)


def faults(service: Service, subject: Subject) -> list[Fault]:
    """Why nobody can begin a case for this subject yet, by name of what is empty: without a unit nobody would see the
    case, data of the personnel file that the service asks for is needed."""
    found = proposal_faults(service, subject.facts)
    if service.subject is About.EMPLOYEE and subject.unit is None:
        text = "Unit kerja kosong. Minta petugas melengkapi."
        found.insert(0, Fault("subject.unit", "FACT_EMPTY", text))
    return found


async def party_subject(w: Writing, officer: PartyOfficer) -> Subject:
    """A party with what the house knows of it and of the officer."""
    party = await w.session.get(Party, officer.party)
    assert party is not None
    query = select(col(ApplicationOutput.id)).where(col(ApplicationOutput.subject) == party.id).limit(1)
    has_output = (await w.session.execute(query)).first() is not None
    facts = {
        "name": party.name, "officer": officer.name, "approved": officer.approved_at is not None,
        "previousOutput": has_output,
    }  # fmt: skip
    return Subject(party.id, party.name, "", None, "", facts)


async def refresh(ports: Ports, w: Writing, all_: Whole, account: str) -> None:
    """Ask the house again before it judges: what is sent is judged by what is so now."""
    if all_.service.subject is About.PARTY:
        officer = await w.session.get(PartyOfficer, account, populate_existing=True)
        if officer is None or officer.party != all_.app.subject:
            return
        _take(all_, await party_subject(w, officer))
    else:
        _take(all_, await employee_subject(ports, w, all_.app.subject))


async def look_again(ports: Ports, w: Writing, all_: Whole) -> None:
    """The same while an employee's case is filled in, so that its author reads what *kirim* would answer."""
    if all_.state in OPEN and all_.service.subject is About.EMPLOYEE:
        _take(all_, await employee_subject(ports, w, all_.app.subject))


def _take(all_: Whole, subject: Subject | None) -> None:
    if subject is not None:
        all_.app.facts = dict(subject.facts)
        all_.app.imported = imported(all_.service, subject.facts)
        all_.app.subject_name = subject.name


async def settle(ports: Ports, w: Writing, after: str = FIRST) -> tuple[int, str]:
    """Part of the nightly work: a batch of open cases of employees, by id after ``after``, of whom something else is
    known by now. How many changed, and the last id looked at (empty: there are no more)."""
    a = Application
    query = (
        select(col(a.id), col(a.subject), col(a.facts))
        .where(
            col(a.agency) == w.agency, col(a.subject_kind) == About.EMPLOYEE, col(a.state).in_(sorted(OPEN)),
            col(a.erased_at).is_(None), col(a.id) > after,
        )
        .order_by(col(a.id))
        .limit(BATCH)
    )  # fmt: skip
    rows = (await w.session.execute(query)).all()
    known = await employees(ports, w, sorted({row.subject for row in rows}))
    stale = [row.id for row in rows if row.subject in known and dict(known[row.subject].facts) != row.facts]
    await w.lock(CASE, stale)
    for id in stale:
        all_ = await whole(w, await locked(w, id))
        if all_.state in OPEN:
            _take(all_, known[all_.app.subject])
            await w.session.flush()
            await open_lacks(w, all_)
            await show_case(w, all_)
    return len(stale), rows[-1].id if rows else ""
