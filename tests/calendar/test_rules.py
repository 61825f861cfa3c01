"""Office time, by the golden cases and by the statements of the field."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backend.calendar import rules

CASES = json.loads((Path(__file__).parent.parent / "vectors" / "office_hours.json").read_text())["cases"]
WEEK = {day: [["07:30", "12:00"], ["13:00", "16:00"]] for day in ("mon", "tue", "wed", "thu")}
WEEK["fri"] = [["07:30", "11:30"], ["13:00", "16:30"]]
PLAIN = {"zone": "WIB", "week": WEEK}


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def answer(case: dict) -> dict:
    given = case["in"]
    calendar = rules.parse(given["calendar"])
    try:
        match given["op"]:
            case "is_open":
                return {"open": rules.is_open(calendar, instant(given["at"]))}
            case "working_time":
                span = (instant(given["from"]), instant(given["to"]))
                return {
                    "seconds": rules.working_time(calendar, *span),
                    "minutes": rules.working_minutes(calendar, *span),
                }
            case "next_open":
                return {"at": rules.next_open(calendar, instant(given["from"])).isoformat()}
            case "due":
                return {"at": rules.due(calendar, instant(given["from"]), given["minutes"]).isoformat()}
    except rules.CalendarError as error:
        return {"error": error.code}
    raise AssertionError(given["op"])


@pytest.mark.parametrize("case", CASES, ids=[f"{n}-{case['in']['op']}" for n, case in enumerate(CASES)])
def test_golden_case(case: dict) -> None:
    assert answer(case) == case["out"]


def test_120_minutes_before_independence_day_are_due_after_the_long_weekend() -> None:
    calendar = rules.parse({**PLAIN, "holidays": ["2026-08-17"]})
    due = rules.due(calendar, instant("2026-08-14T15:30:00+07:00"), 120)
    assert due.isoformat() == "2026-08-18T08:30:00+07:00"


def test_no_minutes_are_used_up_at_once() -> None:
    at = instant("2026-11-28T21:15:00+07:00")
    assert rules.due(rules.parse(PLAIN), at, 0) == at


def test_instants_of_another_zone_are_the_same_instants() -> None:
    calendar = rules.parse({**PLAIN, "zone": "WIT"})
    assert rules.is_open(calendar, datetime(2026, 11, 22, 22, 30, tzinfo=UTC))
    assert rules.local_date("WIT", datetime(2026, 11, 22, 22, 30, tzinfo=UTC)).isoformat() == "2026-11-23"


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        ({"zone": "UTC"}, "ZONE", "zone"),
        ({"week": None}, "SHAPE", "week"),
        ({"week": {"senin": []}}, "SHAPE", "week"),
        ({"week": {"mon": [["16:00", "07:30"]]}}, "INTERVAL", "week.mon[0]"),
        ({"week": {"mon": [["07:30", "12:00"], ["11:00", "13:00"]]}}, "INTERVAL", "week.mon[1]"),
        ({"week": {"mon": [["07.30", "12:00"]]}}, "TIME", "week.mon[0]"),
        ({"week": {"mon": [["07:30", "24:01"]]}}, "TIME", "week.mon[0]"),
        ({"holidays": ["2026-02-30"]}, "DATE", "holidays[0]"),
        ({"special": [{"from": "2026-03-02", "to": "2026-03-01", "week": {}}]}, "END_BEFORE_START", "special[0]"),
        ({"days": {"besok": []}}, "DATE", "days"),
    ],
)
def test_a_faulty_calendar_names_the_place(change: dict, code: str, path: str) -> None:
    with pytest.raises(rules.CalendarError) as caught:
        rules.parse({**PLAIN, **change})
    assert (caught.value.code, caught.value.path) == (code, path)


@pytest.mark.parametrize("ask", [rules.next_open, lambda c, at: rules.due(c, at, 1)])
def test_a_calendar_that_never_opens_says_so(ask) -> None:
    with pytest.raises(rules.CalendarError) as caught:
        ask(rules.parse({"zone": "WIB", "week": {}}), instant("2026-11-23T10:00:00+07:00"))
    assert caught.value.code == "NEVER_OPEN"


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(rules.CalendarError):
        rules.is_open(rules.parse(PLAIN), datetime(2026, 11, 23, 10))
