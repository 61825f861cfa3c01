"""What a verifier says of each document, what stays of it, and what is open for change."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from backend.applications.rules.definition import Item
from backend.applications.rules.periods import months_after
from backend.applications.rules.states import State


class Mark(StrEnum):
    """A verifier's word on one document."""

    FINE = "sesuai"
    MEND = "perlu_diperbaiki"
    UNFIT = "tidak_memenuhi_syarat"


@dataclass(frozen=True, slots=True)
class Marked:
    """A mark on one version of a document (its id), with the local date."""

    mark: Mark
    version: str
    on: date
    reason: str = ""


def valid_until(item: Item, on: date) -> date | None:
    """The last day on which a *Sesuai* mark is carried; ``None``: without end. Only for reusable documents."""
    return None if item.valid_months is None else months_after(on, item.valid_months)


def is_carried(item: Item, marked: Marked, version: str, today: date) -> bool:
    """Whether a mark of an earlier case counts in a new one that points to ``version``: the same version, *Sesuai*, a
    reusable document, still valid."""
    if marked.mark is not Mark.FINE or not item.reusable or marked.version != version:
        return False
    until = valid_until(item, marked.on)
    return until is None or today <= until


def standing(marks: Mapping[str, Marked], versions: Mapping[str, str]) -> dict[str, Marked]:
    """The marks that count: a newer version of a document voids the mark on the older one."""
    return {code: marked for code, marked in marks.items() if versions.get(code) == marked.version}


def after_return(marks: Mapping[str, Marked]) -> dict[str, Marked]:
    """What stays when a case goes back: only *Sesuai*."""
    return {code: marked for code, marked in marks.items() if marked.mark is Mark.FINE}


def may_write(state: State | None, target: str, reopened: Collection[str]) -> bool:
    """Whether a field or document can be changed by the applicant: all of a draft, else only what was reopened."""
    if state is State.DRAFT:
        return True
    return state in (State.RETURNED, State.CORRECTION) and target in reopened
