"""What the feed carries of years, agreements, acting appraisers and exemptions, and who may set them."""

from __future__ import annotations

from functools import partial

from backend.performance import bodies
from backend.performance.ports import Ports
from backend.performance.service import settings
from sync.actors import Actor
from sync.registry import FieldSpec, MutationKind, Permission, RecordKind, Registry, Rule
from sync.writing import Item, StoredRecord


def _unit(item: Item, record: StoredRecord | None) -> str | None:
    found = record.body.get("unit") if record is not None else getattr(item.args, "unit", None)
    return found if isinstance(found, str) else None


def _may_set(actor: Actor, _item: Item, _record: StoredRecord | None) -> bool:
    return actor.works_as("HRA")


def _may_agree(actor: Actor, item: Item, record: StoredRecord | None) -> bool:
    unit = _unit(item, record)
    return unit is not None and (actor.works_as("HRA", over=unit) or _heads(actor, unit))


def _heads(actor: Actor, unit: str) -> bool:
    return actor.role is None and unit in actor.facts.get("heads", ())


def _may_name(actor: Actor, item: Item, record: StoredRecord | None) -> bool:
    if record is not None:
        return actor.works_as("HRA", over=record.body.get("unit"))
    return actor.works_as("HRA") and actor.account not in (
        getattr(item.args, "acting", None), getattr(item.args, "person", None),
    )  # fmt: skip


def _item_owners(actor: Actor, record: StoredRecord | None) -> frozenset[str]:
    if record is None:
        return frozenset({"unit", "origin"})
    unit = str(record.body.get("unit"))
    return frozenset({"unit"}) if actor.works_as("HRA", over=unit) or _heads(actor, unit) else frozenset()


HR = Permission(_may_set, "HRA")
AGREE = Permission(_may_agree, "HRA over the unit; the head of the unit")
NAME = Permission(_may_name, "HRA over the unit, never for oneself")

ITEM_FIELDS = {
    "unit": FieldSpec("origin"),
    "year": FieldSpec("origin"),
    "text": FieldSpec("unit", None, "butir"),
    "indicator": FieldSpec("unit", None, "indikator"),
    "target": FieldSpec("unit", None, "target"),
    "order": FieldSpec("unit", None, "urutan"),
    "removed": FieldSpec("unit", None, "dihapus"),
}


def declare(registry: Registry, ports: Ports) -> None:
    """Declare the settings of the room."""
    registry.record(RecordKind(name="skp_period", body=bodies.PeriodBody, doc="The settings of a year: to everybody."))
    registry.record(RecordKind(
        name="skp_agreement_item", body=bodies.AgreementItemBody, fields=ITEM_FIELDS, owners=_item_owners,
        doc="An item of a unit's performance agreement: to the unit and HR.",
    ))  # fmt: skip
    registry.record(RecordKind(
        name="skp_agreement", body=bodies.AgreementBody, doc="What fixes an agreement: to the unit and HR.",
    ))  # fmt: skip
    registry.record(RecordKind(name="skp_acting", body=bodies.ActingBody, doc="An acting appraiser: to both and HR."))
    registry.record(RecordKind(
        name="skp_exemption", body=bodies.ExemptionBody, doc="Who owes no plan: to that person and HR.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="skp.agreement_item", record="skp_agreement_item", rule=Rule.FIELDS, args=bodies.AgreementItemArgs,
        may=AGREE, creates=True, first=settings.open_agreement, handler=partial(settings.agreement_item, ports),
        doc="Begin an item of a performance agreement or write in it.",
    ))  # fmt: skip
    for name, record, args, may, handler, creates, doc in (
        ("skp.period", "skp_period", bodies.PeriodArgs, HR, settings.period, True, "Open a year, or change it."),
        ("skp.agreement_fix", "skp_agreement", bodies.AgreementFixArgs, AGREE, settings.fix_agreement, True,
         "Fix the items of a unit and year by a dated document."),
        ("skp.acting", "skp_acting", bodies.ActingArgs, NAME, settings.acting, True, "Name an acting appraiser."),
        ("skp.acting_end", "skp_acting", bodies.NoArgs, NAME, settings.end_acting, False, "End it now."),
        ("skp.exempt", "skp_exemption", bodies.ExemptArgs, NAME, settings.exempt, True, "Somebody owes no plan."),
        ("skp.exempt_end", "skp_exemption", bodies.NoArgs, NAME, settings.end_exemption, False,
         "The person owes a plan again."),
    ):  # fmt: skip
        registry.mutation(MutationKind(
            name=name, record=record, rule=Rule.COMMAND, args=args, may=may, handler=partial(handler, ports),
            creates=creates, doc=doc,
        ))  # fmt: skip
