"""Bytes on the wire for one queued rating, in a batch of 50, gzip: the envelope as the app writes it."""

from __future__ import annotations

import base64
import gzip
import os
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from bench.kind import MUTATION, TAGS
from bench.report import Row, median
from bench.wire import PUSH, Phone
from sync.ids import uuid4

COUNT = 50
SEALED = 60
"""Bytes of a phone number in a sealed box: 32 of the key, 16 of the seal, 12 digits."""
FLOOR_IDS = 9 + 16
"""Bytes that cannot be squeezed: the random bits of a UUIDv7 and of the UUIDv4 of a public rating."""


def rows() -> list[Row]:
    """Without and with a sealed phone number."""
    return [_row("without a phone number", 90, sealed=False), _row("with a sealed phone number", 160, sealed=True)]


def _row(what: str, hold: int, *, sealed: bool) -> Row:
    sizes = [_bytes(random.Random(seed), sealed=sealed) for seed in range(15)]
    each, raw = median([size for size, _ in sizes]), median([raw for _, raw in sizes])
    return Row(
        what=f"bytes for one queued rating, batch of {COUNT}, gzip, {what}",
        hold=f"<= {hold} B",
        measured=f"{each:.0f} B",
        floor=f"{FLOOR_IDS + (SEALED if sealed else 0)} B of randomness",
        ratio=f"{raw / each:.1f}x smaller than plain",
        held=each <= hold,
        note=f"whole body divided by {COUNT}; plain {raw:.0f} B; officer, score, tags, clock evidence of a day offline",
        data={"gzip": each, "plain": raw},
    )


def _bytes(chance: random.Random, *, sealed: bool) -> tuple[float, float]:
    """Bytes an item, gzip and plain."""
    phone = Phone(uuid4(), "")
    officers = [uuid4() for _ in range(4)]
    at = datetime(2026, 11, 20, 1, tzinfo=UTC)
    heard = _wire(at)
    items: list[dict[str, Any]] = []
    for _ in range(COUNT):
        at += timedelta(milliseconds=chance.randint(20_000, 900_000))
        arguments: dict[str, Any] = {
            "officer": chance.choice(officers),
            "score": chance.choices([5, 4, 3, 2, 1], [50, 30, 10, 5, 5])[0],
            "tags": chance.sample(TAGS, chance.choice([0, 1, 1, 2])),
        }
        if sealed:
            arguments["phone"] = base64.b64encode(os.urandom(SEALED)).decode()
        items.append(_item(phone, chance, at, heard, arguments))
    body = orjson.dumps({"query": PUSH, "variables": {"batch": phone.batch(items)}})
    return len(gzip.compress(body, 6, mtime=0)) / COUNT, len(body) / COUNT


def _item(phone: Phone, chance: random.Random, at: datetime, heard: str, arguments: dict[str, Any]) -> dict[str, Any]:
    phone.seq += 1
    stamp = f"{int(at.timestamp() * 1000):012x}"
    tail = f"{chance.getrandbits(74):020x}"
    # A public rating's record is a UUIDv4: it must not tell when it was made.
    return {
        "id": f"{stamp[:8]}-{stamp[8:]}-7{tail[1:4]}-{8 + chance.getrandbits(2):x}{tail[4:7]}-{tail[8:]}",
        "seq": phone.seq,
        "kind": MUTATION,
        "kindVersion": 1,
        "record": uuid4(),
        "args": arguments,
        "clock": {"wall": _wire(at), "lastServer": heard, "lastWall": heard},
    }


def _wire(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
