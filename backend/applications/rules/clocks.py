"""How long a case took: *layanan*, the time with the office, and *total*, both in clock and in working time.

*Layanan* begins with the first *kirim* and rests while the word is with the applicant (draf, dikembalikan, perbaikan);
*total* runs from the first *kirim* to the end. Instants are cut to whole seconds first, so parts add up to the whole;
exactly the limit is on time, one second more is late. Working time comes from the caller's calendar.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from backend.applications.rules.definition import Basis, Measure, Timers
from backend.applications.rules.states import FINAL, WITH_APPLICANT, State

WorkingTime = Callable[[datetime, datetime], int]
"""Whole working seconds between two aware instants, by the calendar in force for the case."""


@dataclass(frozen=True, slots=True)
class Stay:
    """Since when a case was in a state; aware, in order."""

    state: State
    since: datetime


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds. ``ended`` is ``None`` while the case is under way and the figures are those of now."""

    service_clock: int
    service_working: int
    total_clock: int
    total_working: int
    ended: datetime | None

    def of(self, measure: Measure, basis: Basis) -> int:
        """One of the four."""
        if measure is Measure.SERVICE:
            return self.service_clock if basis is Basis.ELAPSED else self.service_working
        return self.total_clock if basis is Basis.ELAPSED else self.total_working


@dataclass(frozen=True, slots=True)
class Verdict:
    """A promise against what it took, in seconds; ``late`` is 0 on time. ``basis`` is printed beside it."""

    taken: int
    promised: int
    basis: Basis
    measure: Measure

    @property
    def late(self) -> int:
        """Seconds beyond the promise."""
        return max(0, self.taken - self.promised)

    @property
    def sentence(self) -> str:
        """For the screen: *Lewat batas 20 menit (waktu jam)*; begun minutes count."""
        basis = "waktu jam" if self.basis is Basis.ELAPSED else "jam kerja"
        if not self.late:
            return f"Tepat waktu ({basis})"
        return f"Lewat batas {-(-self.late // 60)} menit ({basis})"


def measure(history: Sequence[Stay], now: datetime, working: WorkingTime) -> Times | None:
    """The times of a case; ``None`` before the first *kirim*. Nothing after a final state counts."""
    first = next((place for place, stay in enumerate(history) if stay.state is State.SUBMITTED), None)
    if first is None:
        return None
    begin = _whole(history[first].since)
    ended = next((_whole(stay.since) for stay in history[first:] if stay.state in FINAL), None)
    end = max(begin, _whole(now)) if ended is None else ended
    office = [
        (since, until) for state, since, until in _stays(history[first:], end) if state not in WITH_APPLICANT | FINAL
    ]
    return Times(
        service_clock=sum(_seconds(since, until) for since, until in office),
        service_working=sum(working(since, until) for since, until in office),
        total_clock=_seconds(begin, end),
        total_working=working(begin, end),
        ended=ended,
    )


def judge(timers: Timers, times: Times) -> Verdict | None:
    """The promise of a service against the times of a case; ``None`` if nothing is promised."""
    if timers.promise_minutes is None:
        return None
    taken = times.of(timers.measure, timers.basis)
    return Verdict(taken, timers.promise_minutes * 60, timers.basis, timers.measure)


def _stays(history: Sequence[Stay], end: datetime) -> Iterator[tuple[State, datetime, datetime]]:
    following = [*(_whole(stay.since) for stay in history[1:]), end]
    for stay, until in zip(history, following, strict=True):
        since = _whole(stay.since)
        if since < min(until, end):
            yield stay.state, since, min(until, end)


def _whole(instant: datetime) -> datetime:
    return instant.replace(microsecond=0)


def _seconds(since: datetime, until: datetime) -> int:
    return int((until - since).total_seconds())
