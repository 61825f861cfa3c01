"""Messages that a gateway brings: each once, in the thread that is open for its sender, else as a new question."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from backend.gateway import service as gateways
from backend.gateway.models import Gateway
from backend.gateway.webhook import Incoming
from backend.questions import channels, rules
from backend.questions.channels import Delivery
from backend.questions.door_bodies import DeliveredArgs, ReceiveArgs
from backend.questions.models import Question, QuestionContact, QuestionMessage
from backend.questions.ports import Person, Ports
from backend.questions.rules import State
from backend.questions.service import asmiranda, measures, notices
from backend.questions.service.desk_facts import Facts, load_facts
from backend.questions.service.intake import Arrival, Door, arrive
from backend.questions.service.replies import publish_replies, take_reply
from backend.questions.service.thread import ASKER, OFFICER, load, message, publish
from sync.actors import Actor, system_actor
from sync.clock import from_ms, parse_wire, to_ms, wire
from sync.errors import Refusal
from sync.ids import derived
from sync.writing import Item, Writing

OWNER = "questions"
_NAME_MAX = 200


class Engine(Protocol):
    """The part of the sync engine that the gateway's messages need."""

    async def execute(self, actor: Actor, kind: str, record: str, args: dict[str, Any], *, id: str) -> Any:
        """Run one mutation; the same id again has no further effect."""
        ...


class Conversations:
    """Fills :class:`backend.gateway.delivery.Owner` for questions."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def received(self, gateway: Gateway, incoming: Incoming) -> None:
        """One message of a gateway, once. Raises :class:`Refusal` if it was not kept."""
        record = derived(gateway.id, incoming.id)
        sent = None if incoming.sent is None else wire(to_ms(incoming.sent))
        args = {
            "gateway": gateway.id, "channel": gateway.channel, "address": incoming.address, "name": incoming.name,
            "text": incoming.text, "media": incoming.media, "at": sent,
        }  # fmt: skip
        actor = system_actor(gateway.agency, gateway.name)
        answer = await self._engine.execute(actor, "question.receive", record, args, id=derived(record, "receive"))
        if answer.status not in ("applied", "duplicate", "merged"):
            raise Refusal(answer.code or "invalid", answer.message or "")

    async def settled(self, agency: str, about: str, text: str, *, sent: bool, act: str) -> None:
        """A text reached the gateway, or never will."""
        args = {"messageId": text, "outcome": (Delivery.SENT if sent else Delivery.FAILED).value}
        await self._engine.execute(system_actor(agency), "question.delivered", about, args, id=act)


async def receive(ports: Ports, w: Writing, items: Sequence[Item]) -> None:
    """``question.receive``: joins the sender's open thread, reopens one answered lately, else asks anew.

    The sender's row is locked first: of messages that arrive together one makes the thread, the others join it.
    """
    facts = await load_facts(w.session, ports, w.agency, w.now)
    for item in items:
        args: ReceiveArgs = item.args
        contact = await _contact(w, args)
        texts = _texts(args)
        question = await _thread_of(w, contact)
        open_ = question is not None and rules.is_open(State(question.state))
        asked = texts[0] if open_ else await asmiranda.step(w, facts, contact, item, _address(args), texts[0])
        if asked is None:
            continue
        texts[0] = asked
        if question is not None and _keeps(question, w.now):
            await _join(ports, w, facts, item, question, texts)
        else:
            await _begin(ports, w, facts, item, contact, texts, None if question is None else question.id)


async def _contact(w: Writing, args: ReceiveArgs) -> QuestionContact:
    address = _address(args)
    name = _readable(args.name).replace("\n", " ").strip()[:_NAME_MAX] or address[:_NAME_MAX]
    id = derived(args.gateway, f"contact:{address}")
    row = {"id": id, "agency": w.agency, "gateway": args.gateway, "name": name, "seen": w.now}
    on_postgres = w.session.get_bind().dialect.name == "postgresql"
    statement: Any = (postgresql.insert if on_postgres else sqlite.insert)(QuestionContact).values(row)
    # The update takes the row's lock, whoever made it: from here on this sender is ours until the commit.
    await w.session.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"name": name, "seen": w.now}))
    found = await w.session.execute(
        select(QuestionContact).where(col(QuestionContact.id) == id).execution_options(populate_existing=True)
    )
    return found.scalars().one()


def _address(args: ReceiveArgs) -> str:
    return " ".join(_readable(args.address).split()) or "-"


def _readable(text: str) -> str:
    """Without the signs that no screen shows; nothing is refused that cannot be sent again by hand."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in plain if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs"))


def _texts(args: ReceiveArgs) -> list[str]:
    """What was written, in pieces that a message holds; a picture or sound is said to have come."""
    text = _readable(args.text)
    if args.media is not None:
        kind = _readable(args.media).strip() or "berkas"
        text = f"{text}\n[Mengirim {kind}. Berkas tidak diteruskan lewat kanal ini.]".strip()
    if not text.strip():
        text = "[Pesan tanpa teks]"
    return [text[start : start + rules.TEXT_MAX] for start in range(0, len(text), rules.TEXT_MAX)]


async def _thread_of(w: Writing, contact: QuestionContact) -> Question | None:
    """The sender's latest thread, locked."""
    latest = (
        select(col(Question.id))
        .where(col(Question.contact) == contact.id, col(Question.state) != State.CANCELLED)
        .order_by(col(Question.arrived_at).desc(), col(Question.id).desc())
        .limit(1)
    )
    id = (await w.session.execute(latest)).scalars().first()
    question = None if id is None else await _locked(w, id)
    while question is not None and question.merged_into is not None:
        question = await _locked(w, question.merged_into)
    return question


async def _locked(w: Writing, id: str) -> Question:
    await w.lock("question", [id])
    found = await w.session.execute(
        select(Question).where(col(Question.id) == id).execution_options(populate_existing=True)
    )
    return found.scalars().one()


def _keeps(question: Question, now: datetime) -> bool:
    state = State(question.state)
    if state is State.CANCELLED:
        return False
    return state is not State.CLOSED or rules.reopens(state, question.ended_at or question.last_message_at, now)


def _made(item: Item) -> datetime:
    ms = None if item.args.at is None else parse_wire(item.args.at)
    return channels.original_time(None if ms is None else from_ms(ms), item.arrived)


async def _join(ports: Ports, w: Writing, facts: Facts, item: Item, question: Question, texts: Sequence[str]) -> None:
    await take_reply(ports, w, facts, question, item.actor)
    said = [_said(w, item, question, place, text) for place, text in enumerate(texts)]
    await w.session.flush()
    await publish_replies(w, facts, [question], {question.id: said})
    if question.holder is not None:
        await notices.tell_desk(w, [question.holder], detail="replied", sentence="Penanya menulis lagi.")
    elif question.reopened:
        operators = await ports.house.officers(w.session, w.agency, "OPR", w.now)
        await notices.tell_unit(w, facts, operators, [question])


def _said(w: Writing, item: Item, question: Question, place: int, text: str) -> QuestionMessage:
    id = item.record if place == 0 else derived(item.record, f"part:{place}")
    return message(w, question, id, text, author=ASKER, author_name=question.asker_name, account=None, made=_made(item))


async def _begin(
    ports: Ports, w: Writing, facts: Facts, item: Item, contact: QuestionContact, texts: Sequence[str],
    earlier: str | None,
) -> None:  # fmt: skip
    args: ReceiveArgs = item.args
    arrival = Arrival(
        id=derived(item.record, "question"),
        text=texts[0],
        kind=None,
        category=None,
        channel=args.channel,
        asker=Person(contact.id, contact.name, "", None, "", None),
        actor=item.actor,
        made=_made(item),
        follow_up_of=earlier,
        trust=rules.UNKNOWN,
        door=Door(contact=contact.id, address=_address(args), gateway=args.gateway),
    )
    [question] = await arrive(w, ports, facts, [arrival])
    if len(texts) > 1:
        rest = [_said(w, item, question, place, text) for place, text in enumerate(texts) if place]
        await w.session.flush()
        publish(w, facts.office.root, question, messages=rest)


async def delivered(ports: Ports, w: Writing, item: Item) -> None:
    """``question.delivered``: the reply counts from when the gateway has it; a failure is shown to the holder."""
    args: DeliveredArgs = item.args
    question = await load(w, item.record)
    said = await w.session.get(QuestionMessage, args.message_id)
    if said is None or said.question != question.id or said.delivery == Delivery.SENT:
        return
    said.delivery = Delivery(args.outcome)
    failed = said.delivery is Delivery.FAILED
    office = await ports.house.office(w.session, w.agency)
    if said.author == OFFICER and question.first_reply_at in (None, said.at):
        question.first_reply_at = None if failed else w.now
        measures.refix_response(office, question)
    if not failed:
        said.at = w.now
    await w.session.flush()
    publish(w, office.root, question, messages=[said])
    if failed and question.holder is not None:
        sentence = "Balasan tidak sampai ke penanya. Kirim ulang atau hubungi dengan cara lain."
        await notices.tell_desk(w, [question.holder], detail="undelivered", sentence=sentence)


async def resend(ports: Ports, w: Writing, item: Item) -> None:
    """``question.resend``: the holder lets a text that did not reach the asker be tried once more."""
    question = await load(w, item.record)
    said = await w.session.get(QuestionMessage, item.args.message_id)
    if said is None or said.question != question.id or said.delivery != Delivery.FAILED or question.address is None:
        raise Refusal("state", "Pesan ini tidak menunggu dikirim ulang. Muat percakapan untuk melihatnya.")
    said.delivery = Delivery.QUEUED
    await gateways.again(w.session, said.id, question.address, said.text, w.now)
    office = await ports.house.office(w.session, w.agency)
    await w.session.flush()
    publish(w, office.root, question, messages=[said])
