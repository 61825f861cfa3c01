"""The port of the room, filled from identity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit import service as audit
from backend.identity.models import ASSIGNMENT, PERSON
from backend.identity.rules.names import full_name
from backend.identity.service.directory import Directory
from backend.identity.service.people import (
    hold_tree,
    move_posts,
    people_query,
    publish_people,
    superior_name,
)
from backend.performance.ports import Employee, Officer
from backend.performance.rules.plan import form_of
from sync.actors import Actor
from sync.writing import Writing

_CHAIN = 30


class IdentityHouse:
    """Fills :class:`backend.performance.ports.House`."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    async def today(self, session: AsyncSession, agency: str, now: datetime) -> date:
        """The date that the agency's wall clock shows."""
        return (await self._directory.trees.get(session, agency)).today(now)

    async def employees(self, session: AsyncSession, agency: str, ids: Sequence[str]) -> Mapping[str, Employee]:
        """These people of the agency, with the form that each position asks for today."""
        tree = await self._directory.trees.get(session, agency)
        today = tree.today(self._directory.clock.now())
        a = ASSIGNMENT.c
        wanted = sorted(set(ids))
        heads = await session.execute(
            select(a.person, a.unit).where(
                a.agency == agency, a.kind == "head", a.person.in_(wanted), a.start <= today,
                (a.end.is_(None)) | (a.end >= today),
            )
        )  # fmt: skip
        independent = {row.person for row in heads if row.unit in tree.nodes and tree.nodes[row.unit].mandiri}
        query = people_query(agency).where(PERSON.c.id.in_(wanted))
        return {
            row["id"]: Employee(
                id=row["id"], name=full_name(row["front_title"], row["name"], row["back_title"]),
                identifier=row["nip"] or row["staff_code"] or "", kind=row["kind"], unit=row["unit"],
                unit_name=tree.unit_name(row["unit"]), position=row["position"] or "",
                form=form_of(row["position_type"], row["id"] in independent), superior=row["superior"],
                superior_name=superior_name(row),
                root=bool(row["root"]), status=row["status"],
            )
            for row in (await session.execute(query)).mappings()
        }  # fmt: skip

    async def root(self, session: AsyncSession, agency: str) -> str:
        """The agency's root unit."""
        return (await self._directory.trees.get(session, agency)).root

    async def unit_name(self, session: AsyncSession, agency: str, unit: str, day: date) -> str | None:
        """The name of a unit that is in force on the day."""
        node = (await self._directory.trees.get(session, agency)).in_force(unit, day)
        return None if node is None else node.name

    async def chain(self, session: AsyncSession, agency: str, person: str) -> Sequence[str]:
        """The superiors above a person, nearest first."""
        found: list[str] = []
        above: str | None = person
        while above is not None and len(found) < _CHAIN:
            query = select(PERSON.c.superior).where(PERSON.c.agency == agency, PERSON.c.id == above)
            above = (await session.execute(query)).scalar_one_or_none()
            if above is None or above in found:
                break
            found.append(above)
        return found

    async def officers(self, session: AsyncSession, agency: str, role: str, at: datetime) -> Sequence[Officer]:
        """Who holds a role in the agency at an instant."""
        tree = await self._directory.trees.get(session, agency)
        found = await self._directory.officers(session, agency, role, at)
        return [Officer(one.account, tree.below(one.grant_unit)) for one in found]

    async def hold_tree(self, w: Writing, person: str) -> None:
        """As every change of superiors does, before it looks who stands above whom: the person's record, the tree."""
        await w.lock("employee", [person])
        await hold_tree(w.connection, w.agency)

    async def move(self, w: Writing, actor: Actor, person: str, superior: str) -> None:
        """Another direct superior from today on: a new dated post, a row of the log, the person's own record."""
        tree = await self._directory.trees.get(w.connection, w.agency)
        where = (PERSON.c.agency == w.agency, PERSON.c.id == person)
        row = (await w.connection.execute(select(PERSON).where(*where).with_for_update())).mappings().one()
        if row["superior"] == superior:
            return
        change = {"superior": superior, "root": False, "edited": w.now, "editor_name": actor.name or None}
        await w.connection.execute(update(PERSON).where(*where).values(**change))
        await move_posts(w.connection, w.agency, [{**row, **change}], tree.today(w.now))
        await audit.record(
            w.connection, agency=w.agency, actor=actor.account, role=actor.role, act="employee.correct",
            object_kind="employee", object_id=person, at=w.now,
            detail={"field": "superior", "old": row["superior"], "new": superior},
        )  # fmt: skip
        await publish_people(w, tree, {person})

    async def stand_in(
        self, session: AsyncSession, agency: str, id: str, acting: str, appraiser: str, start: date, end: date
    ) -> None:
        """A dated assignment of the kind ``acting``: who signs in sees and may do today what it says."""
        row = {
            "id": id, "agency": agency, "person": acting, "kind": "acting", "unit": None, "position": None,
            "position_type": None, "superior": appraiser, "start": start, "end": end,
        }  # fmt: skip
        await session.execute(insert(ASSIGNMENT), [row])

    async def end_stand_in(self, session: AsyncSession, agency: str, id: str) -> bool:
        """Take the assignment away; plans and their versions keep who approved."""
        a = ASSIGNMENT.c
        gone = await session.execute(
            delete(ASSIGNMENT).where(a.id == id, a.agency == agency, a.kind == "acting").returning(a.id)
        )
        return gone.first() is not None
