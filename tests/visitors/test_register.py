"""The guest register: written without signal, read by the counter, forgotten in time; on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from backend.database.engine import Database
from backend.keys import Keys
from backend.visitors import records
from backend.visitors.models import GuestDeparture, GuestVisit
from backend.visitors.service import Forgetting
from sync.engine import SyncEngine
from sync.ids import uuid7
from sync.registry import Registry
from tests.questions.office import Office
from tests.support.clock import SettableClock

RINA = {"name": "Bu Rina", "origin": "SD Negeri 2", "phone": "0812 0000 0777", "purpose": "legalisir", "age": "36-45"}


@pytest.fixture
async def counter(db: Database, keys: Keys, clock: SettableClock) -> Office:
    """The demonstration's office with the guest register."""
    office = await Office(db, keys, clock).build()
    registry = Registry()
    records.declare(registry)
    office.engine = SyncEngine(database=db, registry=registry.close(), keys=keys, clock=clock, viewers=office.directory)
    await office.engine.start()
    return office


async def come(office: Office, **changed: Any) -> tuple[str, Any]:
    """A guest; the visit's id and the answer."""
    record = uuid7()
    return record, await office.act("loket", "LKT", "visit.arrive", record, **{**RINA, **changed})


async def test_a_guest_comes_and_leaves(counter: Office) -> None:
    place = counter.units["SKR-K01"]
    visit, answer = await come(counter, at="2026-11-20T01:40:00.000Z", kecamatan=place, servedBy="Operator 2")
    assert answer.status == "applied", answer.wire()
    [row] = await counter.rows(GuestVisit)
    assert (row.id, row.name, row.purpose, row.kecamatan) == (visit, "Bu Rina", "legalisir", place)
    assert (row.at.isoformat(), row.arrived) == ("2026-11-20T01:40:00+00:00", counter.clock.now())
    counter.clock.advance(timedelta(minutes=15))
    for _ in range(2):
        done = await counter.act("loket", "LKT", "visit.depart", uuid7(), visit=visit)
        assert done.status == "applied", done.wire()
    assert len(await counter.rows(GuestDeparture)) == 2
    early = await counter.act("loket", "LKT", "visit.depart", uuid7(), visit=visit, at="2026-11-19T01:40:00.000Z")
    assert early.status == "applied"
    assert min(one.at for one in await counter.rows(GuestDeparture)) == row.at
    [seen] = await counter.of_kind("loket", "guest_visit")
    assert (seen["servedBy"], seen["at"]) == ("Operator 2", "2026-11-20T01:40:00.000Z")
    assert len(await counter.of_kind("ketua_tim", "guest_departure")) == 3
    for key in ("guru", "operator1", "admin_penyaring", "telepon", "hr_admin"):
        assert await counter.of_kind(key, "guest_visit") == [], key


async def test_only_the_counter_writes(counter: Office) -> None:
    visit, _ = await come(counter)
    for key, role in (("guru", None), ("operator1", "OPR"), ("telepon", "TEL"), ("ketua_tim", "KTM")):
        answer = await counter.act(key, role, "visit.arrive", uuid7(), **RINA)
        assert (answer.status, answer.code) == ("rejected", "forbidden"), key
        answer = await counter.act(key, role, "visit.depart", uuid7(), visit=visit)
        assert answer.status == "rejected", key
    assert len(await counter.rows(GuestVisit)) == 1
    assert await counter.rows(GuestDeparture) == []


@pytest.mark.parametrize(
    "bad",
    [
        {"name": " "}, {"name": "n" * 201}, {"name": "a\nb"}, {"origin": "o" * 201}, {"phone": "telepon saya"},
        {"phone": "1" * 41}, {"purpose": "iseng"}, {"age": "99"}, {"at": "2026-11-20T02:11:00.000Z"},
        {"kecamatan": "01a2028a-d032-732d-b162-0346efde37d4"}, {"servedBy": "s" * 201},
    ],
)  # fmt: skip
async def test_a_bad_entry_is_refused_in_words(counter: Office, bad: dict[str, str]) -> None:
    _, answer = await come(counter, **bad)
    assert (answer.status, answer.code) == ("rejected", "invalid"), answer.wire()
    assert answer.message
    assert await counter.rows(GuestVisit) == []


async def test_a_visit_leaves_the_tablets_and_its_name_is_forgotten(counter: Office) -> None:
    visit, _ = await come(counter)
    await counter.act("loket", "LKT", "visit.depart", uuid7(), visit=visit)
    forgetting = Forgetting(counter.engine, counter.clock)
    counter.clock.advance(timedelta(days=29))
    await forgetting.all()
    assert len(await counter.of_kind("loket", "guest_visit")) == 1
    counter.clock.advance(timedelta(days=2))
    await forgetting.all()
    assert await counter.of_kind("loket", "guest_visit") == []
    assert await counter.of_kind("loket", "guest_departure") == []
    [row] = await counter.rows(GuestVisit)
    assert row.name == "Bu Rina"
    counter.clock.advance(timedelta(days=335))
    await forgetting.all()
    [row] = await counter.rows(GuestVisit)
    assert (row.name, row.phone, row.purpose, row.erased) == ("", "", "legalisir", counter.clock.now())
