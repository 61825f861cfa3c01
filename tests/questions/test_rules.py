"""The rules of a question, as tables of cases."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from backend.questions import rules
from backend.questions.rules import Act, Candidate, Part, State
from backend.questions.suggestions import category_set

SEED = Path(rules.__file__).parent / "data" / "question_categories.json"
SEEDED = category_set(1, json.loads(SEED.read_text()))
WIB = timezone(timedelta(hours=7))

LEGAL = [
    (None, Act.ARRIVE, Part.ASKER, State.NEW),
    (None, Act.CALL, Part.PHONE, State.ANSWERED),
    (None, Act.CALL_BACK, Part.PHONE, State.FILTERED),
    (State.FILTERED, Act.PREPARE, Part.HOLDER, State.FILTERED),
    (State.FORWARDED, Act.PREPARE, Part.HOLDER, State.FORWARDED),
    (State.NEW, Act.ROUTE, Part.SYSTEM, State.FILTERED),
    (State.NEW, Act.ASSIGN, Part.FILTER, State.FILTERED),
    (State.FILTERED, Act.ASSIGN, Part.FILTER, State.FILTERED),
    (State.FORWARDED, Act.ASSIGN, Part.FILTER, State.FILTERED),
    (State.AWAITING_ASKER, Act.ASSIGN, Part.FILTER, State.AWAITING_ASKER),
    (State.FILTERED, Act.CLAIM, Part.OPERATOR, State.FILTERED),
    (State.FILTERED, Act.FORWARD, Part.HOLDER, State.FORWARDED),
    (State.FILTERED, Act.FORWARD, Part.FILTER, State.FORWARDED),
    (State.FILTERED, Act.ANSWER, Part.HOLDER, State.ANSWERED),
    (State.FORWARDED, Act.ANSWER, Part.HOLDER, State.ANSWERED),
    (State.FORWARDED, Act.ANSWER, Part.CONTACT, State.ANSWERED),
    (State.FILTERED, Act.ASK_BACK, Part.HOLDER, State.AWAITING_ASKER),
    (State.NEW, Act.REPLY, Part.ASKER, State.NEW),
    (State.FILTERED, Act.REPLY, Part.ASKER, State.FILTERED),
    (State.FORWARDED, Act.REPLY, Part.ASKER, State.FORWARDED),
    (State.AWAITING_ASKER, Act.REPLY, Part.ASKER, State.FILTERED),
    (State.ANSWERED, Act.REPLY, Part.ASKER, State.FILTERED),
    (State.CLOSED, Act.REPLY, Part.ASKER, State.FILTERED),
    (State.CLOSED, Act.FOLLOW_UP, Part.ASKER, State.CLOSED),
    (State.ANSWERED, Act.CLOSE, Part.ASKER, State.CLOSED),
    (State.ANSWERED, Act.LAPSE, Part.SYSTEM, State.CLOSED),
    (State.NEW, Act.CANCEL, Part.ASKER, State.CANCELLED),
    (State.FILTERED, Act.CANCEL, Part.ASKER, State.CANCELLED),
    (State.FORWARDED, Act.CANCEL, Part.ASKER, State.CANCELLED),
    (State.AWAITING_ASKER, Act.CANCEL, Part.ASKER, State.CANCELLED),
    (State.ANSWERED, Act.REOPEN, Part.ASKER, State.FILTERED),
    (State.ANSWERED, Act.REOPEN, Part.HOLDER, State.FILTERED),
    (State.CLOSED, Act.REOPEN, Part.FILTER, State.FILTERED),
    *((state, Act.CORRECT, Part.HOLDER, state) for state in (State.AWAITING_ASKER, State.ANSWERED, State.CLOSED)),
    *((state, Act.MERGE, Part.FILTER, State.CLOSED) for state in rules.STILL_OPEN),
    *((state, Act.MERGED, Part.FILTER, state) for state in (*rules.STILL_OPEN, State.ANSWERED, State.CLOSED)),
]


@pytest.mark.parametrize(("state", "act", "who", "to"), LEGAL)
def test_a_step_of_the_table_leads_where_it_says(state: State | None, act: Act, who: Part, to: State) -> None:
    assert rules.next_state(state, act, {who}) is to


def test_every_step_outside_the_table_is_refused() -> None:
    extra = {
        (None, Act.ARRIVE, Part.SYSTEM),
        (State.FILTERED, Act.PREPARE, Part.CONTACT),
        (State.FORWARDED, Act.PREPARE, Part.CONTACT),
        (State.ANSWERED, Act.REOPEN, Part.FILTER),
        (State.CLOSED, Act.REOPEN, Part.ASKER),
        (State.CLOSED, Act.REOPEN, Part.HOLDER),
    }
    legal = {(state, act, who) for state, act, who, _ in LEGAL} | extra
    taken = {
        (state, act, who)
        for state in [None, *State]
        for act in Act
        for who in Part
        if rules.next_state(state, act, {who}) is not None
    }
    assert taken == legal


def test_nothing_leads_out_of_batal() -> None:
    assert not [step for step in rules.STEPS if step.state is State.CANCELLED]


def test_a_question_is_taken_back_only_before_the_first_human_reply() -> None:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    assert rules.may_cancel(State.FILTERED, None)
    assert not rules.may_cancel(State.FILTERED, now)
    assert not rules.may_cancel(State.ANSWERED, None)


@pytest.mark.parametrize(
    ("state", "days", "again"),
    [
        (State.ANSWERED, 1, True),
        (State.ANSWERED, 60, True),
        (State.CLOSED, 14, True),
        (State.CLOSED, 14.001, False),
        (State.CANCELLED, 1, False),
    ],
)
def test_a_reply_reopens_within_fourteen_days(state: State, days: float, again: bool) -> None:
    last = datetime(2026, 11, 1, tzinfo=UTC)
    assert rules.reopens(state, last, last + timedelta(days=days)) is again


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("kapan SK kenaikan pangkat saya terbit", "pangkat"),
        ("Info pengumuman PPPK tahap 2?", "pengadaan"),
        ("Cuti tahunan: bagaimana caranya?", "cuti"),
        ("skala gaji", "gaji"),
        ("Mau tanya e-kinerja.", "kinerja"),
        ("eKinerja", "lainnya"),
        ("SK! SK! SK!", "sk"),
        ("pangkat dan gaji", "pangkat"),
        ("halo, apa kabar", "lainnya"),
    ],
)
def test_category_is_the_one_with_most_keywords(text: str, code: str) -> None:
    assert rules.suggest_category(text, SEEDED.categories) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [("Mohon data pegawai", "permintaan_data"), ("Saya kecewa", "keluhan"), ("Kapan?", "pertanyaan")],
)
def test_kind_is_suggested_and_defaults_to_pertanyaan(text: str, code: str) -> None:
    assert rules.suggest_kind(text, SEEDED.kinds) == code


def test_seed_has_four_kinds_and_seventeen_categories_and_ends_in_lainnya() -> None:
    assert len(SEEDED.kinds) == 4
    assert len(SEEDED.categories) == 17
    assert SEEDED.categories[-1].code == rules.OTHER


@pytest.mark.parametrize(
    ("text", "least", "fine"),
    [
        ("sepuluh hrf", 10, True),
        ("  pendek  ", 10, False),
        ("x" * 4000, 10, True),
        ("x" * 4001, 10, False),
        ("baris satu\nbaris dua\ttab", 10, True),
        ("dengan \x00 nol di dalamnya", 10, False),
        ("lonceng \x07 berbunyi", 1, False),
        ("separuh \ud800 pasangan", 1, False),
        (" \n ", 1, False),
        ("y", 1, True),
    ],
)
def test_text_limits(text: str, least: int, fine: bool) -> None:
    assert (rules.text_fault(text, least=least) is None) is fine


@pytest.mark.parametrize(
    ("identifier", "shown"), [("198001012005011901", "1980****"), ("SKR-00026", "SKR-****"), ("", "****")]
)
def test_nip_is_masked_after_the_year(identifier: str, shown: str) -> None:
    assert rules.mask_nip(identifier) == shown


def test_numbers_carry_a_letter_after_a_restore() -> None:
    assert rules.running_number(2026, 42) == "2026-00042"
    assert rules.running_number(2026, 42, rules.series_letter(1)) == "2026-00042A"
    assert [rules.series_letter(n) for n in (0, 26, 27)] == ["", "Z", "AA"]


def test_the_promise_names_day_date_time_and_zone() -> None:
    due = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
    assert rules.promise(due, WIB, "WIB") == (
        "Pesan Anda sudah kami terima. Petugas membalas pada jam kerja, "
        "paling lambat Senin, 23 November 2026, 09.30 WIB."
    )


def test_three_working_days_skip_the_weekend_and_holidays() -> None:
    friday = datetime(2026, 11, 20, 3, 15, tzinfo=UTC)
    closed = {date(2026, 11, 24)}
    end = rules.after_working_days(friday, 3, WIB, lambda day: day.weekday() < 5 and day not in closed)
    assert end == datetime(2026, 11, 26, 10, 15, tzinfo=WIB)


def test_the_operator_with_fewest_open_questions_gets_the_next_one() -> None:
    early, late = datetime(2026, 11, 20, 1, tzinfo=UTC), datetime(2026, 11, 20, 2, tzinfo=UTC)
    assert rules.pick_operator([]) is None
    assert rules.pick_operator([Candidate("a", 2, early), Candidate("b", 1, late)]) == "b"
    assert rules.pick_operator([Candidate("a", 1, late), Candidate("b", 1, early)]) == "b"
    assert rules.pick_operator([Candidate("a", 1, late), Candidate("b", 1, None)]) == "b"


def test_the_asker_is_no_desk_and_the_desk_keeps_thirty_days() -> None:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    both = rules.audiences(asker="p", root="r", unit="u", desk=True)
    assert both - rules.desk_audiences(root="r", unit="u") == {"person:p"}
    assert rules.audiences(asker="p", root="r", unit="u", desk=False) == {"person:p"}
    assert rules.in_window(State.NEW, None, now)
    assert rules.in_window(State.CLOSED, now - timedelta(days=30), now)
    assert not rules.in_window(State.CLOSED, now - timedelta(days=31), now)
