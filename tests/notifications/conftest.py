"""A push service on this machine, the adapter that speaks to it, and devices of a person."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from backend.database.engine import Database
from backend.keys import Keys
from backend.notifications import service
from backend.notifications.models import Delivery, PushSubscription
from backend.notifications.service import Reach
from backend.notifications.webpush_adapter import PushAdapter, Target
from backend.notifications.worker import Worker
from sync.ids import uuid4
from tests.support.clock import SettableClock
from tests.support.push_receiver import Device, PushReceiver

AGENCY, BUDI, SITI = uuid4(), uuid4(), uuid4()


@pytest.fixture
async def receiver() -> AsyncIterator[PushReceiver]:
    """A push service; whatever it could not decrypt or verify fails the test."""
    async with PushReceiver() as running:
        yield running
        assert running.problems == []


@pytest.fixture
def patience(request: pytest.FixtureRequest) -> float:
    """Seconds until the adapter gives up: short only where the test waits for just that."""
    return 1.0 if any(word in request.node.name for word in ("timeout", "drip", "slow")) else 30.0


@pytest.fixture
async def adapter(keys: Keys, clock: SettableClock, patience: float) -> AsyncIterator[PushAdapter]:
    """The adapter, allowed to reach this machine."""
    made = PushAdapter(
        vapid_private=keys.vapid_private, contact="mailto:admin@example.id", clock=clock, seconds=patience, private=True
    )
    yield made
    await made.close()


def target(device: Device) -> Target:
    """A device of the receiver as the adapter knows it."""
    keys = device.subscription_json()["keys"]
    return Target(uuid4(), device.endpoint, keys["p256dh"], keys["auth"])


@dataclass
class Post:
    """A worker with a person's devices: short words for what the tests do over and over."""

    db: Database
    clock: SettableClock
    worker: Worker

    async def device(self, device: Device, account: str = BUDI, id: str | None = None) -> str:
        """Subscribe a device; returns the subscription's id."""
        id = id or uuid4()
        keys = device.subscription_json()["keys"]
        reach = Reach(device.endpoint, keys["p256dh"], keys["auth"], "HP")
        async with self.db.write() as session:
            await service.subscribe(
                session, id=id, account=account, agency=AGENCY, device=id, reach=reach, now=self.clock.now()
            )
        return id

    async def notify(self, account: str = BUDI, **changes: Any) -> str:
        """Put a notice into the outbox; returns the delivery's id."""
        notice: dict[str, Any] = {
            "kind": "answered",
            "title": "Jawaban Rahasia",
            "body": "Gaji Anda naik.",
            "url": "/tanya/1",
            "thread": "t1",
            **changes,
        }
        async with self.db.write() as session:
            return await service.notify(session, agency=AGENCY, account=account, now=self.clock.now(), **notice)

    async def choose(self, account: str = BUDI, **changes: Any) -> None:
        """Set members of the person's preference."""
        async with self.db.write() as session:
            await service.set_preference(session, account=account, agency=AGENCY, changes=changes, now=self.clock.now())

    async def delivery(self, id: str) -> Delivery:
        """The delivery as stored."""
        async with self.db.read() as session:
            return (await session.execute(select(Delivery).where(col(Delivery.id) == id))).scalar_one()

    async def subscription(self, id: str) -> PushSubscription:
        """The subscription as stored."""
        async with self.db.read() as session:
            return (await session.execute(select(PushSubscription).where(col(PushSubscription.id) == id))).scalar_one()

    async def later(self, lapse: timedelta) -> None:
        """Move the clock and deliver what is due then."""
        self.clock.advance(lapse)
        await self.worker.run_due()


@pytest.fixture
def post(db: Database, clock: SettableClock, adapter: PushAdapter) -> Post:
    """A worker on a fresh database."""
    return Post(db, clock, Worker(db, clock, adapter))
