"""Time as the engine knows it: the server's clock, and what a phone's clock is worth as evidence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Protocol

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    """Where the present comes from; tests fill it with a settable one."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.now(UTC)


def to_ms(instant: datetime) -> int:
    """Milliseconds since 1970-01-01 UTC of an aware instant."""
    return int(instant.timestamp() * 1000)


def from_ms(ms: int) -> datetime:
    """The aware UTC instant of milliseconds since 1970-01-01 UTC."""
    return datetime.fromtimestamp(ms / 1000, UTC)


def wire(ms: int) -> str:
    """The spelling of an instant on the wire: ``2026-11-21T07:05:00.123Z``."""
    return (_EPOCH + timedelta(milliseconds=ms)).isoformat(timespec="milliseconds")[:-6] + "Z"


@lru_cache(maxsize=4096)
def _parsed(value: str) -> int | None:
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        return None
    if instant.tzinfo is None:
        return None
    since = instant - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000


def parse_wire(value: object) -> int | None:
    """The instant of a wire spelling in ms since 1970 UTC; ``None`` for anything else (it is evidence only)."""
    if not isinstance(value, str) or len(value) > 40 or value[-1:] != "Z":
        return None
    return _parsed(value)


def made_at(
    *,
    arrival: int,
    wall: int | None,
    last_server: int | None,
    last_wall: int | None,
    since_ms: int | None,
) -> int:
    """When an item was made, as far as the phone's clock can show; all values in ms since 1970 UTC.

    ``last_server`` + the larger of the known lapses (``since_ms``; ``wall - last_wall``), kept between
    ``last_server`` and ``arrival``. Nothing known: the arrival counts. Evidence, not proof.
    """
    if last_server is None or last_server > arrival:
        return arrival
    lapses = [] if since_ms is None else [since_ms]
    if wall is not None and last_wall is not None:
        lapses.append(wall - last_wall)
    if not lapses:
        return arrival
    return min(max(last_server + max(lapses), last_server), arrival)
