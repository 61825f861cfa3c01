"""A sent answer is never changed: a new version stands in for it, and the earlier one stays readable."""

from __future__ import annotations

from backend.questions.bodies import CorrectArgs
from backend.questions.models import QuestionMessage
from backend.questions.ports import Ports
from backend.questions.rules import Act, State
from backend.questions.service.desk import await_silence, checked, deliver, step
from backend.questions.service.desk_facts import load_facts
from backend.questions.service.thread import HUMAN, OFFICER, event, load, taken_ids
from sync.errors import Refusal
from sync.writing import Item, Writing


async def correct(ports: Ports, w: Writing, item: Item) -> None:
    """``question.correct``: a further version of what an officer wrote; all versions name the first one.

    The state stays; after an answer the days of silence count anew. Raises ``not_found`` for a message that no officer
    wrote in this thread.
    """
    args: CorrectArgs = item.args
    question = await load(w, item.record)
    before = State(question.state)
    question.state = step(question, Act.CORRECT, item.actor)
    checked(args.text)
    earlier = await w.session.get(QuestionMessage, args.version_of)
    if earlier is None or (earlier.question, earlier.author, earlier.origin) != (question.id, OFFICER, HUMAN):
        raise Refusal("not_found", "Jawaban yang diperbaiki tidak ditemukan. Draf Anda tetap tersimpan.")
    if await taken_ids(w, QuestionMessage, [args.message_id]):
        raise Refusal("exists", "Jawaban dengan nomor ini sudah ada. Draf Anda tetap tersimpan.")
    facts = await load_facts(w.session, ports, w.agency, w.now)
    if question.state == State.ANSWERED:
        await await_silence(w, facts, question)
    event(w, question, Act.CORRECT, before, item.actor, message=args.message_id, earlier=earlier.id)
    await deliver(w, facts.office.root, question, item, version_of=earlier.version_of or earlier.id)
