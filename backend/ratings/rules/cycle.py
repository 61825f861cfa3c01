"""The seven steps of a report of ratings: who, in how many working minutes, what they lead to.

What is due follows from the acts so far; no step can be skipped, an overrun is marked and never blocks.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


class State(enum.StrEnum):
    """Where a report stands; the values are stored and shown."""

    DATA = "data"
    DRAWN = "ditarik"
    DRAFT = "draf"
    VERIFIED = "diverifikasi"
    FINAL = "final"
    PUBLISHED = "terbit"


class Act(enum.StrEnum):
    """What somebody did at a step: ticked it, finished it, or gave the report back with a reason."""

    TICK = "centang"
    DONE = "selesai"
    RETURN = "kembali"


@dataclass(frozen=True, slots=True)
class Step:
    """One step. ``limit`` in minutes; ``to`` the state that it leads to; ``timed``: its working time is measured."""

    number: int
    title: str
    result: str
    roles: tuple[str, ...]
    limit: int
    to: State
    timed: bool = True


STEPS: Mapping[int, Step] = {
    step.number: step
    for step in (
        Step(1, "Memberi tahu pengguna jasa, papan kode terpasang", "papan diperiksa", ("KOR",), 10, State.DATA, False),
        Step(2, "Menerima penilaian", "data rating", ("KOR", "TRK"), 20, State.DATA, False),
        Step(3, "Menarik data", "laporan rating", ("TRK",), 30, State.DRAWN),
        Step(4, "Menyusun laporan", "laporan hasil rating pegawai", ("TRK",), 30, State.DRAFT),
        Step(5, "Memverifikasi dan menganalisis", "laporan diverifikasi", ("KSB",), 30, State.VERIFIED),
        Step(6, "Menerima dan menganalisis", "final laporan rating pegawai", ("KPL",), 60, State.FINAL),
        Step(7, "Menerbitkan per lokasi", "laporan publikasi rating pegawai", ("TRK",), 30, State.PUBLISHED),
    )
}
RETURNABLE = (5, 6)
"""Steps at which the report may go back to *draf*, to be drawn up again."""

FROZEN = (State.FINAL, State.PUBLISHED)


def due_step(acts: Sequence[tuple[int, str]]) -> int | None:
    """The step that is due after these acts (step, act), in their order; ``None`` after the last one."""
    if not acts:
        return 1
    step, act = acts[-1]
    if act == Act.RETURN:
        return 4
    return step + 1 if step < len(STEPS) else None


def minutes_spent(seconds: int) -> int:
    """Working seconds as minutes begun: what is compared with the limit, and shown."""
    return -(-seconds // 60)


def is_late(step: int, minutes: int | None) -> bool:
    """Whether a timed step took longer than its limit: 31 of 30 minutes is late, 30 is not."""
    return minutes is not None and STEPS[step].timed and minutes > STEPS[step].limit
