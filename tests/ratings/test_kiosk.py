"""Counter tablets: pairing, their own identity, duty, and what becomes of a released one."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from backend.identity.models import PERSON
from backend.identity.service.accounts import NewAccount, create_account
from backend.identity.service.people import serve_at
from backend.jobs import service as jobs
from backend.jobs.runner import DueJob
from backend.keys import Keys
from backend.ratings.models import RATING, RatingShift
from backend.ratings.rules import pins
from backend.ratings.service import counters, shifts
from backend.ratings.service.kiosk_seal import NotOpened, open_phone, seal_phone
from backend.ratings.service.presence import sign_ticket
from sync.errors import Refusal
from sync.ids import uuid7
from tests.ratings.counter import COORDINATOR, NAMES, Counter


@pytest.fixture
def counter(served_counter: Counter) -> Counter:
    """The office, on SQLite and on PostgreSQL."""
    return served_counter


@pytest.fixture
def here(served_counter_on_sqlite: Counter) -> Counter:
    """The same on one database, for what the other cannot change."""
    return served_counter_on_sqlite


async def test_a_paired_tablet_holds_its_site_and_is_no_person(counter: Counter) -> None:
    async with counter.house.db.reading() as connection:
        before = (await connection.execute(select(func.count()).select_from(PERSON))).scalar_one()
    tablet, kiosk = await counter.paired()
    body = tablet.held("kiosk")[kiosk]
    assert [one["name"] for one in body["officers"]] == sorted(NAMES, key=lambda name: name.replace("dr. ", ""))
    assert body["siteCode"] == "W-LK"
    assert body["zone"] == "WITA"
    assert body["services"], "the list of services is on the tablet"
    async with counter.house.db.reading() as connection:
        after = (await connection.execute(select(func.count()).select_from(PERSON))).scalar_one()
        assert await counter.house.directory.viewer(connection, tablet.account) is None
    assert after == before
    me = await tablet.graphql("{ me { account } }")
    assert me["data"]["me"] is None, "a tablet is nobody to what is not the sync protocol"
    refused = await tablet.graphql("{ kiosks { id } }")
    assert refused["errors"][0]["extensions"]["code"] == "signed_out"


async def test_a_code_pairs_once_and_not_for_ever(here: Counter) -> None:
    issued, _pin = await here.kiosks.add(await here.team(), here.sites["W-LK"], "Loket 1")
    first, second, late = here.tablet(), here.tablet(), here.tablet()
    assert not (await first.pair(issued.code.lower())).get("errors")
    assert (await second.pair(issued.code))["errors"][0]["extensions"]["code"] == "pairing_failed"
    again = await here.kiosks.issue_code(await here.team(), issued.kiosk)
    here.clock.advance(timedelta(minutes=31))
    assert (await late.pair(again.code))["errors"][0]["extensions"]["code"] == "pairing_failed"


async def test_guessing_codes_is_slowed_down(here: Counter) -> None:
    tablet = here.tablet()
    codes = [(await tablet.pair(f"AAAA-AAA{n}"))["errors"][0]["extensions"]["code"] for n in range(8)]
    assert codes[0] == "pairing_failed"
    assert codes[-1] == "throttled"


async def test_only_a_site_of_ones_own_takes_a_tablet(here: Counter) -> None:
    team = await here.team()
    async with here.house.db.reading() as connection:
        tree = await here.house.directory.trees.get(connection, here.agency)
    office = next(node.id for node in tree.nodes.values() if not node.site)
    for place in (office, uuid7()):
        with pytest.raises(Refusal, match="Pilih lokasi"):
            await here.kiosks.add(team, place, "Loket 1")


async def test_a_lost_cookie_is_replaced_and_the_account_stays(counter: Counter) -> None:
    """What the tablet holds must go through after a new pairing: its store is named after the account."""
    tablet, kiosk = await counter.paired()
    again = await counter.kiosks.issue_code(await counter.team(), kiosk)
    fresh = counter.tablet()
    await fresh.pair(again.code)
    assert fresh.account == tablet.account
    fresh.device, fresh.seq = tablet.device, tablet.seq
    [answer] = await fresh.push(fresh.mutation("shift.sign_on", uuid7(), {"person": counter.officers[0]}))
    assert answer["status"] == "applied"
    page = await tablet.pull()
    assert tablet.records == {}, page


async def test_a_new_pin_reaches_the_tablet(here: Counter) -> None:
    tablet, kiosk = await here.paired()
    pin = await here.kiosks.issue_pin(await here.team(), kiosk)
    await tablet.pull()
    check = tablet.held("kiosk")[kiosk]["pin"]
    assert pins.fits(pins.PinCheck(check["salt"], check["hash"], check["iterations"]), pin)
    assert not pins.fits(
        pins.PinCheck(check["salt"], check["hash"], check["iterations"]), "000000" if pin != "000000" else "1"
    )


async def test_a_released_tablet_sees_nothing_and_is_forgotten_after_30_days(counter: Counter) -> None:
    tablet, kiosk = await counter.paired()
    assert tablet.held("kiosk")
    await counter.kiosks.release(await counter.team(), kiosk)
    await tablet.pull()
    assert tablet.records == {}
    [refused] = await tablet.push(tablet.mutation("shift.sign_on", uuid7(), {"person": counter.officers[0]}))
    assert refused["status"] == "rejected"
    counter.clock.advance(timedelta(days=31))
    assert (await tablet.send(tablet.mutation("shift.sign_on", uuid7(), {})))["code"] == "signed_out"


async def test_what_a_released_tablet_still_hands_in_is_held(counter: Counter) -> None:
    """The number that was sealed on the tablet is opened on the server, and stands nowhere in clear."""
    tablet, kiosk = await counter.paired()
    body = tablet.held("kiosk")[kiosk]
    ratings = [uuid7(), uuid7()]
    before, after = (
        tablet.mutation("rating.submit", id, {
            "instrument": body["instrument"], "version": body["version"], "officer": counter.officers[0],
            "service": body["services"][n]["code"], "score": 5, "indicators": ["P"],
            "phone": seal_phone(counter.house.keys, counter.agency, id, "0812 0000 0001"),
        })
        for n, id in enumerate(ratings)
    )  # fmt: skip
    [first] = await tablet.push(before)
    await counter.kiosks.release(await counter.team(), kiosk)
    [second] = await tablet.push(after)
    assert (first["status"], second["status"]) == ("applied", "applied"), (first, second)
    async with counter.house.db.reading() as connection:
        query = select(RATING).where(RATING.c.id.in_(ratings)).order_by(RATING.c.tablet_seq)
        rows = (await connection.execute(query)).mappings().all()
    assert [(row["status"], row["status_reason"]) for row in rows] == [("sah", None), ("ditahan", "tablet_dilepas")]
    assert rows[0]["phone_hash"] == rows[1]["phone_hash"] is not None
    assert [row["tablet_seq"] for row in rows] == [1, 2]


def test_a_sealed_number_opens_for_its_rating_alone(keys: Keys) -> None:
    agency, rating = uuid7(), uuid7()
    sealed = seal_phone(keys, agency, rating, "081200000001")
    assert open_phone(keys, agency, rating, sealed) == "081200000001"
    assert sealed != seal_phone(keys, agency, rating, "081200000001")
    assert len(sealed) == len(seal_phone(keys, agency, rating, "+6281200000001"))
    for wrong in (
        (agency, uuid7(), sealed),
        (uuid7(), rating, sealed),
        (agency, rating, sealed[:-4] + "AAAA"),
        (agency, rating, "081200000001"),
        (agency, rating, "h1.x"),
    ):
        with pytest.raises(NotOpened):
            open_phone(keys, *wrong)


def test_a_ticket_is_signed_as_the_tablet_reads_it(keys: Keys) -> None:
    """The tablet takes the id from the text before the dot: 22 letters of base64url, then the signature."""
    text = sign_ticket(keys, "0198c0de-0000-7000-8000-00000000abcd")
    assert re.fullmatch(r"AZjA3gAAcACAAAAAAACrzQ\.[A-Za-z0-9_-]{20,64}", text), text


async def test_a_ticket_is_good_for_one_rating_at_the_tablet(counter: Counter) -> None:
    tablet, kiosk = await counter.paired()
    body = tablet.held("kiosk")[kiosk]
    coordinator = await counter.working_as(COORDINATOR, "KOR")
    ticket, spent = uuid7(), []
    args = {"site": counter.sites["W-LK"]}
    made = await counter.house.engine.execute(coordinator, "rating.ticket", ticket, args)
    assert made.status == "applied", made
    for n in range(2):
        rating = uuid7()
        spent.append(rating)
        [answer] = await tablet.push(tablet.mutation("rating.submit", rating, {
            "instrument": body["instrument"], "version": body["version"], "officer": counter.officers[n],
            "service": body["services"][n]["code"], "score": 4, "indicators": ["P"], "ticket": ticket,
            "phone": seal_phone(counter.house.keys, counter.agency, rating, f"0812000001{n}0"),
        }))  # fmt: skip
        assert answer["status"] == "applied", answer
    async with counter.house.db.reading() as connection:
        query = select(RATING.c.status).where(RATING.c.id.in_(spent)).order_by(RATING.c.tablet_seq)
        assert list((await connection.execute(query)).scalars()) == ["sah", "duplikat"]


async def test_a_tablet_learns_of_new_officers_and_forgets_old_turns_by_itself(counter: Counter) -> None:
    tablet, kiosk = await counter.paired()
    house = counter.house
    look = counters.job_functions(house.engine, house.keys, house.directory)[counters.JOB]
    turn = tablet.mutation("shift.sign_on", uuid7(), {"person": counter.officers[0]})
    await tablet.push(turn)
    await tablet.pull()
    before = tablet.versions[kiosk]
    await look(_job(counter))
    await tablet.pull()
    assert tablet.versions[kiosk] == before, "what stands so already is not published again"
    assert turn["record"] in tablet.held("shift")
    async with house.engine.writing(counter.agency) as w:
        tree = await house.directory.trees.get(w.connection, counter.agency)
        person = await create_account(w, tree, NewAccount("Dewi Anggraini", "199503032022022901", unit="BNK"))
        await serve_at(w.connection, counter.agency, [(person, counter.sites["W-LK"])], tree.today(w.now))
    counter.clock.advance(timedelta(days=3))
    await look(_job(counter))
    await tablet.pull()
    assert person in [one["id"] for one in tablet.held("kiosk")[kiosk]["officers"]]
    assert tablet.held("shift") == {}
    async with house.db.read() as session:
        armed = await jobs.find(session, counters.JOB, counter.agency)
    assert armed is not None
    assert armed.due == counter.clock.now() + counters.EVERY


def _job(counter: Counter) -> DueJob:
    now = counter.clock.now()
    return DueJob(uuid7(), counters.JOB, counter.agency, counter.agency, now, {}, run=1, attempt=1, claim=uuid7())


async def test_a_tablet_may_nothing_but_its_own_acts(here: Counter) -> None:
    tablet, _kiosk = await here.paired()
    foreign: list[tuple[str, dict[str, Any]]] = [
        ("shift.enter", {"site": here.sites["W-LK"], "person": here.officers[0], "start": "2026-11-20T01:00:00.000Z",
                         "end": "2026-11-20T05:00:00.000Z"}),
        ("question.ask", {"text": "Bolehkah tablet bertanya?"}),
    ]  # fmt: skip
    for kind, args in foreign:
        [answer] = await tablet.push(tablet.mutation(kind, uuid7(), args))
        assert answer["status"] == "rejected", kind
    assert (await here.tablet().send())["code"] == "signed_out"


async def test_turns_are_entered_by_the_coordinator_and_come_to_the_tablet(counter: Counter) -> None:
    tablet, _kiosk = await counter.paired()
    coordinator = await counter.working_as(COORDINATOR, "KOR")
    now = counter.clock.now()
    shift = uuid7()
    args = {
        "site": counter.sites["W-LK"],
        "person": counter.officers[0],
        "start": _wire(now),
        "end": _wire(now + timedelta(hours=8)),
    }
    answer = await counter.house.engine.execute(coordinator, "shift.enter", shift, args)
    assert answer.status == "applied", answer
    await tablet.pull()
    assert tablet.held("shift")[shift]["person"] == counter.officers[0]
    elsewhere = await counter.house.engine.execute(
        coordinator, "shift.enter", uuid7(), {**args, "site": counter.sites["W-SL"]}
    )
    assert elsewhere.status == "rejected"
    backwards = await counter.house.engine.execute(coordinator, "shift.enter", uuid7(), {**args, "end": args["start"]})
    assert (backwards.status, backwards.code) == ("rejected", "invalid")
    assert "sesudah jam mulai" in (backwards.message or "")
    done = await counter.house.engine.execute(
        coordinator,
        "shift.cancel",
        shift,
        {},
        seen={shift: tablet.versions[shift]},
        base_version=tablet.versions[shift],
    )
    assert done.status == "applied", done
    await tablet.pull()
    assert tablet.held("shift") == {}
    async with counter.house.db.reading() as connection:
        assert await shifts.turns(connection, counter.agency, counter.sites["W-LK"], now) == []


async def test_an_officer_signs_on_and_off_at_the_tablet(counter: Counter) -> None:
    tablet, _kiosk = await counter.paired()
    shift, person = uuid7(), counter.officers[1]
    on = tablet.mutation("shift.sign_on", shift, {"person": person})
    off = tablet.mutation("shift.sign_off", shift, {}, dependsOn=[on["id"]])
    first, second = await tablet.push(on, off)
    assert (first["status"], second["status"]) == ("applied", "applied"), (first, second)
    async with counter.house.db.reading() as connection:
        row = (await connection.execute(select(RatingShift.__table__))).mappings().one()  # type: ignore[attr-defined]
    assert (row["person"], row["source"]) == (person, "kiosk")
    assert row["end"] is not None
    await tablet.pull()
    assert tablet.held("shift")[shift]["end"]
    open_turn = tablet.mutation("shift.sign_on", uuid7(), {"person": person})
    await tablet.push(open_turn)
    async with counter.house.db.reading() as connection:
        for hours, expected in ((11, [person]), (12, [])):
            at = counter.clock.now() + timedelta(hours=hours)
            running = await shifts.turns(connection, counter.agency, counter.sites["W-LK"], at)
            assert [turn.person for turn in running] == expected
    [stranger] = await tablet.push(tablet.mutation("shift.sign_on", uuid7(), {"person": uuid7()}))
    assert (stranger["status"], stranger["code"]) == ("rejected", "invalid")


def _wire(at: Any) -> str:
    return str(at.strftime("%Y-%m-%dT%H:%M:%S.000Z"))
