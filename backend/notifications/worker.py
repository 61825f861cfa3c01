"""Emptying the delivery outbox. No transaction is open while anything is on the network.

Any number of processes may run one. A delivery that was sent but not written down (the process died) is sent
again after its lease: its Topic and tag make the second one replace the first on the device.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

import structlog
from prometheus_client import Counter, Histogram
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.database.engine import Database
from backend.jobs.wake import Alarm
from backend.notifications.models import Delivery, PushSubscription
from backend.notifications.outbox import Claimed, Claims, Sent, Settled, ZoneOf, claim, ready, settle
from backend.notifications.rules import Outcome, PayloadTooLong, State, family, payload, topic
from backend.notifications.service import CHANNEL
from backend.notifications.webpush_adapter import Answer, PushAdapter, Target
from sync.clock import Clock

log = structlog.get_logger(__name__)

TRIES = Counter("sambung_push_tries_total", "Tries at single devices", ["outcome", "code"])
ENDED = Counter("sambung_deliveries_total", "Deliveries by the state that they took", ["state"])
LAG = Histogram(
    "sambung_push_seconds", "Seconds of one try at a device", buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
)

BATCH = 200
IN_FLIGHT = 400
POLL_SECONDS = 1.0
GATHER_SECONDS = 0.1


class Published(Protocol):
    """A transaction that can also publish records (:class:`sync.writing.Writing`)."""

    @property
    def session(self) -> AsyncSession:
        """The transaction."""
        ...

    def publish(self, kind: str, id: str, body: Any, audiences: Any) -> None:
        """Set the whole body of a record and who may see it."""
        ...


Writing = Callable[[str], AbstractAsyncContextManager[Published]]
Publish = Callable[[Published, Sequence[PushSubscription]], Awaitable[None]]


class Worker:
    """Claims, sends, settles. ``writing`` (the engine's) and ``publish`` tell devices' owners of their status.

    ``zone_of`` answers the zones of agencies, for quiet hours that name none.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        adapter: PushAdapter,
        *,
        zone_of: ZoneOf | None = None,
        writing: Writing | None = None,
        publish: Publish | None = None,
    ) -> None:
        self._db = db
        self._clock = clock
        self._adapter = adapter
        self._zone_of = zone_of
        self._writing = writing
        self._publish = publish
        self._alarm = Alarm(db, CHANNEL)
        self._stopping = False
        self._sending: set[asyncio.Task[None]] = set()
        self._sent: list[Sent] = []
        self._loop: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Deliver from now on, in the background of the running loop."""
        self._stopping = False
        self._alarm.start()
        self._loop = asyncio.create_task(self._forever(), name="deliveries")

    async def stop(self) -> None:
        """Claim nothing more and return when what is on the network has been settled."""
        self._stopping = True
        await self._alarm.stop()
        if self._loop is not None:
            await self._loop
            self._loop = None

    async def run_due(self) -> int:
        """Deliver everything that is due now; returns how many deliveries were claimed or ended."""
        count = 0
        while claims := await self._claim(BATCH):
            count += claims.touched
            sent = await asyncio.gather(*(self._send(one) for one in claims.claimed))
            self._sent += sent
            await self._settle()
        return count

    async def _forever(self) -> None:
        called = True
        while not (self._stopping and not self._sending and not self._sent):
            try:
                await self._settle()
                # Whole hands only: a claim for each answer would cost more than the sending.
                free = BATCH if len(self._sending) <= IN_FLIGHT - BATCH else 0
                # The look before the claim costs no write lock; after a call the claim itself must wait for
                # the writer that called.
                if not self._stopping and free and (called or await self._anything()):
                    claims = await self._claim(free)
                    for one in claims.claimed if claims else ():
                        self._begin(one)
                    if claims and claims.touched == free:
                        # A full hand: there is more.
                        self._alarm.ring()
            except Exception as error:
                log.error("deliveries_pass_failed", error=type(error).__name__, exc_info=True)
                if self._stopping:
                    return
                await asyncio.sleep(POLL_SECONDS)
            called = await self._alarm.wait(POLL_SECONDS)
            if called and self._sending:
                # Answers come in showers: one transaction for a shower, not one for each drop.
                await asyncio.sleep(GATHER_SECONDS)

    def _begin(self, claimed: Claimed) -> None:
        async def send() -> None:
            # First the wait, then the list: settling puts a new list in its place meanwhile.
            sent = await self._send(claimed)
            self._sent.append(sent)

        task = asyncio.create_task(send(), name="delivery")
        self._sending.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._sending.discard(task)
        self._alarm.ring()
        if not task.cancelled() and task.exception() is not None:
            # Its lease ends by itself, and it counts as a try.
            log.error("delivery_raised", error=type(task.exception()).__name__, exc_info=task.exception())

    async def _anything(self) -> bool:
        async with self._db.read() as session:
            found = await session.execute(select(col(Delivery.id)).where(ready(self._clock.now())).limit(1))
            return found.first() is not None

    async def _claim(self, most: int) -> Claims | None:
        async with self._db.write() as session:
            claims = await claim(session, now=self._clock.now(), most=most, zone_of=self._zone_of)
        for state in claims.ended:
            ENDED.labels(state.value).inc()
        return claims if claims.touched else None

    async def _send(self, claimed: Claimed) -> Sent:
        seconds = (claimed.expires - self._clock.now()).total_seconds()
        try:
            message = payload(
                kind=claimed.kind,
                title=claimed.title,
                body=claimed.body,
                url=claimed.url,
                thread=claimed.thread,
                tag=claimed.thread or claimed.id,
                show_content=claimed.show_content,
                who=claimed.who,
                count=claimed.count,
            )
        except PayloadTooLong:
            log.error("payload_too_long", delivery=claimed.id, kind=claimed.kind)
            refused = Answer(Outcome.FAILED, "payload_too_long")
            return Sent(claimed, [(target, refused) for target in claimed.targets])
        about = topic(claimed.account, claimed.thread) if claimed.thread is not None else None
        urgency = family(claimed.kind).urgency

        async def one(target: Target) -> tuple[Target, Answer]:
            with LAG.time():
                answer = await self._adapter.send(target, message, ttl=int(seconds), urgency=urgency, topic=about)
            TRIES.labels(answer.outcome.value, answer.code or "").inc()
            if answer.outcome is not Outcome.DELIVERED:
                log.info("push_not_delivered", delivery=claimed.id, subscription=target.subscription, code=answer.code)
            return target, answer

        return Sent(claimed, list(await asyncio.gather(*(one(target) for target in claimed.targets))))

    async def _settle(self) -> None:
        sent, self._sent = self._sent, []
        if not sent:
            return
        try:
            for agency in sorted({one.claimed.agency for one in sent}):
                own = [one for one in sent if one.claimed.agency == agency]
                settled = await self._settle_agency(agency, own)
                sent = [one for one in sent if one.claimed.agency != agency]
                for state in settled.states:
                    ENDED.labels("retry" if state is State.WAITING else state.value).inc()
        except BaseException:
            # What is not written down yet is tried again at the next pass; after a crash the lease brings it back.
            self._sent = [*sent, *self._sent]
            raise

    async def _settle_agency(self, agency: str, sent: Sequence[Sent]) -> Settled:
        if self._writing is None or self._publish is None:
            async with self._db.write() as session:
                return await settle(session, sent, now=self._clock.now())
        async with self._writing(agency) as w:
            settled = await settle(w.session, sent, now=self._clock.now())
            await w.session.flush()
            if settled.subscriptions:
                await self._publish(w, settled.subscriptions)
            return settled
