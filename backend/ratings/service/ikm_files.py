"""The files of a computed index: the printed report, and a workbook with the annex of all answers."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlmodel import col

from backend.calendar.periods import read_period
from backend.identity.service.tree import On, Tree
from backend.ratings.models import IkmAnswer, IkmReport, RatingReportFile
from backend.ratings.rules import ikm
from backend.ratings.rules.report_tables import Cell, decimal_comma
from backend.ratings.service.report_files import local
from backend.reports.pdf import compile_pdf
from backend.reports.sheets import MEDIA_TYPE, Sheet, workbook
from sync.ids import uuid7
from sync.writing import Writing

XLSX, PDF = "ikm-xlsx", "ikm-pdf"
TEMPLATE = Path(__file__).parent.parent / "templates" / "ikm.typ"
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
    """Make the files of a computed index and keep them with their SHA-256; they never change again.

    ``names``: element code to its label; ``where``: the answers that were counted.
    """
    answers = await _annex(w.session, tree, where)
    made = {
        XLSX: (MEDIA_TYPE, await asyncio.to_thread(_workbook, tree, report, names, answers, w.now)),
        PDF: ("application/pdf", await compile_pdf(TEMPLATE, words(tree, report, names, w.now), w.now)),
    }
    for kind, (media_type, data) in made.items():
        w.session.add(
            RatingReportFile(
                id=uuid7(), agency=w.agency, report=report.id, kind=kind, site=report.site,
                name=f"laporan-ikm-{tree.code}-{report.period}.{kind.removeprefix('ikm-')}", media_type=media_type,
                sha256=hashlib.sha256(data).hexdigest(), content=data, created=w.now,
            )
        )  # fmt: skip


def words(tree: Tree, report: IkmReport, names: Mapping[str, str], made: datetime) -> dict[str, Any]:
    """Everything that the printed report says, as plain JSON."""
    figures: Mapping[str, Any] = report.figures
    computed = figures["ikm"] is not None
    return {
        "agency": tree.name,
        "heading": "Indeks Kepuasan Masyarakat",
        "title": _title(tree, report),
        "place": tree.unit_name(report.site) or "Semua lokasi",
        "service": "semua pelayanan" if report.service is None else f"pelayanan {report.service}",
        "period": _period(report),
        "made": local(made, tree.zone_at(made)),
        "hash": report.sha256 or "",
        "formula": figures["formula_version"],
        "weight": decimal_comma(figures["weight"]),
        "ikm": decimal_comma(figures["ikm"]) if computed else None,
        "letter": figures.get("letter", ""),
        "word": figures.get("word", ""),
        "n": figures["n"],
        "summary": [f"Tiga unsur terendah: {', '.join(figures['lowest'])}."] if computed else [],
        "elements": [
            {
                "code": code,
                "name": name,
                "sum": str(total),
                "count": str(count),
                "mean": "" if mean is None else decimal_comma(f"{float(mean):.3f}"),
                "part": None if mean is None else float(100 * mean / ikm.ANSWERS[-1]),
                "weak": code in figures.get("lowest", ()),
            }
            for code, name, total, count, mean in _elements(figures, names)
        ],
        "method": _method(figures),
        "comparison": [
            {"weight": decimal_comma(weight), "ikm": decimal_comma(one["ikm"]), "letter": one["letter"]}
            for weight, one in figures["comparison"].items()
        ],
        "profile": _profile(figures),
        "plan": report.follow_up,
    }


def _method(figures: Mapping[str, Any]) -> list[str]:
    lines = [
        f"Rata-rata tiap unsur = jumlah nilai dibagi banyak jawaban. IKM = 25 x {decimal_comma(figures['weight'])} x "
        "jumlah sembilan rata-rata, dihitung tepat dan dibulatkan sekali di akhir.",
        RULES[figures["missing"]],
    ]
    return [*lines, f"{figures['n_excluded']} lembar tidak dihitung."] if figures["n_excluded"] else lines


def _profile(figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"name": PROFILE_NAMES[name], "value": value or "tidak menjawab", "n": n}
        for name, counts in figures["profile"].items()
        for value, n in counts.items()
    ]


def _period(report: IkmReport) -> str:
    period = read_period(report.period)
    return period.title() if period else report.period


def _title(tree: Tree, report: IkmReport) -> str:
    return f"Laporan IKM {tree.name}, {tree.unit_name(report.site) or 'semua lokasi'}, {_period(report)}"


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
    title = _title(tree, report)
    if figures["ikm"] is None:
        top = [title, "Belum ada data."]
    else:
        top = [
            title,
            f"IKM {decimal_comma(figures['ikm'])}, mutu {figures['letter']} ({figures['word']}), n = {figures['n']}",
            f"Rumus {figures['formula_version']}, bobot {figures['weight']}. {RULES[figures['missing']]}",
            f"Tiga unsur terendah: {', '.join(figures['lowest'])}",
        ]
    elements = Sheet(
        "IKM", top, ["Unsur", "Nama", "Jumlah nilai", "Jawaban", "Rata-rata"],
        [list(row) for row in _elements(figures, names)],
    )  # fmt: skip
    weights = Sheet(
        "Pembanding bobot", [title], ["Bobot", "IKM", "Mutu"],
        [[weight, Fraction(one["ikm"]), one["letter"]] for weight, one in figures["comparison"].items()],
    )  # fmt: skip
    people = Sheet(
        "Profil", [title], ["Data", "Jawaban", "n"],
        [[one["name"], one["value"], one["n"]] for one in _profile(figures)],
    )  # fmt: skip
    plan = Sheet("Tindak lanjut", [title], ["Rencana tindak lanjut"], [[report.follow_up]], widths=(100,))
    annex = Sheet(
        "Lampiran jawaban", [title],
        ["Tanggal", "Lokasi", "Layanan", *ikm.ELEMENTS, *PROFILE_NAMES.values()], answers, widths=(12, 30, 10, 6),
    )  # fmt: skip
    return workbook(title, [elements, weights, people, plan, annex], made)


def _elements(figures: Mapping[str, Any], names: Mapping[str, str]) -> list[tuple[str, str, int, int, Fraction | None]]:
    means: Sequence[str | None] = figures.get("nrr") or [None] * len(ikm.ELEMENTS)
    parts = zip(ikm.ELEMENTS, figures["sums"], figures["counts"], means, strict=True)
    return [
        (code, names.get(code, ""), total, count, None if mean is None else Fraction(mean))
        for code, total, count, mean in parts
    ]
