"""Reports of ratings through their seven steps: opened, ticked, drawn, written, verified, made final, published.

From *ditarik* on the set of ratings and the figures are fixed; from *final* on the files are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, insert, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.calendar.periods import Period, read_period
from backend.calendar.rules import working_time
from backend.identity.service.directory import Directory
from backend.identity.service.tree import Tree
from backend.ratings.models import RATING, RatingReport, RatingReportItem, RatingReportStep
from backend.ratings.report_bodies import FinalArgs, OpenArgs, ReportBody, ReturnArgs, SeenArgs, StepBody, TickArgs
from backend.ratings.rules import cycle
from backend.ratings.rules.cycle import Act, State
from backend.ratings.rules.scores import COUNTED, FORMULA_VERSION
from backend.ratings.service import figures, report_files, report_notices
from backend.ratings.service.thresholds import thresholds
from sync.actors import Actor
from sync.clock import to_ms, wire
from sync.errors import Refusal
from sync.ids import uuid7
from sync.writing import Item, Writing

DESKS = ("TRK", "KOR", "KSB", "KPL")
"""Whose devices hold the reports of the agency."""
_SAFE = "Laporan tidak berubah."


class Reports:
    """The handlers; ``directory`` gives units and office hours."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    async def open(self, w: Writing, item: Item) -> None:
        """``rating.report_open``: one open report a period; over a final one only as its correction."""
        args: OpenArgs = item.args
        period = period_given(args.period)
        tree = await self._directory.trees.get(w.session, w.agency)
        if period.first > tree.today(w.now):
            raise Refusal("invalid", "Periode ini belum mulai. Pilih periode lain.", fields={"period": "Belum mulai."})
        known = await _lock_all(w)
        same = [one for one in known if one.period == period.code]
        running = [one for one in same if one.state not in cycle.FROZEN]
        if running:
            sentence = f"Laporan {running[0].number} untuk {period.title()} belum selesai."
            raise Refusal("state", f"{sentence} {_SAFE} Lanjutkan laporan itu.")
        replaced = {one.corrects for one in same}
        last = [one.id for one in same if one.id not in replaced]
        if last and args.corrects not in last:
            sentence = f"Laporan {period.title()} sudah final dan tidak berubah lagi."
            raise Refusal("state", f"{sentence} Buat laporan perbaikan yang menyebut laporan itu.")
        if not last and args.corrects is not None:
            raise Refusal("not_found", f"Laporan yang diperbaiki tidak ditemukan. {_SAFE}")
        report = RatingReport(
            id=item.record, agency=w.agency, number=max((one.number for one in known), default=0) + 1,
            period=period.code, first=period.first, last=period.last, state=State.DATA,
            formula_version=FORMULA_VERSION, corrects=args.corrects, created=w.now, created_by=item.actor.account,
        )  # fmt: skip
        w.session.add(report)
        await w.session.flush()
        publish(w, tree, report, [])
        await report_notices.tell_next(w, self._directory, tree, report, 1, period.title(), item.actor.account)

    async def tick(self, w: Writing, item: Item) -> None:
        """``rating.report_tick``: step 1 or 2 is done; they are not timed."""
        args: TickArgs = item.args
        report, tree, steps = await self._load(w, item, args.step)
        if args.step not in (1, 2):
            raise Refusal("invalid", f"Langkah ini tidak dicentang. {_SAFE}", fields={"step": "1 atau 2."})
        steps.append(self._step(w, tree, report, steps, args.step, Act.TICK, item.actor, args.note))
        await self._store(w, tree, report, steps)

    async def pull(self, w: Writing, item: Item) -> None:
        """``rating.report_pull``: fixes the set of ratings and computes its figures."""
        report, tree, steps = await self._load(w, item, 3)
        known = await _lock_all(w)
        await _fix_set(w, report, _chain(report, known))
        report.set_hash = await _digest(w.session, report.id)
        limits = await thresholds(w.session, w.agency, w.now)
        report.settings = limits.stored()
        report.figures = await figures.fixed(w.session, tree, report.id, report.first, report.last, limits)
        report.drawn = w.now
        steps.append(self._step(w, tree, report, steps, 3, Act.DONE, item.actor, ""))
        await self._store(w, tree, report, steps)

    async def draw(self, w: Writing, item: Item) -> None:
        """``rating.report_draw``: the report is written, with a note on what it says."""
        await self._advance(w, item, 4)

    async def verify(self, w: Writing, item: Item) -> None:
        """``rating.report_verify``: checked and analysed."""
        await self._advance(w, item, 5)

    async def give_back(self, w: Writing, item: Item) -> None:
        """``rating.report_return``: KSB or KPL sends it back to *draf*, with a reason; step 4 is due again."""
        args: ReturnArgs = item.args
        step = 6 if item.actor.role == "KPL" else 5
        report, tree, steps = await self._load(w, item, step)
        _same_set(report, args.set_hash)
        report.state = State.DRAFT
        steps.append(self._step(w, tree, report, steps, step, Act.RETURN, item.actor, args.reason, moves=False))
        await self._store(w, tree, report, steps)

    async def finish(self, w: Writing, item: Item) -> None:
        """``rating.report_final``: accepted by the head; the files are made and never change again."""
        args: FinalArgs = item.args
        if args.show_below and len(args.note) < 3:
            sentence = "Tulis alasan mengapa nama di bawah batas ikut ditampilkan."
            raise Refusal("invalid", f"{sentence} {_SAFE}", fields={"note": sentence})
        report, tree, steps = await self._load(w, item, 6)
        _same_set(report, args.set_hash)
        report.figures = {**report.figures, "show_below": args.show_below}
        report.final = w.now
        steps.append(self._step(w, tree, report, steps, 6, Act.DONE, item.actor, args.note))
        await report_files.freeze(w, tree, report, steps)
        await self._store(w, tree, report, steps)

    async def publish(self, w: Writing, item: Item) -> None:
        """``rating.report_publish``: the page of each site shows its officers from now on."""
        await self._advance(w, item, 7)

    async def _advance(self, w: Writing, item: Item, number: int) -> None:
        args: SeenArgs = item.args
        report, tree, steps = await self._load(w, item, number)
        _same_set(report, args.set_hash)
        if number == 7:
            report.published = w.now
        steps.append(self._step(w, tree, report, steps, number, Act.DONE, item.actor, args.note))
        await self._store(w, tree, report, steps)

    async def _load(self, w: Writing, item: Item, number: int) -> tuple[RatingReport, Tree, list[RatingReportStep]]:
        report = await w.session.get(RatingReport, item.record)
        if report is None or report.agency != w.agency:
            raise Refusal("not_found", "Laporan tidak ditemukan. Muat ulang daftar laporan.")
        steps = await steps_of(w.session, report.id)
        due = cycle.due_step([(one.step, one.act) for one in steps])
        if due is None:
            raise Refusal("state", f"Laporan ini sudah terbit. {_SAFE}")
        if due != number:
            expected = cycle.STEPS[due]
            who = " atau ".join(expected.roles)
            raise Refusal("state", f"Langkah {due} dulu: {expected.title} ({who}). {_SAFE}")
        if item.actor.role not in cycle.STEPS[number].roles:
            raise Refusal("forbidden", f"Langkah {number} bukan untuk peran ini. {_SAFE}")
        return report, await self._directory.trees.get(w.session, w.agency), steps

    def _step(
        self,
        w: Writing,
        tree: Tree,
        report: RatingReport,
        steps: Sequence[RatingReportStep],
        number: int,
        act: Act,
        actor: Actor,
        reason: str,
        *,
        moves: bool = True,
    ) -> RatingReportStep:
        step = cycle.STEPS[number]
        since = steps[-1].at if steps else report.created
        minutes = None
        if step.timed:
            calendar = tree.settings_at(w.now).calendar
            minutes = cycle.minutes_spent(working_time(calendar, min(since, w.now), w.now))
        if moves:
            report.state = step.to
        return RatingReportStep(
            id=uuid7(), agency=w.agency, report=report.id, step=number, act=act, account=actor.account,
            name=actor.name, role=actor.role, at=w.now, minutes=minutes, limit=step.limit,
            late=cycle.is_late(number, minutes), reason=reason, seen_hash=report.set_hash,
        )  # fmt: skip

    async def _store(self, w: Writing, tree: Tree, report: RatingReport, steps: Sequence[RatingReportStep]) -> None:
        w.session.add(steps[-1])
        w.session.add(report)
        await w.session.flush()
        publish(w, tree, report, steps)
        due = cycle.due_step([(one.step, one.act) for one in steps])
        title = period_given(report.period).title()
        await report_notices.tell_next(w, self._directory, tree, report, due, title, steps[-1].account)


def period_given(code: str) -> Period:
    """The period of a code that a person chose. Raises ``invalid``."""
    period = read_period(code)
    if period is None:
        sentence = "Pilih bulan atau triwulan."
        raise Refusal("invalid", f"Periode ini tidak dikenal. {sentence}", fields={"period": sentence})
    return period


async def steps_of(session: AsyncSession, report: str) -> list[RatingReportStep]:
    """The acts on a report, in their order."""
    query = (
        select(RatingReportStep)
        .where(col(RatingReportStep.report) == report)
        .order_by(col(RatingReportStep.at), col(RatingReportStep.id))
    )
    return list((await session.execute(query)).scalars())


def report_body(tree: Tree, report: RatingReport, steps: Sequence[RatingReportStep]) -> ReportBody:
    """What the desks hold of a report."""
    period = period_given(report.period)
    counts: dict[str, Any] = report.figures.get("counts", {})
    return ReportBody(
        number=report.number,
        period=report.period,
        title=period.title(),
        state=report.state,
        due=cycle.due_step([(one.step, one.act) for one in steps]),
        set_hash=report.set_hash,
        n=counts.get("n"),
        floor=report.settings.get("floor"),
        corrects=report.corrects,
        unit=tree.root,
        steps=[
            StepBody(
                step=one.step, act=one.act, name=one.name, role=one.role, at=_stamp(one.at), minutes=one.minutes,
                limit=one.limit, late=one.late, reason=one.reason,
            )
            for one in steps
        ],
    )  # fmt: skip


def publish(w: Writing, tree: Tree, report: RatingReport, steps: Sequence[RatingReportStep]) -> None:
    """Show a report to the desks of the agency; a coordinator's device learns of it through its site."""
    units = {tree.root} | {node.id for node in tree.nodes.values() if node.site}
    seen_by = frozenset(f"role:{role}@{unit}" for role in DESKS for unit in units)
    w.publish("rating_report", report.id, report_body(tree, report, steps), seen_by)


def _stamp(instant: datetime) -> str:
    return wire(to_ms(instant))


def _same_set(report: RatingReport, seen: str) -> None:
    if report.set_hash != seen:
        raise Refusal("stale", f"Data laporan ini bukan yang Anda lihat. {_SAFE} Muat ulang, lalu ulangi.")


async def _lock_all(w: Writing) -> list[RatingReport]:
    """The agency's reports under a lock: two reports must not take the same rating."""
    query = select(RatingReport).where(col(RatingReport.agency) == w.agency).order_by(col(RatingReport.number))
    return list((await w.session.execute(query.with_for_update())).scalars())


def _chain(report: RatingReport, known: Sequence[RatingReport]) -> list[str]:
    """The reports that this one replaces: what they hold may be counted anew."""
    by_id = {one.id: one for one in known}
    found, before = [report.id], report.corrects
    while before is not None and before not in found:
        found.append(before)
        before = by_id[before].corrects if before in by_id else None
    return found


async def _fix_set(w: Writing, report: RatingReport, chain: Sequence[str]) -> None:
    """Every *sah* rating of the period, and *susulan*: those of periods that were drawn without them."""
    r, item, other = RATING.c, RatingReportItem, RatingReport
    taken = select(literal(1)).where(col(item.rating) == r.id, col(item.report).not_in(chain)).exists()
    drawn_before = (
        select(literal(1))
        .where(
            col(other.agency) == r.agency,
            col(other.drawn).is_not(None),
            col(other.first) <= r.service_date,
            col(other.last) >= r.service_date,
        )
        .exists()
    )
    in_period = r.service_date.between(report.first, report.last)
    late = and_(r.service_date < report.first, drawn_before)
    chosen = select(
        literal(report.id, r.id.type).label("report"),
        r.id.label("rating"),
        (r.service_date < report.first).label("late"),
    ).where(r.agency == w.agency, r.status == COUNTED, or_(in_period, late), ~taken)
    await w.session.execute(insert(RatingReportItem).from_select(["report", "rating", "late"], chosen))


async def _digest(session: AsyncSession, report: str) -> str:
    """SHA-256 over the sorted ids of a report's set, one a line."""
    query = (
        select(col(RatingReportItem.rating))
        .where(col(RatingReportItem.report) == report)
        .order_by(col(RatingReportItem.rating))
    )
    digest = hashlib.sha256()
    for id in (await session.execute(query)).scalars():
        digest.update(f"{id}\n".encode())
    return digest.hexdigest()
