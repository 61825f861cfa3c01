"""Canned answers: a draft whose fields merge, then versions; every desk of the agency holds those in use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import func, select
from sqlmodel import col

from backend.knowledge import rules
from backend.knowledge.bodies import CannedArgs, CannedBody
from backend.knowledge.models import CannedAnswer
from backend.knowledge.ports import Ports
from backend.knowledge.service.drafts import desks
from sync.clock import to_ms, wire
from sync.errors import Refusal
from sync.ids import derived, uuid7
from sync.writing import Item, Writing

DRAFT, IN_USE = "draf", "berlaku"


async def write(_ports: Ports, w: Writing, item: Item) -> None:
    """``canned.draft``: begin or go on; one in use is changed by a new version only (``state``)."""
    if item.current is not None and item.current.body["state"] != DRAFT:
        raise Refusal("state", "Jawaban baku ini sudah dipakai. Tulisan aman. Simpan sebagai versi baru.")
    row = await _draft(w, item.record) or CannedAnswer(
        id=derived(item.record, "0"), agency=w.agency, answer=item.record, version=0, title="", text="",
        account_name="", at=w.now,
    )  # fmt: skip
    for name in ("title", "text", "category"):
        if name in item.changes:
            setattr(row, name, getattr(item.args, name))
    _judge(row.title, row.text, whole=False)
    row.account, row.account_name, row.at = item.actor.account, item.actor.name, w.now
    w.session.add(row)
    await w.session.flush()
    _show(w, row, DRAFT)


async def publish(_ports: Ports, w: Writing, item: Item) -> None:
    """``canned.publish``: in use from now on. Raises ``state`` if it is already."""
    row = await _draft(w, item.record)
    if row is None or item.current is None or item.current.body["state"] != DRAFT:
        raise Refusal("state", "Jawaban baku ini sudah dipakai. Tidak ada yang berubah.")
    await _version(w, item, row.title, row.text, row.category)


async def revise(_ports: Ports, w: Writing, item: Item) -> None:
    """``canned.revise``: a new version over the one that was seen."""
    if item.current is None or item.current.body["state"] != IN_USE:
        raise Refusal("state", "Jawaban baku ini masih draf. Tulisan aman. Simpan drafnya, lalu pakai.")
    args: CannedArgs = item.args
    await _version(w, item, args.title, args.text, args.category)


async def retire(_ports: Ports, w: Writing, item: Item) -> None:
    """``canned.retire``: offered no more; what was sent with it stays as it was sent."""
    last = await _last(w, item.record)
    if last is not None and last.version:
        await _version(w, item, last.title, last.text, last.category, retired=True)
    w.unpublish("canned_answer", item.record)


async def _version(w: Writing, item: Item, title: str, text: str, category: str, *, retired: bool = False) -> None:
    _judge(title, text, whole=True)
    last = await _last(w, item.record)
    version = 1 + (last.version if last else 0)
    row = CannedAnswer(
        id=derived(item.record, str(version)), agency=w.agency, answer=item.record, version=version,
        title=title.strip(), text=text.strip(), category=category, retired=retired, account=item.actor.account,
        account_name=item.actor.name, at=w.now,
    )  # fmt: skip
    w.session.add(row)
    await w.session.flush()
    _show(w, row, IN_USE)


async def install(w: Writing, texts: Iterable[Mapping[str, str]], by: str) -> None:
    """Canned answers in use from the start: title, text and category of each."""
    for one in texts:
        answer = uuid7()
        row = CannedAnswer(
            id=derived(answer, "1"), agency=w.agency, answer=answer, version=1, title=one["title"], text=one["text"],
            category=one["category"], account_name=by, at=w.now,
        )  # fmt: skip
        _judge(row.title, row.text, whole=True)
        w.session.add(row)
        _show(w, row, IN_USE)
    await w.session.flush()


def _judge(title: str, text: str, *, whole: bool) -> None:
    found = {
        "title": rules.text_fault("Judul", title, most=rules.TITLE_MOST, least=3 if whole else 0),
        "text": rules.text_fault("Jawaban", text, most=rules.TEXT_MOST, least=rules.LEAST if whole else 0)
        or (rules.placeholder_fault(text) if whole else None),
    }
    faults = {name: fault for name, fault in found.items() if fault}
    if faults:
        listed = " ".join(faults.values())
        raise Refusal("invalid", f"{listed} Tulisan Anda tetap tersimpan; perbaiki lalu simpan lagi.", fields=faults)


async def _draft(w: Writing, answer: str) -> CannedAnswer | None:
    return await w.session.get(CannedAnswer, derived(answer, "0"))


async def _last(w: Writing, answer: str) -> CannedAnswer | None:
    newest = select(func.max(col(CannedAnswer.version))).where(
        col(CannedAnswer.agency) == w.agency, col(CannedAnswer.answer) == answer
    )
    version = (await w.session.execute(newest)).scalar()
    return None if version is None else await w.session.get(CannedAnswer, derived(answer, str(version)))


def _show(w: Writing, row: CannedAnswer, state: str) -> None:
    body = CannedBody(
        title=row.title, text=row.text, category=row.category, state=state, version=row.version,
        updated_at=wire(to_ms(row.at)), updated_by_name=row.account_name,
    )  # fmt: skip
    w.publish("canned_answer", row.answer, body, desks(w.agency))
