"""Measures and figures of questions: exact definitions, on both databases, in a fixed number of statements."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy import update

from backend.evaluation.rules import measures as rules
from backend.questions.models import Question
from backend.questions.service import measures
from sync.errors import Refusal
from sync.ids import uuid7
from tests.evaluation.leaders import EvaluatedOffice, Leaders, answered, wib
from tests.questions.test_batches import counted


async def test_response_over_lunch_counts_70_working_and_130_clock_minutes_acceptance_11(
    office: EvaluatedOffice, leaders: Leaders
) -> None:
    record = await answered(office, wib(23, 11, 30), wib(23, 13, 40))
    row = await office.question(record)
    assert (row.response_working, row.response_clock) == (70 * 60, 130 * 60)
    found = await leaders.figures()
    assert found["response"] == {"n": 1, "working": "70.0", "clock": "130.0"}
    assert found["within"] == {"n": 1, "count": 1, "share": "100.0"}


async def test_average_130_and_two_of_three_within_target_acceptance_12(
    office: EvaluatedOffice, leaders: Leaders
) -> None:
    for day, minutes in ((23, 100), (24, 120), (25, 170)):
        await answered(office, wib(day, 8), wib(day, 8) + timedelta(minutes=minutes))
    found = await leaders.figures()
    assert found["response"] == {"n": 3, "working": "130.0", "clock": "130.0"}
    assert found["within"] == {"n": 3, "count": 2, "share": "66.7"}


async def test_one_second_over_the_target_misses_it(office: EvaluatedOffice, leaders: Leaders) -> None:
    await answered(office, wib(23, 8), wib(23, 10))
    await answered(office, wib(24, 8), wib(24, 10, 0, 1))
    assert (await leaders.figures())["within"] == {"n": 2, "count": 1, "share": "50.0"}


async def test_filter_and_answer_wait_sum_to_the_response(office: EvaluatedOffice, leaders: Leaders) -> None:
    await office.appears("admin_penyaring")
    record = await office.ask()
    office.clock.advance(minutes=10)
    await office.appears("admin_penyaring")
    args = {"category": "pangkat", "unit": office.units["MUTASI"], "holder": office.people["operator1"]}
    assert (await office.act("admin_penyaring", "ADM", "question.assign", record, **args)).status == "applied"
    office.clock.advance(minutes=20)
    await office.act("operator1", "OPR", "question.answer", record, text="Bulan depan.", messageId=uuid7())
    found = await leaders.figures()
    assert [found[name]["working"] for name in ("filter", "answer", "response")] == ["10.0", "20.0", "30.0"]
    # Another assignment later on does not touch the first wait.
    assert (await office.question(record)).filter_working == 600


async def test_time_spent_waiting_for_the_asker_is_in_the_response_but_not_in_the_handling(
    office: EvaluatedOffice, leaders: Leaders
) -> None:
    office.clock.set(wib(23, 8))
    record = await office.ask()
    await office.take("operator1", record)
    office.clock.set(wib(23, 8, 30))
    await office.act("operator1", "OPR", "question.ask_back", record, text="Periode mana?", messageId=uuid7())
    office.clock.set(wib(23, 9, 30))
    await office.act("guru", None, "question.message", uuid7(), question=record, text="Oktober.")
    office.clock.set(wib(23, 9, 50))
    await office.act("operator1", "OPR", "question.answer", record, text="Bulan depan.", messageId=uuid7())
    found = await leaders.figures()
    assert (found["response"]["working"], found["handling"]["working"]) == ("30.0", "50.0")


async def test_reopening_changes_the_handling_and_never_the_first_response(
    office: EvaluatedOffice, leaders: Leaders
) -> None:
    record = await answered(office, wib(23, 8), wib(23, 8, 30))
    office.clock.set(wib(23, 10))
    await office.act("guru", None, "question.message", uuid7(), question=record, text="Belum jelas.")
    office.clock.set(wib(23, 10, 30))
    await office.take("operator1", record)
    await office.act("operator1", "OPR", "question.answer", record, text="Tanggal 1.", messageId=uuid7())
    found = await leaders.figures()
    assert found["reopened"] == 1
    assert (found["response"]["working"], found["handling"]["working"]) == ("30.0", "150.0")
    assert found["response"]["n"] == 1


async def test_a_call_answered_at_once_is_an_item_beside_the_written_average_acceptance_6(
    office: EvaluatedOffice, leaders: Leaders
) -> None:
    await answered(office, wib(23, 8), wib(23, 8, 40))
    office.clock.set(wib(23, 9))
    call = {"text": "Kapan gaji berkala saya?", "answer": "Bulan depan.", "callBack": False, "name": "Bu Ratna"}
    done = await office.does("telepon", "TEL", "question.call", number="081200000001", **call)
    assert done.status == "applied", done.wire()
    found = await leaders.figures()
    assert (found["items"], found["at_once"], found["kpi"]["served"]) == (2, 1, 1)
    assert found["response"] == {"n": 1, "working": "40.0", "clock": "40.0"}
    assert [found[name]["n"] for name in ("filter", "answer", "handling")] == [1, 1, 1]
    assert {one["label"]: one["items"] for one in found["channels"]} == {"Aplikasi": 1, "Telepon": 1}
    async with office.db.write() as session:
        assert await measures.settle(session, office.ports.house, office.agency) == 0


async def test_four_active_units_acceptance_16(office: EvaluatedOffice, leaders: Leaders) -> None:
    """Units count through everything below them; a unit in charge is not a unit that asks."""
    office.clock.set(wib(23, 8))
    async with office.db.reading() as connection:
        tree = await office.directory.trees.get(connection, office.agency)
    of = sum(1 for node in tree.nodes.values() if node.parent == tree.root)
    for key in ("guru", "opd_dikbud", "penyuluh", "analis", "pelaksana", "teknisi"):
        await office.ask(key)
    found = (await leaders.figures())["kpi"]
    assert found["units"] == {"active": 4, "of": of}
    assert found["served"] == 0
    parents: dict[str, str | None] = {f"u{n}": "root" for n in range(9)} | {"deep": "u0", "root": None}
    askers: dict[str | None, int] = {"deep": 2, "u1": 1, "u2": 5, "u3": 1, "root": 4, None: 1, "u8": 0}
    assert rules.active_units(askers, parents, "root", [f"u{n}" for n in range(9)]) == 4


async def test_without_data_there_is_no_number_and_open_work_shows_when_late(
    office: EvaluatedOffice, leaders: Leaders
) -> None:
    empty = await leaders.figures(period="2026-10")
    assert empty["response"] == {"n": 0, "working": None, "clock": None}
    assert empty["within"] == {"n": 0, "count": 0, "share": None}
    await office.ask()
    record = await office.ask("penyuluh", "Bagaimana mengurus cuti besar saya?")
    await office.take("operator2", record)
    office.clock.advance(minutes=121)
    late = (await leaders.figures())["open"]
    assert (late["items"], late["late"], late["unheld"]) == (2, 2, 1)
    assert [(one["label"], one["items"]) for one in late["states"]] == [("Disaring", 2)]
    assert [one["items"] for one in late["operators"]] == [1]


async def test_weeks_of_a_quarter_have_no_gap_and_stop_today(office: EvaluatedOffice, leaders: Leaders) -> None:
    await answered(office, wib(25, 8), wib(25, 9))
    office.clock.set(wib(27, 9))
    curve = (await leaders.figures(period="2026-Q4"))["curve"]
    assert [curve[0]["code"], curve[1]["code"], curve[-1]["code"]] == ["2026-10-01", "2026-10-05", "2026-11-23"]
    assert (curve[-1]["mean"], curve[-1]["n"], curve[0]["mean"]) == ("60.0", 1, None)
    assert sum(week["items"] for week in curve) == 1


async def test_a_question_just_before_local_midnight_belongs_to_the_old_month(
    office: EvaluatedOffice, leaders: Leaders
) -> None:
    office.clock.set(wib(30, 23, 59, 59))
    await office.ask()
    office.clock.advance(seconds=1)
    await office.ask("penyuluh")
    assert (await leaders.figures(period="2026-11"))["items"] == 1
    assert (await leaders.figures(period="2026-12"))["items"] == 1


async def test_figures_cost_the_same_statements_for_one_question_as_for_many(
    office: EvaluatedOffice, leaders: Leaders
) -> None:
    costs = []
    for size in (1, 12):
        phone = office.phone("guru")
        await phone.send(*[phone.item("question.ask", uuid7(), text=f"Kapan SK pangkat {n}?") for n in range(size)])
        context = await leaders.context("ketua_tim")
        with counted(office.db) as seen:
            await leaders.schema.execute('{ questionFigures(period: "2026-Q4") }', context_value=context)
        costs.append(len(seen))
    assert costs[0] == costs[1] <= 16, costs


async def test_only_leaders_read_figures_and_only_of_their_units(office: EvaluatedOffice, leaders: Leaders) -> None:
    await answered(office, wib(23, 8), wib(23, 9))
    for key in ("sekda", "kepala_bkpsdm", "sekretaris", "ketua_tim", "admin_penyaring"):
        assert (await leaders.figures(key))["items"] == 1
    for key in ("guru", "operator1", "telepon", "loket", "kabid_mutasi", "hr_admin", "teknisi"):
        with pytest.raises(Refusal) as refused:
            await leaders.figures(key)
        assert refused.value.code == "forbidden"
    assert (await leaders.figures(unit=office.units["MUTASI"]))["items"] == 1
    assert (await leaders.figures(unit=office.units["PPI"]))["items"] == 0
    for code, args in (("invalid", {"period": "2026-13"}), ("not_found", {"unit": uuid7()})):
        with pytest.raises(Refusal) as refused:
            await leaders.figures(**args)
        assert refused.value.code == code


async def test_questions_from_before_measures_are_settled_as_if_they_had_been_kept(
    office: EvaluatedOffice, leaders: Leaders
) -> None:
    record = await answered(office, wib(23, 8), wib(23, 9))
    kept = await office.question(record)
    names = ("filter_working", "response_working", "response_clock", "handling_working", "target_minutes")
    async with office.db.write() as session:
        await session.execute(update(Question).values(dict.fromkeys(names)))
    assert (await leaders.figures())["response"]["n"] == 0
    async with office.db.write() as session:
        assert await measures.settle(session, office.ports.house, office.agency) == 1
        assert await measures.settle(session, office.ports.house, office.agency) == 0
    settled = await office.question(record)
    assert [getattr(settled, name) for name in names] == [getattr(kept, name) for name in names]


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (Fraction(200, 3), 1, "66.7"), (Fraction(1, 20), 1, "0.1"), (Fraction(-1, 20), 1, "-0.1"),
        (Fraction(0), 1, "0.0"), (Fraction(-1, 1000), 1, "0.0"), (Fraction(5, 2), 0, "3"), (Fraction(199, 2), 0, "100"),
    ],
)  # fmt: skip
def test_numbers_are_rounded_once_half_up(value: Fraction, decimals: int, text: str) -> None:
    assert rules.rounded(value, decimals) == text
