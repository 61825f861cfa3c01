"""Reading online: lists and single threads, scoped at one place, a constant number of statements."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.database.paging import cursor_of, read_cursor
from backend.questions.models import Question, QuestionEvent, QuestionMessage, QuestionNote
from sync.actors import Viewer
from sync.errors import Refusal
from sync.ids import is_uuid
from sync.receipts import read as read_receipt
from sync.tables import record

DESK = ("ADM", "OPR", "BID", "KTM")
MAX_ROWS = 50
_NUMBER = re.compile(r"(\d{4})-(\d{1,9})([A-Z]{0,4})\Z")


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list shows; a member that is ``None`` does not narrow it. ``mine``: held by the viewer."""

    states: Sequence[str] | None = None
    kind: str | None = None
    category: str | None = None
    unit: str | None = None
    text: str | None = None
    mine: bool = False


class Listed(Protocol):
    """What a list shows of a question: the columns of the same names."""

    @property
    def id(self) -> str: ...
    @property
    def year(self) -> int: ...
    @property
    def series(self) -> str: ...
    @property
    def running(self) -> int: ...
    @property
    def receipt(self) -> str | None: ...
    @property
    def channel(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def asker(self) -> str: ...
    @property
    def asker_name(self) -> str: ...
    @property
    def asker_nip(self) -> str: ...
    @property
    def asker_unit_name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def category(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def unit_name(self) -> str: ...
    @property
    def holder(self) -> str | None: ...
    @property
    def holder_name(self) -> str | None: ...
    @property
    def state(self) -> str: ...
    @property
    def filtered_by(self) -> str | None: ...
    @property
    def written_at(self) -> datetime: ...
    @property
    def arrived_at(self) -> datetime: ...
    @property
    def due_at(self) -> datetime: ...
    @property
    def answered_at(self) -> datetime | None: ...
    @property
    def ended_at(self) -> datetime | None: ...
    @property
    def last_message_at(self) -> datetime: ...
    @property
    def reopened(self) -> int: ...


# Plain rows: building table objects for a list costs more than the statement itself.
_LISTED = tuple(col(getattr(Question, name)) for name in vars(Listed) if isinstance(vars(Listed)[name], property))


@dataclass(frozen=True, slots=True)
class Page:
    """Questions, newest arrival first; ``cursor`` continues after the last one if there are ``more``."""

    rows: Sequence[Listed]
    more: bool
    cursor: str | None


@dataclass(frozen=True, slots=True)
class Thread:
    """One question with all that the viewer may read of it; notes and events are empty for its asker."""

    question: Question
    version: int
    is_desk: bool
    messages: Sequence[QuestionMessage]
    notes: Sequence[QuestionNote]
    events: Sequence[QuestionEvent]


def desk_units(viewer: Viewer) -> frozenset[str]:
    """The units whose questions the viewer reads as a member of the desk, over all grants."""
    return frozenset().union(*(actor.scope for actor in viewer.grants.values() if actor.role in DESK))


def readable(viewer: Viewer) -> ColumnElement[bool]:
    """The one place that says which questions a viewer may read: own ones, and those of the desk's units."""
    mine = col(Question.asker) == viewer.account
    units = desk_units(viewer)
    seen = or_(mine, col(Question.unit).in_(sorted(units))) if units else mine
    return and_(col(Question.agency) == viewer.agency, seen)


def may_assign(viewer: Viewer) -> bool:
    """Whether the viewer works at the filter: only there a list of operators has a use."""
    return any(actor.role in ("ADM", "KTM") for actor in viewer.grants.values())


async def page(session: AsyncSession, viewer: Viewer, wanted: Filter, first: int, after: str | None) -> Page:
    """One page of at most 50 rows, one statement. Raises ``invalid`` for a cursor that is none."""
    first = max(1, min(first, MAX_ROWS))
    query = select(*_LISTED).where(readable(viewer), *_narrow(wanted, viewer))
    if after is not None:
        at, id = read_cursor(after)
        arrived = col(Question.arrived_at)
        query = query.where(or_(arrived < at, and_(arrived == at, col(Question.id) < id)))
    query = query.order_by(col(Question.arrived_at).desc(), col(Question.id).desc()).limit(first + 1)
    rows: list[Any] = list((await session.execute(query)).all())
    more, rows = len(rows) > first, rows[:first]
    return Page(rows, more, cursor_of(rows[-1].arrived_at, rows[-1].id) if more else None)


def _narrow(wanted: Filter, viewer: Viewer) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.states is not None:
        found.append(col(Question.state).in_(list(wanted.states)))
    for column, value in (
        (col(Question.kind), wanted.kind),
        (col(Question.category), wanted.category),
    ):
        if value is not None:
            found.append(column == value)
    if wanted.unit is not None:
        if not is_uuid(wanted.unit):
            raise Refusal("invalid", "Unit ini tidak dikenal. Pilih unit dari daftar.")
        found.append(col(Question.unit) == wanted.unit)
    if wanted.mine:
        found.append(col(Question.holder) == viewer.account)
    if wanted.text and wanted.text.strip():
        found.append(_search(wanted.text.strip()[:200]))
    return found


def _search(text: str) -> ColumnElement[bool]:
    """In the text or the asker's name; also the exact running number or receipt."""
    small = text.lower()
    hits = [func.lower(column).contains(small, autoescape=True) for column in (Question.text, Question.asker_name)]
    number = _NUMBER.match(text.upper())
    if number:
        year, running, series = int(number[1]), int(number[2]), number[3]
        hits.append(and_(col(Question.year) == year, col(Question.running) == running, col(Question.series) == series))
    receipt = read_receipt(text)
    if receipt:
        hits.append(col(Question.receipt) == receipt)
    return or_(*hits)


Row = TypeVar("Row", QuestionMessage, QuestionNote, QuestionEvent)


async def _of(session: AsyncSession, model: type[Row], id: str) -> list[Row]:
    query = select(model).where(col(model.question) == id).order_by(col(model.at), col(model.id))
    return list((await session.execute(query)).scalars())


async def thread(session: AsyncSession, viewer: Viewer, id: str) -> Thread:
    """One thread: five statements. Raises ``not_found`` for everything that the viewer may not read."""
    found = None
    if is_uuid(id):
        query = select(Question).where(col(Question.id) == id, readable(viewer))
        found = (await session.execute(query)).scalars().first()
    if found is None:
        raise Refusal("not_found", "Pertanyaan tidak ditemukan. Periksa daftar percakapan Anda.")
    is_desk = found.unit in desk_units(viewer)
    messages = await _of(session, QuestionMessage, id)
    notes = await _of(session, QuestionNote, id) if is_desk else []
    events = await _of(session, QuestionEvent, id) if is_desk else []
    version = select(record.c.version).where(
        record.c.agency == viewer.agency, record.c.kind == "question", record.c.id == id
    )
    known = (await session.execute(version)).scalar_one_or_none()
    return Thread(found, int(known or 0), is_desk, messages, notes, events)
