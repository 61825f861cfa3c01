"""What the feed carries of notices: a person's choices, and which devices can be reached. Never an endpoint."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, Protocol

from pydantic import AfterValidator, Field

from backend.notifications.endpoints import check_endpoint, check_keys
from backend.notifications.models import PushSubscription
from backend.notifications.service import Reach, set_preference, subscribe, unsubscribe
from sync.actors import Actor
from sync.clock import to_ms, wire
from sync.registry import MutationKind, Permission, RecordKind, Registry, Rule, Wire
from sync.writing import Item, StoredRecord, Writing

PREFERENCE = "preference"
SUBSCRIPTION = "push_subscription"
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d\Z")
_ZONE = re.compile(r"[A-Za-z]+(/[A-Za-z_+\-0-9]+){1,2}\Z")


def _clock(value: str) -> str:
    if not _CLOCK.match(value):
        raise ValueError("Tulis jam seperti 20:00.")
    return value


def _zone(value: str) -> str:
    if not _ZONE.match(value):
        raise ValueError("Zona waktu tidak dikenal.")
    return value


Clock = Annotated[str, AfterValidator(_clock)]


class Push(Wire):
    """Which notices are wanted; a member left out keeps its default. ``show_content``: texts on the lock screen."""

    answered: bool | None = None
    application: bool | None = None
    deadline: bool | None = None
    work: bool | None = None
    announcement: bool | None = None
    show_content: bool | None = None


class QuietHours(Wire):
    """No notices from ``from`` to ``to``, local time ``HH:MM``; ``zone``: IANA name, left out: the agency's."""

    from_: Clock = Field(alias="from")
    to: Clock
    zone: Annotated[str, AfterValidator(_zone)] | None = None


class PreferenceBody(Wire):
    """A person's choices; every member may be absent."""

    push: Push | None = None
    quiet: QuietHours | None = None
    theme: Literal["terang", "gelap", "hp"] | None = None
    text_size: Annotated[int, Field(ge=1, le=3)] | None = None


class SubscriptionBody(Wire):
    """One device of the person: whether notices reach it, and when one last did."""

    device: str
    label: str
    active: bool
    last_success_at: str | None = None


class SubscribeArgs(Wire):
    """What the browser's push manager gave (``toJSON()``), and a name for the device."""

    endpoint: Annotated[str, Field(max_length=2048)]
    p256dh: Annotated[str, Field(max_length=120)]
    auth: Annotated[str, Field(max_length=40)]
    label: Annotated[str, Field(max_length=80)] = ""


class UnsubscribeArgs(Wire):
    """Nothing: the record says which device."""


class Publishing(Protocol):
    """The part of a writing that publishes."""

    def publish(self, kind: str, id: str, body: Any, audiences: Any) -> None:
        """Set the whole body of a record and who may see it."""
        ...


async def publish_subscriptions(w: Publishing, rows: Sequence[PushSubscription]) -> None:
    """Tell the owners of devices how these stand now."""
    for row in rows:
        body = SubscriptionBody(
            device=row.device,
            label=row.label,
            active=row.removed_at is None,
            last_success_at=_wire(row.last_success_at),
        )
        w.publish(SUBSCRIPTION, row.id, body, [f"person:{row.account}"])


def _wire(instant: datetime | None) -> str | None:
    return None if instant is None else wire(to_ms(instant))


def declare(registry: Registry, *, private_endpoints: bool = False) -> None:
    """Declare the kinds of this room. ``private_endpoints``: allow inner push addresses (tests, demo)."""

    async def set_(w: Writing, item: Item) -> None:
        args: PreferenceBody = item.args
        dumped = args.model_dump(mode="json", by_alias=True, exclude_none=True)
        # A member that is there and null is taken back; one that is absent stays as it was.
        names = [PreferenceBody.model_fields[name].alias or name for name in args.model_fields_set]
        changes = {name: dumped.get(name) for name in names}
        body = await set_preference(w.session, account=item.actor.account, agency=w.agency, changes=changes, now=w.now)
        w.publish(PREFERENCE, item.record, body, [f"person:{item.actor.account}"])

    async def subscribe_(w: Writing, item: Item) -> None:
        args: SubscribeArgs = item.args
        endpoint = check_endpoint(args.endpoint, private=private_endpoints)
        check_keys(args.p256dh, args.auth)
        changed = await subscribe(
            w.session,
            id=item.record,
            account=item.actor.account,
            agency=w.agency,
            device=item.device or item.record,
            reach=Reach(endpoint, args.p256dh, args.auth, args.label.strip()),
            now=w.now,
        )
        await publish_subscriptions(w, changed)

    async def unsubscribe_(w: Writing, item: Item) -> None:
        changed = await unsubscribe(
            w.session,
            id=item.record,
            account=item.actor.account,
            device=item.device or item.record,
            now=w.now,
        )
        await publish_subscriptions(w, changed)

    registry.record(RecordKind(name=PREFERENCE, body=PreferenceBody, doc="What a person chose; id: the account."))
    registry.record(RecordKind(name=SUBSCRIPTION, body=SubscriptionBody, doc="A device that notices can reach."))
    registry.mutation(
        MutationKind(
            name="preference.set",
            record=PREFERENCE,
            rule=Rule.REGISTER,
            args=PreferenceBody,
            may=Permission(_is_own, "the person"),
            handler=set_,
            creates=True,
            unaudited=True,
            doc="Choose notices, quiet hours, theme or text size; members left out stay as they are.",
        )
    )
    registry.mutation(
        MutationKind(
            name="push.subscribe",
            record=SUBSCRIPTION,
            rule=Rule.REGISTER,
            args=SubscribeArgs,
            may=Permission(_own_device, "the person, for an own device"),
            handler=subscribe_,
            creates=True,
            unaudited=True,
            doc="Reach this device by push; saying it again changes nothing.",
        )
    )
    registry.mutation(
        MutationKind(
            name="push.unsubscribe",
            record=SUBSCRIPTION,
            rule=Rule.REGISTER,
            args=UnsubscribeArgs,
            may=Permission(_own_device, "the person, for an own device"),
            handler=unsubscribe_,
            creates=True,
            unaudited=True,
            doc="Reach this device no more.",
        )
    )


def _is_own(actor: Actor, item: Item, stored: StoredRecord | None) -> bool:
    return item.record == actor.account


def _own_device(actor: Actor, item: Item, stored: StoredRecord | None) -> bool:
    return not actor.system and (stored is None or f"person:{actor.account}" in stored.audiences)
