"""Who may give roles, when they hold, and when authority ends."""

from datetime import UTC, datetime

import pytest

from sync.actors import Actor
from sync.ids import uuid7
from tests.identity.house import HR, OFFICER, OTHER_HR, TEACHER, House


@pytest.fixture
async def hr(house: House) -> Actor:
    return await house.working_as(house.people[HR], "HRA")


async def give(house: House, actor: Actor, record: str | None = None, **change: object):
    args = {"person": house.people[TEACHER], "role": "OPR", "unit": await house.unit("MUTASI"), "from": "2026-11-01"}
    return await house.do(actor, "role.grant", record, **{**args, **change})


async def test_hr_gives_a_role_and_its_holder_sees_it(house: House, hr: Actor) -> None:
    record = uuid7()
    assert (await give(house, hr, record)).status == "applied"
    viewer = await house.viewer(house.people[TEACHER])
    assert viewer.acting(record).works_as("OPR", over=await house.unit("MUTASI"))
    body = (await house.record("role_grant", record)).body
    assert (body["role"], body["from"], body["unitName"]) == ("OPR", "2026-11-01", "Bidang Mutasi dan Promosi")


async def test_nobody_gives_a_role_to_oneself_and_nobody_but_hr_gives_any(house: House, hr: Actor) -> None:
    for actor, change in (
        (hr, {"person": house.people[HR]}),
        (await house.working_as(house.people[OFFICER], "OPR"), {}),
        ((await house.viewer(house.people[TEACHER])).own, {"person": house.people[OFFICER]}),
    ):
        answer = await give(house, actor, **change)
        assert (answer.status, answer.code) == ("rejected", "forbidden")


async def test_units_and_people_of_another_agency_are_unknown(house: House, hr: Actor) -> None:
    assert (await give(house, hr, person=house.people[OTHER_HR])).code == "not_found"
    assert (await give(house, hr, unit=await house.unit("MUTASI", "TLP"))).code == "forbidden"


async def test_a_stand_in_needs_both_dates(house: House, hr: Actor) -> None:
    assert list((await give(house, hr, standIn=True)).fields) == ["to"]
    assert (await give(house, hr, standIn=True, to="2026-11-30")).status == "applied"


async def test_the_same_role_twice_on_one_day_is_one_too_many(house: House, hr: Actor) -> None:
    assert (await give(house, hr, to="2026-11-30")).status == "applied"
    assert (await give(house, hr, **{"from": "2026-11-30"})).code == "exists"
    assert (await give(house, hr, **{"from": "2026-12-01"})).status == "applied"


async def test_a_grant_ends_with_its_last_day_in_the_agencys_zone(house: House, hr: Actor) -> None:
    record = uuid7()
    await give(house, hr, record, to="2026-11-30")
    for hour, minute, held in ((16, 59, True), (17, 0, False)):
        house.clock.set(datetime(2026, 11, 30, hour, minute, tzinfo=UTC))
        viewer = await house.viewer(house.people[TEACHER])
        assert (viewer.acting(record) is not None) is held


async def test_a_revoked_grant_ends_at_once(house: House, hr: Actor) -> None:
    record = uuid7()
    await give(house, hr, record)
    seen = {record: (await house.record("role_grant", record)).version}
    answer = await house.do(hr, "role.revoke", record, reason="pindah tugas", meta={"seen": seen})
    assert answer.status == "applied"
    assert (await house.viewer(house.people[TEACHER])).acting(record) is None
    assert (await house.record("role_grant", record)).deleted
