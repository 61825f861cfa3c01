"""Typed queries and mutations of notices."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol, cast

import strawberry

from backend.database.engine import Database
from backend.keys import Keys
from backend.notifications import service
from backend.notifications.models import Delivery as DeliveryRow
from backend.notifications.rules import State
from sync.actors import Viewer
from sync.clock import Clock
from sync.errors import Refusal

WATCHERS = ("SYS", "KTM")
"""Roles that may see how deliveries fare in their agency."""

strawberry.enum(State, name="DeliveryState", description="Where a delivery stands.")


class Context(Protocol):
    """What this room needs of a request."""

    db: Database
    keys: Keys
    clock: Clock

    def require(self) -> Viewer:
        """The signed-in viewer. Raises :class:`Refusal` ``signed_out``."""
        ...


@strawberry.type(description="One notice on its way to one person's devices; never its text.")
class Delivery:
    """A row of the delivery page; times are UTC."""

    id: strawberry.ID
    account: strawberry.ID
    kind: str
    state: State
    attempts: int
    last_error: str | None
    created_at: datetime
    not_before: datetime
    ended_at: datetime | None


async def _push_public_key(info: strawberry.Info) -> str:
    return _context(info).keys.vapid_public


async def _deliveries(info: strawberry.Info, first: int = 50, state: State | None = None) -> list[Delivery]:
    context = _context(info)
    viewer = context.require()
    if not any(actor.works_as(*WATCHERS) for actor in viewer.grants.values()):
        raise Refusal("forbidden", "Halaman ini untuk ketua tim dan admin teknis. Minta mereka memeriksanya.")
    async with context.db.read() as session:
        rows = await service.deliveries(session, agency=viewer.agency, first=first, state=state)
    return [_delivery(row) for row in rows]


async def _send_test_push(info: strawberry.Info) -> strawberry.ID:
    context = _context(info)
    viewer = context.require()
    async with context.db.write() as session:
        id = await service.send_test(session, agency=viewer.agency, account=viewer.account, now=context.clock.now())
    return strawberry.ID(id)


async def _notices_read(info: strawberry.Info, thread: str) -> bool:
    context = _context(info)
    viewer = context.require()
    async with context.db.write() as session:
        await service.suppress_thread(session, viewer.account, thread[:80], now=context.clock.now())
    return True


@strawberry.type
class Query:
    """Reading. ``deliveries`` refuses with ``forbidden`` without one of the roles."""

    push_public_key: str = strawberry.field(
        resolver=_push_public_key, description="The VAPID public key (base64url), for `pushManager.subscribe`."
    )
    deliveries: list[Delivery] = strawberry.field(
        resolver=_deliveries, description="The newest deliveries of the agency, at most 200; for SYS and KTM."
    )


@strawberry.type
class Mutation:
    """Acting. ``sendTestPush`` refuses with ``too_many`` within ten seconds."""

    send_test_push: strawberry.ID = strawberry.field(
        resolver=_send_test_push, description="Send a trial notice to one's own devices; answers the delivery's id."
    )
    notices_read: bool = strawberry.field(
        resolver=_notices_read,
        description="The caller looks at what a thread of notices is about: what was not sent yet stays unsent.",
    )


def _context(info: strawberry.Info) -> Context:
    return cast(Context, info.context)


def _delivery(row: DeliveryRow) -> Delivery:
    return Delivery(
        id=strawberry.ID(row.id),
        account=strawberry.ID(row.account),
        kind=row.kind,
        state=State(row.state),
        attempts=row.attempts,
        last_error=row.last_error,
        created_at=row.created,
        not_before=row.not_before,
        ended_at=row.ended,
    )
