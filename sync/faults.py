"""Whose fault an exception is: a collision to be tried again, the house's own, or one item's."""

from __future__ import annotations

import sqlite3
from typing import Protocol

import psycopg
from sqlalchemy.exc import DBAPIError, InterfaceError
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
    if isinstance(error, Overtaken):
        return True
    cause = _driver_error(error)
    if isinstance(cause, sqlite3.IntegrityError | psycopg.IntegrityError):
        return True
    state = getattr(cause, "sqlstate", None)
    return state in _RETRYABLE_STATES or (isinstance(cause, sqlite3.Error) and "locked" in str(cause))


def is_house_fault(error: BaseException) -> bool:
    """Connection, disk, memory or time-out: the whole batch fails as ``busy`` and nothing is stored."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    cause = _driver_error(error)
    operational = sqlite3.OperationalError | psycopg.OperationalError | psycopg.InterfaceError
    return isinstance(cause, operational | InterfaceError | PoolTimeout | MemoryError | OSError | TimeoutError)


def _driver_error(error: BaseException) -> BaseException:
    """The driver's own error, whether it came through SQLAlchemy or not."""
    return error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
