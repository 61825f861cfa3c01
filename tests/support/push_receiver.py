"""A push service of our own: real HTTP on 127.0.0.1, real decryption, real VAPID checks, and faults on demand.

It plays both ends that we do not own: the service that takes the message, and the browser that decrypts it.
Nothing of the server under test is used here: decryption is ``http_ece``, the token is checked by ``jwt``.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import os
import socket
import ssl
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import http_ece
import jwt
import uvicorn
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

Fault = int | str | dict[str, Any]
"""A status (``503``), ``"timeout"`` (no answer until the client goes), ``"hang_up"`` (connection cut without
an answer), ``"drip"`` (an answer a byte at a time), or ``{"status": 429, "headers": {"retry-after": "120"}}``."""


@dataclass(slots=True)
class Received:
    """One message that came in: decrypted, its token checked, and how it was answered."""

    device: str
    status: int | None
    headers: dict[str, str]
    payload: bytes
    token: dict[str, Any]
    at: float

    @property
    def json(self) -> Any:
        """The decrypted payload as JSON."""
        return json.loads(self.payload)


@dataclass(slots=True)
class Device:
    """A browser with its keys; ``faults`` are used up one a message, then ``always`` (or 201) answers."""

    name: str
    endpoint: str
    private: ec.EllipticCurvePrivateKey
    auth: bytes
    faults: list[Fault] = field(default_factory=list)
    always: Fault = 201

    @property
    def p256dh(self) -> str:
        """The public key, base64url."""
        return _b64(self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))

    def subscription_json(self) -> dict[str, Any]:
        """What ``PushSubscription.toJSON()`` gives in the browser."""
        keys = {"p256dh": self.p256dh, "auth": _b64(self.auth)}
        return {"endpoint": self.endpoint, "expirationTime": None, "keys": keys}


class PushReceiver:
    """Start it, make devices with :meth:`endpoint`, look at :attr:`received`.

    ``certificate``: (certificate file, key file) to speak TLS. ``check=False`` neither decrypts nor checks tokens
    (load tests, where the receiver must not be the slow part), takes messages for any device, and only counts.
    """

    def __init__(self, *, certificate: tuple[str, str] | None = None, check: bool = True) -> None:
        self.received: list[Received] = []
        self.problems: list[str] = []
        self.count = 0
        self._check = check
        self._devices: dict[str, Device] = {}
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self._scheme = "https" if certificate else "http"
        self._changed = asyncio.Event()
        options: dict[str, Any] = {"ssl_certfile": certificate[0], "ssl_keyfile": certificate[1]} if certificate else {}
        config = uvicorn.Config(
            self._app, log_level="warning", interface="asgi3", lifespan="off", access_log=False, **options
        )
        self._server = uvicorn.Server(config)
        self._serving: asyncio.Task[None] | None = None

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"{self._scheme}://127.0.0.1:{self._socket.getsockname()[1]}"

    async def start(self) -> PushReceiver:
        """Take messages; returns when it listens."""
        # uvicorn would take over Ctrl-C from the tests.
        self._server.capture_signals = contextlib.nullcontext  # type: ignore[assignment,method-assign]
        self._serving = asyncio.create_task(self._server.serve(sockets=[self._socket]))
        while not self._server.started:
            await asyncio.sleep(0.01)
        return self

    async def stop(self) -> None:
        """Close everything, hanging requests included."""
        self._server.should_exit = self._server.force_exit = True
        if self._serving is not None:
            await self._serving
        self._socket.close()

    async def __aenter__(self) -> PushReceiver:
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def endpoint(self, *faults: Fault, always: Fault = 201, secret: str | None = None) -> Device:
        """A new device; its first messages meet the ``faults`` in this order, all later ones ``always``."""
        name = secret or base64.urlsafe_b64encode(os.urandom(18)).decode()
        private = ec.generate_private_key(ec.SECP256R1())
        device = Device(name, f"{self.origin}/push/{name}", private, os.urandom(16), list(faults), always)
        self._devices[name] = device
        return device

    def delivered(self, device: Device | None = None) -> list[Received]:
        """Messages that were taken (201), of one device or of all."""
        return [one for one in self.received if one.status == 201 and (device is None or one.device == device.name)]

    async def wait_for(self, count: int, seconds: float = 10) -> list[Received]:
        """The messages taken, as soon as there are ``count``. Raises ``TimeoutError``."""
        async with asyncio.timeout(seconds):
            while len(self.delivered()) < count:
                self._changed.clear()
                await self._changed.wait()
        return self.delivered()

    async def _app(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        body = b""
        while True:
            event = await receive()
            body += event.get("body", b"")
            if not event.get("more_body"):
                break
        device = self._devices.get(scope["path"].removeprefix("/push/"))
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        fault: Fault = 404 if self._check else 201
        if device is not None:
            fault = device.faults.pop(0) if device.faults else device.always
        status = fault if isinstance(fault, int) else fault["status"] if isinstance(fault, dict) else None
        self.count += 1
        if device is not None and self._check:
            self._keep(device, status, headers, body)
        if isinstance(fault, str):
            await self._misbehave(fault, receive, send)
            return
        extra = fault.get("headers", {}) if isinstance(fault, dict) else {}
        await send({"type": "http.response.start", "status": status, "headers": _raw(extra.items())})
        await send({"type": "http.response.body", "body": b""})

    def _keep(self, device: Device, status: int | None, headers: dict[str, str], body: bytes) -> None:
        try:
            payload = http_ece.decrypt(body, private_key=device.private, auth_secret=device.auth, version="aes128gcm")
            token = self._token(headers)
        except Exception as error:
            self.problems.append(f"{type(error).__name__}: {error}")
            raise
        self.received.append(Received(device.name, status, headers, payload, token, time.monotonic()))
        self._changed.set()

    def _token(self, headers: dict[str, str]) -> dict[str, Any]:
        """The VAPID claims (RFC 8292) after checking signature, audience and expiry."""
        scheme, _, rest = headers["authorization"].partition(" ")
        assert scheme == "vapid", scheme
        parts = dict(part.strip().split("=", 1) for part in rest.split(","))
        raw = base64.urlsafe_b64decode(parts["k"] + "=" * (-len(parts["k"]) % 4))
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)
        claims: dict[str, Any] = jwt.decode(parts["t"], key, algorithms=["ES256"], audience=self.origin)
        assert claims["exp"] - time.time() <= 24 * 3600, "a token may last 24 hours at most"
        assert claims["sub"].startswith("mailto:"), claims["sub"]
        return {**claims, "k": parts["k"]}

    async def _misbehave(self, fault: str, receive: Any, send: Any) -> None:
        if fault == "timeout":
            await receive()  # until the client disconnects
        elif fault == "drip":
            await send({"type": "http.response.start", "status": 201, "headers": [(b"content-length", b"100000")]})
            with contextlib.suppress(OSError):
                for _ in range(1000):
                    await send({"type": "http.response.body", "body": b".", "more_body": True})
                    await asyncio.sleep(0.05)
        elif fault == "hang_up":
            raise ConnectionAbortedError("asked to hang up")
        else:
            raise ValueError(fault)


def certificate(folder: str) -> tuple[tuple[str, str], ssl.SSLContext]:
    """A certificate for 127.0.0.1 (certificate file, key file), and a trust store that knows it."""
    from datetime import UTC, datetime, timedelta
    from ipaddress import ip_address

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.serialization import NoEncryption, PrivateFormat

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    files = (os.path.join(folder, "receiver.crt"), os.path.join(folder, "receiver.key"))
    with open(files[0], "wb") as file:
        file.write(made.public_bytes(Encoding.PEM))
    with open(files[1], "wb") as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return files, ssl.create_default_context(cafile=files[0])


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _raw(headers: Iterable[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode()) for name, value in headers]
