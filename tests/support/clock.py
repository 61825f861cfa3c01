"""A clock that stands still until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
"""Friday 20 November 2026, 09.00 WIB: an office that is open."""


class SettableClock:
    """Fills the port :class:`sync.clock.Clock`; shows ``start`` (aware) until it is moved."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start
        self.set(start)

    def now(self) -> datetime:
        """The instant it was last set to, aware, in UTC."""
        return self._now

    def set(self, instant: datetime) -> datetime:
        """Show ``instant`` from now on, also an earlier one. Raises ``ValueError`` for a naive time."""
        if instant.tzinfo is None:
            raise ValueError("an instant needs a zone")
        self._now = instant.astimezone(UTC)
        return self._now

    def advance(self, lapse: timedelta | None = None, **parts: float) -> datetime:
        """Move on by a ``timedelta`` or by its parts: ``advance(minutes=15)``. Returns the new instant."""
        return self.set(self._now + (lapse or timedelta(**parts)))
