"""Too many ratings in too short a time: bursts from one device for one officer, and a kiosk that is too quick.

Whoever judges holds a lock on the pair, so that two at the same instant cannot both miss the tenth.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ARRAY, BigInteger, and_, cast, exists, func, insert, or_, select, update

from backend.ratings.models import RATING, RATING_DECISION
from backend.ratings.rules.arrival import Act, Reason, Status, crowded
from backend.ratings.rules.settings import RatingRules
from backend.ratings.service.shown import publish_held
from sync.actors import system_actor
from sync.ids import derived
from sync.writing import Writing

Row = Mapping[str, Any]
MINUTE = timedelta(minutes=1)
SENTENCES = {
    Reason.BURST: "Banyak penilaian beruntun dari satu perangkat.",
    Reason.KIOSK_PACE: "Terlalu banyak penilaian dalam satu menit di tablet.",
}


def days(number: int) -> timedelta:
    """So many days."""
    return timedelta(days=number)


@dataclass(slots=True)
class Crowd:
    """``held``: new ratings to hold, with the reason; ``earlier``: stored ones that belong to the same crowd."""

    held: dict[str, Reason] = field(default_factory=dict)
    earlier: dict[str, tuple[Row, Reason]] = field(default_factory=dict)


async def find(w: Writing, rules: RatingRules, rows: Sequence[Row]) -> Crowd:
    """Which of the new ratings make a crowd, alone or with stored ones (section 5)."""
    window = timedelta(minutes=rules.number("burst_minutes"))
    await _lock(w, rows)
    near = await _near(w, rows, window)
    together = [*near, *rows]
    found = Crowd()
    for name in ("device_hash", "browser_hash"):
        for group in _groups(together, "officer", name):
            _note(found, group, rows, crowded(_times(group), rules.number("burst") - 1, window), Reason.BURST)
    for group in _groups(together, "kiosk"):
        pace = crowded(_times(group), rules.number("kiosk_per_minute"), MINUTE)
        _note(found, group, rows, pace, Reason.KIOSK_PACE)
    return found


async def hold_earlier(w: Writing, found: Crowd) -> None:
    """Hold the stored ratings of a crowd by added decisions of the server; what was decided once stays decided."""
    if not found.earlier:
        return
    actor = system_actor(w.agency)
    r = RATING.c
    held = update(RATING).where(r.id.in_(sorted(found.earlier)), r.status == Status.VALID).returning(r.id)
    ids = set((await w.connection.execute(held.values(status=str(Status.HELD)))).scalars())
    decisions = [
        {
            "id": derived(id, f"crowd/{reason}"), "agency": w.agency, "rating": id, "act": str(Act.HOLD),
            "before": str(Status.VALID), "after": str(Status.HELD), "account": None, "name": actor.name,
            "at": w.now, "reason": SENTENCES[reason],
        }
        for id, (_, reason) in found.earlier.items()
        if id in ids
    ]  # fmt: skip
    if decisions:
        await w.connection.execute(insert(RATING_DECISION), decisions)
    for id in sorted(ids):
        row, reason = found.earlier[id]
        publish_held(w, row, str(reason))


async def _lock(w: Writing, rows: Sequence[Row]) -> None:
    """One writer at a time for each device and kiosk; SQLite has one writer anyway."""
    if not w.store.postgres:
        return
    names = sorted({row[name] for row in rows for name in ("device_hash", "browser_hash") if row[name]})
    if names:
        # In one statement, and always in the same order, so that two of them cannot wait for each other.
        keys = select(
            func.unnest(cast([int(name[:15], 16) for name in names], ARRAY(BigInteger))).label("key")
        ).subquery()
        await w.connection.execute(select(func.pg_advisory_xact_lock(keys.c.key)))


async def _near(w: Writing, rows: Sequence[Row], window: timedelta) -> list[Row]:
    """Stored ratings of the same officers and devices, or kiosks, around the new ones."""
    r, d = RATING.c, RATING_DECISION.c
    first = min(row["made_at"] for row in rows) - window
    last = max(row["made_at"] for row in rows) + window
    devices = sorted({row["device_hash"] for row in rows if row["device_hash"]})
    browsers = sorted({row["browser_hash"] for row in rows if row["browser_hash"]})
    kiosks = sorted({row["kiosk"] for row in rows if row["kiosk"]})
    officers = sorted({row["officer"] for row in rows})
    same = and_(r.officer.in_(officers), or_(r.device_hash.in_(devices), r.browser_hash.in_(browsers)))
    query = select(RATING, exists().where(d.rating == r.id).label("decided")).where(
        r.agency == w.agency, r.made_at.between(first, last), or_(same, r.kiosk.in_(kiosks)) if kiosks else same
    )
    return [dict(row) for row in (await w.connection.execute(query)).mappings()]


def _groups(rows: Iterable[Row], *names: str) -> list[list[Row]]:
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        key = tuple(row[name] for name in names)
        if all(part is not None for part in key):
            groups.setdefault(key, []).append(row)
    return list(groups.values())


def _times(group: Iterable[Row]) -> list[datetime]:
    return [row["made_at"] for row in group]


def _note(found: Crowd, group: Iterable[Row], new: Sequence[Row], times: set[datetime], reason: Reason) -> None:
    fresh = {row["id"] for row in new}
    for row in group:
        if row["made_at"] not in times:
            continue
        if row["id"] in fresh:
            found.held.setdefault(row["id"], reason)
        elif row["status"] == Status.VALID and not row["decided"]:
            found.earlier.setdefault(row["id"], (row, reason))
