"""Who sees the records of this room, and the words that every handler shares."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from backend.calendar.periods import Period, read_period
from sync.clock import to_ms, wire
from sync.errors import Refusal

STAFF = ("ADM", "OPR", "TEL", "LKT", "BID", "KTM")
"""Who works in the service: writes obstacles, fills in the team's survey."""
LEADERS = ("KTM", "PIM", "KPL", "PGW", "ADM")
"""Who reads its figures and reports."""
SAFE = "Tulisan aman."


def seen_by(root: str, roles: Iterable[str], *own: str) -> frozenset[str]:
    """Audiences of roles over the agency, and of single accounts."""
    return frozenset({f"role:{role}@{root}" for role in roles} | {f"person:{account}" for account in own})


def stamp(instant: datetime) -> str:
    """An instant as it travels."""
    return wire(to_ms(instant))


def quarter(code: str) -> Period:
    """The quarter of a code. Raises ``invalid``."""
    found = read_period(code)
    if found is None or "Q" not in code:
        sentence = "Pilih triwulan dari daftar."
        raise Refusal("invalid", f"{sentence} {SAFE}", fields={"period": sentence})
    return found
