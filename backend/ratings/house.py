"""The ports of the room, filled from identity."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select

from backend.calendar import rules as hours
from backend.identity.models import AGENCY, ASSIGNMENT, PERSON, UNIT
from backend.identity.rules.names import full_name
from backend.identity.rules.phones import parse_phone
from backend.identity.rules.roles import CLOSED_STATUSES
from backend.identity.service.directory import Directory
from backend.ratings.ports import Agency, Officer, On, Posting, Site


@dataclass(frozen=True, slots=True)
class _Phones:
    """The numbers of an agency's people as they were at a mark that moves with every change."""

    mark: tuple[Any, ...]
    owners: Mapping[str, frozenset[str]]


class IdentityHouse:
    """Fills :class:`backend.ratings.ports.House`. Agencies are kept by their ``tree_version``, so that all server
    processes see a change with their next request."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._agencies: dict[str, tuple[int, date, Agency]] = {}
        self._phones: dict[str, _Phones] = {}

    async def agency(self, on: On, agency: str) -> Agency:
        """The agency as it is now. Raises ``LookupError``."""
        tree = await self._directory.trees.get(on, agency)
        now = self._directory.clock.now()
        key = (tree.version, tree.today(now))
        known = self._agencies.get(agency)
        if known is not None and known[:2] == key:
            return known[2]
        settings = tree.settings_at(now)
        query = select(UNIT.c.id, UNIT.c.calendar).where(UNIT.c.agency == agency, UNIT.c.calendar.is_not(None))
        own = {row.id: hours.parse(row.calendar) for row in await on.execute(query) if row.calendar}
        sites = {
            node.id: Site(node.id, node.code, node.name, own.get(node.id, settings.calendar))
            for node in tree.nodes.values()
            if node.site and tree.in_force(node.id, key[1]) is not None
        }
        found = Agency(
            id=agency,
            code=tree.code,
            name=tree.name,
            root=tree.root,
            zone=settings.zone,
            contact=str((settings.body.get("contacts") or {}).get("phone") or ""),
            services=frozenset(settings.body.get("services") or ()),
            sites=sites,
        )
        self._agencies[agency] = (*key, found)
        return found

    async def agency_by_code(self, on: On, code: str) -> Agency | None:
        """The agency of that code (any case), if there is one."""
        query = select(AGENCY.c.id).where(AGENCY.c.code == code.upper())
        found = (await on.execute(query)).scalar_one_or_none()
        return None if found is None else await self.agency(on, found)

    async def officers(self, on: On, agency: str, people: Collection[str]) -> Mapping[str, Officer]:
        """These people of the agency; unknown ones are left out."""
        p = PERSON.c
        query = select(p.id, p.front_title, p.name, p.back_title, p.photo, p.unit, p.status).where(
            p.agency == agency, p.id.in_(list(people)), p.kind != "EXTERNAL"
        )
        return {
            row.id: Officer(
                id=row.id,
                name=full_name(row.front_title, row.name, row.back_title),
                photo=row.photo,
                unit=row.unit,
                active=row.status not in CLOSED_STATUSES,
            )
            for row in await on.execute(query)
        }

    async def postings(self, on: On, agency: str, people: Collection[str], day: date) -> Sequence[Posting]:
        """At which sites these people serve on a local date, the earliest begun first."""
        a = ASSIGNMENT.c
        query = (
            select(a.person, a.unit)
            .where(
                a.agency == agency,
                a.person.in_(list(people)),
                a.kind == "site",
                a.start <= day,
                or_(a.end.is_(None), a.end >= day),
            )
            .order_by(a.start, a.id)
        )
        return [Posting(row.person, row.unit) for row in await on.execute(query) if row.unit]

    async def phone_owners(self, on: On, agency: str) -> Mapping[str, frozenset[str]]:
        """E.164 number to the employees of the agency who gave it as their own.

        Read anew when any of them was added, imported or edited; the numbers stay in memory only.
        """
        p = PERSON.c
        ours = (p.agency == agency, p.phone.is_not(None))
        marks = select(func.count(), func.max(p.created), func.max(p.edited), func.max(p.source_updated)).where(*ours)
        mark = tuple((await on.execute(marks)).one())
        known = self._phones.get(agency)
        if known is None or known.mark != mark:
            owners: dict[str, set[str]] = {}
            for row in await on.execute(select(p.id, p.phone).where(*ours)):
                number = parse_phone(row.phone)
                if not number.error:
                    owners.setdefault(number.e164, set()).add(row.id)
            known = _Phones(mark, {number: frozenset(people) for number, people in owners.items()})
            self._phones[agency] = known
        return known.owners
