"""Past surveys, visitors and obstacles for the demonstration, so that the report has something to say."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from backend.calendar.periods import QUARTER, period_of
from backend.evaluation.bodies import EvaluationBody, ObstacleBody
from backend.evaluation.models import EvaluationObstacle, EvaluationReport, JourneyCost, ServiceSurvey, VisitorMonth
from backend.evaluation.rules import report as rules
from backend.evaluation.rules.surveys import TEAM, USERS
from backend.evaluation.service.room import LEADERS, STAFF, seen_by, stamp
from backend.identity.service.tree import Tree
from sync.ids import derived
from sync.writing import Writing

MONTHS_BEFORE, MONTHS_AFTER = 12, 2
OBSTACLES = (
    ("Sinyal di tiga kecamatan sering putus, sehingga lampiran terlambat sampai.", "Petugas menelepon balik penanya."),
    ("Data riwayat jabatan lama belum semuanya ada di SIMPEG.", ""),
)
COMMENTS = (
    "Jawabannya cepat dan jelas.",
    "Saya tidak perlu lagi datang ke kantor.",
    "Mohon sertakan dasar aturannya.",
    "",
    "",
    "",
)


async def seed(w: Writing, tree: Tree, closed: Sequence[str], leader: tuple[str, str]) -> None:
    """A year of visitors, what a journey costs, surveys of ``closed`` questions (ids), obstacles, a draft report.

    ``leader``: account and name of the head of the team. Always the same for the same day.
    """
    chance = random.Random(20260402)  # noqa: S311 (invented data)
    account, name = leader
    today = tree.today(w.now)
    months = _months(today, MONTHS_BEFORE + MONTHS_AFTER)
    for place, month in enumerate(months):
        before = place < MONTHS_BEFORE
        total = chance.randint(205, 245) if before else chance.randint(120, 160)
        parts = {"konsultasi": total * 3 // 10, "usul": total // 2, "legalisir": total // 10}
        w.session.add(VisitorMonth(
            id=derived(tree.agency, f"demo-visitors-{month}"), agency=tree.agency, month=month, total=total,
            parts=parts, account=account, at=w.now,
        ))  # fmt: skip
    w.session.add(JourneyCost(
        id=derived(tree.agency, "demo-journey"), agency=tree.agency, started=months[MONTHS_BEFORE], litres="3.7",
        price=10000, meal=50000, other=0, account=account, at=w.now,
    ))  # fmt: skip
    for place, about in enumerate(closed):
        _survey(w, chance, tree.agency, USERS, about, w.now - timedelta(hours=place * 9))
    for place in range(5):
        _survey(w, chance, tree.agency, TEAM, derived(tree.agency, f"demo-team-{place}"), w.now)
    _report(w, tree, account, name, today)
    await w.session.flush()


def _months(today: date, count: int) -> list[str]:
    """The last full months before today's, oldest first."""
    last = today.year * 12 + today.month - 2
    return [f"{at // 12}-{at % 12 + 1:02d}" for at in range(last - count + 1, last + 1)]


def _survey(w: Writing, chance: random.Random, agency: str, survey: str, about: str, at: datetime) -> None:
    marks = [chance.choice((2, 3, 3, 4, 4, 4)) for _ in range(4)]
    w.session.add(ServiceSurvey(
        id=derived(about, f"demo-survey-{survey}"), agency=agency, survey=survey, about=about, ease=marks[0],
        speed=marks[1], clarity=marks[2], overall=marks[3], comment=chance.choice(COMMENTS), at=at,
    ))  # fmt: skip


def _report(w: Writing, tree: Tree, account: str, name: str, today: date) -> None:
    period = period_of(today, QUARTER)
    for place, (text, effort) in enumerate(OBSTACLES):
        row = EvaluationObstacle(
            id=derived(tree.agency, f"demo-obstacle-{place}"), agency=tree.agency, period=period.code, text=text,
            effort=effort, account=account, name=name, role="KTM", at=w.now,
        )  # fmt: skip
        w.session.add(row)
        shown = ObstacleBody(
            period=row.period, text=text, effort=effort, author=account, author_name=name, role="KTM",
            at=stamp(w.now), unit=tree.root,
        )  # fmt: skip
        w.publish("evaluation_obstacle", row.id, shown, seen_by(tree.root, {*LEADERS, *STAFF}, account))
    texts = {
        **rules.first_texts(tree.name),
        "recommendation": "Tambah satu operator pada Senin pagi.\nPerbarui jawaban baku setiap ada aturan baru.",
        "place": str(tree.settings_at(w.now).body.get("capital") or ""),
        "chair": name,
    }
    report = EvaluationReport(
        id=derived(tree.agency, "demo-evaluation"), agency=tree.agency, period=period.code, first=period.first,
        last=period.last, state=rules.DRAFT, texts=texts, created=w.now, created_by=account,
    )  # fmt: skip
    w.session.add(report)
    body = EvaluationBody(period=period.code, title=period.title(), state=rules.DRAFT, texts=texts, unit=tree.root)
    w.publish("evaluation_report", report.id, body, seen_by(tree.root, LEADERS))
