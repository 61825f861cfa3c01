"""Who is told what about plans: rows of the delivery outbox in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlmodel import col

from backend.identity.models import ASSIGNMENT
from backend.notifications.service import Notice, notify_all
from backend.performance.models import Plan
from backend.performance.ports import Ports
from sync.writing import Writing

APPROVALS = "persetujuan-skp"
"""One notice for all plans that wait for the same appraiser."""
DECISIONS = frozenset({"/bawahan", "/kelola/skp"})
"""Where plans are decided: by the appraiser, and by HR about roots."""


async def submitted(w: Writing, ports: Ports, plan: Plan) -> None:
    """Whoever appraises it now has a plan to read."""
    await _tell_deciders(w, ports, plan, "SKP menunggu persetujuan")


async def revision_asked(w: Writing, ports: Ports, plan: Plan) -> None:
    """The appraiser is asked to return a plan."""
    await _tell_deciders(w, ports, plan, "Ada permintaan revisi SKP")


async def approved(w: Writing, plan: Plan) -> None:
    """The employee, and the direct subordinates, whose results may be linked now."""
    await _tell(w, [plan.person], "application.skp", "SKP Anda disetujui", plan.approved_by_name, f"/skp/{plan.id}")
    below = await w.session.execute(
        select(Plan).where(
            col(Plan.agency) == w.agency, col(Plan.period) == plan.period, col(Plan.appraiser) == plan.person
        )
    )
    said = "Tautkan RHK Anda ke RHK pimpinan."
    told = [
        Notice(w.agency, one.person, "application.skp", "SKP atasan sudah disetujui", said, f"/skp/{one.id}", one.id)
        for one in below.scalars()
    ]
    await notify_all(w.session, told, now=w.now)


async def returned(w: Writing, plan: Plan) -> None:
    """The employee has to write again."""
    await _tell(w, [plan.person], "application.skp", "SKP dikembalikan", plan.returned_reason, f"/skp/{plan.id}")


async def to_review(w: Writing, plan: Plan) -> None:
    """A result of the superior's changed."""
    said = "RHK pimpinan berubah. SKP Anda perlu ditinjau."
    await _tell(w, [plan.person], "application.skp", "SKP perlu ditinjau", said, f"/skp/{plan.id}")


async def _tell_deciders(w: Writing, ports: Ports, plan: Plan, title: str) -> None:
    """Whoever appraises a plan; HR of the unit about a root's, which is decided outside and entered by them."""
    if plan.root:
        officers = await ports.house.officers(w.session, w.agency, "HRA", w.now)
        office = {one.account for one in officers if plan.unit in one.units} - {plan.person}
        await _tell(w, office, "work.skp", title, plan.person_name, "/kelola/skp")
        return
    day = await ports.house.today(w.session, w.agency, w.now)
    await _tell(w, await _appraisers(w, plan, day), "work.skp", title, plan.person_name, "/bawahan")


async def _appraisers(w: Writing, plan: Plan, day: date) -> set[str]:
    if plan.appraiser is None:
        return set()
    a = ASSIGNMENT.c
    acting = await w.session.execute(
        select(a.person).where(a.kind == "acting", a.superior == plan.appraiser, a.start <= day, a.end >= day)
    )
    return {plan.appraiser, *acting.scalars()}


async def _tell(w: Writing, accounts: Iterable[str], kind: str, title: str, body: str, url: str) -> None:
    thread = APPROVALS if url in DECISIONS else url
    await notify_all(
        w.session, [Notice(w.agency, one, kind, title, body, url, thread) for one in sorted(set(accounts))], now=w.now
    )
