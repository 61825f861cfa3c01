"""The order of an evaluation: evidence, feedback on results, their rating, feedback on values, its rating, final.

Pure: what is there goes in, what is missing comes out, in words for the screen.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


class Step(enum.IntEnum):
    """Steps of an evaluation, in their order; the predicate between the last two is computed."""

    FEEDBACK_RESULT = 1
    RATE_RESULT = 2
    FEEDBACK_VALUE = 3
    RATE_BEHAVIOUR = 4
    FINALISE = 6


@dataclass(frozen=True, slots=True)
class Progress:
    """What an evaluation holds. ``results`` and ``values`` map an id or code to its name, in order."""

    results: Mapping[str, str]
    values: Mapping[str, str]
    evidence: frozenset[str] = field(default_factory=frozenset)
    feedback: frozenset[str] = field(default_factory=frozenset)
    rating_result: str | None = None
    rating_behaviour: str | None = None


def without_evidence(progress: Progress) -> list[str]:
    """Names of the results that no counting evidence stands behind."""
    return [name for id, name in progress.results.items() if id not in progress.evidence]


def missing_before(step: Step, progress: Progress) -> str | None:
    """Why the step may not be taken yet, naming what is missing; ``None`` if it may."""
    bare = without_evidence(progress)
    if bare:
        return f"Penilaian terkunci. {listed(bare)} belum punya bukti."
    if not progress.results:
        return "Penilaian terkunci. SKP ini belum punya RHK."
    open_results = [name for id, name in progress.results.items() if id not in progress.feedback]
    if step > Step.FEEDBACK_RESULT and open_results:
        return f"Umpan balik belum lengkap: {listed(open_results)}."
    if step > Step.RATE_RESULT and progress.rating_result is None:
        return "Rating hasil kerja belum diberikan."
    open_values = [name for code, name in progress.values.items() if code not in progress.feedback]
    if step > Step.FEEDBACK_VALUE and open_values:
        return f"Umpan balik perilaku belum lengkap: {listed(open_values)}."
    if step > Step.RATE_BEHAVIOUR and progress.rating_behaviour is None:
        return "Rating perilaku kerja belum diberikan."
    return None


LOCKED, FINAL = "terkunci", "final"
_NEXT = (
    (Step.FEEDBACK_RESULT, LOCKED), (Step.RATE_RESULT, "umpan_hasil"), (Step.FEEDBACK_VALUE, "rating_hasil"),
    (Step.RATE_BEHAVIOUR, "umpan_perilaku"), (Step.FINALISE, "rating_perilaku"),
)  # fmt: skip


def next_step(progress: Progress) -> str:
    """What an evaluation that is not final waits for, as a word of the protocol."""
    for step, word in _NEXT:
        if missing_before(step, progress) is not None:
            return word
    return "tetapkan"


def listed(names: Sequence[str]) -> str:
    """Names as a sentence lists them: *RHK 2, RHK 4 dan RHK 5*."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} dan {names[-1]}"
