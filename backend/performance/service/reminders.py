"""Reminders: of plans that are not approved in January and after, of realisation and evidence before a round closes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import col

from backend.database.engine import Database
from backend.identity.models import AGENCY
from backend.identity.service.directory import Directory
from backend.notifications.service import Notice, notify_all
from backend.performance.models import Period
from backend.performance.ports import House
from backend.performance.rules import reminders as rules
from backend.performance.rules import rounds
from backend.performance.service.obliged import Obliged, obliged
from sync.engine import SyncEngine
from sync.writing import Writing

MONTHS = ("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober",
          "November", "Desember")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reminders:
    """Part of the nightly work: at most one notice a person, agency and night."""

    db: Database
    engine: SyncEngine
    directory: Directory
    house: House

    async def remind(self) -> None:
        """Every agency with a year that is running."""
        async with self.db.reading() as connection:
            agencies = (await connection.execute(select(AGENCY.c.id).order_by(AGENCY.c.id))).scalars().all()
        for agency in agencies:
            async with self.engine.writing(agency) as w:
                await self._agency(w)

    async def _agency(self, w: Writing) -> None:
        today = await self.house.today(w.session, w.agency, w.now)
        query = select(Period).where(
            col(Period.agency) == w.agency, col(Period.start) <= today, col(Period.end) >= today
        )
        period = (await w.session.execute(query)).scalars().first()
        if period is None:
            return
        closing = rules.closing_round(today, period.rhythm, period.year)
        late = rules.of_approval(today, period.due_on, period.end)
        if not (late or closing):
            return
        people = await obliged(w.session, w.agency, period, today)
        notices: list[Notice] = []
        if late:
            notices += await self._late(w, period, [one for one in people if not one.covered])
        if closing is not None:
            notices += _closing(w, period, closing, people)
        await notify_all(w.session, notices, now=w.now)

    async def _late(self, w: Writing, period: Period, missing: Sequence[Obliged]) -> list[Notice]:
        """The employee, the superior and HR, each of their own."""
        due = f"{period.due_on.day} {MONTHS[period.due_on.month - 1]} {period.due_on.year}"
        title, thread = f"SKP {period.year}", f"skp-{period.year}"
        own = f"SKP Anda belum disetujui. Batasnya {due}."
        found = [Notice(w.agency, one.person, "deadline.skp", title, own, "/skp", thread) for one in missing]
        below = Counter(one.superior for one in missing if one.superior is not None)
        office: Counter[str] = Counter()
        for officer in await self.house.officers(w.session, w.agency, "HRA", w.now):
            office[officer.account] += sum(one.unit in officer.units for one in missing)
        views = (
            (below, "{n} SKP bawahan belum disetujui.", "/bawahan"),
            (office, "{n} SKP pegawai belum disetujui.", "/laporan/skp"),
        )
        for counts, said, url in views:
            found += [
                Notice(w.agency, account, "deadline.skp", title, said.format(n=n), url, f"{thread}{url}")
                for account, n in sorted(counts.items())
                if n
            ]
        return found


def _closing(w: Writing, period: Period, round: str, people: Sequence[Obliged]) -> list[Notice]:
    """Whoever has a plan in force is reminded of what the evaluation will look at."""
    said = f"{rounds.title(round, period.year)} berakhir sepekan lagi. Lengkapi realisasi dan bukti."
    return [
        Notice(w.agency, one.person, "deadline.skp", f"SKP {period.year}", said, f"/skp/{one.plan}", one.plan)
        for one in people
        if one.covered
    ]
