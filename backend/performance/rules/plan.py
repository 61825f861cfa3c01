"""What a plan must hold, and what may be done to it in which state. Pure: plain values in, sentences out.

Source: Permenpan-RB 6/2022 on performance management; the agency's own choices are settings of the period.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from backend.performance.rules import values
from backend.performance.rules.words import written


class Status(StrEnum):
    """Where a plan stands, as the screen says it."""

    DRAFT = "draf"
    SUBMITTED = "diajukan"
    APPROVED = "persetujuan"
    EVALUATED = "evaluasi"
    FINAL = "final"
    RETURNED = "dikembalikan"
    CLOSED = "ditutup"


OPEN = frozenset({Status.DRAFT, Status.RETURNED})
"""The employee writes."""
SHOWN_TO_TEAM = frozenset({Status.SUBMITTED, Status.APPROVED, Status.EVALUATED, Status.FINAL})
"""Direct subordinates read the results, to serve them with theirs."""
IN_FORCE = frozenset({Status.APPROVED, Status.EVALUATED, Status.FINAL})
JPT, JA_JF = "jpt", "ja_jf"
QUANTITATIVE, QUALITATIVE = "kuantitatif", "kualitatif"
MAIN, EXTRA = "utama", "tambahan"
MAX_RESULTS, MAX_ROWS = 50, 20

VALUES = tuple(value.code for value in values.VALUES)
"""The seven values in their fixed order; *Loyal* is the fifth."""
EXPECTATIONS = tuple("expect" + "".join(part.capitalize() for part in value.split("_")) for value in VALUES)
"""The superior's special expectation for each value, by wire name, in the same order."""
SUPERIORS = ("consequences", *EXPECTATIONS)
EMPLOYEES = ("resources", "accountability")

LOCKED: Mapping[Status, str] = {
    Status.SUBMITTED: "SKP sedang diajukan, jadi terkunci. Tarik dulu bila ingin mengubahnya.",
    Status.APPROVED: "SKP sudah disetujui, jadi terkunci. Ajukan revisi bila perlu diubah.",
    Status.EVALUATED: "SKP sedang dievaluasi, jadi terkunci.",
    Status.FINAL: "SKP sudah final, jadi terkunci.",
    Status.CLOSED: "SKP sudah ditutup.",
}
KEPT = "Tulisan Anda tetap tersimpan sebagai salinan."


def form_of(position_type: str | None, heads_independent_unit: bool) -> str:
    """The form follows from the position, not from a choice: ``jpt`` also for the head of a unit marked *mandiri*."""
    return JPT if position_type == "JPT" or heads_independent_unit else JA_JF


@dataclass(frozen=True, slots=True)
class Row:
    """One indicator row as it counts now."""

    aspect: str | None = None
    indicator: str | None = None
    target: str | None = None
    narrative: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """One RHK with its rows; ``marked``: copied and not changed since."""

    id: str
    kind: str
    text: str | None
    perspective: str | None = None
    agreement_item: str | None = None
    superior_rhk: str | None = None
    marked: bool = False
    ticked: bool = False
    rows: Sequence[Row] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan about to be submitted. ``items``: the items of the fixed agreement of its unit and year;
    ``superior_results``: the results of the superior's plan in force, ``None`` if there is none."""

    form: str
    approach: str
    root: bool
    results: Sequence[Result]
    items: frozenset[str] = field(default_factory=frozenset)
    superior_results: frozenset[str] | None = None


def submit_faults(draft: Draft) -> dict[str, str]:
    """What keeps a plan from being submitted: RHK id (or ``plan``) to a sentence that names it. Empty: nothing."""
    found: dict[str, str] = {}
    if not any(result.kind == MAIN for result in draft.results):
        found["plan"] = "Belum ada RHK utama."
    for number, result in enumerate(draft.results, start=1):
        sentences = _result_faults(draft, result)
        if sentences:
            found[result.id] = f"{_called(number, result)} {' '.join(sentences)}"
    return found


def _result_faults(draft: Draft, result: Result) -> list[str]:
    found = []
    if not _has(result.text):
        found.append("belum punya rencana hasil kerja.")
    if result.kind == MAIN:
        found += _link_faults(draft, result)
    if draft.form == JPT and result.perspective is None:
        found.append("belum punya perspektif.")
    found += _row_faults(draft, result)
    if result.marked and not result.ticked:
        found.append("tidak berubah sejak tahun lalu dan belum dicentang.")
    return found


def _link_faults(draft: Draft, result: Result) -> list[str]:
    if draft.form == JPT:
        missing = result.agreement_item is None or result.agreement_item not in draft.items
        return ["belum merujuk butir perjanjian kinerja yang sudah ditetapkan."] if missing else []
    if draft.root:
        return []
    linked = result.superior_rhk is not None and result.superior_rhk in (draft.superior_results or ())
    return [] if linked else ["belum bertaut ke RHK pimpinan."]


def link_faults(draft: Draft) -> list[str]:
    """A sentence for each *utama* RHK that serves no result of the superior's plan."""
    return [
        f"{_called(number, result)} {fault}"
        for number, result in enumerate(draft.results, start=1)
        if result.kind == MAIN
        for fault in _link_faults(draft, result)
    ]


def _row_faults(draft: Draft, result: Result) -> list[str]:
    if draft.approach == QUALITATIVE:
        told = [row for row in result.rows if _has(row.narrative)]
        return [] if len(told) == 1 else ["perlu tepat satu uraian keberhasilan."]
    rows = [row for row in result.rows if _has(row.indicator) or _has(row.target) or row.aspect is not None]
    if not rows:
        return ["belum punya indikator."]
    found = []
    if any(not _has(row.indicator) for row in rows):
        found.append("punya baris tanpa indikator.")
    if any(not _has(row.target) for row in rows):
        found.append("belum punya target.")
    if draft.form == JA_JF and any(row.aspect is None for row in rows):
        found.append("punya baris tanpa aspek.")
    return found


def _called(number: int, result: Result) -> str:
    text = (result.text or "").strip()
    short = text if len(text) <= 60 else text[:57] + "..."
    return f"RHK {number} ({short})" if short else f"RHK {number}"


def _has(text: str | None) -> bool:
    return bool(written(text))


def copied_digest(fields: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> str:
    """What tells whether a copied RHK still says what the old one said: its text and every row, in any order."""
    said = [_plain(fields), sorted(json.dumps(_plain(row), sort_keys=True) for row in rows)]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.strip() if isinstance(value, str) else value for name, value in fields.items() if value}


def changed_results(old: Mapping[str, Any], new: Mapping[str, Any]) -> set[str]:
    """Ids of the results of an approved version that the next one withdrew or words otherwise."""
    now = {one["id"]: (one.get("text"), one.get("kind")) for one in new["results"]}
    return {one["id"] for one in old["results"] if now.get(one["id"]) != (one.get("text"), one.get("kind"))}


def period_fault(year: int, start: date, end: date, due_on: date) -> dict[str, str]:
    """What is wrong with the settings of a year, by input."""
    found = {}
    if start.year != year or end.year != year or end < start:
        found["start"] = "Awal dan akhir periode harus berurutan dan di dalam tahun itu."
    if not start <= due_on <= end:
        found["dueOn"] = "Batas persetujuan harus di dalam periode."
    return found
