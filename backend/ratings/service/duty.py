"""Who serves where: officers by site and day, entered turns of duty, officers by the number that they type."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.calendar import rules as hours
from backend.identity.models import ASSIGNMENT, PERSON
from backend.identity.rules import numbers
from backend.identity.rules.names import full_name, search_key
from backend.identity.rules.roles import holds
from backend.identity.service.tree import Node, On, Tree
from backend.ratings.rules import duty as rules
from backend.ratings.service.shifts import turns

AT_WORK = "aktif"
"""The only status of somebody who serves visitors: leave, study and what ended do not."""
INTERNAL = ("PNS", "PPPK", "NON_ASN")


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody whom a visitor may rate. ``name`` with titles; ``unit`` is where the person works."""

    id: str
    name: str
    position: str
    unit: str | None
    photo: str | None
    name_key: str

    def matches(self, text: str) -> bool:
        """Whether a search for part of the name finds this officer; an empty one finds everybody."""
        return search_key(text) in self.name_key


def _people(agency: str) -> Select[Any]:
    p = PERSON.c
    return (
        select(p.id, p.front_title, p.name, p.back_title, p.position, p.unit, p.photo, p.name_key)
        .where(p.agency == agency, p.status == AT_WORK, p.kind.in_(INTERNAL))
        .order_by(p.name_key, p.id)
    )


def _officer(row: Any) -> Officer:
    name = full_name(row.front_title, row.name, row.back_title)
    return Officer(row.id, name, row.position or "", row.unit, row.photo, row.name_key)


def sites(tree: Tree, day: date) -> list[Node]:
    """The agency's sites that are open on a day, the root first, then by name."""
    found = [node for node in tree.nodes.values() if node.site and holds(node.start, node.end, day)]
    return sorted(found, key=lambda node: (node.parent is not None, node.name))


def local_day(tree: Tree, site: str, at: datetime) -> date:
    """The date that the wall clock of a site shows at an instant."""
    node = tree.nodes.get(site)
    return hours.local_date((node.zone if node else None) or tree.zone_at(at), at)


async def officers(on: On, agency: str, ids: Collection[str] | None = None) -> list[Officer]:
    """Officers at work, by name; of these ids only, if given."""
    query = _people(agency)
    if ids is not None:
        query = query.where(PERSON.c.id.in_(list(ids)))
    return [_officer(row) for row in await on.execute(query)]


async def officer(on: On, agency: str, person: str) -> Officer | None:
    """One officer at work."""
    found = await officers(on, agency, [person])
    return found[0] if found else None


async def by_number(on: On, agency: str, typed: str) -> Officer | None:
    """The officer at work with this NIP or staff code, in whatever spelling. One statement, found or not."""
    digits = numbers.plain_number(typed)[:18]
    code = numbers.parse_staff_code(typed) or ""
    query = _people(agency).where(or_(PERSON.c.nip == digits, PERSON.c.staff_code == code)).limit(1)
    row = (await on.execute(query)).first()
    return None if row is None else _officer(row)


async def sites_of(on: On, tree: Tree, people: Collection[str], day: date) -> dict[str, list[str]]:
    """Person to the sites served on a day, the first one first: noted sites by their start, else the own unit."""
    a, p = ASSIGNMENT.c, PERSON.c
    noted = (
        select(a.person, a.unit, a.start, a.end)
        .where(a.agency == tree.agency, a.kind == "site", a.person.in_(list(people)), a.unit.is_not(None))
        .order_by(a.start, a.id)
    )
    found: dict[str, list[str]] = {}
    for row in await on.execute(noted):
        if holds(row.start, row.end, day) and _is_site(tree, row.unit, day):
            found.setdefault(row.person, []).append(row.unit)
    for person, unit in await on.execute(select(p.id, p.unit).where(p.id.in_(list(people)))):
        if person not in found and _is_site(tree, unit, day):
            found[person] = [unit]
    return found


async def serving(on: On, tree: Tree, site: str, day: date) -> list[Officer]:
    """The officers who serve a site on a day, by name."""
    a = ASSIGNMENT.c
    noted = select(a.person, a.start, a.end).where(a.agency == tree.agency, a.kind == "site", a.unit == site)
    candidates = {row.person for row in await on.execute(noted) if holds(row.start, row.end, day)}
    living = select(PERSON.c.id).where(PERSON.c.agency == tree.agency, PERSON.c.unit == site)
    candidates |= set((await on.execute(living)).scalars())
    places = await sites_of(on, tree, candidates, day)
    return await officers(on, tree.agency, [one for one in candidates if site in places.get(one, ())])


async def on_duty(session: AsyncSession, tree: Tree, site: str, at: datetime) -> Sequence[Officer]:
    """Who is on duty at a site now: those inside an entered turn; if there is none, who serves there that day."""
    entered = await turns(await session.connection(), tree.agency, site, at)
    serving_now = await serving(session, tree, site, local_day(tree, site, at))
    wanted = rules.on_duty(entered, [one.id for one in serving_now], at)
    known = {one.id: one for one in serving_now}
    guests = await officers(session, tree.agency, [id for id in wanted if id not in known])
    known |= {one.id: one for one in guests}
    return [known[id] for id in wanted if id in known]


def _is_site(tree: Tree, unit: str | None, day: date) -> bool:
    node = tree.in_force(unit, day)
    return node is not None and node.site
