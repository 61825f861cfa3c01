"""Emptying the queue of texts: hand over, write down, tell the owner; a crash between any two loses no text.

A text is one timed act (:mod:`backend.jobs`): claimed by one process at a time, tried again with growing pauses,
due again when the process that held it died. Handed over but not written down, it is handed over again under the
same id, by which the gateway knows it. Written down but not told, only the telling is done again, and its mutation
has an id of its own.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

import structlog
from prometheus_client import Counter
from sqlalchemy import update
from sqlmodel import col

from backend.database.engine import Database
from backend.gateway import service
from backend.gateway.adapter import Adapter, Answer
from backend.gateway.models import Gateway, GatewayText
from backend.gateway.rules import MAX_TRIES, Outcome, State
from backend.jobs.runner import DueJob
from backend.keys import Keys
from sync.clock import Clock
from sync.errors import Refusal
from sync.faults import FaultPoints, NoFaults

log = structlog.get_logger(__name__)

TRIES = Counter("sambung_gateway_tries_total", "Tries to hand a text to a gateway", ["outcome"])


class NotYet(Exception):
    """The gateway did not take it now; the job is tried again."""


class Owner(Protocol):
    """Port: the service whose texts and messages a gateway carries."""

    async def settled(self, agency: str, about: str, text: str, *, sent: bool, act: str) -> None:
        """A text is at an end. May be told twice; ``act`` is the id by which it acts once."""
        ...

    async def received(self, gateway: Gateway, incoming: Any) -> None:
        """A message came in (:class:`backend.gateway.webhook.Incoming`). May come twice; acts once."""
        ...


Owners = Mapping[str, Owner]


class Deliveries:
    """The queue's one worker function."""

    def __init__(
        self, db: Database, keys: Keys, clock: Clock, adapter: Adapter, owners: Owners,
        faults: FaultPoints | None = None,
    ) -> None:  # fmt: skip
        self._db, self._keys, self._clock = db, keys, clock
        self._adapter, self._owners = adapter, owners
        self._faults = faults or NoFaults()

    def functions(self) -> Mapping[str, Callable[[DueJob], Awaitable[None]]]:
        """What the job runner calls."""
        return {service.DELIVER_JOB: self.deliver}

    async def deliver(self, job: DueJob) -> None:
        """Bring one text as far as it goes. Raises :class:`NotYet` for another try."""
        async with self._db.read() as session:
            text = await session.get(GatewayText, str(job.payload["text"]))
            gateway = None if text is None else await session.get(Gateway, text.gateway)
        if text is None or gateway is None:
            return
        if text.state == State.WAITING:
            text = await self._hand_over(gateway, text)
        if text.state in (State.ACCEPTED, State.REFUSED):
            await self._tell(gateway, text, job.act)

    async def _hand_over(self, gateway: Gateway, text: GatewayText) -> GatewayText:
        tries = text.tries + 1
        if tries > MAX_TRIES:
            return await self._write(text, State.REFUSED, tries, text.last_error or "tries")
        # Counted before it is sent: a text that takes the process down must not do so for ever.
        await self._write(text, State.WAITING, tries, text.last_error)
        if gateway.active:
            answer = await self._adapter.send(gateway, service.secret(self._keys, gateway), text)
        else:
            answer = Answer(Outcome.REFUSED, "switched_off")
        await self._faults.reach("gateway_handed_over")
        TRIES.labels(answer.outcome.value).inc()
        if answer.outcome is Outcome.ACCEPTED:
            return await self._write(text, State.ACCEPTED, tries, None)
        log.info("text_not_taken", text=text.id, code=answer.code)
        if answer.outcome is Outcome.REFUSED or tries >= MAX_TRIES:
            return await self._write(text, State.REFUSED, tries, answer.code)
        await self._write(text, State.WAITING, tries, answer.code)
        raise NotYet

    async def _write(self, text: GatewayText, state: State, tries: int, error: str | None) -> GatewayText:
        async with self._db.write() as session:
            await session.execute(
                update(GatewayText)
                .where(col(GatewayText.id) == text.id, col(GatewayText.state) == State.WAITING)
                .values(state=state, tries=tries, last_error=error)
            )
        text.state, text.tries, text.last_error = state, tries, error
        return text

    async def _tell(self, gateway: Gateway, text: GatewayText, act: str) -> None:
        sent = text.state == State.ACCEPTED
        await self._faults.reach("gateway_written_down")
        if text.about is not None:
            owner = self._owners[gateway.owner]
            try:
                await owner.settled(text.agency, text.about, text.id, sent=sent, act=act)
            except Refusal as refusal:
                if refusal.code == "busy":
                    raise NotYet from refusal  # a refusal would end the job for good
                raise
        end = State.SENT if sent else State.FAILED
        async with self._db.write() as session:
            await session.execute(
                update(GatewayText)
                .where(col(GatewayText.id) == text.id, col(GatewayText.state) == text.state)
                .values(state=end, ended=self._clock.now(), text="", address="")
            )
