"""Who is told what: rows of the delivery outbox in the same transaction.

What a lock screen shows by default is the family's sentence alone; a text is shown only to a person who chose
so. One notice a thread is live, and the whole inbox is one thread, so a flood of questions stays one notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from backend.notifications.service import Notice, notify_all
from backend.questions.models import Question, QuestionMessage
from backend.questions.ports import Officer
from backend.questions.rules import State
from backend.questions.service.desk_facts import Facts
from sync.writing import Writing

INBOX = "kotak-masuk"
LOOKED_AT = timedelta(seconds=3)
"""Whoever has the thread open before them says so within this time, and is not told on the lock screen."""


async def tell_asker(w: Writing, question: Question, message: QuestionMessage) -> None:
    """An answer, a new version of one, or a question back is there for the asker, who has the app."""
    if question.asker == question.contact:
        return
    asked_back = question.state == State.AWAITING_ASKER
    title = "Petugas menanyakan sesuatu" if asked_back else "Ada jawaban untuk Anda"
    notice = Notice(
        agency=w.agency,
        account=question.asker,
        kind="answered.asked_back" if asked_back else "answered",
        title="Jawaban diperbaiki" if message.version_of else title,
        body=message.text,
        url=f"/tanya/{question.id}",
        thread=question.id,
        who=message.author_name,
        after=LOOKED_AT,
    )
    await notify_all(w.session, [notice], now=w.now)


async def tell_desk(w: Writing, accounts: Iterable[str], *, detail: str, sentence: str) -> None:
    """Something waits in the inbox of these accounts."""
    notices = [
        Notice(w.agency, account, f"work.{detail}", "Kotak Masuk", sentence, "/kotak-masuk", INBOX, after=LOOKED_AT)
        for account in sorted(set(accounts))
    ]
    await notify_all(w.session, notices, now=w.now)


async def tell_unit(w: Writing, facts: Facts, operators: Sequence[Officer], questions: Iterable[Question]) -> None:
    """Filtered questions wait: the holder is told, or everybody at the queue of the unit.

    An agency whose unit has no operator of its own tells those whose role covers the unit.
    """
    accounts: set[str] = set()
    for question in questions:
        if question.state != State.FILTERED:
            continue
        if question.holder is not None:
            accounts.add(question.holder)
            continue
        queue = facts.of_unit(operators, question.unit) or facts.covering(operators, question.unit)
        accounts |= {officer.account for officer in queue}
    await tell_desk(w, accounts, detail="routed", sentence="Ada pertanyaan yang menunggu dijawab.")
