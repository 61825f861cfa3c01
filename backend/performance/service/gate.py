"""The gate: nobody submits above a superior's plan that is not there."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import col

from backend.performance.models import Plan
from backend.performance.ports import Employee
from backend.performance.rules.plan import IN_FORCE
from sync.errors import Refusal
from sync.writing import Writing


async def approved_plan(w: Writing, period: str, person: str | None) -> Plan | None:
    """The plan of somebody that is in force in a period, the latest assignment's; ``None`` if there is none."""
    if person is None:
        return None
    query = (
        select(Plan)
        .where(
            col(Plan.agency) == w.agency, col(Plan.period) == period, col(Plan.person) == person,
            col(Plan.status).in_(IN_FORCE),
        )
        .order_by(col(Plan.turn).desc())
    )  # fmt: skip
    return (await w.session.execute(query)).scalars().first()


def gate_refusal(me: Employee, *, making: bool) -> Refusal:
    """The refusal that names the superior."""
    if me.superior is None:
        return Refusal(
            "state", "Atasan langsung Anda belum terisi. Tulisan Anda aman. Minta admin instansi melengkapinya."
        )
    act = "dibuat di server" if making else "diajukan"
    return Refusal(
        "state",
        f"SKP {me.superior_name} belum disetujui, jadi SKP Anda belum bisa {act}. Tulisan Anda aman. "
        "Kami kabari bila sudah.",
        detail={"superior": me.superior, "superiorName": me.superior_name},
    )
