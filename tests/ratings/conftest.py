"""The quarantine office over a real database."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backend.keys import Keys
from tests.ratings.balai import Balai
from tests.support.clock import SettableClock


@pytest.fixture
async def balai(database_url: str, keys: Keys, clock: SettableClock, tmp_path: Path) -> AsyncIterator[Balai]:
    """The agency BNK with its demo people and codes, on SQLite and PostgreSQL; Friday 20 November 2026, 10.00 WITA."""
    assert keys.path is not None
    made = await Balai(database_url, keys.path, tmp_path, clock).build()
    yield made
    await made.close()
