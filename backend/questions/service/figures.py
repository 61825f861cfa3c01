"""The figures of questions, added up by the database: how many, how fast, where they stand, who used the service.

Every sum stands beside its ``n``; the reader divides. A fixed number of statements, however many questions there are.
A call answered at once counts as an item; it is beside the average of written questions, never inside it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlmodel import col

from backend.forms import service as forms
from backend.questions import channels
from backend.questions.models import Question
from backend.questions.rules import State
from backend.questions.service import archive
from backend.questions.suggestions import CATALOGUE, category_set, seed

On = AsyncSession | AsyncConnection
OWED = (State.NEW, State.FILTERED, State.FORWARDED)
"""The word is with the desk."""
OPEN = (*OWED, State.AWAITING_ASKER)

Q = Question
_AT_ONCE = and_(col(Q.response_clock) == 0, col(Q.response_working).is_(None))
_EMPLOYEE = or_(col(Q.contact).is_(None), col(Q.contact) != col(Q.asker))
_SERVED = and_(_EMPLOYEE, col(Q.first_reply_at).is_not(None))
_WITHIN = col(Q.response_working) <= col(Q.target_minutes) * 60


@dataclass(frozen=True, slots=True)
class Span:
    """Questions that arrived from ``since`` up to before ``until`` (UTC); ``None`` narrows nothing.

    ``units`` are those in charge. ``marks`` cut the span into parts for a curve: ascending instants, the first is
    ``since``. What was merged into another thread is that other question.
    """

    agency: str
    since: datetime
    until: datetime
    units: Collection[str] | None = None
    marks: Sequence[datetime] = ()
    kind: str | None = None
    category: str | None = None

    def where(self) -> list[ColumnElement[bool]]:
        """The conditions, on the index of arrivals."""
        return [
            col(Q.agency) == self.agency,
            col(Q.arrived_at) >= self.since,
            col(Q.arrived_at) < self.until,
            *self.chosen(),
        ]

    def chosen(self) -> list[ColumnElement[bool]]:
        """What narrows open questions too, whenever they arrived."""
        found = [col(Q.merged_into).is_(None), *_in_units(self.units)]
        for column, value in ((col(Q.kind), self.kind), (col(Q.category), self.category)):
            if value is not None:
                found.append(column == value)
        return found


def _in_units(units: Collection[str] | None) -> list[ColumnElement[bool]]:
    return [] if units is None else [col(Q.unit).in_(sorted(units))]


def _count(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


_MEASURES: Mapping[str, tuple[Any, Any]] = {
    "response": (col(Q.response_working), col(Q.response_clock)),
    "filter": (col(Q.filter_working), col(Q.filter_clock)),
    "answer": (col(Q.response_working) - col(Q.filter_working), col(Q.response_clock) - col(Q.filter_clock)),
    "handling": (col(Q.handling_working), col(Q.handling_clock)),
}
"""Working and clock seconds; empty where nothing was measured, which counts and sums pass over."""


async def totals(on: On, span: Span) -> dict[str, Any]:
    """The whole span (one statement).

    ``{"items", "at_once", "replied", "within", "reopened", "people", "served", "response": {"n", "working",
    "clock"}, "filter": ..., "answer": ..., "handling": ...}``; seconds are sums, not averages. ``people``: distinct
    employees who asked; ``served``: those of them whom a person has replied to.
    """
    columns = [
        func.count().label("items"),
        _count(_AT_ONCE).label("at_once"),
        _count(col(Q.first_reply_at).is_not(None)).label("replied"),
        _count(_WITHIN).label("within"),
        func.coalesce(func.sum(col(Q.reopened)), 0).label("reopened"),
        func.count(case((_EMPLOYEE, col(Q.asker))).distinct()).label("people"),
        func.count(case((and_(_EMPLOYEE, col(Q.first_reply_at).is_not(None)), col(Q.asker))).distinct()).label(
            "served"
        ),
    ]
    for name, (working, clock) in _MEASURES.items():
        columns += [
            func.count(working).label(f"{name}_n"),
            func.coalesce(func.sum(working), 0).label(f"{name}_working"),
            func.coalesce(func.sum(clock), 0).label(f"{name}_clock"),
        ]
    row = (await on.execute(select(*columns).where(*span.where()))).one()._mapping
    plain = ("items", "at_once", "replied", "within", "reopened", "people", "served")
    found: dict[str, Any] = {name: int(row[name]) for name in plain}
    for name in _MEASURES:
        found[name] = {part: int(row[f"{name}_{part}"]) for part in ("n", "working", "clock")}
    return found


async def grouped(on: On, span: Span, by: ColumnElement[Any], name: ColumnElement[Any] | None = None) -> list[Any]:
    """Items, answered ones, working seconds and those within the target, for each value of a column."""
    parts = [by.label("key"), *([] if name is None else [func.max(name).label("name")])]
    query = (
        select(
            *parts,
            func.count().label("items"),
            func.count(col(Q.response_working)).label("n"),
            func.coalesce(func.sum(col(Q.response_working)), 0).label("working"),
            _count(_WITHIN).label("within"),
        )
        .where(*span.where())
        .group_by(by)
        .order_by(by)
    )
    return [
        {key: value if key in ("key", "name") else int(value) for key, value in row._mapping.items()}
        for row in await on.execute(query)
    ]


def _part(marks: Sequence[datetime]) -> ColumnElement[Any]:
    """The number of the part that a question arrived in."""
    whens = [(col(Q.arrived_at) < mark, place) for place, mark in enumerate(marks[1:])]
    return case(*whens, else_=len(marks) - 1) if whens else case((true(), 0))


async def backlog(on: On, span: Span, now: datetime) -> list[dict[str, Any]]:
    """What is open now, whenever it arrived: by state, category, channel and holder together (one statement).

    ``late``: past its promise, while the word is with the desk.
    """
    late = and_(col(Q.state).in_(OWED), col(Q.due_at) < now)
    keys = [col(Q.state), col(Q.category), col(Q.channel), col(Q.holder)]
    query = (
        select(
            *keys, func.max(col(Q.holder_name)).label("name"), func.count().label("items"), _count(late).label("late")
        )
        .where(col(Q.agency) == span.agency, col(Q.state).in_(OPEN), *span.chosen())
        .group_by(*keys)
        .order_by(*keys)
    )
    return [{**row._mapping, "items": int(row.items), "late": int(row.late)} for row in await on.execute(query)]


async def asker_units(on: On, span: Span) -> dict[str | None, int]:
    """Unit of the asker to the number of its questions (one statement)."""
    query = select(col(Q.asker_unit), func.count()).where(*span.where()).group_by(col(Q.asker_unit))
    return {unit: int(items) for unit, items in await on.execute(query)}


async def people(on: On, span: Span) -> list[dict[str, Any]]:
    """Each employee who asked: how often, by kind and kecamatan (one statement). Names are not read."""
    keys = [col(Q.asker), col(Q.kecamatan), col(Q.kind)]
    counted = select(*keys, func.count().label("items")).where(*span.where(), _EMPLOYEE)
    query = counted.group_by(*keys).order_by(*keys)
    return [{**row._mapping, "items": int(row.items)} for row in await on.execute(query)]


class QuestionFigures:
    """What other rooms are told of questions; wired where the server is put together."""

    async def measured(
        self,
        session: AsyncSession,
        agency: str,
        since: datetime,
        until: datetime,
        *,
        now: datetime,
        units: Collection[str] | None = None,
        marks: Sequence[datetime] = (),
        kind: str | None = None,
        category: str | None = None,
    ) -> dict[str, Any]:
        """Totals, the curve's parts, groups, what is open, the askers' units and the words for codes.

        Ten statements at most, whatever the number of questions. See :class:`Span` for the arguments.
        """
        span = Span(agency, since, until, units, marks, kind, category)
        columns: Mapping[str, tuple[Any, Any]] = {
            "states": (col(Q.state), None),
            "kinds": (col(Q.kind), None),
            "categories": (col(Q.category), None),
            "channels": (col(Q.channel), None),
            "units": (col(Q.unit), col(Q.unit_name)),
            "operators": (col(Q.holder), col(Q.holder_name)),
        }
        found: dict[str, Any] = {"totals": await totals(session, span)}
        for name, (by, named) in columns.items():
            found[name] = await grouped(session, span, by, named)
        found["curve"] = await grouped(session, span, _part(marks)) if len(marks) > 1 else []
        found["backlog"] = await backlog(session, span, now)
        found["asker_units"] = await asker_units(session, span)
        found["words"] = await self.words(session, agency)
        return found

    async def words(self, session: AsyncSession, agency: str) -> dict[str, dict[str, str]]:
        """Kinds and categories of the agency, code to label, in their order."""
        catalogue = await forms.catalogue(session, agency, CATALOGUE)
        known = category_set(0, seed() if catalogue is None else catalogue.content)
        return {
            "kinds": {one.code: one.label for one in known.kinds},
            "categories": {one.code: one.label for one in known.categories},
            "channels": dict(channels.LABELS),
        }

    async def answered(
        self,
        session: AsyncSession,
        agency: str,
        since: datetime,
        until: datetime,
        *,
        kind: str | None = None,
        category: str | None = None,
        most: int,
    ) -> list[dict[str, Any]]:
        """As :func:`backend.questions.service.archive.answered` gives them."""
        return await archive.answered(session, agency, since, until, kind=kind, category=category, most=most)

    async def people(
        self, session: AsyncSession, agency: str, since: datetime, until: datetime
    ) -> list[dict[str, Any]]:
        """As :func:`people` counts them."""
        return await people(session, Span(agency, since, until))
