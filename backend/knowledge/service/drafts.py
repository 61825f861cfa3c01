"""Writing a note: fields that merge while it is a draft, one approval by somebody else, then a version in force."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from backend.forms import service as forms
from backend.forms.office import office_hours
from backend.forms.service import ArticleText
from backend.identity.service.tree import Tree
from backend.knowledge import rules
from backend.knowledge.bodies import DraftArgs, DraftBody, PublishArgs
from backend.knowledge.models import ArticleDraft
from backend.knowledge.ports import Ports
from sync.clock import to_ms, wire
from sync.errors import Refusal
from sync.writing import Item, Writing

CONTENT = ("question", "answer", "steps", "basis", "valid_from", "category", "areas")
_GONE = "Draf ini tidak ada lagi. Tulisan Anda tetap tersimpan untuk disalin."


async def write(ports: Ports, w: Writing, item: Item) -> None:
    """``article.draft``: begin a draft, or take over what the merge lets through. Raises ``invalid`` with fields."""
    args: DraftArgs = item.args
    row = await w.session.get(ArticleDraft, item.record)
    tree = await ports.directory.trees.get(w.connection, w.agency)
    if row is None:
        row = _begun(w, item, args, tree)
        w.session.add(row)
    for name in CONTENT:
        if _wire(name) in item.changes:
            setattr(row, name, getattr(args, name))
    faults = _length_faults(row) | _area_faults(row, tree, tree.today(w.now))
    if faults:
        listed = " ".join(dict.fromkeys(faults.values()))
        raise Refusal("invalid", f"{listed} Tulisan Anda tetap tersimpan; perbaiki lalu simpan lagi.", fields=faults)
    if item.changes and item.actor.account not in row.authors:
        row.authors = [*row.authors, item.actor.account]
    row.updated_at, row.updated_by_name = w.now, item.actor.name
    await w.session.flush()
    show(w, row)


def _begun(w: Writing, item: Item, args: DraftArgs, tree: Tree) -> ArticleDraft:
    if args.unit is None or tree.in_force(args.unit, tree.today(w.now)) is None:
        raise Refusal("invalid", "Unit penanggung jawab tidak dikenal. Tulisan Anda tetap tersimpan untuk disalin.")
    return ArticleDraft(
        id=item.record, agency=w.agency, unit=args.unit, slug=args.slug, source=args.source, areas=[],
        authors=[item.actor.account], author_name=item.actor.name, updated_at=w.now, updated_by_name=item.actor.name,
    )  # fmt: skip


def _length_faults(row: ArticleDraft) -> dict[str, str]:
    found = {
        "question": rules.text_fault("Pertanyaan", row.question, most=rules.TITLE_MOST),
        "answer": rules.text_fault("Jawaban", row.answer, most=rules.TEXT_MOST),
        "steps": rules.text_fault("Langkah", row.steps, most=rules.TEXT_MOST),
        "basis": rules.text_fault("Dasar", row.basis, most=rules.BASIS_MOST),
        "validFrom": None if not row.valid_from or _day(row.valid_from) else "Berlaku sejak harus berupa tanggal.",
    }
    return {name: fault for name, fault in found.items() if fault}


def _area_faults(row: ArticleDraft, tree: Tree, today: date) -> dict[str, str]:
    strange = [area for area in row.areas if tree.in_force(area, today) is None]
    return {"areas": "Ada wilayah yang tidak ada atau sudah ditutup. Pilih dari daftar."} if strange else {}


async def publish(ports: Ports, w: Writing, item: Item) -> None:
    """``article.publish``: a version in force, read by somebody who did not write it.

    Raises ``forbidden`` to an author, ``invalid`` for what is missing or personal, ``state`` if another version came
    into force since the approver looked.
    """
    args: PublishArgs = item.args
    row = await _held(w, item)
    if item.actor.account in row.authors:
        raise Refusal("forbidden", "Penulis tidak menyetujui tulisannya sendiri. Draf aman. Minta rekan memeriksanya.")
    current = None if row.slug is None else await forms.article(w.session, w.agency, row.slug)
    if (current.version if current else 0) != args.over:
        raise Refusal(
            "state", "Jawaban ini sudah punya versi lain. Draf aman. Baca versi itu dulu, lalu terbitkan lagi."
        )
    tree = await ports.directory.trees.get(w.connection, w.agency)
    _complete(row)
    await _categorised(w, row.category)
    names = [] if row.source is None else await ports.threads.names(w.session, w.agency, row.source)
    said = " \n ".join([row.question, row.answer, row.steps, row.basis])
    found = rules.personal_in(said, names) - (rules.CONTACTS if args.contacts else frozenset())
    if found:
        raise Refusal("invalid", rules.personal_fault(found), detail={"personal": sorted(found)})
    text = ArticleText(
        slug=row.slug or rules.slug_of(row.question, row.id), question=row.question.strip(),
        answer=row.answer.strip(), steps=tuple(rules.steps_of(row.steps)), basis=row.basis.strip(),
        valid_from=date.fromisoformat(row.valid_from), checked_at=tree.today(w.now),
        checked_by=office_of(item, tree, row.unit), areas=tuple(row.areas), category=row.category,
        unit=row.unit, authors=tuple(row.authors), source=row.source,
    )  # fmt: skip
    await _in_force(w, text, item)
    await _drop(w, row)


def office_of(item: Item, tree: Tree, charged: str) -> str:
    """The unit where who checked it works: a reader learns which office stands behind it, and no name."""
    return str(item.actor.facts.get("unitName") or tree.unit_name(charged))


async def discard(_ports: Ports, w: Writing, item: Item) -> None:
    """``article.discard``: the draft goes, what is in force stays."""
    await _drop(w, await _held(w, item))


async def _in_force(w: Writing, text: ArticleText, item: Item) -> None:
    version = await forms.publish_article(w.session, w.agency, text, w.now, item.actor.account)
    forms.show_article(w, version, (await office_hours(w.session, w.agency, w.now)).review_days)


async def _held(w: Writing, item: Item) -> ArticleDraft:
    row = await w.session.get(ArticleDraft, item.record)
    if row is None:
        raise Refusal("gone", _GONE)
    return row


async def _drop(w: Writing, row: ArticleDraft) -> None:
    await w.session.delete(row)
    await w.session.flush()
    w.unpublish("article_draft", row.id)


def _complete(row: ArticleDraft) -> None:
    found = _length_faults(row) | {
        name: fault
        for name, fault in {
            "question": rules.text_fault("Pertanyaan", row.question, most=rules.TITLE_MOST, least=rules.LEAST),
            "answer": rules.text_fault("Jawaban", row.answer, most=rules.TEXT_MOST, least=rules.LEAST),
            "basis": rules.text_fault("Dasar", row.basis, most=rules.BASIS_MOST, least=1),
            "validFrom": None if _day(row.valid_from) else "Isi tanggal Berlaku sejak.",
        }.items()
        if fault
    }
    if len(rules.steps_of(row.steps)) > rules.STEPS_MOST:
        found["steps"] = f"Langkah paling banyak {rules.STEPS_MOST}. Gabungkan yang berdekatan."
    if found:
        listed = " ".join(dict.fromkeys(found.values()))
        raise Refusal("invalid", f"{listed} Draf aman. Lengkapi, lalu terbitkan lagi.", fields=found)


async def _categorised(w: Writing, category: str) -> None:
    listed = await forms.catalogue(w.session, w.agency, forms.QUESTION_CATEGORIES)
    codes = set() if listed is None else {one["code"] for one in listed.content["categories"]}
    if category and category not in codes:
        raise Refusal("invalid", "Topik ini tidak dikenal. Draf aman. Pilih topik dari daftar.")


def show(w: Writing, row: ArticleDraft) -> None:
    """Put the draft on the desks of the agency."""
    body = DraftBody(
        unit=row.unit, slug=row.slug, source=row.source, question=row.question, answer=row.answer, steps=row.steps,
        basis=row.basis, valid_from=row.valid_from, category=row.category, areas=row.areas, authors=row.authors,
        author_name=row.author_name, updated_at=wire(to_ms(row.updated_at)), updated_by_name=row.updated_by_name,
    )  # fmt: skip
    w.publish("article_draft", row.id, body, desks(w.agency))


def desks(agency: str) -> frozenset[str]:
    """Everybody who answers questions, wherever in the agency."""
    return frozenset(f"role:{role}@{agency}" for role in rules.WRITERS)


def _wire(name: str) -> str:
    return "validFrom" if name == "valid_from" else name


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


FIELDS: Mapping[str, Any] = {
    "question": ("text", None, "pertanyaan"), "answer": ("text", "isi", "jawaban"), "steps": ("text", "isi", "langkah"),
    "basis": ("text", "isi", "dasar"), "validFrom": ("text", "isi", "berlaku sejak"),
    "category": ("text", None, "topik"), "areas": ("text", None, "wilayah"), "unit": ("origin", None, "unit"),
    "slug": ("origin", None, "jawaban yang diubah"), "source": ("origin", None, "percakapan asal"),
}  # fmt: skip
"""Field on the wire to its owner word, the group that it merges with, and its name on the screen."""
