"""The engine's port for the log: each act of a mutation, and each refused one, in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence

from backend.audit.service import Entry, record_many
from sync.answers import Answer
from sync.writing import Item, Writing


class SyncAudit:
    """Fills :class:`sync.engine.AuditLog`. Only names of fields are logged here, never what was written."""

    async def acts(self, w: Writing, items: Sequence[tuple[Item, Answer]], refused: Sequence[Item]) -> None:
        """Write one row an act."""
        entries = [self._entry(w, item, refused=False) for item, _answer in items]
        entries += [self._entry(w, item, refused=True) for item in refused]
        await record_many(w.connection, entries)

    def _entry(self, w: Writing, item: Item, *, refused: bool) -> Entry:
        return Entry(
            act=item.kind.name,
            object_kind=item.kind.record,
            object_id=item.record,
            at=w.now,
            agency=w.agency,
            actor=None if item.actor.system else item.actor.account,
            role=item.actor.role,
            refused=refused,
            detail={"mutation": item.id, "fields": sorted(item.raw)},
        )
