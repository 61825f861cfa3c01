"""The three-way merge of a record's fields. Pure: values in, values out.

Cases that the phone's twin must agree with are in ``sync/vectors/merge.json``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson


@dataclass(frozen=True, slots=True)
class Merge:
    """``changes`` holds the fields that take my value; ``conflicts`` the fields that a person must choose.

    With any conflict nothing is changed: half an edit is not what its author meant.
    """

    changes: dict[str, Any]
    conflicts: list[str]


def same(one: Any, other: Any) -> bool:
    """Equality of JSON values: ``true`` is not 1, the order of keys does not matter, texts by code points."""
    if type(one) is str and type(other) is str:
        return one == other
    return orjson.dumps(one, option=orjson.OPT_SORT_KEYS) == orjson.dumps(other, option=orjson.OPT_SORT_KEYS)


def merge_fields(
    base: Mapping[str, Any] | None,
    mine: Mapping[str, Any],
    theirs: Mapping[str, Any],
    groups: Iterable[Sequence[str]] = (),
) -> Merge:
    """Merge the edited fields ``mine`` into the present record ``theirs``, both grown from ``base``.

    A missing member counts as ``None``. Fields of one group hold a joint invariant and merge as one. For a
    unit (a group, or a field without one) that ``mine`` touches: the same values on both sides, or unchanged
    by me: theirs stays; unchanged by them: mine is taken; else all its fields are in conflict.
    """
    base = base or {}
    units = [tuple(names) for names in groups if any(name in mine for name in names)]
    grouped = {name for names in units for name in names}
    units += [(name,) for name in mine if name not in grouped]
    changes: dict[str, Any] = {}
    conflicts: list[str] = []
    for names in units:
        was = {name: base.get(name) for name in names}
        result = {name: mine.get(name, was[name]) for name in names}
        present = {name: theirs.get(name) for name in names}
        if same(result, was) or same(result, present):
            continue
        if same(present, was):
            changes.update({name: mine[name] for name in names if name in mine})
        else:
            conflicts.extend(names)
    return Merge({} if conflicts else changes, sorted(conflicts))
