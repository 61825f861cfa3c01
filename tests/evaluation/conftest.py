"""An agency at work, and its leaders who read figures online."""

import pytest

from backend.database.engine import Database
from backend.keys import Keys
from tests.evaluation.leaders import Leaders
from tests.questions.office import Office
from tests.support.clock import SettableClock


@pytest.fixture
async def office(db: Database, keys: Keys, clock: SettableClock) -> Office:
    """The agency SKR with its demo people, on SQLite and on PostgreSQL; Friday 20 November 2026, 09.00 WIB."""
    return await Office(db, keys, clock).build()


@pytest.fixture
def leaders(office: Office, keys: Keys) -> Leaders:
    """GraphQL as somebody of the office."""
    return Leaders(office, keys)
