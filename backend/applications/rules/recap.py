"""What reports of cases count. Pure; local days and seconds are handed in. A total is the sum of its rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from backend.applications.rules.states import Act, State

COUNTED = (
    Act.SUBMIT, Act.OPEN, Act.RETURN, Act.REJECT, Act.VERIFY, Act.SEND_OUT, Act.CORRECT, Act.ISSUE,
)  # fmt: skip
"""Acts that stand in a recap of officers, in this order."""


@dataclass(frozen=True, slots=True)
class Line:
    """One case. ``days``: from the first *kirim* to the output, in local days; ``late``: the promise was broken, or
    the output came after the period's date; ``None`` where nothing can be said yet."""

    name: str
    unit: str
    kind: str
    period: str
    state: State
    sent: date
    ended: date | None
    number: str
    late: bool | None
    subject: str

    @property
    def days(self) -> int | None:
        """Days from *kirim* to the output, only of a finished case."""
        return (self.ended - self.sent).days if self.ended is not None and self.state is State.DONE else None


@dataclass(frozen=True, slots=True)
class Total:
    """Sums over lines. ``days``: all days together, over ``done`` cases."""

    cases: int
    done: int
    rejected: int
    under_way: int
    days: int
    late: int
    subjects: int


def total(lines: Sequence[Line]) -> Total:
    """The sums; ``cases`` = ``done`` + ``rejected`` + ``under_way``."""
    done = [line for line in lines if line.state is State.DONE]
    rejected = sum(line.state in (State.REJECTED, State.CANCELLED) for line in lines)
    return Total(
        cases=len(lines),
        done=len(done),
        rejected=rejected,
        under_way=len(lines) - len(done) - rejected,
        days=sum(line.days or 0 for line in done),
        late=sum(line.late is True for line in lines),
        subjects=len({line.subject for line in lines}),
    )


@dataclass(frozen=True, slots=True)
class Officer:
    """What one account did in a period: distinct cases, and acts by word."""

    account: str
    name: str
    cases: int
    acts: tuple[int, ...]


def officers(acts: Iterable[tuple[str, str, str, str]]) -> list[Officer]:
    """From the history: rows of (account, name, act, case). The name of the last row stands; sorted by name."""
    names: dict[str, str] = {}
    cases: dict[str, set[str]] = {}
    counts: dict[str, dict[str, int]] = {}
    for account, name, act, case in acts:
        names[account] = name
        cases.setdefault(account, set()).add(case)
        own = counts.setdefault(account, {})
        own[act] = own.get(act, 0) + 1
    found = [
        Officer(account, names[account], len(cases[account]), tuple(own.get(act, 0) for act in COUNTED))
        for account, own in counts.items()
    ]
    return sorted(found, key=lambda one: (one.name, one.account))
