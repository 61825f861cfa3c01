"""Periods, who is due in them, ranks, and what arrives around the closing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.applications.rules.conditions import Truth
from backend.applications.rules.periods import (
    Arrival,
    Period,
    arrival,
    due_list,
    find,
    is_due,
    is_overdue,
    months_after,
    of_year,
    open_on,
    proposal_faults,
    upcoming,
    years_after,
)
from backend.applications.rules.ranks import LADDER, needs_exam, next_rank, read_rank
from backend.identity.rules import sheet
from tests.applications.samples import FILES, STEADY, service

SIKAP = service(FILES[0])
assert SIKAP.periods is not None
SETTINGS = SIKAP.periods
APRIL = Period(date(2027, 4, 1), date(2026, 12, 1), date(2027, 3, 1))
WIB = timezone(timedelta(hours=7))


def test_a_fresh_agency_has_april_and_oktober_and_twelve_with_the_monthly_option() -> None:
    """Acceptance 4."""
    assert [(one.name, one.tmt.day) for one in of_year(SETTINGS, 2027)] == [("April 2027", 1), ("Oktober 2027", 1)]
    assert of_year(SETTINGS, 2027)[0] == APRIL
    monthly = of_year(replace(SETTINGS, every_month=True), 2027)
    assert [one.tmt for one in monthly] == [date(2027, month, 1) for month in range(1, 13)]


@pytest.mark.parametrize(
    ("day", "is_open", "next_code"),
    [
        (date(2026, 11, 30), [], "2027-04"),
        (date(2026, 12, 1), ["2027-04"], "2027-04"),
        (date(2027, 3, 1), ["2027-04"], "2027-04"),
        (date(2027, 3, 2), [], "2027-10"),
        (date(2027, 6, 1), ["2027-10"], "2027-10"),
    ],
)
def test_a_period_opens_four_months_and_closes_one_month_before(day: date, is_open: list[str], next_code: str) -> None:
    assert [one.code for one in open_on(SETTINGS, day)] == is_open
    assert upcoming(SETTINGS, day).code == next_code


def test_a_period_is_found_by_its_code_only_if_the_setting_has_it() -> None:
    assert find(SETTINGS, "2027-04") == APRIL
    assert [find(SETTINGS, code) for code in ("2027-05", "2027-13", "", "2027-04-01", "x")] == [None] * 5


@pytest.mark.parametrize(
    ("arrived", "made", "how"),
    [
        (datetime(2026, 11, 30, 16, 59, tzinfo=UTC), None, Arrival.EARLY),
        (datetime(2026, 11, 30, 17, 0, tzinfo=UTC), None, Arrival.IN_TIME),
        (datetime(2027, 3, 1, 16, 59, 59, tzinfo=UTC), None, Arrival.IN_TIME),
        (datetime(2027, 3, 1, 17, 0, tzinfo=UTC), None, Arrival.LATE),
        (datetime(2027, 3, 2, 17, 0, tzinfo=UTC), datetime(2027, 3, 1, 16, 59, 59, tzinfo=UTC), Arrival.BY_CLOCK),
        (datetime(2027, 3, 2, 17, 0, 1, tzinfo=UTC), datetime(2027, 3, 1, 16, 0, tzinfo=UTC), Arrival.LATE),
        (datetime(2027, 3, 2, 8, 0, tzinfo=UTC), datetime(2027, 3, 1, 17, 0, tzinfo=UTC), Arrival.LATE),
    ],
)
def test_late_arrivals_count_for_a_day_if_the_clock_shows_them_made_in_time(
    arrived: datetime, made: datetime | None, how: Arrival
) -> None:
    assert arrival(APRIL, arrived=arrived, made=made, zone=WIB) is how


@pytest.mark.parametrize(
    ("tmt", "due"),
    [
        ("2023-04-01", Truth.TRUE),
        (date(2023, 4, 1), Truth.TRUE),
        ("2023-04-02", Truth.FALSE),
        ("2019-10-01", Truth.TRUE),
        (None, Truth.UNKNOWN),
        ("", Truth.UNKNOWN),
        ("1 April", Truth.UNKNOWN),
    ],
)
def test_four_years_in_rank_by_the_date_of_the_period_are_due(tmt: object, due: Truth) -> None:
    assert is_due({"tmtRank": tmt}, APRIL.tmt) is due


def test_the_list_of_a_period_holds_only_those_due() -> None:
    """Acceptance 4."""
    people = [(str(n), {"tmtRank": f"{2017 + n}-04-01"}) for n in range(10)] + [("none", {"tmtRank": None})]
    assert due_list(SETTINGS, APRIL, people) == {str(n): "reguler" for n in range(7)}


@pytest.mark.parametrize("field", ["rank", "tmtRank", "position"])
def test_an_empty_fact_of_the_personnel_file_refuses_a_proposal_by_name(field: str) -> None:
    """Acceptance 3."""
    facts = {"rank": "Penata (III/c)", "tmtRank": "2023-04-01", "position": "Analis"}
    assert proposal_faults(SIKAP, facts) == []
    (fault,) = proposal_faults(SIKAP, facts | {field: None})
    assert (fault.path, fault.code) == (f"subject.{field}", "FACT_EMPTY")
    if field == "tmtRank":
        assert fault.text == "TMT golongan kosong. Minta petugas melengkapi."


def test_no_decree_after_the_date_is_overdue() -> None:
    assert not is_overdue(APRIL, None, date(2027, 4, 1))
    assert is_overdue(APRIL, None, date(2027, 4, 2))
    assert not is_overdue(APRIL, date(2027, 3, 20), date(2027, 9, 1))


@settings(STEADY)
@given(st.dates(date(1950, 1, 1), date(2100, 1, 1)), st.integers(-60, 60))
def test_months_are_counted_without_leaving_the_month(day: date, months: int) -> None:
    moved = months_after(day, months)
    assert (moved.year - day.year) * 12 + moved.month - day.month == months
    assert moved.day <= day.day
    assert moved.day == day.day or (moved + timedelta(days=1)).day == 1
    assert years_after(day, 4) == months_after(day, 48)


def test_ranks_are_those_of_the_personnel_file() -> None:
    assert len(LADDER) == 17
    assert [sheet.read_rank(rank, "PNS") for rank in LADDER] == list(LADDER)


@pytest.mark.parametrize(
    ("rank", "following"),
    [
        ("Penata (III/c)", "Penata Tingkat I (III/d)"),
        ("II/d", "Penata Muda (III/a)"),
        ("iii / d", "Pembina (IV/a)"),
        ("Pembina Utama (IV/e)", None),
        ("IX", None),
        ("III/e", None),
        ("", None),
    ],
)
def test_the_next_rank(rank: str, following: str | None) -> None:
    assert next_rank(rank) == following


def test_every_rank_reads_back_and_climbs_to_the_top() -> None:
    rank: str | None = LADDER[0]
    climbed = []
    while rank is not None:
        assert read_rank(rank) == rank
        climbed.append(rank)
        rank = next_rank(rank)
    assert climbed == list(LADDER)
    assert [one for one in LADDER if needs_exam(one, str(next_rank(one)))] == [
        "Pengatur Tingkat I (II/d)",
        "Penata Tingkat I (III/d)",
    ]
