"""Giving an evaluation in its order: feedback, ratings, *tetapkan*; the predicate is computed and never asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.identity.models import PERSON
from backend.identity.service.directory import Directory
from backend.identity.service.tree import Tree
from backend.notifications.service import Notice, notify_all
from backend.performance.evaluation_bodies import FeedbackArgs, OutsideArgs, RateBehaviourArgs, RateResultArgs
from backend.performance.models import Evaluation, EvaluationCounter, EvaluationVersion, Feedback
from backend.performance.rules import rounds
from backend.performance.rules.plan import Status
from backend.performance.rules.predicate import PREDICATE_LABELS, RATING_LABELS, predicate_of
from backend.performance.rules.steps import FINAL, Step, missing_before
from backend.performance.rules.words import written
from backend.performance.service import cases, national
from backend.performance.service.attachments import Promises
from backend.performance.service.cases import Case
from backend.performance.service.execution import KEPT, TEXT_MOST
from backend.performance.service.showing import appraisers, show_plan
from backend.performance.service.stored import locked_plan, note
from sync.clock import to_ms, wire
from sync.errors import Refusal
from sync.ids import derived
from sync.writing import Item, Writing

PICTURE_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Evaluating:
    """The handlers. Authority is what the actor's audiences say at the moment when the act is applied."""

    directory: Directory

    async def feedback(self, w: Writing, items: Sequence[Item]) -> None:
        """``skp.feedback``: on one RHK or one value; a sentence, a picture, or both. The last one counts."""
        promises = await Promises.expect(w, [(item.actor.account, item.args.files) for item in items])
        touched: dict[str, Case] = {}
        for item in sorted(items, key=lambda one: (one.args.evaluation, one.seq or 0)):
            args: FeedbackArgs = item.args
            case = touched.get(args.evaluation) or await self._case(w, item, args.evaluation)
            touched[args.evaluation] = case
            about = args.rhk or args.value
            if (args.rhk is None) == (args.value is None) or about not in {**case.progress.results, **_values(case)}:
                raise Refusal("invalid", f"Umpan balik ini tidak menunjuk RHK atau nilai pada SKP. {KEPT}")
            self._in_order(case, Step.FEEDBACK_RESULT if args.rhk else Step.FEEDBACK_VALUE)
            case.feedback = [*case.feedback, self._said(w, item, args, promises)]
        await w.session.flush()
        for id in touched:
            await self._show(w, await cases.load(w.session, id))

    def _said(self, w: Writing, item: Item, args: FeedbackArgs, promises: Promises) -> Feedback:
        text = written(args.text)
        if not text and not args.files:
            sentence = "Umpan balik belum diisi. Tulis satu kalimat atau pilih gambar."
            raise Refusal("invalid", sentence, fields={"text": sentence})
        if len(text) > TEXT_MOST:
            raise Refusal("invalid", f"Umpan balik paling panjang {TEXT_MOST} huruf. {KEPT}")
        fault = promises.fault(item.actor.account, args.files, PICTURE_BYTES)
        if fault:
            raise Refusal("invalid", fault, fields={"files": fault})
        files = promises.take(item.actor.account, args.files, cases.FEEDBACK, item.record)
        row = Feedback(
            id=item.record, agency=w.agency, evaluation=args.evaluation, rhk=args.rhk, value=args.value, text=text,
            files=files, account=item.actor.account, at=w.now,
        )  # fmt: skip
        w.session.add(row)
        return row

    async def rate_result(self, w: Writing, item: Item) -> None:
        """``skp.rate_result``: step 2. A head's rating that differs from the prefilled one needs a reason."""
        args: RateResultArgs = item.args
        case = await self._case(w, item, item.record)
        self._in_order(case, Step.RATE_RESULT)
        reason = written(args.reason)
        if case.prefill is not None and args.rating != case.prefill and len(reason) < 3:
            wanted = RATING_LABELS[case.prefill]
            sentence = f"Capaian organisasi memberi {wanted}. Tulis alasan bila rating lain yang dipilih."
            raise Refusal("invalid", sentence, fields={"reason": sentence})
        case.row.rating_result, case.row.reason = args.rating, reason[:TEXT_MOST]
        await self._computed(w, item, case)

    async def rate_behaviour(self, w: Writing, item: Item) -> None:
        """``skp.rate_behaviour``: step 4."""
        args: RateBehaviourArgs = item.args
        case = await self._case(w, item, item.record)
        self._in_order(case, Step.RATE_BEHAVIOUR)
        case.row.rating_behaviour = args.rating
        await self._computed(w, item, case)

    async def finalise(self, w: Writing, item: Item) -> None:
        """``skp.finalise``: *tetapkan*. From now on only an objection changes it."""
        case = await self._case(w, item, item.record)
        self._in_order(case, Step.FINALISE)
        self._given(item, case)
        await self.set_final(w, case)

    async def outside(self, w: Writing, item: Item) -> None:
        """``skp.outside``: HR enters what the outside evaluator of a root decided, with the document."""
        args: OutsideArgs = item.args
        case = await self._running(w, item.record)
        if not case.plan.root:
            raise Refusal("state", "Hanya SKP tanpa atasan di instansi yang dinilai dari luar. Tidak ada yang berubah.")
        if case.final:
            raise Refusal("state", "Penilaian ini sudah ditetapkan. Tidak ada yang berubah.")
        self._in_order(case, Step.FEEDBACK_RESULT)
        if not written(args.document):
            raise Refusal("invalid", f"Sebutkan dokumen penilaiannya. {KEPT}", fields={"document": "Wajib diisi."})
        row = case.row
        row.rating_result, row.rating_behaviour = args.rating_result, args.rating_behaviour
        row.document, row.document_date = args.document.strip(), args.document_date
        row.predicate = predicate_of(args.rating_result, args.rating_behaviour)
        row.by, row.by_name = item.actor.account, item.actor.name
        await self.set_final(w, case)

    async def accept(self, w: Writing, item: Item) -> None:
        """``skp.accept``: *Terima hasil*. Once; the days of an objection count from then, or from the third day."""
        case = await cases.load(w.session, item.record, lock=True)
        if case.plan.person != item.actor.account:
            raise Refusal("not_found", cases.NOT_FOUND)
        if not case.final or case.row.received_at is not None:
            raise Refusal("state", "Hasil ini sudah diterima atau belum ditetapkan. Tidak ada yang berubah.")
        case.row.received_at = w.now
        await self._show(w, case)

    async def set_final(self, w: Writing, case: Case, *, again: bool = False) -> None:
        """A version for ever: numbered for those who pull changes, exported, told to the employee."""
        tree, row = await self.tree(w), case.row
        row.version += 1
        if not again:
            row.finalised_at = w.now
        row.step = FINAL
        number = await _next_number(w)
        nip = (await w.session.execute(select(PERSON.c.nip).where(PERSON.c.id == row.person))).scalar()
        w.session.add(EvaluationVersion(
            id=derived(row.id, f"version:{row.version}"), agency=w.agency, evaluation=row.id, version=row.version,
            number=number, content={**content_of(case), "nip": nip}, at=w.now,
        ))  # fmt: skip
        await self._on(w, case)
        await w.session.flush()
        await national.queue(w, case, tree)
        await cases.show(w, case, tree)
        title = rounds.title(row.round, row.year)
        await notify_all(w.session, [Notice(
            w.agency, case.plan.person, "work.plan", "Hasil penilaian kinerja",
            f"Penilaian {title} sudah ditetapkan.", f"/skp/{case.plan.id}", case.plan.id,
        )], now=w.now)  # fmt: skip

    async def _on(self, w: Writing, case: Case) -> None:
        """Where the plan stands after an evaluation of it: *final* with the annual one, else in force as before."""
        plan = case.plan
        if case.row.round == rounds.ANNUAL and plan.status != Status.CLOSED:
            plan.status = Status.FINAL
        elif plan.status == Status.EVALUATED and not await _others_begun(w, case):
            plan.status = Status.APPROVED
        else:
            return
        plan.updated_at = w.now
        show_plan(w, plan)

    async def tree(self, w: Writing) -> Tree:
        """The agency."""
        return await self.directory.trees.get(w.connection, w.agency)

    async def _case(self, w: Writing, item: Item, evaluation: str) -> Case:
        """The case, locked, if the actor appraises it today. Raises ``forbidden``, or ``state`` if it is final."""
        case = await self._running(w, evaluation)
        if not appraisers(case.plan) & item.actor.audiences:
            raise Refusal("forbidden", f"Hanya pejabat penilai atau penggantinya yang menilai. {KEPT}")
        if case.final:
            raise Refusal("state", f"Penilaian ini sudah ditetapkan; hanya keberatan yang mengubahnya. {KEPT}")
        if case.plan.status == Status.APPROVED:
            case.plan.status, case.plan.updated_at = Status.EVALUATED, w.now
            await note(w, item, case.plan, "evaluasi", Status.APPROVED, round=case.row.round)
            show_plan(w, case.plan)
        return case

    async def _running(self, w: Writing, evaluation: str) -> Case:
        """The case with its plan, both locked; the plan first, as every step of a plan does.

        Raises ``state`` while the plan is with its employee again: what is being revised is nothing to rate yet.
        """
        row = await w.session.get(Evaluation, evaluation)
        if row is None or row.agency != w.agency:
            raise Refusal("not_found", cases.NOT_FOUND)
        plan = await locked_plan(w, row.plan)
        case = await cases.load(w.session, evaluation, lock=True)
        if plan.status not in cases.RUNNING:
            raise Refusal("state", f"SKP ini sedang direvisi. Nilai lagi setelah SKP disetujui. {KEPT}")
        return case

    def _in_order(self, case: Case, step: Step) -> None:
        fault = missing_before(step, case.progress)
        if fault is not None:
            raise Refusal("state", f"{fault} {KEPT}")

    def _given(self, item: Item, case: Case) -> None:
        case.row.by, case.row.by_name = item.actor.account, item.actor.name

    async def _computed(self, w: Writing, item: Item, case: Case) -> None:
        row = case.row
        both = (row.rating_result, row.rating_behaviour)
        row.predicate = predicate_of(both[0], both[1]) if both[0] and both[1] else None
        self._given(item, case)
        await self._show(w, case)

    async def _show(self, w: Writing, case: Case) -> None:
        await cases.show(w, case, await self.tree(w))


async def _others_begun(w: Writing, case: Case) -> bool:
    """Whether another evaluation of the plan was begun and is open."""
    e = Evaluation
    query = select(col(Feedback.id)).join(e, col(e.id) == col(Feedback.evaluation))
    other = (col(e.plan) == case.plan.id, col(e.id) != case.row.id, col(e.finalised_at).is_(None))
    return (await w.session.execute(query.where(*other).limit(1))).first() is not None


def _values(case: Case) -> dict[str, str]:
    return dict(case.progress.values)


def content_of(case: Case) -> dict[str, Any]:
    """What a final evaluation says, for ever: by RHK and value what was said, and how it ended."""
    row = case.row
    said = {one.rhk or one.value: one.text for one in case.feedback}
    return {
        "employee": row.person,
        "employeeName": case.plan.person_name,
        "position": case.plan.position,
        "unit": row.unit,
        "unitName": case.plan.unit_name,
        "year": row.year,
        "round": row.round,
        "planVersion": case.plan.approved_version,
        "results": [{"rhk": one.id, "kind": one.kind, "feedback": said.get(one.id, "")} for one in case.results],
        "values": {code: said.get(code, "") for code in case.progress.values},
        "ratingResult": row.rating_result,
        "ratingBehaviour": row.rating_behaviour,
        "predicate": row.predicate,
        "predicateLabel": PREDICATE_LABELS.get(row.predicate or "", ""),
        "reason": row.reason,
        "appraiser": row.appraiser,
        "appraiserName": row.appraiser_name,
        "by": row.by,
        "byName": row.by_name,
        "document": row.document,
        "months": row.months,
        "start": case.plan.start.isoformat(),
        "end": case.plan.end.isoformat(),
        "finalisedAt": None if row.finalised_at is None else wire(to_ms(row.finalised_at)),
    }


async def _next_number(w: Writing) -> int:
    """The agency's next number. Its row is locked until the commit: who sees number n sees all below."""
    c = EvaluationCounter
    on_postgres = w.session.get_bind().dialect.name == "postgresql"
    begin: Any = (postgresql.insert if on_postgres else sqlite.insert)(c).values(agency=w.agency, last=0)
    await w.session.execute(begin.on_conflict_do_nothing())
    taken = update(c).where(col(c.agency) == w.agency).values(last=col(c.last) + 1).returning(col(c.last))
    return int((await w.session.execute(taken)).scalar_one())


async def versions_of(session: AsyncSession, evaluation: str) -> list[EvaluationVersion]:
    """All versions of an evaluation, the first one first."""
    c = EvaluationVersion
    query = select(c).where(col(c.evaluation) == evaluation).order_by(col(c.version))
    return list((await session.execute(query)).scalars())
