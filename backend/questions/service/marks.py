"""Read marks: how far somebody has read a thread; the furthest one counts."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import col

from backend.notifications.service import suppress_thread
from backend.questions.bodies import ReadArgs, ReadMarkBody
from backend.questions.models import ReadMark
from backend.questions.service.thread import stamp
from sync.clock import from_ms, parse_wire
from sync.ids import derived
from sync.writing import Item, Writing


async def mark_read(w: Writing, item: Item) -> None:
    """``question.read``: one mark an account and thread, whatever record id a device gave it; never backwards.

    A mark from a phone whose clock runs ahead counts as now. What was read everywhere is not announced any more.
    """
    args: ReadArgs = item.args
    account = item.actor.account
    id = derived(account, args.question)
    at = min(from_ms(max(parse_wire(args.at) or 0, 0)), w.now)
    found = await w.session.execute(select(ReadMark).where(col(ReadMark.id) == id).with_for_update())
    mark = found.scalars().first()
    if mark is None:
        mark = ReadMark(id=id, agency=w.agency, account=account, question=args.question, at=at)
        w.session.add(mark)
    elif mark.at < at:
        mark.at = at
    await w.session.flush()
    await suppress_thread(w.session, account, args.question, now=w.now, until=mark.at)
    w.publish("read_mark", id, ReadMarkBody(question=args.question, at=stamp(mark.at)), {f"person:{account}"})
