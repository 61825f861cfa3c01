"""How the installation is now, read from the database: what ``/metrics`` shows and ``sambung doctor`` judges."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import orjson
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from backend.jobs.models import Job, JobState
from backend.notifications.models import Delivery
from backend.notifications.rules import State
from backend.phones import service as phones
from backend.phones.rules import Trouble
from sync import tables
from sync.clock import from_ms, to_ms


@dataclass(frozen=True, slots=True)
class Condition:
    """Counts of rows; ages in seconds, 0 if nothing waits."""

    deferred: dict[str, int] = field(default_factory=dict)
    """Mutations that wait on the server: ``dependency``, or ``internal`` (a handler of ours failed)."""
    deferred_age: dict[str, float] = field(default_factory=dict)
    deliveries: dict[str, int] = field(default_factory=dict)
    deliveries_late: float = 0
    jobs: dict[str, int] = field(default_factory=dict)
    jobs_late: float = 0
    phones: int = 0
    phones_waiting: int = 0
    """Phones whose last batch left something behind: they were not heard of since."""
    items_waiting: int = 0
    silent: float = 0
    """Since the longest silent of those phones was heard of."""
    missing_numbers: int = 0
    """Numbers of phones that are neither stored nor given up, less what those phones said still waits (I9)."""
    restores: int = 0
    troubles: dict[Trouble, tuple[int, int]] = field(default_factory=dict)
    """What phones reported of themselves: how many phones, and how much."""


async def examine(connection: AsyncConnection, now: datetime) -> Condition:
    """Read it all at ``now`` (UTC)."""
    deferred, ages = await _deferred(connection, now)
    counts = {
        name: {str(state): number for state, number in await connection.execute(query)}
        for name, query in (
            ("deliveries", select(col(Delivery.state), func.count()).group_by(col(Delivery.state))),
            ("jobs", select(col(Job.state), func.count()).group_by(col(Job.state))),
        )
    }
    late_job = select(func.min(col(Job.ready))).where(col(Job.state) == JobState.WAITING)
    late_delivery = select(func.min(col(Delivery.not_before))).where(col(Delivery.state) == State.WAITING)
    device = tables.device.c
    held = select(func.count(), func.sum(device.waiting), func.min(device.last_seen)).where(device.waiting > 0)
    holding, items, last_seen = (await connection.execute(held)).one()
    restores = (await connection.execute(select(tables.server.c.restores))).scalar()
    return Condition(
        deferred=deferred,
        deferred_age=ages,
        deliveries=counts["deliveries"],
        deliveries_late=_age((await connection.execute(late_delivery)).scalar_one(), now),
        jobs=counts["jobs"],
        jobs_late=_age((await connection.execute(late_job)).scalar_one(), now),
        restores=restores or 0,
        troubles=await phones.totals(connection),
        phones=(await connection.execute(select(func.count()).select_from(tables.device))).scalar_one(),
        phones_waiting=holding,
        items_waiting=int(items or 0),
        silent=0.0 if last_seen is None else _age(from_ms(last_seen), now),
        missing_numbers=await _missing(connection),
    )


async def _deferred(connection: AsyncConnection, now: datetime) -> tuple[dict[str, int], dict[str, float]]:
    table = tables.mutation.c
    code = func.coalesce(table.code, "dependency")
    rows = await connection.execute(
        select(code, func.count(), func.min(table.arrived)).where(table.status == "deferred").group_by(code)
    )
    found = [(str(name), int(number), oldest) for name, number, oldest in rows]
    ages = {name: max(0.0, (to_ms(now) - oldest) / 1000) for name, _, oldest in found if oldest is not None}
    return {name: number for name, number, _ in found}, ages


async def _missing(connection: AsyncConnection) -> int:
    table = tables.device.c
    gaps = await connection.execute(select(table.gaps, table.waiting).where(table.gaps != "[]"))
    return sum(
        max(0, sum(last - first + 1 for first, last in orjson.loads(ranges)) - waiting) for ranges, waiting in gaps
    )


def _age(moment: datetime | None, now: datetime) -> float:
    return 0.0 if moment is None else max(0.0, (now - moment).total_seconds())
