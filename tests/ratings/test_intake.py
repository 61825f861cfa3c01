"""What becomes of ratings that arrive: duplicates, abuse, evidence of time, decisions; on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError

from backend.identity.models import PERSON
from backend.ratings.models import RatingDecision, RatingPhone, RatingShift
from backend.ratings.public.together import Together
from backend.ratings.service import changes
from backend.ratings.service.shown import stamp
from sync.ids import uuid7
from tests.ratings.arrivals import PHONE, Counter, Tablet
from tests.ratings.balai import Balai

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def counter(balai: Balai) -> Counter:
    """Rates officers of the office."""
    return Counter(balai)


async def test_a_resend_stores_one_row(counter: Counter) -> None:
    """Acceptance 8: the same rating sent five times at once, and once more later, is one row."""
    b, id = counter.balai, uuid7()
    args = await counter.args(id=id)
    actor = await b.actor("system")

    async def once() -> str:
        return (await b.engine.execute(actor, "rating.submit", id, args, id=id)).status

    first = await asyncio.gather(*(once() for _ in range(5)))
    assert sorted(first) == ["applied", *["duplicate"] * 4]
    assert await once() == "duplicate"
    assert len(await counter.rows()) == 1
    other = await b.engine.execute(actor, "rating.submit", id, args | {"score": 1}, id=id)
    assert (other.status, other.code) == ("rejected", "id_reused")
    assert [row.score for row in await counter.rows()] == [4]


async def test_one_voice_a_visit(counter: Counter) -> None:
    """A second rating of the same number, officer, service and day is kept as duplikat; others count."""
    _, first = await counter.rate()
    again, second = await counter.rate(score=1)
    other, third = await counter.rate(service="S16")
    assert (first.code, second.code, third.code) == (None, "duplikat", None)
    counter.balai.clock.advance(days=1)
    tomorrow, fourth = await counter.rate()
    colleague, _ = await counter.rate("bkk_petugas2")
    assert second.message == "Penilaian Anda untuk layanan ini sudah kami terima."
    assert (await counter.row(again)).status == "duplikat"
    assert fourth.code is None
    for id in (other, tomorrow, colleague):
        assert (await counter.row(id)).status == "sah"


async def test_ten_at_the_same_instant_are_one_valid_rating(counter: Counter) -> None:
    """Uniqueness is the database's: simultaneous ratings of one number leave one that counts."""
    await asyncio.gather(*(counter.rate() for _ in range(6)))
    assert sorted(row.status for row in await counter.rows()) == [*["duplikat"] * 5, "sah"]


async def test_without_a_phone_the_browser_counts_once(counter: Counter) -> None:
    b = counter.balai
    await _rules(counter, phone_required=False)
    mark = counter.secrets.hashed("browser", b.agency, "one")
    first, _ = await counter.rate(phone=None, browser=mark)
    again, _ = await counter.rate(phone=None, browser=mark)
    other, _ = await counter.rate(phone=None)
    assert [(await counter.row(id)).status for id in (first, again, other)] == ["sah", "duplikat", "sah"]


async def test_posts_that_share_a_transaction_keep_their_own_answers(counter: Counter) -> None:
    """Ten at once: the same id twice, a repeated visit, one that is refused; each gets what it would get alone."""
    b, together = counter.balai, Together(counter.balai.engine)
    ids = [uuid7() for _ in range(9)]
    forms = [await counter.args(phone=counter.another_phone(), id=id) for id in ids[:6]]
    forms += [await counter.args("bkk_petugas2", id=ids[6]), await counter.args("bkk_petugas2", id=ids[7], score=1)]
    forms.append(await counter.args(phone=counter.another_phone(), id=ids[8], service="S99"))
    pairs = [*zip(ids, forms, strict=True), (ids[0], forms[0])]
    answers = await asyncio.gather(*(together.submit(b.agency, id, form) for id, form in pairs))
    assert [answer.accepted for answer in answers] == [*[True] * 8, False, True]
    assert answers[8].code == "service"
    assert sorted(str(answer.code) for answer in answers[6:8]) == ["None", "duplikat"]
    rows = await counter.rows()
    assert sorted(row.status for row in rows) == ["duplikat", *["sah"] * 7]
    assert {row.id for row in rows} == set(ids[:8])


async def test_a_burst_from_one_device_is_held_as_a_whole(counter: Counter) -> None:
    device = counter.secrets.hashed("device", counter.balai.agency, "flood")
    ids = []
    for n in range(10):
        counter.balai.clock.advance(seconds=20)
        ids.append((await counter.rate(phone=counter.another_phone(), device=device))[0])
        expected = "sah" if n < 9 else "ditahan"
        assert (await counter.row(ids[-1])).status == expected
    assert {(await counter.row(id)).status for id in ids} == {"ditahan"}
    [held] = await counter.decisions(ids[0])
    assert (held.act, held.before, held.after, held.account) == ("tahan", "sah", "ditahan", None)
    desk = [body for (kind, _), body in (await counter.balai.pull("bkk_tim_rating")).items() if kind == "rating"]
    assert len(desk) == 10
    assert {body["reason"] for body in desk} == {"beruntun"}


async def test_simultaneous_posts_cannot_slip_under_the_burst(counter: Counter) -> None:
    device = counter.secrets.hashed("device", counter.balai.agency, "flood")
    await asyncio.gather(*(counter.rate(phone=counter.another_phone(), device=device) for _ in range(12)))
    assert {row.status for row in await counter.rows()} == {"ditahan"}


async def test_the_officers_own_phone_and_session_are_void_at_once(counter: Counter) -> None:
    b = counter.balai
    colleague = await _person_with_phone(b)
    own = update(PERSON).where(PERSON.c.id == b.people["bkk_petugas1"])
    async with b.db.writing() as connection:
        await connection.execute(own.values(phone="0812-0000-7777", edited=b.clock.now()))
    mine, _ = await counter.rate(phone="+6281200007777")
    session, _ = await counter.rate(phone=counter.another_phone(), own=True)
    staff, _ = await counter.rate(phone=colleague)
    rows = [await counter.row(id) for id in (mine, session, staff)]
    assert [(row.status, row.status_reason) for row in rows] == [
        ("batal", "nomor_sendiri"), ("batal", "akun_sendiri"), ("ditahan", "nomor_pegawai"),
    ]  # fmt: skip


async def test_outside_the_hours_of_the_site_is_held(counter: Counter) -> None:
    """The airport post is open 05.00-22.00 WITA, the port around the clock."""
    counter.balai.clock.advance(hours=13)  # 23.00 WITA
    airport, _ = await counter.rate("bkk_petugas3")
    port, _ = await counter.rate("bkk_petugas1")
    assert ((await counter.row(airport)).status, (await counter.row(airport)).status_reason) == (
        "ditahan", "di_luar_jam",
    )  # fmt: skip
    assert (await counter.row(port)).status == "sah"


async def test_a_form_opened_with_a_step_code_counts_for_the_time_of_its_issue(counter: Counter) -> None:
    """Sent 20 hours later (bad line): judged by the form's issue; after 24 hours, or unproven, by arrival."""
    clock = counter.balai.clock
    opened = clock.now()
    clock.advance(hours=20)
    kept, _ = await counter.rate(opened=stamp(opened), proven=True)
    static, _ = await counter.rate(opened=stamp(opened), phone=counter.another_phone())
    clock.advance(hours=5)
    late, _ = await counter.rate(opened=stamp(opened), proven=True, phone=counter.another_phone())
    rows = [await counter.row(id) for id in (kept, static, late)]
    assert [row.made_by for row in rows] == ["formulir", "tiba", "tiba"]
    assert rows[0].made_at == opened
    assert [row.service_date.day for row in rows] == [20, 21, 21]
    assert [row.presence for row in rows] == ["hadir", "tanpa_bukti", "hadir"]


async def test_a_queue_emptied_after_an_outage_is_no_burst(counter: Counter) -> None:
    """Acceptance 12 (server side): 40 ratings spread over two hours offline arrive at once: 40 rows, none held."""
    clock = counter.balai.clock
    tablet = await Tablet(counter, "W-LK").pair()
    heard = clock.now()
    officers = ("bkk_petugas1", "bkk_petugas2")
    items = [await tablet.item(heard + n * 3 * MINUTE, officers[n % 2]) for n in range(40)]
    clock.advance(hours=2)
    answers = await tablet.send(*items, heard=heard)
    assert [answer["status"] for answer in answers] == ["applied"] * 40
    rows = {row.id: row for row in await counter.rows()}
    assert len(rows) == 40
    assert {row.status for row in rows.values()} == {"sah"}
    assert [rows[item["id"]].made_at for item in items] == [heard + n * 3 * MINUTE for n in range(40)]
    assert {(row.presence, row.channel, row.made_by, row.site) for row in rows.values()} == {
        ("hadir", "kiosk", "kiosk", tablet.site)
    }


async def test_a_kiosk_that_is_too_quick_is_held(counter: Counter) -> None:
    tablet = await Tablet(counter, "W-LK").pair()
    heard = counter.balai.clock.now()
    quick = [await tablet.item(heard + n * 8 * SECOND, f"bkk_petugas{n % 2 + 1}") for n in range(7)]
    calm = [await tablet.item(heard + HOUR + n * 10 * SECOND, f"bkk_petugas{n % 2 + 1}") for n in range(6)]
    counter.balai.clock.advance(hours=2)
    await tablet.send(*quick, *calm, heard=heard)
    rows = {row.id: row for row in await counter.rows()}
    assert {(rows[item["id"]].status, rows[item["id"]].status_reason) for item in quick} == {
        ("ditahan", "tablet_cepat")
    }
    assert {rows[item["id"]].status for item in calm} == {"sah"}


async def test_what_a_kiosk_cannot_say(counter: Counter) -> None:
    """A tablet names neither another site nor a proof; its own pairing and its own clock count."""
    tablet = await Tablet(counter, "W-LK").pair()
    now = counter.balai.clock.now()
    item = await tablet.item(now, board=await counter.board("P-KR"), own=True, proven=True)
    await tablet.send(item, heard=now)
    row = await counter.row(item["id"])
    assert (row.site, row.status, row.code) == (tablet.site, "sah", None)


async def test_a_kiosk_rates_whoever_serves_at_its_site_that_day(counter: Counter) -> None:
    """An officer of another site is held for the desk; with a turn at the tablet's site the same one counts."""
    b = counter.balai
    tablet, now = await Tablet(counter, "W-LK").pair(), b.clock.now()
    guest = await tablet.item(now, "bkk_petugas3")
    await tablet.send(guest, heard=now)
    row = await counter.row(guest["id"])
    assert (row.site, row.status, row.status_reason) == (tablet.site, "ditahan", "bukan_lokasinya")
    async with b.db.write() as session:
        session.add(RatingShift(
            id=uuid7(), agency=b.agency, site=tablet.site, person=b.people["bkk_petugas3"], start=now,
            end=now + 2 * HOUR, source="KOR", entered=now,
        ))  # fmt: skip
    again = await tablet.item(now + timedelta(minutes=5), "bkk_petugas3")
    b.clock.advance(minutes=5)
    await tablet.send(again, heard=b.clock.now())
    assert (await counter.row(again["id"])).status == "sah"


NO_RATINGS: list[tuple[dict[str, object], str]] = [
    ({"service": "S99"}, "service"),
    ({"score": None}, "invalid"),
    ({"indicators": []}, "invalid"),
    ({"scores": {"P": 5}}, "invalid"),
    ({"score": 6}, "invalid"),
    ({"indicators": ["P", "P"]}, "invalid"),
    ({"indicators": ["A"]}, "invalid"),
    ({"version": "v2"}, "instrument"),
    ({"instrument": uuid7()}, "instrument"),
    ({"officer": uuid7()}, "not_found"),
    ({"code": uuid7()}, "not_found"),
    ({"ticket": uuid7()}, "ticket"),
    ({"board": uuid7()}, "not_found"),
    ({"phone": None}, "invalid"),
]


async def test_what_is_no_rating_is_refused(counter: Counter) -> None:
    """Acceptance 4 (S99) and the bad input of the engine's side: refused in words, nothing stored."""
    for change, code in NO_RATINGS:
        _, answer = await counter.rate(**change)  # type: ignore[arg-type]
        assert (answer.status, answer.code) == ("rejected", code), change
        assert answer.message
        assert await counter.rows() == [], change


async def test_a_revoked_code_stores_nothing(counter: Counter) -> None:
    """Acceptance 6 (engine's side): the revocation wins over a rating that arrives later."""
    code = await counter.balai.code(kind="personal", person=counter.balai.people["bkk_petugas1"])
    await counter.balai.act("bkk_koordinator", "KOR", "rating.code_revoke", code.id, reason="Kartu hilang.")
    args = {**await counter.args("bkk_petugas2", id=uuid7()), "code": code.id,
            "officer": counter.balai.people["bkk_petugas1"]}  # fmt: skip
    id = uuid7()
    args["phone"] = counter.secrets.seal(counter.balai.agency, id, PHONE)
    actor = await counter.balai.actor("system")
    answer = await counter.balai.engine.execute(actor, "rating.submit", id, args, id=id)
    assert (answer.code, answer.message) == ("revoked", "Kode ini tidak berlaku lagi. Tidak ada yang disimpan.")
    assert await counter.rows() == []


async def test_decisions_are_added_and_the_value_stays(counter: Counter) -> None:
    """Acceptance 10: voiding adds a row; no role changes a stored value, and the database itself refuses it."""
    id, _ = await counter.rate()
    before = await counter.row(id)
    assert (await counter.decide(id, "batal", "Pengguna jasa keliru memilih petugas.")).status == "applied"
    after = await counter.row(id)
    assert (after.status, after.score, after.arrived_as) == ("batal", 4, "sah")
    assert {**after._mapping, "status": "sah"} == dict(before._mapping)
    assert (await counter.decide(id, "batal")).code == "state"
    assert (await counter.decide(id, "sahkan", "Ternyata benar.")).status == "applied"
    assert [(one.act, one.name, one.reason) for one in await counter.decisions(id)] == [
        ("batal", "Nabila Zahra, S.Kom.", "Pengguna jasa keliru memilih petugas."),
        ("sahkan", "Nabila Zahra, S.Kom.", "Ternyata benar."),
    ]
    for change in ("score = 5", "service = 'S01'", "officer_name = 'x'", "phone_hash = 'x'", "arrived_as = 'batal'"):
        with pytest.raises(DBAPIError, match="never changed"):
            await _sql(counter.balai, f"UPDATE rating SET {change}")
    for change in ("UPDATE rating_decision SET reason = 'x'", "DELETE FROM rating_decision"):
        with pytest.raises(DBAPIError, match="never changed"):
            await _sql(counter.balai, change)


async def test_who_may_decide(counter: Counter) -> None:
    """Only TRK over the site; the rated officer, KOR, KSB, KPL and a TRK elsewhere may not."""
    id, _ = await counter.rate()
    for key, role in (
        ("bkk_petugas1", None),
        ("bkk_koordinator", "KOR"),
        ("bkk_kasubbag", "KSB"),
        ("bkk_kepala", "KPL"),
    ):
        actor = await counter.balai.actor(key, role)
        args = {"rating": id, "act": "batal", "reason": "Tidak suka nilainya."}
        answer = await counter.balai.engine.execute(actor, "rating.decide", uuid7(), args)
        assert (answer.status, answer.code) == ("rejected", "forbidden")
    assert (await counter.decide(uuid7(), "batal")).code == "not_found"
    assert await counter.balai.rows(RatingDecision) == []
    assert (await counter.row(id)).status == "sah"


async def test_a_held_rating_is_decided_with_a_reason_and_leaves_the_desk(counter: Counter) -> None:
    counter.balai.clock.advance(hours=13)
    id, _ = await counter.rate("bkk_petugas3")
    assert ("rating", id) in await counter.balai.pull("bkk_tim_rating")
    assert ("rating", id) not in await counter.balai.pull("bkk_petugas3")
    assert (await counter.decide(id, "sahkan", "")).code == "invalid"
    assert (await counter.decide(id, "sahkan")).status == "applied"
    assert ("rating", id) not in await counter.balai.pull("bkk_tim_rating")


async def test_the_catalogue_changes_by_versions(counter: Counter) -> None:
    """Services, rules and texts: only TRK or HRA over the agency, each change a new version; nothing else."""
    b = counter.balai
    record = changes.record_of(b.agency)
    body = (await b.pull("bkk_tim_rating"))["rating_catalogue", record]
    assert len(body["services"]) == 20
    services = [{**one, "labelId": f"{one['labelId']} baru"} for one in body["services"][:3]]
    about = {"about": "rating_catalogue"}
    refused = await b.act("bkk_koordinator", "KOR", "rating.set_services", record, **about, services=services)
    assert refused.status == "rejected"
    done = await b.act("bkk_tim_rating", "TRK", "rating.set_services", record, **about, services=services)
    assert done.status == "applied", done.wire()
    done = await b.act("bkk_tim_rating", "TRK", "rating.set_rules", record, **about, rules={"phone_days": 30})
    assert done.status == "applied", done.wire()
    wrong_rules = {"weights": {"rating": "0.5", "attendance": "0.6", "skp": "-0.1"}, "burst": 1}
    wrong = await b.act("bkk_tim_rating", "TRK", "rating.set_rules", record, **about, rules=wrong_rules)
    assert set(wrong.fields) == {"weights", "burst"}
    texts = body["instrument"]["body"]
    texts["form"]["instruction"] = ["Mohon nilai pelayanan kami.", "Please rate us."]
    done = await b.act("bkk_tim_rating", "TRK", "rating.set_instrument", record, **about,
                       family="PACAK", version="v1", body=texts)  # fmt: skip
    assert done.status == "applied", done.wire()
    texts["indicators"] = texts["indicators"][:4]
    broken = await b.act("bkk_tim_rating", "TRK", "rating.set_instrument", record, **about,
                         family="PACAK", version="v1", body=texts)  # fmt: skip
    assert broken.code == "invalid"
    after = (await b.pull("bkk_tim_rating"))["rating_catalogue", record]
    assert [one["active"] for one in after["services"]] == [True] * 3 + [False] * 17
    assert (after["rules"]["phone_days"], after["instrument"]["issue"]) == (30, 2)
    assert (await counter.rate(service="S16"))[1].code == "service"


async def test_the_number_is_nowhere_but_in_its_ciphertext(counter: Counter) -> None:
    id, _ = await counter.rate()
    [phone] = await counter.balai.rows(RatingPhone)
    assert counter.secrets.open(counter.balai.agency, id, phone.ciphertext).e164 == PHONE
    with pytest.raises(ValueError, match="sealed"):
        counter.secrets.open(counter.balai.agency, uuid7(), phone.ciphertext)
    with pytest.raises(ValueError, match="sealed"):
        counter.secrets.open(uuid7(), id, phone.ciphertext)


async def _rules(counter: Counter, **rules: object) -> None:
    b = counter.balai
    record = changes.record_of(b.agency)
    done = await b.act("bkk_tim_rating", "TRK", "rating.set_rules", record, about="rating_catalogue", rules=rules)
    assert done.status == "applied", done.wire()


async def _person_with_phone(balai: Balai) -> str:
    async with balai.db.reading() as connection:
        query = text("SELECT phone FROM person WHERE agency = :agency AND phone IS NOT NULL ORDER BY phone LIMIT 1")
        found = (await connection.execute(query, {"agency": balai.agency})).scalar_one()
    return "+62" + str(found).replace(" ", "")[1:]


async def _sql(balai: Balai, statement: str) -> None:
    async with balai.db.writing() as connection:
        await connection.execute(text(statement))
