"""Telling a waiting loop that there is work, inside the transaction that made the work.

PostgreSQL: ``NOTIFY``, delivered at the commit to every process. SQLite: an event of this process, set at
once; the loop that wakes queues behind the single writer and so sees the transaction that woke it.
Losing a call loses nothing: every loop looks by itself once a second.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import psycopg
import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.database.engine import Database

log = structlog.get_logger(__name__)

_RECONNECT_SECONDS = 5.0
_listeners: dict[str, set[Callable[[], None]]] = defaultdict(set)


async def wake(session: AsyncSession, channel: str) -> None:
    """Wake whoever waits on ``channel`` once the session's transaction commits. ``channel``: letters and ``_``."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text("SELECT pg_notify(:channel, '')"), {"channel": channel})
    for listener in tuple(_listeners.get(channel, ())):
        listener()


class Alarm:
    """What one loop sleeps on: a call through :func:`wake` from any process, or its own time-out."""

    def __init__(self, db: Database, channel: str) -> None:
        self._db = db
        self._channel = channel
        self._event = asyncio.Event()
        self._listening: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to listen; must run in the loop that will wait."""
        _listeners[self._channel].add(self._event.set)
        if not self._db.is_sqlite and self._listening is None:
            self._listening = asyncio.create_task(self._listen(), name=f"listen-{self._channel}")

    async def stop(self) -> None:
        """Stop listening and let a waiter go."""
        _listeners[self._channel].discard(self._event.set)
        self._event.set()
        if self._listening is not None:
            self._listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._listening
            self._listening = None

    def ring(self) -> None:
        """Wake the waiter from inside this process."""
        self._event.set()

    async def wait(self, seconds: float) -> bool:
        """Sleep until called, at most ``seconds``. Says whether it was called."""
        try:
            async with asyncio.timeout(seconds):
                await self._event.wait()
        except TimeoutError:
            return False
        self._event.clear()
        return True

    async def _listen(self) -> None:
        url = self._db.url.set(drivername="postgresql").render_as_string(hide_password=False)
        while True:
            try:
                # A connection of its own: one from the pool would be lost to everybody else for good.
                connection: psycopg.AsyncConnection[Any] = await psycopg.AsyncConnection.connect(url, autocommit=True)
                async with connection:
                    await connection.execute(f'LISTEN "{self._channel}"'.encode())
                    self._event.set()
                    async for _ in connection.notifies():
                        self._event.set()
            except psycopg.Error as error:
                log.warning("listen_lost", channel=self._channel, error=type(error).__name__)
            await asyncio.sleep(_RECONNECT_SECONDS)
