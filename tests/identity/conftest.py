"""The room over a real database."""

import pytest

from backend.database.engine import Database
from backend.keys import Keys
from tests.identity.house import House, make_house
from tests.support.clock import SettableClock


@pytest.fixture
async def house(db: Database, keys: Keys, clock: SettableClock) -> House:
    """Two agencies and four people, on SQLite and on PostgreSQL."""
    return await make_house(db, keys, clock)
