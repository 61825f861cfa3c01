"""The desk's acts: filter, take, pass on, answer, ask back, note; and the asker's: clear, take back, ask again."""

from __future__ import annotations

from collections.abc import Sequence

from backend.jobs import service as jobs
from backend.questions import rules
from backend.questions.bodies import AssignArgs, ForwardArgs, NoteArgs, ReopenArgs, ReplyArgs
from backend.questions.models import Question, QuestionMessage, QuestionNote
from backend.questions.ports import Officer, Ports, Unit
from backend.questions.rules import Act, Part, State
from backend.questions.service import measures, notices, outgoing, routing
from backend.questions.service.attachments import Attachments
from backend.questions.service.attachments import checked as attachable
from backend.questions.service.desk_facts import Facts, load_facts
from backend.questions.service.escalation import ESCALATE_JOB
from backend.questions.service.intake import FILTERED, LAPSE_JOB, ROUTE_JOB
from backend.questions.service.replies import take_reply
from backend.questions.service.thread import (
    ASKER,
    OFFICER,
    event,
    load,
    load_all,
    message,
    newcomers,
    note,
    note_body,
    publish,
    spread,
    staff_readers,
    taken_ids,
)
from sync.actors import Actor
from sync.errors import Refusal
from sync.ids import derived
from sync.writing import Item, Writing

_SAFE = "Draf Anda tetap tersimpan."
_NO_FILES = "Kanal penanya ini hanya bisa membawa teks. Lepaskan lampiran, atau sebutkan isinya."
_ROLE_TITLES = {"OPR": "Operator", "BID": "Kontak", "TEL": "Operator Telepon"}


def parts(actor: Actor, question: Question) -> frozenset[Part]:
    """What part an actor plays towards a question, as the role it works as."""
    found: set[Part] = set()
    if actor.system:
        found.add(Part.SYSTEM)
    if actor.role is None and actor.account == question.asker:
        found.add(Part.ASKER)
    if actor.works_as("ADM", "KTM", over=question.unit):
        found.add(Part.FILTER)
    if actor.works_as("OPR", over=question.unit):
        found.add(Part.OPERATOR)
    if actor.works_as("BID", over=question.unit):
        found.add(Part.CONTACT)
    answers = found & {Part.OPERATOR, Part.CONTACT} or actor.works_as("TEL", over=question.unit)
    if question.holder == actor.account and answers:
        found.add(Part.HOLDER)
    return frozenset(found)


def step(question: Question, act: Act, actor: Actor) -> State:
    """The state that a legal step leads to. Raises ``held`` or ``state`` with what stands in the way."""
    state = State(question.state)
    to = rules.next_state(state, act, parts(actor, question))
    if to is not None:
        return to
    if state is State.NEW:
        raise Refusal("state", f"Pertanyaan ini belum disaring. {_SAFE} Saring dan tugaskan dulu.")
    if state in (State.ANSWERED, State.CLOSED, State.CANCELLED):
        done = {"dijawab": "sudah dijawab", "selesai": "sudah selesai", "batal": "sudah dibatalkan penanya"}[state]
        by = f" {question.holder_name}" if state is State.ANSWERED and question.holder_name else ""
        raise Refusal("state", f"Pertanyaan ini {done}{by}. {_SAFE} Buka percakapan untuk membacanya.")
    if state is State.FORWARDED:
        raise Refusal("state", f"Pertanyaan ini sudah diteruskan ke {question.unit_name}. {_SAFE} Tunggu unit itu.")
    if rules.is_step(state, act) and question.holder is None:
        raise Refusal("state", f"Pertanyaan ini masih di antrean unit. {_SAFE} Ambil dulu, lalu kirim lagi.")
    if rules.is_step(state, act) and question.holder != actor.account:
        raise held(question)
    raise Refusal("state", f"Langkah ini tidak bisa sekarang. {_SAFE} Muat percakapan untuk melihat keadaannya.")


def held(question: Question) -> Refusal:
    """Somebody else has it."""
    who = question.holder_name or "petugas lain"
    return Refusal("held", f"Pertanyaan ini ditangani {who}. {_SAFE} Minta penyaring bila perlu dialihkan.")


def checked(text: str) -> str:
    """A text that may be sent. Raises ``invalid`` in words."""
    fault = rules.text_fault(text, least=rules.MESSAGE_MIN)
    if fault is not None:
        raise Refusal("invalid", fault, fields={"text": fault})
    return text


async def claim(ports: Ports, w: Writing, item: Item) -> None:
    """``question.claim``: from the queue of the unit; the first one wins, who holds it already has it."""
    question = await load(w, item.record)
    before = State(question.state)
    if before is State.FILTERED and question.holder is not None and question.holder != item.actor.account:
        raise held(question)
    question.state = step(question, Act.CLAIM, item.actor)
    if question.holder == item.actor.account:
        return
    question.holder, question.holder_name = item.actor.account, item.actor.name
    event(w, question, Act.CLAIM, before, item.actor)
    office = await ports.house.office(w.session, w.agency)
    publish(w, office.root, question)


async def assign(ports: Ports, w: Writing, item: Item) -> None:
    """``question.assign``: category, unit and perhaps operator; also re-routes what was routed automatically."""
    args: AssignArgs = item.args
    question = await load(w, item.record)
    facts = await load_facts(w.session, ports, w.agency, w.now)
    before = State(question.state)
    to = step(question, Act.ASSIGN, item.actor)
    if facts.categories.category(args.category) is None:
        raise Refusal("invalid", f"Topik ini tidak dikenal. {_SAFE} Pilih topik lain.", fields={"category": "Pilih."})
    unit = _unit(facts, args.unit)
    operators = list(await ports.house.officers(w.session, w.agency, "OPR", w.now))
    holder = _operator(facts, operators, args.holder, unit.id)
    question.category, question.category_by = args.category, FILTERED
    question.unit, question.unit_name = unit.id, unit.name
    question.holder = None if holder is None else holder.account
    question.holder_name = None if holder is None else holder.name
    question.state = to
    if question.filtered_at is None:
        question.filtered_at, question.filtered_by = w.now, routing.BY_OFFICER
        measures.fix_filter(facts.office, question)
        await jobs.cancel(w.session, ROUTE_JOB, question.id)
    event(w, question, Act.ASSIGN, before, item.actor, unit=unit.id, holder=args.holder, category=args.category)
    await spread(w, facts.office.root, [question])
    await notices.tell_unit(w, facts, operators, [question])


def _unit(facts: Facts, id: str) -> Unit:
    unit = facts.units.get(id)
    if unit is None:
        raise Refusal("invalid", f"Unit ini tidak ada. {_SAFE} Pilih unit lain.", fields={"unit": "Pilih unit."})
    return unit


def _operator(facts: Facts, operators: Sequence[Officer], account: str | None, unit: str) -> Officer | None:
    if account is None:
        return None
    for officer in facts.covering(operators, unit):
        if officer.account == account:
            return officer
    sentence = "Petugas ini bukan operator unit tersebut."
    raise Refusal("invalid", f"{sentence} {_SAFE} Pilih petugas lain.", fields={"holder": sentence})


async def forward(ports: Ports, w: Writing, item: Item) -> None:
    """``question.forward``: to the contact of a unit, with a note that only staff see."""
    args: ForwardArgs = item.args
    question = await load(w, item.record)
    facts = await load_facts(w.session, ports, w.agency, w.now)
    before = State(question.state)
    question.state = step(question, Act.FORWARD, item.actor)
    unit = _unit(facts, args.unit)
    note(w, question, derived(item.id, "note"), checked(args.note), item.actor)
    question.unit, question.unit_name = unit.id, unit.name
    question.holder = question.holder_name = None
    event(w, question, Act.FORWARD, before, item.actor, unit=unit.id)
    await w.session.flush()
    await spread(w, facts.office.root, [question])
    contacts = await ports.house.officers(w.session, w.agency, "BID", w.now)
    accounts = [officer.account for officer in facts.covering(contacts, unit.id)]
    await notices.tell_desk(w, accounts, detail="forwarded", sentence="Ada pertanyaan yang diteruskan ke unit Anda.")


async def answer(ports: Ports, w: Writing, item: Item) -> None:
    """``question.answer``: the message, the new state and the notice to the asker, all in one transaction."""
    if await _prepared(ports, w, item, Act.ANSWER):
        return
    question = await _reply(w, item, Act.ANSWER)
    facts = await load_facts(w.session, ports, w.agency, w.now)
    _check_trust(facts, question)
    await settle_answer(w, facts, question)
    await deliver(w, facts.office.root, question, item)


def _check_trust(facts: Facts, question: Question) -> None:
    category = facts.categories.category(question.category)
    if category is not None and category.personal and question.trust < rules.PROVEN:
        raise Refusal("state", f"{rules.UNPROVEN} {_SAFE}")


async def settle_answer(w: Writing, facts: Facts, question: Question) -> None:
    """What follows from an answer that the asker has: its measures are fixed, and silence closes the thread."""
    question.answered_at = w.now
    await measures.fix_answer(w.session, facts.office, question)
    await await_silence(w, facts, question)


async def _prepared(ports: Ports, w: Writing, item: Item, act: Act) -> bool:
    """On a channel where staff send by hand a reply is only written down until they pressed *Sudah dikirim*."""
    args: ReplyArgs = item.args
    question = await load(w, item.record)
    if not outgoing.typed(question):
        return False
    step(question, act, item.actor)
    checked(args.text)
    if args.files:
        raise Refusal("invalid", f"{_NO_FILES} {_SAFE}")
    if await taken_ids(w, QuestionMessage, [args.message_id]):
        raise Refusal("exists", f"Jawaban dengan nomor ini sudah ada. {_SAFE}")
    facts = await load_facts(w.session, ports, w.agency, w.now)
    if act is Act.ANSWER:
        _check_trust(facts, question)
    await outgoing.prepare(w, facts.office.root, question, item, act, author_name(item.actor, question))
    return True


async def ask_back(ports: Ports, w: Writing, item: Item) -> None:
    """``question.ask_back``: the holder needs to know more; the asker has the word."""
    if await _prepared(ports, w, item, Act.ASK_BACK):
        return
    question = await _reply(w, item, Act.ASK_BACK)
    office = await ports.house.office(w.session, w.agency)
    measures.fix_response(office, question)
    await deliver(w, office.root, question, item)


async def await_silence(w: Writing, facts: Facts, question: Question) -> None:
    """Three working days without a word from the asker close an answered question; counted anew from now."""
    due = facts.silence_ends()
    await jobs.schedule(w.session, LAPSE_JOB, question.id, due, {"question": question.id}, w.agency)


async def _reply(w: Writing, item: Item, act: Act) -> Question:
    args: ReplyArgs = item.args
    question = await load(w, item.record)
    before = State(question.state)
    question.state = step(question, act, item.actor)
    checked(args.text)
    if await taken_ids(w, QuestionMessage, [args.message_id]):
        raise Refusal("exists", f"Jawaban dengan nomor ini sudah ada. {_SAFE}")
    if args.files and not outgoing.carries_files(question):
        raise Refusal("invalid", f"{_NO_FILES} {_SAFE}")
    question.holder, question.holder_name = item.actor.account, item.actor.name
    question.first_reply_at = question.first_reply_at or w.now
    await jobs.cancel(w.session, ESCALATE_JOB, question.id)
    event(w, question, act, before, item.actor, message=args.message_id)
    return question


async def deliver(w: Writing, root: str, question: Question, item: Item, version_of: str | None = None) -> None:
    """The officer's text with its files as a message of the thread, the notice to the asker with it."""
    args: ReplyArgs = item.args
    attachments = await Attachments.expect(w, [(item.actor.account, args.files)] if args.files else [])
    attachable(args.files, attachments, item.actor.account)
    said = message(
        w,
        question,
        args.message_id,
        args.text,
        author=OFFICER,
        author_name=author_name(item.actor, question),
        account=item.actor.account,
        made=item.made,
        files=attachments.take(item.actor.account, args.files, question.id, args.message_id),
        version_of=version_of,
    )
    await outgoing.send(w, question, said)
    await w.session.flush()
    publish(w, root, question, messages=[said])
    await notices.tell_asker(w, question, said)


def author_name(actor: Actor, question: Question) -> str:
    """What the asker reads of an officer: the role and the unit."""
    return f"{_ROLE_TITLES.get(actor.role or '', 'Petugas')} {question.unit_name}"


async def add_notes(ports: Ports, w: Writing, items: Sequence[Item]) -> None:
    """``question.note``: records of their own, for the desk only."""
    office = await ports.house.office(w.session, w.agency)
    questions = await load_all(w, [item.args.question for item in items])
    written: list[tuple[Question, QuestionNote]] = []
    for item in await newcomers(w, QuestionNote, items):
        args: NoteArgs = item.args
        question = questions.get(args.question)
        fault = rules.text_fault(args.text, least=rules.MESSAGE_MIN)
        if question is None:
            item.lose("not_found", "Pertanyaan tidak ditemukan. Catatan Anda tetap tersimpan untuk disalin.")
        elif fault is not None:
            item.lose("invalid", fault)
        else:
            written.append((question, note(w, question, item.record, args.text, item.actor)))
    await w.session.flush()
    for question, row in written:
        if question.desk:
            w.publish("note", row.id, note_body(row), staff_readers(question, office.root))


async def close(ports: Ports, w: Writing, item: Item) -> None:
    """``question.close``: the asker says that it is clear."""
    await _end(ports, w, item, Act.CLOSE)


async def lapse(ports: Ports, w: Writing, item: Item) -> None:
    """``question.lapse``: three working days of silence after an answer; anything said meanwhile makes it void."""
    question = await load(w, item.record)
    if State(question.state) is State.ANSWERED:
        await _end(ports, w, item, Act.LAPSE)


async def cancel(ports: Ports, w: Writing, item: Item) -> None:
    """``question.cancel``: the asker takes it back before the first reply of a person."""
    question = await load(w, item.record)
    if rules.is_open(State(question.state)) and not rules.may_cancel(State(question.state), question.first_reply_at):
        sentence = "Petugas sudah membalas pertanyaan ini, jadi tidak bisa dibatalkan."
        raise Refusal("state", f"{sentence} Percakapan tetap aman. Balas bila tidak perlu lagi.")
    await _end(ports, w, item, Act.CANCEL)


async def _end(ports: Ports, w: Writing, item: Item, act: Act) -> None:
    question = await load(w, item.record)
    before = State(question.state)
    question.state = step(question, act, item.actor)
    question.ended_at = w.now
    for job in (ROUTE_JOB, LAPSE_JOB, ESCALATE_JOB):
        await jobs.cancel(w.session, job, question.id)
    event(w, question, act, before, item.actor)
    office = await ports.house.office(w.session, w.agency)
    publish(w, office.root, question)


async def reopen(ports: Ports, w: Writing, item: Item) -> None:
    """``question.reopen``: within 14 days, with a reason; the asker's is a message, an officer's a note."""
    args: ReopenArgs = item.args
    question = await load(w, item.record)
    facts = await load_facts(w.session, ports, w.agency, w.now)
    step(question, Act.REOPEN, item.actor)
    if not rules.reopens(State(question.state), question.ended_at or question.last_message_at, w.now):
        sentence = "Percakapan ini sudah selesai lebih dari 14 hari."
        raise Refusal("state", f"{sentence} Tulisan aman. Ajukan pertanyaan baru; percakapan ini tetap bisa dibaca.")
    checked(args.reason)
    by_asker = Part.ASKER in parts(item.actor, question)
    await take_reply(ports, w, facts, question, item.actor, Act.REOPEN, "" if by_asker else args.reason)
    if by_asker:
        message(
            w,
            question,
            derived(item.id, "message"),
            args.reason,
            author=ASKER,
            author_name=question.asker_name,
            account=item.actor.account,
            made=item.made,
        )
    else:
        note(w, question, derived(item.id, "note"), args.reason, item.actor)
    await w.session.flush()
    await spread(w, facts.office.root, [question])
    operators = list(await ports.house.officers(w.session, w.agency, "OPR", w.now))
    await notices.tell_unit(w, facts, operators, [question])
