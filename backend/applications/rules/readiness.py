"""Whether a case could be sent: *siap*, or *{k} dari {m} belum ada* with reasons; phone and server ask alike."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from backend.applications.rules.conditions import SUBJECT, UNKNOWN_TEXT, Truth, is_empty, judge, names
from backend.applications.rules.definition import Field, FieldType, Item, Owner, Service
from backend.applications.rules.fact_words import word_of
from backend.applications.rules.fault import Fault
from backend.applications.rules.placeholders import entry_faults, guard_faults

_PLACE = re.compile(r"(?:fields|items)\.(\w+)")
_OF_THE_WHOLE = frozenset({"RULE_NOT_MET", "UNKNOWN"})
"""Faults that no word or file at their own place mends."""


class Standing(StrEnum):
    """How a document of the checklist stands."""

    PRESENT = "ada"
    REUSED = "dipakai ulang"
    MISSING = "belum ada"
    OPTIONAL = "boleh dilampirkan"
    NOT_NEEDED = "tidak perlu"
    UNKNOWN = UNKNOWN_TEXT


class Prediction(StrEnum):
    """What a verifier would have to do: send back what is missing (curable), or refuse what no document cures."""

    NONE = ""
    BTL = "BTL"
    TMS = "TMS"


@dataclass(frozen=True, slots=True)
class Held:
    """The document version that a case points to; ``reused``: taken from an earlier case with its mark."""

    version: str
    reused: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the checklist on the screen."""

    code: str
    label: str
    standing: Standing
    counts: bool
    """Whether it is one of the m that must be there."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """The whole answer. ``faults``: everything that blocks, by place; all at once, never the first only."""

    rows: tuple[Row, ...]
    faults: tuple[Fault, ...]
    prediction: Prediction

    @property
    def ready(self) -> bool:
        """Whether *kirim* would be accepted."""
        return not self.faults

    @property
    def required(self) -> int:
        """m: documents that must be there."""
        return sum(row.counts for row in self.rows)

    @property
    def missing(self) -> int:
        """k: those that are not."""
        return sum(row.counts and row.standing is Standing.MISSING for row in self.rows)

    @property
    def label(self) -> str:
        """The one line of the screen."""
        if self.missing:
            return f"{self.missing} dari {self.required} belum ada"
        return "siap" if self.ready else f"{len(self.faults)} hal belum beres"


def readiness(
    service: Service,
    values: Mapping[str, Any],
    facts: Mapping[str, Any],
    held: Mapping[str, Held],
    value_faults: tuple[Fault, ...] = (),
) -> Readiness:
    """Judge a case. ``facts`` lacks what nobody has told yet; ``value_faults``: what the form says of single values."""
    found: list[Fault] = [*value_faults, *entry_faults(service, values), *guard_faults(service, values)]
    for one in service.fields:
        found.extend(_field(service, one, values, facts))
    rows = []
    broken = False
    for item in service.items:
        needed = judge(item.when, values, facts)
        rows.append(_row(item, needed, held))
        if needed is Truth.FALSE:
            continue
        found.extend(_missing(service, item, needed, held, values, facts))
        rule = judge(item.must, values, facts)
        if rule is Truth.FALSE and needed is Truth.TRUE:
            broken = True
            found.append(Fault(f"items.{item.code}", "RULE_NOT_MET", f"{item.must_text} (TMS)"))
        elif rule is Truth.UNKNOWN and needed is Truth.TRUE:
            text = f"{item.label}: {_unknown(service, item.must, values, facts)} {UNKNOWN_TEXT}."
            found.append(Fault(f"items.{item.code}", "UNKNOWN", text))
    lacking = any(row.counts and row.standing is Standing.MISSING for row in rows)
    prediction = Prediction.TMS if broken else Prediction.BTL if lacking else Prediction.NONE
    return Readiness(tuple(rows), tuple(sorted(set(found))), prediction)


def is_typed(one: Field) -> bool:
    """Whether the applicant can answer there."""
    return one.owner is Owner.APPLICANT and one.type is not FieldType.EMPLOYEE


def within(faults: Collection[Fault], targets: Collection[str]) -> tuple[Fault, ...]:
    """What stands against sending a correction again: faults of the places that were asked for. The rest was verified
    and stays locked, and a rule that is not met any more is the office's to judge."""
    return tuple(one for one in faults if one.code not in _OF_THE_WHOLE and _target(one) in targets)


def mendable(service: Service, values: Mapping[str, Any], faults: Collection[Fault]) -> frozenset[str]:
    """Fields and documents with which the applicant can mend these faults: the place itself, for what does not fit the
    fields that its check compares with too; for a rule or an unknown what the condition asks of the applicant."""
    found = {name for one in faults for name in _cures(service, values, one)}
    typed = {one.key for one in service.fields if is_typed(one)}
    return frozenset(found & (typed | {item.code for item in service.items}))


def _cures(service: Service, values: Mapping[str, Any], fault: Fault) -> Iterator[str]:
    target = _target(fault)
    one, item = service.field(target), service.item(target)
    if fault.code in _OF_THE_WHOLE:
        broken = fault.code == "RULE_NOT_MET"
        when, must = (None if one is None else one.when, None) if item is None else (item.when, item.must)
        asked = names(must) if broken else names(when) | names(must)
        yield from (name for name in asked if broken or is_empty(values.get(name)))
        return
    yield target
    if fault.code == "VALUE" and one is not None:
        for validator in one.validators:
            yield from validator.split(":")[1:]


def _target(fault: Fault) -> str:
    found = _PLACE.match(fault.path)
    return found[1] if found else ""


def _field(service: Service, one: Field, values: Mapping[str, Any], facts: Mapping[str, Any]) -> list[Fault]:
    if one.owner is Owner.OFFICER or not one.required or not is_empty(values.get(one.key)):
        return []
    asked = judge(one.when, values, facts)
    if asked is Truth.FALSE:
        return []
    if asked is Truth.UNKNOWN:
        text = f"{one.label}: {_unknown(service, one.when, values, facts)} {UNKNOWN_TEXT}."
        return [Fault(f"fields.{one.key}", "UNKNOWN", text)]
    if one.owner is Owner.IMPORT:
        return [Fault(f"fields.{one.key}", "MISSING", f"{one.label} kosong. Minta petugas melengkapi.")]
    return [Fault(f"fields.{one.key}", "MISSING", f"Isi {one.label}. Isian lain aman.")]


def _row(item: Item, needed: Truth, held: Mapping[str, Held]) -> Row:
    document = held.get(item.code)
    if needed is Truth.UNKNOWN:
        standing = Standing.UNKNOWN
    elif needed is Truth.FALSE:
        standing = Standing.NOT_NEEDED
    elif document is not None:
        standing = Standing.REUSED if document.reused else Standing.PRESENT
    else:
        standing = Standing.MISSING if item.required else Standing.OPTIONAL
    return Row(item.code, item.label, standing, counts=item.required and needed is Truth.TRUE)


def _missing(
    service: Service, item: Item, needed: Truth, held: Mapping[str, Held], values: Mapping[str, Any],
    facts: Mapping[str, Any],
) -> list[Fault]:  # fmt: skip
    if needed is Truth.UNKNOWN and item.required:
        text = f"{item.label}: {_unknown(service, item.when, values, facts)} {UNKNOWN_TEXT}."
        return [Fault(f"items.{item.code}", "UNKNOWN", text)]
    if item.required and item.code not in held:
        return [Fault(f"items.{item.code}", "MISSING", f"{item.label} belum ada.")]
    return []


def _unknown(service: Service, condition: Any, values: Mapping[str, Any], facts: Mapping[str, Any]) -> str:
    """What a condition waits for, in people's words, each once."""
    empty = (
        word_of(service, name)
        for name in sorted(names(condition))
        if is_empty(facts.get(name.removeprefix(SUBJECT)) if name.startswith(SUBJECT) else values.get(name))
    )
    return ", ".join(dict.fromkeys(empty))
