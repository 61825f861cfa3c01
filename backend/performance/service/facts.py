"""What HR enters with a document: achievements of units, counting dates after a break, awards that people hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import col

from backend.identity.models import PERSON
from backend.identity.service.directory import Directory
from backend.performance.evaluation_bodies import (
    AchievementArgs,
    AchievementBody,
    AwardArgs,
    AwardBody,
    CountingArgs,
    CountingBody,
)
from backend.performance.models import Achievement, AwardHeld, CountingDate, Evaluation
from backend.performance.rules import rounds
from backend.performance.rules.words import written
from backend.performance.service import cases
from backend.performance.service.execution import KEPT, said
from backend.performance.service.locks import headers
from sync.clock import to_ms, wire
from sync.errors import Refusal
from sync.ids import derived
from sync.writing import Item, Writing

ACHIEVEMENT, COUNTING, AWARD = "skp_achievement", "skp_counting", "skp_award"
_NOBODY = f"Pegawai ini tidak ditemukan. {KEPT}"


@dataclass(frozen=True, slots=True)
class Facts:
    """The handlers."""

    directory: Directory

    async def achieve(self, w: Writing, item: Item) -> None:
        """``skp.achieve``: what a unit achieved in a round; the record's id is UUIDv5 of year and round in the unit."""
        args: AchievementArgs = item.args
        tree = await self.directory.trees.get(w.connection, w.agency)
        if args.unit not in tree.nodes or item.record != derived(args.unit, f"{args.year}:{args.round}"):
            raise Refusal("invalid", f"Unit atau periode ini tidak dikenal. {KEPT}")
        if not written(args.document):
            raise Refusal("invalid", f"Sebutkan dokumennya. {KEPT}", fields={"document": "Wajib diisi."})
        row = await w.session.get(Achievement, item.record)
        if row is None:
            row = Achievement(
                id=item.record, agency=w.agency, unit=args.unit, year=args.year, round=args.round, value=args.value,
                document="", document_date=args.document_date, by_name="", at=w.now,
            )  # fmt: skip
            w.session.add(row)
        row.value, row.document, row.document_date = args.value, args.document.strip(), args.document_date
        row.by_name, row.at = item.actor.name, w.now
        await w.session.flush()
        body = AchievementBody(
            unit=row.unit, unit_name=tree.unit_name(row.unit), year=row.year, round=row.round, value=row.value,
            document=row.document, document_date=row.document_date, by_name=row.by_name, at=wire(to_ms(row.at)),
        )  # fmt: skip
        w.publish(ACHIEVEMENT, row.id, body, {f"role:HRA@{tree.root}", f"role:PIM@{tree.root}"})
        await self._prefill(w, row)

    async def _prefill(self, w: Writing, row: Achievement) -> None:
        """The open evaluations of who heads the unit show where their rating starts from."""
        e = Evaluation
        query = select(col(e.id)).where(
            col(e.agency) == w.agency, col(e.year) == row.year, col(e.round) == row.round,
            col(e.finalised_at).is_(None), col(e.unit).in_(await self._near(w, row.unit)),
        )  # fmt: skip
        tree = await self.directory.trees.get(w.connection, w.agency)
        found = (await w.session.execute(query)).scalars().all()
        await w.lock_keys(await headers(w, found))
        for id in found:
            case = await cases.load(w.session, id, lock=True)
            if case.headed == row.unit:
                await cases.show(w, case, tree)

    async def _near(self, w: Writing, unit: str) -> Sequence[str]:
        """A head sits in the unit itself or in the one above it."""
        tree = await self.directory.trees.get(w.connection, w.agency)
        above = tree.nodes[unit].parent
        return [unit] if above is None else [unit, above]

    async def count_from(self, w: Writing, items: Sequence[Item]) -> None:
        """``skp.count_from``: service counts anew from a date, with the reason."""
        root = (await self.directory.trees.get(w.connection, w.agency)).root
        for item in items:
            args: CountingArgs = item.args
            await self._check_person(w, item, args.person)
            row = CountingDate(
                id=item.record, agency=w.agency, person=args.person, start=args.start,
                reason=said(args.reason, "Alasan", least=3), by_name=item.actor.name, at=w.now,
            )  # fmt: skip
            w.session.add(row)
            body = CountingBody(
                person=row.person, start=row.start, reason=row.reason, by_name=row.by_name, at=wire(to_ms(row.at))
            )
            w.publish(COUNTING, row.id, body, {f"role:HRA@{root}"})
        await w.session.flush()

    async def hold(self, w: Writing, items: Sequence[Item]) -> None:
        """``skp.award``: an award that somebody holds; the same class twice is refused."""
        root = (await self.directory.trees.get(w.connection, w.agency)).root
        for item in items:
            args: AwardArgs = item.args
            await self._check_person(w, item, args.person)
            a = AwardHeld
            known = select(col(a.id)).where(
                col(a.agency) == w.agency, col(a.person) == args.person, col(a.award) == args.award
            )
            if (await w.session.execute(known)).first() is not None:
                item.lose("exists", "Tanda kehormatan ini sudah tercatat. Tidak ada yang berubah.")
                continue
            row = AwardHeld(
                id=item.record, agency=w.agency, person=args.person, award=args.award, decree=args.decree.strip(),
                day=args.day, by_name=item.actor.name, at=w.now,
            )  # fmt: skip
            w.session.add(row)
            await w.session.flush()
            body = AwardBody(
                person=row.person, award=row.award, decree=row.decree, day=row.day, by_name=row.by_name,
                at=wire(to_ms(row.at)),
            )  # fmt: skip
            w.publish(AWARD, row.id, body, {f"role:HRA@{root}"})

    async def _check_person(self, w: Writing, item: Item, person: str) -> None:
        """Somebody of a unit that the actor administers; others are not found."""
        query = select(PERSON.c.unit).where(PERSON.c.agency == w.agency, PERSON.c.id == person)
        found = (await w.session.execute(query)).first()
        if found is None or found.unit not in item.actor.scope:
            raise Refusal("not_found", _NOBODY)


def round_given(code: str) -> str:
    """A round of a question online. Raises ``invalid``."""
    if not any(code in known for known in rounds.ROUNDS.values()):
        raise Refusal("invalid", "Periode penilaian tidak dikenal. Pilih dari daftar.")
    return code
