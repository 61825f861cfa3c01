"""The ports of the room, filled from identity: units, people, role grants, presence by devices last seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

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
