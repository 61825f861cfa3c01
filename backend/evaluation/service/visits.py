"""Visitors by month before and after the service, and what a saved journey costs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.evaluation.bodies import JourneyCostArgs, JourneyCostBody, VisitorMonthArgs, VisitorMonthBody
from backend.evaluation.models import JourneyCost, VisitorMonth
from backend.evaluation.ports import QuestionMeasures
from backend.evaluation.rules import costs
from backend.evaluation.rules.measures import rounded
from backend.evaluation.service.room import LEADERS, SAFE, seen_by
from backend.identity.models import UNIT
from backend.identity.service.directory import Directory
from backend.identity.service.tree import Tree
from sync.errors import Refusal
from sync.writing import Item, Writing

REGISTER_MONTHS = 60
"""So far back the guest register is counted."""
PURPOSES: Mapping[str, str] = {
    "konsultasi": "Konsultasi",
    "usul": "Usul urusan kepegawaian",
    "legalisir": "Legalisir",
    "lainnya": "Lainnya",
}


class Visits:
    """The handlers."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    async def month(self, w: Writing, item: Item) -> None:
        """``visitors.month``: totals of a month, perhaps with parts; entering it again replaces it."""
        args: VisitorMonthArgs = item.args
        tree = await self._directory.trees.get(w.session, w.agency)
        if date.fromisoformat(f"{args.month}-01") > tree.today(w.now):
            raise Refusal(
                "invalid", f"Bulan ini belum mulai. {SAFE} Pilih bulan lain.", fields={"month": "Belum mulai."}
            )
        stray = set(args.parts) - set(PURPOSES)
        if stray:
            raise Refusal("invalid", f"Keperluan ini tidak dikenal. {SAFE} Pilih dari daftar.")
        try:
            costs.unexplained(args.total, args.parts)
        except costs.CostError:
            sentence = "Jumlah keperluan melebihi jumlah pengunjung."
            raise Refusal("invalid", f"{sentence} {SAFE} Periksa angkanya.", fields={"total": sentence}) from None
        await _refuse_taken(w, VisitorMonth, item.record)
        w.session.add(VisitorMonth(
            id=item.record, agency=w.agency, month=args.month, total=args.total, parts=dict(args.parts),
            account=item.actor.account, at=w.now,
        ))  # fmt: skip
        await w.session.flush()
        body = VisitorMonthBody(month=args.month, total=args.total, parts=dict(args.parts), unit=tree.root)
        w.publish("visitor_month", item.record, body, seen_by(tree.root, (*LEADERS, "LKT")))

    async def cost(self, w: Writing, item: Item) -> None:
        """``visitors.cost``: one journey and the first month of the service; the latest entry counts."""
        args: JourneyCostArgs = item.args
        tree = await self._directory.trees.get(w.session, w.agency)
        await _refuse_taken(w, JourneyCost, item.record)
        w.session.add(JourneyCost(
            id=item.record, agency=w.agency, started=args.started, litres=args.litres, price=args.price,
            meal=args.meal, other=args.other, account=item.actor.account, at=w.now,
        ))  # fmt: skip
        await w.session.flush()
        body = JourneyCostBody(
            started=args.started, litres=args.litres, price=args.price, meal=args.meal, other=args.other, unit=tree.root
        )
        w.publish("journey_cost", item.record, body, seen_by(tree.root, LEADERS))


async def _refuse_taken(w: Writing, model: type[VisitorMonth] | type[JourneyCost], id: str) -> None:
    if await w.session.get(model, id) is not None:
        raise Refusal("exists", f"Kiriman dengan nomor ini sudah ada. {SAFE}")


async def months(session: AsyncSession, questions: QuestionMeasures, tree: Tree, now: datetime) -> list[dict[str, Any]]:
    """Every month with what counts of it, oldest first: ``{"month", "total", "parts", "unexplained", "source"}``.

    What was entered by hand counts; else the guest register of the last five years, from the first guest on. Two
    statements.
    """
    found = {month: _line(month, total, parts, "diisi") for month, total, parts in await _entered(session, tree.agency)}
    marks = _marks(tree, now)
    for place, parts in (await questions.guests(session, tree.agency, marks)).items():
        month = f"{marks[place].astimezone(tree.settings_at(now).calendar.tz):%Y-%m}"
        if month not in found:
            found[month] = _line(month, sum(parts.values()), parts, "buku tamu")
    return [found[month] for month in sorted(found)]


def _line(month: str, total: int, parts: Mapping[str, int], source: str) -> dict[str, Any]:
    left = costs.unexplained(total, parts)
    return {"month": month, "total": total, "parts": dict(parts), "unexplained": left, "source": source}


def _marks(tree: Tree, now: datetime) -> list[datetime]:
    """The local first of each month, five years back up to the next one."""
    zone, today = tree.settings_at(now).calendar.tz, tree.today(now)
    last = today.year * 12 + today.month
    return [datetime(at // 12, at % 12 + 1, 1, tzinfo=zone) for at in range(last - REGISTER_MONTHS, last + 1)]


async def _entered(session: AsyncSession, agency: str) -> list[tuple[str, int, dict[str, int]]]:
    """The latest entry of each month."""
    c = VisitorMonth
    place = func.row_number().over(partition_by=col(c.month), order_by=(col(c.at).desc(), col(c.id).desc()))
    ranked = (
        select(col(c.month), col(c.total), col(c.parts), place.label("place")).where(col(c.agency) == agency).subquery()
    )
    query = select(ranked.c.month, ranked.c.total, ranked.c.parts).where(ranked.c.place == 1)
    return [(row.month, row.total, row.parts) for row in await session.execute(query)]


async def cost(session: AsyncSession, agency: str) -> dict[str, Any] | None:
    """What one journey costs, as last entered (one statement)."""
    c = JourneyCost
    query = select(c).where(col(c.agency) == agency).order_by(col(c.at).desc(), col(c.id).desc()).limit(1)
    row = (await session.execute(query)).scalars().first()
    if row is None:
        return None
    visit = costs.per_visit(costs.exact(row.litres), row.price, row.meal, row.other)
    return {
        "started": row.started, "litres": row.litres, "price": row.price, "meal": row.meal, "other": row.other,
        "per_visit": visit,
    }  # fmt: skip


async def road(session: AsyncSession, tree: Tree, now: datetime) -> dict[str, Any] | None:
    """The mean road (km, one way) to the agency's units that lie outside, and what the settings make of it.

    Distances come from unit data, never from anybody's position; ``None`` where the agency has set no journey.
    """
    trip = tree.settings_at(now).body.get("trip") or {}
    if not {"price_per_litre", "litres_per_100km", "meal"} <= set(trip):
        return None
    query = select(func.count(), func.sum(UNIT.c.km)).where(UNIT.c.agency == tree.agency, UNIT.c.km > 0)
    units, km = (await session.execute(query)).one()
    if not units:
        return None
    there_and_back = costs.litres(Fraction(int(km), int(units)), costs.exact(str(trip["litres_per_100km"])))
    return {
        "km": costs.half_up(Fraction(int(km), int(units))), "units": int(units),
        "litres": rounded(there_and_back), "price": int(trip["price_per_litre"]), "meal": int(trip["meal"]),
    }  # fmt: skip


async def compared(
    session: AsyncSession, questions: QuestionMeasures, tree: Tree, now: datetime, last: str
) -> dict[str, Any]:
    """Months before and after the start, up to the month ``last``: averages, avoided visits, the saving.

    ``compared`` is ``None`` as long as the start, the cost or any month before it is unknown.
    """
    found = await months(session, questions, tree, now)
    journey = await cost(session, tree.agency)
    known = [one for one in found if one["month"] <= last]
    if journey is None:
        return {"months": known, "cost": None, "compared": None, "before_n": 0, "after_n": 0}
    before = [one["total"] for one in known if one["month"] < journey["started"]]
    after = [one["total"] for one in known if one["month"] >= journey["started"]]
    result = None
    if before:
        result = costs.visitors(before, after, journey["per_visit"])
    return {
        "months": known,
        "cost": journey,
        "before_n": len(before),
        "after_n": len(after),
        "compared": None if result is None else {
            "before_avg": result.before_avg, "after_avg": result.after_avg, "avoided": result.avoided,
            "saving": result.saving, "claim": result.claim, "reason": result.reason, "label": result.label,
        },
    }  # fmt: skip
