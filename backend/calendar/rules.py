"""Office time: opening intervals, working time and due instants (pure; no clock of its own).

A calendar is written as JSON: ``zone`` (WIB, WITA, WIT), ``week`` (lists of ``["07:30", "12:00"]`` by day,
local time, half open, ``24:00`` allowed as an end), ``holidays`` (closed dates), ``special`` (dated periods
with their own week) and ``days`` (explicit intervals of one date). A single day wins over a holiday, a holiday
over a special period, a special period over the week. Indonesia has no daylight saving.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

ZONES: Mapping[str, timezone] = {
    "WIB": timezone(timedelta(hours=7), "WIB"),
    "WITA": timezone(timedelta(hours=8), "WITA"),
    "WIT": timezone(timedelta(hours=9), "WIT"),
}
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

# A calendar without any opening for this long is closed for good: searching on would never end.
CLOSED_FOR_GOOD_DAYS = 1100

Interval = tuple[int, int]
Intervals = tuple[Interval, ...]
Week = tuple[Intervals, ...]


class CalendarError(ValueError):
    """A calendar that cannot be read, or a question that it cannot answer.

    ``code`` is stable (``ZONE``, ``SHAPE``, ``TIME``, ``INTERVAL``, ``DATE``, ``END_BEFORE_START``,
    ``NEVER_OPEN``, ``NAIVE``, ``NEGATIVE``); ``path`` names the place in the JSON, for the person who wrote it.
    """

    def __init__(self, code: str, text: str, path: str = "") -> None:
        super().__init__(f"{path}: {text}" if path else text)
        self.code = code
        self.path = path


@dataclass(frozen=True, slots=True)
class Special:
    """A dated period (both ends included) with its own week, e.g. the fasting month."""

    first: date
    last: date
    week: Week


@dataclass(frozen=True, slots=True)
class Calendar:
    """Office hours of an agency or a site. Intervals are seconds after local midnight, half open, in order."""

    zone: str
    week: Week
    holidays: frozenset[date]
    special: tuple[Special, ...]
    days: Mapping[date, Intervals]

    @property
    def tz(self) -> timezone:
        """The fixed offset of the calendar's zone."""
        return ZONES[self.zone]

    def intervals(self, day: date) -> Intervals:
        """The opening intervals of one local date."""
        explicit = self.days.get(day)
        if explicit is not None:
            return explicit
        if day in self.holidays:
            return ()
        for period in self.special:
            if period.first <= day <= period.last:
                return period.week[day.weekday()]
        return self.week[day.weekday()]


def parse(raw: Any) -> Calendar:
    """Read the JSON form. Raises :class:`CalendarError` that names the faulty place."""
    body = _mapping(raw, "calendar")
    zone = body.get("zone")
    if zone not in ZONES:
        raise CalendarError("ZONE", "zona harus WIB, WITA atau WIT", "zone")
    special = tuple(_special(item, f"special[{n}]") for n, item in enumerate(_list(body.get("special", []), "special")))
    return Calendar(
        zone=str(zone),
        week=_week(body.get("week"), "week"),
        holidays=frozenset(
            _date(item, f"holidays[{n}]") for n, item in enumerate(_list(body.get("holidays", []), "holidays"))
        ),
        special=special,
        days={
            _date(key, "days"): _intervals(value, f"days.{key}")
            for key, value in _mapping(body.get("days", {}), "days").items()
        },
    )


def local_date(zone: str, instant: datetime) -> date:
    """The date that the wall clock of a zone shows at an aware instant."""
    return _aware(instant).astimezone(ZONES[zone]).date()


def is_open(calendar: Calendar, at: datetime) -> bool:
    """Whether the office is open at an instant: the opening instant is open, the closing instant closed."""
    day = _aware(at).astimezone(calendar.tz).date()
    return any(start <= at < end for start, end in _on(calendar, day))


def working_time(calendar: Calendar, start: datetime, end: datetime) -> int:
    """Whole seconds inside opening intervals from ``start`` to ``end``. Raises ``END_BEFORE_START``."""
    _aware(start), _aware(end)
    if end < start:
        raise CalendarError("END_BEFORE_START", "akhir mendahului awal")
    total = timedelta()
    day, last = start.astimezone(calendar.tz).date(), end.astimezone(calendar.tz).date()
    while day <= last:
        for opening, closing in _on(calendar, day):
            total += max(timedelta(), min(closing, end) - max(opening, start))
        day += timedelta(days=1)
    return int(total.total_seconds())


def working_minutes(calendar: Calendar, start: datetime, end: datetime) -> int:
    """The same in minutes begun and finished: 59 seconds are 0 minutes."""
    return working_time(calendar, start, end) // 60


def next_open(calendar: Calendar, at: datetime) -> datetime:
    """``at`` itself if open, else the next opening, in the calendar's offset. Raises ``NEVER_OPEN``."""
    for start, end in _openings(calendar, _aware(at)):
        if at < end:
            return max(start, at).astimezone(calendar.tz)
    raise CalendarError("NEVER_OPEN", "kalender ini tidak pernah buka")


def due(calendar: Calendar, start: datetime, minutes: int) -> datetime:
    """The earliest instant at which ``minutes`` of working time have passed since ``start``.

    In the calendar's offset; no minutes are used up at once. Raises ``NEVER_OPEN`` and ``NEGATIVE``.
    """
    if minutes < 0:
        raise CalendarError("NEGATIVE", "target tidak boleh negatif")
    left = timedelta(minutes=minutes)
    if not left:
        return _aware(start).astimezone(calendar.tz)
    for opening, closing in _openings(calendar, _aware(start)):
        begin = max(opening, start)
        if begin >= closing:
            continue
        if begin + left <= closing:
            return (begin + left).astimezone(calendar.tz)
        left -= closing - begin
    raise CalendarError("NEVER_OPEN", "kalender ini tidak pernah buka")


def _openings(calendar: Calendar, since: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Openings from the local day of ``since`` on, until the calendar shows itself closed for good."""
    day, closed = since.astimezone(calendar.tz).date(), 0
    while closed < CLOSED_FOR_GOOD_DAYS:
        openings = _on(calendar, day)
        closed = 0 if openings else closed + 1
        yield from openings
        day += timedelta(days=1)


def _on(calendar: Calendar, day: date) -> list[tuple[datetime, datetime]]:
    midnight = datetime.combine(day, time(), calendar.tz)
    return [
        (midnight + timedelta(seconds=start), midnight + timedelta(seconds=end))
        for start, end in calendar.intervals(day)
    ]


def _aware(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise CalendarError("NAIVE", "waktu tanpa zona")
    return instant


def _special(raw: Any, path: str) -> Special:
    body = _mapping(raw, path)
    first, last = _date(body.get("from"), f"{path}.from"), _date(body.get("to"), f"{path}.to")
    if last < first:
        raise CalendarError("END_BEFORE_START", "akhir periode mendahului awal", path)
    return Special(first, last, _week(body.get("week"), f"{path}.week"))


def _week(raw: Any, path: str) -> Week:
    body = _mapping(raw, path)
    stray = set(body) - set(DAYS)
    if stray:
        raise CalendarError("SHAPE", f"hari tidak dikenal: {', '.join(sorted(stray))}", path)
    return tuple(_intervals(body.get(day, []), f"{path}.{day}") for day in DAYS)


def _intervals(raw: Any, path: str) -> Intervals:
    found: list[Interval] = []
    for n, item in enumerate(_list(raw, path)):
        pair = _list(item, f"{path}[{n}]")
        if len(pair) != 2:
            raise CalendarError("INTERVAL", "jam buka dan jam tutup", f"{path}[{n}]")
        start, end = _seconds(pair[0], f"{path}[{n}]"), _seconds(pair[1], f"{path}[{n}]")
        if end <= start:
            raise CalendarError("INTERVAL", "Jam tutup harus sesudah jam buka.", f"{path}[{n}]")
        if found and start < found[-1][1]:
            raise CalendarError("INTERVAL", "jam buka bertumpuk atau tidak berurutan", f"{path}[{n}]")
        found.append((start, end))
    return tuple(found)


def _seconds(raw: Any, path: str) -> int:
    text = raw if isinstance(raw, str) else ""
    hours, colon, minutes = text.partition(":")
    if not (colon and text.isascii() and len(hours) == 2 and len(minutes) == 2 and (hours + minutes).isdigit()):
        raise CalendarError("TIME", "jam ditulis JJ:MM", path)
    value = int(hours) * 60 + int(minutes)
    if int(minutes) > 59 or value > 24 * 60:
        raise CalendarError("TIME", "jam ditulis 00:00 sampai 24:00", path)
    return value * 60


def _date(raw: Any, path: str) -> date:
    try:
        return date.fromisoformat(raw)
    except (TypeError, ValueError):
        raise CalendarError("DATE", "tanggal ditulis TTTT-BB-HH", path) from None


def _mapping(raw: Any, path: str) -> Mapping[str, Any]:
    if not isinstance(raw, Mapping):
        raise CalendarError("SHAPE", "harus objek", path)
    return raw


def _list(raw: Any, path: str) -> list[Any]:
    if not isinstance(raw, list | tuple):
        raise CalendarError("SHAPE", "harus daftar", path)
    return list(raw)
