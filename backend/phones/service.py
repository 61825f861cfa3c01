"""Keeping what phones report, and forgetting it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from backend.phones.models import PhoneReport
from backend.phones.rules import Trouble, amount
from sync.actors import Viewer

log = structlog.get_logger("phones")

KEPT = timedelta(days=90)


async def note(
    connection: AsyncConnection,
    *,
    session: str,
    viewer: Viewer,
    told: Mapping[Trouble, int],
    app_version: str,
    now: datetime,
) -> None:
    """Keep the latest amount of each trouble of one phone; the log says it too, without who."""
    rows = [
        {
            "session": session,
            "what": trouble.value,
            "account": viewer.account,
            "agency": viewer.agency,
            "amount": amount(number),
            "app_version": app_version[:32],
            "first": now,
            "last": now,
        }
        for trouble, number in sorted(told.items())
    ]
    if not rows:
        return
    insert = (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(PhoneReport)
    changed = {name: insert.excluded[name] for name in ("amount", "app_version", "last")}
    await connection.execute(
        insert.on_conflict_do_update(index_elements=["session", "what"], set_=changed).values(rows)
    )
    for row in rows:
        log.warning("phone_report", what=row["what"], amount=row["amount"], session=session, app=row["app_version"])


async def totals(connection: AsyncConnection) -> dict[Trouble, tuple[int, int]]:
    """For each trouble that some phone has now: how many phones, and the sum of their amounts.

    The sum of ``stuck_hours`` is the largest age instead.
    """
    most = await connection.execute(
        select(
            col(PhoneReport.what),
            func.count(),
            func.sum(col(PhoneReport.amount)),
            func.max(col(PhoneReport.amount)),
        )
        .where(col(PhoneReport.amount) > 0)
        .group_by(col(PhoneReport.what))
    )
    return {
        Trouble(what): (phones, int(largest if what == Trouble.STUCK_HOURS else total))
        for what, phones, total, largest in most
    }


async def prune(connection: AsyncConnection, now: datetime) -> int:
    """Forget what was last told 90 days ago; returns how many rows."""
    gone = await connection.execute(delete(PhoneReport).where(col(PhoneReport.last) < now - KEPT))
    return gone.rowcount
