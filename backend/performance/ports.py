"""What the room needs of other rooms, as a small protocol that the server fills in where it is wired."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from sync.actors import Actor
from sync.writing import Writing


@dataclass(frozen=True, slots=True)
class Employee:
    """Somebody who owes a plan, or stands above one. ``identifier`` is the full NIP: mask it before it leaves.

    ``form``: which form the position asks for today. ``root``: named by HR as standing below nobody.
    """

    id: str
    name: str
    identifier: str
    kind: str
    unit: str | None
    unit_name: str
    position: str
    form: str
    superior: str | None
    superior_name: str
    root: bool
    status: str


@dataclass(frozen=True, slots=True)
class Officer:
    """Holder of a role grant in force: the account and the units that the grant covers."""

    account: str
    units: frozenset[str]


class House(Protocol):
    """Facts of identity. No method costs more statements as its list grows."""

    async def today(self, session: AsyncSession, agency: str, now: datetime) -> date:
        """The date that the agency's wall clock shows."""
        ...

    async def employees(self, session: AsyncSession, agency: str, ids: Sequence[str]) -> Mapping[str, Employee]:
        """These people of the agency; unknown ones and those of others are left out."""
        ...

    async def root(self, session: AsyncSession, agency: str) -> str:
        """The agency's root unit."""
        ...

    async def unit_name(self, session: AsyncSession, agency: str, unit: str, day: date) -> str | None:
        """The name of a unit that is in force on the day, else ``None``."""
        ...

    async def chain(self, session: AsyncSession, agency: str, person: str) -> Sequence[str]:
        """The superiors above a person, nearest first; a ring ends where it closes."""
        ...

    async def officers(self, session: AsyncSession, agency: str, role: str, at: datetime) -> Sequence[Officer]:
        """Who holds a role in the agency at an instant."""
        ...

    async def hold_tree(self, w: Writing, person: str) -> None:
        """Before a person's superior changes: let those of an agency change one after the other, or two changes at
        once could close a ring."""
        ...

    async def move(self, w: Writing, actor: Actor, person: str, superior: str) -> None:
        """Note another direct superior of a person from today on, as ``actor`` decided."""
        ...

    async def stand_in(
        self, session: AsyncSession, agency: str, id: str, acting: str, appraiser: str, start: date, end: date
    ) -> None:
        """Let somebody appraise in another's place, both days included."""
        ...

    async def end_stand_in(self, session: AsyncSession, agency: str, id: str) -> bool:
        """End it now; says whether there was one."""
        ...


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything that the room needs of the others."""

    house: House
