"""What the feed carries to counter tablets, and what they and the coordinators may do about turns of duty."""

from __future__ import annotations

from backend.ratings import kiosk_bodies as bodies
from backend.ratings.service import shifts
from sync.actors import Actor
from sync.registry import MutationKind, Permission, RecordKind, Registry, Rule
from sync.writing import Item, StoredRecord


def is_kiosk(actor: Actor) -> bool:
    """Whether a paired counter tablet acts; one that was released may only hand in ratings."""
    return bool(actor.facts.get("kiosk")) and not actor.facts.get("released")


def _may_enter(actor: Actor, item: Item, _record: StoredRecord | None) -> bool:
    return actor.works_as("KOR", "TRK", over=item.args.site)


def _may_cancel(actor: Actor, _item: Item, record: StoredRecord | None) -> bool:
    return record is not None and actor.works_as("KOR", "TRK", over=record.body.get("site"))


def _may_sign_on(actor: Actor, _item: Item, _record: StoredRecord | None) -> bool:
    return is_kiosk(actor)


def _may_sign_off(actor: Actor, _item: Item, record: StoredRecord | None) -> bool:
    return is_kiosk(actor) and record is not None and record.body.get("site") == actor.facts.get("site")


def declare(registry: Registry) -> None:
    """Declare the records ``kiosk`` and ``shift``, and the mutations on turns of duty."""
    registry.record(
        RecordKind(name="kiosk", body=bodies.KioskBody, doc="What a counter tablet needs: to that tablet alone.")
    )
    registry.record(
        RecordKind(name="shift", body=bodies.ShiftBody, doc="A turn of duty: to the site, its KOR and TRK.")
    )
    registry.mutation(MutationKind(
        name="shift.enter", record="shift", rule=Rule.APPEND, args=bodies.EnterShiftArgs,
        may=Permission(_may_enter, "KOR or TRK over the site"), handler=shifts.enter, loser="refuse",
        doc="Enter an officer's turn at a site.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="shift.sign_on", record="shift", rule=Rule.APPEND, args=bodies.SignOnArgs,
        may=Permission(_may_sign_on, "a paired kiosk"), handler=shifts.sign_on, loser="refuse",
        doc="Begin a turn at the kiosk, behind its PIN.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="shift.sign_off", record="shift", rule=Rule.COMMAND, args=bodies.NoArgs,
        may=Permission(_may_sign_off, "a paired kiosk of the site"), handler=shifts.sign_off,
        doc="End a turn at the kiosk.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="shift.cancel", record="shift", rule=Rule.COMMAND, args=bodies.NoArgs,
        may=Permission(_may_cancel, "KOR or TRK over the site"), handler=shifts.cancel,
        doc="Take an entered turn back.",
    ))  # fmt: skip
