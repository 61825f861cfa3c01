"""The sync engine under everything at once: I1 to I9 after any sequence of faults, on both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from backend.keys import Keys
from tests.machine.play import EXAMPLES, SEED, STEPS, Table


@pytest.fixture
def table(database_url: str, keys: Keys) -> Iterator[Table]:
    """A database and a loop for one run of the machine."""
    table = Table(database_url, keys)
    yield table
    table.close()


@pytest.mark.slow
def test_every_promise_holds_after_any_sequence_of_faults(table: Table) -> None:
    """I1 to I9. The same examples each time; ``make soak`` plays others."""
    table.play(SEED, examples=EXAMPLES, steps=STEPS)
