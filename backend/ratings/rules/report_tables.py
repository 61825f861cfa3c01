"""The tables of a report, from its frozen figures: what the workbook and the printed page both show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from backend.ratings.rules.figures import NOT_ENOUGH, VERSIONS, WITHHELD
from backend.ratings.rules.scores import INDICATORS

INDICATOR_NAMES: Mapping[str, str] = {
    "P": "Profesional",
    "AM": "Amanah",
    "C": "Cakap",
    "AK": "Akuntabel",
    "K": "Kolaboratif",
}
NOT_YET = "data belum cukup"
CONSIDERATION = "Bahan pertimbangan pimpinan, bukan nilai otomatis"
Cell = str | int | Fraction | None


@dataclass(frozen=True, slots=True)
class Table:
    """One table with its heading."""

    title: str
    header: tuple[str, ...]
    rows: list[list[Cell]]


def single_table(figures: Mapping[str, Any]) -> Table | None:
    """Officers by v1: site, n, mean, index, spread 5..1, indicator counts; ``None`` without such ratings."""
    rows: list[list[Cell]] = []
    for one in figures["officers"]:
        part = one["v1"]
        if part is None:
            continue
        rows.append([
            part["rank"], one["name"], one["site_name"], part["n"], *_mean(part), *part["spread"],
            *[part["indicator_counts"][code] for code in INDICATORS], one["unproven"],
        ])  # fmt: skip
    header = (
        "Peringkat", "Pegawai", "Lokasi", "n", "Rata-rata", "Indeks", "5", "4", "3", "2", "1",
        *INDICATOR_NAMES.values(), "Tanpa bukti hadir",
    )  # fmt: skip
    return Table("Instrumen v1: satu rating dan indikator yang dipilih", header, rows) if rows else None


def fivefold_table(figures: Mapping[str, Any]) -> Table | None:
    """Officers by v2: the mean of each indicator and of the five; ``None`` without such ratings."""
    rows: list[list[Cell]] = []
    for one in figures["officers"]:
        part = one["v2"]
        if part is None:
            continue
        enough = part["standing"] != NOT_ENOUGH
        means: list[Cell] = [Fraction(part["indicator_means"][code]) if enough else NOT_YET for code in INDICATORS]
        rows.append([part["rank"], one["name"], one["site_name"], part["n"], *_mean(part), *means, one["unproven"]])
    header = (
        "Peringkat", "Pegawai", "Lokasi", "n", "Rata-rata", "Indeks", *INDICATOR_NAMES.values(), "Tanpa bukti hadir",
    )  # fmt: skip
    return Table("Instrumen v2: satu rating untuk tiap indikator", header, rows) if rows else None


def site_table(figures: Mapping[str, Any]) -> Table:
    """Sites: all ratings pooled, v1 and v2 apart."""
    rows: list[list[Cell]] = []
    for one in figures["sites"]:
        row: list[Cell] = [one["name"], one["n"], one["unproven"]]
        for version in ("v1", "v2"):
            part = one[version]
            row += [None, None] if part is None else [part["n"], _fraction(part["mean"]) if part["enough"] else NOT_YET]
        rows.append(row)
    header = ("Lokasi", "n", "Tanpa bukti hadir", "n v1", "Rata-rata v1", "n v2", "Rata-rata v2")
    return Table("Per lokasi", header, rows)


def service_table(figures: Mapping[str, Any]) -> Table:
    """How often each service was rated."""
    return Table(
        "Per jenis pelayanan",
        ("Kode", "Jenis pelayanan", "n"),
        [[one["code"], one["label"], one["n"]] for one in figures["services"]],
    )


def officer_service_table(figures: Mapping[str, Any]) -> Table:
    """Which services each officer was rated for."""
    labels = {one["code"]: one["label"] for one in figures["services"]}
    rows: list[list[Cell]] = [
        [one["name"], one["site_name"], labels.get(code, code), n]
        for one in figures["officers"]
        for code, n in sorted(one["services"].items())
    ]
    return Table("Pelayanan per pegawai", ("Pegawai", "Lokasi", "Jenis pelayanan", "n"), rows)


def late_table(figures: Mapping[str, Any]) -> Table | None:
    """*Susulan*: ratings of earlier periods, with their service dates; ``None`` without any."""
    rows: list[list[Cell]] = [[one["day"], one["officer"], one["site"], one["n"]] for one in figures["late"]]
    header = ("Tanggal pelayanan", "Pegawai", "Lokasi", "n")
    return Table("Susulan dari periode sebelumnya", header, rows) if rows else None


def appraisal_table(figures: Mapping[str, Any]) -> Table:
    """What the head weighs: each officer's figures, and for what the procedure makes one a candidate.

    The best of a version is one for an award, a mean under the floor one for guidance; nobody is one by too few
    ratings. The decision is the head's, by a numbered decree, and no figure writes it.
    """
    rows: list[list[Cell]] = []
    for one in figures["officers"]:
        for version in VERSIONS:
            part = one[version]
            if part is not None:
                rows.append([one["name"], one["site_name"], version, part["n"], *_mean(part), _candidate(part), None])
    header = ("Pegawai", "Lokasi", "Instrumen", "n", "Rata-rata", "Indeks", "Calon", "Nomor keputusan kepala")
    return Table("Bahan pertimbangan pimpinan", header, rows)


def _candidate(part: Mapping[str, Any]) -> str:
    if part["standing"] == WITHHELD:
        return "pembinaan"
    return "penghargaan" if part["rank"] == 1 else ""


def tables(figures: Mapping[str, Any]) -> list[Table]:
    """All tables that a report has, in their order."""
    found = [
        single_table(figures), fivefold_table(figures), site_table(figures), service_table(figures),
        officer_service_table(figures), late_table(figures),
    ]  # fmt: skip
    return [table for table in found if table is not None]


def summary_lines(figures: Mapping[str, Any]) -> list[str]:
    """n and what did not count, as sentences that every output prints."""
    counts, limits = figures["counts"], figures["thresholds"]
    return [
        f"n = {counts['n']} penilaian sah, {counts['unproven']} di antaranya tanpa bukti hadir.",
        f"Tidak dihitung: {counts['held']} ditahan, {counts['duplicates']} duplikat, {counts['void']} batal."
        + (f" Susulan dari periode sebelumnya: {counts['late']}." if counts["late"] else ""),
        f"Rumus {figures['formula_version']}. Rata-rata dihitung mulai n = {limits['minimum_n']};"
        f" di bawah {decimal_comma(limits['floor'])} tidak diumumkan.",
    ]


def decimal_comma(text: str) -> str:
    """A printed figure as Indonesian writes it."""
    return text.replace(".", ",")


def _mean(part: Mapping[str, Any]) -> Sequence[Cell]:
    if part["standing"] == NOT_ENOUGH:
        return [NOT_YET, NOT_YET]
    return [_fraction(part["mean"]), _fraction(part["index"])]


def _fraction(text: str) -> Fraction:
    """A mean that was rounded already: spreadsheets and pages must show the same two decimals."""
    return Fraction(text)
