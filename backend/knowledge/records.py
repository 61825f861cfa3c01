"""What the feed carries of drafts and canned answers, and everything that can be done to them and to articles."""

from __future__ import annotations

from functools import partial

from backend.knowledge import bodies
from backend.knowledge.ports import Ports
from backend.knowledge.rules import APPROVERS, EDITORS, WRITERS
from backend.knowledge.service import articles, canned, drafts
from sync.actors import Actor
from sync.registry import FieldSpec, MutationKind, Permission, RecordKind, Registry, Rule
from sync.writing import Item, StoredRecord


def _may_write(actor: Actor, item: Item, record: StoredRecord | None) -> bool:
    unit = item.args.unit if record is None else record.body.get("unit")
    return unit is not None and actor.works_as(*WRITERS, over=unit)


def _may_approve(actor: Actor, _item: Item, record: StoredRecord | None) -> bool:
    return record is not None and actor.works_as(*APPROVERS, over=record.body.get("unit"))


def _may_discard(actor: Actor, item: Item, record: StoredRecord | None) -> bool:
    wrote = record is not None and actor.account in record.body.get("authors", ())
    return _may_approve(actor, item, record) or (wrote and _may_write(actor, item, record))


def _approver(actor: Actor, _item: Item, _record: StoredRecord | None) -> bool:
    return actor.works_as(*APPROVERS)


def _writer(actor: Actor, _item: Item, _record: StoredRecord | None) -> bool:
    return actor.works_as(*WRITERS)


def _editor(actor: Actor, _item: Item, _record: StoredRecord | None) -> bool:
    return actor.works_as(*EDITORS)


def _owners(actor: Actor, record: StoredRecord | None) -> frozenset[str]:
    """Where a draft comes from is said once, when it is begun."""
    if not actor.system and not actor.works_as(*WRITERS):
        return frozenset()
    return frozenset({"text", "origin"}) if record is None else frozenset({"text"})


WRITE = Permission(_may_write, "ADM, OPR, TEL, BID, KTM over the unit in charge")
APPROVE = Permission(_may_approve, "BID, KTM over the unit in charge, never an author")
DISCARD = Permission(_may_discard, "its authors; BID, KTM over the unit in charge")
CHARGE = Permission(_approver, "BID, KTM over the unit in charge")
CANNED_WRITE = Permission(_writer, "ADM, OPR, TEL, BID, KTM")
CANNED_EDIT = Permission(_editor, "ADM, KTM, BID")


def declare(registry: Registry, ports: Ports) -> None:
    """Declare the records and mutations of the room; the record ``article`` is the bundle's."""
    registry.record(RecordKind(
        name="article_draft", body=bodies.DraftBody, owners=_owners, doc="A note being written, to the desks.",
        fields={name: FieldSpec(owner, group, label) for name, (owner, group, label) in drafts.FIELDS.items()},
    ))  # fmt: skip
    registry.record(RecordKind(
        name="canned_answer", body=bodies.CannedBody, owners=_owners, doc="A canned answer, to the desks.",
        fields={
            "title": FieldSpec("text", None, "judul"), "text": FieldSpec("text", None, "jawaban"),
            "category": FieldSpec("text", None, "topik"),
        },
    ))  # fmt: skip
    _articles(registry, ports)
    _canned(registry, ports)


def _articles(registry: Registry, ports: Ports) -> None:
    registry.mutation(MutationKind(
        name="article.draft", record="article_draft", rule=Rule.FIELDS, args=bodies.DraftArgs, may=WRITE, creates=True,
        handler=partial(drafts.write, ports), doc="Begin a note or write on in its draft.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="article.publish", record="article_draft", rule=Rule.COMMAND, args=bodies.PublishArgs, may=APPROVE,
        handler=partial(drafts.publish, ports), doc="Approve a draft: a version in force.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="article.discard", record="article_draft", rule=Rule.COMMAND, args=bodies.NoArgs, may=DISCARD,
        handler=partial(drafts.discard, ports), doc="Throw a draft away.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="article.check", record="article", rule=Rule.COMMAND, args=bodies.CheckArgs, may=CHARGE,
        handler=partial(articles.check, ports), doc="Looked at again: it still holds.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="article.withdraw", record="article", rule=Rule.COMMAND, args=bodies.WithdrawArgs, may=CHARGE,
        handler=partial(articles.withdraw, ports), doc="Take an article from the phones, with a reason.",
    ))  # fmt: skip


def _canned(registry: Registry, ports: Ports) -> None:
    registry.mutation(MutationKind(
        name="canned.draft", record="canned_answer", rule=Rule.FIELDS, args=bodies.CannedArgs, may=CANNED_WRITE,
        creates=True, handler=partial(canned.write, ports), doc="Begin a canned answer or write on in its draft.",
    ))  # fmt: skip
    for name, args, handler, doc in (
        ("canned.publish", bodies.NoArgs, canned.publish, "Put a canned answer into use."),
        ("canned.revise", bodies.CannedArgs, canned.revise, "A new version of a canned answer in use."),
        ("canned.retire", bodies.NoArgs, canned.retire, "Offer a canned answer no more."),
    ):
        registry.mutation(MutationKind(
            name=name, record="canned_answer", rule=Rule.COMMAND, args=args, may=CANNED_EDIT,
            handler=partial(handler, ports), doc=doc,
        ))  # fmt: skip
