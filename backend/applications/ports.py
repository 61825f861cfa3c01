"""What the room needs of other rooms, as small protocols that the server fills in where it is wired."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications.rules.clocks import WorkingTime
from backend.applications.rules.documents import Signed
from backend.files.models import File


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a case is about. ``identifier`` is the full NIP: mask it before it leaves. ``facts``: what is known, by the
    names of :data:`backend.applications.rules.definition.FACTS`; days are ISO texts. ``warning``: of the NIP, that an
    officer passes with a reason."""

    id: str
    name: str
    identifier: str
    unit: str | None
    unit_name: str
    facts: Mapping[str, Any]
    warning: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """How somebody is reached at this moment; ``phone`` as they wrote it, empty without one."""

    account: str
    name: str
    phone: str
    wants: bool


@dataclass(frozen=True, slots=True)
class Office:
    """The agency at an instant: its local day, zone, calendar, root unit, pattern of letter numbers and unit code; what
    its letters print: ``address`` and ``place`` of signing, and the position of whoever signs where no signer is set
    (each empty if nobody has set it)."""

    today: date
    zone: tzinfo
    working: WorkingTime
    root: str
    number_pattern: str
    unit_code: str
    name: str
    address: str = ""
    place: str = ""
    signer_position: str = ""


class House(Protocol):
    """Facts of identity. No method costs more statements as its list grows."""

    async def office(self, session: AsyncSession, agency: str, now: datetime) -> Office:
        """The agency as it is at an instant."""
        ...

    async def subjects(self, session: AsyncSession, agency: str, ids: Sequence[str]) -> Mapping[str, Subject]:
        """These employees of the agency; unknown ones and those of others are left out."""
        ...

    async def contacts(self, session: AsyncSession, agency: str, accounts: Sequence[str]) -> Sequence[Contact]:
        """How these accounts are reached now, by id; closed ones are left out."""
        ...

    async def officers(self, session: AsyncSession, agency: str, role: str, unit: str | None, at: datetime) -> set[str]:
        """Accounts that hold a role over a unit (``None``: anywhere in the agency) at an instant."""
        ...


class Evaluations(Protocol):
    """Facts of the work plans."""

    async def facts(self, session: AsyncSession, agency: str, people: Sequence[str], day: date) -> Mapping[str, Any]:
        """By person: ``evaluations`` (final ones of the last two years), ``evaluationsPoor`` (below *Baik*) and
        ``creditPointsMet``; ``None`` is what the house knows to be empty, a name left out is not known."""
        ...


class Papers(Protocol):
    """What a file says."""

    async def read(self, data: bytes) -> tuple[str | None, int]:
        """Text (``None``: nothing can be read) and signatures of a PDF, to be stored. Never in a transaction."""
        ...

    async def signed(self, session: AsyncSession, file: File) -> Signed:
        """What was found in an uploaded output when it arrived."""
        ...


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything that the room needs of the others. ``outside``: names of systems by service code."""

    house: House
    evaluations: Evaluations
    papers: Papers
    outside: Mapping[str, str] = field(default_factory=dict)
