"""The door to a gateway: one signed HTTP request a text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import httpx
import orjson

from backend.gateway.models import Gateway, GatewayText
from backend.gateway.rules import Outcome, judge, signature
from sync.clock import Clock

TIMESTAMP, SIGNATURE, KEY = "X-Sambung-Timestamp", "X-Sambung-Signature", "Idempotency-Key"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one try came to; ``code`` is short and stable, ``None`` on success."""

    outcome: Outcome
    code: str | None = None


class Adapter(Protocol):
    """Port: hands one text over. Another kind of gateway needs only another one of these."""

    async def send(self, gateway: Gateway, secret: bytes, text: GatewayText) -> Answer:
        """Hand it over; never raises for what the network or the other side does."""
        ...

    async def close(self) -> None:
        """Give connections back."""
        ...


class HttpAdapter:
    """Posts ``{id, channel, to, text}`` to the gateway's address, signed as its own messages are.

    The id is the Idempotency-Key too: a text handed over twice (we died before writing it down) is one text.
    No redirects: the address is what was written down. ``seconds`` bounds one try.
    """

    def __init__(self, clock: Clock, *, seconds: float = 10.0) -> None:
        self._clock = clock
        self._client = httpx.AsyncClient(timeout=seconds, follow_redirects=False, trust_env=False)

    async def send(self, gateway: Gateway, secret: bytes, text: GatewayText) -> Answer:
        """One try."""
        if gateway.url is None:
            return Answer(Outcome.REFUSED, "no_address")
        body = orjson.dumps({"id": text.id, "channel": gateway.channel, "to": text.address, "text": text.text})
        timestamp = str(int(self._clock.now().timestamp()))
        headers = {
            "Content-Type": "application/json",
            TIMESTAMP: timestamp,
            SIGNATURE: signature(secret, timestamp, body),
            KEY: text.id,
        }
        try:
            async with self._client.stream("POST", gateway.url, content=body, headers=headers) as reply:
                status = reply.status_code  # what it says besides is not read: it may be endless
        except httpx.InvalidURL:
            return Answer(Outcome.REFUSED, "address")
        except httpx.HTTPError as error:
            return Answer(Outcome.RETRY, type(error).__name__[:40])
        outcome = judge(status)
        return Answer(outcome, None if outcome is Outcome.ACCEPTED else f"http_{status}")

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()
