"""SQLite inside an event loop: what may wait runs on a thread of its own, what only computes runs where it is called.

The driver hands every call to the connection's thread and back, some 0.1 ms of CPU each; a batch has twenty of them.
Inside a write transaction the file's lock is held already and a statement takes tens of microseconds: it runs at once.
Beginning (another process may write) and committing (the disk) stay on the thread, and so does all reading but a
glance: one bounded statement (a session, or a page of a pull, at most 2,000 rows by their index, some milliseconds).
"""

from __future__ import annotations

import sqlite3
from typing import Any

import aiosqlite
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

BUSY_MS = 10_000
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    f"busy_timeout={BUSY_MS}",
    "foreign_keys=ON",
    "temp_store=MEMORY",
    "cache_size=-65536",
    "mmap_size=268435456",
)
_WAITING = frozenset({"commit", "rollback", "close"})


class Connection(aiosqlite.Connection):
    """The driver's connection; while ``at_once`` is set, statements run in the calling thread."""

    at_once = False

    async def _execute(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        waits = getattr(fn, "__name__", "") in _WAITING and getattr(fn, "__self__", None) is self._connection
        if waits or not self.at_once:
            return await super()._execute(fn, *args, **kwargs)  # type: ignore[no-untyped-call]
        return fn(*args, **kwargs)


async def connect(database: str, **options: Any) -> Connection:
    """Open a file as :class:`Connection`. SQLite itself keeps threads apart, so the driver need not."""
    connection = Connection(lambda: sqlite3.connect(database, **options | {"check_same_thread": False}), 64)
    connection._thread.daemon = True
    await connection
    return connection


def at_once(connection: AsyncConnection) -> None:
    """Until the connection is given back, run its statements where they are called: none of them may be long."""
    sync = connection.sync_connection
    assert sync is not None
    sync.connection.driver_connection.at_once = True  # type: ignore[union-attr]


def prepare(engine: AsyncEngine) -> None:
    """Settings of each connection, and how transactions begin and end on it."""

    @event.listens_for(engine.sync_engine, "connect")
    def _pragmas(dbapi_connection: Any, _record: Any) -> None:
        cursor = dbapi_connection.cursor()
        for pragma in PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
        # The driver would begin lazily and deferred; the engine says when and how.
        dbapi_connection.isolation_level = None

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Any) -> None:
        write = connection.get_execution_options().get("sambung_write", False)
        how = "BEGIN IMMEDIATE" if write else "BEGIN"
        try:
            connection.connection.dbapi_connection.run_async(lambda driver: driver.execute(how))
        except sqlite3.OperationalError as error:
            raise OperationalError(how, None, error) from error

    @event.listens_for(engine.sync_engine, "reset")
    def _reset(dbapi_connection: Any, _record: Any, state: Any) -> None:
        driver = dbapi_connection.driver_connection
        driver.at_once = False
        if not state.terminate_only and driver.in_transaction:
            dbapi_connection.rollback()
