"""The signature of a gateway's messages, both ways, and how an answer of it is judged. Pure."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta
from enum import StrEnum

TOLERANCE = timedelta(minutes=5)
"""How far the time of a signature may be from ours, either way."""
MAX_BODY = 64 * 1024
MAX_TRIES = 8
"""Fewer than the jobs' own, so that the last one still writes down that it failed."""
_VERSION = "v1"
_RETRIED = frozenset({408, 409, 423, 425, 429})


class Outcome(StrEnum):
    """What one try to hand a text over came to."""

    ACCEPTED = "accepted"
    RETRY = "retry"
    REFUSED = "refused"


class State(StrEnum):
    """Where a text stands: ``accepted`` by the gateway but not yet told to its owner, then at an end."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    SENT = "sent"
    FAILED = "failed"


def signature(secret: bytes, timestamp: str, body: bytes) -> str:
    """``v1=`` and the HMAC-SHA-256 (hex) over the timestamp, a full stop and the body as it travels."""
    digest = hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"{_VERSION}={digest}"


def is_genuine(secret: bytes, timestamp: str, given: str, body: bytes, now: datetime) -> bool:
    """Whether the signature is right and its time (Unix seconds) within five minutes of ``now``."""
    right = hmac.compare_digest(signature(secret, timestamp, body).encode(), given.encode())
    return right and is_fresh(timestamp, now)


def is_fresh(timestamp: str, now: datetime) -> bool:
    """Whether a timestamp in Unix seconds is within the tolerance; what is no number is not."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    return abs(int(timestamp) - now.timestamp()) <= TOLERANCE.total_seconds()


def judge(status: int) -> Outcome:
    """An HTTP status: taken, worth another try, or a final no."""
    if 200 <= status < 300:
        return Outcome.ACCEPTED
    return Outcome.RETRY if status >= 500 or status in _RETRIED else Outcome.REFUSED
