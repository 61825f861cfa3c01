"""The test domain over a real database."""

import pytest

from backend.database.engine import Database
from backend.keys import Keys
from tests.support.clock import SettableClock
from tests.sync.domain import House, make_house


@pytest.fixture
async def house(db: Database, keys: Keys, clock: SettableClock) -> House:
    """An engine with one agency, on SQLite and on PostgreSQL."""
    return await make_house(db, keys, clock)
