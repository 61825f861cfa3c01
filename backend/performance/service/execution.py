"""Carrying a plan out: daily log, dialogue, realisation, evidence. What waits in a phone arrives in any order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlmodel import col

from backend.files.carried import HERE
from backend.files.models import File
from backend.identity.service.directory import Directory
from backend.identity.service.tree import Tree
from backend.performance.evaluation_bodies import (
    DialogueArgs,
    DialogueBody,
    EvidenceArgs,
    EvidenceBody,
    LogArgs,
    LogBody,
    RealisationArgs,
    RealisationBody,
    SettledArgs,
    WithdrawArgs,
)
from backend.performance.models import (
    DailyLog,
    Dialogue,
    Evaluation,
    Evidence,
    Feedback,
    IndicatorRow,
    Period,
    Plan,
    Realisation,
    WorkResult,
)
from backend.performance.rules import rounds
from backend.performance.rules.words import written
from backend.performance.service import cases
from backend.performance.service.attachments import Promises, body_of, renewed
from backend.performance.service.showing import both_sides
from sync.clock import to_ms, wire
from sync.errors import Refusal
from sync.ids import derived
from sync.writing import Item, Writing

LOG, DIALOGUE, REALISATION, EVIDENCE = "skp_log", "skp_dialogue", "skp_realisation", "skp_evidence"
KEPT = "Tulisan Anda tetap tersimpan untuk disalin."
TEXT_MOST = 4000


def said(text: str, name: str, *, least: int = 1, most: int = TEXT_MOST) -> str:
    """A text as it is stored. Raises ``invalid`` for an empty or endless one."""
    plain = written(text)
    if not least <= len(plain) <= most:
        sentence = f"{name} belum diisi." if len(plain) < least else f"{name} paling panjang {most} huruf."
        raise Refusal("invalid", f"{sentence} {KEPT}", fields={"text": sentence})
    return plain


def both(item: Item) -> frozenset[str]:
    """Who carries the plan out and who appraises it, never a role."""
    assert item.current is not None
    return cases.without_roles(item.current.audiences)


class Execution:
    """The handlers; ``directory`` gives the agency's clock."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    async def log(self, w: Writing, items: Sequence[Item]) -> None:
        """``skp.log``: a day's work. A batch of three weeks takes as many statements as one entry."""
        plans, results = await _known(w, items)
        promises = await Promises.expect(w, [(item.actor.account, item.args.files) for item in items])
        for item in items:
            args: LogArgs = item.args
            plan = plans[args.plan]
            _check_day(plan, args.day, await self._today(w))
            _check_result(results, args.rhk, plan)
            text = said(args.text, "Hasil")
            fault = promises.fault(item.actor.account, args.files, await _most(w, plan))
            if fault:
                raise Refusal("invalid", fault, fields={"files": fault})
            files = promises.take(item.actor.account, args.files, LOG, item.record)
            row = DailyLog(
                id=item.record, agency=w.agency, plan=plan.id, rhk=args.rhk, person=plan.person, day=args.day,
                text=text, amount=args.amount.strip(), files=files, made_at=item.made, at=w.now,
            )  # fmt: skip
            w.session.add(row)
            w.publish(LOG, row.id, log_body(row), both(item))
        await w.session.flush()

    async def talk(self, w: Writing, items: Sequence[Item]) -> None:
        """``skp.dialogue``: a note of either side."""
        plans, results = await _known(w, items)
        for item in items:
            args: DialogueArgs = item.args
            plan = plans[args.plan]
            _check_day(plan, args.day, await self._today(w))
            if args.rhk is not None:
                _check_result(results, args.rhk, plan)
            row = Dialogue(
                id=item.record, agency=w.agency, plan=plan.id, rhk=args.rhk,
                side="pegawai" if item.actor.account == plan.person else "penilai", account=item.actor.account,
                author_name=item.actor.name, day=args.day, text=said(args.text, "Catatan"), at=w.now,
            )  # fmt: skip
            w.session.add(row)
            w.publish(DIALOGUE, row.id, dialogue_body(row), both(item))
        await w.session.flush()

    async def open(self, w: Writing, item: Item) -> None:
        """Raises ``locked`` once results are rated, whatever a merge would say."""
        await self._realising(w, item)

    async def _realising(self, w: Writing, item: Item) -> tuple[Realisation | None, cases.Case]:
        args: RealisationArgs = item.args
        row = await w.session.get(Realisation, item.record)
        named = row.plan if row is not None else args.plan
        plan = None if named is None else await w.session.get(Plan, named)
        if plan is None or plan.agency != w.agency or plan.person != item.actor.account:
            raise Refusal("not_found", f"SKP ini tidak ditemukan. {KEPT}")
        case = await cases.ensure(w, plan, row.round if row else args.round or "", await self._today(w))
        if case.row.rating_result is not None or case.final:
            raise Refusal("locked", f"Rating hasil kerja sudah diberikan; realisasi terkunci. {KEPT}")
        return row, case

    async def realise(self, w: Writing, item: Item) -> None:
        """``skp.realise``: what was achieved in a round. Raises ``locked`` once results are rated."""
        args: RealisationArgs = item.args
        row, case = await self._realising(w, item)
        plan = case.plan
        if row is None:
            row = await self._begun(w, item, args, plan)
        row.value = str(item.merged.get("value") or "").strip()
        row.note = str(item.merged.get("note") or "").strip()
        row.updated_at = w.now
        await w.session.flush()
        w.publish(REALISATION, row.id, realisation_body(row), cases.without_roles(both_sides(plan)))
        await cases.show(w, await cases.load(w.session, case.row.id), await self._tree(w))

    async def _begun(self, w: Writing, item: Item, args: RealisationArgs, plan: Plan) -> Realisation:
        about = args.indicator or args.rhk
        if about is None or args.rhk is None or args.round is None or item.record != derived(about, args.round):
            raise Refusal("invalid", f"Realisasi ini tidak sesuai dengan barisnya. {KEPT}")
        result = await w.session.get(WorkResult, args.rhk)
        _check_result({} if result is None else {result.id: result}, args.rhk, plan)
        if args.indicator is not None:
            indicator = await w.session.get(IndicatorRow, args.indicator)
            if indicator is None or indicator.rhk != args.rhk or indicator.removed:
                raise Refusal("not_found", f"Baris indikator ini tidak ada pada SKP. {KEPT}")
        row = Realisation(
            id=item.record, agency=w.agency, plan=plan.id, rhk=args.rhk, indicator=args.indicator, round=args.round,
            updated_at=w.now,
        )  # fmt: skip
        w.session.add(row)
        return row

    async def prove(self, w: Writing, items: Sequence[Item]) -> None:
        """``skp.evidence``: a file or an https address for an RHK; counts when the server holds all its bytes."""
        plans, results = await _known(w, items)
        named = [(item.actor.account, [item.args.file]) for item in items if item.args.file is not None]
        promises = await Promises.expect(w, named)
        touched: dict[str, tuple[Plan, str]] = {}
        for item in sorted(items, key=lambda one: (one.args.plan, one.args.round)):
            args: EvidenceArgs = item.args
            plan = plans[args.plan]
            _check_result(results, args.rhk, plan)
            case_id = derived(plan.id, args.round)
            if case_id not in touched:
                case = await cases.ensure(w, plan, args.round, await self._today(w))
                if case.final:
                    raise Refusal("locked", f"Penilaian sudah ditetapkan; bukti tidak bisa ditambah. {KEPT}")
                touched[case_id] = (plan, args.round)
            await self._proof(w, item, args, plan, promises)
        await w.session.flush()
        for plan, round in touched.values():
            await self._refresh(w, plan, round)

    async def _proof(self, w: Writing, item: Item, args: EvidenceArgs, plan: Plan, promises: Promises) -> None:
        row = Evidence(
            id=item.record, agency=w.agency, plan=plan.id, rhk=args.rhk, round=args.round, account=item.actor.account,
            state=HERE, note=args.note.strip()[:TEXT_MOST], at=w.now,
        )  # fmt: skip
        if (args.file is None) == (args.link is None):
            raise Refusal("invalid", f"Pilih satu berkas, atau tulis satu alamat https. {KEPT}")
        if args.link is not None:
            row.link = row.name = checked_link(args.link)
            row.name = row.name[:500]
        if args.file is not None:
            fault = promises.fault(item.actor.account, [args.file], await _most(w, plan))
            if fault:
                raise Refusal("invalid", fault, fields={"file": fault})
            [body] = promises.take(item.actor.account, [args.file], EVIDENCE, row.id)
            row.file, row.name, row.bytes, row.state = body["id"], body["name"], body["bytes"], body["state"]
            row.type, row.fault, row.sha256 = body.get("type"), body.get("fault"), args.file.sha256
        w.session.add(row)
        w.publish(EVIDENCE, row.id, evidence_body(row, plan.person), both(item))

    async def withdraw(self, w: Writing, item: Item) -> None:
        """``skp.evidence_withdraw``: a mark. Refused for the only evidence of an RHK once the appraiser has begun."""
        args: WithdrawArgs = item.args
        row = await w.session.get(Evidence, item.record)
        if row is None or row.withdrawn_at is not None:
            raise Refusal("state", "Bukti ini sudah ditarik. Tidak ada yang berubah.")
        plan = await w.session.get(Plan, row.plan)
        assert plan is not None
        touching = (row.round, rounds.ANNUAL) if row.round != rounds.ANNUAL else (row.round,)
        for round in touching:
            known = await w.session.get(Evaluation, derived(plan.id, round))
            if known is not None:
                case = await cases.load(w.session, known.id, lock=True)
                others = [one for one in case.evidence if one.rhk == row.rhk and one.id != row.id]
                if (case.begun or case.final) and not any(cases.counts(one) for one in others):
                    raise Refusal("state", f"Ini satu-satunya bukti RHK itu dan penilaian sudah dimulai. {KEPT}")
        row.withdrawn_at, row.withdrawn_reason = w.now, said(args.reason, "Alasan", least=3)
        await w.session.flush()
        assert item.current is not None
        w.publish(EVIDENCE, row.id, evidence_body(row, plan.person), item.current.audiences)
        await self._refresh(w, plan, row.round)

    async def settle(self, w: Writing, item: Item) -> None:
        """``skp.file``: the record that names a file shows how it stands now; harmless when repeated."""
        args: SettledArgs = item.args
        file = await w.session.get(File, args.file)
        row = await w.session.get(Evidence, item.record)
        if file is None or row is None or row.file != file.id or item.current is None:
            return
        body = body_of(file, row.name, row.bytes)
        if (row.state, row.fault) == (body.state, body.fault):
            return
        row.state, row.fault, row.type, row.name, row.bytes = body.state, body.fault, body.type, body.name, body.bytes
        plan = await w.session.get(Plan, row.plan)
        assert plan is not None
        await w.session.flush()
        w.publish(EVIDENCE, row.id, evidence_body(row, plan.person), item.current.audiences)
        await self._refresh(w, plan, row.round)

    async def settle_log(self, w: Writing, item: Item) -> None:
        """``skp.log_file``: the same for the photo of an entry."""
        file = await w.session.get(File, item.args.file)
        row = await w.session.get(DailyLog, item.record)
        if file is None or row is None or item.current is None:
            return
        now = renewed(row.files, file)
        if now != row.files:
            row.files = now
            await w.session.flush()
            w.publish(LOG, row.id, log_body(row), item.current.audiences)

    async def settle_feedback(self, w: Writing, item: Item) -> None:
        """``skp.feedback_file``: the same for the picture of a feedback, which may be all that it says."""
        file = await w.session.get(File, item.args.file)
        row = await w.session.get(Feedback, item.record)
        if file is None or row is None:
            return
        now = renewed(row.files, file)
        if now != row.files:
            row.files = now
            await w.session.flush()
            await cases.show(w, await cases.load(w.session, row.evaluation, lock=True), await self._tree(w))

    async def _refresh(self, w: Writing, plan: Plan, round: str) -> None:
        """Show the round's evaluation anew, and the annual one if there is one: it counts all evidence of the year."""
        for one in dict.fromkeys((round, rounds.ANNUAL)):
            id = derived(plan.id, one)
            if one == round or await w.session.get(Evaluation, id) is not None:
                await cases.show(w, await cases.load(w.session, id, lock=True), await self._tree(w))

    async def _tree(self, w: Writing) -> Tree:
        return await self._directory.trees.get(w.connection, w.agency)

    async def _today(self, w: Writing) -> date:
        return (await self._tree(w)).today(w.now)


async def _known(w: Writing, items: Sequence[Item]) -> tuple[Mapping[str, Plan], Mapping[str, WorkResult]]:
    """The plans that the items are about and all their results: two statements, however many items."""
    ids = sorted({item.args.plan for item in items})
    plans = (await w.session.execute(select(Plan).where(col(Plan.id).in_(ids)))).scalars()
    results = (await w.session.execute(select(WorkResult).where(col(WorkResult.plan).in_(ids)))).scalars()
    return {one.id: one for one in plans}, {one.id: one for one in results}


def _check_day(plan: Plan, day: date, today: date) -> None:
    if not plan.start <= day <= plan.end or day > today:
        sentence = "Tanggal ini di luar masa SKP." if not plan.start <= day <= plan.end else "Tanggal ini belum tiba."
        raise Refusal("invalid", f"{sentence} {KEPT}", fields={"day": sentence})


def _check_result(results: Mapping[str, WorkResult], rhk: str, plan: Plan) -> None:
    found = results.get(rhk)
    if found is None or found.plan != plan.id or found.removed:
        raise Refusal("not_found", f"RHK ini tidak ada pada SKP. {KEPT}")


async def _most(w: Writing, plan: Plan) -> int:
    period = await w.session.get(Period, plan.period)
    assert period is not None
    return period.evidence_bytes


def checked_link(text: str) -> str:
    """An https address. Raises ``invalid`` for anything else, however it hides."""
    plain = text.strip()
    try:
        parts = urlsplit(plain)
        good = parts.scheme == "https" and bool(parts.hostname) and parts.username is None
    except ValueError:
        good = False
    if not good or any(letter.isspace() or not letter.isprintable() for letter in plain):
        sentence = "Alamat harus diawali https:// dan tanpa spasi."
        raise Refusal("invalid", f"{sentence} {KEPT}", fields={"link": sentence})
    return plain


def log_body(row: DailyLog) -> LogBody:
    """An entry as it travels."""
    return LogBody.model_validate(
        {
            "plan": row.plan, "rhk": row.rhk, "employee": row.person, "day": row.day, "text": row.text,
            "amount": row.amount, "files": row.files, "at": wire(to_ms(row.at)),
        }
    )  # fmt: skip


def dialogue_body(row: Dialogue) -> DialogueBody:
    """A note as it travels."""
    return DialogueBody(
        plan=row.plan, rhk=row.rhk, side=row.side, account=row.account, author_name=row.author_name, day=row.day,
        text=row.text, at=wire(to_ms(row.at)),
    )  # fmt: skip


def realisation_body(row: Realisation) -> RealisationBody:
    """A realisation as it travels."""
    return RealisationBody(
        plan=row.plan, rhk=row.rhk, indicator=row.indicator, round=row.round, value=row.value, note=row.note,
        updated_at=wire(to_ms(row.updated_at)),
    )  # fmt: skip


def evidence_body(row: Evidence, employee: str) -> EvidenceBody:
    """Evidence as it travels."""
    return EvidenceBody(
        plan=row.plan, rhk=row.rhk, round=row.round, employee=employee, file=row.file, link=row.link, name=row.name,
        bytes=row.bytes, type=row.type, state=row.state, fault=row.fault, note=row.note, counts=cases.counts(row),
        at=wire(to_ms(row.at)), withdrawn_at=None if row.withdrawn_at is None else wire(to_ms(row.withdrawn_at)),
        withdrawn_reason=row.withdrawn_reason or None,
    )  # fmt: skip
