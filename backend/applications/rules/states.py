"""Where a case stands, which acts there are, who may take which step. Source: the table of a case's states.

The ten states and eleven acts belong to the engine, because locks, clocks and histories hang on them. A service names
them for its screens, names who acts, and may leave out the work outside the office; it can skip none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class State(StrEnum):
    """Where a case stands."""

    DRAFT = "draf"
    SUBMITTED = "diajukan"
    CHECKED = "diperiksa"
    RETURNED = "dikembalikan"
    REJECTED = "ditolak"
    VERIFIED = "diverifikasi"
    OUTSIDE = "diproses_luar"
    CORRECTION = "perbaikan"
    DONE = "selesai"
    CANCELLED = "batal"


class Act(StrEnum):
    """What can be done to a case; its history carries these words."""

    CREATE = "buat"
    SUBMIT = "kirim"
    OPEN = "buka"
    RETURN = "kembalikan"
    REJECT = "tolak"
    VERIFY = "verifikasi"
    SEND_OUT = "proses_luar"
    CORRECT = "minta_perbaikan"
    RESEND = "kirim_ulang"
    ISSUE = "terbitkan"
    CANCEL = "batalkan"


class Part(StrEnum):
    """The part that somebody plays towards one case; a service says which roles play it.

    ``BEHALF`` is an officer who made the case in the name of somebody (*atas nama*), and only that officer's case.
    """

    APPLICANT = "pemohon"
    BEHALF = "atas_nama"
    VERIFIER = "verifikator"
    ISSUER = "penerbit"
    WATCHER = "pemantau"


@dataclass(frozen=True, slots=True)
class Step:
    """One legal step: in ``state`` (``None``: there is no case yet), ``act`` by any of ``who`` leads to ``to``."""

    state: State | None
    act: Act
    who: frozenset[Part]
    to: State


def _steps(states: Iterable[State | None], act: Act, who: Iterable[Part], to: State) -> list[Step]:
    return [Step(state, act, frozenset(who), to) for state in states]


_OWN = (Part.APPLICANT, Part.BEHALF)
_OFFICE = (Part.VERIFIER, Part.ISSUER)

STEPS: tuple[Step, ...] = (
    *_steps([None], Act.CREATE, _OWN, State.DRAFT),
    *_steps([State.DRAFT, State.RETURNED], Act.SUBMIT, _OWN, State.SUBMITTED),
    *_steps([State.SUBMITTED], Act.OPEN, [Part.VERIFIER], State.CHECKED),
    *_steps([State.CHECKED], Act.RETURN, [Part.VERIFIER], State.RETURNED),
    *_steps([State.CHECKED], Act.REJECT, [Part.VERIFIER], State.REJECTED),
    *_steps([State.CHECKED], Act.VERIFY, [Part.VERIFIER], State.VERIFIED),
    *_steps([State.VERIFIED], Act.SEND_OUT, _OFFICE, State.OUTSIDE),
    *_steps([State.OUTSIDE], Act.CORRECT, [Part.VERIFIER], State.CORRECTION),
    *_steps([State.CORRECTION], Act.RESEND, _OWN, State.OUTSIDE),
    *_steps([State.OUTSIDE], Act.ISSUE, _OFFICE, State.DONE),
    *_steps([State.DRAFT, State.SUBMITTED, State.CHECKED, State.RETURNED], Act.CANCEL, _OWN, State.CANCELLED),
)
"""The table that a service has if it says nothing."""

STRAIGHT = Step(State.VERIFIED, Act.ISSUE, frozenset(_OFFICE), State.DONE)
"""The one step more of a service without work outside the office."""

_OUTSIDE = frozenset({State.OUTSIDE, State.CORRECTION})
ALLOWED: frozenset[tuple[State | None, Act, State]] = frozenset(
    (step.state, step.act, step.to) for step in (*STEPS, STRAIGHT)
)
"""Every step that a service may declare; anything else would skip one."""

NEEDED: tuple[Act, ...] = (Act.CREATE, Act.SUBMIT, Act.OPEN, Act.RETURN, Act.VERIFY, Act.ISSUE)
"""Acts without which no service can be offered."""

FINAL = frozenset({State.REJECTED, State.DONE, State.CANCELLED})
WITH_APPLICANT = frozenset({State.DRAFT, State.RETURNED, State.CORRECTION})
"""Here the word is with the applicant: the office's clock rests, and something can be written."""
ACTIVE = frozenset(State) - FINAL

NAMES: Mapping[State, str] = MappingProxyType(
    {
        State.DRAFT: "Draf",
        State.SUBMITTED: "Diajukan",
        State.CHECKED: "Diperiksa",
        State.RETURNED: "Dikembalikan (BTL)",
        State.REJECTED: "Ditolak (TMS)",
        State.VERIFIED: "Diverifikasi",
        State.OUTSIDE: "Diproses luar",
        State.CORRECTION: "Perbaikan",
        State.DONE: "Selesai",
        State.CANCELLED: "Batal",
    }
)
"""What the screen calls a state unless the service names it."""


def default_steps(outside: bool = True) -> tuple[Step, ...]:
    """The table with or without the work outside the office."""
    if outside:
        return STEPS
    return (*(step for step in STEPS if step.state not in _OUTSIDE and step.to not in _OUTSIDE), STRAIGHT)


def next_state(steps: Iterable[Step], state: State | None, act: Act, parts: Collection[Part]) -> State | None:
    """Where ``act`` by somebody who plays ``parts`` leads from ``state``; ``None`` if it is not legal."""
    for step in steps:
        if step.state is state and step.act is act and step.who.intersection(parts):
            return step.to
    return None


def is_step(steps: Iterable[Step], state: State | None, act: Act) -> bool:
    """Whether anybody at all may do this in that state."""
    return any(step.state is state and step.act is act for step in steps)


def acts_open(steps: Iterable[Step], state: State | None, parts: Collection[Part]) -> tuple[Act, ...]:
    """What somebody who plays ``parts`` can do now, in the order of the table: the buttons of a screen."""
    found = [step.act for step in steps if step.state is state and step.who.intersection(parts)]
    return tuple(dict.fromkeys(found))
