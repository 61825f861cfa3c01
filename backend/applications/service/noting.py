"""The history of a case: every act with its account, and what a phone is shown of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from backend.applications import bodies
from backend.applications.models import ApplicationHistory
from backend.applications.rules.clocks import Stay, Times, WorkingTime, measure
from backend.applications.rules.states import State
from backend.applications.service.showing import at, seers
from backend.applications.service.stored import Whole
from sync.actors import Actor
from sync.ids import uuid7
from sync.writing import Writing

HISTORY = "application_history"
DROPPED, ERASED = "hapus_draf", "hapus"
QUIET = frozenset({"isi", "baca", DROPPED, ERASED})
"""Acts that stay in the table: every edit of a field on every phone would be more than anybody reads offline, and with
the last two the case leaves the phones."""


async def note(
    w: Writing,
    all_: Whole,
    actor: Actor,
    act: str,
    *,
    before: str = "",
    object: str = "",
    reason: str = "",
    old: Mapping[str, Any] | None = None,
    new: Mapping[str, Any] | None = None,
) -> None:
    """One row of the history. ``before``: the state that a step left; the present one is where it led."""
    app = all_.app
    row = ApplicationHistory(
        id=uuid7(), agency=w.agency, application=app.id, act=act, account=None if actor.system else actor.account,
        account_name=actor.name, role=actor.role or "", behalf=app.unit_name if app.behalf else "", at=w.now,
        before=before, after=app.state if before or act == "buat" else "", object=object, reason=reason,
        old=dict(old or {}), new=dict(new or {}),
    )  # fmt: skip
    w.session.add(row)
    if act not in QUIET:
        _show(w, row, await seers(w, all_))


async def show_history(w: Writing, all_: Whole) -> None:
    """Every act of the case that phones hold, after who may see the case changed."""
    h = ApplicationHistory
    await w.flush()
    query = select(h).where(col(h.application) == all_.app.id, col(h.act).not_in(sorted(QUIET)))
    seen_by = await seers(w, all_)
    for row in (await w.session.execute(query)).scalars():
        _show(w, row, seen_by)


def _show(w: Writing, row: ApplicationHistory, seen_by: frozenset[str]) -> None:
    body = bodies.HistoryBody(
        application=row.application, act=row.act, by_name=row.account_name, role=row.role, behalf=row.behalf,
        at=at(row.at) or "", before=row.before, after=row.after, object=row.object, reason=row.reason, old=row.old,
        new=row.new,
    )  # fmt: skip
    w.publish(HISTORY, row.id, body, seen_by)


async def stays(w: Writing, application: str) -> list[Stay]:
    """Since when the case was in which state, from its history."""
    await w.flush()
    query = (
        select(ApplicationHistory)
        .where(col(ApplicationHistory.application) == application, col(ApplicationHistory.after) != "")
        .order_by(col(ApplicationHistory.at), col(ApplicationHistory.id))
    )
    return [Stay(State(row.after), row.at) for row in (await w.session.execute(query)).scalars()]


def times(history: Sequence[Stay], now: datetime, working: WorkingTime) -> Times | None:
    """How long the case took so far; see :func:`backend.applications.rules.clocks.measure`."""
    return measure(history, now, working)
