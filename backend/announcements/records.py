"""What the feed carries of announcements, and who writes them."""

from __future__ import annotations

from backend.announcements import bodies
from backend.announcements.service import WRITERS, Announcements
from sync.actors import Actor
from sync.registry import MutationKind, Permission, RecordKind, Registry, Rule
from sync.writing import Item, StoredRecord


def _may_write(actor: Actor, _item: Item, record: StoredRecord | None) -> bool:
    return actor.works_as(*WRITERS) and (record is None or bool(record.audiences & actor.audiences))


WRITE = Permission(_may_write, "ADM, KTM, BID")


def declare(registry: Registry, announcements: Announcements) -> None:
    """Declare the room's kinds."""
    registry.record(RecordKind(
        name="announcement", body=bodies.AnnouncementBody, doc="An announcement: to its writers, then to everybody.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="announcement.write", record="announcement", rule=Rule.COMMAND, args=bodies.AnnouncementArgs, may=WRITE,
        handler=announcements.write, creates=True, doc="Write an announcement, or its next version.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="announcement.publish", record="announcement", rule=Rule.COMMAND, args=bodies.NoArgs, may=WRITE,
        handler=announcements.publish, doc="Show an announcement to everybody of the agency.",
    ))  # fmt: skip
