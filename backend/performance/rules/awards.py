"""Long-service awards (X, XX, XXX) of civil servants: 10, 20, 30 years from the start, by the month.

Golden cases: ``award_due.json``. Months are ``YYYY-MM``. PNS only.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

CLASSES = (("X", 10), ("XX", 20), ("XXX", 30))
LEAD_MONTHS = 6
RECEIVED, SUPERSEDED, LATE, DUE, UPCOMING, NOT_YET = "received", "superseded", "late", "due", "upcoming", "not_yet"
TMT_DIFFERS = "TMT_DIFFERS_FROM_NIP"
_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?\Z")


class AwardError(ValueError):
    """Nothing can be counted. ``code``: ``NOT_PNS``, ``BAD_DATE``, ``NO_TMT``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class AwardClass:
    """One class: the month that it falls due in and how it stands."""

    name: str
    due: str
    state: str
    months_late: int


@dataclass(frozen=True, slots=True)
class Awards:
    """All three classes; ``propose`` is the highest that is due or late. ``source``: ``tmt`` or ``nip``."""

    count_from: str
    source: str
    warnings: tuple[str, ...]
    classes: tuple[AwardClass, ...]
    propose: str | None


def award_due(
    kind: str, tmt: str | None, nip_start: str | None, as_of: str, received: Collection[str] = (),
    lead_months: int = LEAD_MONTHS,
) -> Awards:  # fmt: skip
    """How the three classes stand in the month ``as_of``.

    ``tmt`` is the start (a month or a date); ``nip_start`` the start month that a valid PNS number tells, if any.
    After a break in service ``tmt`` is the date that HR entered anew. Raises :class:`AwardError`.
    """
    if kind != "PNS":
        raise AwardError("NOT_PNS")
    start = tmt or nip_start
    if not start:
        raise AwardError("NO_TMT")
    first, now = _months(start), _months(as_of)
    differs = bool(tmt and nip_start) and first != _months(nip_start or "")
    classes = tuple(_stands(name, first + 12 * years, now, received, lead_months) for name, years in CLASSES)
    open_ = [one.name for one in classes if one.state in (DUE, LATE)]
    return Awards(
        count_from=_written(first),
        source="tmt" if tmt else "nip",
        warnings=(TMT_DIFFERS,) if differs else (),
        classes=classes,
        propose=open_[-1] if open_ else None,
    )


def _stands(name: str, due: int, now: int, received: Collection[str], lead: int) -> AwardClass:
    names = [one for one, _ in CLASSES]
    higher = set(names[names.index(name) + 1 :])
    if name in received:
        state = RECEIVED
    elif higher & set(received):
        state = SUPERSEDED
    elif now > due:
        state = LATE
    elif now == due:
        state = DUE
    else:
        state = UPCOMING if due - now <= lead else NOT_YET
    return AwardClass(name, _written(due), state, now - due if state == LATE else 0)


def _months(text: str) -> int:
    found = _MONTH.match(text)
    if found is None:
        raise AwardError("BAD_DATE")
    return 12 * int(found[1]) + int(found[2]) - 1


def _written(months: int) -> str:
    return f"{months // 12:04d}-{months % 12 + 1:02d}"
