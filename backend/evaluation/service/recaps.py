"""Recaps for paper: visitors of a year by purpose, and employees by kind, age and kecamatan, with who asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.evaluation.ports import QuestionMeasures
from backend.evaluation.service import files, visits
from backend.identity.models import PERSON
from backend.identity.service.tree import Tree
from backend.reports.sheets import Sheet, workbook
from sync.errors import Refusal

KINDS = ("PNS", "PPPK", "NON_ASN")
OLDER_THAN = 50
GONE = ("pensiun", "keluar")


async def recap(
    session: AsyncSession, questions: QuestionMeasures, tree: Tree, year: int, now: datetime
) -> dict[str, Any]:
    """``{"year", "visitors": [...], "kinds": [...], "kecamatan": [...]}`` as plain JSON; six statements at most."""
    if not 2000 <= year <= 2099:
        raise Refusal("invalid", "Tahun ini tidak dikenal. Pilih dari daftar.")
    every = await visits.months(session, questions, tree, now)
    months = [one for one in every if one["month"].startswith(f"{year}-")]
    askers = await _askers(session, questions, tree, year, now)
    rows = await _employees(session, tree.agency, tree.today(now))
    return {
        "year": year,
        "agency": tree.name,
        "visitors": _visitors(months),
        "months": len(months),
        "kinds": _folded(rows, askers, "kind", {kind: kind.replace("_", "-") for kind in KINDS}),
        "kecamatan": _folded(rows, askers, "kecamatan", {id: node.name for id, node in tree.nodes.items()}),
        "made": files.local(now, tree.zone_at(now)),
    }


def _visitors(months: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One line a purpose, then what no purpose explains, then the total; empty without any month."""
    if not months:
        return []
    lines = [
        {"label": label, "total": sum(one["parts"].get(code, 0) for one in months)}
        for code, label in visits.PURPOSES.items()
    ]
    lines.append({"label": "Tidak dijelaskan", "total": sum(one["unexplained"] for one in months)})
    return [*lines, {"label": "Jumlah", "total": sum(one["total"] for one in months)}]


async def _askers(
    session: AsyncSession, questions: QuestionMeasures, tree: Tree, year: int, now: datetime
) -> dict[str, set[tuple[str, str]]]:
    """Distinct employees who asked in a year, by kecamatan and, through the register of people, by kind."""
    zone = tree.settings_at(now).calendar.tz
    since, until = datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone)
    people = {one["asker"] for one in await questions.people(session, tree.agency, since, until)}
    found: dict[str, set[tuple[str, str]]] = {"kind": set(), "kecamatan": set()}
    p = PERSON.c
    ids = sorted(people)
    for start in range(0, len(ids), 500):
        query = select(p.id, p.kind, p.kecamatan).where(p.id.in_(ids[start : start + 500]))
        for row in await session.execute(query):
            found["kind"].add((row.kind, row.id))
            found["kecamatan"].add((row.kecamatan or "", row.id))
    return found


async def _employees(session: AsyncSession, agency: str, today: date) -> list[dict[str, Any]]:
    """Employees at work by kind and kecamatan: how many, and how many older than 50 (one statement)."""
    p = PERSON.c
    # Somebody born on 29 February turns a year older on 1 March.
    day = today - timedelta(days=1) if (today.month, today.day) == (2, 29) else today
    turned = day.replace(year=today.year - OLDER_THAN - 1)
    older = func.sum(case((p.birth_date <= turned, 1), else_=0))
    unknown = func.sum(case((p.birth_date.is_(None), 1), else_=0))
    query = (
        select(p.kind, p.kecamatan, func.count().label("total"), older.label("older"), unknown.label("unknown"))
        .where(p.agency == agency, p.kind.in_(KINDS), p.status.not_in(GONE))
        .group_by(p.kind, p.kecamatan)
    )
    return [
        {**row._mapping, "total": int(row.total), "older": int(row.older), "unknown": int(row.unknown)}
        for row in await session.execute(query)
    ]


def _folded(
    rows: list[dict[str, Any]], askers: Mapping[str, set[tuple[str, str]]], key: str, names: Mapping[str, str]
) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        code = row[key] or ""
        label = names.get(code, "Tanpa kecamatan") if code else "Tanpa kecamatan"
        line = found.setdefault(code, {"label": label, "total": 0, "older": 0, "unknown": 0, "asked": 0})
        for part in ("total", "older", "unknown"):
            line[part] += row[part]
    for code, _person in askers[key]:
        if code in found:
            found[code]["asked"] += 1
    return sorted(found.values(), key=lambda line: (line["label"] == "Tanpa kecamatan", str(line["label"])))


def as_workbook(found: Mapping[str, Any], now: datetime) -> bytes:
    """Three pages: visitors, employees by kind, employees by kecamatan."""
    title = f"Rekap layanan kepegawaian {found['year']}, {found['agency']}"
    made = f"Dibuat {found['made']}"
    visitors = [[one["label"], one["total"]] for one in found["visitors"]] or [["belum ada data", None]]
    header = ["Jumlah", f"Di atas {OLDER_THAN} tahun", "Tanggal lahir tidak diketahui", "Bertanya tahun ini"]

    def people(page: str, column: str, name: str) -> Sheet:
        rows = [[one["label"], one["total"], one["older"], one["unknown"], one["asked"]] for one in found[name]]
        return Sheet(page, [f"Pegawai menurut {column.lower()}", title, made], [column, *header], rows, (34, 14))

    return workbook(
        title,
        [
            Sheet("Rekap tamu", [f"Tamu menurut keperluan, {found['year']}", title, made], ["Keperluan", "Jumlah"],
                  visitors, (34, 14)),
            people("Rekap pegawai", "Jenis", "kinds"),
            people("Per kecamatan", "Kecamatan", "kecamatan"),
        ],
        now,
    )  # fmt: skip
