"""What the feed carries of plans, and everything that can be done to them: who may, by which rule."""

from __future__ import annotations

from functools import partial

from backend.performance import bodies, setting_records
from backend.performance.models import IndicatorRow, WorkResult
from backend.performance.ports import Ports
from backend.performance.rules.plan import EMPLOYEES, SUPERIORS
from backend.performance.service import copying, drafting, orders, steps, stored
from backend.performance.service.locks import part_of
from sync.actors import Actor
from sync.registry import FieldSpec, MutationKind, Permission, RecordKind, Registry, Rule
from sync.writing import Item, StoredRecord

ASN = ("PNS", "PPPK")


def _is_employee(actor: Actor, record: StoredRecord | None) -> bool:
    return actor.role is None and record is not None and record.body.get("employee") == actor.account


def appraises(actor: Actor, record: StoredRecord | None) -> bool:
    """Whether the actor is the superior that the plan names, or acts for that person today; never for oneself."""
    if actor.role is not None or record is None or record.body.get("employee") == actor.account:
        return False
    superior = record.body.get("superior")
    return superior is not None and (superior == actor.account or superior in actor.facts.get("standsFor", ()))


def _may_write(actor: Actor, _item: Item, record: StoredRecord | None) -> bool:
    if record is None:
        return actor.role is None and actor.facts.get("kind") in ASN
    return _is_employee(actor, record)


def _may_appraise(actor: Actor, _item: Item, record: StoredRecord | None) -> bool:
    return appraises(actor, record)


def _may_decide(actor: Actor, _item: Item, record: StoredRecord | None) -> bool:
    """A root's plan, and not one's own."""
    if record is None or not record.body.get("root") or record.body.get("employee") == actor.account:
        return False
    return actor.works_as("HRA", over=record.body.get("unit"))


def _may_return(actor: Actor, item: Item, record: StoredRecord | None) -> bool:
    return _may_appraise(actor, item, record) or _may_decide(actor, item, record)


def _may_order(actor: Actor, _item: Item, record: StoredRecord | None) -> bool:
    if record is None or record.body.get("employee") == actor.account:
        return False
    return actor.works_as("HRA", over=record.body.get("unit"))


def _header_owners(actor: Actor, record: StoredRecord | None) -> frozenset[str]:
    if record is None or _is_employee(actor, record):
        return frozenset({"employee"}) if actor.role is None else frozenset()
    return frozenset({"superior"}) if appraises(actor, record) else frozenset()


def _part_owners(actor: Actor, record: StoredRecord | None) -> frozenset[str]:
    """Which plan a part belongs to is said once, when it is begun."""
    if record is None:
        return frozenset({"employee", "origin"}) if actor.role is None else frozenset()
    return frozenset({"employee"}) if _is_employee(actor, record) else frozenset()


EMPLOYEE = Permission(_may_write, "the employee")
APPRAISER = Permission(_may_appraise, "the direct superior whom the plan names, or who acts for that person today")
ROOT = Permission(_may_decide, "HRA over the unit, for the plan of a root")
RETURNS = Permission(_may_return, "the direct superior or who acts for that person today; HRA for the plan of a root")
ORDER = Permission(_may_order, "HRA over the unit, never for oneself")

RHK_FIELDS = {
    "plan": FieldSpec("origin"),
    "order": FieldSpec("employee", None, "urutan"),
    "kind": FieldSpec("employee", "tautan", "utama atau tambahan"),
    "superiorRhk": FieldSpec("employee", "tautan", "RHK pimpinan yang diintervensi"),
    "provisional": FieldSpec("employee", "tautan", "rencana atasan (perkiraan)"),
    "assignedBy": FieldSpec("employee", "tautan", "penugasan dari"),
    "text": FieldSpec("employee", None, "rencana hasil kerja"),
    "perspective": FieldSpec("employee", None, "perspektif"),
    "agreementItem": FieldSpec("employee", None, "perjanjian kinerja"),
    "ticked": FieldSpec("employee", None, "memang tidak berubah"),
    "removed": FieldSpec("employee", None, "dihapus"),
}
INDICATOR_FIELDS = {
    "plan": FieldSpec("origin"),
    "rhk": FieldSpec("origin"),
    "order": FieldSpec("employee", None, "urutan"),
    "approach": FieldSpec("employee", "baris", "pendekatan"),
    "aspect": FieldSpec("employee", "baris", "aspek"),
    "indicator": FieldSpec("employee", "baris", "indikator"),
    "target": FieldSpec("employee", "baris", "target"),
    "unit": FieldSpec("employee", "baris", "satuan"),
    "narrative": FieldSpec("employee", "baris", "uraian keberhasilan"),
    "removed": FieldSpec("employee", None, "dihapus"),
}


def declare(registry: Registry, ports: Ports) -> None:
    """Declare every record and mutation kind of the plan."""
    setting_records.declare(registry, ports)
    _records(registry)
    _writing(registry, ports)
    _steps(registry, ports)
    _decisions(registry, ports)


def _records(registry: Registry) -> None:
    header = {
        "year": FieldSpec("employee"),
        "form": FieldSpec("employee"),
        "approach": FieldSpec("employee", None, "pendekatan"),
    }
    header |= {name: FieldSpec("employee", None, "lampiran") for name in EMPLOYEES}
    header |= {name: FieldSpec("superior", None, "ekspektasi pimpinan") for name in SUPERIORS}
    registry.record(RecordKind(
        name="skp", body=bodies.PlanBody, fields=header, owners=_header_owners,
        doc="A plan without its rows: to the employee and whoever appraises.",
    ))  # fmt: skip
    registry.record(RecordKind(
        name="skp_rhk", body=bodies.RhkBody, fields=RHK_FIELDS, owners=_part_owners,
        doc="A result of a plan: to both sides.",
    ))  # fmt: skip
    registry.record(RecordKind(
        name="skp_lead_rhk", body=bodies.LeadRhkBody,
        doc="What a superior's result says: from submission on to the direct subordinates.",
    ))  # fmt: skip
    registry.record(RecordKind(
        name="skp_indicator", body=bodies.IndicatorBody, fields=INDICATOR_FIELDS, owners=_part_owners,
        doc="An indicator row of a result: to both sides.",
    ))  # fmt: skip
    registry.record(RecordKind(name="skp_version", body=bodies.VersionBody, doc="An approved version: to both sides."))
    registry.record(RecordKind(name="skp_lead", body=bodies.LeadBody, doc="How far a superior's plan is: to the team."))
    registry.record(RecordKind(name="skp_order", body=bodies.OrderBody, doc="A decision of HR: to both sides and HR."))


def _writing(registry: Registry, ports: Ports) -> None:
    registry.mutation(MutationKind(
        name="skp.draft", record="skp", rule=Rule.FIELDS, args=bodies.DraftArgs, may=EMPLOYEE, creates=True,
        first=drafting.open_header, handler=partial(drafting.draft, ports),
        doc="Begin a plan, or write the employee's parts of the appendix.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="skp.expect", record="skp", rule=Rule.FIELDS, args=bodies.ExpectArgs, may=APPRAISER,
        first=drafting.open_for_superior, handler=partial(drafting.expect, ports),
        doc="Write consequences and special expectations.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="skp.approach", record="skp", rule=Rule.COMMAND, args=bodies.ApproachArgs, may=EMPLOYEE,
        first=drafting.open_header, seen_set=stored.seen_rows, handler=partial(drafting.approach, ports),
        doc="Switch between the quantitative and the qualitative approach, having seen every row.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="skp.rhk", record="skp_rhk", rule=Rule.FIELDS, args=bodies.RhkArgs, may=EMPLOYEE, creates=True,
        first=drafting.open_part, handler=partial(drafting.result, ports), doc="Begin a result or write in it.",
        above=part_of(WorkResult),
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="skp.rhk_remove", record="skp_rhk", rule=Rule.COMMAND, args=bodies.NoArgs, may=EMPLOYEE,
        first=drafting.open_part, seen_set=stored.seen_result, handler=partial(drafting.remove_result, ports),
        doc="Remove a result, having seen its rows.", above=part_of(WorkResult),
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="skp.indicator", record="skp_indicator", rule=Rule.FIELDS, args=bodies.IndicatorArgs, may=EMPLOYEE,
        creates=True, first=drafting.open_part, handler=partial(drafting.indicator, ports),
        doc="Begin an indicator row or write in it.", above=part_of(IndicatorRow),
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="skp.indicator_remove", record="skp_indicator", rule=Rule.COMMAND, args=bodies.NoArgs, may=EMPLOYEE,
        first=drafting.open_part, handler=partial(drafting.remove_row, ports), doc="Remove an indicator row.",
        above=part_of(IndicatorRow),
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="skp.copy", record="skp", rule=Rule.COMMAND, args=bodies.CopyArgs, may=EMPLOYEE,
        first=drafting.open_header, handler=partial(copying.copy, ports), doc="Take results over from an older plan.",
    ))  # fmt: skip


def _steps(registry: Registry, ports: Ports) -> None:
    registry.mutation(MutationKind(
        name="skp.submit", record="skp", rule=Rule.COMMAND, args=bodies.NoArgs, may=EMPLOYEE,
        seen_set=stored.seen_whole, handler=partial(steps.submit, ports), doc="Submit the plan as its author sees it.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="skp.approve", record="skp", rule=Rule.COMMAND, args=bodies.VersionArgs, may=APPRAISER,
        seen_set=stored.seen_whole, handler=partial(steps.approve, ports), doc="Approve the plan as it was read.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="skp.return", record="skp", rule=Rule.COMMAND, args=bodies.ReturnArgs, may=RETURNS,
        handler=partial(steps.give_back, ports), doc="Return a plan with a reason; an approved one on request.",
    ))  # fmt: skip
    for name, args, handler, doc in (
        ("skp.withdraw", bodies.NoArgs, steps.withdraw, "Take a submitted plan back."),
        ("skp.revise", bodies.ReasonArgs, steps.revise, "Ask for a revision of an approved plan."),
        ("skp.confirm", bodies.NoArgs, steps.confirm, "The superior's results changed; the plan stands."),
    ):
        registry.mutation(MutationKind(
            name=name, record="skp", rule=Rule.COMMAND, args=args, may=EMPLOYEE, handler=partial(handler, ports),
            doc=doc,
        ))  # fmt: skip


def _decisions(registry: Registry, ports: Ports) -> None:
    registry.mutation(MutationKind(
        name="skp.decide_root", record="skp", rule=Rule.COMMAND, args=bodies.DecideRootArgs, may=ROOT,
        seen_set=stored.seen_whole, handler=partial(steps.decide_root, ports),
        doc="Enter the deciding document of a root's plan.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="skp.order", record="skp_order", rule=Rule.APPEND, args=bodies.OrderArgs, may=ORDER,
        target=("skp", "plan"), loser="refuse", handler=partial(orders.order, ports),
        doc="Transfer, close, or name another appraiser.",
    ))  # fmt: skip
