"""Connections and transactions: one reader's snapshot or one writer's transaction at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, create_async_engine

from backend.database import sqlite

log = structlog.get_logger()
_ARRIVES_SECONDS = 300
_ASKED_AGAIN_SECONDS = 1.0


class Database:
    """The one database of a server. ``url`` as in ``DATABASE_URL``: ``sqlite:///file`` or ``postgresql://...``."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        parsed = make_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self.url = parsed.set(drivername="sqlite+aiosqlite")
            self.engine = create_async_engine(
                self.url,
                pool_size=pool_size,
                max_overflow=0,
                pool_timeout=30,
                pool_reset_on_return=None,  # sqlite.prepare does it, and only where there is something to undo
                hide_parameters=True,
                connect_args={"async_creator_fn": sqlite.connect},
            )
            sqlite.prepare(self.engine)
        else:
            self.url = parsed.set(drivername="postgresql+psycopg")
            self.engine = create_async_engine(
                self.url,
                pool_size=pool_size,
                max_overflow=0,
                pool_timeout=30,
                pool_pre_ping=False,
                # An error's text is logged and shown to developers; what people wrote stays out of it.
                hide_parameters=True,
                connect_args={"prepare_threshold": 3, "options": "-c timezone=UTC -c synchronous_commit=on"},
            )
        self._single = self.engine if self.is_sqlite else self.engine.execution_options(isolation_level="AUTOCOMMIT")
        # SQLite has one writer: queueing here is fair and cheap, polling for the file lock is neither.
        self._writer = asyncio.Lock() if self.is_sqlite else None

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session over one consistent snapshot; it never writes."""
        async with self.reading() as connection, AsyncSession(connection, expire_on_commit=False) as session:
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """A session in one transaction: committed at the end, rolled back on any exception."""
        async with self.writing() as connection, AsyncSession(connection, expire_on_commit=False) as session:
            yield session
            await session.commit()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A connection over one consistent snapshot (repeatable read on PostgreSQL, WAL snapshot on SQLite)."""
        async with self.engine.connect() as connection:
            if not self.is_sqlite:
                await connection.execution_options(isolation_level="REPEATABLE READ")
            async with connection.begin():
                yield connection

    @asynccontextmanager
    async def glancing(self) -> AsyncIterator[AsyncConnection]:
        """A connection for one reading statement: without a transaction around it that is one round trip, not three."""
        async with self._single.connect() as connection:
            if self.is_sqlite:
                sqlite.at_once(connection)
            yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A connection in one write transaction (``BEGIN IMMEDIATE`` on SQLite, read committed on PostgreSQL)."""
        if self._writer is None:
            async with self.engine.connect() as connection, connection.begin():
                yield connection
            return
        async with self._writer, self.engine.connect() as connection:
            await connection.execution_options(sambung_write=True)
            async with connection.begin():
                sqlite.at_once(connection)
                yield connection

    async def arrived(self) -> None:
        """Wait up to five minutes until the database can be reached: after a power cut it may come up later than we do.

        Raises ``OperationalError`` with the reason when it has not come by then.
        """
        clock = asyncio.get_running_loop().time
        deadline = clock() + _ARRIVES_SECONDS
        while True:
            try:
                async with self.engine.connect():
                    return
            except OperationalError as error:
                if clock() > deadline:
                    raise
                log.warning("database_awaited", reason=str(error.orig).splitlines()[0])
            await asyncio.sleep(_ASKED_AGAIN_SECONDS)

    async def close(self) -> None:
        """Give every connection back."""
        await self.engine.dispose()
