"""Conditions on fields and subject facts, with three answers: yes, no, *belum diketahui*.

A condition is JSON with one member: ``all`` and ``any`` hold a list of conditions, ``not`` one condition; ``eq``,
``ne``, ``in``, ``gte`` and ``lte`` hold ``[name, value]``, ``exists`` a name. A name is a field's key, or ``subject.``
and a fact.

What is not known makes nothing true and nothing false: ``all`` is *no* as soon as one part is, ``any`` is *yes* as soon
as one part is, else one unknown part leaves the whole unknown (Kleene). An empty field is known to be empty, so
``exists`` answers *no*; every comparison with it is unknown. A fact that nobody has told is unknown to ``exists`` too.

Where a condition names a rank, the other side is read as one: *III/d*, *penata tingkat i (iii/d)* and *Penata Tingkat I
(III/d)* are the same, so nobody gets around a document by spelling.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from backend.applications.rules.fault import Fault
from backend.applications.rules.ranks import is_rank, read_rank
from backend.applications.rules.visible import visible

UNKNOWN_TEXT = "belum diketahui"
SUBJECT = "subject."
MOST_DEPTH, MOST_PARTS = 8, 100
_LISTS, _PAIRS = ("all", "any"), ("eq", "ne", "in", "gte", "lte")
OPERATORS = (*_LISTS, "not", *_PAIRS, "exists")
_ORDERED = ("number", "date")
_COMPARED = ("text", "choice", "number", "date", "bool")


class Truth(StrEnum):
    """An answer."""

    TRUE = "ya"
    FALSE = "tidak"
    UNKNOWN = UNKNOWN_TEXT


@dataclass(frozen=True, slots=True)
class Kind:
    """What a name stands for: ``type`` as fields have it, or ``bool``; ``values`` if only these can be chosen."""

    type: str
    values: frozenset[str] = frozenset()


def judge(condition: Mapping[str, Any] | None, values: Mapping[str, Any], facts: Mapping[str, Any]) -> Truth:
    """Answer a sound condition; none at all is *yes*. ``facts`` lacks what nobody has told."""
    if condition is None:
        return Truth.TRUE
    ((operator, operand),) = condition.items()
    if operator in _LISTS:
        parts = [judge(part, values, facts) for part in operand]
        decisive = Truth.FALSE if operator == "all" else Truth.TRUE
        if decisive in parts:
            return decisive
        return Truth.UNKNOWN if Truth.UNKNOWN in parts else _not(decisive)
    if operator == "not":
        return _not(judge(operand, values, facts))
    if operator == "exists":
        return _exists(operand, values, facts)
    name, wanted = operand
    return _compare(operator, _value(name, values, facts), wanted)


def names(condition: Mapping[str, Any] | None) -> set[str]:
    """Every name that a condition mentions; safe on a faulty one."""
    return {name for name, _ in _mentions(condition)}


def is_empty(value: Any) -> bool:
    """Whether a field counts as not filled in; signs that nobody sees fill nothing."""
    return value is None or value == [] or value == {} or (isinstance(value, str) and not visible(value).strip())


def faults(condition: Any, known: Mapping[str, Kind], path: str, torn: frozenset[str] = frozenset()) -> list[Fault]:
    """Everything that is wrong with a condition. ``known`` holds all names; those in ``torn`` have a fault of their own
    already and are not judged here."""
    found: list[Fault] = []
    _walk(condition, known, torn, path, 0, found)
    if sum(1 for _ in _nodes(condition)) > MOST_PARTS:
        found.append(Fault(path, "CONDITION_SIZE", f"Syarat ini memuat lebih dari {MOST_PARTS} bagian. Pendekkan."))
    return found


def _not(truth: Truth) -> Truth:
    return {Truth.TRUE: Truth.FALSE, Truth.FALSE: Truth.TRUE}.get(truth, Truth.UNKNOWN)


def _value(name: str, values: Mapping[str, Any], facts: Mapping[str, Any]) -> Any:
    return facts.get(name.removeprefix(SUBJECT)) if name.startswith(SUBJECT) else values.get(name)


def _exists(name: str, values: Mapping[str, Any], facts: Mapping[str, Any]) -> Truth:
    if name.startswith(SUBJECT) and name.removeprefix(SUBJECT) not in facts:
        return Truth.UNKNOWN
    return Truth.FALSE if is_empty(_value(name, values, facts)) else Truth.TRUE


def _compare(operator: str, value: Any, wanted: Any) -> Truth:
    if operator == "in":
        answers = [_compare("eq", value, one) for one in wanted]
        return next((truth for truth in (Truth.TRUE, Truth.UNKNOWN) if truth in answers), Truth.FALSE)
    if is_empty(value):
        return Truth.UNKNOWN
    (sort, mine), (other, theirs) = _plain(value), _plain(wanted)
    if sort == other == "text" and is_rank(theirs):
        mine, theirs = read_rank(mine) or mine, read_rank(theirs)
    # "1" and 1, or true and 1, cannot be compared.
    if sort != other:
        return Truth.UNKNOWN
    match operator:
        case "eq":
            holds = mine == theirs
        case "ne":
            holds = mine != theirs
        case "gte":
            holds = mine >= theirs
        case _:
            holds = mine <= theirs
    return Truth.TRUE if holds else Truth.FALSE


def _plain(value: Any) -> tuple[str, Any]:
    """The value with its sort; dates and texts are compared as they are written (ISO), without outer spaces."""
    if isinstance(value, bool):
        return "bool", value
    if isinstance(value, int | float):
        return "number", value
    if isinstance(value, str):
        return "text", value.strip()
    return type(value).__name__, value


def _nodes(condition: Any) -> Iterator[Mapping[str, Any]]:
    waiting = [condition]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Mapping):
            yield node
            for operator, operand in node.items():
                if operator in _LISTS and isinstance(operand, list | tuple):
                    waiting.extend(operand)
                elif operator == "not":
                    waiting.append(operand)


def _mentions(condition: Any) -> Iterator[tuple[str, str]]:
    for node in _nodes(condition):
        for operator, operand in node.items():
            if operator == "exists" and isinstance(operand, str):
                yield operand, operator
            elif operator in _PAIRS and isinstance(operand, list | tuple) and operand and isinstance(operand[0], str):
                yield operand[0], operator


def _walk(
    node: Any, known: Mapping[str, Kind], torn: frozenset[str], path: str, depth: int, found: list[Fault]
) -> None:
    if depth > MOST_DEPTH:
        found.append(Fault(path, "CONDITION_DEPTH", f"Syarat bersarang lebih dari {MOST_DEPTH} tingkat. Sederhanakan."))
        return
    if not isinstance(node, Mapping) or len(node) != 1:
        found.append(
            Fault(path, "CONDITION_SHAPE", "Satu syarat memuat tepat satu kata: " + ", ".join(OPERATORS) + ".")
        )
        return
    ((operator, operand),) = node.items()
    here = f"{path}.{operator}"
    if operator in _LISTS:
        if not isinstance(operand, list | tuple) or not operand:
            found.append(Fault(here, "CONDITION_SHAPE", f"'{operator}' memuat daftar syarat yang tidak kosong."))
            return
        for place, part in enumerate(operand):
            _walk(part, known, torn, f"{here}[{place}]", depth + 1, found)
    elif operator == "not":
        _walk(operand, known, torn, here, depth + 1, found)
    elif operator == "exists":
        if not isinstance(operand, str):
            found.append(Fault(here, "CONDITION_SHAPE", "'exists' memuat satu nama isian atau fakta."))
        else:
            _name_faults(operand, known, torn, here, found)
    elif operator in _PAIRS:
        if not isinstance(operand, list | tuple) or len(operand) != 2 or not isinstance(operand[0], str):
            found.append(Fault(here, "CONDITION_SHAPE", f"'{operator}' memuat nama dan nilai: [nama, nilai]."))
        elif _name_faults(operand[0], known, torn, here, found):
            _value_faults(operator, operand[0], operand[1], known[operand[0]], torn, here, found)
    else:
        found.append(Fault(path, "CONDITION_SHAPE", f"Kata '{operator}' tidak dikenal. Pilih: {', '.join(OPERATORS)}."))


def _name_faults(name: str, known: Mapping[str, Kind], torn: frozenset[str], path: str, found: list[Fault]) -> bool:
    """Report an unknown name; whether its value can be judged."""
    if name in known:
        return True
    if name not in torn:
        fact = name.startswith(SUBJECT)
        code, what = ("UNKNOWN_FACT", "Fakta subjek") if fact else ("UNKNOWN_FIELD", "Isian")
        found.append(Fault(path, code, f"{what} '{name}' tidak ada. Periksa ejaannya."))
    return False


def _value_faults(
    operator: str, name: str, wanted: Any, kind: Kind, torn: frozenset[str], path: str, found: list[Fault]
) -> None:
    if kind.type not in _COMPARED or (operator in ("gte", "lte") and kind.type not in _ORDERED):
        text = f"'{name}' ({kind.type}) tidak dapat dibandingkan dengan '{operator}', jadi tidak pernah diketahui."
        found.append(Fault(path, "NEVER_KNOWN", text))
        return
    if operator == "in":
        if not isinstance(wanted, list | tuple) or not wanted:
            found.append(
                Fault(path, "CONDITION_SHAPE", "'in' memuat [nama, [nilai, ...]] dengan sedikitnya satu nilai.")
            )
            return
        offered = list(wanted)
    else:
        offered = [wanted]
    for one in offered:
        if not _fits(one, kind) and not (isinstance(one, str) and one in torn):
            found.append(Fault(path, "CONDITION_VALUE", f"Nilai {one!r} tidak mungkin untuk '{name}' ({kind.type})."))


def _fits(value: Any, kind: Kind) -> bool:
    match kind.type:
        case "bool":
            return isinstance(value, bool)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "date":
            return isinstance(value, str) and _is_date(value)
        case _:
            return isinstance(value, str) and (not kind.values or value in kind.values)


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
