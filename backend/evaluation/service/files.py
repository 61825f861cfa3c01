"""The report on paper and as a workbook: made on demand of a draft, made once and kept of a final one."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from backend.calendar.periods import MONTHS
from backend.calendar.rules import ZONES
from backend.evaluation.models import EvaluationFile, EvaluationReport
from backend.evaluation.rules.report import FINAL
from backend.identity.service.tree import Tree
from backend.reports.pdf import compile_pdf
from backend.reports.sheets import MEDIA_TYPE, Cell, Sheet, workbook
from sync.ids import uuid7
from sync.writing import Writing

TEMPLATES = Path(__file__).parent.parent / "templates"
PDF, XLSX = "pdf", "xlsx"
MEDIA_TYPES: Mapping[str, str] = {PDF: "application/pdf", XLSX: MEDIA_TYPE}


def long_date(day: date) -> str:
    """A local date as letters carry it: *22 November 2026*."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def local(instant: datetime, zone: str) -> str:
    """An instant as people write it: *21 November 2026, 09.12 WITA*."""
    at = instant.astimezone(ZONES[zone])
    return f"{long_date(at.date())}, {at:%H.%M} {zone}"


async def freeze(w: Writing, tree: Tree, report: EvaluationReport, content: Mapping[str, Any]) -> None:
    """Make both files of a report that becomes final, and keep them with their SHA-256."""
    for kind in (PDF, XLSX):
        data = await make(content, kind, w.now, final=True)
        w.session.add(EvaluationFile(
            id=uuid7(), agency=w.agency, report=report.id, kind=kind, name=name(tree, report, kind),
            media_type=MEDIA_TYPES[kind], sha256=hashlib.sha256(data).hexdigest(), content=data, created=w.now,
        ))  # fmt: skip


def name(tree: Tree, report: EvaluationReport, kind: str) -> str:
    """What the file is called; a draft says so."""
    draft = "" if report.state == FINAL else "-konsep"
    return f"laporan-evaluasi-{tree.code}-{report.period}{draft}.{kind}"


async def make(content: Mapping[str, Any], kind: str, now: datetime, *, final: bool) -> bytes:
    """One file of a report: ``pdf`` or ``xlsx``."""
    if kind == PDF:
        return await compile_pdf(TEMPLATES / "evaluation.typ", {**content, "draft": not final}, now)
    return await asyncio.to_thread(_workbook, content, now)


def _workbook(content: Mapping[str, Any], now: datetime) -> bytes:
    """One page a table of the report, then obstacles, comments and visitors."""
    title = f"{content['title']}, {content['agency']}"
    sheets = [
        Sheet(one["title"], [one["title"], title, f"Dibuat {content['made']}"], one["header"], one["rows"], (34, 18))
        for part in content["parts"]
        for section in part["sections"]
        for one in section["tables"]
    ]
    figures = content["figures"]
    sheets.append(Sheet(
        "Unit dan petugas", ["Pertanyaan per unit dan petugas", title],
        ["Nama", "Golongan", "Masuk", "Dibalas (n)", "Rata-rata menit kerja", "Tepat waktu %"],
        [
            [one["label"], kind, one["items"], one["n"], one["mean"], one["within"]]
            for kind, lines in (("unit", figures["units"]), ("petugas", figures["operators"]))
            for one in lines
        ],
        (40, 12, 14),
    ))  # fmt: skip
    obstacles: list[list[Cell]] = [[one["text"], one["effort"]] for one in content["obstacles"]]
    sheets.append(Sheet("Hambatan", ["Hambatan", title], ["Hambatan", "Upaya"], obstacles, (80, 60)))
    comments: list[list[Cell]] = [[one["survey"], one["overall"], one["comment"]] for one in content["comments"]]
    sheets.append(
        Sheet("Komentar survei", ["Komentar", title], ["Survei", "Nilai", "Komentar"], comments, (14, 10, 90))
    )
    visitors: list[list[Cell]] = [
        [one["month"], one["total"], one["unexplained"]] for one in content["visitors"]["months"]
    ]
    sheets.append(
        Sheet("Pengunjung", ["Pengunjung kantor", title], ["Bulan", "Jumlah", "Tidak dijelaskan"], visitors, (14, 14))
    )
    return workbook(title, sheets, now)
