"""The files of a final report: made once, with their SHA-256, and never changed again."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from backend.calendar.periods import MONTHS, read_period
from backend.calendar.rules import ZONES
from backend.identity.service.tree import Tree
from backend.ratings.models import RatingReport, RatingReportFile, RatingReportStep
from backend.ratings.rules import report_tables as tables
from backend.ratings.rules.cycle import STEPS
from backend.reports.pdf import compile_pdf
from backend.reports.sheets import MEDIA_TYPE, Sheet, workbook
from sync.ids import uuid7
from sync.writing import Writing

TEMPLATE = Path(__file__).parent.parent / "templates" / "report.typ"
XLSX, PDF = "xlsx", "pdf"
APPRAISAL = "Bahan pertimbangan"
DECIDED = f"{tables.CONSIDERATION}. Penghargaan atau pembinaan ditetapkan kepala dengan keputusan bernomor."


async def freeze(w: Writing, tree: Tree, report: RatingReport, steps: Sequence[RatingReportStep]) -> None:
    """Make the workbook and the printed report, and keep them."""
    content = words(tree, report, steps, w.now)
    made = {
        XLSX: (MEDIA_TYPE, await asyncio.to_thread(as_workbook, content, w.now)),
        PDF: ("application/pdf", await compile_pdf(TEMPLATE, content, w.now)),
    }
    for kind, (media_type, data) in made.items():
        w.session.add(
            RatingReportFile(
                id=uuid7(), agency=w.agency, report=report.id, kind=kind,
                name=f"laporan-rating-{tree.code}-{report.period}-no{report.number}.{kind}",
                media_type=media_type, sha256=hashlib.sha256(data).hexdigest(), content=data, created=w.now,
            )
        )  # fmt: skip


def words(tree: Tree, report: RatingReport, steps: Sequence[RatingReportStep], now: datetime) -> dict[str, Any]:
    """Everything that a report says, as plain JSON: both files are made from it."""
    period = read_period(report.period)
    title = period.title() if period is not None else report.period
    zone = tree.zone_at(now)
    return {
        "agency": tree.name,
        "heading": "Laporan Hasil Rating Pegawai",
        "period": title,
        "title": f"Laporan Hasil Rating Pegawai {tree.name}, {title}",
        "consideration": tables.CONSIDERATION,
        "number": report.number,
        "corrects": report.corrects is not None,
        "set_hash": report.set_hash or "",
        "summary": tables.summary_lines(report.figures),
        "tables": [_table(one) for one in tables.tables(report.figures)],
        "appraisal": _table(tables.appraisal_table(report.figures)),
        "steps": [
            {
                "step": f"{one.step}. {STEPS[one.step].title}",
                "who": f"{one.name} ({one.role})" if one.role else one.name,
                "at": local(one.at, zone),
                "minutes": "" if one.minutes is None else f"{one.minutes} dari {one.limit} menit",
                "late": one.late,
                "reason": one.reason,
            }
            for one in steps
        ],
        "made": local(now, zone),
    }


def as_workbook(content: Mapping[str, Any], made: datetime) -> bytes:
    """The workbook: one page a table, each with the period in its title."""
    top = [content["title"], *content["summary"], content["consideration"]]
    sheets = [
        Sheet(
            name=one["title"].partition(":")[0],
            lines=[f"{one['title']}, {content['period']}", *top],
            header=one["header"],
            rows=[[_read(cell) for cell in row] for row in one["rows"]],
            widths=(14, 32, 30, 12),
        )
        for one in content["tables"]
    ]
    path = Sheet(
        name="Langkah",
        lines=[f"Langkah laporan nomor {content['number']}", f"Sidik jari data {content['set_hash']}"],
        header=["Langkah", "Oleh", "Waktu", "Menit kerja", "Terlambat", "Catatan"],
        rows=[
            [one["step"], one["who"], one["at"], one["minutes"], "ya" if one["late"] else "", one["reason"]]
            for one in content["steps"]
        ],
        widths=(48, 40, 24, 18, 12, 60),
    )
    weighed = content["appraisal"]
    appraisal = Sheet(
        name=APPRAISAL,
        lines=[weighed["title"], f"{content['title']}, nomor {content['number']}", DECIDED],
        header=weighed["header"],
        rows=[[_read(cell) for cell in row] for row in weighed["rows"]],
        widths=(32, 30, 12, 8, 18, 18, 16, 30),
    )
    return workbook(content["title"], [*sheets, appraisal, path], made)


def local(instant: datetime, zone: str) -> str:
    """An instant as people write it: *21 November 2026, 09.12 WITA*."""
    at = instant.astimezone(ZONES[zone])
    return f"{at.day} {MONTHS[at.month - 1]} {at.year}, {at:%H.%M} {zone}"


def _table(one: tables.Table) -> dict[str, Any]:
    return {
        "title": one.title,
        "header": list(one.header),
        "rows": [[_plain(cell) for cell in row] for row in one.rows],
    }


def _plain(cell: tables.Cell) -> Any:
    """Exact numbers travel as ``{"mean": "4.62"}``, so that the page prints a comma and the workbook a number."""
    if cell is None or isinstance(cell, str | int):
        return cell
    return {"mean": f"{cell.numerator / cell.denominator:.2f}"}


def _read(cell: Any) -> tables.Cell:
    if isinstance(cell, Mapping):
        return Fraction(cell["mean"])
    return cell  # type: ignore[no-any-return]
