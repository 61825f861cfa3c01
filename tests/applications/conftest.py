"""An agency with service applications over a real database."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from backend.database.engine import Database
from backend.keys import Keys
from tests.applications.town import Town
from tests.support.clock import SettableClock

OPEN = datetime(2027, 1, 15, 2, 0, tzinfo=UTC)
"""Friday 15 January 2027, 09.00 WIB: the period April 2027 takes cases."""


@pytest.fixture
async def town(db: Database, keys: Keys, clock: SettableClock, tmp_path: Path) -> Town:
    """The demonstration's people with the services that come with the house, on SQLite and on PostgreSQL."""
    clock.set(OPEN)
    return await Town(db, keys, clock, tmp_path / "files").build()


@pytest.fixture
async def small_town(sqlite_db: Database, keys: Keys, clock: SettableClock, tmp_path: Path) -> Town:
    """The same on SQLite alone, for what cannot differ between the two."""
    clock.set(OPEN)
    return await Town(sqlite_db, keys, clock, tmp_path / "files").build()
