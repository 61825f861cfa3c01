"""Finding people to propose, who is due in a period, and the whole history of a case: reading, nothing else."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.applications.models import ApplicationHistory, ServiceDefinition
from backend.applications.ports import Ports, Subject
from backend.applications.rules.definition import Service
from backend.applications.rules.names import search_key
from backend.applications.rules.periods import due_list, find
from backend.applications.service import subjects
from backend.applications.service.stored import as_service
from backend.identity.models import PERSON
from backend.identity.rules.roles import CLOSED_STATUSES
from sync.clock import Clock

PAGE = 25
CIVIL_SERVANT = "PNS"
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody with what would speak against a proposal: sentences that refuse, sentences that a reason passes."""

    subject: Subject
    missing: tuple[str, ...]
    warnings: tuple[str, ...]


async def service_of(session: AsyncSession, agency: str, id: str) -> Service | None:
    """A version of a service of the agency."""
    row = await session.get(ServiceDefinition, id)
    return as_service(row) if row is not None and row.agency == agency else None


async def people(
    session: AsyncSession, ports: Ports, clock: Clock, agency: str, service: Service, typed: str,
    units: Collection[str] | None,
) -> tuple[list[Found], bool]:  # fmt: skip
    """Employees of these units (``None``: of the agency) by any part of the name, by name; at most a page, and whether
    there are more. Case, accents, spaces, apostrophes and titles do not matter."""
    key = search_key(typed[:_LONGEST])
    if not key:
        return [], False
    p = PERSON.c
    query = (
        select(p.id)
        .where(
            p.agency == agency, p.kind != "EXTERNAL", p.status.not_in(CLOSED_STATUSES),
            p.name_key.contains(key, autoescape=True),
        )
        .order_by(p.name_key, p.id)
        .limit(PAGE + 1)
    )  # fmt: skip
    if service.periods is not None:
        query = query.where(p.kind == CIVIL_SERVANT)
    if units is not None:
        query = query.where(p.unit.in_(sorted(units)))
    ids = list((await session.execute(query)).scalars())
    found = await told(session, ports, clock, agency, ids[:PAGE])
    return [judged(service, found[id]) for id in ids[:PAGE] if id in found], len(ids) > PAGE


async def told(
    session: AsyncSession, ports: Ports, clock: Clock, agency: str, ids: Sequence[str]
) -> Mapping[str, Subject]:
    """People with what all rooms tell of them."""
    known = await ports.house.subjects(session, agency, ids)
    office = await ports.house.office(session, agency, clock.now())
    more = await ports.evaluations.facts(session, agency, ids, office.today)
    return {
        id: Subject(
            one.id, one.name, one.identifier, one.unit, one.unit_name, {**one.facts, **more.get(id, {})}, one.warning
        )
        for id, one in known.items()
    }


def judged(service: Service, subject: Subject) -> Found:
    """What would speak against proposing somebody."""
    missing = tuple(fault.text for fault in subjects.faults(service, subject))
    return Found(subject, missing, (subject.warning,) if subject.warning else ())


async def due(
    session: AsyncSession, ports: Ports, clock: Clock, agency: str, service: Service, period: str,
    units: Collection[str] | None,
) -> list[tuple[Found, str]]:  # fmt: skip
    """Who is due in a period, each with the kind, by name; nobody else."""
    chosen = None if service.periods is None else find(service.periods, period)
    if chosen is None or service.periods is None:
        return []
    p = PERSON.c
    query = (
        select(p.id)
        .where(p.agency == agency, p.kind == CIVIL_SERVANT, p.status.not_in(CLOSED_STATUSES))
        .order_by(p.name_key, p.id)
    )
    if units is not None:
        query = query.where(p.unit.in_(sorted(units)))
    ids = list((await session.execute(query)).scalars())
    known = await ports.house.subjects(session, agency, ids)
    kinds = due_list(service.periods, chosen, [(id, known[id].facts) for id in ids if id in known])
    return [(judged(service, known[id]), kinds[id]) for id in ids if id in kinds]


async def history(session: AsyncSession, agency: str, application: str) -> Sequence[ApplicationHistory]:
    """Every act on a case, oldest first; whether the viewer sees the case was judged before."""
    query = (
        select(ApplicationHistory)
        .where(col(ApplicationHistory.agency) == agency, col(ApplicationHistory.application) == application)
        .order_by(col(ApplicationHistory.at), col(ApplicationHistory.id))
    )
    return (await session.execute(query)).scalars().all()
