"""What the feed carries of codes and tickets, and who may issue, revoke and replace them."""

from __future__ import annotations

from backend.ratings import code_bodies as bodies
from backend.ratings.service.codes import Codes
from backend.ratings.service.tickets import Tickets
from sync.actors import Actor
from sync.registry import MutationKind, Permission, RecordKind, Registry, Rule
from sync.writing import Item, StoredRecord


def _may_issue(actor: Actor, item: Item, _record: StoredRecord | None) -> bool:
    args: bodies.IssueArgs = item.args
    return actor.works_as("KOR", "TRK", over=args.site)


def _may_end(actor: Actor, _item: Item, record: StoredRecord | None) -> bool:
    if record is None:
        return False
    if actor.role is None and record.body.get("person") == actor.account:
        return True
    return actor.works_as("KOR", "TRK", over=record.body.get("unit"))


def _may_hand_out(actor: Actor, item: Item, _record: StoredRecord | None) -> bool:
    args: bodies.TicketArgs = item.args
    return actor.works_as("LKT", "KOR", "TRK", over=args.site)


ISSUE = Permission(_may_issue, "KOR, TRK over the site")
END = Permission(_may_end, "the officer whose code it is; KOR, TRK over the site")
HAND_OUT = Permission(_may_hand_out, "LKT, KOR, TRK over the site")


def declare(registry: Registry, codes: Codes, tickets: Tickets) -> None:
    """Declare the records and acts of codes and tickets."""
    registry.record(RecordKind(
        name="rating_code", body=bodies.CodeBody, doc="A code in force: to its officer and the desks of the site.",
    ))  # fmt: skip
    registry.record(RecordKind(
        name="rating_ticket", body=bodies.TicketBody, doc="A visit ticket: to whoever issued it.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="rating.code_issue", record="rating_code", rule=Rule.COMMAND, args=bodies.IssueArgs, may=ISSUE,
        handler=codes.issue, creates=True, doc="Issue a code for an officer or a site.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="rating.code_revoke", record="rating_code", rule=Rule.COMMAND, args=bodies.RevokeArgs, may=END,
        handler=codes.revoke, doc="Revoke a code; its page says so and stores nothing.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="rating.code_rotate", record="rating_code", rule=Rule.COMMAND, args=bodies.RotateArgs, may=END,
        handler=codes.rotate, doc="Replace a code by one with a new token.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="rating.ticket", record="rating_ticket", rule=Rule.APPEND, args=bodies.TicketArgs, may=HAND_OUT,
        handler=tickets.issue, loser="refuse", doc="Hand out a ticket for one visit.",
    ))  # fmt: skip
