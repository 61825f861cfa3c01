"""Questions through other doors than the app: typed in by staff, called in, and what is sent there by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from backend.jobs.models import Job
from backend.notifications.models import Delivery
from backend.questions.models import Question, QuestionEvent, QuestionMessage, QuestionNote
from backend.questions.service import escalation, intake
from sync.ids import uuid7
from tests.questions.office import ASK_PANGKAT, Office

SAID = "2026-11-20T01:30:00.000Z"
NEWS = "Info pengumuman PPPK tahap 2?"


async def enter(office: Office, key: str, role: str, **args: Any) -> str:
    """Enter a question by hand; its id."""
    record = uuid7()
    kind = "question.call" if role == "TEL" else "question.enter"
    answer = await office.act(key, role, kind, record, **args)
    assert answer.status == "applied", answer.wire()
    return record


async def acts(office: Office, record: str) -> list[str]:
    """What happened to a question, in order."""
    return [event.act for event in await office.rows(QuestionEvent, question=record)]


async def test_1_a_whatsapp_message_typed_in_is_one_new_question(office: Office) -> None:
    """Acceptance 1: channel, sender, time, text and kind are kept; the number in its one spelling."""
    await office.appears("admin_penyaring")
    record = await enter(
        office, "loket", "LKT", channel="whatsapp", text="SK saya salah ketik, mohon dibetulkan.",
        name="Bu Rina", address="0812-0000-0777", at=SAID, kind="keluhan",
    )  # fmt: skip
    [row] = await office.rows(Question)
    assert (row.id, row.state, row.channel, row.kind) == (record, "baru", "whatsapp", "keluhan")
    assert (row.asker_name, row.address, row.asker_nip) == ("Bu Rina", "+6281200000777", "")
    assert row.written_at.isoformat() == "2026-11-20T01:30:00+00:00"
    assert row.arrived_at == office.clock.now()
    [seen] = await office.of_kind("admin_penyaring", "question")
    assert (seen["channel"], seen["address"], seen["state"]) == ("whatsapp", "+6281200000777", "baru")


async def test_8_an_instagram_comment_is_suggested_and_answered_only_once_sent(office: Office) -> None:
    """Acceptance 8: suggested ``pengadaan``; written down it is not answered, "Sudah dikirim" makes it so."""
    record = await enter(office, "operator1", "OPR", channel="instagram", text=NEWS, name="@guru.honorer", at=SAID)
    row = await office.question(record)
    assert (row.suggested, row.category) == ("pengadaan", "pengadaan")
    await office.act(
        "admin_penyaring", "ADM", "question.assign", record, category="pengadaan", unit=office.units["MUTASI"]
    )
    operator = "operator1"
    await office.take(operator, record)
    first, second = uuid7(), uuid7()
    reply = await office.act(operator, "OPR", "question.answer", record, text="Lihat situs.", messageId=first)
    assert reply.status == "applied", reply.wire()
    row = await office.question(record)
    assert (row.state, row.unsent, row.first_reply_at, row.answered_at) == ("disaring", first, None, None)
    await office.act(operator, "OPR", "question.answer", record, text="Lihat portal SSCASN.", messageId=second)
    stale = await office.act(operator, "OPR", "question.sent", record, messageId=first)
    assert (stale.status, stale.code) == ("rejected", "state")
    office.clock.advance(timedelta(minutes=7))
    other = await office.act("admin_penyaring", "ADM", "question.sent", record, messageId=second)
    assert other.code == "forbidden"
    done = await office.act(operator, "OPR", "question.sent", record, messageId=second)
    assert done.status == "applied", done.wire()
    row = await office.question(record)
    assert (row.state, row.unsent, row.first_reply_at) == ("dijawab", None, office.clock.now())
    told = {one.id: one.delivery for one in await office.rows(QuestionMessage, question=record)}
    assert told == {first: "tidak_dikirim", second: "terkirim"}
    assert (await acts(office, record))[-3:] == ["siapkan_jawaban", "siapkan_jawaban", "jawab"]
    again = await office.act(operator, "OPR", "question.sent", record, messageId=second)
    assert (again.status, again.code) == ("rejected", "state")


async def test_6_a_call_answered_at_once_skips_the_filter(office: Office) -> None:
    """Acceptance 6: the same list, no filter step, a response of 0, and silence closes it."""
    await office.appears("admin_penyaring")
    record = await enter(
        office, "telepon", "TEL", text="Kapan TPP cair?", answer="Tanggal 5.", name="Pak Budi", number="0361 555 123"
    )
    row = await office.question(record)
    assert (row.state, row.channel, row.first_reply_at) == ("dijawab", "telepon", row.arrived_at)
    assert await acts(office, record) == ["telepon_dijawab"]
    [said] = await office.rows(QuestionMessage, question=record)
    assert (said.text, said.delivery, said.author) == ("Tanggal 5.", "lisan", "petugas")
    jobs = {one.kind for one in await office.rows(Job, key=record)}
    assert jobs == {intake.LAPSE_JOB}
    for key in ("admin_penyaring", "ketua_tim", "telepon"):
        assert ("question", record) in await office.pull(key), key
    assert ("question", record) not in await office.pull("guru")
    assert await office.count(Delivery) == 0
    listed = await office.ask()
    assert {one.id for one in await office.rows(Question)} == {record, listed}


async def test_a_promised_call_back_is_held_by_the_telephone_operator(office: Office) -> None:
    record = await enter(
        office, "telepon", "TEL", text="Di mana tempat legalisir?", name="Bu Ani", number="081200000123", callBack=True
    )
    row = await office.question(record)
    assert (row.state, row.holder, row.address) == ("disaring", office.people["telepon"], "+6281200000123")
    assert {one.kind for one in await office.rows(Job, key=record)} == {escalation.ESCALATE_JOB}
    assert await acts(office, record) == ["telepon_janji_hubungi"]
    stranger = await office.act("operator1", "OPR", "question.claim", record)
    assert stranger.code in ("held", "not_found"), stranger.wire()
    office.clock.advance(timedelta(minutes=20))
    done = await office.act("telepon", "TEL", "question.answer", record, text="Di loket 2.", messageId=uuid7())
    assert done.status == "applied", done.wire()
    row = await office.question(record)
    assert (row.state, row.first_reply_at) == ("dijawab", office.clock.now())
    [said] = await office.rows(QuestionMessage, question=record)
    assert said.delivery == "lisan"


async def test_a_counter_visit_is_answered_in_words_and_seen_by_the_counter(office: Office) -> None:
    visit = uuid7()
    record = await enter(
        office, "loket", "LKT", channel="loket", text="Legalisir SK di mana?", name="Tamu", visit=visit
    )
    row = await office.question(record)
    assert (row.state, row.visit, row.entered_role) == ("disaring", visit, "LKT")
    assert ("question", record) in await office.pull("loket")
    assert ("question", record) not in await office.pull("telepon")
    await office.act(
        "admin_penyaring", "ADM", "question.assign", record, category="legalisir", unit=office.units["MUTASI"]
    )
    await office.take("operator1", record)
    note = await office.act("operator1", "OPR", "question.note", uuid7(), question=record, text="Bawa asli.")
    assert note.status == "applied"
    done = await office.act("operator1", "OPR", "question.answer", record, text="Di loket 2.", messageId=uuid7())
    assert done.status == "applied", done.wire()
    assert (await office.question(record)).state == "dijawab"
    [said] = await office.of_kind("loket", "message")
    assert (said["text"], said["delivery"]) == ("Di loket 2.", "lisan")


async def test_a_named_employee_is_the_asker_and_an_unknown_number_stops_nothing(office: Office) -> None:
    """One asker, one thread: it is in the employee's own app, the text to be sent only once it is sent."""
    nip = (await _people(office))["guru"]
    spaced = f"{nip[:8]} {nip[8:14]} {nip[14:]}"
    known = await enter(office, "operator1", "OPR", channel="whatsapp", text=ASK_PANGKAT, name="WA", identifier=spaced)
    assert (await office.question(known)).asker == office.people["guru"]
    assert ("question", known) in await office.pull("guru")
    operator = "operator1"
    await office.take(operator, known)
    message = uuid7()
    early = await office.act(operator, "OPR", "question.answer", known, text="April.", messageId=message)
    assert early.code == "state"  # a number that somebody says proves nothing
    born = f"{nip[:4]}-{nip[4:6]}-{nip[6:8]}"
    prove = {"identifier": nip, "means": "hubungi_balik"}
    wrong = await office.act(operator, "OPR", "question.identify", known, birthDate="1991-01-01", **prove)
    assert wrong.code == "invalid"
    done = await office.act(operator, "OPR", "question.identify", known, birthDate=born, **prove)
    assert done.status == "applied", done.wire()
    assert (await office.question(known)).trust == 2
    await office.act(operator, "OPR", "question.answer", known, text="April.", messageId=message)
    assert ("message", message) not in await office.pull("guru")
    assert ("message", message) in await office.pull(operator)
    await office.act(operator, "OPR", "question.sent", known, messageId=message)
    assert ("message", message) in await office.pull("guru")
    told = [one.thread for one in await office.rows(Delivery) if one.account == office.people["guru"]]
    assert told == [known]
    odd = await enter(
        office, "loket", "LKT", channel="whatsapp", text="Kapan naik?", name="WA", identifier="199003152015041999"
    )
    [note] = await office.rows(QuestionNote, question=odd)
    assert "1990****" in note.text
    assert "199003152015041999" not in note.text
    assert (await office.question(odd)).asker_name == "WA"


async def _people(office: Office) -> dict[str, str]:
    from backend.identity.models import Person

    by_id = {one.id: one.nip for one in await office.rows(Person)}
    return {key: by_id[id] for key, id in office.people.items()}


async def test_what_comes_next_is_typed_in_too_and_reopens(office: Office) -> None:
    record = await enter(office, "telepon", "TEL", text="Kapan TPP cair?", answer="Tanggal 5.", number="081200000123")
    more = await office.act("telepon", "TEL", "question.relay", uuid7(), question=record, text="Belum masuk juga.")
    assert more.status == "applied", more.wire()
    row = await office.question(record)
    assert (row.state, row.reopened) == ("disaring", 1)
    in_app = await office.ask()
    await office.take("operator1", in_app)
    wrong = await office.act("operator1", "OPR", "question.relay", uuid7(), question=in_app, text="Halo")
    assert wrong.code in ("forbidden", "state"), wrong.wire()
    assert (await office.question(in_app)).state == "disaring"


@pytest.mark.parametrize(
    ("role", "args"),
    [
        ("LKT", {"channel": "aplikasi", "text": "Halo dunia"}),
        ("LKT", {"channel": "telegram", "text": "Halo dunia"}),
        ("LKT", {"channel": "telepon", "text": "Halo dunia"}),
        ("LKT", {"channel": "whatsapp", "text": "   ", "name": "a"}),
        ("LKT", {"channel": "whatsapp", "text": "Halo"}),
        ("LKT", {"channel": "loket", "text": "x" * 4001}),
        ("LKT", {"channel": "loket", "text": "Halo", "name": "n" * 201}),
        ("LKT", {"channel": "loket", "text": "Halo", "at": "2026-11-21T01:30:00.000Z"}),
        ("LKT", {"channel": "loket", "text": "Halo", "category": "tidak_ada"}),
        ("TEL", {"text": "Halo"}),
        ("TEL", {"text": "Halo", "callBack": True}),
        ("TEL", {"text": "Halo", "answer": "\x00"}),
    ],
)
async def test_a_bad_entry_is_refused_in_words(sqlite_office_at_work: Office, role: str, args: dict[str, Any]) -> None:
    office, record = sqlite_office_at_work, uuid7()
    kind = "question.call" if role == "TEL" else "question.enter"
    answer = await office.act("telepon" if role == "TEL" else "loket", role, kind, record, **args)
    assert answer.status == "rejected", answer.wire()
    assert answer.message
    assert await office.count(Question) == 0


@pytest.fixture
async def sqlite_office_at_work(sqlite_db: Any, keys: Any, clock: Any) -> Office:
    """Refusals do not differ between the databases."""
    return await Office(sqlite_db, keys, clock).build()


async def test_outside_office_hours_nothing_is_promised_to_who_cannot_read_it(office: Office) -> None:
    office.clock.advance(timedelta(days=1))
    record = await enter(office, "loket", "LKT", channel="facebook", text="Halo admin", name="Warga")
    assert await office.rows(QuestionMessage, question=record) == []
    await office.ask()
    assert len(await office.rows(QuestionMessage)) == 1
