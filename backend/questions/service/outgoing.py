"""Texts that leave the app: by a gateway's queue, or by staff who send them on the channel themselves."""

from __future__ import annotations

from backend.gateway import service as gateways
from backend.questions import channels
from backend.questions.bodies import ReplyArgs
from backend.questions.channels import Delivery, Way
from backend.questions.models import Question, QuestionMessage
from backend.questions.rules import Act, State
from backend.questions.service.thread import OFFICER, event, message, publish
from sync.writing import Item, Writing


def typed(question: Question) -> bool:
    """Whether staff send the answer on the asker's channel themselves, and only then say that it is sent."""
    return channels.way(question.channel, question.gateway) is Way.TYPED


def carries_files(question: Question) -> bool:
    """Whether files reach the asker with a message: only in the app."""
    return channels.way(question.channel, question.gateway) is Way.THREAD


async def send(w: Writing, question: Question, said: QuestionMessage) -> None:
    """Let a message reach the asker on the channel asked; on the app it has by being published."""
    way = channels.way(question.channel, question.gateway)
    if way is Way.SPOKEN:
        said.delivery = Delivery.SPOKEN
    elif way is Way.GATEWAY and question.gateway is not None and question.address is not None:
        said.delivery = Delivery.QUEUED
        out = gateways.Outgoing(said.id, w.agency, question.gateway, question.address, said.text, question.id)
        await gateways.enqueue(w.session, out, w.now)


async def prepare(w: Writing, root: str, question: Question, item: Item, act: Act, author_name: str) -> None:
    """Write an answer (or question back) down that staff still have to send; one written before is replaced."""
    args: ReplyArgs = item.args
    changed: list[QuestionMessage] = []
    if question.unsent is not None:
        earlier = await w.session.get(QuestionMessage, question.unsent)
        if earlier is not None:
            earlier.delivery = Delivery.REPLACED
            changed.append(earlier)
    said = message(
        w,
        question,
        args.message_id,
        args.text,
        author=OFFICER,
        author_name=author_name,
        account=item.actor.account,
        made=item.made,
        delivery=Delivery.TO_SEND,
    )
    question.unsent, question.unsent_act = said.id, act
    question.holder, question.holder_name = item.actor.account, item.actor.name
    event(w, question, Act.PREPARE, State(question.state), item.actor, message=said.id, step=act)
    await w.session.flush()
    publish(w, root, question, messages=[*changed, said])
