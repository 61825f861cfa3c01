"""The evaluation report of a quarter: begun with first words, written on, and made final with its figures and files."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.calendar.periods import Period
from backend.evaluation.bodies import EvaluationBody, OpenArgs, WriteArgs
from backend.evaluation.models import EvaluationReport
from backend.evaluation.ports import QuestionMeasures
from backend.evaluation.rules import report as rules
from backend.evaluation.service import figures, files, obstacles, surveys, visits
from backend.evaluation.service.room import LEADERS, SAFE, quarter, seen_by, stamp
from backend.identity.service.directory import Directory
from backend.identity.service.tree import Tree
from sync.errors import Refusal
from sync.writing import Item, Writing


class Evaluations:
    """The handlers; ``questions`` gives the measures."""

    def __init__(self, directory: Directory, questions: QuestionMeasures) -> None:
        self._directory = directory
        self._questions = questions

    async def open(self, w: Writing, item: Item) -> None:
        """``evaluation.open``: begin the report of a quarter; there is one for each."""
        args: OpenArgs = item.args
        period = quarter(args.period)
        tree = await self._directory.trees.get(w.session, w.agency)
        if period.first > tree.today(w.now):
            raise Refusal("invalid", f"Triwulan ini belum mulai. {SAFE} Pilih triwulan lain.")
        c = EvaluationReport
        same = select(col(c.id)).where(col(c.agency) == w.agency, col(c.period) == period.code).with_for_update()
        if (await w.session.execute(same)).first() is not None:
            raise Refusal("exists", f"Laporan {period.title()} sudah ada. {SAFE} Buka dari daftar.")
        texts = rules.first_texts(tree.name)
        texts |= {"place": str(tree.settings_at(w.now).body.get("capital") or ""), "chair": item.actor.name}
        report = EvaluationReport(
            id=item.record, agency=w.agency, period=period.code, first=period.first, last=period.last,
            state=rules.DRAFT, texts=texts, created=w.now, created_by=item.actor.account,
        )  # fmt: skip
        w.session.add(report)
        await w.session.flush()
        show(w, tree, report)

    async def write(self, w: Writing, item: Item) -> None:
        """``evaluation.write``: all texts of a draft, as they shall stand."""
        args: WriteArgs = item.args
        report = await self._draft(w, item)
        report.texts = args.model_dump()
        await w.session.flush()
        show(w, await self._directory.trees.get(w.session, w.agency), report)

    async def finish(self, w: Writing, item: Item) -> None:
        """``evaluation.finish``: figures and files are made now and never change again."""
        report = await self._draft(w, item)
        tree = await self._directory.trees.get(w.session, w.agency)
        if report.last >= tree.today(w.now):
            sentence = "Triwulan ini belum berakhir."
            raise Refusal("state", f"{sentence} {SAFE} Laporan bisa dijadikan final setelah {report.last:%d-%m-%Y}.")
        if not report.texts.get("recommendation"):
            sentence = "Tulis rekomendasi dulu."
            raise Refusal("invalid", f"{sentence} {SAFE}", fields={"recommendation": sentence})
        found = await content(w.session, self._questions, tree, report, self._directory)
        report.state, report.final, report.final_by = rules.FINAL, w.now, item.actor.account
        report.figures = found
        await files.freeze(w, tree, report, found)
        await w.session.flush()
        show(w, tree, report)

    async def _draft(self, w: Writing, item: Item) -> EvaluationReport:
        report = await w.session.get(EvaluationReport, item.record)
        if report is None or report.agency != w.agency:
            raise Refusal("not_found", f"Laporan tidak ditemukan. {SAFE}")
        if report.state != rules.DRAFT:
            raise Refusal("state", f"Laporan ini sudah final dan tidak berubah lagi. {SAFE}")
        return report


async def content(
    session: AsyncSession,
    questions: QuestionMeasures,
    tree: Tree,
    report: EvaluationReport,
    directory: Directory,
) -> dict[str, Any]:
    """Everything that a report says, as plain JSON: the screen, the page and the workbook are made from it.

    Of a final report it is what was fixed; of a draft it is computed now.
    """
    if report.state == rules.FINAL:
        return report.figures
    now = directory.clock.now()
    period = quarter(report.period)
    since, until = figures.bounds(tree, period, now)
    gathered: dict[str, Any] = {
        "agency": tree.name,
        "texts": report.texts,
        "figures": await figures.figures(session, questions, tree, period, now),
        "obstacles": [
            {"text": one.text, "effort": one.effort}
            for one in await obstacles.of_period(session, tree.agency, report.period)
        ],
        "surveys": await surveys.results(session, tree.agency, since, until),
        "visitors": await visits.compared(session, questions, tree, now, f"{period.last:%Y-%m}"),
    }
    return {
        **gathered,
        "title": f"Laporan Evaluasi Layanan Pertanyaan Kepegawaian {period.title()}",
        "parts": rules.parts(gathered),
        "conclusion": rules.conclusion(gathered),
        "comments": await surveys.comments(session, tree.agency, since, until),
        "place": report.texts.get("place", ""),
        "chair": report.texts.get("chair", ""),
        "date": files.long_date(tree.today(now)),
        "made": files.local(now, tree.zone_at(now)),
    }


async def listed(session: AsyncSession, agency: str) -> list[EvaluationReport]:
    """The agency's reports, the latest quarter first; without their figures they are few and small."""
    c = EvaluationReport
    query = select(c).where(col(c.agency) == agency).order_by(col(c.first).desc()).limit(40)
    return list((await session.execute(query)).scalars())


async def report_of(session: AsyncSession, agency: str, id: str) -> EvaluationReport | None:
    """One report of the agency."""
    found = await session.get(EvaluationReport, id)
    return found if found is not None and found.agency == agency else None


def show(w: Writing, tree: Tree, report: EvaluationReport) -> None:
    """Show a report to those who lead the service."""
    period: Period = quarter(report.period)
    body = EvaluationBody(
        period=report.period, title=period.title(), state=report.state,
        texts={name: str(value) for name, value in report.texts.items()},
        final_at=None if report.final is None else stamp(report.final), unit=tree.root,
    )  # fmt: skip
    w.publish("evaluation_report", report.id, body, seen_by(tree.root, LEADERS))
