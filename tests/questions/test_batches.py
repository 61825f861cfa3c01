"""Batches from phones: set-based, each item judged alone, a number of statements that does not grow."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from backend.database.engine import Database
from backend.questions.models import Question, QuestionMessage
from sync.ids import uuid7
from tests.questions.office import ASK_PANGKAT, Office


@contextmanager
def counted(db: Database) -> Iterator[list[str]]:
    """The statements that the database gets meanwhile."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(db.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine.sync_engine, "before_cursor_execute", note)


async def test_fifty_questions_cost_as_many_statements_as_five(office: Office) -> None:
    phone = office.phone("guru")
    await phone.send(phone.item("question.ask", uuid7(), text=ASK_PANGKAT))
    costs = []
    for size in (5, 50):
        items = [phone.item("question.ask", uuid7(), text=f"{ASK_PANGKAT} {n}") for n in range(size)]
        viewer = await office.viewer("guru")  # the directory keeps the tree; only the push is counted
        assert viewer.account
        with counted(office.db) as seen:
            results = await phone.send(*items)
        assert {one["status"] for one in results} == {"applied"}
        costs.append(len(seen))
    assert costs[0] == costs[1]
    rows = await office.rows(Question)
    assert sorted(row.running for row in rows) == list(range(1, 57))


async def test_a_bad_item_stops_no_other_item_of_its_batch(office: Office) -> None:
    phone = office.phone("guru")
    good, twice, record = uuid7(), uuid7(), uuid7()
    results = await phone.send(
        phone.item("question.ask", good, text=ASK_PANGKAT),
        phone.item("question.ask", record, text="pendek"),
        phone.item("question.ask", twice, text=ASK_PANGKAT),
        phone.item("question.ask", twice, text="Yang kedua dengan nomor sama"),
        phone.item("question.ask", uuid7(), text=ASK_PANGKAT, category="tak_ada"),
        phone.item("question.message", uuid7(), question=uuid7(), text="Ke mana ini?"),
    )
    assert [(one["status"], one.get("code")) for one in results] == [
        ("applied", None),
        ("rejected", "invalid"),
        ("applied", None),
        ("rejected", "exists"),
        ("rejected", "invalid"),
        ("rejected", "not_found"),
    ]
    assert {row.id for row in await office.rows(Question)} == {good, twice}


async def test_a_question_and_its_first_message_go_in_one_batch(office: Office) -> None:
    phone, record = office.phone("guru"), uuid7()
    ask = phone.item("question.ask", record, text=ASK_PANGKAT)
    say = phone.item("question.message", uuid7(), question=record, text="Tambahan: periode Oktober.")
    say["dependsOn"] = [ask["id"]]
    results = await phone.send(say, ask)
    assert [one["status"] for one in results] == ["applied", "applied"]
    assert len(await office.rows(QuestionMessage, question=record)) == 1


async def test_numbers_have_no_gap_and_no_twin_under_concurrent_phones(office: Office) -> None:
    keys = ("guru", "penyuluh", "pelaksana", "analis")
    phones = [office.phone(key) for key in keys]
    batches = [[phone.item("question.ask", uuid7(), text=ASK_PANGKAT) for _ in range(5)] for phone in phones]
    await asyncio.gather(*(phone.send(*batch) for phone, batch in zip(phones, batches, strict=True)))
    assert sorted(row.running for row in await office.rows(Question)) == list(range(1, 21))


async def test_of_many_operators_at_once_one_gets_it(office: Office) -> None:
    record = await office.ask()
    answers = await asyncio.gather(
        *(office.act(key, "OPR", "question.claim", record) for key in ("operator1", "operator2", "operator3"))
    )
    assert sorted((one.status, one.code) for one in answers) == [
        ("applied", None), ("rejected", "held"), ("rejected", "held"),
    ]  # fmt: skip


async def test_what_waits_behind_a_lost_claim_is_refused_and_kept(office: Office) -> None:
    record = await office.ask()
    await office.take("operator3", record)
    viewer = await office.viewer("operator1")
    grant = next(id for id, actor in viewer.grants.items() if actor.role == "OPR")
    phone = office.phone("operator1")
    claim = phone.item("question.claim", record, grant=grant)
    answer = phone.item("question.answer", record, grant=grant, text="Sudah terbit.", messageId=uuid7())
    answer["dependsOn"], answer["seen"] = [claim["id"]], {record: 1}
    results = await phone.send(claim, answer)
    assert [(one["status"], one.get("code")) for one in results] == [("rejected", "held"), ("rejected", "dependency")]
