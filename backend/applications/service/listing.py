"""Cases of a service as a list, page by page, read where the caller works: more than a phone ought to hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Select, String, literal, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.applications.models import Application
from backend.applications.rules.definition import Subject
from backend.applications.rules.names import search_key
from backend.applications.service.reports import Scope
from backend.database.types import Instant, Uid
from sync.clock import to_ms
from sync.errors import Refusal
from sync.ids import is_uuid

PAGE = 50
_LONGEST = 100
_BAD = "Halaman daftar ini tidak dikenal. Buka daftar dari awal."


@dataclass(frozen=True, slots=True)
class Wanted:
    """``state`` and ``period``: only these, if given; ``search``: any part of the name; ``after``: a cursor."""

    code: str
    state: str = ""
    period: str = ""
    search: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of cases; ``cursor`` leads to the next page, empty at the end."""

    rows: Sequence[Any]
    cursor: str


async def cases(session: AsyncSession, scope: Scope, wanted: Wanted) -> Page:
    """One statement: of a state in the order of sending, else by name. What a party has not sent is not listed.

    Raises ``invalid`` for a cursor that is none of this list.
    """
    a = Application
    by_time = bool(wanted.state) and not wanted.search
    order = col(a.submitted_at) if by_time else col(a.subject_name)
    query: Select[tuple[str]] = (
        select(col(a.id).label("found"))
        .where(col(a.agency) == scope.agency, col(a.code) == wanted.code)
        .where(col(a.erased_at).is_(None))
        .where(or_(col(a.subject_kind) != Subject.PARTY, col(a.first_submitted_at).is_not(None)))
        .order_by(order, col(a.id))
        .limit(PAGE + 1)
    )
    if scope.units is not None:
        query = query.where(col(a.unit).in_(sorted(scope.units)))
    if wanted.state:
        query = query.where(col(a.state) == wanted.state)
    if by_time:
        query = query.where(col(a.submitted_at).is_not(None))
    if wanted.period:
        query = query.where(col(a.period) == wanted.period)
    if wanted.search:
        key = search_key(wanted.search[:_LONGEST])
        if not key:
            return Page((), "")
        query = query.where(col(a.subject_key).contains(key, autoescape=True))
    if wanted.after:
        place, id = _place(wanted.after, by_time)
        last = tuple_(literal(place, Instant() if by_time else String()), literal(id, Uid()))
        query = query.where(tuple_(order, col(a.id)) > last)
    # First which ones, from the index alone; only these are read.
    found = query.subquery()
    page = select(
        col(a.id), col(a.subject_name), col(a.unit_name), col(a.kind), col(a.period), col(a.state),
        col(a.submitted_at), col(a.claimed_by_name), col(a.updated_at),
    ).join(found, found.c.found == col(a.id))  # fmt: skip
    rows = (await session.execute(page.order_by(order, col(a.id)))).all()
    return Page(rows[:PAGE], _cursor(rows[PAGE - 1], by_time) if len(rows) > PAGE else "")


def _cursor(row: Any, by_time: bool) -> str:
    place = row.submitted_at.isoformat() if by_time else row.subject_name
    return orjson.dumps([place, row.id]).decode()


def _place(cursor: str, by_time: bool) -> tuple[Any, str]:
    try:
        place, id = orjson.loads(cursor[:1_000])
        if not isinstance(place, str) or "\0" in place or not is_uuid(id):
            raise ValueError
        if not by_time:
            return place, id
        at = datetime.fromisoformat(place)
        to_ms(at)
        if at.tzinfo is None:
            raise ValueError
        return at, id
    except (ValueError, TypeError, OverflowError):
        raise Refusal("invalid", _BAD) from None
