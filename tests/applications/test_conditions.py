"""Conditions have three answers, and what is not known never turns an answer round."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.applications.rules.conditions import UNKNOWN_TEXT, Kind, Truth, faults, judge, names
from tests.applications.samples import STEADY

VALUES = {"kind": "a", "count": 3, "day": "2026-11-22", "empty": "", "spaces": "  ", "people": []}
FACTS: dict[str, Any] = {"rank": "Penata (III/c)", "first": False, "none": None}


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        (None, Truth.TRUE),
        ({"eq": ["kind", "a"]}, Truth.TRUE),
        ({"eq": ["kind", " a "]}, Truth.TRUE),
        ({"eq": ["kind", "b"]}, Truth.FALSE),
        ({"ne": ["kind", "b"]}, Truth.TRUE),
        ({"ne": ["kind", "a"]}, Truth.FALSE),
        ({"in": ["kind", ["b", "a"]]}, Truth.TRUE),
        ({"in": ["kind", ["b", "c"]]}, Truth.FALSE),
        ({"gte": ["count", 3]}, Truth.TRUE),
        ({"gte": ["count", 3.5]}, Truth.FALSE),
        ({"lte": ["count", 3.0]}, Truth.TRUE),
        ({"lte": ["count", 2]}, Truth.FALSE),
        ({"gte": ["day", "2026-11-22"]}, Truth.TRUE),
        ({"lte": ["day", "2026-11-21"]}, Truth.FALSE),
        ({"eq": ["subject.first", False]}, Truth.TRUE),
        ({"eq": ["subject.first", True]}, Truth.FALSE),
        ({"exists": "kind"}, Truth.TRUE),
        ({"exists": "empty"}, Truth.FALSE),
        ({"exists": "spaces"}, Truth.FALSE),
        ({"exists": "people"}, Truth.FALSE),
        ({"exists": "never_written"}, Truth.FALSE),
        ({"exists": "subject.none"}, Truth.FALSE),
        ({"exists": "subject.untold"}, Truth.UNKNOWN),
        ({"eq": ["empty", "a"]}, Truth.UNKNOWN),
        ({"ne": ["empty", "a"]}, Truth.UNKNOWN),
        ({"in": ["empty", ["a"]]}, Truth.UNKNOWN),
        ({"gte": ["subject.none", 1]}, Truth.UNKNOWN),
        ({"eq": ["subject.untold", True]}, Truth.UNKNOWN),
        ({"eq": ["count", "3"]}, Truth.UNKNOWN),
        ({"eq": ["subject.first", 0]}, Truth.UNKNOWN),
        ({"not": {"eq": ["empty", "a"]}}, Truth.UNKNOWN),
        ({"not": {"eq": ["kind", "a"]}}, Truth.FALSE),
    ],
)
def test_each_word_has_its_answer(condition: Any, answer: Truth) -> None:
    assert judge(condition, VALUES, FACTS) is answer


YES, NO, OPEN = {"eq": ["kind", "a"]}, {"eq": ["kind", "b"]}, {"eq": ["empty", "a"]}


@pytest.mark.parametrize(
    ("parts", "of_all", "of_any"),
    [
        ([YES, YES], Truth.TRUE, Truth.TRUE),
        ([YES, NO], Truth.FALSE, Truth.TRUE),
        ([NO, NO], Truth.FALSE, Truth.FALSE),
        ([YES, OPEN], Truth.UNKNOWN, Truth.TRUE),
        ([NO, OPEN], Truth.FALSE, Truth.UNKNOWN),
        ([OPEN, OPEN], Truth.UNKNOWN, Truth.UNKNOWN),
    ],
)
def test_all_and_any_by_the_table_in_either_order(parts: list[Any], of_all: Truth, of_any: Truth) -> None:
    for order in (parts, parts[::-1]):
        assert judge({"all": order}, VALUES, FACTS) is of_all
        assert judge({"any": order}, VALUES, FACTS) is of_any


def test_unknown_is_said_in_words() -> None:
    assert str(judge(OPEN, VALUES, FACTS)) == UNKNOWN_TEXT == "belum diketahui"


KEYS = ("a", "b", "c")
leaves = st.one_of(
    st.tuples(st.sampled_from(["eq", "ne", "gte", "lte"]), st.sampled_from(KEYS), st.integers(0, 2)).map(
        lambda leaf: {leaf[0]: [leaf[1], leaf[2]]}
    ),
    st.tuples(st.sampled_from(KEYS), st.lists(st.integers(0, 2), min_size=1, max_size=2)).map(
        lambda leaf: {"in": list(leaf)}
    ),
    st.sampled_from(KEYS).map(lambda key: {"exists": f"subject.{key}"}),
    st.tuples(st.sampled_from(KEYS), st.integers(0, 2)).map(lambda leaf: {"eq": [f"subject.{leaf[0]}", leaf[1]]}),
)
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        inner.map(lambda one: {"not": one}),
        st.tuples(st.sampled_from(["all", "any"]), st.lists(inner, min_size=1, max_size=3)).map(
            lambda node: {node[0]: node[1]}
        ),
    ),
    max_leaves=8,
)
known = st.dictionaries(st.sampled_from(KEYS), st.integers(0, 2))


@settings(STEADY)
@given(trees, known, known, known, known)
def test_what_becomes_known_never_turns_an_answer_round(
    tree: Any, values: dict[str, int], facts: dict[str, int], more: dict[str, int], told: dict[str, int]
) -> None:
    before = judge(tree, values, facts)
    after = judge(tree, {**more, **values}, {**told, **facts})
    assert before in (after, Truth.UNKNOWN)


@settings(STEADY)
@given(trees, known, known)
def test_with_everything_known_there_are_two_answers_and_de_morgan_holds(
    tree: Any, values: dict[str, int], facts: dict[str, int]
) -> None:
    everything = dict.fromkeys(KEYS, 1)
    assert judge(tree, {**everything, **values}, {**everything, **facts}) is not Truth.UNKNOWN
    assert judge({"not": {"all": [tree, YES]}}, values, facts) is judge(
        {"any": [{"not": tree}, {"not": YES}]}, values, facts
    )
    assert judge({"not": {"not": tree}}, values, facts) is judge(tree, values, facts)


@settings(STEADY)
@given(trees)
def test_a_condition_of_known_names_has_no_fault_and_lists_them(tree: Any) -> None:
    kinds = {key: Kind("number") for key in KEYS} | {f"subject.{key}": Kind("number") for key in KEYS}
    assert faults(tree, kinds, "x") == []
    assert names(tree) <= set(kinds)
    lacking = faults(tree, {}, "x")
    assert {fault.code for fault in lacking} <= {"UNKNOWN_FIELD", "UNKNOWN_FACT"}
    assert len({fault.text for fault in lacking}) == len(names(tree))
