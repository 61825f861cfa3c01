"""Tokens and step codes: what holds for every one of them."""

import random
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from backend.ratings.rules import codes

symbols = st.text(codes.ALPHABET, min_size=codes.RANDOM_SYMBOLS, max_size=codes.RANDOM_SYMBOLS)
tokens = symbols.map(lambda text: text + codes.check_symbol(text))
keys = st.binary(min_size=32, max_size=32)
instants = st.datetimes(datetime(2024, 1, 1), datetime(2040, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))


def test_alphabet_has_no_look_alikes() -> None:
    assert len(set(codes.ALPHABET)) == 32
    assert not set("ILOU") & set(codes.ALPHABET)


def test_new_token_is_random_and_reads_back() -> None:
    made = {codes.new_token() for _ in range(2_000)}
    assert len(made) == 2_000
    assert all(codes.read_token(token) == token for token in made)
    # Every random place takes every symbol: no part of it is fixed or derived from anything.
    for place in range(codes.RANDOM_SYMBOLS):
        assert {token[place] for token in made} == set(codes.ALPHABET)


def test_new_token_takes_nothing_but_its_source() -> None:
    assert codes.new_token(random.Random(7).choice) == codes.new_token(random.Random(7).choice)
    assert codes.new_token(random.Random(7).choice) != codes.new_token(random.Random(8).choice)


@given(tokens, st.integers(0, codes.TOKEN_SYMBOLS - 1), st.sampled_from(codes.ALPHABET))
def test_one_wrong_symbol_is_found(token: str, place: int, symbol: str) -> None:
    changed = token[:place] + symbol + token[place + 1 :]
    assert (codes.read_token(changed) is None) == (changed != token)


@given(tokens, st.integers(0, codes.TOKEN_SYMBOLS - 1), st.integers(0, codes.TOKEN_SYMBOLS - 1))
def test_two_exchanged_symbols_are_found(token: str, one: int, other: int) -> None:
    letters = list(token)
    letters[one], letters[other] = letters[other], letters[one]
    changed = "".join(letters)
    assert (codes.read_token(changed) is None) == (changed != token)


@given(tokens)
def test_spelling_of_people_reads_as_the_same_token(token: str) -> None:
    typed = codes.show_token(token).lower().replace("0", "o").replace("1", "l")
    assert codes.read_token(f" {typed} ") == token


@given(st.text(max_size=60))
def test_any_text_is_a_token_or_nothing(text: str) -> None:
    token = codes.read_token(text)
    assert token is None or codes.read_token(token) == token


def test_nip_is_no_token() -> None:
    assert codes.read_token("199003152015041901") is None


@given(keys, tokens, instants, st.integers(-6, 6))
def test_step_code_counts_in_its_step_and_the_two_after(key: bytes, token: str, at: datetime, moved: int) -> None:
    step = codes.step_of(at)
    code = codes.step_code(key, token, step)
    later = at + timedelta(seconds=moved * codes.STEP_SECONDS)
    found = codes.step_shown(key, token, code, later)
    # Codes of six symbols may meet by chance (3 in 2^30); then the one found is still of the window.
    assert (found is not None) == (0 <= moved <= codes.EARLIER_STEPS)
    if found is not None:
        assert codes.valid_for(step, later) > timedelta(0)
        assert codes.valid_for(step, later) <= timedelta(seconds=3 * codes.STEP_SECONDS)
    elif moved > 0:
        assert codes.valid_for(step, later) <= timedelta(0)


def test_a_tablet_makes_the_same_step_code() -> None:
    """The value that `pwa/src/ratings/step_code.test.ts` holds its twin to."""
    step = codes.step_of(datetime(2026, 11, 21, 7, 5, 30, tzinfo=UTC))
    assert codes.step_code(bytes(range(32)), "K7QM2P9D4XV", step) == "TKMPEH"


def test_step_code_counts_up_to_the_last_second_of_its_window() -> None:
    key, token = bytes(32), codes.new_token()
    start = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
    code = codes.step_code(key, token, codes.step_of(start))
    assert codes.step_shown(key, token, code, start) is not None
    assert codes.step_shown(key, token, code, start + timedelta(seconds=179)) is not None
    assert codes.step_shown(key, token, code, start + timedelta(seconds=180)) is None
    assert codes.step_shown(key, token, code, start - timedelta(seconds=1)) is None


def test_step_code_of_another_token_or_key_proves_nothing() -> None:
    at, key = datetime(2026, 11, 20, 2, 0, tzinfo=UTC), bytes(range(32))
    one, other = codes.new_token(random.Random(1).choice), codes.new_token(random.Random(2).choice)
    code = codes.step_code(key, one, codes.step_of(at))
    assert codes.step_shown(key, one, code.lower(), at) == codes.step_of(at)
    assert codes.step_shown(key, other, code, at) is None
    assert codes.step_shown(bytes(32), one, code, at) is None


@given(st.text(max_size=12))
def test_any_text_as_step_code_is_judged_without_a_fault(text: str) -> None:
    assert codes.step_shown(bytes(32), "0" * 11, text, datetime(2026, 11, 20, tzinfo=UTC)) is None


def test_path_of_a_form_carries_board_step_and_ticket() -> None:
    assert codes.form_path("ABC") == "/n/ABC"
    assert codes.form_path("ABC", board="B", step="S", ticket="T.x") == "/n/ABC?b=B&s=S&t=T.x"
