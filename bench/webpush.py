"""Web Push: encrypting and signing alone, and 10,000 devices from the outbox to a receiver on this machine.

The receiver runs in a process of its own and only counts. ``python -m bench.webpush`` prints these rows alone.
"""

from __future__ import annotations

import asyncio
import base64
import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import func, insert, select
from sqlmodel import col

from backend.database.engine import Database
from backend.keys import Keys
from backend.notifications import service
from backend.notifications.endpoints import endpoint_hash
from backend.notifications.models import Delivery, PushSubscription
from backend.notifications.rules import State, payload
from backend.notifications.webpush_adapter import PushAdapter, Target
from backend.notifications.worker import Worker
from bench.report import Row, median, table
from sync.clock import SystemClock
from sync.ids import uuid4, uuid7
from tests.support.push_receiver import PushReceiver
from tests.support.schema import create_all

HOLD_RATE = 5000
HOLD_SECONDS = 60
DEVICES = 10_000
MESSAGE = payload(
    kind="answered", title="", body="", url=f"/tanya/{uuid4()}", thread=uuid4(), tag=uuid4(), show_content=False
)


def rows(*, quick: bool = False) -> list[Row]:
    """Both measurements."""
    with tempfile.TemporaryDirectory(prefix="sambung-bench-") as folder:
        keys = Keys.create(Path(folder) / "keys.json")
        return [_encrypting(keys, 500 if quick else 2000), asyncio.run(_draining(keys, Path(folder), quick=quick))]


def _adapter(keys: Keys) -> PushAdapter:
    return PushAdapter(
        vapid_private=keys.vapid_private, contact="mailto:a@example.id", clock=SystemClock(), private=True
    )


def _targets(count: int, origin: str) -> list[Target]:
    """Devices with keys of their own."""
    made = []
    for number in range(count):
        point = ec.generate_private_key(ec.SECP256R1()).public_key()
        p256dh = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        made.append(Target(uuid7(), f"{origin}/push/{number}", _b64(p256dh), _b64(os.urandom(16))))
    return made


def _encrypting(keys: Keys, count: int) -> Row:
    targets = _targets(count, "https://push.example.com:8443")
    adapter = _adapter(keys)
    points = [_bare_point(target) for target in targets]
    ways: dict[str, Callable[[int], Any]] = {
        "ours": lambda n: adapter.encrypt(targets[n], MESSAGE, ttl=60, urgency="high", topic="t"),
        "package": lambda n: _as_packaged(adapter, targets[n]),
        "floor": lambda n: _bare(points[n]),
    }
    rates: dict[str, list[float]] = {name: [] for name in ways}
    # In turns, so that a noisy neighbour meets all of them.
    for _ in range(5):
        for name, act in ways.items():
            started = time.process_time()
            for number in range(count):
                act(number)
            rates[name].append(count / (time.process_time() - started))
    ours, package, floor = (median(rates[name]) for name in ("ours", "package", "floor"))
    return Row(
        what="Web Push, encrypt and sign",
        hold=f">= {HOLD_RATE:,} messages/s a core",
        measured=f"{ours:,.0f}/s (best {max(rates['ours']):,.0f})",
        floor=f"{floor:,.0f}/s",
        ratio=f"{floor / ours:.2f}x",
        held=max(rates["ours"]) >= HOLD_RATE,
        peers=f"the webpush package as it is, signing every message: {package:,.0f}/s",
        note="floor: key pair, ECDH, three HKDF and AES-GCM without any package around; CPU time of one core",
        data={"rates": rates},
    )


def _as_packaged(adapter: PushAdapter, target: Target) -> None:
    """What the package does by itself: a token for every message."""
    adapter._push.vapid._headers.clear()
    adapter.encrypt(target, MESSAGE, ttl=60)


def _bare_point(target: Target) -> tuple[bytes, bytes]:
    return _raw(target.p256dh), _raw(target.auth)


def _bare(keys: tuple[bytes, bytes]) -> bytes:
    point, auth = keys
    own = ec.generate_private_key(ec.SECP256R1())
    public = own.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    shared = own.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point))
    salt = os.urandom(16)
    secret = HKDF(SHA256(), 32, auth, b"WebPush: info\x00" + point + public).derive(shared)
    key = HKDF(SHA256(), 16, salt, b"Content-Encoding: aes128gcm\x00").derive(secret)
    nonce = HKDF(SHA256(), 12, salt, b"Content-Encoding: nonce\x00").derive(secret)
    return salt + public + AESGCM(key).encrypt(nonce, MESSAGE + b"\x02", None)


async def _draining(keys: Keys, folder: Path, *, quick: bool) -> Row:
    count = 1000 if quick else DEVICES
    context = multiprocessing.get_context("spawn")
    port, stop = context.Value("i", 0), context.Event()
    receiver = context.Process(target=_receive, args=(port, stop))
    receiver.start()
    try:
        while port.value == 0:
            await asyncio.sleep(0.05)
        origin = f"http://127.0.0.1:{port.value}"
        seconds, cpu = await _drain(keys, folder, _targets(count, origin))
        bare = await _post_bare(port.value, count)
    finally:
        stop.set()
        receiver.join()
    whole = seconds * DEVICES / count
    return Row(
        what=f"Web Push, {count:,} devices from the outbox, SQLite",
        hold=f"10,000 <= {HOLD_SECONDS} s",
        measured=f"{seconds:.1f} s ({count / seconds:,.0f}/s)",
        floor=f"{bare:.1f} s",
        ratio=f"{seconds / bare:.1f}x",
        held=whole <= HOLD_SECONDS,
        note=f"claimed, encrypted, sent, settled by one process; {cpu / count * 1000:.2f} ms CPU a device; "
        "floor: the same number of posts of that size over 64 bare sockets",
        data={"seconds": seconds, "cpu": cpu, "bare": bare},
    )


async def _drain(keys: Keys, folder: Path, targets: list[Target]) -> tuple[float, float]:
    """Seconds and CPU seconds from the start of the worker until every delivery has ended."""
    db, clock, agency = Database(f"sqlite:///{folder}/push.sqlite3"), SystemClock(), uuid4()
    await create_all(db)
    adapter = _adapter(keys)
    worker = Worker(db, clock, adapter)
    try:
        async with db.write() as session:
            accounts = [uuid7() for _ in targets]
            await session.execute(
                insert(PushSubscription),
                [_row(target, account, agency, clock) for target, account in zip(targets, accounts, strict=True)],
            )
            notices = [service.Notice(agency, account, "answered", "", "", "/tanya/1", uuid4()) for account in accounts]
            await service.notify_all(session, notices, now=clock.now())
        started, cpu = time.perf_counter(), time.process_time()
        worker.start()
        while await _open(db):
            await asyncio.sleep(0.2)
        return time.perf_counter() - started, time.process_time() - cpu
    finally:
        await worker.stop()
        await adapter.close()
        async with db.read() as session:
            found = await session.execute(
                select(func.count()).select_from(Delivery).where(col(Delivery.state) == State.DELIVERED)
            )
            delivered = found.scalar_one()
        await db.close()
        if delivered != len(targets):
            raise RuntimeError(f"{delivered} of {len(targets)} were delivered")


async def _open(db: Database) -> bool:
    async with db.read() as session:
        found = await session.execute(
            select(col(Delivery.id)).where(col(Delivery.state).in_((State.WAITING, State.SENDING))).limit(1)
        )
        return found.first() is not None


def _row(target: Target, account: str, agency: str, clock: SystemClock) -> dict[str, Any]:
    return {
        "id": target.subscription,
        "agency": agency,
        "account": account,
        "device": target.subscription,
        "endpoint": target.endpoint,
        "endpoint_hash": endpoint_hash(target.endpoint),
        "p256dh": target.p256dh,
        "auth": target.auth,
        "created": clock.now(),
    }


async def _post_bare(port: int, count: int) -> float:
    """The same posts by hand."""
    body = os.urandom(len(MESSAGE) + 103)
    request = (
        f"POST /push/x HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\ncontent-length: {len(body)}\r\n"
        f"authorization: vapid t={'x' * 250}, k={'x' * 87}\r\nttl: 60\r\n\r\n"
    ).encode() + body

    async def line(times: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(times):
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            if b"chunked" in head.lower():
                await reader.readuntil(b"0\r\n\r\n")
        writer.close()

    started = time.perf_counter()
    await asyncio.gather(*(line(count // 64) for _ in range(64)))
    return time.perf_counter() - started


def _receive(port: Any, stop: Event) -> None:
    async def serve() -> None:
        async with PushReceiver(check=False) as receiver:
            port.value = int(receiver.origin.rpartition(":")[2])
            while not stop.is_set():
                await asyncio.sleep(0.1)

    asyncio.run(serve())


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


if __name__ == "__main__":
    print(table(rows()))
