"""Chance that a seed repeats: identifiers and waiting times of the simulated phones."""

from __future__ import annotations

import random
import uuid


class Dice(random.Random):
    """A source of chance that also makes identifiers."""

    def uuid(self) -> str:
        """An identifier like those that phones make."""
        return str(uuid.UUID(int=self.getrandbits(128), version=4))
