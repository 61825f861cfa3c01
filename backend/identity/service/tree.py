"""One agency as of now, kept in memory: its unit tree, its zone and calendar.

Cached by the agency's ``tree_version``, which every reader gets with its own query: a change is seen by all
server processes with their next request, and nothing has to be told to anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from backend.calendar import rules as hours
from backend.identity.models import AGENCY, AGENCY_SETTINGS, UNIT
from backend.identity.rules.roles import holds

On = AsyncSession | AsyncConnection


@dataclass(frozen=True, slots=True)
class Node:
    """One unit. ``zone`` is ``None`` where the agency's own counts."""

    id: str
    code: str
    name: str
    type: str
    parent: str | None
    site: bool
    zone: str | None
    start: date
    end: date | None
    mandiri: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    """One version of an agency's settings; ``body`` as in its file."""

    version: int
    valid_from: datetime
    zone: str
    calendar: hours.Calendar
    body: Mapping[str, Any]


@dataclass(frozen=True)
class Tree:
    """An agency with its units; everything else that asks "whose unit is this" asks here."""

    agency: str
    code: str
    name: str
    kind: str
    version: int
    nodes: Mapping[str, Node]
    settings: tuple[Settings, ...]
    _below: dict[str, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def root(self) -> str:
        """The id of the agency's root unit."""
        return next(node.id for node in self.nodes.values() if node.parent is None)

    @cached_property
    def children(self) -> Mapping[str, list[str]]:
        """Unit id to the ids directly below it."""
        found: dict[str, list[str]] = {}
        for node in self.nodes.values():
            if node.parent is not None:
                found.setdefault(node.parent, []).append(node.id)
        return found

    def below(self, unit: str) -> frozenset[str]:
        """A unit and everything under it."""
        if unit not in self._below:
            found, open_ = {unit}, [unit]
            while open_:
                fresh = [child for child in self.children.get(open_.pop(), []) if child not in found]
                found.update(fresh)
                open_.extend(fresh)
            self._below[unit] = frozenset(found)
        return self._below[unit]

    def in_force(self, unit: str | None, day: date) -> Node | None:
        """The unit if it is the agency's and open on that day."""
        node = self.nodes.get(unit or "")
        return node if node is not None and holds(node.start, node.end, day) else None

    def unit_name(self, unit: str | None) -> str:
        """The unit's name; empty for none."""
        node = self.nodes.get(unit or "")
        return node.name if node else ""

    def settings_at(self, at: datetime) -> Settings:
        """The settings in force at an instant; the first version also counts before it began."""
        past = [one for one in self.settings if one.valid_from <= at]
        return past[-1] if past else self.settings[0]

    def zone_at(self, at: datetime) -> str:
        """The agency's zone (WIB, WITA, WIT) at an instant."""
        return self.settings_at(at).zone

    def today(self, at: datetime) -> date:
        """The date that the agency's wall clock shows at an instant."""
        return hours.local_date(self.zone_at(at), at)


class Trees:
    """The cache. One a server; safe to use from many tasks."""

    def __init__(self) -> None:
        self._known: dict[str, Tree] = {}

    async def get(self, on: On, agency: str, version: int | None = None) -> Tree:
        """The tree of an agency; ``version`` (its ``tree_version``) spares a statement. Raises ``LookupError``."""
        known = self._known.get(agency)
        if version is None:
            query = select(AGENCY.c.tree_version).where(AGENCY.c.id == agency)
            version = (await on.execute(query)).scalar_one_or_none()
        if version is None:
            raise LookupError(f"no agency {agency}")
        if known is None or known.version != version:
            known = await read_tree(on, agency)
            self._known[agency] = known
        return known


async def changed(on: On, agency: str) -> None:
    """Say, in the transaction of the change, that units or settings of the agency are not what they were."""
    await on.execute(update(AGENCY).where(AGENCY.c.id == agency).values(tree_version=AGENCY.c.tree_version + 1))


async def read_tree(on: On, agency: str) -> Tree:
    """The tree as this transaction sees it, its own changes included; such a one must never be cached."""
    head = (await on.execute(select(AGENCY).where(AGENCY.c.id == agency))).mappings().one()
    units = (await on.execute(select(UNIT).where(UNIT.c.agency == agency).order_by(UNIT.c.code))).mappings()
    nodes = {row["id"]: _node(row) for row in units}
    versions = await on.execute(
        select(AGENCY_SETTINGS).where(AGENCY_SETTINGS.c.agency == agency).order_by(AGENCY_SETTINGS.c.valid_from)
    )
    settings = tuple(
        Settings(row["version"], row["valid_from"], row["zone"], hours.parse(row["calendar"]), row["body"])
        for row in versions.mappings()
    )
    return Tree(agency, head["code"], head["name"], head["kind"], head["tree_version"], nodes, settings)


def _node(row: Mapping[Any, Any]) -> Node:
    zone = row["calendar"]["zone"] if row["calendar"] else None
    return Node(
        row["id"], row["code"], row["name"], row["type"], row["parent"], row["site"], zone,
        row["valid_from"], row["valid_to"], row["mandiri"],
    )  # fmt: skip
