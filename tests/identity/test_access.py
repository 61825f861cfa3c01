"""Signing in, activation, sessions, and what guessing meets."""

import time
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Table, event, select, text, update

from backend.database.direct import Direct
from backend.identity.models import ACTIVATION, CREDENTIAL, DEVICE_SESSION, PERSON, ROLE_GRANT, SIGN_IN_THROTTLE
from backend.identity.service.directory import SignedIn
from sync.errors import Refusal
from tests.identity.house import HR, OFFICER, OTHER_HR, PASSWORD, TEACHER, House


async def refusal(attempt) -> Refusal:
    with pytest.raises(Refusal) as caught:
        await attempt
    return caught.value


async def test_an_activated_person_signs_in_by_nip_as_it_is_printed(house: House) -> None:
    await house.activate(TEACHER)
    opened = await house.sign_in("19720315 199803 2 901")
    assert opened.signed_in.viewer.account == house.people[TEACHER]
    assert opened.signed_in.account.agency_code == "SKR"
    assert opened.signed_in.account.zone == "WIB"
    assert opened.signed_in.viewer.own.name == "Siti Nur'aini Kartika, S.Pd."


async def test_a_staff_code_signs_in_and_a_wrong_check_digit_is_refused_before_any_look_up(house: House) -> None:
    await house.activate(OFFICER)
    assert (await house.sign_in("skr-00026")).signed_in.viewer.account == house.people[OFFICER]
    statements: list[str] = []
    event.listen(house.db.engine.sync_engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    refused = await refusal(house.sign_in("SKR-00027"))
    assert (refused.code, list(refused.fields)) == ("invalid", ["identifier"])
    assert statements == []


async def test_an_email_signs_in_a_party_officer(house: House) -> None:
    await house.add("Bima Cakrawala", "Partai.Bintang@example.id")
    await house.activate("Partai.Bintang@example.id")
    assert (await house.sign_in("partai.bintang@EXAMPLE.id")).signed_in.account.grants == ()


@pytest.mark.parametrize("typed", ["19720315199803290", "19720315199803290O", "andi"])
async def test_a_number_that_cannot_be_one_names_the_rule(house: House, typed: str) -> None:
    assert (await refusal(house.sign_in(typed))).code == "invalid"


async def test_unknown_unactivated_and_wrong_are_answered_alike(house: House) -> None:
    await house.activate(HR)
    answers = [
        await refusal(house.sign_in(HR, "salah sama sekali")),
        await refusal(house.sign_in("196801101993031901")),
        await refusal(house.sign_in(TEACHER)),
    ]
    assert {(one.code, one.message) for one in answers} == {(answers[0].code, answers[0].message)}
    assert answers[0].code == "sign_in_failed"


async def test_an_unknown_number_takes_as_long_as_a_wrong_password(house: House) -> None:
    await house.activate(HR)
    await refusal(house.sign_in(HR, "salah sama sekali"))

    async def lapse(identifier: str, n: int) -> float:
        # Work, not hours: others use the machine too.
        start = time.process_time()
        await refusal(house.sign_in(identifier, "salah sama sekali", address=f"10.1.0.{n}"))
        return time.process_time() - start

    wrong = min([await lapse(HR, n) for n in range(3)])
    unknown = min([await lapse("196801101993031901", n) for n in range(3)])
    assert 0.5 < unknown / wrong < 2


async def test_agencies_are_only_named_after_the_password_fits(house: House) -> None:
    other = await house.add("Siti Nur'aini Kartika", TEACHER, "TLP")
    await house.activate(TEACHER, "TLP")
    house.people[TEACHER] = (await house.viewer(other)).account
    assert (await house.sign_in(TEACHER)).signed_in.viewer.account == other
    first = await _first_account(house)
    code = await house.code_for(first)
    await house.access.activate(TEACHER, code, PASSWORD, "skr", address="10.0.0.1", label="")
    refused = await refusal(house.sign_in(TEACHER))
    assert refused.code == "choose_agency"
    assert {one["code"] for one in refused.detail["agencies"]} == {"SKR", "TLP"}
    assert "agencies" not in (await refusal(house.sign_in(TEACHER, "salah sama sekali"))).detail
    assert (await house.sign_in(TEACHER, agency="skr")).signed_in.viewer.account == first


async def _first_account(house: House) -> str:
    async with house.db.reading() as connection:
        rows = await connection.execute(
            text("SELECT id FROM person WHERE nip = :nip AND agency = :agency"),
            {"nip": TEACHER, "agency": house.agencies["SKR"]},
        )
        return str(rows.scalar_one())


async def test_guessing_is_braked_by_identifier_and_the_brake_survives_a_restart(house: House) -> None:
    await house.activate(HR)
    for n in range(5):
        await refusal(house.sign_in(HR, "salah sama sekali", address=f"10.2.0.{n}"))
    braked = await refusal(house.sign_in(HR, address="10.3.0.1"))
    assert braked.code == "throttled"
    assert 0 < braked.detail["retryAfterMs"] <= 30_000
    house.clock.advance(seconds=31)
    assert (await house.sign_in(HR)).token
    async with house.db.reading() as connection:
        rows = (await connection.execute(select(SIGN_IN_THROTTLE))).all()
    assert all(HR not in row.key and "10." not in row.key for row in rows)


async def test_guessing_over_many_numbers_is_braked_by_address(house: House) -> None:
    async with house.db.writing() as connection:
        await refusal_free_failures(connection, house)
    assert (await refusal(house.sign_in(HR, address="10.9.9.9"))).code == "throttled"
    assert (await refusal(house.sign_in(HR, address="10.9.9.8"))).code == "sign_in_failed"


async def refusal_free_failures(connection, house: House) -> None:
    from backend.identity.service import throttle

    for n in range(200):
        await throttle.reserve(connection, throttle.keys_of(house.keys.lookup, str(n), "10.9.9.9"), house.clock.now())


async def test_a_code_works_once_and_for_seven_days(house: House) -> None:
    code = await house.code_for(house.people[TEACHER])
    typed = f"{code[:4].lower()}-{code[4:]}"
    opened = await house.access.activate(TEACHER, typed, PASSWORD, None, address="10.0.0.1", label="")
    assert opened.signed_in.viewer.account == house.people[TEACHER]
    again = await refusal(house.access.activate(TEACHER, code, PASSWORD, None, address="10.0.0.1", label=""))
    assert again.code == "activation_failed"
    late = await house.code_for(house.people[TEACHER])
    house.clock.advance(timedelta(days=7, seconds=1))
    expired = await refusal(house.access.activate(TEACHER, late, PASSWORD, None, address="10.0.0.1", label=""))
    assert expired.code == "activation_failed"


async def test_a_new_code_voids_the_one_before_and_only_its_hash_is_stored(house: House) -> None:
    first = await house.code_for(house.people[TEACHER])
    second = await house.code_for(house.people[TEACHER])
    await refusal(house.access.activate(TEACHER, first, PASSWORD, None, address="10.0.0.1", label=""))
    async with house.db.reading() as connection:
        stored = str((await connection.execute(select(ACTIVATION))).all())
    assert first not in stored
    assert second not in stored


async def test_a_weak_password_leaves_the_code_unused(house: House) -> None:
    code = await house.code_for(house.people[TEACHER])
    weak = await refusal(house.access.activate(TEACHER, code, "pendek", None, address="10.0.0.1", label=""))
    assert "password" in weak.fields
    assert (await house.access.activate(TEACHER, code, PASSWORD, None, address="10.0.0.1", label="")).token


async def test_a_reset_ends_every_open_session(house: House) -> None:
    first = await house.activate(TEACHER)
    await house.activate(TEACHER, password="sandi baru lagi")
    async with house.db.reading() as connection:
        assert await house.directory.signed_in(connection, first.token) is None
        hashes = (await connection.execute(select(CREDENTIAL.c.password_hash))).scalars().all()
    assert all(one.startswith("$argon2id$") for one in hashes)
    assert (await refusal(house.sign_in(TEACHER))).code == "sign_in_failed"
    assert (await house.sign_in(TEACHER, "sandi baru lagi")).token


async def test_changing_the_password_needs_the_old_one_and_ends_other_sessions(house: House) -> None:
    here = await house.activate(TEACHER)
    there = await house.sign_in(TEACHER)
    wrong = await refusal(house.access.change_password(here.signed_in, "bukan ini juga", "baru sekali ya", address="a"))
    assert "current" in wrong.fields
    await house.access.change_password(here.signed_in, PASSWORD, "baru sekali ya", address="10.0.0.1")
    async with house.db.reading() as connection:
        assert await house.directory.signed_in(connection, here.token) is not None
        assert await house.directory.signed_in(connection, there.token) is None


async def test_a_session_slides_with_use_and_ends_without(house: House) -> None:
    opened = await house.activate(TEACHER)
    house.clock.advance(days=50)
    async with house.db.reading() as connection:
        session = await house.directory.signed_in(connection, opened.token)
    assert session is not None
    assert await house.access.touch(session)
    house.clock.advance(days=50)
    async with house.db.reading() as connection:
        session = await house.directory.signed_in(connection, opened.token)
    assert session is not None
    house.clock.advance(days=11)
    async with house.db.reading() as connection:
        assert await house.directory.signed_in(connection, opened.token) is None


async def test_the_token_is_stored_hashed_and_a_revoked_device_is_out_at_once(house: House) -> None:
    opened = await house.activate(TEACHER)
    other = await house.activate(HR)
    async with house.db.reading() as connection:
        assert opened.token not in str((await connection.execute(select(DEVICE_SESSION))).all())
    assert not await house.access.revoke(house.people[HR], opened.signed_in.id)
    assert await house.access.revoke(house.people[TEACHER], opened.signed_in.id)
    assert [row.id for row in await house.access.sessions(house.people[HR])] == [other.signed_in.id]
    async with house.db.reading() as connection:
        assert await house.directory.signed_in(connection, opened.token) is None


async def test_who_has_left_is_out_at_once(house: House) -> None:
    opened = await house.activate(TEACHER)
    hr = await house.working_as(house.people[HR], "HRA")
    assert (await house.edit(hr, house.people[TEACHER], status="keluar")).status == "applied"
    async with house.db.reading() as connection:
        assert await house.directory.signed_in(connection, opened.token) is None
        assert await house.directory.viewer(connection, house.people[TEACHER]) is None
    assert (await refusal(house.sign_in(TEACHER))).code == "sign_in_failed"


async def test_a_session_is_looked_up_in_one_statement(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = await house.activate(OFFICER)
    statements: list[str] = []
    event.listen(house.db.engine.sync_engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    straight = Direct.rows

    async def rows(query: Direct, *args: Any) -> Any:
        statements.append("SELECT straight to the driver")
        return await straight(query, *args)

    monkeypatch.setattr(Direct, "rows", rows)
    async with house.db.reading() as connection:
        statements.clear()
        session = await house.directory.signed_in(connection, opened.token)
    assert session is not None
    assert len([one for one in statements if one.startswith("SELECT")]) == 1


async def test_what_is_remembered_of_a_session_never_outlives_its_rows(house: House) -> None:
    """The same rows mean the same account; a grant that ends or is revoked counts with the next look."""
    opened = await house.activate(HR)

    async def look() -> SignedIn | None:
        async with house.db.reading() as connection:
            return await house.directory.signed_in(connection, opened.token)

    async def change(table: Table, **values: Any) -> None:
        mine = table.c.person == house.people[HR] if table is ROLE_GRANT else table.c.id == house.people[HR]
        async with house.db.writing() as connection:
            await connection.execute(update(table).where(mine).values(values))

    first, again = await look(), await look()
    assert first is not None
    assert again is not None
    assert first.account is again.account
    assert [grant.role for grant in first.account.grants] == ["HRA"]
    await change(ROLE_GRANT, end=house.clock.now().date())
    assert (found := await look()) is not None
    assert found.account.grants
    house.clock.advance(days=1)
    assert (found := await look()) is not None
    assert found.account.grants == ()
    await change(ROLE_GRANT, end=None)
    await change(PERSON, name="Nama Baru")
    assert (found := await look()) is not None
    assert found.account.grants
    assert found.viewer.own.name.startswith("Nama Baru")
    await change(ROLE_GRANT, revoked=house.clock.now())
    assert (found := await look()) is not None
    assert found.account.grants == ()
    await change(PERSON, status="keluar")
    assert await look() is None


async def test_a_viewer_holds_its_roles_over_the_whole_subtree(house: House) -> None:
    viewer = await house.viewer(house.people[OFFICER])
    tree = await house.tree()
    units = {node.code: node.id for node in tree.nodes.values()}
    assert {f"role:OPR@{unit}" for unit in tree.nodes} <= viewer.audiences
    assert f"role:BID@{units['MUTASI']}" in viewer.audiences
    assert f"role:BID@{units['DIKBUD']}" not in viewer.audiences
    assert {f"person:{viewer.account}", f"agency:{viewer.agency}", f"area:{units['PPI']}"} <= viewer.audiences
    assert {actor.role for actor in viewer.grants.values()} == {"OPR", "BID"}
    teacher = await house.viewer(house.people[TEACHER])
    assert f"area:{units['SKR-K09']}" in teacher.audiences
    assert not any(name.startswith("role:") for name in teacher.audiences)


async def test_a_new_unit_is_covered_with_the_next_request(house: House) -> None:
    from backend.identity.service.agencies import import_agency, read_agencies
    from tests.identity.house import AGENCIES

    viewer = await house.viewer(house.people[OFFICER])
    raw = {**AGENCIES["agencies"][0]}
    raw["units"] = [*raw["units"], {"code": "BARU", "name": "Bidang Baru", "type": "bidang", "parent": "BKPSDM"}]
    await import_agency(house.engine, read_agencies(raw)[0])
    unit = await house.unit("BARU")
    assert f"role:BID@{unit}" not in viewer.audiences
    assert f"role:BID@{unit}" in (await house.viewer(house.people[OFFICER])).audiences


async def test_seal_keys_belong_to_one_account(house: House) -> None:
    keys = {house.access.seal_key(house.people[who]) for who in (TEACHER, HR, OTHER_HR)}
    assert len(keys) == 3
    assert all(len(key) == 44 for key in keys)
