"""The town of the acceptance statements over a real database."""

import pytest

from backend.database.engine import Database
from backend.keys import Keys
from tests.performance.town import Town
from tests.support.clock import SettableClock


@pytest.fixture
async def town(db: Database, keys: Keys, clock: SettableClock) -> Town:
    """Sekda above Kepala Badan above two Kabid and their people, on SQLite and on PostgreSQL; 20 November 2026."""
    return await Town(db, keys, clock).build()
