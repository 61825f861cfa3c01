"""The two surveys: answers arrive once each, results are added up by the database and never shown by name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.evaluation.bodies import SurveyBody, TeamSurveyArgs, UserSurveyArgs
from backend.evaluation.models import ServiceSurvey
from backend.evaluation.rules import surveys as rules
from backend.evaluation.service.room import SAFE, quarter
from backend.identity.service.directory import Directory
from sync.ids import derived
from sync.writing import Item, Writing

CLOSED = "selesai"
COMMENTS = 200
"""How many comments a report prints at most, the latest first."""


class Surveys:
    """The handlers."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    async def by_user(self, w: Writing, items: Sequence[Item]) -> None:
        """``survey.answer``: the asker's marks once the question is closed; the first answer stands."""
        known = await w.current("question", [item.args.question for item in items])
        fresh: list[tuple[Item, str]] = []
        for item in items:
            args: UserSurveyArgs = item.args
            stored = known.get(args.question)
            if stored is None or stored.body.get("state") != CLOSED:
                item.lose("state", f"Survei diisi setelah pertanyaan selesai. {SAFE} Tekan Sudah jelas dulu.")
            else:
                fresh.append((item, args.question))
        await self._keep(w, rules.USERS, fresh)

    async def by_team(self, w: Writing, items: Sequence[Item]) -> None:
        """``survey.team``: one answer of each member of staff for a quarter that has begun."""
        tree = await self._directory.trees.get(w.session, w.agency)
        fresh: list[tuple[Item, str]] = []
        for item in items:
            args: TeamSurveyArgs = item.args
            if quarter(args.period).first > tree.today(w.now):
                item.lose("invalid", f"Triwulan ini belum mulai. {SAFE} Pilih triwulan lain.")
            else:
                fresh.append((item, derived(item.actor.account, f"survey-{args.period}")))
        await self._keep(w, rules.TEAM, fresh)

    async def _keep(self, w: Writing, survey: str, fresh: Sequence[tuple[Item, str]]) -> None:
        c = ServiceSurvey
        about = [one for _, one in fresh]
        given = await w.session.execute(
            select(col(c.about)).where(col(c.agency) == w.agency, col(c.survey) == survey, col(c.about).in_(about))
        )
        taken = set(given.scalars())
        ids = await w.session.execute(select(col(c.id)).where(col(c.id).in_([item.record for item, _ in fresh])))
        known = set(ids.scalars())
        for item, key in fresh:
            if key in taken or item.record in known:
                item.lose("exists", "Survei ini sudah Anda isi. Terima kasih; jawaban pertama yang dihitung.")
                continue
            taken.add(key)
            args: UserSurveyArgs | TeamSurveyArgs = item.args
            w.session.add(ServiceSurvey(
                id=item.record, agency=w.agency, survey=survey, about=key, ease=args.ease, speed=args.speed,
                clarity=args.clarity, overall=args.overall, comment=args.comment, at=w.now,
            ))  # fmt: skip
            shown = args.question if isinstance(args, UserSurveyArgs) else args.period
            body = SurveyBody(survey=survey, about=shown)
            w.publish("service_survey", item.record, body, {f"person:{item.actor.account}"})
        await w.session.flush()


async def forget_comments(session: AsyncSession, agency: str, before: datetime) -> None:
    """Erase what people wrote before an instant (UTC); their marks stay."""
    c = ServiceSurvey
    old = update(c).where(col(c.agency) == agency, col(c.at) < before, col(c.comment) != "")
    await session.execute(old.values(comment=""))


async def results(session: AsyncSession, agency: str, since: datetime, until: datetime) -> dict[str, Any]:
    """Both surveys of a span (UTC): n, satisfied share, means by aspect (one statement)."""
    c = ServiceSurvey
    sums = [func.sum(col(getattr(c, aspect))).label(aspect) for aspect in rules.ASPECTS]
    satisfied = func.sum(case((col(c.overall) >= rules.SATISFIED, 1), else_=0)).label("satisfied")
    query = (
        select(col(c.survey), func.count().label("n"), satisfied, *sums)
        .where(col(c.agency) == agency, col(c.at) >= since, col(c.at) < until)
        .group_by(col(c.survey))
    )
    found = {row.survey: row._mapping for row in await session.execute(query)}
    named = {"users": rules.USERS, "team": rules.TEAM}
    empty = {"n": 0, "satisfied": 0, **dict.fromkeys(rules.ASPECTS, 0)}
    return {
        name: rules.result(int(row["n"]), int(row["satisfied"]), {aspect: int(row[aspect]) for aspect in rules.ASPECTS})
        for name, survey in named.items()
        for row in [found.get(survey, empty)]
    }


async def comments(session: AsyncSession, agency: str, since: datetime, until: datetime) -> list[dict[str, Any]]:
    """What people wrote, without who, when or about what; the latest 200 of a span."""
    c = ServiceSurvey
    query = (
        select(col(c.survey), col(c.overall), col(c.comment))
        .where(col(c.agency) == agency, col(c.at) >= since, col(c.at) < until, col(c.comment) != "")
        .order_by(col(c.at).desc(), col(c.id))
        .limit(COMMENTS)
    )
    rows = [dict(row._mapping) for row in await session.execute(query)]
    return sorted(rows, key=lambda row: (row["survey"], -row["overall"], row["comment"]))
