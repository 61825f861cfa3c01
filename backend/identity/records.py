"""What the feed carries of people, and who may change it."""

from __future__ import annotations

from backend.identity.bodies import EmployeeBody, EmployeeEdit, RoleGrantArgs, RoleGrantBody, RoleRevokeArgs
from backend.identity.rules.fields import FIELDS, HR, SELF, SOURCE
from backend.identity.service.employees import Employees
from backend.identity.service.grants import Grants
from sync.actors import Actor
from sync.registry import FieldSpec, MutationKind, Permission, RecordKind, Registry, Rule
from sync.writing import Item, StoredRecord


def declare(registry: Registry, *, employees: Employees, grants: Grants) -> None:
    """Declare the records ``employee`` and ``role_grant`` and the mutations on them."""
    registry.record(
        RecordKind(
            name="employee",
            body=EmployeeBody,
            fields={wire: FieldSpec(field.owner, field.group, field.label) for wire, field in FIELDS.items()},
            owners=owners,
            doc="An employee, to that person alone; HR reads people online.",
        )
    )
    registry.record(RecordKind(name="role_grant", body=RoleGrantBody, doc="A role that the person holds."))
    registry.mutation(
        MutationKind(
            name="employee.edit",
            record="employee",
            rule=Rule.FIELDS,
            args=EmployeeEdit,
            may=Permission(_may_edit, "the person; HRA over the person's unit"),
            handler=employees.edit,
            doc="Edit an employee's fields; each field has one owner.",
        )
    )
    registry.mutation(
        MutationKind(
            name="role.grant",
            record="role_grant",
            rule=Rule.COMMAND,
            args=RoleGrantArgs,
            may=Permission(_may_grant, "HRA over the unit, never for oneself"),
            handler=grants.give,
            doc="Give a role on a unit, with dates.",
            creates=True,
        )
    )
    registry.mutation(
        MutationKind(
            name="role.revoke",
            record="role_grant",
            rule=Rule.COMMAND,
            args=RoleRevokeArgs,
            may=Permission(_may_revoke, "HRA over the unit"),
            handler=grants.revoke,
            doc="End a role now.",
        )
    )


def owners(actor: Actor, record: StoredRecord | None) -> frozenset[str]:
    """Whose fields an actor may write: one's own contacts; as HR what HR owns, and corrections of the source."""
    if actor.system:
        return frozenset({SELF, HR, SOURCE})
    if record is None:
        return frozenset()
    own = {SELF} if actor.account == record.id else set()
    return frozenset(own | ({HR, SOURCE} if _administers(actor, record) else set()))


def _administers(actor: Actor, record: StoredRecord) -> bool:
    return actor.works_as("HRA", over=record.body.get("unit"))


def _may_edit(actor: Actor, item: Item, record: StoredRecord | None) -> bool:
    # An unknown person and one of another agency are the same to everybody; the handler says so.
    return record is None or actor.account == record.id or _administers(actor, record)


def _may_grant(actor: Actor, item: Item, record: StoredRecord | None) -> bool:
    return actor.works_as("HRA", over=item.args.unit) and item.args.person != actor.account


def _may_revoke(actor: Actor, item: Item, record: StoredRecord | None) -> bool:
    return record is not None and actor.works_as("HRA", over=record.body.get("unit"))
