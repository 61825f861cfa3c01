"""The one door to push services: encrypts with the ``webpush`` package and sends over HTTP/2.

The package is wrapped because of what its version 1.0.6 does: a ``ttl`` given to one call sticks to all later
ones and ``ttl=0`` is ignored; the VAPID audience loses the port; payloads that are too long pass; there is no
Topic and no Urgency; and it signs a new VAPID token for every message, which costs more than half of the time.
"""

from __future__ import annotations

import asyncio
import functools
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from types import SimpleNamespace
from typing import cast

import httpx
import structlog
from cryptography.hazmat.primitives import serialization
from pydantic import AnyHttpUrl
from webpush import WebPush, WebPushSubscription  # type: ignore[import-untyped]
from webpush.types import WebPushKeys  # type: ignore[import-untyped]
from webpush.vapid import VAPID  # type: ignore[import-untyped]

from backend.notifications.endpoints import AddressRefused, GuardedTransport, check_endpoint
from backend.notifications.rules import MAX_PAYLOAD, Outcome, PayloadTooLong, judge
from sync.clock import Clock
from sync.errors import Refusal

log = structlog.get_logger(__name__)

TOKEN_LASTS = timedelta(hours=12)
TOKEN_MARGIN = timedelta(hours=1)
MOST_ORIGINS = 1000
PLACES = 8
"""Tries at a time in one lane. A connection pool looks through all its connections at every request, so that many
small pools cost much less than a large one; a try that has a place never waits for a connection."""
_ANSWER_BYTES = 16_384


@dataclass(frozen=True, slots=True)
class Target:
    """One device as the push service knows it; ``subscription`` is our id of it."""

    subscription: str
    endpoint: str
    p256dh: str
    auth: str


@dataclass(frozen=True, slots=True)
class Message:
    """An encrypted message, ready to be posted."""

    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What one try came to; ``code`` is ``None`` on success, else short and stable."""

    outcome: Outcome
    code: str | None = None
    retry_after: timedelta | None = None


class CachingVapid(VAPID):  # type: ignore[misc]
    """The package's signer with one token an origin until shortly before it expires, and the port kept."""

    def __init__(self, private_key: bytes, public_key: bytes, clock: Clock) -> None:
        super().__init__(private_key=private_key, public_key=public_key)
        self._clock = clock
        self._headers: dict[str, tuple[datetime, str]] = {}

    def get_authorization_header(self, endpoint: AnyHttpUrl, subscriber: str, expiration: int) -> str:
        """The header for the endpoint's origin (RFC 8292: scheme, host and port as the endpoint spells them)."""
        scheme, _, host = str(endpoint).split("/", 3)[:3]
        origin = f"{scheme}//{host}"
        now = self._clock.now()
        kept = self._headers.get(origin)
        if kept is not None and kept[0] > now:
            return kept[1]
        # The package joins scheme and host: the host that it gets here carries its port.
        whole = cast(AnyHttpUrl, SimpleNamespace(scheme=scheme.removesuffix(":"), host=host))
        header: str = super().get_authorization_header(whole, subscriber, expiration)
        if len(self._headers) >= MOST_ORIGINS:
            self._headers.clear()
        self._headers[origin] = (now + timedelta(seconds=expiration) - TOKEN_MARGIN, header)
        return header


@functools.cache
def _trust_store() -> ssl.SSLContext:
    """The certificates that this machine trusts; reading them takes as long as sending a hundred messages."""
    return httpx.create_ssl_context()


class PushAdapter:
    """Encrypts and sends. ``contact``: a ``mailto:`` address that push services may write to.

    ``seconds`` bounds one try as a whole; ``lanes`` times ``PLACES`` tries go on at a time; ``private`` allows
    inner addresses; ``verify`` replaces the trust store (tests). Must be closed. Raises ``ValueError`` for a
    contact that is not a mail address.
    """

    def __init__(
        self,
        *,
        vapid_private: str,
        contact: str,
        clock: Clock,
        seconds: float = 10.0,
        private: bool = False,
        lanes: int = 6,
        verify: ssl.SSLContext | None = None,
    ) -> None:
        if not contact.startswith("mailto:"):
            raise ValueError("the VAPID contact must be a mailto: address")
        private_key = serialization.load_pem_private_key(vapid_private.encode(), password=None)
        public_key = private_key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        self._private = private
        self._seconds = seconds
        self._push = WebPush(
            vapid_private.encode(),
            public_key,
            subscriber=contact.removeprefix("mailto:"),
            expiration=int(TOKEN_LASTS.total_seconds()),
        )
        self._push.vapid = CachingVapid(vapid_private.encode(), public_key, clock)
        self._clock = clock
        trust = verify or _trust_store()
        self._clients = [self._client(private, trust) for _ in range(lanes)]
        # Last in, first out: with little to do, the same warm connections are used.
        self._places: asyncio.LifoQueue[httpx.AsyncClient] = asyncio.LifoQueue()
        for client in self._clients:
            for _ in range(PLACES):
                self._places.put_nowait(client)

    async def close(self) -> None:
        """Close all connections."""
        for client in self._clients:
            await client.aclose()

    def _client(self, private: bool, trust: ssl.SSLContext) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=GuardedTransport(private=private, connections=PLACES, trust=trust),
            timeout=self._seconds,
            follow_redirects=False,
            headers={"user-agent": "Sambung", "accept": "*/*"},
        )

    def encrypt(
        self, target: Target, payload: bytes, *, ttl: int, urgency: str = "normal", topic: str | None = None
    ) -> Message:
        """The message for one device. ``ttl`` in seconds, 0: only if the device is reachable right now.

        Raises :class:`PayloadTooLong`, or ``ValueError`` for keys that are none.
        """
        if len(payload) > MAX_PAYLOAD:
            raise PayloadTooLong(f"{len(payload)} bytes")
        made = self._push.get(payload, _subscription(target))
        headers = {**cast(dict[str, str], made.headers), "ttl": str(max(0, ttl)), "urgency": urgency}
        if topic is not None:
            headers["topic"] = topic
        return Message(headers, made.encrypted)

    async def send(
        self, target: Target, payload: bytes, *, ttl: int, urgency: str = "normal", topic: str | None = None
    ) -> Answer:
        """Encrypt and post to one device. Never raises for what the other side does; cancels cleanly."""
        try:
            check_endpoint(target.endpoint, private=self._private)
            message = self.encrypt(target, payload, ttl=ttl, urgency=urgency, topic=topic)
        except PayloadTooLong:
            return Answer(Outcome.FAILED, "payload_too_long")
        except Refusal:
            return Answer(Outcome.FAILED, "endpoint_refused")
        except ValueError:
            return Answer(Outcome.FAILED, "bad_keys")
        client = await self._places.get()
        try:
            return await self._post(client, target.endpoint, message)
        finally:
            self._places.put_nowait(client)

    async def _post(self, client: httpx.AsyncClient, endpoint: str, message: Message) -> Answer:
        try:
            # The library's time-outs are per read: a service that drips a byte at a time would hold us for ever.
            async with asyncio.timeout(self._seconds):
                request = client.build_request("POST", endpoint, headers=message.headers, content=message.body)
                response = await client.send(request, stream=True)
                try:
                    await _drain(response)
                finally:
                    await response.aclose()
        except (TimeoutError, httpx.TimeoutException):
            return Answer(Outcome.RETRY, "timeout")
        except httpx.ConnectError as error:
            if isinstance(error.__cause__, AddressRefused):
                return Answer(Outcome.FAILED, "endpoint_refused")
            return Answer(Outcome.RETRY, "connect")
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            log.warning("push_network", error=type(error).__name__)
            return Answer(Outcome.RETRY, "network")
        outcome, code = judge(response.status_code)
        return Answer(outcome, code, _retry_after(response.headers.get("retry-after"), self._clock.now()))


async def _drain(response: httpx.Response) -> None:
    """Read a short answer to its end, so that the connection can be used again; leave a long one."""
    read = 0
    async for part in response.aiter_raw():
        read += len(part)
        if read > _ANSWER_BYTES:
            return


def _subscription(target: Target) -> WebPushSubscription:
    # Checked when it was stored and again in `send`; the package's own validation would cost a tenth of the time.
    keys = WebPushKeys.model_construct(auth=target.auth, p256dh=target.p256dh)
    return WebPushSubscription.model_construct(endpoint=target.endpoint, keys=keys)


def _retry_after(value: str | None, now: datetime) -> timedelta | None:
    """The header's meaning: seconds or an HTTP date; nonsense counts as absent."""
    if value is None:
        return None
    if value.strip().isdigit():
        return timedelta(seconds=min(int(value.strip()[:9]), 10**8))
    try:
        when = parsedate_to_datetime(value)
    except ValueError:
        return None
    when = when.replace(tzinfo=UTC) if when.tzinfo is None else when
    return max(when - now, timedelta(0))
