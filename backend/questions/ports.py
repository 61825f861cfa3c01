"""What the questions need from other rooms, as small protocols that the server fills in where it is wired."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from backend.calendar.rules import Calendar


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit in force; ``parent`` is ``None`` for the root."""

    id: str
    code: str
    name: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class Office:
    """One agency as of now: its root unit, its hours, the working minutes within which it answers, every unit in force,
    and whether the question service is switched on."""

    root: str
    calendar: Calendar
    target_minutes: int
    units: Sequence[Unit]
    answers: bool = True


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account; ``identifier`` is the full NIP or staff code (mask it before it leaves)."""

    account: str
    name: str
    identifier: str
    unit: str | None
    unit_name: str
    kecamatan: str | None


@dataclass(frozen=True, slots=True)
class Officer:
    """The holder of a role grant in force: the unit that the grant names, and the unit where the person works."""

    account: str
    name: str
    grant_unit: str
    unit: str | None


class House(Protocol):
    """Facts of identity: agencies, units, people, role grants. No method costs more as a batch grows."""

    async def office(self, session: AsyncSession, agency: str) -> Office:
        """The agency as it is now."""
        ...

    async def people(self, session: AsyncSession, accounts: Sequence[str]) -> Mapping[str, Person]:
        """The people behind these accounts."""
        ...

    async def officers(self, session: AsyncSession, agency: str, role: str, at: datetime) -> Sequence[Officer]:
        """Who holds a role in the agency at an instant."""
        ...

    async def named(self, session: AsyncSession, agency: str, identifiers: Sequence[str]) -> Mapping[str, str]:
        """NIP or staff code, as people write it, to the account; unknown ones are left out."""
        ...

    async def proven(self, session: AsyncSession, agency: str, identifier: str, birth: date) -> str | None:
        """The account of a number if its birth date is right, else ``None``."""
        ...


class Presence(Protocol):
    """Who is at work right now."""

    async def active(self, session: AsyncSession, agency: str, role: str, since: datetime) -> frozenset[str]:
        """The accounts that hold the role in the agency and whose devices were seen since an instant (UTC)."""
        ...


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything that the room needs of the others."""

    house: House
    presence: Presence
