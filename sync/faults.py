"""Whose fault an exception is: a collision to be tried again, the house's own, or one item's."""

from __future__ import annotations

import asyncio
from typing import Protocol

from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from sync.feed import Overtaken

_RETRYABLE_STATES = {"40001", "40P01", "55P03"}


class FaultPoints(Protocol):
    """Port that only tests fill: named places where a crash is most unkind.

    Points: ``before_commit``, ``after_commit``, ``mid_reply``, ``before_push_delivery``.
    """

    async def reach(self, point: str) -> None:
        """Called on passing a point."""
        ...


class NoFaults:
    """What production runs with."""

    async def reach(self, point: str) -> None:
        """Nothing happens."""


def is_collision(error: BaseException) -> bool:
    """A deadlock, a serialization failure, a busy SQLite, or a row taken in between: worth trying again."""
    if isinstance(error, Overtaken | IntegrityError):
        return True
    if isinstance(error, DBAPIError):
        state = getattr(error.orig, "sqlstate", None)
        return state in _RETRYABLE_STATES or "database is locked" in str(error.orig)
    return False


def is_house_fault(error: BaseException) -> bool:
    """Connection, disk, memory or time-out: the whole batch fails as ``busy`` and nothing is stored."""
    if isinstance(error, OperationalError | InterfaceError | PoolTimeout | MemoryError | OSError | TimeoutError):
        return True
    return isinstance(error, asyncio.CancelledError) or (isinstance(error, DBAPIError) and error.connection_invalidated)
