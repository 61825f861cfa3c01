"""A phone's row: whose it is, and which of its numbers are accounted for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from sync.errors import ProtocolRefusal
from sync.protocol import BatchIn
from sync.store import Store, encode

MAX_RANGES = 100


@dataclass(slots=True)
class Device:
    """A locked device row."""

    id: str
    high_seq: int
    contiguous: int
    voided: set[int]


async def lock(store: Store, connection: AsyncConnection, batch: BatchIn, agency: str, now: int) -> Device:
    """Lock the phone's row, made on its first batch. Raises ``device_forked`` if the id is another account's."""
    found = await store.run(
        connection,
        "INSERT INTO sync_device (id, account, agency, first_seen, last_seen, high_seq, contiguous, voided, waiting, "
        "app_version) VALUES (:id, :account, :agency, :now, :now, :high, 0, '[]', :waiting, :version) "
        "ON CONFLICT (id) DO UPDATE SET last_seen = excluded.last_seen, waiting = excluded.waiting, "
        "app_version = excluded.app_version, "
        "high_seq = CASE WHEN excluded.high_seq > sync_device.high_seq THEN excluded.high_seq "
        "ELSE sync_device.high_seq END "
        "WHERE sync_device.account = excluded.account RETURNING high_seq, contiguous, voided",
        id=batch.device_id,
        account=batch.account,
        agency=agency,
        now=now,
        high=batch.high_seq,
        waiting=batch.waiting,
        version=batch.app_version,
    )
    if not found:
        raise ProtocolRefusal("device_forked", "HP ini perlu nomor baru. Isian tetap tersimpan.")
    high, contiguous, voided = found[0]
    return Device(batch.device_id, high, contiguous, {*orjson.loads(voided), *(batch.voided or ())})


async def settle(store: Store, connection: AsyncConnection, device: Device, stored: Iterable[int]) -> list[list[int]]:
    """Note what arrived and give the ranges up to the phone's highest number that are neither stored nor voided."""
    arrived = set(stored) | device.voided
    start = device.contiguous
    if device.high_seq > start and not all(seq in arrived for seq in range(start + 1, device.high_seq + 1)):
        found = await store.run(
            connection,
            "SELECT seq FROM sync_mutation WHERE device = :device AND seq > :start",
            device=device.id,
            start=start,
        )
        arrived |= {row[0] for row in found}
    while device.contiguous + 1 in arrived:
        device.contiguous += 1
    voided = sorted(seq for seq in device.voided if seq > device.contiguous)
    await store.run(
        connection,
        "UPDATE sync_device SET contiguous = :contiguous, voided = :voided WHERE id = :id",
        contiguous=device.contiguous,
        voided=encode(voided),
        id=device.id,
    )
    return missing(device.contiguous, device.high_seq, arrived)


def missing(contiguous: int, high: int, arrived: set[int]) -> list[list[int]]:
    """Inclusive ranges of absent numbers in ``(contiguous, high]``, at most 100."""
    ranges: list[list[int]] = []
    position = contiguous + 1
    for seq in [*sorted(seq for seq in arrived if contiguous < seq <= high), high + 1]:
        if seq > position:
            ranges.append([position, seq - 1])
            if len(ranges) == MAX_RANGES:
                break
        position = seq + 1
    return ranges
