"""Closed threads after their keeping time: text and contacts are erased, what is counted stays.

The row keeps its number, its instants, its measures and what reports group by (kind, category, channel, units, who
asked by account); messages, notes, read marks and files go, and no phone holds the thread any longer.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlmodel import col

from backend.questions.models import (
    Question,
    QuestionContact,
    QuestionEvent,
    QuestionFile,
    QuestionMessage,
    QuestionNote,
    ReadMark,
)
from sync.writing import Writing

BATCH = 200
"""Threads erased in one transaction."""


def cutoff(now: datetime, years: int) -> datetime:
    """The same instant so many years ago; of 29 February the day before."""
    try:
        return now.replace(year=now.year - years)
    except ValueError:
        return now.replace(year=now.year - years, day=28)


async def erase(w: Writing, before: datetime) -> tuple[int, list[str]]:
    """Erase at most 200 threads of the agency that ended before an instant (UTC); how many, and their files' ids.

    The caller removes the files' content once this is stored.
    """
    c = Question
    due = (col(c.agency) == w.agency, col(c.ended_at) < before, col(c.erased_at).is_(None))
    found = await w.session.execute(select(col(c.id)).where(*due).order_by(col(c.ended_at)).limit(BATCH))
    ids = list(found.scalars())
    if not ids:
        return 0, []
    await w.lock("question", ids)  # a reply may have come in between: what counts is the row under the lock
    rows = list((await w.session.execute(select(c).where(col(c.id).in_(ids), *due))).scalars())
    ids = [row.id for row in rows]
    named = select(col(QuestionFile.id)).where(col(QuestionFile.question).in_(ids))
    files = list((await w.session.execute(named)).scalars())
    contacts = {row.contact for row in rows if row.contact is not None}
    for row in rows:
        _blank(row, w.now)
        w.unpublish("question", row.id)
    await w.session.flush()
    await _forget_parts(w, ids)
    await _forget_contacts(w, contacts)
    return len(rows), files


def _blank(row: Question, now: datetime) -> None:
    row.text = row.asker_name = row.asker_nip = ""
    row.holder_name = row.address = None
    if row.contact is not None and row.contact == row.asker:
        row.asker_unit_name = ""
    row.files, row.desk, row.erased_at = [], False, now


async def _forget_parts(w: Writing, ids: list[str]) -> None:
    for kind, table in (("message", QuestionMessage), ("note", QuestionNote), ("read_mark", ReadMark)):
        gone = await w.session.execute(delete(table).where(col(table.question).in_(ids)).returning(col(table.id)))
        for id in gone.scalars():
            w.unpublish(kind, id)
    await w.session.execute(delete(QuestionFile).where(col(QuestionFile.question).in_(ids)))
    said = update(QuestionEvent).where(col(QuestionEvent.question).in_(ids))
    await w.session.execute(said.values(reason="", actor_name="", detail={}))


async def _forget_contacts(w: Writing, contacts: set[str]) -> None:
    """Contacts of whom no thread is kept any more."""
    if not contacts:
        return
    c = Question
    kept = select(col(c.contact)).where(col(c.contact).in_(sorted(contacts)), col(c.erased_at).is_(None))
    gone = sorted(contacts - set((await w.session.execute(kept)).scalars()))
    if gone:
        await w.session.execute(delete(QuestionContact).where(col(QuestionContact.id).in_(gone)))
