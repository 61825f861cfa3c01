"""Words between the processes of one server, by PostgreSQL NOTIFY: short, unordered, and nothing when lost.

SQLite has one process, and so nobody to tell.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable, Sequence
from typing import Any

import orjson
import psycopg
import structlog

from backend.database.engine import Database
from sync.ids import uuid4

log = structlog.get_logger("line")

GATHER_SECONDS = 0.03
"""What happens within this time leaves in one transaction: a busy agency does not notify on every commit."""
MAX_PAYLOAD = 7000
"""Bytes of one message; PostgreSQL takes less than 8,000."""
RECONNECT_SECONDS = 1.0

Words = Sequence[Any]


class Line:
    """One channel. ``drain`` gives what is to be told when :meth:`ring` was called; ``hear`` gets what others told."""

    def __init__(
        self, db: Database, channel: str, drain: Callable[[], Sequence[Words]], hear: Callable[[Words], None]
    ) -> None:
        self._db = db
        self._channel = channel
        self._drain = drain
        self._hear = hear
        self.name = f"{os.getpid()}-{uuid4()[:8]}"
        """This end of the line: nobody hears own words."""
        self._tasks: list[asyncio.Task[None]] = []
        self._wake = asyncio.Event()

    @property
    def open(self) -> bool:
        """Whether there may be anybody to tell."""
        return bool(self._tasks)

    def start(self) -> None:
        """Begin to tell and to listen (PostgreSQL only)."""
        if not self._db.is_sqlite:
            self._tasks = [asyncio.create_task(self._tell()), asyncio.create_task(self._listen())]

    async def stop(self) -> None:
        """End both."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self._tasks = []

    def ring(self) -> None:
        """There is something to tell."""
        self._wake.set()

    async def _tell(self) -> None:
        while True:
            await self._wake.wait()
            await asyncio.sleep(GATHER_SECONDS)
            self._wake.clear()
            payloads = [orjson.dumps([self.name, *words]).decode() for words in self._drain()]
            try:
                async with self._db.writing() as connection:
                    for payload in payloads:
                        await connection.exec_driver_sql("SELECT pg_notify(%s, %s)", (self._channel, payload))
            except Exception as error:
                log.warning("not_told", channel=self._channel, error=type(error).__name__)

    async def _listen(self) -> None:
        address = self._db.url.set(drivername="postgresql").render_as_string(hide_password=False)
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
                    await connection.execute(f"LISTEN {self._channel}".encode())
                    async for notice in connection.notifies():
                        origin, *words = orjson.loads(notice.payload)
                        if origin != self.name:
                            self._hear([origin, *words])
            except psycopg.Error as error:
                log.warning("line_lost", channel=self._channel, error=type(error).__name__)
                await asyncio.sleep(RECONNECT_SECONDS)
