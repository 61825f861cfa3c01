"""Notes that are to be looked at again: on their day, and each Monday while they wait, their unit is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from backend.database.engine import Database
from backend.forms import service as forms
from backend.forms.office import office_hours
from backend.forms.service import Article
from backend.identity.models import AGENCY
from backend.identity.service.directory import Directory
from backend.identity.service.tree import Tree
from backend.knowledge.rules import APPROVERS, reminded_on, review_on
from backend.notifications.service import Notice, notify_all
from sync.engine import SyncEngine
from sync.writing import Writing

TITLE = "Pusat jawaban"
SENTENCE = "{n} jawaban perlu diperiksa ulang."
THREAD = "pusat-jawaban"
"""One notice on the screen, however many notes are due."""


@dataclass(frozen=True, slots=True)
class Reviews:
    """Tells who approves notes which of them are due; part of the nightly work."""

    db: Database
    engine: SyncEngine
    directory: Directory

    async def remind(self) -> None:
        """One notice a person and night, for all notes that are due to the person's units."""
        async with self.db.reading() as connection:
            agencies = (await connection.execute(select(AGENCY.c.id).order_by(AGENCY.c.id))).scalars().all()
        for agency in agencies:
            async with self.engine.writing(agency) as w:
                await self._tell(w)

    async def _tell(self, w: Writing) -> None:
        try:
            days = (await office_hours(w.session, w.agency, w.now)).review_days
        except LookupError:
            return  # an agency that nobody has set up yet
        tree = await self.directory.trees.get(w.connection, w.agency)
        today = tree.today(w.now)
        waiting = [one for one in await forms.articles(w.session, w.agency) if _is_due(one, days, today)]
        if not waiting:
            return
        counts = await self._counted(w, tree, waiting)
        notices = [
            Notice(w.agency, account, "deadline.review", TITLE, SENTENCE.format(n=n), "/jawaban", THREAD)
            for account, n in sorted(counts.items())
        ]
        await notify_all(w.session, notices, now=w.now)

    async def _counted(self, w: Writing, tree: Tree, waiting: Sequence[Article]) -> Counter[str]:
        """Account to how many of the notes its unit is in charge of."""
        reach: dict[str, set[str]] = {}
        for role in APPROVERS:
            for officer in await self.directory.officers(w.connection, w.agency, role, w.now):
                reach.setdefault(officer.account, set()).update(tree.below(officer.grant_unit))
        return Counter(
            account for account, units in reach.items() for one in waiting if (one.unit or tree.root) in units
        )


def _is_due(article: Article, days: int, today: date) -> bool:
    return reminded_on(review_on(article.checked_at, days), today)
