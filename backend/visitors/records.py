"""What the feed carries of the guest register, and who writes in it."""

from __future__ import annotations

from backend.visitors import bodies, service
from sync.actors import Actor
from sync.registry import MutationKind, Permission, RecordKind, Registry, Rule
from sync.writing import Item, StoredRecord


def _counter(actor: Actor, _item: Item, record: StoredRecord | None) -> bool:
    return actor.works_as("LKT") and (record is None or bool(record.audiences & actor.audiences))


COUNTER = Permission(_counter, "LKT")


def declare(registry: Registry) -> None:
    """Declare the room's kinds."""
    registry.record(RecordKind(name="guest_visit", body=bodies.VisitBody, doc="A guest: to the counter and KTM."))
    registry.record(RecordKind(name="guest_departure", body=bodies.DepartureBody, doc="When a guest left."))
    registry.mutation(MutationKind(
        name="visit.arrive", record="guest_visit", rule=Rule.APPEND, args=bodies.VisitArgs, may=COUNTER,
        handler=service.arrive, loser="refuse", doc="A guest has come to the counter.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="visit.depart", record="guest_departure", rule=Rule.APPEND, args=bodies.DepartArgs, may=COUNTER,
        target=("guest_visit", "visit"), handler=service.depart, loser="refuse", doc="A guest has left.",
    ))  # fmt: skip
