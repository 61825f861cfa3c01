"""What the feed carries of ratings, and everything that can be done to them: who may, by which rule."""

from __future__ import annotations

from functools import partial

from backend.ratings import bodies
from backend.ratings.service import changes, decisions, intake
from backend.ratings.service.room import Room
from sync.actors import Actor
from sync.registry import MutationKind, Permission, RecordKind, Registry, Rule
from sync.writing import Item, StoredRecord


def _may_submit(actor: Actor, _item: Item, _record: StoredRecord | None) -> bool:
    return bool(actor.facts.get("kiosk"))


def _may_decide(actor: Actor, _item: Item, _record: StoredRecord | None) -> bool:
    return actor.works_as("TRK")


def _may_change(actor: Actor, _item: Item, record: StoredRecord | None) -> bool:
    """Over the whole agency: the catalogue's audiences name its root."""
    over = {name.partition("@")[2] for name in (frozenset() if record is None else record.audiences)}
    return actor.works_as("TRK", "HRA") and bool(over & actor.scope)


def declare(registry: Registry, room: Room) -> None:
    """Declare the records ``rating``, ``rating_decision`` and ``rating_catalogue``, and what can be done to them."""
    registry.record(RecordKind(name="rating", body=bodies.RatingBody, doc="A held rating: to TRK of its site."))
    registry.record(
        RecordKind(name="rating_decision", body=bodies.DecisionBody, doc="A decision about a rating: to TRK.")
    )
    registry.record(
        RecordKind(name="rating_catalogue", body=bodies.CatalogueBody, doc="Services, instrument and rules: to desks.")
    )
    registry.mutation(MutationKind(
        name="rating.submit", record="rating", rule=Rule.APPEND, args=bodies.RatingArgs,
        may=Permission(_may_submit, "the public through a code; a paired kiosk"),
        handler=partial(intake.submit, room), loser="keep", doc="Rate an officer after a service.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="rating.decide", record="rating_decision", rule=Rule.APPEND, args=bodies.RatingDecisionArgs,
        may=Permission(_may_decide, "TRK over the site"), handler=decisions.decide, loser="refuse",
        doc="Hold, confirm or void a rating, with a reason.",
    ))  # fmt: skip
    over_all = Permission(_may_change, "TRK or HRA over the whole agency")
    registry.mutation(MutationKind(
        name="rating.set_services", record="rating_catalogue", rule=Rule.COMMAND, args=bodies.RatingServicesArgs,
        may=over_all, handler=partial(changes.set_services, room), doc="A new version of the list of services.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="rating.set_rules", record="rating_catalogue", rule=Rule.COMMAND, args=bodies.RatingRulesArgs,
        may=over_all, handler=partial(changes.set_rules, room), doc="A new version of the rules.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="rating.set_instrument", record="rating_catalogue", rule=Rule.COMMAND, args=bodies.RatingInstrumentArgs,
        may=over_all, handler=partial(changes.set_instrument, room), doc="New texts of an instrument version.",
    ))  # fmt: skip
