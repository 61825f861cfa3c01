"""Late answers are told to the right people at the right working minute, each level once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from backend.notifications.models import Delivery
from backend.questions.models import QuestionEvent
from backend.questions.rules import LEVELS, late_sentence
from sync.ids import uuid7
from tests.questions.office import Office

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 08.00 WIB; open 07.30-12.00 and 13.00-16.00


async def told(office: Office, kind: str) -> list[str]:
    """The keys of the people who have a notice of this kind, in order of its rows."""
    names = {account: key for key, account in office.people.items()}
    return [names[row.account] for row in await office.rows(Delivery) if row.kind == kind]


async def levels(office: Office, record: str) -> list[str]:
    rows = await office.rows(QuestionEvent, question=record, act="eskalasi")
    return [row.detail["level"] for row in rows]


async def pass_to(office: Office, moment: datetime) -> None:
    office.clock.set(moment)
    await office.runner.run_due()


async def test_acceptance_13_past_the_promise_the_head_of_the_team_is_told_once_within_a_minute(
    office: Office,
) -> None:
    office.clock.set(MONDAY)
    record = await office.ask()
    await pass_to(office, MONDAY + timedelta(minutes=120))
    assert await told(office, "work.late") == []
    await pass_to(office, MONDAY + timedelta(minutes=120, seconds=1))
    assert await told(office, "work.late") == ["ketua_tim"]
    for minutes in (121, 150, 200):
        await pass_to(office, MONDAY + timedelta(minutes=minutes))
    assert await told(office, "work.late") == ["ketua_tim"]
    [notice] = [row for row in await office.rows(Delivery) if row.kind == "work.late"]
    assert notice.url == f"/kotak-masuk/{record}"
    assert "2026-00001" in notice.body


async def test_near_the_promise_who_should_answer_is_told(office: Office) -> None:
    office.clock.set(MONDAY)
    held, queued = await office.ask(), await office.ask(text="Bagaimana cara mengurus pensiun janda?")
    await office.take("operator1", held)
    await pass_to(office, MONDAY + timedelta(minutes=89))
    assert await levels(office, held) == []
    await pass_to(office, MONDAY + timedelta(minutes=90))
    assert await levels(office, held) == await levels(office, queued) == ["0"]
    assert "operator1" in await told(office, "work.near")


async def test_every_level_in_working_time_over_lunch_night_and_weekend(office: Office) -> None:
    friday = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)  # 15.30 WIB, an hour before closing
    office.clock.set(friday)
    record = await office.ask()
    await pass_to(office, friday + timedelta(days=2))
    assert await levels(office, record) == []
    await pass_to(office, datetime(2026, 11, 23, 1, 0, tzinfo=UTC))  # Monday 08.00: 60 + 30 minutes
    assert await levels(office, record) == ["0"]
    await pass_to(office, datetime(2026, 11, 23, 1, 30, 1, tzinfo=UTC))
    assert await levels(office, record) == ["0", "1"]
    # 60 on Friday and 270 until lunch: 150 after lunch make 480.
    await pass_to(office, datetime(2026, 11, 23, 8, 30, tzinfo=UTC))
    assert await levels(office, record) == ["0", "1", "2"]
    await pass_to(office, datetime(2026, 11, 23, 8, 30, 1, tzinfo=UTC))
    assert await levels(office, record) == ["0", "1", "2", "3"]
    assert await told(office, "work.late") == ["ketua_tim", "sekretaris", "kepala_bkpsdm"]


async def test_what_is_due_at_closing_time_is_late_only_when_the_office_opens_again(office: Office) -> None:
    office.clock.set(datetime(2026, 11, 23, 7, 0, tzinfo=UTC))  # 14.00 WIB, two hours before closing
    record = await office.ask()
    await pass_to(office, datetime(2026, 11, 23, 22, 0, tzinfo=UTC))
    assert await levels(office, record) == ["0"]
    await pass_to(office, datetime(2026, 11, 24, 0, 30, tzinfo=UTC))
    assert await levels(office, record) == ["0"]
    await pass_to(office, datetime(2026, 11, 24, 0, 30, 1, tzinfo=UTC))
    assert await levels(office, record) == ["0", "1"]


@pytest.mark.parametrize("act", ["question.answer", "question.ask_back"])
async def test_a_reply_of_a_person_ends_it(office: Office, act: str) -> None:
    office.clock.set(MONDAY)
    record = await office.ask()
    await office.take("operator1", record)
    done = await office.act("operator1", "OPR", act, record, text="Berkas mana?", messageId=uuid7())
    assert done.status == "applied"
    if act == "question.ask_back":
        await office.act("guru", None, "question.message", uuid7(), question=record, text="SK terakhir.")
    await pass_to(office, MONDAY + timedelta(days=4))
    assert await levels(office, record) == []


async def test_a_cancelled_question_is_not_late(office: Office) -> None:
    office.clock.set(MONDAY)
    record = await office.ask()
    await office.act("guru", None, "question.cancel", record)
    await pass_to(office, MONDAY + timedelta(days=4))
    assert await levels(office, record) == []


async def test_a_reopened_thread_has_a_clock_of_its_own(office: Office) -> None:
    office.clock.set(MONDAY)
    record = await office.answered()
    office.clock.set(MONDAY + timedelta(minutes=30))
    await office.act("guru", None, "question.message", uuid7(), question=record, text="Masih belum jelas, Pak.")
    await pass_to(office, MONDAY + timedelta(minutes=119))
    assert await levels(office, record) == []
    await pass_to(office, MONDAY + timedelta(minutes=150, seconds=1))
    assert await levels(office, record) == ["0", "1"]


async def test_two_runners_tell_once(office: Office) -> None:
    office.clock.set(MONDAY)
    await office.ask()
    office.clock.set(MONDAY + timedelta(minutes=120, seconds=1))
    await asyncio.gather(*(office.runner.run_due() for _ in range(4)))
    assert await told(office, "work.late") == ["ketua_tim"]


@pytest.mark.parametrize(
    ("target", "expected"),
    [(120, [5400, 7201, 14401, 28801]), (60, [2700, 3601, 7201, 14401]), (45, [2025, 2701, 5401, 10801])],
)
def test_levels_follow_the_target_of_the_agency(target: int, expected: list[int]) -> None:
    assert [level.seconds(target) for level in LEVELS] == expected


def test_sentences_say_number_and_time_and_nothing_of_the_asker() -> None:
    assert late_sentence("2026-00042", 1, 120) == "Pertanyaan 2026-00042 belum dijawab lebih dari 2 jam kerja."
    assert late_sentence("2026-00042", 3, 45) == "Pertanyaan 2026-00042 belum dijawab lebih dari 3 jam kerja."
    assert late_sentence("2026-00042", 2, 45) == "Pertanyaan 2026-00042 belum dijawab lebih dari 90 menit kerja."
    assert "hampir" in late_sentence("2026-00042", 0, 120)
