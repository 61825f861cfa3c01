"""What the asker says next: a message in the thread, which may reopen it or start a new question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from backend.jobs import service as jobs
from backend.questions import rules
from backend.questions.bodies import MessageArgs
from backend.questions.models import Question, QuestionMessage
from backend.questions.ports import Person, Ports
from backend.questions.rules import Act, Part, State
from backend.questions.service import escalation, notices, routing
from backend.questions.service.attachments import Attachments, fault_of
from backend.questions.service.desk_facts import Facts, load_facts
from backend.questions.service.intake import LAPSE_JOB, Arrival, arrive, refuses_nip
from backend.questions.service.thread import (
    ASKER,
    event,
    heirs,
    load_all,
    message,
    newcomers,
    publish,
    readers,
    receipts,
    spread,
)
from sync.actors import Actor
from sync.ids import derived
from sync.writing import Item, Writing

_FILES_ONLY = "Lampiran untuk pertanyaan sebelumnya."
_CANCELLED = "Pertanyaan ini sudah dibatalkan. Tulisan aman. Ajukan pertanyaan baru bila masih perlu."


async def say(ports: Ports, w: Writing, items: Sequence[Item]) -> None:
    """``question.message``: kept in every state but ``batal``.

    To an answered thread, or one closed within 14 days, it reopens it; to one closed longer it becomes a new
    question that follows up the old one.
    """
    facts = await load_facts(w.session, ports, w.agency, w.now)
    found = await load_all(w, [item.args.question for item in items])
    merged = await heirs(w, found)
    questions = found | {heir.id: heir for heir in merged.values()}
    people = await ports.house.people(w.session, sorted({item.actor.account for item in items}))
    late: list[_Late] = []
    touched: dict[str, list[QuestionMessage]] = {}
    fresh = await newcomers(w, QuestionMessage, items)
    faults = {item.id: _fault(item.args) for item in fresh}
    named = [(item.actor.account, item.args.files) for item in fresh if item.args.files and not faults[item.id]]
    attachments = await Attachments.expect(w, named)
    for item in fresh:
        args: MessageArgs = item.args
        account = item.actor.account
        question = merged.get(args.question) or questions.get(args.question)
        fault = faults[item.id] or attachments.fault(account, args.files)
        if question is None:
            item.lose("not_found", "Pertanyaan tidak ditemukan. Tulisan Anda tetap tersimpan untuk disalin.")
        elif fault is not None:
            item.lose("invalid", fault)
        elif account in people and await refuses_nip(w, item, args.text, people[account].identifier):
            continue
        elif rules.next_state(State(question.state), Act.REPLY, {Part.ASKER}) is None:
            item.lose("state", _CANCELLED)
        elif not _keeps_thread(question, w):
            files = attachments.take(account, args.files, _successor(item), None)
            late.append((item, question, files))
        else:
            await take_reply(ports, w, facts, question, item.actor)
            said = message(
                w,
                question,
                item.record,
                args.text,
                author=ASKER,
                author_name=question.asker_name,
                account=item.actor.account,
                made=item.made,
                files=attachments.take(account, args.files, question.id, item.record),
            )
            touched.setdefault(question.id, []).append(said)
    await w.session.flush()
    await publish_replies(w, facts, [questions[id] for id in touched], touched)
    holders = [holder for id in touched if (holder := questions[id].holder) is not None]
    await notices.tell_desk(w, holders, detail="replied", sentence="Penanya menulis lagi.")
    queued = [questions[id] for id in touched if questions[id].reopened and questions[id].holder is None]
    if queued:
        operators = await ports.house.officers(w.session, w.agency, "OPR", w.now)
        await notices.tell_unit(w, facts, operators, queued)
    await _follow_up(w, ports, facts, people, late)


_Late = tuple[Item, Question, list[dict[str, Any]]]
"""A reply that became a new question: the item, the thread that it follows, its files."""


def _successor(item: Item) -> str:
    return derived(item.record, "follow-up")


def _fault(args: MessageArgs) -> str | None:
    least = 0 if args.files else rules.MESSAGE_MIN
    return rules.text_fault(args.text, least=least) or fault_of(args.files)


def _keeps_thread(question: Question, w: Writing) -> bool:
    state = State(question.state)
    if state is not State.CLOSED:
        return True
    return rules.reopens(state, question.ended_at or question.last_message_at, w.now)


async def take_reply(
    ports: Ports, w: Writing, facts: Facts, question: Question, actor: Actor, act: Act = Act.REPLY, reason: str = ""
) -> None:
    """Move a question on as the asker's word (or ``buka_lagi``) demands; a reopening starts its own clock.

    The same holder keeps a reopened thread if on duty, else it waits in the queue of the unit. Publishes
    nothing.
    """
    before = State(question.state)
    question.state = State.FILTERED if before in (State.AWAITING_ASKER, State.ANSWERED, State.CLOSED) else before
    if before in (State.ANSWERED, State.CLOSED):
        question.reopened += 1
        question.clock_from, question.due_at = w.now, facts.due(facts.office.target_minutes)
        question.ended_at, question.desk = None, True
        if question.holder is not None and question.holder not in await _present(ports, w, facts):
            question.holder = question.holder_name = None
        await jobs.cancel(w.session, LAPSE_JOB, question.id)
        await escalation.arm(w, facts, [question])
    event(w, question, act, before, actor, reason=reason, holder=question.holder)


async def _present(ports: Ports, w: Writing, facts: Facts) -> frozenset[str]:
    return await routing.on_duty(w, ports, facts, "OPR") | await routing.on_duty(w, ports, facts, "BID")


async def publish_replies(
    w: Writing, facts: Facts, questions: Sequence[Question], said: dict[str, list[QuestionMessage]]
) -> None:
    stored = await w.current("question", [question.id for question in questions])
    back: list[Question] = []
    for question in questions:
        known = stored.get(question.id)
        if known is None or known.audiences == readers(question, facts.office.root):
            publish(w, facts.office.root, question, messages=said.get(question.id, ()))
        else:
            back.append(question)  # it had left the desk's window: the whole thread comes back
    await spread(w, facts.office.root, back)


async def _follow_up(
    w: Writing, ports: Ports, facts: Facts, people: Mapping[str, Person], late: Sequence[_Late]
) -> None:
    """Replies to threads closed long ago: each is kept as a new question."""
    if not late:
        return
    given = await receipts(w, [item for item, _, _ in late])
    arrivals = []
    for item, earlier, files in late:
        successor = _successor(item)
        event(w, earlier, Act.FOLLOW_UP, State(earlier.state), item.actor, follow_up=successor)
        arrivals.append(
            Arrival(
                id=successor,
                text=item.args.text or _FILES_ONLY,
                kind=earlier.kind,
                category=earlier.category,
                channel=rules.CHANNEL_APP,
                asker=people[item.actor.account],
                actor=item.actor,
                made=item.made,
                receipt=given.get(item.id),
                follow_up_of=earlier.id,
                trust=earlier.trust,
                files=files,
            )
        )
    await arrive(w, ports, facts, arrivals)
