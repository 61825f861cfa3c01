"""What a sabotage is, how its edits are made, and what counts as having been found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Edit:
    """``before`` stands exactly once in ``file`` (a path from the root) and becomes ``after``."""

    file: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Sabotage:
    """One fault: what a careless developer would have done, and the tests that must fail because of it.

    ``promise`` names the promises of the protocol that it breaks. ``tests`` are ids of pytest, or of vitest as
    ``src/file.test.ts > group > test``; every one of them must fail by an assertion.
    """

    name: str
    promise: str
    breaks: str
    edits: tuple[Edit, ...]
    tests: tuple[str, ...]


class DoesNotApply(Exception):
    """The text to be edited is not there exactly once: the sabotage has to follow the code."""


def edited(file: str, source: str, edits: Iterable[Edit]) -> str:
    """The source with the edits of this file made. Raises :class:`DoesNotApply`."""
    for edit in edits:
        if edit.file != file:
            continue
        count = source.count(edit.before)
        if count != 1:
            raise DoesNotApply(f"{file} holds this {count} times, not once:\n{edit.before}")
        source = source.replace(edit.before, edit.after)
    return source


def misfit(sabotage: Sabotage) -> str | None:
    """Why the edits of a sabotage cannot be made any more; ``None`` if they can."""
    try:
        for file in {edit.file for edit in sabotage.edits}:
            edited(file, (ROOT / file).read_text(encoding="utf-8"), sabotage.edits)
    except DoesNotApply as error:
        return str(error)
    return None


@dataclass(frozen=True, slots=True)
class Ran:
    """One run of the named tests over an edited engine: which files were edited, what each test said.

    A test said ``passed``, ``assertion: ...``, ``error: ...`` (anything else that was raised) or ``skipped``.
    """

    applied: frozenset[str]
    said: Mapping[str, str]
    output: str = ""


def findings(sabotage: Sabotage, ran: Ran) -> list[str]:
    """Why the sabotage does not count as found; empty if it does."""
    wrong = [f"{edit.file} was not loaded" for edit in sabotage.edits if edit.file not in ran.applied]
    for test in sabotage.tests:
        said = ran.said.get(test, "did not run")
        if not said.startswith("assertion: "):
            wrong.append(f"{test}: {said}")
    return wrong
