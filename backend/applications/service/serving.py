"""Files of cases as they go out: the name by the service's rule, and the first fetch of an output."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.applications.models import ApplicationOutput, DocumentVersion
from backend.applications.rules.states import Part
from backend.applications.service.rights import OWN
from backend.applications.service.showing import masked_name
from backend.applications.service.viewing import parts_toward, seen
from backend.database.engine import Database
from backend.files.models import File
from sync.actors import Viewer, system_actor
from sync.engine import SyncEngine


class Serving:
    """Fills :data:`backend.files.tus.Serving` for files of cases."""

    def __init__(self, db: Database, engine: SyncEngine) -> None:
        self._db = db
        self._engine = engine

    async def __call__(self, viewer: Viewer, file: File) -> str | None:
        """The download name; without the NIP for whoever is neither the subject nor at work on a case of theirs. The
        applicant's or subject's fetch of an output is recorded before a byte goes out."""
        async with self._db.read() as session:
            output = await _of(session, ApplicationOutput, viewer, file)
            version = None if output is not None else await _of(session, DocumentVersion, viewer, file)
            row = output or version
            if row is None:
                return None
            found = await seen(session, viewer, row.application)
            works = await parts_toward(session, viewer, row.subject) - {Part.WATCHER}
        name = str(row.download_name)
        shown = name if works or viewer.account == row.subject else masked_name(name)
        if found is None:
            return shown
        own = bool(found.parts & OWN) or viewer.account == found.case.app.subject
        if output is not None and own:
            args = {"account": viewer.account}
            await self._engine.execute(system_actor(viewer.agency), "application.downloaded", row.application, args)
        return shown


async def _of(session: AsyncSession, model: Any, viewer: Viewer, file: File) -> Any:
    query = select(model).where(model.file == file.id, model.agency == viewer.agency)
    return (await session.execute(query.order_by(col(model.id)).limit(1))).scalars().first()
