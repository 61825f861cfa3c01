"""What a case took, with the office and in all, by the clock and in working time, against its promise."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.applications.rules.clocks import Stay, Times, judge, measure
from backend.applications.rules.definition import Basis, Measure, Timers
from backend.applications.rules.states import FINAL, WITH_APPLICANT, State
from backend.calendar import rules as calendar
from tests.applications.samples import FILES, STEADY, service
from tests.support.server import ROOT

AGENCIES = json.loads((ROOT / "backend" / "demo" / "demo_agencies.json").read_text())["agencies"]
OFFICE = calendar.parse(next(one["calendar"] for one in AGENCIES if one["code"] == "BKP"))
working = partial(calendar.working_time, OFFICE)
WIB = timezone(timedelta(hours=7))
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=WIB)


def after(minutes: float) -> datetime:
    return MONDAY + timedelta(minutes=minutes)


def history(*stays: tuple[State, float]) -> list[Stay]:
    return [Stay(state, after(minutes)) for state, minutes in stays]


RETURNED = history(
    (State.DRAFT, -600),
    (State.SUBMITTED, 0),
    (State.CHECKED, 10),
    (State.RETURNED, 20),
    (State.SUBMITTED, 50),
    (State.CHECKED, 55),
    (State.VERIFIED, 60),
    (State.OUTSIDE, 65),
    (State.CORRECTION, 70),
    (State.OUTSIDE, 100),
    (State.DONE, 110),
)


def test_the_office_clock_rests_while_the_word_is_with_the_applicant() -> None:
    times = measure(RETURNED, after(9999), working)
    assert times is not None
    assert (times.service_clock, times.total_clock) == ((20 + 20 + 10) * 60, 110 * 60)
    assert times.ended == after(110)
    assert (times.service_working, times.total_working) == (50 * 60, 110 * 60)


def test_working_time_counts_only_open_hours() -> None:
    """Sent Friday 16.20, done Monday 07.40: Friday closes at 16.30, Monday opens at 07.30."""
    friday = datetime(2026, 11, 20, 16, 20, tzinfo=WIB)
    monday = datetime(2026, 11, 23, 7, 40, tzinfo=WIB)
    times = measure([Stay(State.SUBMITTED, friday), Stay(State.DONE, monday)], monday, working)
    assert times is not None
    assert times.service_working == times.total_working == 20 * 60
    assert times.service_clock == times.total_clock == (monday - friday).total_seconds()


def test_nothing_is_measured_before_the_first_sending_and_everything_until_now_after_it() -> None:
    assert measure(history((State.DRAFT, 0)), after(60), working) is None
    assert measure([], after(60), working) is None
    times = measure(history((State.DRAFT, 0), (State.SUBMITTED, 5)), after(65), working)
    assert times is not None
    assert (times.service_clock, times.ended) == (3600, None)


@pytest.mark.parametrize(
    ("seconds", "late", "sentence"),
    [
        (3599, 0, "Tepat waktu (waktu jam)"),
        (3600, 0, "Tepat waktu (waktu jam)"),
        (3600.9, 0, "Tepat waktu (waktu jam)"),
        (3601, 1, "Lewat batas 1 menit (waktu jam)"),
        (4800, 1200, "Lewat batas 20 menit (waktu jam)"),
    ],
)
def test_exactly_the_limit_is_on_time_one_second_more_is_late(seconds: float, late: int, sentence: str) -> None:
    timers = service(FILES[1]).timers
    assert (timers.promise_minutes, timers.basis) == (60, Basis.ELAPSED)
    times = measure(
        [Stay(State.SUBMITTED, MONDAY), Stay(State.DONE, MONDAY + timedelta(seconds=seconds))], MONDAY, working
    )
    assert times is not None
    verdict = judge(timers, times)
    assert verdict is not None
    assert (verdict.late, verdict.sentence) == (late, sentence)


def test_a_promise_is_judged_on_the_basis_of_the_definition() -> None:
    times = Times(service_clock=7200, service_working=600, total_clock=9000, total_working=4000, ended=None)
    cases = [
        (Basis.ELAPSED, Measure.SERVICE, 3600, "Lewat batas 60 menit (waktu jam)"),
        (Basis.WORKING, Measure.SERVICE, 0, "Tepat waktu (jam kerja)"),
        (Basis.ELAPSED, Measure.TOTAL, 5400, "Lewat batas 90 menit (waktu jam)"),
        (Basis.WORKING, Measure.TOTAL, 400, "Lewat batas 7 menit (jam kerja)"),
    ]
    for basis, span, late, sentence in cases:
        verdict = judge(Timers(promise_minutes=60, basis=basis, measure=span), times)
        assert verdict is not None
        assert (verdict.late, verdict.sentence) == (late, sentence)
    assert judge(Timers(), times) is None


steps = st.lists(st.tuples(st.sampled_from(sorted(set(State) - FINAL)), st.integers(0, 10**8)), max_size=8)


@settings(STEADY)
@given(steps, st.integers(0, 10**8), st.integers(0, 999_999))
def test_time_with_the_office_and_with_the_applicant_add_up_to_the_total(
    walk: list[tuple[State, int]], last: int, micro: int
) -> None:
    """However a case wanders and whatever fractions of seconds its instants have."""
    at, stays = MONDAY.astimezone(UTC) + timedelta(microseconds=micro), []
    for state, milliseconds in [(State.SUBMITTED, 0), *walk]:
        at += timedelta(milliseconds=milliseconds)
        stays.append(Stay(state, at))
    end = at + timedelta(milliseconds=last)
    times = measure([*stays, Stay(State.DONE, end)], end, working)
    assert times is not None
    marks = [stay.since.replace(microsecond=0) for stay in stays] + [end.replace(microsecond=0)]
    with_applicant = sum(
        int((until - since).total_seconds())
        for stay, since, until in zip(stays, marks, marks[1:], strict=False)
        if stay.state in WITH_APPLICANT
    )
    assert times.service_clock + with_applicant == times.total_clock
    assert 0 <= times.service_working <= times.service_clock
    assert times.service_working <= times.total_working <= times.total_clock
