"""A case as somebody may read it outside the feed: for letters, files and paper. Nothing is changed or locked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.applications.models import Application
from backend.applications.rules.states import Part
from backend.applications.service.rights import parts_of
from backend.applications.service.stored import CASE, Whole, whole
from sync.actors import Actor, Viewer
from sync.ids import is_uuid
from sync.store import Store
from sync.writing import Writing


@dataclass(slots=True)
class Reading:
    """The part of a transaction that reading a case needs."""

    session: AsyncSession
    agency: str

    async def flush(self) -> None:
        """Nothing was written."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A case, the parts that its reader plays, and the reader's actors with the parts that each of them plays."""

    case: Whole
    parts: frozenset[Part]
    playing: tuple[tuple[Actor, frozenset[Part]], ...]

    def acting(self, parts: frozenset[Part]) -> Actor:
        """The reader at work as one of these parts; on own data if they play none of them."""
        return next((actor for actor, played in self.playing if played & parts), self.playing[0][0])


async def seen(session: AsyncSession, viewer: Viewer, id: str) -> Seen | None:
    """The case, if its record is the viewer's to see now; ``None`` for anything else."""
    if not is_uuid(id):
        return None
    store = Store(postgres=session.get_bind().dialect.name == "postgresql")
    found = await store.records(await session.connection(), viewer.agency, [(CASE, id)], lock=False)
    record = found.get((CASE, id))
    if record is None or record.deleted or not record.audiences & viewer.audiences:
        return None
    app = await session.get(Application, id)
    if app is None or app.agency != viewer.agency:
        return None
    playing = tuple((actor, parts_of(actor, record.body)) for actor in (viewer.own, *viewer.grants.values()))
    parts = frozenset[Part]().union(*(played for _, played in playing))
    if not parts and viewer.account != app.subject:
        return None
    return Seen(await read(session, app), parts, playing)


async def parts_toward(session: AsyncSession, viewer: Viewer, subject: str) -> frozenset[Part]:
    """The parts that the viewer plays now in whatever cases of a subject they see: a document may serve in several."""
    query = select(col(Application.id)).where(
        col(Application.agency) == viewer.agency, col(Application.subject) == subject,
        col(Application.erased_at).is_(None),
    )  # fmt: skip
    keys = [(CASE, id) for id in (await session.execute(query)).scalars()]
    store = Store(postgres=session.get_bind().dialect.name == "postgresql")
    found = await store.records(await session.connection(), viewer.agency, keys, lock=False)
    seen_now = [one.body for one in found.values() if not one.deleted and one.audiences & viewer.audiences]
    actors = (viewer.own, *viewer.grants.values())
    return frozenset[Part]().union(*(parts_of(actor, body) for body in seen_now for actor in actors))


async def read(session: AsyncSession, app: Application) -> Whole:
    """Everything that belongs to a case, as it is stored."""
    return await whole(cast(Writing, Reading(session, app.agency)), app)
