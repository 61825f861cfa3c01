"""What staff enter for people who did not use the app: counter, calls, social media; and what they send there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from backend.identity.rules.phones import parse_phone
from backend.jobs import service as jobs
from backend.questions import channels, rules
from backend.questions.channels import Delivery
from backend.questions.door_bodies import CallArgs, EnterArgs, IdentifyArgs, RelayArgs, SentArgs
from backend.questions.models import Question, QuestionMessage
from backend.questions.ports import Person, Ports
from backend.questions.rules import Act, State
from backend.questions.service import escalation, measures, notices
from backend.questions.service.desk import author_name, settle_answer, step
from backend.questions.service.desk_facts import Facts, load_facts
from backend.questions.service.escalation import ESCALATE_JOB
from backend.questions.service.intake import Arrival, Door, arrive, new_question, take_numbers
from backend.questions.service.replies import publish_replies, take_reply
from backend.questions.service.thread import (
    ASKER,
    OFFICER,
    event,
    load,
    load_all,
    message,
    newcomers,
    note,
    publish,
    receipts,
    spread,
)
from sync.clock import from_ms, parse_wire
from sync.errors import Refusal
from sync.ids import derived
from sync.writing import Item, Writing

NAME_MAX, ADDRESS_MAX = 200, 320
UNNAMED = "Tanpa nama"
Entry = EnterArgs | CallArgs
_KEPT = "Tulisan aman."


async def enter(ports: Ports, w: Writing, items: Sequence[Item]) -> None:
    """``question.enter``: one *baru* question each, with its channel, sender and original time."""
    facts = await load_facts(w.session, ports, w.agency, w.now)
    arrivals, unknown = await _arrivals(ports, w, facts, items)
    made = await arrive(w, ports, facts, [arrival for _, arrival in arrivals])
    await _note_unknown(w, facts, made, arrivals, unknown)


async def call(ports: Ports, w: Writing, items: Sequence[Item]) -> None:
    """``question.call``: answered at once, or held by the telephone operator until the promised call back.

    It skips the filter. An answer given in the call is the first reply, at the moment of arrival.
    """
    facts = await load_facts(w.session, ports, w.agency, w.now)
    arrivals, unknown = await _arrivals(ports, w, facts, items)
    due = facts.due(facts.office.target_minutes)
    questions = [new_question(w, facts, due, arrival) for _, arrival in arrivals]
    said: dict[str, list[QuestionMessage]] = {}
    for (item, _), question in zip(arrivals, questions, strict=True):
        said[question.id] = await _log_call(w, facts, item, question)
    await escalation.arm(w, facts, [one for one in questions if one.state == State.FILTERED])
    if questions:
        await take_numbers(w, facts.year, questions)
    w.session.add_all(questions)
    await w.session.flush()
    for question in questions:
        publish(w, facts.office.root, question, messages=said[question.id])
    await _note_unknown(w, facts, questions, arrivals, unknown)


async def _log_call(w: Writing, facts: Facts, item: Item, question: Question) -> list[QuestionMessage]:
    args: CallArgs = item.args
    act = Act.CALL_BACK if args.call_back else Act.CALL
    state = rules.next_state(None, act, {rules.Part.PHONE})
    assert state is not None
    question.state = state
    question.filtered_at, question.filtered_by = w.now, channels.PHONE
    question.holder, question.holder_name = item.actor.account, item.actor.name
    measures.fix_filter(facts.office, question)
    event(w, question, act, None, item.actor, category=question.category)
    said = []
    if args.answer.strip():
        said.append(message(
            w, question, derived(question.id, "answer"), args.answer, author=OFFICER,
            author_name=author_name(item.actor, question), account=item.actor.account, made=item.made,
            delivery=Delivery.SPOKEN,
        ))  # fmt: skip
    if question.state == State.ANSWERED:
        question.first_reply_at = w.now
        await settle_answer(w, facts, question)
    return said


# --- what both have in common --------------------------------------------------------------------


async def _arrivals(
    ports: Ports, w: Writing, facts: Facts, items: Sequence[Item]
) -> tuple[list[tuple[Item, Arrival]], set[str]]:
    """What is right of the entries, and the record ids of those whose employee number nobody has."""
    given = await receipts(w, items)
    fresh = await newcomers(w, Question, items)
    numbers = [item.args.identifier for item in fresh if item.args.identifier]
    accounts = await ports.house.named(w.session, w.agency, numbers) if numbers else {}
    people = await ports.house.people(w.session, sorted(set(accounts.values())))
    found: list[tuple[Item, Arrival]] = []
    unknown: set[str] = set()
    for item in fresh:
        fault = _fault(item.args, facts, w.now)
        if fault is not None:
            item.lose("invalid", fault)
            continue
        person = people.get(accounts.get(item.args.identifier or "", ""))
        if person is None and item.args.identifier:
            unknown.add(item.record)
        found.append((item, _arrival(item, person, given)))
    return found, unknown


def _fault(args: Entry, facts: Facts, now: datetime) -> str | None:
    fault = rules.text_fault(args.text, least=rules.MESSAGE_MIN)
    if fault is not None:
        return fault
    if len(args.name) > NAME_MAX or rules.text_fault(args.name + "-", least=1) is not None:
        return f"Nama paling panjang {NAME_MAX} huruf. {_KEPT} Pendekkan, lalu kirim lagi."
    said = _instant(args.at)
    if said is not None and channels.is_in_future(said, now):
        return f"Waktu kejadian tidak boleh di masa depan. {_KEPT} Periksa tanggal dan jamnya."
    if args.kind is not None and facts.categories.kind(args.kind) is None:
        return f"Jenis pertanyaan ini tidak dikenal. {_KEPT} Pilih jenis lain."
    if args.category is not None and facts.categories.category(args.category) is None:
        return f"Topik ini tidak dikenal. {_KEPT} Pilih topik lain."
    return _call_fault(args) if isinstance(args, CallArgs) else _entry_fault(args)


def _entry_fault(args: EnterArgs) -> str | None:
    if args.channel in channels.BY_HAND and not args.address.strip() and not args.name.strip():
        return f"Tulis nama akun, nomor, atau alamat pengirim. {_KEPT}"
    if len(args.address) > ADDRESS_MAX or rules.text_fault(args.address + "-", least=1) is not None:
        return f"Alamat pengirim paling panjang {ADDRESS_MAX} huruf. {_KEPT} Pendekkan, lalu kirim lagi."
    return None


def _call_fault(args: CallArgs) -> str | None:
    if len(args.number) > ADDRESS_MAX or rules.text_fault(args.number + "-", least=1) is not None:
        return f"Nomor penelepon tidak dapat dibaca. {_KEPT} Periksa nomornya."
    if args.call_back and not args.number.strip():
        return f"Tulis nomor yang akan dihubungi kembali. {_KEPT}"
    if not args.call_back and not args.answer.strip():
        return f"Tulis jawaban yang disampaikan, atau pilih akan dihubungi kembali. {_KEPT}"
    if args.answer.strip():
        return rules.text_fault(args.answer, least=rules.MESSAGE_MIN)
    return None


def _arrival(item: Item, person: Person | None, given: Mapping[str, str]) -> Arrival:
    args: Entry = item.args
    channel, raw = (channels.PHONE, args.number) if isinstance(args, CallArgs) else (args.channel, args.address)
    # Who wrote is known by no account: each entry is a contact of its own, unless staff named the employee.
    contact = derived(item.record, "contact")
    name = args.name.strip() or raw.strip() or UNNAMED
    return Arrival(
        id=item.record,
        text=args.text,
        kind=args.kind,
        category=args.category,
        channel=channel,
        asker=person or Person(contact, name, "", None, "", None),
        actor=item.actor,
        made=channels.original_time(_instant(args.at) or item.made, item.arrived),
        receipt=given.get(item.id),
        trust=rules.UNKNOWN if person is None else rules.CONTACT,
        door=Door(
            contact=contact,
            address=spelled(channel, raw) or None,
            entered_by=item.actor.account,
            entered_role=item.actor.role,
            entered_unit=item.actor.unit,
            visit=args.visit if isinstance(args, EnterArgs) else None,
        ),
    )


def spelled(channel: str, raw: str) -> str:
    """A number in its one spelling (E.164) where it is one; every other address as it was typed."""
    text = raw.strip()
    if channel in (channels.PHONE, channels.WHATSAPP):
        read = parse_phone(text) if text else None
        if read is not None and not read.error:
            return read.e164
    return text


def _instant(wire: str | None) -> datetime | None:
    ms = None if wire is None else parse_wire(wire)
    return None if ms is None else from_ms(ms)


async def _note_unknown(
    w: Writing, facts: Facts, made: Sequence[Question], arrivals: Sequence[tuple[Item, Arrival]], unknown: set[str]
) -> None:
    """An employee number that nobody has stops nothing: the desk is told so in a note."""
    for question, (item, _) in zip(made, arrivals, strict=True):
        if question.id in unknown:
            masked = rules.mask_nip(str(item.args.identifier).strip())
            text = f"Nomor pegawai yang disebut ({masked}) tidak ditemukan. Pastikan identitas penanya."
            row = note(w, question, derived(question.id, "unknown-number"), text, item.actor)
            await w.session.flush()
            publish(w, facts.office.root, question, notes=[row])


# --- later words, and what was sent --------------------------------------------------------------


async def relay(ports: Ports, w: Writing, items: Sequence[Item]) -> None:
    """``question.relay``: what the asker said next on their own channel; it moves the thread as any reply does."""
    facts = await load_facts(w.session, ports, w.agency, w.now)
    questions = await load_all(w, [item.args.question for item in items])
    touched: dict[str, list[QuestionMessage]] = {}
    for item in await newcomers(w, QuestionMessage, items):
        args: RelayArgs = item.args
        question = questions[args.question]
        fault = _relay_fault(question, args, w.now)
        if fault is not None:
            item.lose(*fault)
            continue
        await take_reply(ports, w, facts, question, item.actor)
        made = channels.original_time(_instant(args.at) or item.made, item.arrived)
        said = message(
            w, question, item.record, args.text, author=ASKER, author_name=question.asker_name, account=None, made=made
        )
        touched.setdefault(question.id, []).append(said)
    await w.session.flush()
    await publish_replies(w, facts, [questions[id] for id in touched], touched)
    holders = [holder for id in touched if (holder := questions[id].holder) is not None]
    await notices.tell_desk(w, holders, detail="replied", sentence="Penanya menulis lagi.")


def _relay_fault(question: Question, args: RelayArgs, now: datetime) -> tuple[str, str] | None:
    fault = rules.text_fault(args.text, least=rules.MESSAGE_MIN)
    if fault is not None:
        return "invalid", fault
    if question.channel == channels.APP or question.gateway is not None:
        return "state", f"Penanya menulis sendiri di percakapan ini. {_KEPT} Pakai catatan intern bila perlu."
    said = _instant(args.at)
    if said is not None and channels.is_in_future(said, now):
        return "invalid", f"Waktu kejadian tidak boleh di masa depan. {_KEPT} Periksa tanggal dan jamnya."
    if rules.next_state(State(question.state), Act.REPLY, {rules.Part.ASKER}) is None:
        return "state", f"Pertanyaan ini sudah dibatalkan. {_KEPT} Catat sebagai pertanyaan baru."
    if State(question.state) is State.CLOSED and not rules.reopens(
        State.CLOSED, question.ended_at or question.last_message_at, now
    ):
        return "state", f"Percakapan ini selesai lebih dari 14 hari lalu. {_KEPT} Catat sebagai pertanyaan baru."
    return None


async def identify(ports: Ports, w: Writing, item: Item) -> None:
    """``question.identify``: the asker is proven to be an employee, whose thread it is from now on.

    What was wrong is not told: neither a number nor a birth date can be tried out here one by one.
    """
    args: IdentifyArgs = item.args
    question = await load(w, item.record)
    if question.channel == channels.APP:
        raise Refusal("state", "Penanya di aplikasi sudah terbukti. Tidak ada yang berubah.")
    try:
        birth = date.fromisoformat(args.birth_date)
    except ValueError:
        raise Refusal("invalid", "Tanggal lahir ini tidak ada di kalender. Periksa lagi.") from None
    account = await ports.house.proven(w.session, w.agency, args.identifier, birth)
    if account is None:
        raise Refusal("invalid", "NIP dan tanggal lahir tidak cocok. Identitas belum terbukti. Periksa lagi.")
    if question.asker not in (account, question.contact):
        raise Refusal("state", "Pertanyaan ini tercatat atas nama pegawai lain. Catat sebagai pertanyaan baru.")
    person = (await ports.house.people(w.session, [account]))[account]
    question.asker, question.asker_name, question.trust = account, person.name, rules.PROVEN
    question.asker_nip, question.kecamatan = rules.mask_nip(person.identifier), person.kecamatan
    question.asker_unit, question.asker_unit_name = person.unit, person.unit_name
    event(w, question, Act.IDENTIFY, State(question.state), item.actor, means=args.means)
    await w.session.flush()
    office = await ports.house.office(w.session, w.agency)
    await spread(w, office.root, [question])


async def sent(ports: Ports, w: Writing, item: Item) -> None:
    """``question.sent``: *Sudah dikirim di kanal asal*; only now it is answered, and only now the reply counts."""
    args: SentArgs = item.args
    question = await load(w, item.record)
    if question.unsent is None or question.unsent != args.message_id:
        raise Refusal("state", "Tidak ada jawaban ini yang menunggu dikirim. Muat percakapan untuk melihatnya.")
    act, before = Act(question.unsent_act or Act.ANSWER), State(question.state)
    question.state = step(question, act, item.actor)
    said = await w.session.get(QuestionMessage, args.message_id)
    assert said is not None
    said.delivery, said.at = Delivery.SENT, w.now
    question.unsent = question.unsent_act = None
    question.last_message_at = w.now
    question.first_reply_at = question.first_reply_at or w.now
    question.holder, question.holder_name = item.actor.account, item.actor.name
    await jobs.cancel(w.session, ESCALATE_JOB, question.id)
    facts = await load_facts(w.session, ports, w.agency, w.now)
    if act is Act.ANSWER:
        await settle_answer(w, facts, question)
    else:
        measures.fix_response(facts.office, question)
    event(w, question, act, before, item.actor, message=said.id)
    await w.session.flush()
    publish(w, facts.office.root, question, messages=[said])
    await notices.tell_asker(w, question, said)
