"""``POST /gateway/{id}``: a gateway's messages, signed over body and time, each acted on once.

The answer is given after the commit. A gateway that did not get it sends the message again, and that is the same
mutation: no message is doubled, and none is lost as long as the gateway asks until it hears ``accepted``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import structlog
from prometheus_client import Counter
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from backend.database.engine import Database
from backend.gateway import service
from backend.gateway.adapter import SIGNATURE, TIMESTAMP
from backend.gateway.delivery import Owners
from backend.gateway.models import Gateway
from backend.gateway.rules import MAX_BODY, is_genuine
from backend.keys import Keys
from sync.clock import Clock
from sync.errors import Refusal
from sync.ids import is_uuid

log = structlog.get_logger(__name__)

MESSAGES = Counter("sambung_gateway_messages_total", "Messages of gateways, by what became of them", ["outcome"])
_NOBODY = b"\x00" * 43

Short = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="ignore", populate_by_name=True)

    id: Short
    sender: Annotated[str, StringConstraints(min_length=1, max_length=320), Field(alias="from")]
    name: Annotated[str, StringConstraints(max_length=1000)] = ""
    text: str = ""
    media: Annotated[str, StringConstraints(max_length=100)] | None = None
    sent_at: AwareDatetime | None = Field(default=None, alias="sentAt")


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message. ``id`` is the gateway's; ``media`` names what came instead of text; ``sent`` is its evidence."""

    id: str
    address: str
    name: str
    text: str
    media: str | None
    sent: datetime | None


class Webhook:
    """The door for gateways; whom a message goes to is the gateway's owner."""

    def __init__(self, db: Database, keys: Keys, clock: Clock, owners: Owners) -> None:
        self._db, self._keys, self._clock, self._owners = db, keys, clock, owners

    def routes(self) -> list[Route]:
        """The one address."""
        return [Route("/gateway/{id}", self.take, methods=["POST"])]

    async def take(self, request: Request) -> Response:
        """200 ``accepted`` once it is kept; 401 for every doubt about who sent it; 422 for what cannot be read."""
        try:
            body = await _bounded(request)
        except ClientDisconnect:
            return _answer(400, "cut_off")
        if body is None:
            return _answer(413, "too_large")
        gateway = await self._genuine(request, body)
        if gateway is None:
            return _answer(401, "signature")
        try:
            read = _Body.model_validate_json(body)
        except (ValidationError, ValueError):
            return _answer(422, "invalid")
        # No database text holds the sign NUL; a message is not lost over it.
        plain = [(one or "").replace("\x00", "") for one in (read.sender, read.name, read.text, read.media)]
        incoming = Incoming(read.id, plain[0], plain[1], plain[2], plain[3] or None, read.sent_at)
        try:
            await self._owners[gateway.owner].received(gateway, incoming)
        except Refusal as refusal:
            if refusal.code == "busy":
                return _answer(503, "busy", {"Retry-After": "5"})
            return _answer(409 if refusal.code == "exists" else 422, refusal.code)
        return _answer(200, "accepted")

    async def _genuine(self, request: Request, body: bytes) -> Gateway | None:
        id = str(request.path_params["id"])
        async with self._db.read() as session:
            gateway = await service.find(session, id) if is_uuid(id) else None
        # An unknown gateway costs the same work and gets the same answer as a wrong signature.
        secret = service.secret(self._keys, gateway) if gateway is not None else _NOBODY
        given, timestamp = request.headers.get(SIGNATURE, ""), request.headers.get(TIMESTAMP, "")
        genuine = is_genuine(secret, timestamp, given, body, self._clock.now())
        return gateway if genuine else None


async def _bounded(request: Request) -> bytes | None:
    """The body as it travels, or ``None`` if it is longer than 64 KiB."""
    received = bytearray()
    async for piece in request.stream():
        received += piece
        if len(received) > MAX_BODY:
            return None
    return bytes(received)


def _answer(status: int, code: str, headers: dict[str, str] | None = None) -> Response:
    MESSAGES.labels(code).inc()
    if status == 401:
        log.warning("gateway_message_refused", code=code)
    return JSONResponse({"code": code}, status_code=status, headers={"Cache-Control": "no-store", **(headers or {})})
