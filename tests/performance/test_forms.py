"""What a plan holds: its form, what must be there before it is submitted, who writes which part."""

from __future__ import annotations

import pytest

from backend.database.engine import Database
from backend.keys import Keys
from backend.performance.rules.plan import EXPECTATIONS, VALUES
from sync.ids import uuid7
from tests.performance.town import YEAR, Town
from tests.support.clock import SettableClock


@pytest.fixture
async def town(sqlite_db: Database, keys: Keys, clock: SettableClock) -> Town:
    """The town on SQLite: nothing here is decided by a lock."""
    return await Town(sqlite_db, keys, clock).build()


async def test_forms_follow_from_positions(town: Town) -> None:
    """Acceptance 2: the root has no parent and the leaders' form; the other form is refused to an analyst."""
    await town.begin("sekda")
    sekda = await town.body("skp", town.plan_of("sekda"))
    assert (sekda["form"], sekda["root"], sekda.get("superior")) == ("jpt", True, None)
    other = await town.do("analis", None, "skp.draft", town.plan_of("analis"), year=YEAR, form="jpt")
    assert (other.status, other.code) == ("rejected", "invalid")
    assert "Formulir mengikuti jabatan" in (other.message or "")
    await town.begin("analis")
    assert (await town.plan("analis")).form == "ja_jf"
    assert (await town.plan("analis")).appraiser == town.people["kabid_a"]


async def test_leader_cites_an_agreement_item(town: Town) -> None:
    """Acceptance 3: a leader's main result without an item blocks submitting and is named."""
    plan = await town.begin("sekda")
    rhk = await town.result("sekda", "Tata kelola naik", perspective="anggaran")
    refused = await town.do("sekda", None, "skp.submit", plan)
    assert refused.code == "invalid"
    assert "Tata kelola naik" in (refused.message or "")
    assert "perjanjian kinerja" in refused.fields[rhk]
    item = await town.agreed("SETDA")
    await town.done("sekda", None, "skp.rhk", rhk, base=await town.body("skp_rhk", rhk), agreementItem=item)
    await town.done("sekda", None, "skp.submit", plan)


async def test_a_row_without_target_is_not_submitted(town: Town) -> None:
    """Acceptance 7: a row lacking its target blocks; without *biaya* it goes."""
    served = await town.head_approved()
    plan = await town.begin("kabid_a")
    rhk = uuid7()
    await town.done("kabid_a", None, "skp.rhk", rhk, plan=plan, kind="utama", text="Layanan tepat", superiorRhk=served)
    row = await town.row("kabid_a", rhk, target=None)
    refused = await town.do("kabid_a", None, "skp.submit", plan)
    assert refused.code == "invalid"
    assert "target" in refused.fields[rhk]
    await town.done("kabid_a", None, "skp.indicator", row, base=await town.body("skp_indicator", row), target="95")
    for aspect in ("kualitas", "waktu"):
        await town.row("kabid_a", rhk, aspect=aspect)
    await town.done("kabid_a", None, "skp.submit", plan)


async def test_seven_expectations_are_the_superiors(town: Town) -> None:
    """Acceptance 8: seven values in their order, *Loyal* the fifth; only the superior writes expectations."""
    assert len(VALUES) == len(EXPECTATIONS) == 7
    assert VALUES[4] == "loyal"
    assert EXPECTATIONS[4] == "expectLoyal"
    await town.head_approved()
    plan = await town.begin("kabid_a")
    said = {name: f"Harapan {number}" for number, name in enumerate(EXPECTATIONS, start=1)}
    mine = await town.do("kabid_a", None, "skp.expect", plan, **said)
    assert (mine.status, mine.code) == ("rejected", "forbidden")
    await town.done("kepala", None, "skp.expect", plan, **said, consequences="Pembinaan")
    await town.done("kabid_a", None, "skp.draft", plan, resources="Dua laptop", accountability="Lapor tiap pekan")
    body = await town.body("skp", plan)
    assert [body[name] for name in EXPECTATIONS] == list(said.values())
    assert (body["expectedBy"], body["expectedByName"], body["changedBy"]) == (
        town.people["kepala"], "Lestari Ambarwati", "Bagas Pramudya",
    )  # fmt: skip
    assert (body["resources"], body["accountability"], body["consequences"]) == (
        "Dua laptop", "Lapor tiap pekan", "Pembinaan",
    )  # fmt: skip


async def test_hr_edits_periods_and_people_only(town: Town) -> None:
    """Acceptance 15: HR changes a year; writing a plan or approving one is refused to it."""
    await town.done("hra", "HRA", "skp.period", town.period, **town.year(rhythm="bulanan"))
    [body] = await town.of_kind("pppk", "skp_period")
    assert body["rhythm"] == "bulanan"
    plan = await town.begin("kabid_a")
    for kind, args in (
        ("skp.draft", {"resources": "x"}), ("skp.expect", {"consequences": "x"}), ("skp.submit", {}),
        ("skp.approve", {"version": 1}), ("skp.withdraw", {}),
    ):  # fmt: skip
        refused = await town.do("hra", "HRA", kind, plan, **args)
        assert refused.status == "rejected", kind
        assert refused.code in ("forbidden", "not_found"), kind
    nobody = await town.do("analis", None, "skp.period", town.period, **town.year())
    assert nobody.code == "forbidden"
    wrong = await town.do("hra", "HRA", "skp.period", uuid7(), **town.year())
    assert wrong.code == "exists"
    await town.grant("kabid_b", "HRA", "SEKRETARIAT")
    part = await town.do("kabid_b", "HRA", "skp.period", town.period, **town.year())
    assert part.code == "forbidden", "a year is the whole agency's"
    outside = await town.do("hra", "HRA", "skp.period", town.period, **town.year(dueOn="2027-01-31"))
    assert outside.code == "invalid"
