"""The line itself: how fast bytes pass, how late, how unevenly, and when they do not pass at all."""

from __future__ import annotations

import asyncio
import socket
import struct
import time
from random import Random

_CHUNK = 65536
_SEGMENT = 1400
"""Bytes of one packet on a shaped line; it keeps parallel connections fair."""


class Line:
    """One direction: a rate shared by all connections, a latency, and jitter on top of it."""

    def __init__(self) -> None:
        self.rate: float | None = None
        self.latency = 0.0
        self.jitter = 0.0
        self.held = False
        self.stalled_until = 0.0
        self.passed = 0
        self._busy_until = 0.0
        self._random = Random(1)

    def shape(self, kbit: float | None, latency: float, jitter: float) -> None:
        """Set rate (kbit/s), latency and the most that jitter adds (seconds)."""
        self.rate = kbit and kbit * 1000 / 8
        self.latency, self.jitter = latency, jitter

    async def carry(self, data: bytes, writer: asyncio.StreamWriter, ready: float | None = None) -> None:
        """Send bytes that were ``ready`` then (monotonic seconds; now), as slowly as the line is; not at all while it
        is held.
        """
        ready = due = time.monotonic() if ready is None else ready
        while data:
            size = _SEGMENT if self.rate else _CHUNK
            part, data = data[:size], data[size:]
            # Latency and jitter of segments overlap: only the rate queues them. None overtakes another.
            due = max(due, self._sent(len(part), ready) + self.latency + self._random.uniform(0, self.jitter))
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            while self.held or time.monotonic() < self.stalled_until:
                await asyncio.sleep(0.02)
            # Counted first: who has the bytes may look at the count at once.
            self.passed += len(part)
            writer.write(part)
            await writer.drain()

    def _sent(self, size: int, ready: float) -> float:
        """When the last of ``size`` bytes has left (monotonic seconds)."""
        if not self.rate:
            return ready
        self._busy_until = max(self._busy_until, ready) + size / self.rate
        return self._busy_until


def reset(writer: asyncio.StreamWriter) -> None:
    """End a connection with a TCP reset, as a phone sees it that changes its network."""
    connection = writer.get_extra_info("socket")
    if connection is not None and connection.fileno() >= 0:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
