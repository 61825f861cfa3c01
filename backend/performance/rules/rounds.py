"""Rounds of evaluation in a year: what a rhythm allows, which months a round covers, what it is called."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

ANNUAL = "tahunan"
_QUARTERS = tuple(f"triwulan-{n}" for n in range(1, 5))
_MONTHS = tuple(f"bulan-{n:02d}" for n in range(1, 13))
ROUNDS: Mapping[str, tuple[str, ...]] = {
    "tahunan": (ANNUAL,),
    "triwulanan": (*_QUARTERS, ANNUAL),
    "bulanan": (*_MONTHS, ANNUAL),
}
"""Rhythm of a period to its rounds, in order; the annual one is given anew and comes last."""
_ROMAN = ("I", "II", "III", "IV")
_NAMES = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip


def allowed(rhythm: str, round: str) -> bool:
    """Whether a period of that rhythm has the round."""
    return round in ROUNDS.get(rhythm, ())


def bounds(round: str, year: int) -> tuple[date, date]:
    """First and last local date of a round. Raises ``ValueError`` for an unknown one."""
    first, last = _span(round)
    end = date(year + 1, 1, 1) if last == 12 else date(year, last + 1, 1)
    return date(year, first, 1), end - timedelta(days=1)


def overlaps(round: str, year: int, start: date, end: date) -> bool:
    """Whether a plan from ``start`` to ``end`` has a day of the round."""
    first, last = bounds(round, year)
    return max(first, start) <= min(last, end)


def months(round: str, year: int, start: date, end: date, opened: date | None = None) -> int:
    """How many months of a round count for a plan from ``start`` to ``end``.

    A month counts where it begins (the one in which the period is ``opened``: on that day), so that the stretches
    before and after a transfer add up to the year. None count for a plan that is shorter than that.
    """
    first, last = _span(round)
    begins = [max(date(year, month, 1), opened or date.min) for month in range(first, last + 1)]
    return sum(start <= day <= end and (day.month == month) for month, day in enumerate(begins, first))


def title(round: str, year: int) -> str:
    """As a heading names it: *Triwulan II 2026*, *Maret 2026*, *Tahun 2026*."""
    if round == ANNUAL:
        return f"Tahun {year}"
    kind, _, number = round.partition("-")
    return f"Triwulan {_ROMAN[int(number) - 1]} {year}" if kind == "triwulan" else f"{_NAMES[int(number) - 1]} {year}"


def _span(round: str) -> tuple[int, int]:
    if round == ANNUAL:
        return 1, 12
    if round in _QUARTERS:
        last = 3 * (_QUARTERS.index(round) + 1)
        return last - 2, last
    month = _MONTHS.index(round) + 1
    return month, month
