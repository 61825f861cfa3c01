"""Periods of reports: a month (``2026-11``) or a quarter (``2026-Q4``), as local dates, both ends included."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

MONTH, QUARTER = "month", "quarter"
MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
MONTHS_EN = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_ROMAN = ("I", "II", "III", "IV")
_SHAPE = re.compile(r"(20[0-9]{2})-(?:(0[1-9]|1[0-2])|Q([1-4]))\Z")


@dataclass(frozen=True, slots=True)
class Period:
    """One period with its code, its first and last local date."""

    code: str
    first: date
    last: date

    @property
    def kind(self) -> str:
        """``month`` or ``quarter``."""
        return QUARTER if "Q" in self.code else MONTH

    def title(self, language: str = "id") -> str:
        """As a heading names it: *November 2026*, *Triwulan IV 2026*."""
        if self.kind == QUARTER:
            quarter = (self.first.month - 1) // 3
            if language == "en":
                return f"Quarter {quarter + 1} of {self.first.year}"
            return f"Triwulan {_ROMAN[quarter]} {self.first.year}"
        names = MONTHS_EN if language == "en" else MONTHS
        return f"{names[self.first.month - 1]} {self.first.year}"


def read_period(code: str) -> Period | None:
    """The period of a code; ``None`` if it is not one."""
    found = _SHAPE.match(code)
    if found is None:
        return None
    year, month, quarter = int(found[1]), found[2], found[3]
    start = int(month) if month else 3 * int(quarter) - 2
    return Period(code, date(year, start, 1), _before(year, start + (1 if month else 3)))


def period_of(day: date, kind: str) -> Period:
    """The period of a kind (``month``, ``quarter``) that holds a local date."""
    code = f"{day.year}-{day.month:02d}" if kind == MONTH else f"{day.year}-Q{(day.month + 2) // 3}"
    found = read_period(code)
    if found is None:
        raise ValueError(f"no period holds {day}")
    return found


def _before(year: int, month: int) -> date:
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1) - timedelta(days=1)
