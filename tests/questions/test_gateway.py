"""A messaging gateway at the door: forged, doubled, simultaneous and late messages; texts that go out, or do not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from backend.forms import service as forms
from backend.gateway import service as gateways
from backend.gateway.adapter import HttpAdapter
from backend.gateway.models import Gateway, GatewayText
from backend.gateway.room import Gateways
from backend.gateway.rules import is_fresh
from backend.jobs.models import Job
from backend.jobs.runner import Runner
from backend.keys import Keys
from backend.questions import menu
from backend.questions.models import Question, QuestionMessage
from backend.questions.service.receiving import OWNER, Conversations
from sync.ids import uuid7
from tests.questions.office import Office
from tests.support.messenger import Messenger, signed

SENDER = "+6281200000555"
TEXT = "Bagaimana cara ikut promosi jabatan?"


class Door:
    """The webhook of one gateway and the queue behind it."""

    def __init__(self, office: Office, keys: Keys, messenger: Messenger, gateway: Gateway) -> None:
        self.office, self.messenger, self.gateway = office, messenger, gateway
        self.secret = messenger.secret = gateways.secret(keys, gateway).decode()
        owners = {OWNER: Conversations(office.engine)}
        self.room = Gateways(office.db, keys, office.clock, HttpAdapter(office.clock), owners, None)
        self.runner = Runner(office.db, office.clock, self.room.functions())
        transport = httpx.ASGITransport(Starlette(routes=self.room.routes()))
        self.http = httpx.AsyncClient(transport=transport, base_url="http://door")

    async def post(self, body: bytes | dict[str, Any], **headers: str) -> httpx.Response:
        """A message as the gateway sends it; headers replace those of a right signature."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        right = signed(self.secret, raw, self.office.clock.now().timestamp())
        return await self.http.post(f"/gateway/{self.gateway.id}", content=raw, headers={**right, **headers})

    async def message(self, id: str, text: str = TEXT, **more: Any) -> httpx.Response:
        """A right one."""
        return await self.post({"id": id, "from": SENDER, "name": "Bu Rina", "text": text, **more})


@pytest.fixture
def messenger() -> Iterator[Messenger]:
    """The other side."""
    with Messenger() as running:
        yield running


@pytest.fixture
async def door(office: Office, keys: Keys, messenger: Messenger) -> AsyncIterator[Door]:
    """A WhatsApp gateway of the agency."""
    async with office.db.write() as session:
        gateway = await gateways.install(
            session, office.agency, "wa", owner=OWNER, channel="whatsapp", name="WhatsApp", url=messenger.url,
            now=office.clock.now(),
        )  # fmt: skip
    made = Door(office, keys, messenger, gateway)
    yield made
    await made.http.aclose()
    await made.room.close()


async def test_doubled_and_simultaneous_messages_make_one_question_and_one_thread(door: Door, office: Office) -> None:
    same = await asyncio.gather(*(door.message("m1") for _ in range(6)))
    assert {reply.status_code for reply in same} == {200}
    fresh = await asyncio.gather(*(door.message(f"n{number}", f"Tambahan {number}") for number in range(4)))
    assert {reply.status_code for reply in fresh} == {200}
    [row] = await office.rows(Question)
    assert (row.channel, row.address, row.asker_name, row.trust) == ("whatsapp", SENDER, "Bu Rina", 0)
    assert row.asker == row.contact
    said = sorted(one.text for one in await office.rows(QuestionMessage))
    assert said == [f"Tambahan {number}" for number in range(4)]
    changed = await door.message("m1", "isi lain dengan nomor yang sama")
    assert changed.status_code in (200, 409, 422)
    assert len(await office.rows(Question)) == 1
    assert len(await office.rows(QuestionMessage)) == 4


async def test_simultaneous_first_messages_of_one_person_are_one_thread(door: Door, office: Office) -> None:
    replies = await asyncio.gather(*(door.message(f"f{number}", f"Pesan {number}") for number in range(5)))
    assert {reply.status_code for reply in replies} == {200}
    [row] = await office.rows(Question)
    texts = [row.text, *(one.text for one in await office.rows(QuestionMessage))]
    assert sorted(texts) == [f"Pesan {number}" for number in range(5)]


async def test_whoever_cannot_prove_it_changes_nothing(door: Door, office: Office) -> None:
    now = office.clock.now().timestamp()
    body = json.dumps({"id": "x", "from": SENDER, "text": TEXT}).encode()
    forged = [
        {"X-Sambung-Signature": "v1=" + "0" * 64},
        {"X-Sambung-Signature": ""},
        {"X-Sambung-Signature": "v1=\u00e9"},
        {"X-Sambung-Timestamp": str(int(now) + 1)},
        {"X-Sambung-Timestamp": "1e9"},
        signed(door.secret, body, now - 301),
        signed(door.secret, body, now + 301),
        signed(door.secret + "x", body, now),
        signed(door.secret, body + b" ", now),
    ]
    for headers in forged:
        sent = [
            (name, value.encode("latin-1")) for name, value in {**signed(door.secret, body, now), **headers}.items()
        ]
        reply = await door.http.post(f"/gateway/{door.gateway.id}", content=body, headers=httpx.Headers(sent))
        assert (reply.status_code, reply.json()) == (401, {"code": "signature"}), headers
    for path in (uuid7(), "satu", door.gateway.id.upper()):
        stranger = await door.http.post(f"/gateway/{path}", content=body, headers=signed(door.secret, body, now))
        assert (stranger.status_code, stranger.json()) == (401, {"code": "signature"})
    assert (await door.post(b"x" * 70_000)).status_code == 413
    for broken in (
        b"",
        b"[]",
        b"{",
        b'{"id": 1}',
        b'{"id":"","from":"a"}',
        b'{"id":"a","from":"b","sentAt":"kemarin"}',
    ):
        assert (await door.post(broken)).status_code == 422, broken
    assert await office.rows(Question) == []
    edge = signed(door.secret, body, now - 300)
    assert (await door.http.post(f"/gateway/{door.gateway.id}", content=body, headers=edge)).status_code == 200


def test_a_timestamp_is_a_plain_number() -> None:
    from tests.support.clock import START

    assert is_fresh(str(int(START.timestamp())), START)
    assert not any(is_fresh(odd, START) for odd in ("", "-1", "\u0661", "9" * 13, " 1", "1.0"))


async def test_odd_contents_are_kept_and_never_break_the_desk(door: Door, office: Office) -> None:
    assert (await door.message("a", "x" * 9000)).status_code == 200
    odd = await door.message("b", "\x00\x07ya\r\nbaik", media="foto")
    assert odd.status_code == 200, odd.text
    assert (await door.message("c", "")).status_code == 200
    [row] = await office.rows(Question)
    said = sorted((one.text for one in await office.rows(QuestionMessage)), key=len)
    assert [len(text) for text in (row.text, *said[-2:])] == [4000, 1000, 4000]
    assert "[Pesan tanpa teks]" in said
    assert any(text.startswith("ya\nbaik\n[Mengirim foto.") for text in said)


async def reply(office: Office, record: str, text: str = "Ikut seleksi terbuka.") -> str:
    """Operator 2's answer; the message's id."""
    unit = office.units["MUTASI"]
    await office.act("admin_penyaring", "ADM", "question.assign", record, category="promosi", unit=unit)
    if (await office.question(record)).holder is None:
        await office.take("operator1", record)
    message = uuid7()
    done = await office.act("operator1", "OPR", "question.answer", record, text=text, messageId=message)
    assert done.status == "applied", done.wire()
    return message


async def delivery(office: Office, id: str) -> str | None:
    """Where a message stands."""
    return next(one.delivery for one in await office.rows(QuestionMessage) if one.id == id)


async def test_5_the_answer_reaches_the_sender_on_the_channel_asked(
    door: Door, office: Office, messenger: Messenger
) -> None:
    """Acceptance 5: on the channel asked; answered, with operator and time. The gateway refuses twice before."""
    await door.message("m1")
    [row] = await office.rows(Question)
    sent = await reply(office, row.id)
    assert await delivery(office, sent) == "menunggu"
    messenger.faults = [503, 429]
    await door.runner.run_due()
    assert messenger.texts == {}
    office.clock.advance(timedelta(seconds=6))
    await door.runner.run_due()
    office.clock.advance(timedelta(seconds=11))
    await door.runner.run_due()
    assert messenger.posts == [sent, sent, sent]
    assert messenger.forged == []
    assert messenger.texts[sent] == {"id": sent, "channel": "whatsapp", "to": SENDER, "text": "Ikut seleksi terbuka."}
    row = await office.question(row.id)
    assert (row.state, row.holder, row.first_reply_at) == ("dijawab", office.people["operator1"], office.clock.now())
    assert await delivery(office, sent) == "terkirim"
    [text] = await office.rows(GatewayText)
    assert (text.state, text.text, text.address) == ("sent", "", "")
    await door.message("m2", "Terima kasih, lalu?")
    row = await office.question(row.id)
    assert (row.state, row.reopened) == ("disaring", 1)


async def test_a_text_that_is_refused_is_shown_and_can_be_sent_again(
    door: Door, office: Office, messenger: Messenger
) -> None:
    await door.message("m1")
    [row] = await office.rows(Question)
    sent = await reply(office, row.id)
    messenger.faults = [400]
    await door.runner.run_due()
    assert await delivery(office, sent) == "gagal"
    assert (await office.question(row.id)).first_reply_at is None
    await door.runner.run_due()
    assert len(messenger.posts) == 1
    stranger = await office.act("admin_penyaring", "ADM", "question.resend", row.id, messageId=sent)
    assert stranger.code == "forbidden"
    again = await office.act("operator1", "OPR", "question.resend", row.id, messageId=sent)
    assert again.status == "applied", again.wire()
    await door.runner.run_due()
    assert await delivery(office, sent) == "terkirim"
    assert (await office.question(row.id)).first_reply_at == office.clock.now()
    assert messenger.texts[sent]["text"] == "Ikut seleksi terbuka."
    twice = await office.act("operator1", "OPR", "question.resend", row.id, messageId=sent)
    assert twice.code == "state"


async def test_a_gateway_that_never_answers_is_given_up_after_eight_tries(
    door: Door, office: Office, messenger: Messenger
) -> None:
    await door.message("m1")
    [row] = await office.rows(Question)
    sent = await reply(office, row.id)
    messenger.faults = [500] * 20
    for _ in range(12):
        await door.runner.run_due()
        office.clock.advance(timedelta(hours=2))
    assert len(messenger.posts) == 8
    assert await delivery(office, sent) == "gagal"
    [job] = await office.rows(Job, kind=gateways.DELIVER_JOB)
    assert job.state == "done"


async def test_10_outside_office_hours_the_sender_is_promised_a_time(
    door: Door, office: Office, messenger: Messenger
) -> None:
    """Acceptance 10 through a gateway: one automatic answer, Monday 09.30, which stops no clock."""
    office.clock.advance(timedelta(days=1, hours=5, minutes=5))
    await door.message("m1")
    await door.message("m2", "Ada yang jaga?")
    await door.runner.run_due()
    [text] = messenger.texts.values()
    assert "Senin, 23 November 2026, 09.30 WIB" in text["text"]
    [row] = await office.rows(Question)
    assert (row.first_reply_at, row.state) == (None, "disaring")


def test_every_level_of_the_menu_leads_to_a_person() -> None:
    notes = tuple(menu.Note(f"n{n}", f"Tanya {n}?", f"Jawab {n}") for n in range(3))
    topics = [menu.Topic("sk", "SK", notes), menu.Topic("cuti", "Cuti", notes[:1])]
    assert menu.turn(None, "Kapan cuti?", topics) == menu.Turn(asks=True)
    top = menu.turn(None, " MENU ", topics)
    assert top.say is not None
    assert "1. SK\n2. Cuti\n0. Bicara dengan petugas" in top.say
    listed = menu.turn(top.place, "1", topics)
    shown = menu.turn(listed.place, "3", topics)
    assert shown.say is not None
    assert "Jawab 2" in shown.say
    for place, about in ((top.place, None), (listed.place, topics[0]), (shown.place, topics[0])):
        assert menu.turn(place, "0", topics) == menu.Turn(person=True, about=about)
        assert "0. Bicara dengan petugas" in (menu.turn(place, "99", topics).say or "")
        assert menu.turn(place, "Berapa sisa cuti saya?", topics).asks
        assert menu.turn(place, "#", topics).place == {"at": "topics"}
    assert menu.turn({"at": "notes", "topic": "gone"}, "1", topics).place == {"at": "notes", "topic": "sk"}
    assert menu.turn({"at": "topics"}, "1", []).say is not None


async def test_7_the_menu_at_any_depth_leads_to_one_question(door: Door, office: Office, messenger: Messenger) -> None:
    """Acceptance 7: automatic texts make and close nothing; *Bicara dengan petugas* makes one question."""
    async with office.engine.writing(office.agency) as w:
        for number, question in enumerate(("Apa syarat legalisir ijazah?", "Bagaimana ikut seleksi promosi?")):
            await forms.publish_article(w.session, office.agency, forms.ArticleText(
                slug=f"n{number}", question=question, answer=f"Jawaban {number}.", steps=("Datang",), basis="PP 11",
                valid_from=office.clock.now().date(), checked_at=office.clock.now().date(), checked_by="Uji",
            ), office.clock.now())  # fmt: skip
    for number, text in enumerate(("menu", "2", "1", "7")):
        assert (await door.message(f"a{number}", text)).status_code == 200
    assert (await door.message("a1", "2")).status_code == 200
    await door.runner.run_due()
    said = [text["text"] for text in messenger.texts.values()]
    assert len(said) == 4
    assert all("0. Bicara dengan petugas" in text for text in said)
    assert any("Jawaban 0." in text for text in said)
    assert await office.rows(Question) == []
    for _ in range(2):
        assert (await door.message("b", "0")).status_code == 200
    [row] = await office.rows(Question)
    assert row.text.startswith("Saya ingin bicara dengan petugas: ")
    assert await office.rows(QuestionMessage) == []
    await door.message("c", "menu")
    await door.runner.run_due()
    assert len(messenger.texts) == 4
    [kept] = await office.rows(QuestionMessage)
    assert (kept.text, (await office.question(row.id)).state) == ("menu", row.state)
