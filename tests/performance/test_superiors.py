"""The direct superior on the day: plans follow until one was approved; acting for who decides an objection."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from backend.database.engine import Database
from backend.jobs.runner import Runner
from backend.keys import Keys
from backend.notifications.models import Delivery
from backend.performance.room import WorkPlans
from backend.performance.service import following
from sync.ids import uuid7
from tests.performance.evaluated import EvaluatedTown
from tests.performance.town import YEAR
from tests.support.clock import SettableClock


@pytest.fixture
async def town(sqlite_db: Database, keys: Keys, clock: SettableClock) -> AsyncIterator[EvaluatedTown]:
    """The fixture tree, wired as the server is: a change of people lets plans follow."""
    made = EvaluatedTown(sqlite_db, keys, clock)
    await made.build()
    made.engine.ports["people_changed"] = following.people_changed
    plans = WorkPlans(made.db, made.engine, keys, made.directory, seconds=1)
    made.runner = Runner(made.db, made.clock, plans.functions())
    yield made
    await plans.close()


async def _moved(town: EvaluatedTown, key: str, above: str) -> None:
    hr = await town.actor("hra", "HRA")
    async with town.engine.writing(town.agency) as w:
        await town.performance.house.move(w, hr, town.people[key], town.people[above])


async def test_a_submitted_plan_goes_to_the_new_superior(town: EvaluatedTown) -> None:
    """Only the direct superior on the day approves: not the former one, and the new one not with links to the former
    one's results; returned, linked anew and submitted, it is approved."""
    served = await town.head_approved()
    first = await town.approved("kabid_a", served, "kepala")
    other = await town.approved("kabid_b", served, "kepala")
    rhk = await town.submitted("analis", first)
    plan = town.plan_of("analis")
    await town.begin("pelaksana")
    await _moved(town, "analis", "kabid_b")
    for kind, args in (("skp.approve", {}), ("skp.return", {"reason": "Perbaiki"})):
        early = await town.do("kabid_a", None, kind, plan, version=1, **args)
        assert (early.status, early.code) == ("rejected", "state"), "the server has not followed yet"
        assert "sudah berganti" in (early.message or "")
    await town.runner.run_due()
    assert ("skp", plan) in await town.pull("kabid_b")
    assert not {plan, rhk} & {id for kind, id in await town.pull("kabid_a")}
    row = await town.plan("analis")
    assert (row.appraiser, row.status, row.version) == (town.people["kabid_b"], "diajukan", 1)
    assert town.people["kabid_b"] in {one.account for one in await town.rows(Delivery, url="/bawahan")}
    assert (await town.do("kabid_a", None, "skp.approve", plan, version=1)).code in ("not_found", "forbidden")
    foreign = await town.do("kabid_b", None, "skp.approve", plan, version=1)
    assert (foreign.status, foreign.code) == ("rejected", "state")
    assert "RHK 1" in (foreign.message or "")
    await town.done("kabid_b", None, "skp.return", plan, version=1, reason="Tautkan ke RHK saya")
    await town.done("analis", None, "skp.rhk", rhk, base=await town.body("skp_rhk", rhk), superiorRhk=other)
    await town.done("analis", None, "skp.submit", plan)
    await town.done("kabid_b", None, "skp.approve", plan, version=2)
    assert (await town.plan("analis")).status == "persetujuan"


async def test_a_draft_follows_and_an_approved_plan_stays(town: EvaluatedTown) -> None:
    """Of a plan that was approved once HR decides, also while it is with its employee for a revision."""
    served = await town.head_approved()
    first = await town.approved("kabid_a", served, "kepala")
    await town.approved("kabid_b", served, "kepala")
    await town.begin("analis")
    await town.approved("analis_b", (await _result_of(town, "kabid_b")), "kabid_b")
    revised = town.plan_of("analis_b")
    await town.done("analis_b", None, "skp.revise", revised, reason="Arah baru")
    await town.done("kabid_b", None, "skp.return", revised, version=1, reason="Silakan")
    await _moved(town, "analis", "kabid_b")
    await _moved(town, "analis_b", "kabid_a")
    await town.runner.run_due()
    assert ("skp", town.plan_of("analis")) in await town.pull("kabid_b")
    assert ("skp", town.plan_of("analis")) not in await town.pull("kabid_a")
    assert (await town.plan("analis_b")).appraiser == town.people["kabid_b"]
    await town.done("analis_b", None, "skp.submit", revised)
    await town.done("kabid_b", None, "skp.approve", revised, version=2)
    assert first


async def test_a_reorganisation_is_followed_in_parts(town: EvaluatedTown, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every draft finds its new superior, however few are taken at once."""
    monkeypatch.setattr(following, "AT_ONCE", 2)
    team = ("pelaksana", "pelaksana_2", "pelaksana_3", "pppk", "analis")
    for key in team:
        await town.begin(key)
    for key in team[:4]:
        await _moved(town, key, "analis_b")
    await town.runner.run_due()
    assert [(await town.plan(key)).appraiser for key in team] == [
        *[town.people["analis_b"]] * 4, town.people["kabid_a"],
    ]  # fmt: skip


async def _result_of(town: EvaluatedTown, key: str) -> str:
    [found] = [id for kind, id, _, _ in await town.parts(town.plan_of(key)) if kind == "skp_rhk"]
    return found


async def test_who_acts_for_the_appraisers_superior_decides_an_objection(town: EvaluatedTown) -> None:
    """On the days of the order, and the record names who did; never who gave the rating, never one's own."""
    [rhk] = await town.in_force()
    id = await town.finalised([rhk], result="di_bawah", behaviour="sesuai")
    objection = uuid7()
    await town.must("kabid_a", "skp.object", objection, evaluation=id, reasons="Target kuantitas sudah tercapai.")
    assert ("skp_objection", objection) not in await town.pull("kabid_b")
    dates = {"from": f"{YEAR}-11-20", "to": f"{YEAR}-11-20"}
    for key in ("kepala", "kabid_a", "kabid_b"):
        people = {"appraiser": town.people["sekda"], "acting": town.people[key]}
        await town.done("hra", "HRA", "skp.acting", uuid7(), **people, **dates)
    for key in ("kepala", "kabid_a"):
        refused = await town.acts(key, "skp.decide", objection, ratingResult="di_atas", reason="Bukti mendukung.")
        assert (refused.status, refused.code) == ("rejected", "forbidden"), key
    assert ("skp_evaluation", id) in await town.pull("kabid_b")
    await town.must("kabid_b", "skp.decide", objection, ratingResult="sesuai", reason="Bukti mendukung.")
    shown = await town.body("skp_objection", objection)
    assert (shown["decider"], shown["decidedByName"]) == (town.people["sekda"], "Sekar Anjani")
    assert (await town.body("skp_evaluation", id))["predicate"] == "baik"
