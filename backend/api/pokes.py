"""Live pokes: "there is something newer for you", and nothing else. Losing one loses nothing.

Streams hold no database connection. Between server processes pokes travel by :class:`backend.api.line.Line`.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import orjson
from prometheus_client import Gauge

from backend.api.line import MAX_PAYLOAD, Line, Words
from backend.database.engine import Database

CHANNEL = "sambung_poke"
STREAMS = Gauge("sambung_live_streams", "Open live streams", multiprocess_mode="livesum")


class Stream:
    """One open live stream of an account. ``doubted``: a session of the account ended since the last look."""

    __slots__ = ("account", "audiences", "doubted", "event")

    def __init__(self, account: str, audiences: frozenset[str]) -> None:
        self.account = account
        self.audiences = audiences
        self.event = asyncio.Event()
        self.doubted = False

    def touch(self, audiences: frozenset[str] | None) -> None:
        """Wake if it concerns this stream (``None``: everybody)."""
        ended = audiences is None or ended_session(self.account) in audiences
        self.doubted = self.doubted or ended
        if ended or audiences is None or not self.audiences.isdisjoint(audiences):
            self.event.set()


def ended_session(account: str) -> str:
    """The name under which streams hear that a session of an account ended: touch it as an audience."""
    return f"session:{account}"


class Pokes:
    """Who listens in this process, and the line to the other processes."""

    def __init__(self, db: Database) -> None:
        self._streams: dict[str, set[Stream]] = {}
        self._waiting: dict[str, set[str]] = {}
        self._line = Line(db, CHANNEL, self._drain, self._heard)

    def start(self) -> None:
        """Begin to exchange pokes with other processes."""
        self._line.start()

    async def stop(self) -> None:
        """Tell and hear nothing more."""
        await self._line.stop()

    async def touched(self, agency: str, audiences: frozenset[str]) -> None:
        """A transaction published something to these audiences: the engine's ``on_poke``."""
        self._local(agency, audiences)
        if self._line.open:
            self._waiting.setdefault(agency, set()).update(audiences)
            self._line.ring()

    @contextlib.asynccontextmanager
    async def listening(self, agency: str, account: str, audiences: frozenset[str]) -> AsyncIterator[Stream]:
        """A stream that is poked as long as it is open."""
        stream = Stream(account, audiences)
        self._streams.setdefault(agency, set()).add(stream)
        STREAMS.inc()
        try:
            yield stream
        finally:
            STREAMS.dec()
            self._streams[agency].discard(stream)
            if not self._streams[agency]:
                del self._streams[agency]

    def _local(self, agency: str, audiences: frozenset[str] | None) -> None:
        for stream in self._streams.get(agency, ()):
            stream.touch(audiences)

    def _drain(self) -> list[Words]:
        waiting, self._waiting = self._waiting, {}
        told: list[Words] = []
        for agency, audiences in waiting.items():
            names = sorted(audiences)
            told.append([agency, names if len(orjson.dumps(names)) < MAX_PAYLOAD else None])
        return told

    def _heard(self, words: Words) -> None:
        _origin, agency, audiences = words
        self._local(agency, None if audiences is None else frozenset(audiences))
