"""The workbook of a computed index: figures, elements, profile, how it is computed, and the annex of all answers."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlmodel import col

from backend.calendar.periods import read_period
from backend.identity.service.tree import On, Tree
from backend.ratings.models import IkmAnswer, IkmReport, RatingReportFile
from backend.ratings.rules import ikm
from backend.ratings.rules.report_tables import Cell, decimal_comma
from backend.reports.sheets import MEDIA_TYPE, Sheet, workbook
from sync.ids import uuid7
from sync.writing import Writing

KIND = "ikm-xlsx"
PROFILE_NAMES: Mapping[str, str] = {
    "sex": "Jenis kelamin",
    "age_band": "Umur",
    "education": "Pendidikan",
    "work": "Pekerjaan",
}
RULES: Mapping[str, str] = {
    ikm.EXCLUDE_ROW: "Lembar dengan unsur kosong tidak dihitung.",
    ikm.PER_ELEMENT: "Unsur kosong tidak dihitung; unsur lain di lembar itu tetap dihitung.",
}


async def keep(
    w: Writing, tree: Tree, report: IkmReport, names: Mapping[str, str], where: Sequence[ColumnElement[bool]]
) -> None:
    """Make the workbook of a computed index and keep it with its SHA-256; it never changes again.

    ``names``: element code to its label; ``where``: the answers that were counted.
    """
    answers = await _annex(w.session, tree, where)
    data = await asyncio.to_thread(_workbook, tree, report, names, answers, w.now)
    w.session.add(
        RatingReportFile(
            id=uuid7(), agency=w.agency, report=report.id, kind=KIND, site=report.site,
            name=f"laporan-ikm-{tree.code}-{report.period}.xlsx", media_type=MEDIA_TYPE,
            sha256=hashlib.sha256(data).hexdigest(), content=data, created=w.now,
        )
    )  # fmt: skip


async def _annex(on: On, tree: Tree, where: Sequence[ColumnElement[bool]]) -> list[list[Cell]]:
    """Every answer without anything that leads to a visitor: no id and no time of day; ordered by its content."""
    c = IkmAnswer
    elements = [col(getattr(c, code.lower())) for code in ikm.ELEMENTS]
    profile = [col(getattr(c, name)) for name in PROFILE_NAMES]
    columns = [col(c.service_date), col(c.site), col(c.service), *elements, *profile]
    rows = await on.execute(select(*columns).where(*where).order_by(*columns))
    return [
        [row[0].isoformat(), tree.unit_name(row[1]), row[2], *row[3:12], *[value or "" for value in row[12:]]]
        for row in rows
    ]


def _workbook(
    tree: Tree, report: IkmReport, names: Mapping[str, str], answers: Sequence[Sequence[Cell]], made: datetime
) -> bytes:
    figures: Mapping[str, Any] = report.figures
    period = read_period(report.period)
    place = tree.unit_name(report.site) or "semua lokasi"
    title = f"Laporan IKM {tree.name}, {place}, {period.title() if period else report.period}"
    if figures["ikm"] is None:
        top = [title, "Belum ada data."]
    else:
        top = [
            title,
            f"IKM {decimal_comma(figures['ikm'])}, mutu {figures['letter']} ({figures['word']}), n = {figures['n']}",
            f"Rumus {figures['formula_version']}, bobot {figures['weight']}. {RULES[figures['missing']]}",
            f"Tiga unsur terendah: {', '.join(figures['lowest'])}",
        ]
    elements = Sheet("IKM", top, ["Unsur", "Nama", "Jumlah nilai", "Jawaban", "Rata-rata"], _elements(figures, names))
    weights = Sheet(
        "Pembanding bobot", [title], ["Bobot", "IKM", "Mutu"],
        [[weight, Fraction(one["ikm"]), one["letter"]] for weight, one in figures["comparison"].items()],
    )  # fmt: skip
    people = Sheet(
        "Profil", [title], ["Data", "Jawaban", "n"],
        [
            [PROFILE_NAMES[name], value or "tidak menjawab", n]
            for name, counts in figures["profile"].items()
            for value, n in counts.items()
        ],
    )  # fmt: skip
    plan = Sheet("Tindak lanjut", [title], ["Rencana tindak lanjut"], [[report.follow_up]], widths=(100,))
    annex = Sheet(
        "Lampiran jawaban", [title],
        ["Tanggal", "Lokasi", "Layanan", *ikm.ELEMENTS, *PROFILE_NAMES.values()], answers, widths=(12, 30, 10, 6),
    )  # fmt: skip
    return workbook(title, [elements, weights, people, plan, annex], made)


def _elements(figures: Mapping[str, Any], names: Mapping[str, str]) -> list[list[Cell]]:
    means: Sequence[str | None] = figures.get("nrr") or [None] * len(ikm.ELEMENTS)
    parts = zip(ikm.ELEMENTS, figures["sums"], figures["counts"], means, strict=True)
    return [
        [code, names.get(code, ""), total, count, None if mean is None else Fraction(mean)]
        for code, total, count, mean in parts
    ]
