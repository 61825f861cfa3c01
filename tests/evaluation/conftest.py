"""An agency at work, and its leaders who read figures online."""

import pytest

from backend.database.engine import Database
from backend.keys import Keys
from tests.evaluation.leaders import EvaluatedOffice, Leaders
from tests.support.clock import SettableClock


@pytest.fixture
async def office(db: Database, keys: Keys, clock: SettableClock) -> EvaluatedOffice:
    """The agency SKR with its demo people, on SQLite and on PostgreSQL; Friday 20 November 2026, 09.00 WIB."""
    made = EvaluatedOffice(db, keys, clock)
    await made.build()
    return made


@pytest.fixture
def leaders(office: EvaluatedOffice, keys: Keys) -> Leaders:
    """GraphQL as somebody of the office."""
    return Leaders(office, keys)
