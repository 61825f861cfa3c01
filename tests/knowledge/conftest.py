"""The desk of an agency that keeps notes, over a real database."""

from __future__ import annotations

from typing import Any

import pytest

from backend.database.engine import Database
from backend.forms import service as forms
from backend.keys import Keys
from backend.questions.service.setup import open_desk
from sync.answers import Answer
from sync.ids import uuid7
from tests.questions.office import Office
from tests.support.clock import SettableClock

NOTE = {
    "question": "Berapa hari cuti besar?", "answer": "Paling lama tiga bulan.", "steps": "1. Tulis surat.\n2. Kirim.",
    "basis": "PP 11/2017", "validFrom": "2026-01-01", "category": "cuti",
}  # fmt: skip


class Desk(Office):
    """The agency's desk; drafts and articles by id."""

    async def do(self, key: str, role: str | None, kind: str, record: str, /, **args: Any) -> Answer:
        """Run a mutation with what the feed shows of the kind's own record as seen."""
        actor = await self.actor(key, role)
        found = self.registry.find_mutation(kind)
        assert found is not None
        async with self.db.reading() as connection:
            stored = await self.engine.store.records(connection, self.agency, [(found.record, record)], lock=False)
        known = stored.get((found.record, record))
        if known is None:
            return await self.engine.execute(actor, kind, record, args)
        return await self.engine.execute(
            actor, kind, record, args, seen={record: known.version}, base=known.body, base_version=known.version
        )

    async def draft(self, key: str = "operator1", role: str = "OPR", unit: str = "MUTASI", **more: Any) -> str:
        """A complete draft of somebody; ``more`` replaces members."""
        record = uuid7()
        done = await self.do(key, role, "article.draft", record, unit=self.units[unit], **{**NOTE, **more})
        assert done.status == "applied", done.wire()
        return record

    async def published(self, **more: Any) -> dict[str, Any]:
        """A note in force, by the contact of its unit; its body on a phone."""
        before = {body["slug"] for body in await self.of_kind("operator1", "article")}
        record = await self.draft(**more)
        done = await self.do("kabid_mutasi", "BID", "article.publish", record)
        assert done.status == "applied", done.wire()
        [body] = [one for one in await self.of_kind("operator1", "article") if one["slug"] not in before]
        return body

    def article(self, slug: str) -> str:
        """The record of an article."""
        return forms.article_id(self.agency, slug)


@pytest.fixture
async def desk(db: Database, keys: Keys, clock: SettableClock) -> Desk:
    """The agency SKR on SQLite and on PostgreSQL; Friday 20 November 2026, 09.00 WIB."""
    desk = Desk(db, keys, clock)
    await desk.build()
    async with desk.engine.writing(desk.agency) as w:
        await open_desk(w.session, desk.agency, w.now)
    return desk
