"""The figures of a period as they are shown and printed: three KPI, times, groups, what is open."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend.calendar.periods import Period
from backend.calendar.rules import ZONES
from backend.evaluation.ports import QuestionMeasures
from backend.evaluation.rules import measures as rules
from backend.identity.service.tree import Tree

STATES: Mapping[str, str] = {
    "baru": "Baru",
    "disaring": "Disaring",
    "diteruskan": "Diteruskan",
    "menunggu_penanya": "Menunggu penanya",
    "dijawab": "Dijawab",
    "selesai": "Selesai",
    "batal": "Batal",
}
DEFINITIONS: Mapping[str, str] = {
    "response": "Dari pertanyaan diterima server sampai balasan pertama petugas, dalam jam kerja.",
    "filter": "Dari diterima sampai penugasan pertama.",
    "answer": "Dari penugasan pertama sampai balasan pertama petugas.",
    "handling": "Dari diterima sampai jawaban terakhir, tanpa waktu menunggu penanya.",
    "within": "Balasan pertama paling lambat pada batas waktu yang berlaku saat dibalas.",
    "units": "Unit langsung di bawah instansi dengan sedikitnya satu penanya dalam periode ini.",
    "served": "Pegawai berbeda yang bertanya dalam periode ini dan sudah dibalas petugas.",
}


def bounds(tree: Tree, period: Period, now: datetime) -> tuple[datetime, datetime]:
    """The instants that begin and end a period by the agency's wall clock."""
    zone = ZONES[tree.zone_at(now)]
    return datetime.combine(period.first, time(), zone), datetime.combine(period.last + timedelta(days=1), time(), zone)


async def figures(
    session: AsyncSession,
    questions: QuestionMeasures,
    tree: Tree,
    period: Period,
    now: datetime,
    units: Collection[str] | None = None,
    *,
    kind: str | None = None,
    category: str | None = None,
) -> dict[str, Any]:
    """Everything measured of the questions that arrived in a period; plain JSON, a dozen statements at most.

    ``units``: those in charge; ``kind`` and ``category`` narrow further. Means are minutes as text with one
    decimal, ``None`` without data.
    """
    zone = ZONES[tree.zone_at(now)]
    since, until = bounds(tree, period, now)
    days = [day for day in rules.weeks(period.first, period.last) if day <= tree.today(now)]
    marks = [datetime.combine(day, time(), zone) for day in days]
    raw = await questions.measured(
        session, tree.agency, since, until, now=now, units=units, marks=marks, kind=kind, category=category
    )
    totals, words = raw["totals"], raw["words"]
    labels = {**words, "states": STATES}
    found: dict[str, Any] = {
        "period": {
            "code": period.code,
            "title": period.title(),
            "first": _day(period.first),
            "last": _day(period.last),
        },
        "at": now.isoformat().replace("+00:00", "Z"),
        "target": int(tree.settings_at(now).body.get("target_minutes") or 120),
        "items": totals["items"],
        "replied": totals["replied"],
        "at_once": totals["at_once"],
        "reopened": totals["reopened"],
        "within": {
            "n": totals["response"]["n"],
            "share": rules.share(totals["within"], totals["response"]["n"]),
            "count": totals["within"],
        },
        "kpi": {
            "handling": rules.lapse(totals["handling"]),
            "units": _units(tree, period.last, raw["asker_units"]),
            "served": totals["served"],
        },
        "definitions": dict(DEFINITIONS),
    }
    for name in ("response", "filter", "answer", "handling"):
        found[name] = rules.lapse(totals[name])
    for name, known in labels.items():
        found[name] = [rules.line(row, known.get(row["key"], str(row["key"]))) for row in raw[name]]
    for name in ("units", "operators"):
        rows = [rules.line(row, row["name"]) for row in raw[name] if row["key"] is not None and row["name"]]
        found[name] = sorted(rows, key=lambda row: str(row["label"]))
    found["curve"] = _curve(days, period, raw["curve"])
    found["open"] = _open(raw["backlog"], labels)
    return found


def _units(tree: Tree, day: date, askers: Mapping[str | None, int]) -> dict[str, int]:
    """Active units of all directly under the agency, by the tree of the period's end."""
    directly = {unit for unit in tree.children.get(tree.root, []) if tree.in_force(unit, day) is not None}
    parents = {node.id: node.parent for node in tree.nodes.values()}
    return {"active": rules.active_units(askers, parents, tree.root, directly), "of": len(directly)}


def _curve(days: list[date], period: Period, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One line a week, empty weeks included."""
    by_part = {row["key"]: row for row in rows}
    empty = {"items": 0, "n": 0, "working": 0, "within": 0}
    ends = [*[day - timedelta(days=1) for day in days[1:]], period.last]
    return [
        {
            **rules.line({**empty, **by_part.get(place, {}), "key": _day(day)}, _day(day)),
            "last": _day(end),
        }
        for place, (day, end) in enumerate(zip(days, ends, strict=False))
    ]


def _open(rows: list[dict[str, Any]], labels: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """What is open now, whenever it arrived."""
    found: dict[str, Any] = {"items": sum(row["items"] for row in rows), "late": sum(row["late"] for row in rows)}
    for name, key in (("states", "state"), ("categories", "category"), ("channels", "channel")):
        found[name] = [{**one, "label": labels[name].get(one["code"], one["code"])} for one in rules.folded(rows, key)]
    held = [one for one in rules.folded(rows, "holder", "name") if one["code"] is not None]
    found["operators"] = sorted(held, key=lambda one: str(one["label"]))
    found["unheld"] = sum(row["items"] for row in rows if row["holder"] is None)
    return found


def _day(day: date) -> str:
    return day.isoformat()
