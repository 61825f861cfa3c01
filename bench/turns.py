"""Repeating a measurement as often as wanted, or as often as time allows: a busy machine must not make it endless."""

from __future__ import annotations

import time
from collections.abc import Iterator


def turns(most: int, seconds: float, least: int = 1) -> Iterator[int]:
    """Count from 0 up to ``most``; ends earlier, but not before ``least``, when ``seconds`` have passed."""
    started = time.monotonic()
    for turn in range(most):
        if turn >= least and time.monotonic() - started > seconds:
            return
        yield turn
