"""What the feed carries of questions, and everything that can be done to them: who may, by which rule."""

from __future__ import annotations

from functools import partial

from backend.questions import bodies, door_records
from backend.questions.ports import Ports
from backend.questions.rules import State
from backend.questions.service import (
    attachments,
    corrections,
    desk,
    escalation,
    intake,
    marks,
    merging,
    replies,
    timers,
)
from sync.actors import Actor
from sync.registry import MutationKind, Permission, RecordKind, Registry, Rule
from sync.writing import Item, StoredRecord

STAFF = ("ADM", "OPR", "BID", "KTM")


def _asker(actor: Actor, record: StoredRecord | None) -> bool:
    return actor.role is None and record is not None and record.body.get("askerId") == actor.account


def _works(actor: Actor, record: StoredRecord | None, *roles: str) -> bool:
    unit = None if record is None else record.body.get("unit")
    return unit is not None and actor.works_as(*roles, over=unit)


def _may_ask(actor: Actor, _item: Item, _record: StoredRecord | None) -> bool:
    return actor.role is None and actor.facts.get("kind") in ("PNS", "PPPK", "NON_ASN")


def _may_say(actor: Actor, _item: Item, record: StoredRecord | None) -> bool:
    return _asker(actor, record)


def _may_filter(actor: Actor, _item: Item, record: StoredRecord | None) -> bool:
    return _works(actor, record, "ADM", "KTM")


def _may_claim(actor: Actor, _item: Item, record: StoredRecord | None) -> bool:
    return _works(actor, record, "OPR")


def _may_answer(actor: Actor, _item: Item, record: StoredRecord | None) -> bool:
    if _works(actor, record, "OPR"):
        return True
    if _own_call(actor, record):
        return True
    passed = record is not None and (
        record.body.get("state") == State.FORWARDED or record.body.get("holderId") == actor.account
    )
    return passed and _works(actor, record, "BID")


def _own_call(actor: Actor, record: StoredRecord | None) -> bool:
    return record is not None and record.body.get("holderId") == actor.account and _works(actor, record, "TEL")


def _may_forward(actor: Actor, item: Item, record: StoredRecord | None) -> bool:
    return _works(actor, record, "OPR", "ADM") or (
        _may_answer(actor, item, record) and record is not None and record.body.get("holderId") == actor.account
    )


def _may_note(actor: Actor, _item: Item, record: StoredRecord | None) -> bool:
    if _works(actor, record, *STAFF):
        return True
    return _own_call(actor, record)


def _may_reopen(actor: Actor, item: Item, record: StoredRecord | None) -> bool:
    if _asker(actor, record) or _may_filter(actor, item, record):
        return True
    return record is not None and record.body.get("holderId") == actor.account and _works(actor, record, "OPR", "BID")


def _may_read(actor: Actor, _item: Item, record: StoredRecord | None) -> bool:
    return _asker(actor, record) or _works(actor, record, *STAFF)


def _may_correct(actor: Actor, _item: Item, record: StoredRecord | None) -> bool:
    return record is not None and record.body.get("holderId") == actor.account and _works(actor, record, "OPR", "BID")


def _may_merge(actor: Actor, _item: Item, record: StoredRecord | None) -> bool:
    return _works(actor, record, "ADM")


def _nobody(_actor: Actor, _item: Item, _record: StoredRecord | None) -> bool:
    return False  # the server itself is not asked


ASK = Permission(_may_ask, "any employee, about own matters")
ASKER = Permission(_may_say, "the asker")
FILTER = Permission(_may_filter, "ADM, KTM")
CLAIM = Permission(_may_claim, "OPR over the unit in charge")
ANSWER = Permission(_may_answer, "OPR who holds it; BID over the unit once it was forwarded; TEL on own calls")
FORWARD = Permission(_may_forward, "OPR or BID who holds it; ADM")
NOTE = Permission(_may_note, "ADM, OPR, BID, KTM over the unit in charge; TEL on own calls")
REOPEN = Permission(_may_reopen, "the asker; the last holder; ADM, KTM")
CORRECT = Permission(_may_correct, "OPR or BID who holds it")
MERGE = Permission(_may_merge, "ADM over both units in charge")
READ = Permission(_may_read, "the asker; ADM, OPR, BID, KTM over the unit in charge")
SERVER = Permission(_nobody, "the server")


def declare(registry: Registry, ports: Ports) -> None:
    """Declare every record and mutation kind of the room."""
    _records(registry)
    _asker_acts(registry, ports)
    _desk_acts(registry, ports)
    door_records.declare(registry, ports, answer=ANSWER, server=SERVER)
    _timed_acts(registry, ports)


def _records(registry: Registry) -> None:
    registry.record(RecordKind(name="question", body=bodies.QuestionBody, doc="A question: to its asker and desk."))
    registry.record(RecordKind(name="message", body=bodies.MessageBody, doc="A message: to asker and desk."))
    registry.record(RecordKind(name="note", body=bodies.NoteBody, doc="An internal note: to the desk only."))
    registry.record(RecordKind(name="read_mark", body=bodies.ReadMarkBody, doc="How far a person has read a thread."))


def _asker_acts(registry: Registry, ports: Ports) -> None:
    registry.mutation(MutationKind(
        name="question.ask", record="question", rule=Rule.APPEND, args=bodies.AskArgs, may=ASK,
        handler=partial(intake.ask, ports), loser="refuse", doc="Ask a question; filtered or routed at once.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="question.message", record="message", rule=Rule.APPEND, args=bodies.MessageArgs, may=ASKER,
        target=("question", "question"), handler=partial(replies.say, ports), loser="refuse",
        doc="Write on in one's thread; reopens an answered one.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="question.close", record="question", rule=Rule.COMMAND, args=bodies.NoArgs, may=ASKER,
        handler=partial(desk.close, ports), doc="The answer is clear.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="question.cancel", record="question", rule=Rule.COMMAND, args=bodies.NoArgs, may=ASKER,
        handler=partial(desk.cancel, ports), doc="Take a question back before the first reply.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="question.reopen", record="question", rule=Rule.COMMAND, args=bodies.ReopenArgs, may=REOPEN,
        handler=partial(desk.reopen, ports), doc="Open an answered or closed thread again, with a reason.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="question.read", record="read_mark", rule=Rule.REGISTER, args=bodies.ReadArgs, may=READ,
        target=("question", "question"), handler=marks.mark_read, unaudited=True, doc="Remember how far one has read.",
    ))  # fmt: skip


def _desk_acts(registry: Registry, ports: Ports) -> None:
    registry.mutation(MutationKind(
        name="question.assign", record="question", rule=Rule.COMMAND, args=bodies.AssignArgs, may=FILTER,
        handler=partial(desk.assign, ports), doc="Filter: category, unit, perhaps operator; or re-route.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="question.claim", record="question", rule=Rule.CLAIM, args=bodies.NoArgs, may=CLAIM,
        handler=partial(desk.claim, ports), doc="Take from the queue of the unit.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="question.forward", record="question", rule=Rule.COMMAND, args=bodies.ForwardArgs, may=FORWARD,
        handler=partial(desk.forward, ports), doc="Pass to the contact of a unit, with a note.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="question.answer", record="question", rule=Rule.COMMAND, args=bodies.ReplyArgs, may=ANSWER,
        handler=partial(desk.answer, ports), doc="Answer the asker.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="question.ask_back", record="question", rule=Rule.COMMAND, args=bodies.ReplyArgs, may=ANSWER,
        handler=partial(desk.ask_back, ports), doc="Ask the asker for more.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="question.correct", record="question", rule=Rule.COMMAND, args=bodies.CorrectArgs, may=CORRECT,
        handler=partial(corrections.correct, ports), doc="A new version of a sent answer; the first stays readable.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="question.merge", record="question", rule=Rule.COMMAND, args=bodies.MergeArgs, may=MERGE,
        handler=partial(merging.merge, ports), doc="Let a question go on in an earlier one of the same asker.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="question.note", record="note", rule=Rule.APPEND, args=bodies.NoteArgs, may=NOTE,
        target=("question", "question"), handler=partial(desk.add_notes, ports), loser="refuse",
        doc="Write an internal note.",
    ))  # fmt: skip


def _timed_acts(registry: Registry, ports: Ports) -> None:
    registry.mutation(MutationKind(
        name="question.route", record="question", rule=Rule.COMMAND, args=bodies.NoArgs, may=SERVER, internal=True,
        handler=partial(timers.route_now, ports), doc="Nobody filtered in 15 working minutes.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="question.lapse", record="question", rule=Rule.COMMAND, args=bodies.NoArgs, may=SERVER, internal=True,
        handler=partial(desk.lapse, ports), doc="Three working days of silence after an answer.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="question.escalate", record="question", rule=Rule.COMMAND, args=bodies.EscalateArgs, may=SERVER,
        internal=True, handler=partial(escalation.escalate, ports), doc="The promised time is near, or broken.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="question.file", record="question", rule=Rule.COMMAND, args=bodies.FileSettledArgs, may=SERVER,
        internal=True, handler=partial(attachments.settle, ports), doc="A file of the thread is whole, or refused.",
    ))  # fmt: skip
