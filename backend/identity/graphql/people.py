"""People for HR: search, activation codes, role grants."""

# Under its plugin strawberry's decorators carry no types; nothing but strawberry calls what they decorate.
# mypy: disable-error-code="untyped-decorator"

from __future__ import annotations

import base64
from typing import Annotated, Any

import orjson
import strawberry

from backend.audit import service as audit
from backend.context import RequestContext
from backend.identity.graphql.common import (
    NOT_FOUND,
    Info,
    access,
    day,
    directory,
    read_day,
    stamp,
    tree,
    working_as,
)
from backend.identity.models import PERSON
from backend.identity.rules.names import full_name
from backend.identity.rules.passwords import show_code
from backend.identity.service.people import PAGE, employee_body, people_query, search, superior_name
from backend.identity.service.tree import Tree
from sync.answers import Answer
from sync.errors import Refusal
from sync.ids import is_uuid, uuid7

READERS = ("HRA",)


@strawberry.type(description="A person as HR sees them: the full number, contacts left out.")
class Person:
    """``incomplete`` names empty required fields, ``corrected`` fields that differ from the source."""

    id: strawberry.ID
    name: str
    kind: str
    nip: str | None
    staff_code: str | None
    unit: strawberry.ID | None
    unit_name: str
    kecamatan: strawberry.ID | None
    kecamatan_name: str
    position: str | None
    position_type: str | None
    rank: str | None
    tmt_rank: str | None
    superior: strawberry.ID | None
    superior_name: str
    status: str
    incomplete: list[str]
    corrected: list[str]
    source_updated: str | None
    activated: bool

    @staticmethod
    def of(row: Any, tree: Tree, activated: bool) -> Person:
        """From a row of :func:`backend.identity.service.people.people_query`."""
        body = employee_body(row, tree)
        return Person(
            id=row["id"], name=full_name(row["front_title"], row["name"], row["back_title"]), kind=row["kind"],
            nip=row["nip"], staff_code=row["staff_code"], unit=row["unit"], unit_name=tree.unit_name(row["unit"]),
            kecamatan=row["kecamatan"], kecamatan_name=tree.unit_name(row["kecamatan"]), position=row["position"],
            position_type=row["position_type"], rank=row["rank"], tmt_rank=day(row["tmt_rank"]),
            superior=row["superior"], superior_name=superior_name(row), status=row["status"],
            incomplete=body["incomplete"], corrected=body["corrected"],
            source_updated=body.get("sourceUpdated"), activated=activated,
        )  # fmt: skip


@strawberry.type(description="Up to 25 people by name; cursor is given if there are more.")
class People:
    """One page."""

    rows: list[Person]
    more: bool
    cursor: str | None


@strawberry.type(description="An activation code, shown once; it opens the account until expires (UTC).")
class ActivationCode:
    """Printed as ``K7QM-2P9D``."""

    code: str
    expires: str


@strawberry.type(description="A unit of the caller's agency.")
class Unit:
    """``km`` and ``minutes`` are for the units page; closed units are left out."""

    id: strawberry.ID
    code: str
    name: str
    type: str
    parent: strawberry.ID | None
    site: bool
    zone: str


@strawberry.type
class PeopleQuery:
    """Reading people; HR only."""

    @strawberry.field(description="People by part of a name, by NIP or staff code. HR admins.")
    async def people(
        self, info: Info, search: str = "", unit: strawberry.ID | None = None, after: str | None = None
    ) -> People:
        """``unit`` takes in all below it. Raises ``forbidden``; what the caller does not administer is not found."""
        return await _find(info.context, search, None if unit is None else str(unit), after)

    @strawberry.field(description="The open units of the caller's agency.")
    async def units(self, info: Info) -> list[Unit]:
        """Raises ``signed_out``."""
        known, now = await tree(info.context), info.context.clock.now()
        return [
            Unit(
                id=strawberry.ID(node.id), code=node.code, name=node.name, type=node.type,
                parent=None if node.parent is None else strawberry.ID(node.parent), site=node.site,
                zone=node.zone or known.zone_at(now),
            )
            for node in known.nodes.values()
            if known.in_force(node.id, known.today(now)) is not None
        ]  # fmt: skip


@strawberry.type
class PeopleMutation:
    """What HR does beside ``employee.edit``."""

    @strawberry.mutation(description="A new activation code: first sign-in or reset. HRA; SUP for parties.")
    async def issue_activation(self, info: Info, person: strawberry.ID) -> ActivationCode:
        """Codes before it are void. Raises ``not_found`` and ``forbidden``."""
        context = info.context
        row = await _person(context, str(person))
        roles = ("SUP",) if row["kind"] == "EXTERNAL" else ("HRA",)
        actor = await working_as(
            context, roles, "account.issue_code", over=row["unit"], kind="account", about=str(person)
        )
        async with context.db.writing() as connection:
            code, expires = await access(context).issue_code(connection, actor, str(person))
        return ActivationCode(code=show_code(code), expires=stamp(expires))

    @strawberry.mutation(description="Give a role on a unit, with dates; a stand-in needs both. HRA, never to oneself.")
    async def grant_role(
        self,
        info: Info,
        person: strawberry.ID,
        role: str,
        unit: strawberry.ID,
        from_: Annotated[str, strawberry.argument(name="from")],
        to: str | None = None,
        stand_in: bool = False,
    ) -> strawberry.ID:
        """The grant's id. The mutation ``role.grant``; raises what it answers."""
        args = {
            "person": str(person), "role": role, "unit": str(unit), "from": day(read_day(from_, "from")),
            "to": day(read_day(to, "to")), "standIn": stand_in,
        }  # fmt: skip
        context, record = info.context, uuid7()
        actor = await working_as(context, ("HRA",), "role.grant", over=str(unit), kind="role_grant")
        _check(await context.engine.execute(actor, "role.grant", record, args))
        return strawberry.ID(record)

    @strawberry.mutation(description="End a role now. HRA.")
    async def revoke_role(self, info: Info, grant: strawberry.ID, reason: str = "") -> bool:
        """The mutation ``role.revoke``; raises what it answers."""
        context, id = info.context, str(grant)
        actor = await working_as(context, ("HRA",), "role.revoke", kind="role_grant", about=id)
        if not is_uuid(id):
            raise Refusal("not_found", NOT_FOUND)
        async with context.db.reading() as connection:
            stored = await context.engine.store.records(connection, actor.agency, [("role_grant", id)], lock=False)
        seen = {key[1]: record.version for key, record in stored.items()}
        _check(await context.engine.execute(actor, "role.revoke", id, {"reason": reason}, seen=seen))
        return True


def _check(answer: Answer) -> None:
    if not answer.accepted:
        raise Refusal(answer.code or answer.status, answer.message or NOT_FOUND, fields=answer.fields)


async def _find(context: RequestContext, text: str, unit: str | None, after: str | None) -> People:
    actor = await working_as(context, READERS, "people.search")
    known = await tree(context)
    scope = None if actor.unit == known.root else actor.scope
    if unit is not None:
        if unit not in known.nodes or unit not in actor.scope:
            return People(rows=[], more=False, cursor=None)
        scope = known.below(unit)
    async with context.db.reading() as connection:
        rows = await search(connection, actor.agency, text[:200], unit=scope, after=_read_cursor(after), limit=PAGE + 1)
        activated = await directory(context).activated(connection, [row["id"] for row in rows])
    shown = rows[:PAGE]
    more = len(rows) > PAGE
    last = shown[-1] if more else None
    return People(
        rows=[Person.of(row, known, row["id"] in activated) for row in shown],
        more=more,
        cursor=None if last is None else _cursor(last["name_key"], last["id"]),
    )


async def _person(context: RequestContext, id: str) -> Any:
    """A person of the caller's agency. Raises ``not_found``, the same for unknown and for foreign, and logs it."""
    viewer = context.require()
    row = None
    if is_uuid(id):
        async with context.db.reading() as connection:
            found = await connection.execute(people_query(viewer.agency).where(PERSON.c.id == id))
            row = found.mappings().first()
    if row is None:
        await audit.refused(
            context.db, actor=viewer.own, act="account.issue_code", object_kind="account", object_id=id[:64],
            at=context.clock.now(),
        )  # fmt: skip
        raise Refusal("not_found", NOT_FOUND)
    return row


def _cursor(name_key: str, id: str) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([name_key, id])).decode()


def _read_cursor(text: str | None) -> tuple[str, str] | None:
    if text is None:
        return None
    try:
        name_key, id = orjson.loads(base64.urlsafe_b64decode(text))
    except (ValueError, TypeError):
        raise Refusal("invalid", "Penanda halaman tidak dikenal. Muat ulang daftar.") from None
    if not (isinstance(name_key, str) and "\x00" not in name_key and is_uuid(id)):
        raise Refusal("invalid", "Penanda halaman tidak dikenal. Muat ulang daftar.")
    return name_key, id
