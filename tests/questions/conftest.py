"""An agency at work over a real database."""

import pytest

from backend.database.engine import Database
from backend.keys import Keys
from tests.questions.office import Office
from tests.support.clock import SettableClock


@pytest.fixture
async def office(db: Database, keys: Keys, clock: SettableClock) -> Office:
    """The agency SKR with its demo people, on SQLite and on PostgreSQL; Friday 20 November 2026, 09.00 WIB."""
    return await Office(db, keys, clock).build()
