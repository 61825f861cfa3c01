"""Plan and evaluation on paper, and the roster as a workbook: what each says, set by templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.calendar.periods import MONTHS
from backend.calendar.rules import ZONES
from backend.identity.models import PERSON
from backend.identity.rules.numbers import show_nip
from backend.identity.service.tree import Tree
from backend.performance.models import AgreementItem, IndicatorRow, Plan, PlanVersion, WorkResult
from backend.performance.rules import rounds
from backend.performance.rules.plan import QUALITATIVE
from backend.performance.rules.predicate import PREDICATE_LABELS, RATING_LABELS
from backend.performance.rules.standing import on_paper
from backend.performance.rules.values import VALUES
from backend.performance.service.cases import Case, counts
from backend.performance.service.stored import Whole, content_of
from backend.performance.service.views import ROSTER_HEADER, STATUS_LABELS
from backend.reports.sheets import Sheet, workbook

TEMPLATES = Path(__file__).parent.parent / "templates"
TITLE, EVALUATION_TITLE = "SASARAN KINERJA PEGAWAI", "EVALUASI KINERJA PEGAWAI"
FORM_LINES = {
    "jpt": "BAGI PEJABAT PIMPINAN TINGGI DAN PIMPINAN UNIT KERJA MANDIRI",
    "ja_jf": "BAGI PEJABAT ADMINISTRASI DAN PEJABAT FUNGSIONAL",
}
PERSPECTIVES = {
    "penerima_layanan": "Penerima Layanan", "proses_bisnis": "Proses Bisnis",
    "penguatan_internal": "Penguatan Internal", "anggaran": "Anggaran",
}  # fmt: skip
ASPECTS = {"kuantitas": "Kuantitas", "kualitas": "Kualitas", "waktu": "Waktu", "biaya": "Biaya"}
_IN_WORK = ("draf", "diajukan", "dikembalikan")


async def plan_content(session: AsyncSession, plan: Plan) -> Mapping[str, Any]:
    """The approved version that is in force, or the plan as it is being written."""
    if plan.approved_version is not None and plan.status not in _IN_WORK:
        query = select(PlanVersion).where(
            col(PlanVersion.plan) == plan.id, col(PlanVersion.version) == plan.approved_version
        )
        found = (await session.execute(query)).scalars().first()
        if found is not None:
            return found.content
    results = (await session.execute(select(WorkResult).where(col(WorkResult.plan) == plan.id))).scalars()
    rows = (await session.execute(select(IndicatorRow).where(col(IndicatorRow.plan) == plan.id))).scalars()
    return content_of(Whole(plan, sorted(results, key=_place), sorted(rows, key=_place)))


def _place(row: WorkResult | IndicatorRow) -> tuple[int, str]:
    return (10_001 if row.order is None else row.order, row.id)


async def plan_data(session: AsyncSession, tree: Tree, plan: Plan, now: datetime) -> dict[str, Any]:
    """What the plan says on paper; a plan that is not approved is marked as a draft."""
    said = await plan_content(session, plan)
    items = await _items(session, said["results"])
    results = [_result(one, items) for one in said["results"]]
    zone, terms = tree.zone_at(now), said["terms"]
    approved = plan.status not in _IN_WORK
    return {
        **await _head(session, tree, plan, said, now),
        "title": TITLE,
        "status": f"Status: {STATUS_LABELS.get(plan.status, plan.status).lower()}, versi {plan.version}",
        "mark": "" if approved else "DRAF",
        **_kinds(results),
        "values": [
            {
                "no": str(one.no), "label": one.label, "guides": list(one.guides),
                "expectation": terms.get("expect" + "".join(part.capitalize() for part in one.code.split("_"))) or "",
            }
            for one in VALUES
        ],
        "appendix": {
            "support": _lines(terms.get("resources")), "accountability": _lines(terms.get("accountability")),
            "consequences": _lines(terms.get("consequences")),
        },
        "signed_employee": f"Diajukan {local(plan.submitted_at, zone)}" if plan.submitted_at else "",
        "signed_appraiser": f"Disetujui {local(plan.approved_at, zone)}" if approved and plan.approved_at else "",
        "place_date": long_date(tree.today(plan.approved_at if approved and plan.approved_at else now)),
    }  # fmt: skip


async def evaluation_data(session: AsyncSession, tree: Tree, case: Case, now: datetime) -> dict[str, Any]:
    """What a final evaluation says on paper."""
    said = await plan_content(session, case.plan)
    row, zone = case.row, tree.zone_at(now)
    told = {one.rhk or one.value: one for one in case.feedback}
    realised = {one.indicator or one.rhk: one for one in case.realisations}
    results = []
    for one in said["results"]:
        shown = _result(one, {})
        lines = [
            {"indicator": line["indicator"] or line["narrative"], "target": line["target"], "realisation": done}
            for line, done in zip(
                shown["rows"], [_done(realised, line["id"], one["id"]) for line in shown["rows"]], strict=True
            )
        ]
        proofs = sum(counts(proof) for proof in case.evidence if proof.rhk == one["id"])
        results.append({**shown, "rows": lines, "evidence": str(proofs), "feedback": _told(told.get(one["id"]))})
    terms = said["terms"]
    acted = row.by is not None and row.by != row.appraiser and row.appraiser is not None
    return {
        **await _head(session, tree, case.plan, said, now),
        "title": EVALUATION_TITLE,
        "period": rounds.title(row.round, row.year),
        "version": row.version,
        "status": "Status: final" if case.final else "Status: belum ditetapkan",
        "mark": "" if case.final else "DRAF",
        **_kinds(results),
        "values": [
            {
                "no": str(one.no), "label": one.label, "guides": list(one.guides),
                "expectation": terms.get("expect" + "".join(part.capitalize() for part in one.code.split("_"))) or "",
                "feedback": _told(told.get(one.code)),
            }
            for one in VALUES
        ],
        "rating_result": RATING_LABELS.get(row.rating_result or "", "belum ada"),
        "rating_behaviour": RATING_LABELS.get(row.rating_behaviour or "", "belum ada"),
        "predicate": PREDICATE_LABELS.get(row.predicate or "", "belum ada"),
        "notes": [f"Dinilai oleh {row.by_name} sebagai pengganti pejabat penilai."] if acted else [],
        "signed_employee": f"Diterima {local(row.received_at, zone)}" if row.received_at else "",
        "signed_appraiser": f"Ditetapkan {local(row.finalised_at, zone)}" if row.finalised_at else "",
        "place_date": long_date(tree.today(row.finalised_at or now)),
    }  # fmt: skip


def _done(realised: Mapping[str, Any], row: str, rhk: str) -> str:
    found = realised.get(row) or realised.get(rhk)
    return "" if found is None else " ".join(part for part in (found.value, found.note) if part)


def _told(one: Any) -> str:
    if one is None:
        return ""
    return str(one.text) or "(gambar)"


async def _head(
    session: AsyncSession, tree: Tree, plan: Plan, said: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    people = await _people(session, [one for one in (plan.person, plan.appraiser) if one is not None])
    approach = "KUALITATIF" if said["approach"] == QUALITATIVE else "KUANTITATIF"
    return {
        "agency": tree.name,
        "period": f"{long_date(plan.start)} sampai {long_date(plan.end)}",
        "made": local(now, tree.zone_at(now)),
        "standing": on_paper(tree.settings_at(now).body),
        "form": "JPT" if said["form"] == "jpt" else "JA/JF",
        "approach": said["approach"],
        "approach_line": f"PENDEKATAN HASIL KERJA {approach}",
        "form_line": FORM_LINES[said["form"]],
        "employee": _party(people.get(plan.person), plan.person_name, plan.position, plan.unit_name),
        "appraiser": _party(
            people.get(plan.appraiser or ""), plan.appraiser_name or "Penilai di luar instansi", "",
            tree.unit_name((people.get(plan.appraiser or "") or {}).get("unit")),
        ),
    }  # fmt: skip


def _party(row: Mapping[str, Any] | None, name: str, position: str, unit: str) -> dict[str, str]:
    number = row["nip"] if row is not None else None
    return {
        "name": name,
        "number_label": "NIP" if number or row is None else "Kode staf",
        "number": show_nip(number) if number else (row["staff_code"] or "-") if row is not None else "-",
        "rank": (row["rank"] or "-") if row is not None else "-",
        "position": position or ((row["position"] or "-") if row is not None else "-"),
        "unit": unit or "-",
    }


async def _people(session: AsyncSession, ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    p = PERSON.c
    query = select(p.id, p.nip, p.staff_code, p.rank, p.position, p.unit).where(p.id.in_(ids))
    return {row["id"]: dict(row) for row in (await session.execute(query)).mappings()}


async def _items(session: AsyncSession, results: Sequence[Mapping[str, Any]]) -> Mapping[str, str]:
    wanted = sorted({one["agreementItem"] for one in results if one.get("agreementItem")})
    if not wanted:
        return {}
    query = select(col(AgreementItem.id), col(AgreementItem.text)).where(col(AgreementItem.id).in_(wanted))
    return {row.id: row.text or "" for row in await session.execute(query)}


def _result(one: Mapping[str, Any], items: Mapping[str, str]) -> dict[str, Any]:
    rows = [
        {
            "id": row.get("id", ""), "aspect": ASPECTS.get(row.get("aspect") or "", ""),
            "indicator": row.get("indicator") or "",
            "target": " ".join(part for part in (row.get("target"), row.get("unit")) if part),
            "narrative": row.get("narrative") or "",
        }
        for row in one["rows"]
    ]  # fmt: skip
    assigned = one.get("assignedBy") or ""
    return {
        "kind": one.get("kind") or "utama", "text": one.get("text") or "",
        "parent": one.get("superiorText") or "", "assignment": f" (Penugasan dari {assigned})" if assigned else "",
        "narrative": " ".join(row["narrative"] for row in rows if row["narrative"]),
        "perspective": PERSPECTIVES.get(one.get("perspective") or "", ""),
        "agreement": items.get(one.get("agreementItem") or "", ""), "rows": rows,
    }  # fmt: skip


def _kinds(results: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    main = [one for one in results if one["kind"] != "tambahan"]
    extra = [one for one in results if one["kind"] == "tambahan"]
    return {
        "main": [{**one, "no": str(n)} for n, one in enumerate(main, 1)],
        "additional": [{**one, "no": str(n)} for n, one in enumerate(extra, 1)],
    }


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def long_date(day: date) -> str:
    """A local date as letters carry it: *22 November 2026*."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def local(instant: datetime, zone: str) -> str:
    """An instant as people write it: *21 November 2026, 09.12 WITA*."""
    at = instant.astimezone(ZONES[zone])
    return f"{long_date(at.date())}, {at:%H.%M} {zone}"


def roster_workbook(tree: Tree, found: Mapping[str, Any], now: datetime) -> bytes:
    """The roster: four columns; exempt people on a page of their own."""
    title = f"Rekap SKP {found['year']}, {tree.name}"
    lines = [title, f"Cakupan: {found['coverage']['sentence']}", f"Dibuat {local(now, tree.zone_at(now))}"]
    rows = [[one["no"], one["name"], one["nip"], one["statusLabel"]] for one in found["rows"]]
    free = [[n, one["name"], one["status"]] for n, one in enumerate(found["exempt"], 1)]
    sheets = [
        Sheet("Rekap SKP", lines, ROSTER_HEADER, rows, (6, 44, 26, 20)),
        Sheet("Dikecualikan", [title], ("NO", "NAMA", "STATUS PEGAWAI"), free, (6, 44, 24)),
    ]
    return workbook(title, sheets, now)
