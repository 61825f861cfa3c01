"""What the ratings need from other rooms, as small protocols that the server fills in where it is wired."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from backend.calendar.rules import Calendar

On = AsyncSession | AsyncConnection


@dataclass(frozen=True, slots=True)
class Site:
    """A service site in force; its calendar is its own, or the agency's."""

    id: str
    code: str
    name: str
    calendar: Calendar


@dataclass(frozen=True, slots=True)
class Agency:
    """One agency as of now. ``contact`` is its telephone number as it prints it, ``services`` what it offers."""

    id: str
    code: str
    name: str
    root: str
    zone: str
    contact: str
    services: frozenset[str]
    sites: Mapping[str, Site]

    def site(self, unit: str | None) -> Site | None:
        """The site of that id, if it is one."""
        return self.sites.get(unit or "")


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody who may be rated. ``name`` with titles; ``photo`` the id of a file; ``active``: still serving."""

    id: str
    name: str
    photo: str | None
    unit: str | None
    active: bool


@dataclass(frozen=True, slots=True)
class Posting:
    """A person serves at a site on the asked day; ordered by when that began."""

    person: str
    site: str


class House(Protocol):
    """Facts of identity: agencies, sites, people. No method costs more as a batch grows."""

    async def agency(self, on: On, agency: str) -> Agency:
        """The agency as it is now. Raises ``LookupError``."""
        ...

    async def agency_by_code(self, on: On, code: str) -> Agency | None:
        """The agency of that code (any case), if there is one."""
        ...

    async def officers(self, on: On, agency: str, people: Collection[str]) -> Mapping[str, Officer]:
        """These people of the agency; unknown ones are left out."""
        ...

    async def postings(self, on: On, agency: str, people: Collection[str], day: date) -> Sequence[Posting]:
        """At which sites these people serve on a local date, the earliest begun first."""
        ...

    async def phone_owners(self, on: On, agency: str) -> Mapping[str, frozenset[str]]:
        """E.164 number to the employees of the agency who gave it as their own."""
        ...
