"""Who is told what. Nothing of a question's content leaves in a notice, and one notice a thread is live."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from backend.questions.models import Question
from backend.questions.ports import Officer, Ports
from backend.questions.rules import State
from backend.questions.service.desk_facts import Facts
from sync.writing import Writing

INBOX = "kotak-masuk"


async def tell_asker(w: Writing, ports: Ports, question: Question, *, answered: bool) -> None:
    """An answer or a question back is there for the asker."""
    await ports.notify(
        w.session,
        agency=w.agency,
        account=question.asker,
        kind="question.answered" if answered else "question.asked_back",
        title="Sambung: ada jawaban untuk Anda." if answered else "Sambung: petugas menanyakan sesuatu.",
        body="",
        thread=question.id,
        url=f"/tanya/{question.id}",
    )


async def tell_desk(w: Writing, ports: Ports, accounts: Iterable[str], *, kind: str, title: str) -> None:
    """Something waits in the inbox of these accounts; a flood of questions stays one notice each."""
    for account in sorted(set(accounts)):
        await ports.notify(
            w.session,
            agency=w.agency,
            account=account,
            kind=kind,
            title=title,
            body="",
            thread=INBOX,
            url="/kotak-masuk",
        )


async def tell_unit(
    w: Writing, ports: Ports, facts: Facts, operators: Sequence[Officer], questions: Iterable[Question]
) -> None:
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
    await tell_desk(w, ports, accounts, kind="question.routed", title="Sambung: ada pertanyaan di Kotak Masuk.")
