"""Work plans of the demo town over HTTP: what has to be in force before an employee's plan can be approved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sync.digest import digest_of
from sync.ids import derived, uuid7
from tests.support.phone import Json, Phone
from tests.support.stage import IDENTIFIERS, PASSWORD, Stage, on_phone

CONTENT = ("skp", "skp_rhk", "skp_indicator")
YEAR = (datetime.now(UTC) + timedelta(hours=7)).year
"""The year that the demo town is in: the app offers none that is over."""
PERIOD: Json = {
    "year": YEAR, "start": f"{YEAR}-01-01", "end": f"{YEAR}-12-31", "rhythm": "triwulanan", "gate": "ajukan",
    "dueOn": f"{YEAR}-01-31", "receiptDays": 3, "objectionDays": 14, "evidenceBytes": 10 * 1024 * 1024,
}  # fmt: skip
ROW: Json = {"approach": "kuantitatif", "indicator": "Indeks layanan", "target": "90", "unit": "persen", "order": 0}


def parts_of(phone: Phone, plan: str) -> list[tuple[str, str, int]]:
    """Header, results and rows of a plan that this phone holds: kind, id, version."""
    return [
        (kind, id, phone.versions[kind, id])
        for (kind, id), body in phone.records.items()
        if kind in CONTENT and (id == plan or body.get("plan") == plan)
    ]


async def step(phone: Phone, kind: str, plan: str, *, role: str | None = None, **args: Any) -> Json:
    """A step on a plan exactly as this phone pulled it; the answer."""
    await phone.pull()
    parts = parts_of(phone, plan)
    seen = {id: version for _, id, version in parts if id == plan}
    [answer] = await phone.push(
        phone.mutation(kind, plan, args, role=role, seen=seen, baseVersion=seen.get(plan), seenDigest=digest_of(parts))
    )
    await phone.pull()
    return answer


async def _done(phone: Phone, *items: Json) -> None:
    for answer in await phone.push(*items):
        assert answer["status"] in ("applied", "merged", "duplicate"), answer
    await phone.pull()


def plan_of(phone: Phone) -> str:
    """The id of this person's plan of the year."""
    [period] = [id for id, body in phone.held("skp_period").items() if body["year"] == YEAR]
    return derived(period, f"{phone.account}:1")


async def open_year(hr: Phone) -> None:
    """Open the year for plans, if nobody did."""
    await hr.pull()
    if not any(body["year"] == YEAR for body in hr.held("skp_period").values()):
        await _done(hr, hr.mutation("skp.period", uuid7(), PERIOD, role="HRA"))


async def _agreed(hr: Phone, unit: str) -> str:
    """One item of a unit's performance agreement, fixed; its id."""
    held = [id for id, body in hr.held("skp_agreement_item").items() if body["unit"] == unit and body["year"] == YEAR]
    if held:
        return held[0]
    item = uuid7()
    fix = {"unit": unit, "year": YEAR, "document": f"PK/{unit[-4:]}/{YEAR}", "documentDate": f"{YEAR}-01-05"}
    said = {"unit": unit, "year": YEAR, "text": "Indeks layanan naik", "indicator": "Indeks", "target": "90"}
    await _done(hr, hr.mutation("skp.agreement_item", item, said, role="HRA"))
    await _done(hr, hr.mutation("skp.agreement_fix", uuid7(), fix, role="HRA"))
    return item


async def _leader_plan(leader: Phone, hr: Phone, unit: str, text: str) -> str:
    """A leader's plan with one result, submitted; its id. One that is there already is left as it is."""
    await leader.pull()
    plan = plan_of(leader)
    if plan in leader.held("skp"):
        return plan
    item = await _agreed(hr, unit)
    rhk = uuid7()
    said = {"plan": plan, "kind": "utama", "order": 0, "text": text, "perspective": "proses_bisnis"}
    await _done(leader, leader.mutation("skp.draft", plan, {"year": YEAR, "approach": "kuantitatif"}))
    await _done(leader, leader.mutation("skp.rhk", rhk, {**said, "agreementItem": item}))
    await _done(leader, leader.mutation("skp.indicator", uuid7(), {"plan": plan, "rhk": rhk, **ROW}))
    answer = await step(leader, "skp.submit", plan)
    assert answer["status"] == "applied", answer
    return plan


async def _head_in_force(stage: Stage, head: str, text: str) -> None:
    async with Phone(stage.server.url) as hr, Phone(stage.server.url) as root, Phone(stage.server.url) as leader:
        for phone, key in ((hr, "hr_admin"), (root, "sekda"), (leader, head)):
            await phone.sign_in(IDENTIFIERS[key], PASSWORD)
        await open_year(hr)
        units = await _units(hr)
        top = await _leader_plan(root, hr, units["SETDA"], "Tata kelola pemerintahan naik")
        if root.held("skp")[top]["status"] == "diajukan":
            document = {"version": 1, "document": f"SK/1/{YEAR}", "documentDate": f"{YEAR}-01-06"}
            answer = await step(hr, "skp.decide_root", top, role="HRA", **document)
            assert answer["status"] == "applied", answer
        plan = await _leader_plan(leader, hr, units["DISTAN"], text)
        answer = await step(root, "skp.approve", plan, version=1)
        assert answer["status"] == "applied", answer


async def _units(hr: Phone) -> dict[str, str]:
    """Code of a unit to its id."""
    found = (await hr.data("{ units { id code } }"))["units"]
    return {unit["code"]: unit["id"] for unit in found}


def head_in_force(stage: Stage, text: str) -> None:
    """The plan of the head of Dinas Pertanian with one result, approved by the root, whose own is in force."""

    async def work(_hr: Phone) -> None:
        await _head_in_force(stage, "kepala_distan", text)

    on_phone(stage, "hr_admin", work)
