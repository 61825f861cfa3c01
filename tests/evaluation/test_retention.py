"""Closed threads are kept for five years; then text and contacts are gone everywhere, and the counts are the same."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col

from backend.questions.models import Question, QuestionEvent, QuestionMessage, QuestionNote, ReadMark
from backend.questions.service import retention
from sync.ids import uuid7
from tests.evaluation.leaders import EvaluatedOffice, Leaders, answered, wib

SECRET = "Kapan SK pangkat Ibu Sukarsih terbit?"


async def _pass(office: EvaluatedOffice) -> int:
    before = retention.cutoff(office.clock.now(), 5)
    async with office.engine.writing(office.agency) as w:
        done, _files = await retention.erase(w, before)
    return done


async def test_after_five_years_text_and_contacts_are_erased_and_counts_kept(
    office: EvaluatedOffice, leaders: Leaders
) -> None:
    old = await answered(office, wib(23, 8), wib(23, 9), text=SECRET)
    await office.act("operator1", "OPR", "question.note", uuid7(), question=old, text=f"Catatan: {SECRET}")
    await office.act("guru", None, "question.read", uuid7(), question=old, at="2026-11-23T03:00:00.000Z")
    await office.act("guru", None, "question.close", old)
    young = await answered(office, wib(24, 8), wib(24, 9), text=SECRET)
    await office.act("guru", None, "question.close", young)
    still_open = await office.ask("penyuluh", SECRET)
    before = await leaders.figures()
    office.clock.set(datetime(2031, 11, 23, 2, 30, tzinfo=UTC))
    assert await _pass(office) == 1
    assert await _pass(office) == 0
    row = await office.question(old)
    assert (row.text, row.asker_name, row.asker_nip, row.holder_name) == ("", "", "", None)
    assert row.erased_at == office.clock.now()
    for kept in (young, still_open):
        assert (await office.question(kept)).text == SECRET
    for table in (QuestionMessage, QuestionNote, ReadMark):
        assert [one for one in await office.rows(table) if one.question == old] == []
    assert {one.actor_name for one in await office.rows(QuestionEvent, question=old)} == {""}
    assert ("question", old) not in await office.pull("guru")
    assert ("question", young) in await office.pull("guru")
    after: dict[str, Any] = await leaders.figures()
    for name in (
        "items",
        "replied",
        "response",
        "filter",
        "answer",
        "handling",
        "within",
        "kpi",
        "categories",
        "kinds",
    ):
        assert after[name] == before[name], name


async def test_a_thread_that_was_reopened_is_kept(office: EvaluatedOffice) -> None:
    record = await answered(office, wib(23, 8), wib(23, 9), text=SECRET)
    await office.act("guru", None, "question.close", record)
    office.clock.set(datetime(2031, 12, 1, 2, 0, tzinfo=UTC))
    async with office.db.write() as session:
        await session.execute(
            update(Question).where(col(Question.id) == record).values(ended_at=None, state="disaring")
        )
    assert await _pass(office) == 0
    assert (await office.question(record)).text == SECRET


@pytest.mark.parametrize(
    ("now", "then"),
    [((2031, 11, 23), (2026, 11, 23)), ((2028, 2, 29), (2023, 2, 28))],
)
def test_the_same_day_years_ago(now: tuple[int, int, int], then: tuple[int, int, int]) -> None:
    assert retention.cutoff(datetime(*now, tzinfo=UTC), 5) == datetime(*then, tzinfo=UTC)
