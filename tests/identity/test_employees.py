"""Editing people: owners, groups, the log, and what is shown."""

import pytest
from sqlalchemy import select

from backend.audit.models import AUDIT_ENTRY
from backend.identity.bodies import EmployeeBody
from backend.identity.models import ASSIGNMENT
from backend.identity.service.people import search
from sync.actors import Actor
from tests.identity.house import HR, OFFICER, OTHER_HR, TEACHER, House


@pytest.fixture
async def hr(house: House) -> Actor:
    return await house.working_as(house.people[HR], "HRA")


async def log_of(house: House, person: str) -> list[dict]:
    async with house.db.reading() as connection:
        a = AUDIT_ENTRY.c
        query = select(a.actor, a.at, a.detail).where(a.object_id == person, a.act == "employee.correct")
        return [dict(row) for row in (await connection.execute(query.order_by(a.id))).mappings()]


async def test_an_employee_record_goes_to_that_person_alone(house: House) -> None:
    record = await house.record("employee", house.people[TEACHER])
    assert record.audiences == {f"person:{house.people[TEACHER]}"}
    body = EmployeeBody.model_validate(record.body)
    assert (body.kind, str(body.birth_date), body.sex) == ("PNS", "1972-03-15", "P")
    assert body.nip_masked == "1972**** ****** * ***"
    assert body.kecamatan_name == "Kecamatan Bukit Merawan"


async def test_a_person_owns_phone_and_email_and_the_log_keeps_only_keyed_hashes(house: House) -> None:
    teacher = house.people[TEACHER]
    own = (await house.viewer(teacher)).own
    assert (await house.edit(own, teacher, phone="081200000001", email="guru@example.id")).status == "applied"
    assert (await house.record("employee", teacher)).body["phone"] == "081200000001"
    entries = await log_of(house, teacher)
    assert {entry["detail"]["field"] for entry in entries} == {"phone", "email"}
    assert "0812" not in str(entries)
    assert "example" not in str(entries)


@pytest.mark.parametrize("fields", [{"rank": "Pembina (IV/a)"}, {"superior": None}, {"name": "Ibu Guru"}])
async def test_a_person_may_not_write_what_the_source_or_hr_owns(house: House, fields: dict) -> None:
    teacher = house.people[TEACHER]
    answer = await house.edit((await house.viewer(teacher)).own, teacher, **fields)
    assert (answer.status, answer.code) == ("rejected", "forbidden")


async def test_hr_may_not_write_a_persons_phone(house: House, hr: Actor) -> None:
    answer = await house.edit(hr, house.people[TEACHER], phone="081200000002")
    assert (answer.status, answer.code) == ("rejected", "forbidden")


async def test_an_empty_rank_date_is_named_until_hr_fills_it_and_the_log_shows_both_values(
    house: House, hr: Actor
) -> None:
    teacher = house.people[TEACHER]
    assert "TMT golongan" in (await house.record("employee", teacher)).body["incomplete"]
    answer = await house.edit(hr, teacher, rank="Pembina (IV/a)", tmtRank="2019-04-01")
    assert answer.status == "applied"
    body = (await house.record("employee", teacher)).body
    assert "TMT golongan" not in body["incomplete"]
    assert body["corrected"] == ["rank", "tmtRank"]
    entry = next(one for one in await log_of(house, teacher) if one["detail"]["field"] == "tmtRank")
    assert entry["detail"] == {"field": "tmtRank", "old": None, "new": "2019-04-01"}
    assert (entry["actor"], entry["at"]) == (house.people[HR], house.clock.now())


@pytest.mark.parametrize(
    ("fields", "faulty"),
    [
        ({"nip": "19720315199803290"}, "nip"),
        ({"nip": "199506302024211906"}, "kind"),
        ({"nip": "198702132010011901"}, "nip"),
        ({"nip": "198203151998032901"}, "nipReason"),
        ({"kind": "NON_ASN"}, "staffCode"),
        ({"staffCode": "TLP-00018"}, "staffCode"),
        ({"unit": "01a2007a-86c6-732a-a87a-415bfa259d0c"}, "unit"),
        ({"name": None}, "name"),
    ],
)
async def test_faulty_fields_are_named_and_nothing_changes(house: House, hr: Actor, fields: dict, faulty: str) -> None:
    before = await house.person(house.people[TEACHER])
    answer = await house.edit(hr, house.people[TEACHER], **fields)
    assert (answer.status, answer.code) == ("rejected", "invalid")
    assert faulty in answer.fields
    assert await house.person(house.people[TEACHER]) == before


async def test_an_implausible_nip_passes_with_a_written_reason(house: House, hr: Actor) -> None:
    fields = {"nip": "198203151998032901", "nipReason": "Sesuai SK CPNS"}
    assert (await house.edit(hr, house.people[TEACHER], **fields)).status == "applied"
    assert str((await house.person(house.people[TEACHER]))["birth_date"]) == "1982-03-15"


async def test_nobody_stands_above_oneself(house: House, hr: Actor) -> None:
    teacher, officer = house.people[TEACHER], house.people[OFFICER]
    assert (await house.edit(hr, teacher, superior=officer)).status == "applied"
    answer = await house.edit(hr, officer, superior=teacher)
    assert (answer.status, list(answer.fields)) == ("rejected", ["superior"])
    answer = await house.edit(hr, teacher, superior=house.people[OTHER_HR])
    assert (answer.status, list(answer.fields)) == ("rejected", ["superior"])


async def test_a_move_closes_the_post_and_opens_another(house: House, hr: Actor) -> None:
    teacher, unit = house.people[TEACHER], await house.unit("DINKES")
    house.clock.advance(days=10)
    assert (await house.edit(hr, teacher, unit=unit)).status == "applied"
    a = ASSIGNMENT.c
    async with house.db.reading() as connection:
        rows = (await connection.execute(select(a.unit, a.start, a.end).where(a.person == teacher))).all()
    first, second = sorted(rows, key=lambda row: row.start)
    assert (str(first.end), str(second.start), second.unit, second.end) == ("2026-11-29", "2026-11-30", unit, None)


async def test_hr_of_another_agency_meets_an_unknown_person(house: House) -> None:
    other = await house.working_as(house.people[OTHER_HR], "HRA")
    known = await house.do(other, "employee.edit", house.people[TEACHER], rank="x")
    unknown = await house.do(other, "employee.edit", None, rank="x")
    assert (known.status, known.code, known.message) == (unknown.status, unknown.code, unknown.message)
    assert known.code == "not_found"


async def test_a_number_of_another_agency_is_an_unknown_number(house: House) -> None:
    async with house.db.reading() as connection:
        assert await search(connection, house.agencies["TLP"], TEACHER) == []
        assert await search(connection, house.agencies["TLP"], "nuraini") == []
        found = await search(connection, house.agencies["SKR"], "SITI NUR AINI")
        assert [row["id"] for row in found] == [house.people[TEACHER]]
        assert len(await search(connection, house.agencies["SKR"], "19720315 199803")) == 1
        assert await search(connection, house.agencies["SKR"], "%") == []
