"""The conversation from question to answer, by the acceptance statements of the questions."""

from datetime import UTC, datetime

import pytest

from backend.calendar.rules import parse
from backend.jobs.models import Job
from backend.notifications.models import Delivery
from backend.questions import rules
from backend.questions.models import Question, QuestionEvent, QuestionMessage
from backend.questions.service import measures
from sync.ids import uuid7
from tests.questions.office import ASK_PANGKAT, DEFAULT_WEEK, Office

SATURDAY = datetime(2026, 11, 21, 7, 5, tzinfo=UTC)  # 14.05 WIB
CALENDAR = parse({"zone": "WIB", "week": DEFAULT_WEEK})


async def test_a_question_arrives_with_number_receipt_and_masked_nip(office: Office) -> None:
    record = uuid7()
    answer = await office.act("guru", None, "question.ask", record, text=ASK_PANGKAT)
    [body] = await office.of_kind("guru", "question")
    assert answer.receipt == body["receipt"]
    assert body["number"] == "2026-00001"
    assert body["askerNip"].endswith("****")
    assert (body["kind"], body["channel"], body["text"]) == ("pertanyaan", "aplikasi", ASK_PANGKAT)
    again = await office.ask()
    assert (await office.question(again)).running == 2


async def test_acceptance_2_nobody_answers_before_the_filter_and_only_the_assigned_operator_after(
    office: Office,
) -> None:
    await office.appears("admin_penyaring")
    record = await office.ask()
    assert (await office.question(record)).state == "baru"
    early = await office.act("operator2", "OPR", "question.answer", record, text="Besok.", messageId=uuid7())
    assert (early.status, early.code) == ("rejected", "state")
    operator2, unit = office.people["operator2"], office.units["PPI"]
    done = await office.act(
        "admin_penyaring", "ADM", "question.assign", record, category="pensiun", unit=unit, holder=operator2
    )
    assert done.status == "applied", done.wire()
    third = await office.act("operator3", "OPR", "question.answer", record, text="Besok.", messageId=uuid7())
    assert (third.status, third.code) == ("rejected", "held")
    second = await office.act("operator2", "OPR", "question.answer", record, text="Besok.", messageId=uuid7())
    assert second.status == "applied"
    question = await office.question(record)
    assert (question.filtered_by, question.category, question.holder) == ("petugas", "pensiun", operator2)


async def test_acceptance_3_without_a_filter_on_duty_it_is_routed_at_once_by_its_words(office: Office) -> None:
    record = await office.ask(text="kapan SK kenaikan pangkat saya terbit")
    question = await office.question(record)
    assert (question.state, question.filtered_by) == ("disaring", "otomatis")
    assert (question.category, question.unit) == ("pangkat", office.units["MUTASI"])
    assert question.holder is None
    acts = [event.act for event in await office.rows(QuestionEvent, question=record)]
    assert acts == ["masuk", "disaring_otomatis"]
    told = {delivery.account for delivery in await office.rows(Delivery)}
    assert told == {office.people["operator1"]}


async def test_acceptance_3_an_operator_of_the_unit_on_duty_gets_it(office: Office) -> None:
    await office.appears("operator1", "operator2")
    question = await office.question(await office.ask())
    assert question.holder == office.people["operator1"]


async def test_acceptance_4_a_filter_on_duty_that_does_nothing_holds_it_for_fifteen_working_minutes(
    office: Office,
) -> None:
    await office.appears("admin_penyaring")
    record = await office.ask()
    office.clock.advance(minutes=14, seconds=59)
    assert await office.runner.run_due() == 0
    assert (await office.question(record)).state == "baru"
    office.clock.advance(seconds=1)
    assert await office.runner.run_due() == 1
    question = await office.question(record)
    assert (question.state, question.filtered_by) == ("disaring", "otomatis")
    wait = measures.filter_wait(CALENDAR, question)
    assert wait is not None
    assert wait.working == 15 * 60
    [body] = await office.of_kind("operator1", "question")
    assert body["filteredBy"] == "otomatis"


async def test_a_filtered_question_is_not_routed_again(office: Office) -> None:
    await office.appears("admin_penyaring")
    record = await office.ask()
    await office.act("admin_penyaring", "ADM", "question.assign", record, category="sk", unit=office.units["MUTASI"])
    office.clock.advance(minutes=20)
    assert await office.runner.run_due() == 0
    direct = await office.act("system", None, "question.route", record)
    assert direct.status == "applied"
    assert (await office.question(record)).filtered_by == "petugas"


async def test_acceptance_5_an_answer_reaches_the_asker_with_state_operator_and_time(office: Office) -> None:
    record = await office.ask()
    await office.take("operator1", record)
    office.clock.advance(minutes=7)
    id = uuid7()
    done = await office.act("operator1", "OPR", "question.answer", record, text="Bulan depan.", messageId=id)
    assert done.status == "applied", done.wire()
    held = await office.pull("guru")
    message, body = held[("message", id)], held[("question", record)]
    assert (message["text"], message["author"], message["origin"]) == ("Bulan depan.", "petugas", "manusia")
    assert message["authorName"] == "Operator Bidang Mutasi dan Promosi"
    assert (body["state"], body["holderId"]) == ("dijawab", office.people["operator1"])
    assert body["answeredAt"] == "2026-11-20T02:07:00.000Z"
    [delivery] = await office.rows(Delivery, account=office.people["guru"])
    assert (delivery.kind, delivery.thread, delivery.url) == ("answered", record, f"/tanya/{record}")


async def test_acceptance_9_a_forwarded_question_is_one_thread_without_any_note_for_the_asker(office: Office) -> None:
    record = await office.ask()
    await office.take("operator1", record)
    note = await office.act("operator1", "OPR", "question.note", uuid7(), question=record, text="Cek ke PPI dulu.")
    assert note.status == "applied", note.wire()
    done = await office.act(
        "operator1", "OPR", "question.forward", record, unit=office.units["PPI"], note="Mohon dijawab."
    )
    assert done.status == "applied", done.wire()
    late = await office.act("operator1", "OPR", "question.answer", record, text="Jadi.", messageId=uuid7())
    assert (late.status, late.code) == ("rejected", "state")
    foreign = await office.act("kabid_mutasi", "BID", "question.answer", record, text="Jadi.", messageId=uuid7())
    assert (foreign.status, foreign.code) == ("rejected", "not_found")
    reply = await office.act("kabid_ppi", "BID", "question.answer", record, text="Sudah terbit.", messageId=uuid7())
    assert reply.status == "applied", reply.wire()
    asker = await office.pull("guru")
    assert {kind for kind, _ in asker} == {"question", "message"}
    assert [body["text"] for (kind, _), body in asker.items() if kind == "message"] == ["Sudah terbit."]
    assert len(await office.of_kind("kabid_ppi", "note")) == 2
    assert await office.pull("kabid_mutasi") == {}


async def test_acceptance_10_outside_office_hours_one_automatic_answer_promises_the_due_time(office: Office) -> None:
    office.clock.set(SATURDAY)
    await office.appears("admin_penyaring")
    record = await office.ask()
    [message] = await office.of_kind("guru", "message")
    assert message["text"] == (
        "Pesan Anda sudah kami terima. Petugas membalas pada jam kerja, "
        "paling lambat Senin, 23 November 2026, 09.30 WIB."
    )
    assert (message["author"], message["origin"]) == ("sistem", "otomatis")
    question = await office.question(record)
    assert question.due_at == datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
    assert (question.state, question.first_reply_at) == ("disaring", None)
    await office.act("guru", None, "question.message", uuid7(), question=record, text="Mohon dibalas ya.")
    origins = sorted(body["origin"] for body in await office.of_kind("guru", "message"))
    assert origins == ["manusia", "otomatis"]


async def test_acceptance_11_response_counts_working_and_clock_minutes(office: Office) -> None:
    office.clock.set(datetime(2026, 11, 23, 4, 30, tzinfo=UTC))
    record = await office.ask()
    await office.take("operator1", record)
    office.clock.set(datetime(2026, 11, 23, 6, 40, tzinfo=UTC))
    await office.act("operator1", "OPR", "question.answer", record, text="Sudah terbit.", messageId=uuid7())
    response = measures.response(CALENDAR, await office.question(record))
    assert response is not None
    assert (response.working, response.clock) == (70 * 60, 130 * 60)
    assert response.within(rules.TARGET_MINUTES)


async def test_the_second_claim_learns_who_holds_it(office: Office) -> None:
    record = await office.ask()
    await office.take("operator1", record)
    second = await office.act("operator3", "OPR", "question.claim", record)
    assert (second.status, second.code) == ("rejected", "held")
    assert second.server is not None
    assert second.server["holderName"] == "Galih Prasetyo, S.A.P."
    assert (await office.act("operator1", "OPR", "question.claim", record)).status == "applied"


async def test_a_stale_view_of_a_command_is_a_conflict(office: Office) -> None:
    record = await office.ask()
    seen = await office.version("question", record)
    await office.take("operator1", record)
    unit = office.units["PPI"]
    stale = await office.act("admin_penyaring", "ADM", "question.assign", record, seen=seen, category="sk", unit=unit)
    assert stale.status == "conflict"
    assert (await office.question(record)).unit == office.units["MUTASI"]
    fresh = await office.act("admin_penyaring", "ADM", "question.assign", record, category="sk", unit=unit)
    assert fresh.status == "applied"
    assert (await office.question(record)).holder is None


async def test_ask_back_and_reply_return_it_to_the_holder(office: Office) -> None:
    record = await office.ask()
    await office.take("operator1", record)
    asked = await office.act("operator1", "OPR", "question.ask_back", record, text="NIP berapa?", messageId=uuid7())
    assert asked.status == "applied", asked.wire()
    assert (await office.question(record)).state == "menunggu_penanya"
    said = await office.act("guru", None, "question.message", uuid7(), question=record, text="1980 dst.")
    assert said.status == "applied", said.wire()
    question = await office.question(record)
    assert (question.state, question.holder, question.reopened) == ("disaring", office.people["operator1"], 0)


async def test_a_reply_to_an_answered_thread_reopens_it_with_a_new_clock(office: Office) -> None:
    record = await office.answered()
    first = await office.question(record)
    office.clock.advance(hours=5)
    await office.appears("operator1")
    await office.act("guru", None, "question.message", uuid7(), question=record, text="Belum jelas, tanya lagi.")
    question = await office.question(record)
    assert (question.state, question.reopened, question.holder) == ("disaring", 1, office.people["operator1"])
    assert question.first_reply_at == first.first_reply_at
    assert question.due_at > first.due_at
    assert not [job for job in await office.rows(Job) if job.kind == "question.lapse" and job.state == "waiting"]


async def test_a_reopened_thread_goes_to_the_queue_if_its_holder_is_away(office: Office) -> None:
    record = await office.answered()
    await office.act("guru", None, "question.message", uuid7(), question=record, text="Belum jelas, tanya lagi.")
    assert (await office.question(record)).holder is None
    told = await office.rows(Delivery, account=office.people["operator1"])
    assert {delivery.kind for delivery in told} == {"work.routed"}
    assert len(told) == 2


async def test_a_reply_after_fourteen_days_becomes_a_new_question_that_follows_up(office: Office) -> None:
    record = await office.answered()
    assert (await office.act("guru", None, "question.close", record)).status == "applied"
    office.clock.advance(days=15)
    late = await office.act("guru", None, "question.message", uuid7(), question=record, text="Sudah ada kabar?")
    assert late.status == "applied", late.wire()
    assert (await office.question(record)).state == "selesai"
    [fresh] = await office.rows(Question, follow_up_of=record)
    assert (fresh.text, fresh.state, fresh.receipt) == ("Sudah ada kabar?", "disaring", late.receipt)
    assert [body["followUpOf"] for body in await office.of_kind("guru", "question") if "followUpOf" in body] == [record]


async def test_three_working_days_of_silence_close_an_answered_thread(office: Office) -> None:
    record = await office.answered()
    office.clock.set(datetime(2026, 11, 25, 1, 59, 59, tzinfo=UTC))
    assert await office.runner.run_due() == 0
    office.clock.advance(seconds=1)
    assert await office.runner.run_due() == 1
    question = await office.question(record)
    assert (question.state, question.ended_at) == ("selesai", office.clock.now())


async def test_an_asker_takes_it_back_only_before_the_first_reply(office: Office) -> None:
    fresh = await office.ask()
    assert (await office.act("guru", None, "question.cancel", fresh)).status == "applied"
    assert (await office.question(fresh)).state == "batal"
    said = await office.act("guru", None, "question.message", uuid7(), question=fresh, text="Eh, jadi tanya.")
    assert (said.status, said.code) == ("rejected", "state")
    replied = await office.answered()
    late = await office.act("guru", None, "question.cancel", replied)
    assert (late.status, late.code) == ("rejected", "state")


async def test_reopening_needs_a_reason_and_fourteen_days(office: Office) -> None:
    record = await office.answered()
    assert (await office.act("guru", None, "question.reopen", record, reason=" ")).code == "invalid"
    assert (await office.act("operator3", "OPR", "question.reopen", record, reason="Salah.")).code == "forbidden"
    done = await office.act("operator1", "OPR", "question.reopen", record, reason="Tanggal keliru.")
    assert done.status == "applied", done.wire()
    assert [note["text"] for note in await office.of_kind("operator1", "note")] == ["Tanggal keliru."]
    assert await office.of_kind("guru", "note") == []
    closed = await office.answered("penyuluh")
    await office.act("penyuluh", None, "question.close", closed)
    again = await office.act("penyuluh", None, "question.reopen", closed, reason="Masih bingung.")
    assert again.status == "applied", again.wire()
    office.clock.advance(days=20)
    other = await office.answered("pelaksana")
    await office.act("pelaksana", None, "question.close", other)
    office.clock.advance(days=14, seconds=1)
    assert (await office.act("pelaksana", None, "question.reopen", other, reason="Masih.")).code == "state"


@pytest.mark.parametrize(
    ("text", "args"),
    [
        ("pendek", {}),
        ("x" * 4001, {}),
        ("dengan \x00 di dalamnya", {}),
        (ASK_PANGKAT, {"category": "tak_ada"}),
        (ASK_PANGKAT, {"kind": "tak_ada"}),
        (ASK_PANGKAT, {"channel": "whatsapp"}),
        (ASK_PANGKAT, {"unknown": 1}),
    ],
)
async def test_bad_questions_are_refused_in_words(office: Office, text: str, args: dict[str, object]) -> None:
    answer = await office.act("guru", None, "question.ask", uuid7(), text=text, **args)
    assert (answer.status, answer.code) == ("rejected", "invalid")
    assert answer.message is not None
    assert answer.message.endswith(".")
    assert await office.count(Question) == 0


async def test_a_read_mark_only_moves_forward_and_silences_what_was_read(office: Office) -> None:
    record = await office.answered()
    for at in ("2026-11-20T01:00:00.000Z", "2026-11-20T02:00:00.000Z", "2026-11-20T01:30:00.000Z"):
        done = await office.act("guru", None, "question.read", uuid7(), question=record, at=at)
        assert done.status == "applied", done.wire()
    [mark] = await office.of_kind("guru", "read_mark")
    assert mark == {"question": record, "at": "2026-11-20T02:00:00.000Z"}
    [delivery] = await office.rows(Delivery, account=office.people["guru"])
    assert delivery.state == "suppressed"


async def test_a_message_id_is_used_once(office: Office) -> None:
    record = await office.ask()
    await office.take("operator1", record)
    id = uuid7()
    await office.act("operator1", "OPR", "question.ask_back", record, text="Yang mana?", messageId=id)
    await office.act("guru", None, "question.message", uuid7(), question=record, text="Yang baru.")
    again = await office.act("operator1", "OPR", "question.answer", record, text="Oh begitu.", messageId=id)
    assert (again.status, again.code) == ("rejected", "exists")
    taken = await office.act("guru", None, "question.message", id, question=record, text="Halo lagi.")
    assert (taken.status, taken.code) == ("rejected", "exists")
    assert await office.count(QuestionMessage) == 2


async def test_a_closed_thread_leaves_the_desk_after_thirty_days_and_stays_with_the_asker(office: Office) -> None:
    from backend.questions.service.timers import leave_window

    record = await office.answered()
    await office.act("operator1", "OPR", "question.note", uuid7(), question=record, text="Sudah dicek.")
    await office.act("guru", None, "question.close", record)
    office.clock.advance(days=31)
    async with office.engine.writing(office.agency) as w:
        assert await leave_window(office.ports, w) == 1
    async with office.engine.writing(office.agency) as w:
        assert await leave_window(office.ports, w) == 0
    assert await office.pull("operator1") == {}
    assert {kind for kind, _ in await office.pull("guru")} == {"question", "message"}
