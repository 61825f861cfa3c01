"""Typed letter numbers, by the golden cases."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.applications.rules.letter_numbers import SENTENCES, read_number
from tests.applications.samples import STEADY

CASES = json.loads((Path(__file__).parent.parent / "vectors" / "letter_number.json").read_text())["cases"]
PATTERN = "{klasifikasi}/{urut}/{unit}/{tahun}"


@pytest.mark.parametrize("case", CASES)
def test_golden_case(case: dict) -> None:
    given_in = case["in"]
    year = date.fromisoformat(given_in["letter_date"]).year
    number = read_number(given_in["value"], given_in["pattern"], given_in["unit"], year)
    got: dict = {"ok": number.ok}
    if number.ok:
        got |= {"normalised": number.normalised, "parts": dict(number.parts), "warnings": list(number.warnings)}
    else:
        got["error"] = number.error
    assert got == case["out"]
    assert number.ok != bool(number.sentence) or number.warnings


@pytest.mark.parametrize("typed", ["200.1.5.3/912/BKP.SJ/2026\n5", "200.1.5.3/912.\u0131/BKP.SJ/2026", "9" * 5000])
def test_what_only_looks_like_a_number_is_refused_in_words(typed: str) -> None:
    number = read_number(typed, PATTERN, "BKP.SJ", 2026)
    assert number.error == "PATTERN"
    assert number.sentence == SENTENCES["PATTERN"]


@settings(STEADY)
@given(st.text(max_size=40))
def test_any_text_is_a_number_in_its_one_spelling_or_refused(typed: str) -> None:
    number = read_number(typed, PATTERN, "BKP.SJ", 2026)
    if number.ok:
        assert read_number(number.normalised, PATTERN, "BKP.SJ", 2026) == number
    else:
        assert number.error in ("EMPTY", "PLACEHOLDER", "PATTERN")


@settings(STEADY)
@given(
    st.from_regex(r"[0-9]{3}(\.[0-9]{1,3}){0,3}", fullmatch=True).filter(str.isascii),
    st.integers(1, 9999),
    st.integers(1000, 9999),
)
def test_a_number_made_by_the_pattern_is_read_back_in_parts(kind: str, serial: int, year: int) -> None:
    number = read_number(f" {kind}/{serial}/bkp.sj/{year} ", PATTERN, "BKP.SJ", 2026)
    assert number.parts == {"klasifikasi": kind, "urut": str(serial), "unit": "BKP.SJ", "tahun": str(year)}
    assert number.warnings == (() if year == 2026 else ("YEAR_DIFFERS",))
