"""What the feed carries of services and cases, and everything that can be done to them: who may, by which rule."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from backend.applications import bodies
from backend.applications.ports import Ports
from backend.applications.rules.states import Act, Part
from backend.applications.service import (
    beginning,
    deciding,
    documents,
    issuing,
    parties,
    sending,
    services,
    stored,
    writing,
)
from backend.applications.service.rights import OWN, may_act, may_begin, parts_of
from sync.actors import Actor
from sync.registry import FieldSpec, MutationKind, Permission, RecordKind, Registry, Rule
from sync.writing import Item, StoredRecord, Writing

Handler = Callable[[Ports, Writing, Item], Awaitable[None]]
WITHIN = (stored.CASE, "application")


def _begins(actor: Actor, _item: Item, record: StoredRecord | None) -> bool:
    return record is not None and may_begin(actor, record.body["roles"])


def _writes(actor: Actor, _item: Item, record: StoredRecord | None) -> bool:
    parts = frozenset() if record is None else parts_of(actor, record.body)
    return bool(parts & {*OWN, Part.VERIFIER, Part.ISSUER})


def _owns(actor: Actor, _item: Item, record: StoredRecord | None) -> bool:
    return record is not None and bool(parts_of(actor, record.body) & OWN)


def _marks(actor: Actor, _item: Item, record: StoredRecord | None) -> bool:
    return record is not None and Part.VERIFIER in parts_of(actor, record.body)


def _acts(act: Act) -> Callable[[Actor, Item, StoredRecord | None], bool]:
    def check(actor: Actor, _item: Item, record: StoredRecord | None) -> bool:
        return record is not None and may_act(actor, record.body, act)

    return check


def _publishes(actor: Actor, _item: Item, _record: StoredRecord | None) -> bool:
    """HR's admin who is super admin of services too, at work as either of them."""
    both = {f"role:HRA@{actor.agency}", f"role:SUP@{actor.agency}"}
    return actor.works_as("HRA", "SUP") and both <= actor.audiences


def _manages(actor: Actor, _item: Item, record: StoredRecord | None) -> bool:
    return actor.works_as("SUP") and (record is None or bool(record.audiences & actor.audiences))


def _anybody(actor: Actor, _item: Item, _record: StoredRecord | None) -> bool:
    return not actor.system


PUBLISHER = Permission(_publishes, "HRA who is SUP too")
SUPER = Permission(_manages, "SUP")
BEGINNER = Permission(_begins, "whom the service lets apply; an officer in somebody's name")
OWNER = Permission(_owns, "the applicant, or the officer who began it")
WRITER = Permission(_writes, "the applicant; of an officer's fields, the office")
VERIFIER = Permission(_marks, "whoever verifies the service")
SERVER = Permission(lambda actor, _item, _record: actor.system, "the server")


def _writer(_actor: Actor, _record: StoredRecord | None) -> frozenset[str]:
    """Who may write a part at all was judged by the case; which parts, by its definition, in ``first``."""
    return frozenset({"writer"})


def _fields(**labels: str) -> dict[str, FieldSpec]:
    return {name: FieldSpec("writer", None, label) for name, label in labels.items()}


def declare(registry: Registry, ports: Ports) -> None:
    """Declare every record and mutation kind of the room."""
    _records(registry)
    _services(registry)
    _writing(registry, ports)
    _applicant(registry, ports)
    _office(registry, ports)


def _records(registry: Registry) -> None:
    registry.record(RecordKind(
        name=stored.CASE, body=bodies.ApplicationBody, doc="A case without its parts: to whoever plays a part in it.",
    ))  # fmt: skip
    registry.record(RecordKind(
        name=stored.VALUES, body=bodies.ValuesBody, owners=_writer, doc="One merge group of a case.",
        fields=_fields(application="", group="", values="isian"),
    ))  # fmt: skip
    registry.record(RecordKind(
        name=stored.ROW, body=bodies.RowBody, owners=_writer, doc="One row of a field of rows.",
        fields=_fields(application="", field="", cells="baris", order="urutan", removed="dihapus"),
    ))  # fmt: skip
    registry.record(RecordKind(
        name=stored.ITEM, body=bodies.ItemBody, owners=_writer, doc="The document version that an item points to.",
        fields=_fields(application="", item="", version="dokumen"),
    ))  # fmt: skip
    marked = {name: FieldSpec("writer", "tanda", "tanda") for name in ("version", "mark", "reason")}
    registry.record(RecordKind(
        name=stored.MARK, body=bodies.MarkBody, owners=_writer, doc="A verifier's word on a version: to both sides.",
        fields={**_fields(application="", item=""), **marked},
    ))  # fmt: skip
    for name, body, doc in (
        ("service", bodies.ServiceBody, "A version of a service: to the agency."),
        ("service_signer", bodies.SignerBody, "Who signs a service's outputs: to the office."),
        ("service_feedback", bodies.FeedbackBody, "A defect or a wish: to its reporter and the office."),
        ("document_version", bodies.DocumentBody, "A version of a document: to whoever sees a case that uses it."),
        ("application_submission", bodies.SubmissionBody, "A receipt: what was sent, when."),
        ("application_history", bodies.HistoryBody, "An act on a case; it never changes."),
        ("application_output", bodies.OutputBody, "What a finished case ended with."),
        ("application_notice", bodies.NoticeBody, "A text about a case, without the number: to the office."),
        ("party_account", bodies.PartyAccountBody, "An officer of a party: to the party's officers and SUP."),
    ):
        registry.record(RecordKind(name=name, body=body, doc=doc))


def _services(registry: Registry) -> None:
    registry.mutation(MutationKind(
        name="service.publish", record="service", rule=Rule.COMMAND, args=bodies.PublishArgs, may=PUBLISHER,
        creates=True, handler=services.publish, doc="Publish the next version of a service.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="service.signer", record="service_signer", rule=Rule.COMMAND, args=bodies.SignerArgs, may=SUPER,
        creates=True, handler=services.sign, doc="Say who signs, from when to when.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="party.approve", record="party_account", rule=Rule.COMMAND, args=bodies.ApproveArgs, may=SUPER,
        handler=parties.approve, doc="Let a party's officer send, or not.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="feedback.add", record="service_feedback", rule=Rule.APPEND, args=bodies.FeedbackArgs, loser="refuse",
        may=Permission(_anybody, "anybody with an account"), handler=services.feedback,
        doc="Tell a defect or a wish.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="feedback.handle", record="service_feedback", rule=Rule.COMMAND, args=bodies.HandleArgs, may=SUPER,
        handler=services.handle, doc="Say what became of it.",
    ))  # fmt: skip


def _writing(registry: Registry, ports: Ports) -> None:
    registry.mutation(MutationKind(
        name="application.create", record=stored.CASE, rule=Rule.COMMAND, args=bodies.CreateArgs, may=BEGINNER,
        creates=True, target=("service", "service"), handler=partial(beginning.create, ports), doc="Begin a case.",
    ))  # fmt: skip
    for name, record, args, may, first, handler, doc in (
        ("application.write", stored.VALUES, bodies.WriteArgs, WRITER, writing.open_values, writing.write,
         "Write one merge group, whole."),
        ("application.row", stored.ROW, bodies.RowArgs, OWNER, writing.open_row, writing.row,
         "Begin a row, write in it, move or remove it."),
        ("application.attach", stored.ITEM, bodies.AttachArgs, OWNER, writing.open_item, writing.attach,
         "Point an item to a document version."),
        ("application.mark", stored.MARK, bodies.MarkArgs, VERIFIER, deciding.open_mark, deciding.mark,
         "Say a word on a document."),
    ):  # fmt: skip
        registry.mutation(MutationKind(
            name=name, record=record, rule=Rule.FIELDS, args=args, may=may, creates=True, within=WITHIN, first=first,
            handler=_bound(handler, ports), doc=doc,
        ))  # fmt: skip
    registry.mutation(MutationKind(
        name="document.add", record="document_version", rule=Rule.APPEND, args=bodies.DocumentArgs, may=OWNER,
        target=WITHIN, loser="refuse", handler=partial(documents.add, ports),
        doc="A file that is wholly here, as the next version of a document.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="application.adopt_version", record=stored.CASE, rule=Rule.COMMAND, args=bodies.AdoptArgs, may=OWNER,
        handler=partial(beginning.adopt, ports), doc="Move a draft to a newer version of its service.",
    ))  # fmt: skip


def _bound(handler: Handler, ports: Ports) -> Any:
    return partial(handler, ports)


def _applicant(registry: Registry, ports: Ports) -> None:
    for name, act, handler, doc in (
        ("application.submit", Act.SUBMIT, sending.submit, "Send a case as its author sees it."),
        ("application.resend", Act.RESEND, sending.resend, "Send again what was asked for."),
    ):
        registry.mutation(MutationKind(
            name=name, record=stored.CASE, rule=Rule.COMMAND, args=bodies.NoArgs,
            may=Permission(_acts(act), "the applicant, or the officer who began it"), seen_set=stored.seen_case,
            handler=_bound(handler, ports), doc=doc,
        ))  # fmt: skip
    registry.mutation(MutationKind(
        name="application.cancel", record=stored.CASE, rule=Rule.COMMAND, args=bodies.ReasonArgs,
        may=Permission(_acts(Act.CANCEL), "the applicant, or the officer who began it"),
        handler=partial(sending.cancel, ports), doc="Take a case back before it was verified.",
    ))  # fmt: skip


def _office(registry: Registry, ports: Ports) -> None:
    registry.mutation(MutationKind(
        name="application.open", record=stored.CASE, rule=Rule.CLAIM, args=bodies.TakeCaseArgs,
        may=Permission(_acts(Act.OPEN), "whoever verifies the service"), handler=partial(deciding.take, ports),
        doc="Take a case to check it, or over from whoever has it.",
    ))  # fmt: skip
    for name, act, args, seen, handler, doc in (
        ("application.return", Act.RETURN, bodies.ReturnArgs, True, deciding.give_back, "Return, all faults at once."),
        ("application.reject", Act.REJECT, bodies.ReasonArgs, True, deciding.reject, "Refuse for good."),
        ("application.verify", Act.VERIFY, bodies.VerifyArgs, True, deciding.verify, "Verify what was read."),
        ("application.send_out", Act.SEND_OUT, bodies.SendOutArgs, False, deciding.send_out, "Work outside began."),
        ("application.correct", Act.CORRECT, bodies.CorrectArgs, False, deciding.correct, "Pass a request on."),
        ("application.issue", Act.ISSUE, bodies.IssueArgs, False, issuing.issue, "Record what it ended with."),
    ):
        registry.mutation(MutationKind(
            name=name, record=stored.CASE, rule=Rule.COMMAND, args=args,
            may=Permission(_acts(act), "whom the service names for this step"),
            seen_set=stored.seen_marked if seen else None, handler=_bound(handler, ports), doc=doc,
        ))  # fmt: skip
    registry.mutation(MutationKind(
        name="application.downloaded", record=stored.CASE, rule=Rule.COMMAND, args=bodies.DownloadedArgs, may=SERVER,
        internal=True, handler=partial(issuing.downloaded, ports), doc="Somebody fetched the output.",
    ))  # fmt: skip
