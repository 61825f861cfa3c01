"""Where a push message may go. An endpoint comes from a browser, so from anybody: it must not reach inside.

Two gates: the spelling is checked when a device subscribes; the addresses behind the name are checked at
every new connection, and the connection goes to the very address that was checked (a name may answer
differently the next time).
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import ipaddress
import select
import socket
import ssl
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import httpcore
import httpx
from cryptography.hazmat.primitives.asymmetric import ec

from sync.errors import Refusal

LONGEST = 2048
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether an IP address (text) belongs to the public internet, also when wrapped in another notation."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if found in _NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return inner.is_global and not inner.is_multicast
    return found.is_global and not found.is_multicast


def check_endpoint(endpoint: str, *, private: bool) -> str:
    """The endpoint as it may be stored. ``private``: plain http and inner addresses are allowed (tests, demo).

    Raises :class:`Refusal` ``invalid``. Does not touch the network.
    """
    try:
        parts = urlsplit(endpoint)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise _refused() from None
    plain = endpoint.isascii() and endpoint.isprintable() and " " not in endpoint and len(endpoint) <= LONGEST
    if not plain or not host or parts.username is not None or parts.password is not None or parts.fragment:
        raise _refused()
    if private and parts.scheme in ("http", "https"):
        return endpoint
    if parts.scheme != "https" or host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        raise _refused()
    try:
        public = is_public(host)
    except ValueError:
        # Not an address. Names need a dot; "2130706433" and "0x7f.1" are addresses to some resolvers.
        public = "." in host and not host.rpartition(".")[2].isdigit() and not host.startswith("0x")
    if not public:
        raise _refused()
    return endpoint


def check_keys(p256dh: str, auth: str) -> None:
    """The browser's public key (65 bytes, a point of P-256) and secret (16 bytes), both base64url.

    Raises :class:`Refusal` ``invalid``.
    """
    try:
        point, secret = (base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)) for text in (p256dh, auth))
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except (ValueError, binascii.Error):
        raise _refused() from None
    if len(point) != 65 or len(secret) != 16:
        raise _refused()


def endpoint_hash(endpoint: str) -> str:
    """What an endpoint is compared by (64 hex digits)."""
    return hashlib.sha256(endpoint.encode()).hexdigest()


class AddressRefused(httpcore.ConnectError):
    """The name led to an address that is not of the public internet."""


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connects to checked addresses only."""

    def __init__(self, *, private: bool) -> None:
        self._private = private
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 (the interface of httpcore)
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Resolve, refuse if any address is not public, connect to the first that answers."""
        try:
            async with asyncio.timeout(timeout):
                found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout("name") from error
        except OSError as error:
            raise httpcore.ConnectError("name") from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        if not self._private and not all(is_public(address) for address in addresses):
            raise AddressRefused("address")
        failure: Exception = httpcore.ConnectError("no address")
        for address in addresses:
            try:
                return _Stream(await self._inner.connect_tcp(address, port, timeout, local_address, socket_options))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self._inner.sleep(seconds)


class _Stream(httpcore.AsyncNetworkStream):
    """A stream that remembers its socket.

    The pool asks every idle connection at every request whether the other side closed it; finding the socket
    anew each time was a fifth of the cost of a message.
    """

    def __init__(self, inner: httpcore.AsyncNetworkStream) -> None:
        self._inner = inner
        self._socket = inner.get_extra_info("socket")

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        """Some bytes; none at the end."""
        return await self._inner.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        """All bytes."""
        await self._inner.write(buffer, timeout)

    async def aclose(self) -> None:
        """Close the connection."""
        await self._inner.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 (the interface of httpcore)
    ) -> httpcore.AsyncNetworkStream:
        """The same connection, encrypted."""
        return _Stream(await self._inner.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        """Facts of the connection, as httpcore asks for them."""
        if info == "is_readable":
            return _is_readable(self._socket)
        return self._inner.get_extra_info(info)


def _is_readable(connection: socket.socket | None) -> bool:
    if connection is None or connection.fileno() < 0:
        return True
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    return bool(poll.poll(0))


class GuardedTransport(httpx.AsyncHTTPTransport):
    """HTTP/1.1 and HTTP/2 over :class:`GuardedBackend`. ``trust``: the trust store."""

    def __init__(self, *, private: bool, connections: int, trust: ssl.SSLContext) -> None:
        super().__init__(verify=trust, http2=True)
        # httpx does not pass a network backend through; the pool is the same one, made with ours.
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=trust,
            max_connections=connections,
            max_keepalive_connections=connections,
            keepalive_expiry=60,
            http1=True,
            http2=True,
            network_backend=GuardedBackend(private=private),
        )


def _refused() -> Refusal:
    return Refusal(
        "invalid",
        "Alamat kabar dari peramban ini tidak dapat dipakai. Isian lain aman. Matikan lalu nyalakan lagi notifikasi.",
    )
