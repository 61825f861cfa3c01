"""Who is on duty at a site: inside an entered shift, else whoever serves there on that day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

OPEN_SHIFT = timedelta(hours=12)
"""So long a turn counts that was begun at a kiosk and never ended there: the tablet or the officer went home."""
LONGEST_SHIFT = timedelta(hours=24)
"""No turn that is entered may be longer."""
TOO_EARLY = timedelta(days=92)
"""So far ahead turns may be entered."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One officer's turn, half open (UTC); ``end`` is ``None`` while nobody has ended it."""

    person: str
    start: datetime
    end: datetime | None


def covers(turn: Turn, at: datetime) -> bool:
    """Whether the turn is running at an instant (UTC)."""
    return turn.start <= at < (turn.end or turn.start + OPEN_SHIFT)


def on_duty(turns: Iterable[Turn], serving: Sequence[str], at: datetime) -> list[str]:
    """The people on duty at a site at an instant, each once, in the order of ``serving``.

    ``serving`` are those whose place of service the site is on that day; they count only where no turn is running.
    Somebody with a turn who does not serve there comes last.
    """
    running = dict.fromkeys(turn.person for turn in turns if covers(turn, at))
    if not running:
        return list(dict.fromkeys(serving))
    return [person for person in serving if person in running] + [one for one in running if one not in serving]


def shift_fault(start: datetime, end: datetime, now: datetime) -> str:
    """What is wrong with a turn to be entered, as a sentence; empty if nothing is. Instants are UTC."""
    if end <= start:
        return "Jam selesai harus sesudah jam mulai."
    if end - start > LONGEST_SHIFT:
        return "Satu giliran paling lama 24 jam."
    if end <= now - timedelta(days=1):
        return "Giliran ini sudah lewat lebih dari satu hari."
    return "Giliran paling jauh tiga bulan ke depan." if start > now + TOO_EARLY else ""
