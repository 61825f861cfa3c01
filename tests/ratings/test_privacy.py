"""Numbers of visitors: nowhere in clear, deleted on time, compared only by order and on record."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from typing import Any

import httpx
import orjson
import pytest
from sqlalchemy import select, text

from backend.app import create_app
from backend.database import migrate
from backend.housekeeping import NIGHTLY, Housekeeping
from backend.jobs.runner import DueJob
from backend.ratings.models import RatingLookup, RatingPhone
from backend.ratings.service import changes, lookups, reading, retention
from sync.errors import Refusal
from sync.ids import uuid7
from tests.ratings.arrivals import PHONE, Counter, Tablet
from tests.ratings.balai import Balai
from tests.ratings.visitor import Visitor

TYPED = "0813 5550 0001"
SPELLINGS = ("81355500001", "0813 5550 0001", "0813-5550-0001", "1355500001", "5550 0001")


@pytest.fixture
def counter(balai: Balai) -> Counter:
    """Rates officers of the office."""
    return Counter(balai)


@pytest.fixture
async def visitor(balai: Balai) -> AsyncIterator[Visitor]:
    """A browser before the office's server."""
    app = create_app(balai.house.settings, house=balai.house)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1:8000") as client:
        yield Visitor(client)


async def dump(balai: Balai) -> str:
    """Every row of every table as text."""
    lines: list[str] = []
    async with balai.db.reading() as connection:
        for metadata in migrate.all_metadata():
            for table in metadata.sorted_tables:
                names = ", ".join(f'CAST("{column.name}" AS TEXT)' for column in table.columns)
                rows = await connection.execute(text(f"SELECT {names} FROM {table.name}"))
                lines += [" | ".join(str(value) for value in row) for row in rows]
    return "\n".join(lines)


async def test_the_number_is_nowhere_in_clear(
    counter: Counter, visitor: Visitor, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Acceptance 11: after posts that succeed, repeat, are refused or held, the number is in no table, log or feed."""
    caplog.set_level(logging.DEBUG)
    b = counter.balai
    token = (await b.code(kind="personal", person=b.people["bkk_petugas1"])).token
    page = await visitor.open(token)
    filled = {"service": "S07", "indicators": ["P"], "score": "4", "phone": TYPED}
    pages = [await visitor.send(page, **filled), await visitor.send(page, **filled | {"score": "1"})]
    pages.append(await visitor.rate(token, **filled))
    assert "Terima kasih" in pages[0].text
    assert "sudah kami terima" in pages[1].text
    tablet = await Tablet(counter, "W-LK").pair()
    now = b.clock.now()
    await tablet.send(await tablet.item(now, "bkk_petugas2", phone=PHONE), heard=now)
    b.clock.advance(hours=13)
    await counter.rate("bkk_petugas3", phone=PHONE)
    shown = [page.response.text + str(page.response.url) + str(page.response.headers) for page in pages]
    seen = [orjson.dumps([*(await b.pull(key)).values()]).decode() for key in b.people]
    logs = "".join(capsys.readouterr()) + caplog.text
    everything = await dump(b) + "".join(shown) + "".join(seen) + logs
    assert "S07" in everything
    assert [spelling for spelling in SPELLINGS if spelling in everything] == []
    assert len(await b.rows(RatingPhone)) == 4


async def test_the_job_deletes_ciphertexts_and_duplicates_are_still_known(counter: Counter) -> None:
    """Done 5: after 90 days no ciphertext is left, duplicate decisions stay the same; after 400 no hash is left."""
    b = counter.balai
    first, _ = await counter.rate()
    sealed = [phone.ciphertext for phone in await b.rows(RatingPhone)]
    assert await retention.forget(b.db, b.clock.now()) == (0, 0)
    b.clock.advance(days=90)
    night = DueJob(uuid7(), NIGHTLY, "all", None, b.clock.now(), {}, 1, 1, uuid7())
    work = Housekeeping(b.db, b.engine, b.clock, b.house.ports["files"], b.directory)
    await work.nightly(night)
    assert await b.rows(RatingPhone) == []
    content = await dump(b)
    assert [one for one in sealed if one in content] == []
    row = await counter.row(first)
    assert row.phone_hash is not None
    b.clock.advance(days=309)
    assert await retention.forget(b.db, b.clock.now()) == (0, 0)
    b.clock.advance(days=1)
    assert await retention.forget(b.db, b.clock.now()) == (0, 1)
    row = await counter.row(first)
    assert (row.phone_hash, row.browser_hash, row.device_hash, row.visit_key) == (None, None, None, None)
    assert (row.score, row.status) == (4, "sah")


async def test_deleting_the_number_changes_no_duplicate_decision(counter: Counter) -> None:
    """A kept number of zero days: the same visitor is known again by the hash alone."""
    b = counter.balai
    record = changes.record_of(b.agency)
    await b.act("bkk_tim_rating", "TRK", "rating.set_rules", record, about="rating_catalogue", rules={"phone_days": 1})
    await counter.rate()
    async with b.db.writing() as connection:
        await connection.execute(text("DELETE FROM rating_phone"))
    again, answer = await counter.rate(score=1)
    assert answer.code == "duplikat"
    assert (await counter.row(again)).status == "duplikat"


async def test_a_check_by_order_is_answered_yes_or_no_and_logged(counter: Counter) -> None:
    b = counter.balai
    id, _ = await counter.rate()
    head = await b.actor("bkk_kasubbag", "KSB")

    async def check(typed: str, actor: Any = head, reason: str = "Perintah 12/2026") -> bool:
        return await lookups.check(b.house.ratings, b.db, b.clock, actor, id, typed, reason)

    assert await check(TYPED) is True
    assert await check("0813 5550 0002") is False
    for actor in [await b.actor("bkk_tim_rating", "TRK"), await b.actor("bkk_kepala", "KPL")]:
        with pytest.raises(Refusal, match="forbidden"):
            await check(TYPED, actor)
    with pytest.raises(Refusal, match="invalid"):
        await check(TYPED, reason=" ")
    with pytest.raises(Refusal, match="invalid"):
        await check("12345")
    for _ in range(3):
        await check("0813 5550 0003")
    with pytest.raises(Refusal, match="too_often"):
        await check("0813 5550 0004")
    logged = await b.rows(RatingLookup)
    assert sorted((one.name, one.reason, one.same) for one in logged)[-1] == (
        "Reza Firmansyah, S.K.M.", "Perintah 12/2026", True,
    )  # fmt: skip
    assert len(logged) == 5
    assert [spelling for spelling in SPELLINGS if spelling in await dump(b)] == []
    b.clock.advance(days=91)
    await retention.forget(b.db, b.clock.now())
    with pytest.raises(Refusal, match="gone"):
        await check(TYPED)


async def test_lists_tell_nothing_of_who_rated(counter: Counter, visitor: Visitor) -> None:
    """TRK pages through the ratings of its sites; the rated officer and outsiders see none; no hash in any row."""
    b = counter.balai
    for _ in range(3):
        b.clock.advance(minutes=1)
        await counter.rate(phone=counter.another_phone())
    await counter.rate(phone=counter.another_phone(), own=True)
    desk = await b.viewer("bkk_tim_rating")
    async with b.db.read() as session:
        first = await reading.page(session, desk, reading.Filter(), 3, None)
        rest = await reading.page(session, desk, reading.Filter(), 3, first.cursor)
        void = await reading.page(session, desk, reading.Filter(status=["batal"]), 25, None)
        with pytest.raises(Refusal, match="forbidden"):
            await reading.page(session, await b.viewer("bkk_petugas1"), reading.Filter(), 25, None)
        with pytest.raises(Refusal, match="invalid"):
            await reading.page(session, desk, reading.Filter(), 25, "x")
    assert (len(first.rows), first.more, len(rest.rows), rest.more) == (3, True, 1, False)
    assert [row.status for row in void.rows] == ["batal"]
    names = {name for row in first.rows for name in row._mapping}
    assert not names & {"phone_hash", "browser_hash", "device_hash", "visit_key", "ticket", "content_hash"}
    query = select(RatingPhone.rating)
    async with b.db.reading() as connection:
        assert len((await connection.execute(query)).all()) == 4


LIST = """query($filter: RatingFilter) { ratings(filter: $filter) {
  more rows { id officerName score scores { code score } indicators status arrivedAs reason presence } } }"""
CHECK = 'mutation($id: ID!, $phone: String!) { ratingPhoneCheck(rating: $id, phone: $phone, reason: "Perintah 12") }'


async def test_desks_ask_over_graphql(counter: Counter) -> None:
    """The held list with its decisions for TRK, the check of a number for KSB, as the app asks for them."""
    b = counter.balai
    b.clock.advance(hours=13)
    id, _ = await counter.rate("bkk_petugas3")
    await counter.rate("bkk_petugas1", phone=counter.another_phone())
    listed = (await b.ask("bkk_tim_rating", LIST, filter={"status": ["ditahan"], "firstDay": "2026-11-20"}))["ratings"]
    assert listed["more"] is False
    [row] = listed["rows"]
    assert (row["id"], row["score"], row["indicators"], row["reason"]) == (id, 4, ["P"], "di_luar_jam")
    await counter.decide(id, "batal", "Bukan pengguna jasa.")
    found = await b.ask("bkk_kepala", "query($id: ID!) { ratingDecisions(rating: $id) { act name reason } }", id=id)
    assert found["ratingDecisions"] == [
        {"act": "batal", "name": "Nabila Zahra, S.Kom.", "reason": "Bukan pengguna jasa."}
    ]
    assert (await b.ask("bkk_kasubbag", CHECK, id=id, phone=TYPED))["ratingPhoneCheck"] is True
    assert (await b.ask("bkk_kasubbag", CHECK, id=id, phone="0813 5550 0009"))["ratingPhoneCheck"] is False
    for key, query, variables in (
        ("bkk_petugas1", LIST, {}),
        ("bkk_tim_rating", CHECK, {"id": id, "phone": TYPED}),
    ):
        async with b.browser(**await b.cookie(key)) as browser:
            body = {"query": query, "variables": variables}
            answer = await browser.post("/graphql", json=body, headers={"X-Sambung-Client": "test/1"})
        assert answer.json()["errors"][0]["extensions"]["code"] == "forbidden"
