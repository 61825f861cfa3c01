"""Intake: what arrives, from whom, where it goes first. Set-based: a batch costs one statement a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import text

from backend.audit.service import Entry, record_many
from backend.forms import service as forms
from backend.jobs import service as jobs
from backend.questions import channels, rules
from backend.questions.bodies import AskArgs
from backend.questions.models import Question, QuestionMessage
from backend.questions.ports import Person, Ports
from backend.questions.rules import Act, State
from backend.questions.service import escalation, notices, outgoing, routing
from backend.questions.service.attachments import Attachments, fault_of
from backend.questions.service.desk_facts import Facts, load_facts
from backend.questions.service.thread import (
    AUTOMATIC,
    SYSTEM,
    event,
    message,
    newcomers,
    publish,
    receipts,
)
from sync.actors import Actor
from sync.ids import derived
from sync.writing import Item, Writing

FORM = "tanya"
ROUTE_JOB = "question.route"
LAPSE_JOB = "question.lapse"
CLOSED = (
    "Instansi Anda belum membuka layanan tanya di Sambung. Tulisan Anda tetap ada: salin, lalu tanyakan lewat telepon "
    "atau datang ke kantor."
)
ASKED, SUGGESTED, FILTERED = "penanya", "usulan", "penyaring"

_COUNT = text(
    "INSERT INTO question_counter (agency, year, series, last) VALUES (:agency, :year, :series, :count) "
    "ON CONFLICT (agency, year, series) DO UPDATE SET last = question_counter.last + :count RETURNING last"
)


@dataclass(frozen=True, slots=True)
class Door:
    """How a question came in beside the app: the columns of the same names of :class:`Question`."""

    contact: str | None = None
    address: str | None = None
    gateway: str | None = None
    entered_by: str | None = None
    entered_role: str | None = None
    entered_unit: str | None = None
    visit: str | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """One question on its way in; without kind or category they are suggested. ``made``: the phone's evidence."""

    id: str
    text: str
    kind: str | None
    category: str | None
    channel: str
    asker: Person
    actor: Actor
    made: datetime
    receipt: str | None = None
    follow_up_of: str | None = None
    trust: int = rules.PROVEN
    files: Sequence[dict[str, Any]] = field(default_factory=tuple)
    door: Door = Door()


async def ask(ports: Ports, w: Writing, items: Sequence[Item]) -> None:
    """``question.ask``: judge each text and choice, then let all that is right arrive together."""
    facts = await load_facts(w.session, ports, w.agency, w.now)
    form = await forms.current_form(w.session, w.agency, FORM)
    people = await ports.house.people(w.session, sorted({item.actor.account for item in items}))
    given = await receipts(w, items)
    fresh = await newcomers(w, Question, items)
    faults = {item.id: _fault(item.args, facts, form) or fault_of(item.args.files) for item in fresh}
    named = [(item.actor.account, item.args.files) for item in fresh if item.args.files and not faults[item.id]]
    attachments = await Attachments.expect(w, named)
    arrivals: list[Arrival] = []
    for item in fresh:
        args: AskArgs = item.args
        account = item.actor.account
        if not facts.office.answers:
            item.lose("closed", CLOSED)
            continue
        fault = faults[item.id] or attachments.fault(account, args.files)
        person = people.get(account)
        if fault is not None:
            item.lose("invalid", fault)
        elif person is None:
            item.lose("forbidden", "Akun ini belum terhubung dengan pegawai. Tulisan aman. Hubungi pengelola.")
        elif not await refuses_nip(w, item, args.text, person.identifier):
            files = attachments.take(account, args.files, item.record, None)
            arrivals.append(_arrival(item, person, given.get(item.id), files))
    await arrive(w, ports, facts, arrivals)


async def refuses_nip(w: Writing, item: Item, text: str, own: str) -> bool:
    """Whether a text names another person's NIP: it is refused with a fixed sentence, and logged (masked)."""
    foreign = rules.foreign_nips(text, own)
    if not foreign:
        return False
    item.lose("forbidden", rules.ANOTHERS_NIP)
    detail = {"mutation": item.id, "nips": [rules.mask_nip(nip) for nip in foreign]}
    entry = Entry(
        "question.anothers_nip", item.kind.record, item.record, w.now, w.agency, item.actor.account, item.actor.role,
        refused=True, detail=detail,
    )  # fmt: skip
    await record_many(w.connection, [entry])
    return True


def _arrival(item: Item, asker: Person, receipt: str | None, files: Sequence[dict[str, Any]]) -> Arrival:
    args: AskArgs = item.args
    return Arrival(
        id=item.record,
        text=args.text,
        kind=args.kind,
        category=args.category,
        channel=args.channel,
        asker=asker,
        actor=item.actor,
        made=item.made,
        receipt=receipt,
        files=files,
    )


def _fault(args: AskArgs, facts: Facts, form: forms.Form) -> str | None:
    fault = rules.text_fault(args.text, least=rules.ASK_MIN)
    if fault is not None:
        return fault
    if args.channel != rules.CHANNEL_APP:
        return "Kanal ini dicatat oleh petugas. Tulisan aman. Kirim dari aplikasi."
    if args.kind is not None and facts.categories.kind(args.kind) is None:
        return "Jenis pertanyaan ini tidak dikenal. Tulisan aman. Pilih jenis lain, lalu kirim lagi."
    if args.category is not None and facts.categories.category(args.category) is None:
        return "Topik ini tidak dikenal. Tulisan aman. Pilih topik lain, lalu kirim lagi."
    values = {"text": args.text, "kind": args.kind, "category": args.category}
    given = {name: value for name, value in values.items() if value is not None}
    return next(iter(forms.validate(form, given).values()), None)


async def arrive(w: Writing, ports: Ports, facts: Facts, arrivals: Sequence[Arrival]) -> list[Question]:
    """Number, store, route and publish new questions; returns them in their order.

    With a filter on duty they wait for it at most 15 working minutes, else they are routed at once. Outside
    office hours each gets one automatic answer that promises the due time.
    """
    if not arrivals:
        return []
    waiting = await routing.on_duty(w, ports, facts, "ADM")
    make = partial(new_question, w, facts, facts.due(facts.office.target_minutes))
    questions = [make(arrival) for arrival in arrivals]
    for question, arrival in zip(questions, arrivals, strict=True):
        event(w, question, Act.ARRIVE, None, arrival.actor, category=question.category, earlier=question.follow_up_of)
    if waiting:
        due = facts.due(rules.FILTER_MINUTES)
        timers = [jobs.Timer(ROUTE_JOB, one.id, due, {"question": one.id}, w.agency) for one in questions]
        await jobs.schedule_all(w.session, timers)
        await notices.tell_desk(w, waiting, detail="arrived", sentence="Ada pertanyaan yang perlu disaring.")
    else:
        operators = await routing.route(w, ports, facts, questions)
        await notices.tell_unit(w, facts, operators, questions)
    promises = {} if facts.is_open else {one.id: [_promise(w, facts, one)] for one in questions if _reached(one)}
    await escalation.arm(w, facts, questions)
    await take_numbers(w, facts.year, questions)
    w.session.add_all(questions)
    await w.session.flush()
    for question in questions:
        said = promises.get(question.id, [])
        for one in said:
            await outgoing.send(w, question, one)
        publish(w, facts.office.root, question, messages=said)
    return questions


def _reached(question: Question) -> bool:
    """Whether an automatic text reaches the asker: nobody types it into another service by hand."""
    way = channels.way(question.channel, question.gateway)
    return way in (channels.Way.THREAD, channels.Way.GATEWAY)


def new_question(w: Writing, facts: Facts, due: datetime, arrival: Arrival) -> Question:
    """The row of an arrival, as yet without a number; not added to the transaction."""
    suggested = rules.suggest_category(arrival.text, facts.categories.categories)
    category = arrival.category or suggested
    unit, asker = facts.unit_for(category), arrival.asker
    return Question(
        id=arrival.id,
        agency=w.agency,
        year=facts.year,
        series="",
        running=0,
        receipt=arrival.receipt,
        channel=arrival.channel,
        text=arrival.text,
        asker=asker.account,
        asker_name=asker.name,
        asker_nip=rules.mask_nip(asker.identifier) if asker.identifier else "",
        asker_unit=asker.unit,
        asker_unit_name=asker.unit_name,
        kecamatan=asker.kecamatan,
        kind=arrival.kind or rules.suggest_kind(arrival.text, facts.categories.kinds),
        category=category,
        suggested=suggested,
        category_by=ASKED if arrival.category else SUGGESTED,
        unit=unit.id,
        unit_name=unit.name,
        state=State.NEW,
        written_at=arrival.made,
        arrived_at=w.now,
        clock_from=w.now,
        due_at=due,
        last_message_at=w.now,
        follow_up_of=arrival.follow_up_of,
        trust=arrival.trust,
        files=list(arrival.files),
        **asdict(arrival.door),
    )


def _promise(w: Writing, facts: Facts, question: Question) -> QuestionMessage:
    return message(
        w,
        question,
        derived(question.id, "promise"),
        facts.promise(question.due_at),
        author=SYSTEM,
        author_name="Jawaban otomatis",
        account=None,
        origin=AUTOMATIC,
    )


async def take_numbers(w: Writing, year: int, questions: Sequence[Question]) -> None:
    """Give questions the next running numbers of a local year, in their order.

    Take them late: the counter's row is locked until the commit.
    """
    life = await w.store.life(w.connection)
    series = rules.series_letter(0 if life is None else life.restores)
    given = await w.session.execute(
        _COUNT, {"agency": w.agency, "year": year, "series": series, "count": len(questions)}
    )
    last = int(given.scalar_one())
    for place, question in enumerate(questions):
        question.series, question.running = series, last - len(questions) + 1 + place
