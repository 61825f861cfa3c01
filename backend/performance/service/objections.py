"""Objections: once for each evaluation, to the appraiser's superior, whose decision is a new version and final."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.identity.models import PERSON
from backend.identity.rules.names import full_name
from backend.notifications.service import Notice, notify_all
from backend.performance.evaluation_bodies import DecideArgs, ObjectArgs, ObjectionBody
from backend.performance.models import Objection
from backend.performance.rules.objections import Arrival, judge
from backend.performance.rules.predicate import predicate_of
from backend.performance.rules.words import written
from backend.performance.service import cases
from backend.performance.service.cases import Case
from backend.performance.service.evaluating import Evaluating
from backend.performance.service.execution import KEPT, said
from sync.clock import to_ms, wire
from sync.errors import Refusal
from sync.writing import Item, Writing

OBJECTION = "skp_objection"
KEEPS, CHANGES = "tetap", "diubah"
ONCE = f"Keberatan atas penilaian ini sudah diajukan. {KEPT}"


@dataclass(frozen=True, slots=True)
class Objections:
    """The handlers; an accepted decision is set final as an evaluation is."""

    evaluating: Evaluating

    async def object(self, w: Writing, items: Sequence[Item]) -> None:
        """``skp.object``: with reasons, in time by arrival, or by the phone's clock within three days."""
        tree = await self.evaluating.tree(w)
        for item in items:
            args: ObjectArgs = item.args
            case = await cases.load(w.session, args.evaluation, lock=True)
            last = cases.last_day(case, tree)
            if case.plan.person != item.actor.account or last is None:
                raise Refusal("not_found", cases.NOT_FOUND)
            known = select(col(Objection.id)).where(col(Objection.evaluation) == case.row.id)
            if (await w.session.execute(known)).first() is not None:
                item.lose("exists", ONCE)
                continue
            arrival = judge(last, tree.today(w.now), tree.today(item.made))
            if arrival is Arrival.LATE:
                raise Refusal("state", f"Batas keberatan {last:%d-%m-%Y} sudah lewat. {KEPT}")
            row = Objection(
                id=item.record, agency=w.agency, evaluation=case.row.id, reasons=said(args.reasons, "Alasan", least=10),
                made_at=item.made, at=w.now, late=arrival is Arrival.BY_CLOCK,
                decider=await decider_of(w.session, case),
            )  # fmt: skip
            w.session.add(row)
            await w.session.flush()
            await self._show(w, row, case)
            if row.decider is not None:
                await notify_all(w.session, [Notice(
                    w.agency, row.decider, "work.plan", "Keberatan penilaian kinerja",
                    "Ada keberatan yang menunggu keputusan Anda.", "/bawahan", case.plan.id,
                )], now=w.now)  # fmt: skip

    async def decide(self, w: Writing, item: Item) -> None:
        """``skp.decide``: keep or change the ratings. Of a root HR enters it, with the document."""
        args: DecideArgs = item.args
        row = await w.session.get(Objection, item.record)
        if row is None or row.agency != w.agency:
            raise Refusal("not_found", f"Keberatan ini tidak ditemukan. {KEPT}")
        case = await cases.load(w.session, row.evaluation, lock=True)
        if row.decision is not None:
            raise Refusal("state", "Keberatan ini sudah diputus. Keputusan itu final.")
        by_hr = item.actor.role == "HRA"
        for_whom = {item.actor.account, *item.actor.facts.get("standsFor", ())}
        if by_hr != (row.decider is None) or (not by_hr and row.decider not in for_whom):
            raise Refusal("forbidden", f"Keberatan diputus atasan pejabat penilai. {KEPT}")
        if not by_hr and item.actor.account in (case.row.appraiser, case.row.by):
            raise Refusal("forbidden", f"Yang memberi nilai tidak memutus keberatannya. {KEPT}")
        if by_hr and not written(args.document):
            raise Refusal("invalid", f"Sebutkan dokumen keputusannya. {KEPT}", fields={"document": "Wajib diisi."})
        found = case.row
        given = (args.rating_result or found.rating_result, args.rating_behaviour or found.rating_behaviour)
        changed = given != (found.rating_result, found.rating_behaviour)
        row.decision_reason = said(args.reason, "Alasan", least=3)
        row.decision = CHANGES if changed else KEEPS
        row.decided_at, row.decided_by, row.document = w.now, item.actor.account, args.document.strip()
        found.rating_result, found.rating_behaviour = given
        found.predicate = predicate_of(found.rating_result or "", found.rating_behaviour or "")
        await w.session.flush()
        await self.evaluating.set_final(w, case, again=True)
        await self._show(w, row, case)

    async def _show(self, w: Writing, row: Objection, case: Case) -> None:
        body = ObjectionBody(
            evaluation=row.evaluation, plan=case.plan.id, employee=case.plan.person,
            employee_name=case.plan.person_name, decider=row.decider, reasons=row.reasons,
            made_at=wire(to_ms(row.made_at)), at=wire(to_ms(row.at)), late=row.late, decision=row.decision,
            decision_reason=row.decision_reason or None,
            decided_at=None if row.decided_at is None else wire(to_ms(row.decided_at)), document=row.document or None,
            decided_by_name=await _name(w.session, row.decided_by),
        )  # fmt: skip
        tree = await self.evaluating.tree(w)
        decides = {f"role:HRA@{tree.root}"} if row.decider is None else cases.deciding(row.decider)
        w.publish(OBJECTION, row.id, body, {f"person:{case.plan.person}"} | decides)
        await cases.show(w, case, tree)


async def _name(session: AsyncSession, person: str | None) -> str | None:
    """Who decided, as the record names both: whose decision it is, and who took it."""
    if person is None:
        return None
    p = PERSON.c
    row = (await session.execute(select(p.front_title, p.name, p.back_title).where(p.id == person))).first()
    return None if row is None else full_name(row.front_title, row.name, row.back_title)


async def decider_of(session: AsyncSession, case: Case) -> str | None:
    """The appraiser's superior; ``None`` where nobody in the agency stands above: HR enters that decision."""
    if case.row.appraiser is None:
        return None
    query = select(PERSON.c.superior).where(PERSON.c.id == case.row.appraiser)
    found: str | None = (await session.execute(query)).scalar()
    return found
