"""The ports of the room, filled from identity: units, people, role grants, presence by devices last seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.identity.models import PERSON
from backend.identity.rules.numbers import parse_nip, parse_staff_code, plain_number
from backend.identity.rules.roles import CLOSED_STATUSES
from backend.identity.service.directory import Directory
from backend.questions import rules
from backend.questions.models import Question
from backend.questions.ports import Office, Officer, Person, Unit


class IdentityHouse:
    """Fills :class:`backend.questions.ports.House` and :class:`backend.questions.ports.Presence`."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    async def office(self, session: AsyncSession, agency: str) -> Office:
        """The agency as it is now. The target is the setting ``target_minutes`` (default 120)."""
        now = self._directory.clock.now()
        tree = await self._directory.trees.get(session, agency)
        settings, today = tree.settings_at(now), tree.today(now)
        return Office(
            root=tree.root,
            calendar=settings.calendar,
            target_minutes=int(settings.body.get("target_minutes") or rules.TARGET_MINUTES),
            units=[
                Unit(node.id, node.code, node.name, node.parent)
                for node in tree.nodes.values()
                if tree.in_force(node.id, today)
            ],
            answers="questions" in settings.body.get("services", ()),
        )

    async def people(self, session: AsyncSession, accounts: Sequence[str]) -> Mapping[str, Person]:
        """The people behind these accounts."""
        found = await self._directory.people(session, accounts)
        return {
            account: Person(account, one.name, one.identifier, one.unit, one.unit_name, one.kecamatan)
            for account, one in found.items()
        }

    async def officers(self, session: AsyncSession, agency: str, role: str, at: datetime) -> Sequence[Officer]:
        """Who holds a role in the agency at an instant."""
        found = await self._directory.officers(session, agency, role, at)
        return [Officer(one.account, one.name, one.grant_unit, one.unit) for one in found]

    async def named(self, session: AsyncSession, agency: str, identifiers: Sequence[str]) -> Mapping[str, str]:
        """NIP or staff code, as people write it, to the account; unknown and departed people are left out."""
        plain = {given: parse_staff_code(given) or plain_number(given) for given in identifiers}
        p = PERSON.c
        wanted = sorted(set(plain.values()))
        found = await session.execute(
            select(p.id, p.nip, p.staff_code).where(
                p.agency == agency, p.status.not_in(CLOSED_STATUSES), or_(p.nip.in_(wanted), p.staff_code.in_(wanted))
            )
        )
        known = {key: row.id for row in found for key in (row.nip, row.staff_code) if key is not None}
        return {given: known[key] for given, key in plain.items() if key in known}

    async def proven(self, session: AsyncSession, agency: str, identifier: str, birth: date) -> str | None:
        """The account of a number if its birth date is right, else ``None`` without saying what was wrong."""
        found = (await self.named(session, agency, [identifier])).get(identifier)
        born = await session.execute(select(PERSON.c.birth_date, PERSON.c.nip).where(PERSON.c.id == found))
        row = born.first()
        if row is None:
            return None
        known = row.birth_date or parse_nip(row.nip or "", birth).birth_date
        return found if known == birth else None

    async def active(self, session: AsyncSession, agency: str, role: str, since: datetime) -> frozenset[str]:
        """The accounts that hold the role and whose devices were seen since an instant (UTC)."""
        return await self._directory.active(session, agency, role, since)


class ThreadNames:
    """Who is talked about in a thread, for rooms that make something general of it."""

    async def names(self, session: AsyncSession, agency: str, question: str) -> Sequence[str]:
        """The asker's name; none for a thread that is not the agency's."""
        found = await session.execute(
            select(col(Question.asker_name)).where(col(Question.id) == question, col(Question.agency) == agency)
        )
        return list(found.scalars())
