"""What becomes of a rating that arrives: whose time counts, what makes it a duplicate, what holds it."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.ratings.rules.scores import INDICATORS, validate


class Status(enum.StrEnum):
    """The states of a rating; only *sah* counts."""

    VALID = "sah"
    DUPLICATE = "duplikat"
    HELD = "ditahan"
    VOID = "batal"


class Reason(enum.StrEnum):
    """Why a rating is not simply *sah*."""

    OWN_PHONE = "nomor_sendiri"
    OWN_SESSION = "akun_sendiri"
    REPEATED = "ulang"
    BURST = "beruntun"
    KIOSK_PACE = "tablet_cepat"
    HOURS = "di_luar_jam"
    STAFF_PHONE = "nomor_pegawai"
    PHONE_UNREADABLE = "nomor_rusak"
    RELEASED = "tablet_dilepas"
    ELSEWHERE = "bukan_lokasinya"


class Act(enum.StrEnum):
    """What can be decided about a rating."""

    HOLD = "tahan"
    CONFIRM = "sahkan"
    VOID = "batal"


AFTER: Mapping[Act, Status] = {Act.HOLD: Status.HELD, Act.CONFIRM: Status.VALID, Act.VOID: Status.VOID}
FROM: Mapping[Act, frozenset[Status]] = {
    Act.HOLD: frozenset({Status.VALID}),
    Act.CONFIRM: frozenset({Status.HELD, Status.VOID}),
    Act.VOID: frozenset({Status.VALID, Status.HELD}),
}
"""From which states an act leads on. A duplicate stays one: its first rating counts already."""


class Evidence(enum.StrEnum):
    """Whose clock says when a rating was made."""

    KIOSK = "kiosk"
    FORM = "formulir"
    ARRIVAL = "tiba"


def judged_at(
    *, kiosk: datetime | None, opened: datetime | None, proven: bool, arrived: datetime, form_hours: int
) -> tuple[datetime, Evidence]:
    """The instant that bursts, hours and the period are judged by (sections 5 and 7).

    A paired kiosk's own time; else the issue time of a form that was opened with a valid step code and is at
    most ``form_hours`` old; else the arrival.
    """
    if kiosk is not None:
        return min(kiosk, arrived), Evidence.KIOSK
    if proven and opened is not None and timedelta(0) <= arrived - opened <= timedelta(hours=form_hours):
        return opened, Evidence.FORM
    return arrived, Evidence.ARRIVAL


def crowded(times: Iterable[datetime], most: int, window: timedelta) -> set[datetime]:
    """Those instants that lie in a stretch shorter than ``window`` which holds more than ``most`` of them.

    Both ends of the stretch belong to it; equal instants count each.
    """
    ordered = sorted(times)
    found: set[datetime] = set()
    first = 0
    for last, now in enumerate(ordered):
        while now - ordered[first] >= window:
            first += 1
        if last - first + 1 > most:
            found.update(ordered[first : last + 1])
    return found


@dataclass(frozen=True, slots=True)
class Given:
    """What a visitor gave, as it was typed or chosen: texts, or ``None`` where nothing was."""

    service: str | None
    indicators: Sequence[str]
    score: str | None
    scores: Mapping[str, str]


def form_faults(version: str, given: Given, services: Iterable[str]) -> dict[str, str]:
    """The faulty inputs of a form with a code each: ``service``, ``indicators``, ``score`` (v1), ``scores`` (v2).

    Codes: REQUIRED, UNKNOWN, DUPLICATE, RANGE. A score of the other version is ``WRONG_VERSION``.
    """
    found: dict[str, str] = {}
    if not given.service:
        found["service"] = "REQUIRED"
    elif given.service not in set(services):
        found["service"] = "UNKNOWN"
    if version == "v1":
        if not given.indicators:
            found["indicators"] = "REQUIRED"
        elif not set(given.indicators) <= set(INDICATORS):
            found["indicators"] = "UNKNOWN"
        elif len(set(given.indicators)) < len(given.indicators):
            found["indicators"] = "DUPLICATE"
        if given.score in (None, "", "0"):
            found["score"] = "REQUIRED"
        elif read_score(given.score) is None:
            found["score"] = "RANGE"
        if given.scores:
            found["score"] = "WRONG_VERSION"
        return found
    for code in INDICATORS:
        if given.scores.get(code) in (None, "", "0"):
            found[f"score_{code}"] = "REQUIRED"
        elif read_score(given.scores[code]) is None:
            found[f"score_{code}"] = "RANGE"
    if given.score or given.indicators or not set(given.scores) <= set(INDICATORS):
        found["score_P"] = "WRONG_VERSION"
    return found


def read_score(text: str | None) -> int | None:
    """A score 1-5 as a form sends it; ``None`` for anything else."""
    return int(text) if text in ("1", "2", "3", "4", "5") else None


FAULTS: Mapping[str, str] = {
    "RATING_REQUIRED": "Pilih rating 1 sampai 5.",
    "RATING_RANGE": "Pilih rating 1 sampai 5.",
    "RATINGS_INCOMPLETE": "Kelima rating indikator wajib diisi.",
    "INDICATOR_REQUIRED": "Pilih minimal satu indikator.",
    "INDICATOR_UNKNOWN": "Indikator ini tidak dikenal.",
    "INDICATOR_DUPLICATE": "Pilih setiap indikator satu kali saja.",
}


def score_faults(version: str, score: int | None, scores: Mapping[str, int], indicators: Sequence[str]) -> list[str]:
    """What is wrong with the scores of a rating, as Indonesian sentences; empty if nothing is.

    A v1 rating has one score and indicators, a v2 rating five scores; neither has anything of the other.
    """
    if scores if version == "v1" else score is not None or indicators:
        return ["Lembar penilaian ini memakai instrumen lain."]
    payload = {"rating": score, "indicators": list(indicators)} if version == "v1" else {"ratings": dict(scores)}
    return [FAULTS[code] for code in validate(version, payload)]
