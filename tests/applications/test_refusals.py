"""Marks, what stays of them, and why an act is refused: everything at once."""

from __future__ import annotations

from datetime import date

import pytest

from backend.applications.rules.definition import Item
from backend.applications.rules.fault import Fault
from backend.applications.rules.marks import Mark, Marked, after_return, is_carried, may_write, standing, valid_until
from backend.applications.rules.refusals import Case, Given, refusals, reopened
from backend.applications.rules.states import Act, Part, State
from tests.applications.samples import made

SERVICE = made()
DAY = date(2026, 11, 22)
VER, OWN, SUP = {Part.VERIFIER}, {Part.APPLICANT}, {Part.ISSUER}
HELD = {"SURAT": "s1", "LAIN": "l1"}


def fine(version: str) -> Marked:
    return Marked(Mark.FINE, version, DAY)


def bad(version: str, reason: str = "", mark: Mark = Mark.MEND) -> Marked:
    return Marked(mark, version, DAY, reason)


def said(case: Case, act: Act, parts: set[Part], given: Given = Given()) -> list[tuple[str, str]]:
    return [(fault.path, fault.code) for fault in refusals(SERVICE, case, act, parts, given)]


def test_an_act_out_of_turn_or_by_somebody_else_says_so_and_nothing_more() -> None:
    checked = Case(State.CHECKED)
    assert said(checked, Act.SUBMIT, OWN) == [("state", "NOT_NOW")]
    assert said(Case(None), Act.VERIFY, VER) == [("state", "NOT_NOW")]
    assert said(checked, Act.VERIFY, SUP) == [("who", "NOT_YOURS")]
    assert said(checked, Act.VERIFY, {Part.WATCHER}) == [("who", "NOT_YOURS")]
    assert said(Case(None), Act.CREATE, OWN) == []


def test_a_return_needs_a_reason_for_each_fault_and_lists_every_one_that_lacks_it() -> None:
    """Acceptance 14: without a reason a return is refused."""
    case = Case(State.CHECKED, HELD)
    assert said(case, Act.RETURN, VER) == [("reasons", "REASON")]
    marked = Case(State.CHECKED, HELD, {"SURAT": bad("s1"), "LAIN": bad("l1", mark=Mark.UNFIT)})
    assert said(marked, Act.RETURN, VER) == [("reasons.LAIN", "REASON"), ("reasons.SURAT", "REASON")]
    given = Given({"SURAT": "Buram", "reason": "  ", "TIADA": "x"})
    assert said(marked, Act.RETURN, VER, given) == [
        ("reasons.reason", "REASON"),
        ("reasons.TIADA", "UNKNOWN_TARGET"),
        ("reasons.LAIN", "REASON"),
    ]
    complete = Case(State.CHECKED, HELD, {"SURAT": bad("s1", "Buram"), "LAIN": fine("l1")})
    assert said(complete, Act.RETURN, VER) == []
    assert said(complete, Act.RETURN, VER, Given({"reason": "Salah ketik"})) == []
    assert said(complete, Act.RETURN, VER, Given({"LAIN": "ternyata buram"})) == [("reasons.LAIN", "MARK_DIFFERS")]


def test_a_rejection_needs_its_reason() -> None:
    assert said(Case(State.CHECKED), Act.REJECT, VER, Given(reason=" ")) == [("reason", "REASON")]
    assert said(Case(State.CHECKED), Act.REJECT, VER, Given(reason="Golongan belum cukup")) == []


def test_verification_needs_every_document_marked_fine() -> None:
    case = Case(State.CHECKED, HELD, {"SURAT": bad("s1", "Buram")}, blocking=(Fault("fields.reason", "STAND_IN", "x"),))
    assert said(case, Act.VERIFY, VER) == [
        ("fields.reason", "STAND_IN"),
        ("items.SURAT", "NOT_FINE"),
        ("items.LAIN", "NOT_MARKED"),
    ]
    newer = Case(State.CHECKED, HELD | {"SURAT": "s2"}, {"SURAT": fine("s1"), "LAIN": fine("l1")})
    assert said(newer, Act.VERIFY, VER) == [("items.SURAT", "NOT_MARKED")]
    assert said(Case(State.CHECKED, HELD, {"SURAT": fine("s1"), "LAIN": fine("l1")}), Act.VERIFY, VER) == []


def test_an_unusual_case_is_verified_only_with_a_written_confirmation() -> None:
    case = Case(State.CHECKED, to_confirm="Tingkat berbeda.")
    assert said(case, Act.VERIFY, VER) == [("confirmed", "CONFIRM")]
    assert said(case, Act.VERIFY, VER, Given(confirmed="Sesuai surat pusat")) == []


def test_sending_again_needs_everything_that_was_reopened_to_be_changed() -> None:
    returned = Case(State.RETURNED, HELD, asked={"SURAT": "s1", "reason": "", "LAIN": "l0"})
    assert said(returned, Act.SUBMIT, OWN) == [("items.SURAT", "NOT_ANSWERED"), ("fields.reason", "NOT_ANSWERED")]
    mended = Case(State.RETURNED, HELD | {"SURAT": "s2"}, asked=returned.asked, answered=frozenset({"reason"}))
    assert said(mended, Act.SUBMIT, OWN) == []
    unasked = Case(State.RETURNED, HELD, asked=returned.asked, hidden=frozenset({"SURAT", "reason", "LAIN"}))
    assert said(unasked, Act.SUBMIT, OWN) == [], "what is asked for no more is shown to nobody"
    outside = Case(State.CORRECTION, {}, asked={"SURAT": "s1"})
    assert said(outside, Act.RESEND, OWN) == [("items.SURAT", "NOT_ANSWERED")]


def test_a_correction_request_names_documents_and_reasons_also_of_marked_ones() -> None:
    case = Case(State.OUTSIDE, HELD, {"SURAT": fine("s1"), "LAIN": fine("l1")})
    assert said(case, Act.CORRECT, VER) == [("reasons", "REASON")]
    assert said(case, Act.CORRECT, VER, Given({"SURAT": "", "X": "y"})) == [
        ("reasons.SURAT", "REASON"),
        ("reasons.X", "UNKNOWN_TARGET"),
    ]
    assert said(case, Act.CORRECT, VER, Given({"SURAT": "Cap tidak terbaca"})) == []


def test_only_what_was_found_wrong_is_reopened() -> None:
    case = Case(State.CHECKED, HELD, {"SURAT": bad("s1", "Buram"), "LAIN": fine("l1")})
    assert reopened(case, Given({"reason": "Salah ketik"})) == {"SURAT": "s1", "reason": ""}
    outside = Case(State.OUTSIDE, HELD, {"SURAT": fine("s1"), "LAIN": fine("l1")})
    assert reopened(outside, Given({"LAIN": "Cap tidak terbaca"})) == {"LAIN": "l1"}


def test_what_blocks_sending_is_passed_on_whole() -> None:
    blocking = (Fault("items.SURAT", "MISSING", "Surat belum ada."), Fault("fields.reason", "MISSING", "Isi Alasan."))
    assert refusals(SERVICE, Case(State.DRAFT, blocking=blocking), Act.SUBMIT, OWN, Given()) == list(blocking)


def test_a_newer_version_voids_a_mark_and_a_return_keeps_only_fine_ones() -> None:
    """Acceptance 14: what was Sesuai stays Sesuai after the return."""
    marks = {"SURAT": fine("s1"), "LAIN": bad("l1", "Buram")}
    assert standing(marks, {"SURAT": "s2", "LAIN": "l1"}) == {"LAIN": marks["LAIN"]}
    assert after_return(marks) == {"SURAT": marks["SURAT"]}


@pytest.mark.parametrize(
    ("item", "mark", "version", "today", "carried"),
    [
        ({"reusable": True}, fine("v1"), "v1", date(2040, 1, 1), True),
        ({"reusable": True, "valid_months": 12}, fine("v1"), "v1", date(2027, 11, 22), True),
        ({"reusable": True, "valid_months": 12}, fine("v1"), "v1", date(2027, 11, 23), False),
        ({"reusable": True}, fine("v1"), "v2", DAY, False),
        ({"reusable": True}, bad("v1", "x"), "v1", DAY, False),
        ({"reusable": False}, fine("v1"), "v1", DAY, False),
    ],
)
def test_a_fine_mark_is_carried_to_later_cases_until_it_ends(
    item: dict, mark: Marked, version: str, today: date, carried: bool
) -> None:
    """Acceptance 7: used in April, offered in Oktober without upload."""
    assert is_carried(Item(code="SK", label="SK", **item), mark, version, today) is carried


def test_a_validity_of_months_ends_on_the_same_day_or_the_last_of_the_month() -> None:
    assert valid_until(Item(code="SK", label="SK", valid_months=3), date(2026, 11, 30)) == date(2027, 2, 28)
    assert valid_until(Item(code="SK", label="SK"), DAY) is None


@pytest.mark.parametrize("state", [None, *State])
def test_only_what_was_reopened_can_be_written_after_sending(state: State | None) -> None:
    open_again = {State.DRAFT, State.RETURNED, State.CORRECTION}
    assert may_write(state, "SURAT", {"SURAT"}) is (state in open_again)
    assert may_write(state, "LAIN", {"SURAT"}) is (state is State.DRAFT)
