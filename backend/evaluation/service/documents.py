"""The service document: the questions answered in a range of dates, with their answers, for the archive.

It is drawn up with a reason, once; its pages are set anew whenever they are fetched, from what is still kept: after the
keeping time of a thread its text is in no document either.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.calendar.rules import ZONES
from backend.evaluation.bodies import DocumentArgs, DocumentBody
from backend.evaluation.models import ServiceDocument
from backend.evaluation.ports import QuestionMeasures
from backend.evaluation.service import files
from backend.evaluation.service.room import SAFE, seen_by, stamp
from backend.identity.service.directory import Directory
from backend.identity.service.tree import Tree
from backend.reports.pdf import compile_pdf
from backend.reports.sheets import Sheet, workbook
from sync.errors import Refusal
from sync.writing import Item, Writing

MOST = 2000
"""Questions in one document; a longer range is cut into several."""
LONGEST = timedelta(days=366)
READERS = ("KTM",)
TITLE = "Dokumen Pelayanan Informasi Kepegawaian"
LISTED = 60


class Documents:
    """The handler; ``questions`` gives the answered ones."""

    def __init__(self, directory: Directory, questions: QuestionMeasures) -> None:
        self._directory = directory
        self._questions = questions

    async def draw(self, w: Writing, item: Item) -> None:
        """``evaluation.document``: a range of local dates, both included, with the reason why it is taken out."""
        args: DocumentArgs = item.args
        tree = await self._directory.trees.get(w.session, w.agency)
        first, last = _day(args.first), _day(args.last)
        if last < first or last - first > LONGEST:
            sentence = "Tanggal akhir harus sesudah tanggal awal, paling lama satu tahun."
            raise Refusal("invalid", f"{sentence} {SAFE}", fields={"last": sentence})
        document = ServiceDocument(
            id=item.record, agency=w.agency, first=first, last=last, kind=args.kind, category=args.category,
            reason=args.reason, n=0, account=item.actor.account, name=item.actor.name, at=w.now,
        )  # fmt: skip
        if await w.session.get(ServiceDocument, item.record) is not None:
            raise Refusal("exists", f"Dokumen dengan nomor ini sudah ada. {SAFE}")
        found = await answered(w.session, self._questions, tree, document, w.now)
        if len(found) > MOST:
            raise Refusal("invalid", f"Lebih dari {MOST} pertanyaan. {SAFE} Pilih rentang yang lebih pendek.")
        document.n = len(found)
        w.session.add(document)
        await w.session.flush()
        body = DocumentBody(
            first=args.first, last=args.last, kind=args.kind, category=args.category, reason=args.reason,
            n=document.n, name=document.name, at=stamp(w.now), unit=tree.root,
        )  # fmt: skip
        w.publish("service_document", document.id, body, seen_by(tree.root, READERS))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        sentence = "Tanggal ini tidak ada."
        raise Refusal("invalid", f"{sentence} {SAFE} Pilih dari kalender.", fields={"first": sentence}) from None


async def answered(
    session: AsyncSession, questions: QuestionMeasures, tree: Tree, document: ServiceDocument, now: datetime
) -> list[dict[str, Any]]:
    """What belongs to a document now: the questions whose latest answer was given on its days."""
    zone = ZONES[tree.zone_at(now)]
    since = datetime.combine(document.first, time(), zone)
    until = datetime.combine(document.last + timedelta(days=1), time(), zone)
    return await questions.answered(
        session, tree.agency, since, until, kind=document.kind, category=document.category, most=MOST
    )


async def listed(session: AsyncSession, agency: str) -> list[ServiceDocument]:
    """The latest 60 documents that were drawn up."""
    c = ServiceDocument
    query = select(c).where(col(c.agency) == agency).order_by(col(c.at).desc(), col(c.id)).limit(LISTED)
    return list((await session.execute(query)).scalars())


async def content(
    session: AsyncSession, questions: QuestionMeasures, tree: Tree, document: ServiceDocument, now: datetime
) -> dict[str, Any]:
    """The whole document as plain JSON."""
    words = await questions.words(session, tree.agency)
    zone = tree.zone_at(now)
    rows = await answered(session, questions, tree, document, now)
    chosen = [
        words[name].get(code, code)
        for name, code in (("kinds", document.kind), ("categories", document.category))
        if code is not None
    ]
    return {
        "title": TITLE,
        "agency": tree.name,
        "range": f"{files.long_date(document.first)} sampai {files.long_date(document.last)}",
        "chosen": ", ".join(chosen),
        "reason": document.reason,
        "drawn": f"{document.name}, {files.local(document.at, zone)}",
        "n": len(rows),
        "made": files.local(now, zone),
        "questions": [_entry(row, words, zone) for row in rows],
    }


def _entry(row: Mapping[str, Any], words: Mapping[str, Mapping[str, str]], zone: str) -> dict[str, Any]:
    return {
        "number": row["number"],
        "receipt": row["receipt"] or "",
        "asker": ", ".join(part for part in (row["asker_name"], row["asker_nip"], row["asker_unit_name"]) if part),
        "kind": words["kinds"].get(row["kind"], row["kind"]),
        "category": words["categories"].get(row["category"], row["category"]),
        "channel": words["channels"].get(row["channel"], row["channel"]),
        "unit": row["unit_name"],
        "arrived": files.local(row["arrived_at"], zone),
        "answered": files.local(row["answered_at"], zone),
        "text": row["text"],
        "said": [{**one, "at": files.local(one["at"], zone)} for one in row["said"]],
    }


async def make(found: Mapping[str, Any], kind: str, now: datetime) -> bytes:
    """One file of a document: ``pdf`` or ``xlsx``."""
    if kind == files.PDF:
        return await compile_pdf(files.TEMPLATES / "service_document.typ", found, now)
    return await asyncio.to_thread(_workbook, found, now)


def _workbook(found: Mapping[str, Any], now: datetime) -> bytes:
    header = ["Nomor", "Masuk", "Dijawab", "Kanal", "Jenis", "Topik", "Unit", "Penanya", "Pertanyaan", "Percakapan"]
    rows = [
        [
            one["number"], one["arrived"], one["answered"], one["channel"], one["kind"], one["category"], one["unit"],
            one["asker"], one["text"], "\n".join(f"{said['by']}, {said['at']}: {said['text']}" for said in one["said"]),
        ]
        for one in found["questions"]
    ]  # fmt: skip
    lines = [found["title"], f"{found['agency']}, {found['range']}", f"n = {found['n']}. Dibuat {found['made']}."]
    return workbook(TITLE, [Sheet("Dokumen", lines, header, rows, (14, 28, 28, 12, 16, 24, 30, 40, 60, 80))], now)
