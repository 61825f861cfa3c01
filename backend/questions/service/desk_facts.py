"""The facts of one agency that every act needs, read once a batch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from backend.calendar import rules as hours
from backend.forms import service as forms
from backend.questions import rules
from backend.questions.ports import Office, Officer, Ports, Unit
from backend.questions.suggestions import CATALOGUE, category_set, seed


@dataclass(frozen=True, slots=True)
class Facts:
    """One agency's office, units and categories as of ``now`` (UTC)."""

    agency: str
    now: datetime
    office: Office
    units: Mapping[str, Unit]
    by_code: Mapping[str, Unit]
    categories: rules.CategorySet

    @property
    def is_open(self) -> bool:
        """Whether the office is open now."""
        return hours.is_open(self.office.calendar, self.now)

    @property
    def year(self) -> int:
        """The year that the wall clock of the agency shows."""
        return hours.local_date(self.office.calendar.zone, self.now).year

    def due(self, minutes: int) -> datetime:
        """When so many working minutes from now have passed; of an office that never opens, minutes of the clock."""
        try:
            return hours.due(self.office.calendar, self.now, minutes)
        except hours.CalendarError:
            # Nobody may lose a question over a calendar that nobody has filled in yet.
            return self.now + timedelta(minutes=minutes)

    def silence_ends(self) -> datetime:
        """When an answer given now counts as clear without a word from the asker."""
        calendar = self.office.calendar

        def is_working(day: date) -> bool:
            return bool(calendar.intervals(day))

        return rules.after_working_days(self.now, rules.SILENT_DAYS, calendar.tz, is_working)

    def promise(self, due: datetime) -> str:
        """The automatic answer outside office hours."""
        return rules.promise(due, self.office.calendar.tz, self.office.calendar.zone)

    def unit_for(self, category: str) -> Unit:
        """The unit in charge of a category; an agency that lacks it answers at its root."""
        found = self.categories.category(category)
        unit = None if found is None else self.by_code.get(found.unit)
        return unit or self.units[self.office.root]

    def chain(self, unit: str) -> frozenset[str]:
        """A unit and everything above it: a grant on any of these covers the unit."""
        found: set[str] = set()
        current: str | None = unit
        while current is not None and current not in found:
            found.add(current)
            above = self.units.get(current)
            current = None if above is None else above.parent
        return frozenset(found)

    def covering(self, officers: Iterable[Officer], unit: str) -> list[Officer]:
        """The officers whose grant covers a unit."""
        chain = self.chain(unit)
        return [officer for officer in officers if officer.grant_unit in chain]

    def of_unit(self, officers: Sequence[Officer], unit: str) -> list[Officer]:
        """The officers who cover a unit and work there."""
        return [officer for officer in self.covering(officers, unit) if officer.unit == unit]


async def load_facts(session: AsyncSession, ports: Ports, agency: str, now: datetime) -> Facts:
    """Read an agency's facts: a fixed number of statements, whatever the size of the batch."""
    office = await ports.house.office(session, agency)
    catalogue = await forms.catalogue(session, agency, CATALOGUE)
    version, content = (0, seed()) if catalogue is None else (catalogue.version, catalogue.content)
    return Facts(
        agency=agency,
        now=now,
        office=office,
        units={unit.id: unit for unit in office.units},
        by_code={unit.code: unit for unit in office.units},
        categories=category_set(version, content),
    )
