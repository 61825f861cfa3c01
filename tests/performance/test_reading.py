"""What is read online, and who is reminded when."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from backend.database.engine import Database
from backend.keys import Keys
from backend.notifications.models import Delivery
from backend.performance.models import Period
from backend.performance.rules import reminders as rules
from backend.performance.service import reading
from backend.performance.service.obliged import obliged
from backend.performance.service.reminders import Reminders
from sync.errors import Refusal
from sync.ids import uuid7
from tests.performance.evaluated import EvaluatedTown
from tests.performance.town import YEAR, Town
from tests.support.clock import SettableClock


@pytest.fixture
async def town(sqlite_db: Database, keys: Keys, clock: SettableClock) -> Town:
    """The town on SQLite: nothing here is decided by a lock."""
    return await Town(sqlite_db, keys, clock).build()


async def test_hr_reads_results_and_indicators_and_nothing_between_the_two(town: Town) -> None:
    served = await town.head_approved()
    await town.approved("kabid_a", served, "kepala")
    plan = town.plan_of("kabid_a")
    await town.done("kabid_a", None, "skp.revise", plan, reason="Arah baru")
    await town.done("kepala", None, "skp.return", plan, version=1, reason="Silakan")
    read: dict[str, Any] = {}
    async with town.db.read() as session:
        for key in ("kabid_a", "kepala", "hra", "kabid_b", "sekda", "analis"):
            viewer = await town.viewer(key)
            read[key] = await reading.content_for(session, viewer, plan)
            versions = await reading.versions_for(session, viewer, plan)
            assert [row.version for row in versions] == ([1] if key in ("kabid_a", "kepala") else []), key
    assert read["kabid_a"] == read["kepala"]
    assert read["hra"]["results"] == read["kepala"]["results"]
    assert "terms" in read["kepala"]
    assert "terms" not in read["hra"]
    assert [read[key] for key in ("kabid_b", "sekda", "analis")] == [None, None, None]


async def test_hr_finds_the_plans_of_a_person_and_what_is_final_without_a_rating(
    sqlite_db: Database, keys: Keys, clock: SettableClock
) -> None:
    """A transfer leaves two plans, newest first; somebody of another unit is not found."""
    town = EvaluatedTown(sqlite_db, keys, clock)
    await town.build()
    [rhk] = await town.in_force()
    await town.prove(rhk)
    id = await town.rated([rhk])
    await town.must("kepala", "skp.finalise", id)
    plan = town.plan_of("kabid_a")
    order = {"plan": plan, "version": 1, "act": "pindah", "date": f"{YEAR}-11-16", "reason": "Pindah tugas"}
    await town.done("hra", "HRA", "skp.order", uuid7(), **order, superior=town.people["sekda"])
    hr = await town.actor("hra", "HRA")
    async with town.db.read() as session:
        tree = await town.directory.trees.get(session, town.agency)
        found = await reading.person_for_hr(session, tree, hr, town.people["kabid_a"])
        for unknown in (uuid7(), "bukan-id"):
            with pytest.raises(Refusal, match="not_found"):
                await reading.person_for_hr(session, tree, hr, unknown)
        await town.grant("kabid_b", "HRA", "SEKRETARIAT")
        with pytest.raises(Refusal, match="not_found"):
            await reading.person_for_hr(session, tree, await town.actor("kabid_b", "HRA"), town.people["kabid_a"])
    assert [(one["turn"], one["status"], one["superiorName"]) for one in found["plans"]] == [
        (2, "draf", "Hendra Wiratama"),
        (1, "ditutup", "Lestari Ambarwati"),
    ]
    assert found["plans"][1]["end"] == f"{YEAR}-11-15"
    assert [one["final"] for one in found["plans"]] == [[], [{"id": id, "title": "Triwulan I 2026"}]]
    assert "baik" not in str(found), "a rating is read one by one, and logged"


@pytest.mark.parametrize(
    ("today", "told"),
    [("2026-01-16", False), ("2026-01-17", True), ("2026-01-31", True), ("2026-02-01", False), ("2026-02-02", True),
     ("2026-12-28", True), ("2027-01-04", False)],
)  # fmt: skip
def test_days_of_reminders(today: str, told: bool) -> None:
    assert rules.of_approval(date.fromisoformat(today), date(2026, 1, 31), date(2026, 12, 31)) is told


def test_a_round_is_reminded_of_a_week_before_it_closes() -> None:
    assert rules.closing_round(date(2026, 3, 24), "triwulanan", 2026) == "triwulan-1"
    assert rules.closing_round(date(2026, 12, 24), "triwulanan", 2026) == "triwulan-4"
    assert rules.closing_round(date(2026, 12, 24), "tahunan", 2026) == "tahunan"
    assert rules.closing_round(date(2026, 3, 25), "bulanan", 2026) is None


async def test_plans_that_are_not_approved_are_reminded_of(town: Town) -> None:
    """Three days before 31 January: the employee, the superior with a number, HR with a number; the exempt not."""
    served = await town.head_approved()
    await town.approved("kabid_a", served, "kepala")
    exempt = town.people["pelaksana_3"]
    await town.done("hra", "HRA", "skp.exempt", uuid7(), person=exempt, reason="cltn", **{"from": f"{YEAR}-01-01"})
    town.clock.set(datetime(YEAR, 1, 27, 19, tzinfo=UTC))  # 28 January, 02.00 WIB
    async with town.db.read() as session:
        period = await session.get(Period, town.period)
        assert period is not None
        people = await obliged(session, town.agency, period, date(YEAR, 1, 28))
    late = {one.person for one in people if not one.covered}
    assert exempt not in {one.person for one in people}
    assert {one.person for one in people} - late == {town.people[key] for key in ("sekda", "kepala", "kabid_a")}
    before = {row.id for row in await town.rows(Delivery)}
    await Reminders(town.db, town.engine, town.directory, town.performance.house).remind()
    told = [row for row in await town.rows(Delivery) if row.id not in before]
    own = {row.account for row in told if row.url == "/skp"}
    assert own == late
    bodies = {row.account: row.body for row in told if row.url in ("/bawahan", "/laporan/skp")}
    assert bodies[town.people["analis"]] == "3 SKP bawahan belum disetujui."
    assert bodies[town.people["kepala"]] == "1 SKP bawahan belum disetujui."
    assert bodies[town.people["hra"]] == f"{len(late)} SKP pegawai belum disetujui."
    assert "31 Januari 2026" in next(row.body for row in told if row.url == "/skp")
    town.clock.set(datetime(YEAR, 1, 28, 19, tzinfo=UTC))
    await Reminders(town.db, town.engine, town.directory, town.performance.house).remind()
    assert len(await town.rows(Delivery)) == len(before) + len(told), "nothing on a day between"


async def test_a_new_superior_is_followed_until_a_plan_was_approved(town: Town) -> None:
    """The appraiser is the direct superior on the day; an approved plan keeps its own until HR decides."""
    served = await town.head_approved()
    first = await town.approved("kabid_a", served, "kepala")
    other = await town.approved("kabid_b", served, "kepala")
    plan = await town.begin("analis")
    rhk = await town.result("analis", superiorRhk=first)
    hr = await town.actor("hra", "HRA")
    async with town.engine.writing(town.agency) as w:
        await town.performance.house.move(w, hr, town.people["analis"], town.people["kabid_b"])
        await town.performance.house.move(w, hr, town.people["kabid_a"], town.people["sekda"])
    [me] = await town.of_kind("analis", "employee")
    assert (me["superior"], me["superiorName"]) == (town.people["kabid_b"], "Sekar Anjani")
    refused = await town.do("analis", None, "skp.submit", plan)
    assert refused.code == "invalid", "the link serves the former superior"
    await town.done("analis", None, "skp.rhk", rhk, base=await town.body("skp_rhk", rhk), superiorRhk=other)
    await town.done("analis", None, "skp.submit", plan)
    assert (await town.plan("analis")).appraiser == town.people["kabid_b"]
    await town.done("kabid_b", None, "skp.approve", plan, version=1)
    assert (await town.plan("kabid_a")).appraiser == town.people["kepala"]
    order = {"plan": town.plan_of("kabid_a"), "version": 1, "act": "penilai", "date": f"{YEAR}-11-20", "reason": "SOTK"}
    await town.done("hra", "HRA", "skp.order", uuid7(), **order, superior=town.people["sekda"])
    assert (await town.plan("kabid_a")).appraiser == town.people["sekda"]
    held = await town.pull("sekda")
    assert ("skp", town.plan_of("kabid_a")) in held
    assert ("skp_rhk", first) in held
    assert ("skp", town.plan_of("kabid_a")) not in await town.pull("kepala")
