"""What can be done through other doors than the app: entries by staff, a gateway's messages, and how texts ended."""

from __future__ import annotations

from functools import partial

from backend.questions import channels, door_bodies
from backend.questions.ports import Ports
from backend.questions.service import doors, receiving
from sync.actors import Actor
from sync.registry import MutationKind, Permission, Registry, Rule
from sync.writing import Item, StoredRecord


def _may_enter(actor: Actor, item: Item, _record: StoredRecord | None) -> bool:
    return channels.may_enter(actor.role, item.args.channel)


def _may_call(actor: Actor, _item: Item, _record: StoredRecord | None) -> bool:
    return channels.may_enter(actor.role, channels.PHONE)


def _may_relay(actor: Actor, _item: Item, record: StoredRecord | None) -> bool:
    """Who enters the channel and sees the question."""
    if record is None or not record.audiences & actor.audiences:
        return False
    return channels.may_enter(actor.role, str(record.body.get("channel")))


ENTER = Permission(_may_enter, "LKT, ADM, OPR")
CALL = Permission(_may_call, "TEL")
RELAY = Permission(_may_relay, "LKT, ADM, OPR; TEL for calls")


def declare(registry: Registry, ports: Ports, *, answer: Permission, server: Permission) -> None:
    """Declare the kinds. ``answer``: who may answer; ``server``: nobody but the server itself."""
    registry.mutation(MutationKind(
        name="question.enter", record="question", rule=Rule.APPEND, args=door_bodies.EnterArgs, may=ENTER,
        handler=partial(doors.enter, ports), loser="refuse",
        doc="Enter a question from the counter, social media or e-mail.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="question.call", record="question", rule=Rule.APPEND, args=door_bodies.CallArgs, may=CALL,
        handler=partial(doors.call, ports), loser="refuse", doc="Log a call: answered, or to be called back.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="question.relay", record="message", rule=Rule.APPEND, args=door_bodies.RelayArgs, may=RELAY,
        target=("question", "question"), handler=partial(doors.relay, ports), loser="refuse",
        doc="Enter what the asker said next on their own channel.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="question.identify", record="question", rule=Rule.COMMAND, args=door_bodies.IdentifyArgs, may=answer,
        handler=partial(doors.identify, ports), doc="The asker proved who they are; the thread is theirs.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="question.sent", record="question", rule=Rule.COMMAND, args=door_bodies.SentArgs, may=answer,
        handler=partial(doors.sent, ports), doc="The answer was sent on the asker's channel.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="question.resend", record="question", rule=Rule.COMMAND, args=door_bodies.SentArgs, may=answer,
        handler=partial(receiving.resend, ports), doc="Let a text that a gateway did not take be tried once more.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="question.receive", record="message", rule=Rule.APPEND, args=door_bodies.ReceiveArgs, may=server,
        internal=True, handler=partial(receiving.receive, ports), loser="refuse",
        doc="A message that a gateway brought.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="question.delivered", record="question", rule=Rule.COMMAND, args=door_bodies.DeliveredArgs, may=server,
        internal=True, handler=partial(receiving.delivered, ports), doc="A text reached the gateway, or never will.",
    ))  # fmt: skip
