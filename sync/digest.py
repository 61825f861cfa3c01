"""The check that client and server hold the same: an order-free digest of records and versions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def record_digest(kind: str, id: str, version: int) -> int:
    """First 8 bytes of SHA-256 of ``kind:id:version`` as a signed 64-bit integer (so that databases hold it)."""
    return int.from_bytes(hashlib.sha256(f"{kind}:{id.lower()}:{version}".encode()).digest()[:8], "big", signed=True)


def combine(digests: Iterable[int]) -> str:
    """XOR of the digests of distinct records, as 16 hex digits."""
    total = 0
    for digest in digests:
        total ^= digest
    return f"{total & 0xFFFF_FFFF_FFFF_FFFF:016x}"


def digest_of(records: Iterable[tuple[str, str, int]]) -> str:
    """The digest of a set of ``(kind, id, version)``; each distinct record counts once."""
    distinct = {(kind, id.lower(), int(version)) for kind, id, version in records}
    return combine(record_digest(*one) for one in distinct)
