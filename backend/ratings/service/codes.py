"""Codes in force: issued, revoked and replaced through the engine; every site and every officer gets one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.identity.models import PERSON, UNIT
from backend.identity.service.directory import Directory
from backend.identity.service.tree import Tree
from backend.ratings.code_bodies import CodeBody, IssueArgs, RevokeArgs, RotateArgs
from backend.ratings.models import RatingCode
from backend.ratings.rules import codes as rules
from backend.ratings.service import duty
from sync.clock import to_ms, wire
from sync.engine import SyncEngine
from sync.errors import Refusal
from sync.ids import uuid7
from sync.writing import Item, Writing

PERSONAL, BOARD, SURVEY = "personal", "board", "survey"
SERVICE = "ratings"
DESKS = ("KOR", "TRK", "LKT")
"""Whose devices hold the codes of a site."""
_SAFE = "Tidak ada yang berubah."


@dataclass(frozen=True, slots=True)
class Found:
    """What a token opens: its row, and whether it still counts."""

    code: RatingCode
    valid: bool


async def find(session: AsyncSession, token: str) -> Found | None:
    """The code of a token (in its one spelling), valid or revoked; ``None`` for one that was never issued."""
    row = (await session.execute(select(RatingCode).where(col(RatingCode.token) == token))).scalars().first()
    return None if row is None else Found(row, row.revoked is None)


async def live(
    session: AsyncSession, agency: str, kind: str, ids: Iterable[str] | None = None
) -> dict[str, RatingCode]:
    """The codes in force of a kind, by person (personal) or by site; of these ids only, if given."""
    key = col(RatingCode.person) if kind == PERSONAL else col(RatingCode.site)
    query = select(RatingCode).where(
        col(RatingCode.agency) == agency, col(RatingCode.kind) == kind, col(RatingCode.revoked).is_(None)
    )
    if ids is not None:
        query = query.where(key.in_(list(ids)))
    found = {}
    for code in (await session.execute(query)).scalars():
        owner = code.person if kind == PERSONAL else code.site
        if owner is not None:
            found[owner] = code
    return found


class Codes:
    """Handlers of ``rating.code_*``. One a server."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory

    async def issue(self, w: Writing, item: Item) -> None:
        """``rating.code_issue``. Raises ``not_found``, ``invalid``, and ``exists`` if there is one in force."""
        args: IssueArgs = item.args
        tree = await self.directory.trees.get(w.connection, w.agency)
        day = duty.local_day(tree, args.site, w.now)
        node = tree.in_force(args.site, day)
        if node is None or not (node.site or args.kind == PERSONAL):
            raise Refusal("invalid", f"Lokasi ini tidak ada atau sudah ditutup. {_SAFE} Pilih lokasi lain.")
        if (args.kind == PERSONAL) != (args.person is not None):
            raise Refusal("invalid", f"Kode ini memerlukan pegawai atau lokasi, bukan keduanya. {_SAFE}")
        owner = args.person or args.site
        # The row of the person or the site is the lock under which "one in force" is judged.
        table = UNIT if args.person is None else PERSON
        await w.connection.execute(select(table.c.id).where(table.c.id == owner).with_for_update())
        if await live(w.session, w.agency, args.kind, [owner]):
            raise Refusal("exists", f"Kode yang berlaku sudah ada. {_SAFE} Ganti kode itu bila perlu yang baru.")
        name = None
        if args.person is not None:
            name = await self._name(w, tree, args.person, args.site)
        code = make(w, args.kind, owner, id=item.record, by=None if item.actor.system else item.actor.account)
        w.session.add(code)
        publish(w, tree, code, unit=args.site, person_name=name)

    async def revoke(self, w: Writing, item: Item) -> None:
        """``rating.code_revoke``: from now on its page says so and stores nothing."""
        args: RevokeArgs = item.args
        self._end(w, await self._load(w, item), item, args.reason)

    async def rotate(self, w: Writing, item: Item) -> None:
        """``rating.code_rotate``: the old one ends, a new one with a token of its own takes its place."""
        args: RotateArgs = item.args
        old = await self._load(w, item)
        if await w.session.get(RatingCode, args.next) is not None:
            raise Refusal("exists", f"Nomor kode pengganti sudah dipakai. {_SAFE} Coba ganti sekali lagi.")
        self._end(w, old, item, args.reason)
        await w.session.flush()  # one code in force at a time, also in between
        owner = old.person if old.kind == PERSONAL else old.site
        code = make(w, old.kind, owner or "", id=args.next, by=None if item.actor.system else item.actor.account)
        w.session.add(code)
        tree = await self.directory.trees.get(w.connection, w.agency)
        unit, name = old.site, None
        if old.person is not None:
            found = await duty.officer(w.session, w.agency, old.person)
            if found is None:
                raise Refusal("state", f"Pegawai ini tidak bertugas lagi. {_SAFE} Cabut saja kodenya.")
            name = found.name
            unit = await self._place(w, tree, found)
        publish(w, tree, code, unit=unit or tree.root, person_name=name)

    async def ensure(self, w: Writing) -> int:
        """Give every site its board and survey code and every officer of a site a personal one; how many were made.

        Harmless when repeated. What moved to another unit is published there. An officer whose code was revoked
        gets none: somebody had a reason.
        """
        tree = await self.directory.trees.get(w.connection, w.agency)
        day = tree.today(w.now)
        places = [node.id for node in duty.sites(tree, day)]
        fresh: list[RatingCode] = []
        for kind in (BOARD, SURVEY):
            held = await live(w.session, w.agency, kind, places)
            new = [make(w, kind, site) for site in places if site not in held]
            for code in new:
                publish(w, tree, code, unit=code.site or tree.root)
            fresh += new
        fresh += await self._ensure_people(w, tree, day)
        w.session.add_all(fresh)
        return len(fresh)

    async def _ensure_people(self, w: Writing, tree: Tree, day: date) -> list[RatingCode]:
        people = {one.id: one for one in await duty.officers(w.session, w.agency)}
        serving = await duty.sites_of(w.session, tree, people, day)
        held = await live(w.session, w.agency, PERSONAL)
        ended = await had(w.session, w.agency, people)
        shown = await w.current("rating_code", [code.id for code in held.values()])
        fresh: list[RatingCode] = []
        for person, officer in people.items():
            known = held.get(person)
            if known is None and (person not in serving or person in ended):
                continue
            unit = serving.get(person, [officer.unit or tree.root])[0]
            code = known or make(w, PERSONAL, person)
            stored = shown.get(code.id)
            same = stored is not None and (stored.body.get("unit"), stored.body.get("personName")) == (
                unit,
                officer.name,
            )
            if not same:
                publish(w, tree, code, unit=unit, person_name=officer.name)
            if known is None:
                fresh.append(code)
        return fresh

    async def _load(self, w: Writing, item: Item) -> RatingCode:
        query = select(RatingCode).where(
            col(RatingCode.agency) == w.agency, col(RatingCode.id) == item.record, col(RatingCode.revoked).is_(None)
        )
        found = (await w.session.execute(query)).scalars().first()
        if found is None:
            raise Refusal("gone", f"Kode ini sudah dicabut. {_SAFE}")
        return found

    def _end(self, w: Writing, code: RatingCode, item: Item, reason: str) -> None:
        code.revoked, code.reason = w.now, reason
        code.revoked_by = None if item.actor.system else item.actor.account
        w.session.add(code)
        w.unpublish("rating_code", code.id)

    async def _name(self, w: Writing, tree: Tree, person: str, site: str) -> str:
        """The officer's name. Raises ``not_found`` for whoever does not work at this unit."""
        found = await duty.officer(w.session, w.agency, person)
        places = await duty.sites_of(w.session, tree, [person], duty.local_day(tree, site, w.now))
        if found is None or site not in {*places.get(person, ()), found.unit}:
            raise Refusal("not_found", f"Pegawai ini tidak bertugas di sini. {_SAFE} Periksa lagi nama dan lokasinya.")
        return found.name

    async def _place(self, w: Writing, tree: Tree, officer: duty.Officer) -> str:
        places = await duty.sites_of(w.session, tree, [officer.id], tree.today(w.now))
        return places.get(officer.id, [officer.unit or tree.root])[0]


def make(w: Writing, kind: str, owner: str, *, id: str | None = None, by: str | None = None) -> RatingCode:
    """A new code for a person (``personal``) or a site; not yet stored."""
    return RatingCode(
        id=id or uuid7(),
        agency=w.agency,
        kind=kind,
        token=rules.new_token(),
        person=owner if kind == PERSONAL else None,
        site=None if kind == PERSONAL else owner,
        issued=w.now,
        issued_by=by,
    )


def publish(w: Writing, tree: Tree, code: RatingCode, *, unit: str, person_name: str | None = None) -> None:
    """Tell the desks of the unit, and the person whose code it is."""
    audiences = {f"role:{role}@{unit}" for role in DESKS}
    if code.person is not None:
        audiences.add(f"person:{code.person}")
    body = CodeBody.model_validate({
        "kind": code.kind, "token": code.token, "person": code.person, "personName": person_name,
        "unit": unit, "unitName": tree.unit_name(unit), "issued": _stamp(code.issued),
    })  # fmt: skip
    w.publish("rating_code", code.id, body, audiences)


def _stamp(at: datetime) -> str:
    return wire(to_ms(at))


async def had(session: AsyncSession, agency: str, people: Iterable[str]) -> frozenset[str]:
    """Those who were ever given a personal code; what was revoked is not given anew without being asked for."""
    query = select(col(RatingCode.person)).where(
        col(RatingCode.agency) == agency, col(RatingCode.kind) == PERSONAL, col(RatingCode.person).in_(list(people))
    )
    return frozenset(person for person in (await session.execute(query)).scalars() if person is not None)


async def keep(engine: SyncEngine, directory: Directory, agencies: Iterable[str]) -> int:
    """The nightly look: whoever began to serve at a site, and every new site, has a code in the morning."""
    made = 0
    for agency in agencies:
        async with engine.writing(agency) as w:
            tree = await directory.trees.get(w.connection, agency)
            if SERVICE in (tree.settings_at(w.now).body.get("services") or ()):
                made += await Codes(directory).ensure(w)
    return made
