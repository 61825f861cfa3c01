"""A phone's row: whose it is, and which of its numbers have not come yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from sync.errors import ProtocolRefusal
from sync.protocol import BatchIn
from sync.store import Store, encode

MAX_RANGES = 100
"""So many ranges are told to a phone at once."""

MAX_KEPT = 1000
"""So many ranges are remembered; beyond, the last one grows: more is asked after than is missing, never less."""

Ranges = list[list[int]]


@dataclass(frozen=True, slots=True)
class Device:
    """A locked device row; ``gaps`` are inclusive ranges, the numbers announced by this batch among them.

    ``prior``: the highest number that was announced before this batch.
    """

    id: str
    stored: str
    gaps: Ranges
    voided: Sequence[int]
    prior: int


async def lock(
    store: Store, connection: AsyncConnection, batch: BatchIn, agency: str, now: int, seqs: Iterable[int]
) -> Device:
    """Lock the phone's row, made on its first batch. Raises ``device_forked`` if the id is another account's."""
    found = await store.run(
        connection,
        "INSERT INTO sync_device (id, account, agency, first_seen, last_seen, high_seq, prior_high, gaps, waiting, "
        "app_version) VALUES (:id, :account, :agency, :now, :now, :high, 0, '[]', :waiting, :version) "
        "ON CONFLICT (id) DO UPDATE SET last_seen = excluded.last_seen, waiting = excluded.waiting, "
        "app_version = excluded.app_version, prior_high = sync_device.high_seq, "
        "high_seq = CASE WHEN excluded.high_seq > sync_device.high_seq THEN excluded.high_seq "
        "ELSE sync_device.high_seq END "
        "WHERE sync_device.account = excluded.account RETURNING high_seq, prior_high, gaps",
        id=batch.device_id,
        account=batch.account,
        agency=agency,
        now=now,
        high=max([batch.high_seq, *seqs]),
        waiting=max(0, batch.waiting - len(batch.mutations)),
        version=batch.app_version,
    )
    if not found:
        raise ProtocolRefusal("device_forked", "HP ini perlu nomor baru. Isian tetap tersimpan.")
    high, prior, stored = found[0]
    gaps: Ranges = orjson.loads(stored)
    if high > prior:
        gaps.append([prior + 1, high])
    return Device(batch.device_id, stored, gaps, batch.voided or (), prior)


async def settle(store: Store, connection: AsyncConnection, device: Device, answered: Iterable[int]) -> Ranges:
    """Note which numbers got an answer and give the first ranges that are neither answered nor voided."""
    gaps = without(device.gaps, {*answered, *device.voided})
    if len(gaps) > MAX_KEPT:
        gaps = [*gaps[: MAX_KEPT - 1], [gaps[MAX_KEPT - 1][0], gaps[-1][1]]]
    kept = encode(gaps)
    if kept != device.stored:
        await store.run(connection, "UPDATE sync_device SET gaps = :gaps WHERE id = :id", gaps=kept, id=device.id)
    return gaps[:MAX_RANGES]


def without(ranges: Ranges, numbers: set[int]) -> Ranges:
    """What is left of inclusive, ascending ranges when the numbers are taken out."""
    left: Ranges = []
    taken = sorted(numbers)
    position = 0
    for first, last in ranges:
        start = first
        while position < len(taken) and taken[position] <= last:
            number = taken[position]
            position += 1
            if number < start:
                continue
            if number > start:
                left.append([start, number - 1])
            start = number + 1
        if start <= last:
            left.append([start, last])
    return left
