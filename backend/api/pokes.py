"""Live pokes: "there is something newer for you", and nothing else. Losing one loses nothing.

Streams hold no database connection. Between server processes pokes travel by PostgreSQL NOTIFY, gathered for
a moment so that a busy agency does not notify on every commit.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator

import orjson
import psycopg
import structlog
from prometheus_client import Gauge

from backend.database.engine import Database
from sync.ids import uuid4

log = structlog.get_logger("pokes")

CHANNEL = "sambung_poke"
GATHER_SECONDS = 0.03
MAX_PAYLOAD = 7000
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
        self._db = db
        self._me = f"{os.getpid()}-{uuid4()[:8]}"
        self._streams: dict[str, set[Stream]] = {}
        self._waiting: dict[str, set[str]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._wake = asyncio.Event()

    def start(self) -> None:
        """Begin to exchange pokes with other processes (PostgreSQL only; SQLite has one process)."""
        if not self._db.is_sqlite:
            self._tasks = [asyncio.create_task(self._tell()), asyncio.create_task(self._listen())]

    async def stop(self) -> None:
        """Let every stream end."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def touched(self, agency: str, audiences: frozenset[str]) -> None:
        """A transaction published something to these audiences: the engine's ``on_poke``."""
        self._local(agency, audiences)
        if self._tasks:
            self._waiting.setdefault(agency, set()).update(audiences)
            self._wake.set()

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

    async def _tell(self) -> None:
        while True:
            await self._wake.wait()
            await asyncio.sleep(GATHER_SECONDS)
            self._wake.clear()
            waiting, self._waiting = self._waiting, {}
            try:
                async with self._db.writing() as connection:
                    for agency, audiences in waiting.items():
                        payload = orjson.dumps([self._me, agency, sorted(audiences)]).decode()
                        if len(payload) > MAX_PAYLOAD:
                            payload = orjson.dumps([self._me, agency, None]).decode()
                        await connection.exec_driver_sql("SELECT pg_notify(%s, %s)", (CHANNEL, payload))
            except Exception as error:
                log.warning("poke_not_sent", error=type(error).__name__)

    async def _listen(self) -> None:
        address = self._db.url.set(drivername="postgresql").render_as_string(hide_password=False)
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    async for notice in connection.notifies():
                        origin, agency, audiences = orjson.loads(notice.payload)
                        if origin != self._me:
                            self._local(agency, None if audiences is None else frozenset(audiences))
            except psycopg.Error as error:
                log.warning("poke_line_lost", error=type(error).__name__)
                await asyncio.sleep(1)
