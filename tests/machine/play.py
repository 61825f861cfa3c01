"""Playing the state machine: over a database of its own, from a seed that repeats it."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis.stateful import get_state_machine_test

from backend.database.engine import Database
from backend.keys import Keys
from tests.machine.machine import SyncMachine
from tests.machine.server import prepare

SEED = 20261120
EXAMPLES = 40
STEPS = 30


@dataclass
class Table:
    """A database with all tables, a key file and a loop, used by one example after the other."""

    url: str
    keys: Keys
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.db = Database(self.url, pool_size=8)
        self.loop.run_until_complete(prepare(self.db))

    def close(self) -> None:
        """Give everything back."""
        self.loop.run_until_complete(self.db.close())
        self.loop.close()

    def play_short(self) -> None:
        """The same examples each time, as far as the first failure: the named test of whoever breaks the engine."""
        self.play(SEED, examples=EXAMPLES, steps=STEPS, shrink=False)

    def play(self, number: int, *, examples: int, steps: int, shrink: bool = True, **patches: Any) -> None:
        """Play ``examples`` from the seed ``number``. Raises what the machine finds, with the steps that lead there."""
        machine = type(
            "SyncMachine", (SyncMachine,),
            {"loop": self.loop, "db": self.db, "keys": self.keys, "counts": self.counts, **patches},
        )  # fmt: skip
        phases = [Phase.generate, Phase.shrink] if shrink else [Phase.generate]
        chosen = settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, database=None, phases=phases,
            suppress_health_check=list(HealthCheck), verbosity=Verbosity.normal, print_blob=False,
            report_multiple_bugs=False,
        )  # fmt: skip
        seed(number)(get_state_machine_test(machine, settings=chosen))()


def keys_in(folder: Path) -> Keys:
    """A key file for a table."""
    return Keys.create(folder / "keys.json")
