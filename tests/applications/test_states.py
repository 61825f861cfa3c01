"""The table of states: its rows, who takes them, that no step is skipped and every case can end."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.applications.rules.states import (
    ACTIVE,
    ALLOWED,
    FINAL,
    NAMES,
    STEPS,
    Act,
    Part,
    State,
    acts_open,
    default_steps,
    is_step,
    next_state,
)
from tests.applications.samples import FILES, STEADY, made, service

TABLES = [service(file).steps() for file in FILES]
OWN = {Part.APPLICANT, Part.BEHALF}
ROWS = [
    (None, Act.CREATE, OWN, State.DRAFT),
    (State.DRAFT, Act.SUBMIT, OWN, State.SUBMITTED),
    (State.RETURNED, Act.SUBMIT, OWN, State.SUBMITTED),
    (State.SUBMITTED, Act.OPEN, {Part.VERIFIER}, State.CHECKED),
    (State.CHECKED, Act.RETURN, {Part.VERIFIER}, State.RETURNED),
    (State.CHECKED, Act.REJECT, {Part.VERIFIER}, State.REJECTED),
    (State.CHECKED, Act.VERIFY, {Part.VERIFIER}, State.VERIFIED),
    (State.VERIFIED, Act.SEND_OUT, {Part.VERIFIER, Part.ISSUER}, State.OUTSIDE),
    (State.OUTSIDE, Act.CORRECT, {Part.VERIFIER}, State.CORRECTION),
    (State.CORRECTION, Act.RESEND, OWN, State.OUTSIDE),
    (State.OUTSIDE, Act.ISSUE, {Part.VERIFIER, Part.ISSUER}, State.DONE),
    (State.DRAFT, Act.CANCEL, OWN, State.CANCELLED),
    (State.SUBMITTED, Act.CANCEL, OWN, State.CANCELLED),
    (State.CHECKED, Act.CANCEL, OWN, State.CANCELLED),
    (State.RETURNED, Act.CANCEL, OWN, State.CANCELLED),
]


def test_the_table_is_the_one_of_the_field() -> None:
    legal = {(state, act): (who, to) for state, act, who, to in ROWS}
    for state, act, part in itertools.product((None, *State), Act, Part):
        who, to = legal.get((state, act), (set(), None))
        assert next_state(STEPS, state, act, {part}) is (to if part in who else None), (state, act, part)
        assert is_step(STEPS, state, act) is ((state, act) in legal)


def test_a_watcher_does_nothing_and_nothing_leads_out_of_an_end() -> None:
    assert all(Part.WATCHER not in step.who for step in STEPS)
    assert all(step.state not in FINAL for step in STEPS)
    assert set(NAMES) == set(State) == ACTIVE | FINAL


def test_without_outside_work_a_verified_case_ends_at_once() -> None:
    steps = default_steps(outside=False)
    states = {step.state for step in steps} | {step.to for step in steps}
    assert states == {None, *State} - {State.OUTSIDE, State.CORRECTION}
    assert next_state(steps, State.VERIFIED, Act.ISSUE, {Part.ISSUER}) is State.DONE
    assert next_state(STEPS, State.VERIFIED, Act.ISSUE, {Part.ISSUER}) is None


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_service_skips_a_step(file) -> None:
    steps = service(file).steps()
    assert {(step.state, step.act, step.to) for step in steps} <= ALLOWED
    for wanted in (State.DRAFT, State.SUBMITTED, State.CHECKED, State.VERIFIED):
        around = {step for step in steps if step.to is not wanted}
        assert State.DONE not in _reached(around), f"{wanted} can be gone round"


@settings(STEADY)
@given(st.lists(st.tuples(st.sampled_from(list(Act)), st.sampled_from(list(Part))), max_size=40))
def test_from_wherever_a_case_has_come_it_can_still_be_finished(walk: list[tuple[Act, Part]]) -> None:
    """Any acts by anybody: the illegal ones change nothing, and every state has a way to its end, in each service."""
    for steps in TABLES:
        state: State | None = None
        for act, part in walk:
            state = next_state(steps, state, act, {part}) or state
        assert state in FINAL or State.DONE in _reached(steps, state)


def test_buttons_are_the_acts_that_are_open_to_somebody() -> None:
    sisakat = service(FILES[1])
    parts = sisakat.parts(frozenset({"VER"}))
    assert parts == {Part.VERIFIER}
    assert acts_open(sisakat.steps(), State.CHECKED, parts) == (Act.RETURN, Act.REJECT, Act.VERIFY)
    assert acts_open(sisakat.steps(), State.VERIFIED, parts) == ()
    assert acts_open(sisakat.steps(), State.VERIFIED, sisakat.parts(frozenset({"SUP"}))) == (Act.SEND_OUT,)
    assert sisakat.parts(frozenset({"OPR"})) == frozenset()
    assert sisakat.state_name(State.OUTSIDE) == "Proses TTE"
    assert sisakat.state_name(State.DONE) == "SKT tersedia"
    assert sisakat.state_name(State.DONE, downloaded=True) == "Diunduh"
    assert made().state_name(State.DONE, downloaded=True) == "Selesai"


def _reached(steps, start: State | None = None) -> set[State]:
    found: set[State] = set()
    waiting = [start]
    while waiting:
        state = waiting.pop()
        for step in steps:
            if step.state is state and step.to not in found:
                found.add(step.to)
                waiting.append(step.to)
    return found
