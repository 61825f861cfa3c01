"""Load shedding: so many requests are worked on at once, and whoever comes beyond is told when to come again.

After a long outage all phones come back within a minute. A server that takes them all makes each of them wait until
its time-out, and then works for phones that have hung up. One that takes what it can do now, and refuses the rest
before any work is spent on it, is through sooner: a refused phone loses nothing, its back-off obeys ``Retry-After``.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from prometheus_client import Counter

SHED = Counter("sambung_shed_total", "Requests refused with 503 and Retry-After, before any work")
HALF_LIFE = 5.0
"""Seconds after which what was counted weighs half."""
SHORTEST, LONGEST = 4.0, 60.0
"""Seconds over which refused requests are spread, at least and at most."""


class Gate:
    """Counts the requests of one process. Not for threads: everything happens on one event loop."""

    def __init__(
        self, most: int, *, now: Callable[[], float] = time.monotonic, chance: Callable[[], float] = random.random
    ) -> None:
        self.most = most
        self.inside = 0
        self._now = now
        self._chance = chance
        self._served = 0.0
        self._shed = 0.0
        self._at = now()

    def enter(self) -> bool:
        """Take a place; ``False`` if there is none now. Whoever got one calls :meth:`leave`."""
        if self.inside >= self.most:
            self._fade()
            self._shed += 1
            SHED.inc()
            return False
        self.inside += 1
        return True

    def leave(self) -> None:
        """Give the place back."""
        self.inside -= 1
        self._fade()
        self._served += 1

    def seconds(self) -> int:
        """When a refused request may come again (``Retry-After``, seconds).

        As long as it takes, at the present speed, to serve those that were refused lately; each gets another
        moment of it, so that they do not come back together.
        """
        spread = HALF_LIFE * self._shed / max(self._served, 1.0)
        return 1 + int(self._chance() * min(max(spread, SHORTEST), LONGEST))

    def _fade(self) -> None:
        now = self._now()
        weight = 0.5 ** ((now - self._at) / HALF_LIFE)
        self._served *= weight
        self._shed *= weight
        self._at = now
