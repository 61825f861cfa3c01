"""Who acts and who looks, as far as the engine needs to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True)
class Actor:
    """An account at work as one role, or on its own data (``role`` is ``None``).

    ``scope`` holds the ids of all units that the role covers now; ``audiences`` everything that the
    account may see, whatever role it works as; ``facts`` what a domain's permissions need to know of the
    person (``unit``, ``name`` and the like). ``system`` marks timers, imports and webhooks.
    """

    account: str
    agency: str
    audiences: frozenset[str] = frozenset()
    role: str | None = None
    grant: str | None = None
    unit: str | None = None
    scope: frozenset[str] = frozenset()
    name: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    system: bool = False

    def works_as(self, *roles: str, over: str | None = None) -> bool:
        """Whether the actor works as one of the roles and, if given, that role covers the unit ``over``."""
        return self.role in roles and (over is None or over in self.scope)


@dataclass(frozen=True, slots=True)
class Viewer:
    """A signed-in account with all that it holds at this moment.

    ``own`` acts on own data; ``grants`` maps a role grant's id to the actor working as that role.
    """

    own: Actor
    grants: Mapping[str, Actor] = field(default_factory=dict)

    @property
    def account(self) -> str:
        """The account's id."""
        return self.own.account

    @property
    def agency(self) -> str:
        """The agency's id."""
        return self.own.agency

    @property
    def audiences(self) -> frozenset[str]:
        """Everything that the account may see."""
        return self.own.audiences

    def acting(self, grant: str | None) -> Actor | None:
        """The actor of a grant (``None``: own data); ``None`` if the account does not hold the grant now."""
        return self.own if grant is None else self.grants.get(grant)


class Viewers(Protocol):
    """Port: who an account is right now; deferred items run with their author's authority at that moment."""

    async def viewer(self, connection: AsyncConnection, account: str) -> Viewer | None:
        """The account with its present grants, or ``None`` if it may not act any more."""
        ...


SYSTEM_ACCOUNT = "00000000-0000-0000-0000-000000000000"
"""The account of the server itself."""


def system_actor(agency: str, name: str = "Sistem") -> Actor:
    """The server itself, acting in one agency."""
    return Actor(account=SYSTEM_ACCOUNT, agency=agency, name=name, system=True)


def system_viewer(agency: str) -> Viewer:
    """The server itself, holding nothing but its own authority."""
    return Viewer(own=system_actor(agency))
