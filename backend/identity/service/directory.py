"""Who is who right now: accounts with their grants, sessions, officers and offices. Reading only."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.database.direct import Direct, Raw
from backend.identity.models import AGENCY, ASSIGNMENT, CREDENTIAL, DEVICE_SESSION, PERSON, ROLE_GRANT
from backend.identity.rules.names import full_name
from backend.identity.rules.numbers import mask_nip
from backend.identity.rules.roles import CLOSED_STATUSES, holds
from backend.identity.service.tree import On, Tree, Trees
from sync.actors import Actor, Viewer
from sync.clock import Clock

Row = Mapping[Any, Any]
MAX_REMEMBERED = 10_000
"""So many people are remembered; the database is asked each time all the same."""
_PLACES = ASSIGNMENT.alias("place")


@dataclass(frozen=True, slots=True)
class Grant:
    """A role grant in force; dates of the agency, both included."""

    id: str
    role: str
    unit: str
    unit_name: str
    start: date
    end: date | None
    stand_in: bool


@dataclass(frozen=True, slots=True)
class Account:
    """An open account: its viewer for the engine, and what its owner is told about it."""

    viewer: Viewer
    agency_code: str
    agency_name: str
    zone: str
    services: tuple[str, ...]
    grants: tuple[Grant, ...]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A device session in force with its account. Instants are UTC."""

    id: str
    account: Account
    label: str
    created: datetime
    last_seen: datetime
    expires: datetime

    @property
    def viewer(self) -> Viewer:
        """The account as the engine sees it."""
        return self.account.viewer


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """Somebody with an account; ``identifier`` is the full NIP, staff code or e-mail: mask it before it leaves."""

    account: str
    name: str
    identifier: str
    unit: str | None
    unit_name: str
    kecamatan: str | None


@dataclass(frozen=True, slots=True)
class OfficerFacts:
    """The holder of a grant in force: the unit that the grant names, and the unit where the person works."""

    account: str
    name: str
    grant_unit: str
    unit: str | None


@dataclass(slots=True)
class _Known:
    """Rows of a session's person, and what they mean with one state of the agency on one day."""

    rows: Sequence[Row]
    account: Account | None = None
    holds_for: tuple[Tree, int, date] | None = None


def token_hash(token: str) -> str:
    """What is stored of a session token."""
    return hashlib.sha256(token.encode()).hexdigest()


class Directory:
    """Looks people up; keeps the agencies' trees. Fills the engine's port :class:`sync.actors.Viewers`."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.trees = Trees()
        self._signed_in: dict[tuple[Raw, ...], _Known] = {}

    async def viewer(self, connection: AsyncConnection, account: str) -> Viewer | None:
        """The account with its present grants, or ``None`` if it may not act any more."""
        found = await self.account(connection, account)
        return None if found is None else found.viewer

    async def account(self, on: On, account: str) -> Account | None:
        """The same with what its owner is told; one statement while the tree is known."""
        rows = (await on.execute(_BY_ACCOUNT, {"account": account})).mappings().all()
        return await self._account(on, rows)

    async def signed_in(self, connection: AsyncConnection, token: str) -> SignedIn | None:
        """The session of a cookie's token with all that its account holds; one statement while the tree is known."""
        now = self.clock.now()
        raw = await _BY_TOKEN.rows(connection, {"token": token_hash(token), "now": now})
        if not raw:
            return None
        account = await self._remembered(connection, tuple(row[_SESSION_COLUMNS:] for row in raw), raw, now)
        if account is None:
            return None
        row = _BY_TOKEN.decoded(connection.dialect, raw[:1])[0]
        return SignedIn(row["session"], account, row["label"], row["opened"], row["last_seen"], row["expires"])

    async def people(self, on: On, accounts: Sequence[str]) -> dict[str, PersonFacts]:
        """The people behind accounts; unknown ones are left out."""
        found: dict[str, PersonFacts] = {}
        query = select(PERSON).where(PERSON.c.id.in_(list(accounts)))
        for row in (await on.execute(query)).mappings().all():
            tree = await self.trees.get(on, row["agency"])
            found[row["id"]] = PersonFacts(
                account=row["id"],
                name=full_name(row["front_title"], row["name"], row["back_title"]),
                identifier=row["nip"] or row["staff_code"] or row["email"] or "",
                unit=row["unit"],
                unit_name=tree.unit_name(row["unit"]),
                kecamatan=row["kecamatan"],
            )
        return found

    async def officers(self, on: On, agency: str, role: str, at: datetime) -> list[OfficerFacts]:
        """Who holds a role anywhere in the agency at an instant, by name."""
        p, g = PERSON.c, ROLE_GRANT.c
        query = (
            select(p.id, p.front_title, p.name, p.back_title, p.unit, g.unit.label("over"), g.start, g.end)
            .join(ROLE_GRANT, g.person == p.id)
            .where(g.agency == agency, g.role == role, g.revoked.is_(None), p.status.not_in(CLOSED_STATUSES))
            .order_by(p.name_key, p.id)
        )
        today = (await self.trees.get(on, agency)).today(at)
        return [
            OfficerFacts(row.id, full_name(row.front_title, row.name, row.back_title), row.over, row.unit)
            for row in await on.execute(query)
            if holds(row.start, row.end, today)
        ]

    async def activated(self, on: On, accounts: Sequence[str]) -> frozenset[str]:
        """Those of the accounts that have a password."""
        query = select(CREDENTIAL.c.account).where(CREDENTIAL.c.account.in_(list(accounts)))
        return frozenset((await on.execute(query)).scalars())

    async def active(self, on: On, agency: str, role: str, since: datetime) -> frozenset[str]:
        """The accounts that hold the role in the agency and whose devices were seen since an instant (UTC)."""
        s = DEVICE_SESSION.c
        query = select(s.account).where(s.agency == agency, s.revoked.is_(None), s.last_seen >= since)
        seen = {row.account for row in await on.execute(query)}
        if not seen:
            return frozenset()
        holders = await self.officers(on, agency, role, self.clock.now())
        return frozenset(officer.account for officer in holders) & seen

    async def zones(self, on: On, agencies: Collection[str]) -> Mapping[str, str]:
        """The time zone (WIB, WITA, WIT) in force in each of these agencies."""
        now = self.clock.now()
        return {agency: (await self.trees.get(on, agency)).zone_at(now) for agency in agencies}

    async def _account(self, on: On, rows: Sequence[Row]) -> Account | None:
        if not rows or rows[0]["status"] in CLOSED_STATUSES:
            return None
        tree = await self.trees.get(on, rows[0]["agency"], rows[0]["tree_version"])
        return _assemble(rows, tree, self.clock.now())

    async def _remembered(
        self, connection: AsyncConnection, key: tuple[Raw, ...], raw: Sequence[Raw], now: datetime
    ) -> Account | None:
        """What these very rows meant before. They are read each time, so that whatever is revoked counts at once."""
        known = self._signed_in.get(key)
        if known is None:
            known = _Known(_BY_TOKEN.decoded(connection.dialect, raw))
            if len(self._signed_in) >= MAX_REMEMBERED:
                self._signed_in.clear()
            self._signed_in[key] = known
        head = known.rows[0]
        if head["status"] in CLOSED_STATUSES:
            return None
        tree = await self.trees.get(connection, head["agency"], head["tree_version"])
        holds_for = (tree, tree.settings_at(now).version, tree.today(now))
        if known.account is None or known.holds_for != holds_for:
            known.account, known.holds_for = _assemble(known.rows, tree, now), holds_for
        return known.account


def _people(*where: ColumnElement[bool]) -> Select[Any]:
    """One row for each (grant, dated place) of each person: few, since nobody has many of either."""
    p, g, s = PERSON.c, ROLE_GRANT.c, _PLACES.c
    return (
        select(
            p.id, p.agency, p.kind, p.nip, p.staff_code, p.name, p.front_title, p.back_title, p.unit, p.kecamatan,
            p.position, p.superior, p.status, AGENCY.c.tree_version,
            g.id.label("grant"), g.role, g.unit.label("over"), g.start, g.end, g.stand_in,
            s.kind.label("place"), s.unit.label("place_unit"), s.superior.label("stands_for"),
            s.start.label("place_start"), s.end.label("place_end"),
        )
        .select_from(PERSON)
        .join(AGENCY, AGENCY.c.id == p.agency)
        .outerjoin(ROLE_GRANT, and_(g.person == p.id, g.revoked.is_(None)))
        .outerjoin(_PLACES, and_(s.person == p.id, s.kind != "post"))
        .where(*where)
        .order_by(g.start, g.id)
    )  # fmt: skip


def _assemble(rows: Sequence[Row], tree: Tree, now: datetime) -> Account:
    row, today = rows[0], tree.today(now)
    grants = {
        one["grant"]: Grant(
            one["grant"], one["role"], one["over"], tree.unit_name(one["over"]),
            one["start"], one["end"], one["stand_in"],
        )
        for one in rows
        if one["grant"] is not None and holds(one["start"], one["end"], today) and one["over"] in tree.nodes
    }  # fmt: skip
    dated = [one for one in rows if one["place"] is not None and holds(one["place_start"], one["place_end"], today)]
    places = {row["unit"], row["kecamatan"]} | {one["place_unit"] for one in dated if one["place"] == "site"}
    heads = frozenset(one["place_unit"] for one in dated if one["place"] == "head")
    stands_for = frozenset(one["stands_for"] for one in dated if one["place"] == "acting")
    audiences = {f"person:{row['id']}", f"agency:{row['agency']}"}
    audiences |= {f"area:{place}" for place in places if place is not None}
    audiences |= {f"role:{one.role}@{unit}" for one in grants.values() for unit in tree.below(one.unit)}
    # What concerns everybody of a role, wherever in the agency the role was given.
    audiences |= {f"role:{one.role}@{row['agency']}" for one in grants.values()}
    audiences |= {f"acting:{person}" for person in stands_for}
    audiences |= {f"head:{unit}" for unit in heads}
    if row["superior"] is not None:
        audiences.add(f"team:{row['superior']}")
    own = Actor(
        account=row["id"],
        agency=row["agency"],
        audiences=frozenset(audiences),
        name=full_name(row["front_title"], row["name"], row["back_title"]),
        facts={
            **_facts(row, tree),
            "heads": heads,
            "headNames": {unit: tree.unit_name(unit) for unit in sorted(heads)},
            "standsFor": stands_for,
        },
    )
    working = {one.id: _working_as(own, one, tree) for one in grants.values()}
    services = tuple(tree.settings_at(now).body.get("services", ()))
    return Account(Viewer(own, working), tree.code, tree.name, tree.zone_at(now), services, tuple(grants.values()))


def _facts(row: Row, tree: Tree) -> dict[str, Any]:
    return {
        "unit": row["unit"],
        "unitName": tree.unit_name(row["unit"]),
        "kecamatan": row["kecamatan"],
        "kecamatanName": tree.unit_name(row["kecamatan"]),
        "name": full_name(row["front_title"], row["name"], row["back_title"]),
        "kind": row["kind"],
        "position": row["position"],
        "superior": row["superior"],
        "nipMasked": mask_nip(row["nip"]) if row["nip"] else None,
        "staffCode": row["staff_code"],
    }


def _working_as(own: Actor, grant: Grant, tree: Tree) -> Actor:
    return Actor(
        account=own.account,
        agency=own.agency,
        audiences=own.audiences,
        role=grant.role,
        grant=grant.id,
        unit=grant.unit,
        scope=tree.below(grant.unit),
        name=own.name,
        facts=own.facts,
    )


_SESSION_COLUMNS = 5
"""So many columns of :data:`_BY_TOKEN`, the first ones, are the session's own."""


def _by_token() -> Select[Any]:
    s = DEVICE_SESSION.c
    query = _people(s.token_hash == bindparam("token"), s.revoked.is_(None), s.expires > bindparam("now"))
    mine = (s.id.label("session"), s.label, s.created.label("opened"), s.last_seen, s.expires)
    return query.with_only_columns(*mine, *query.selected_columns).join(DEVICE_SESSION, s.account == PERSON.c.id)


# Put together once: every request looks its session up, and building the statement cost more than running it.
_BY_TOKEN = Direct(_by_token())
_BY_ACCOUNT = _people(PERSON.c.id == bindparam("account"))
