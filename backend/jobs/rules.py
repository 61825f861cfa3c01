"""When a failed job is tried again. Pure."""

from __future__ import annotations

from datetime import timedelta

MAX_ATTEMPTS = 10
"""After so many attempts a job ends as ``failed``: with the back-off below that is about four hours."""

FIRST = timedelta(seconds=5)
LONGEST = timedelta(hours=1)


def back_off(attempts: int, jitter: float) -> timedelta:
    """How long to wait after the n-th failed attempt (n >= 1); ``jitter`` in [0, 1) spreads the upper half."""
    full: timedelta = min(FIRST * (1 << min(attempts - 1, 20)), LONGEST)
    return full * (0.5 + jitter / 2)
