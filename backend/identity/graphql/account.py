"""One's own account: sign-in, sign-out, activation, password, devices."""

# Under its plugin strawberry's decorators carry no types; nothing but strawberry calls what they decorate.
# mypy: disable-error-code="untyped-decorator"

from __future__ import annotations

import strawberry

from backend.context import RequestContext
from backend.identity.graphql.common import NOT_FOUND, Info, access, address, day, sessions_ended, stamp
from backend.identity.rules.devices import label_of
from backend.identity.rules.roles import ROLES
from backend.identity.service.access import Opened
from backend.identity.service.directory import Grant, SignedIn
from sync.errors import Refusal
from sync.ids import is_uuid


@strawberry.type(name="MyAgency", description="An account's agency; zone: WIB, WITA, WIT; services: what it has on.")
class MyAgency:
    """An agency as its people see it."""

    code: str
    name: str
    zone: str
    services: list[str]


@strawberry.type(name="MyGrant", description="A role in force on a unit and all below it; dates of the agency.")
class MyGrant:
    """A role that the account can work as."""

    id: strawberry.ID
    role: str
    role_name: str
    unit: strawberry.ID
    unit_name: str
    from_: str = strawberry.field(name="from")
    to: str | None
    stand_in: bool

    @staticmethod
    def of(grant: Grant) -> MyGrant:
        """From the directory."""
        return MyGrant(
            id=strawberry.ID(grant.id),
            role=grant.role,
            role_name=ROLES.get(grant.role, grant.role),
            unit=strawberry.ID(grant.unit),
            unit_name=grant.unit_name,
            from_=grant.start.isoformat(),
            to=day(grant.end),
            stand_in=grant.stand_in,
        )


@strawberry.type(name="MyUnit", description="A unit that the account heads today.")
class MyUnit:
    """A unit by its name of today."""

    id: strawberry.ID
    name: str


@strawberry.type(description="The signed-in account.")
class Me:
    """``seal_key``: base64 of 32 bytes; the phone seals unsent work with it when its owner signs out."""

    account: strawberry.ID
    name: str
    agency: MyAgency
    grants: list[MyGrant]
    seal_key: str
    kind: str
    unit: strawberry.ID | None
    unit_name: str
    kecamatan: strawberry.ID | None
    kecamatan_name: str
    heads: list[MyUnit]

    @staticmethod
    def of(context: RequestContext, session: SignedIn) -> Me:
        """From the session in force."""
        account, own = session.account, session.viewer.own
        return Me(
            account=strawberry.ID(own.account),
            name=own.name,
            agency=MyAgency(
                code=account.agency_code, name=account.agency_name, zone=account.zone, services=list(account.services)
            ),
            grants=[MyGrant.of(grant) for grant in account.grants],
            seal_key=access(context).seal_key(own.account),
            kind=own.facts["kind"],
            unit=own.facts["unit"],
            unit_name=own.facts["unitName"],
            kecamatan=own.facts["kecamatan"],
            kecamatan_name=own.facts["kecamatanName"],
            heads=[MyUnit(id=strawberry.ID(id), name=name) for id, name in own.facts["headNames"].items()],
        )


@strawberry.type(description="A browser in which the account is signed in; instants are UTC.")
class Device:
    """``here``: the browser that asks."""

    id: strawberry.ID
    label: str
    created: str
    last_seen: str
    here: bool


@strawberry.type
class AccountQuery:
    """Reading one's own account."""

    @strawberry.field(description="The signed-in account, or null.")
    async def me(self, info: Info) -> Me | None:
        """Nobody signed in is an answer, not an error."""
        session = info.context.session
        return None if session is None else Me.of(info.context, session)

    @strawberry.field(description="The browsers in which one is signed in, last used first.")
    async def devices(self, info: Info) -> list[Device]:
        """Raises ``signed_out``."""
        session = info.context.require_session()
        return [
            Device(
                id=strawberry.ID(row.id), label=row.label, created=stamp(row.created),
                last_seen=stamp(row.last_seen), here=row.id == session.id,
            )
            for row in await access(info.context).sessions(session.viewer.account)
        ]  # fmt: skip


@strawberry.type
class AccountMutation:
    """Opening and closing one's own account."""

    @strawberry.mutation(description="Sign in by NIP, staff code or e-mail; agency is a code, asked for if needed.")
    async def sign_in(self, info: Info, identifier: str, password: str, agency: str | None = None) -> Me:
        """Raises ``invalid``, ``sign_in_failed``, ``throttled``, ``choose_agency``."""
        context = info.context
        opened = await access(context).sign_in(
            identifier, password, agency, address=address(context), label=_label(context)
        )
        return await _enter(context, opened)

    @strawberry.mutation(description="End this session; true if there was one.")
    async def sign_out(self, info: Info) -> bool:
        """The cookie goes in any case."""
        context, session = info.context, info.context.session
        context.set_session(None)
        if session is None:
            return False
        await access(context).sign_out(session)
        await sessions_ended(context, session.viewer)
        return True

    @strawberry.mutation(description="Choose a password with an activation code, and sign in.")
    async def activate(self, info: Info, identifier: str, code: str, password: str, agency: str | None = None) -> Me:
        """Raises ``invalid``, ``activation_failed``, ``throttled``."""
        context = info.context
        opened = await access(context).activate(
            identifier, code, password, agency, address=address(context), label=_label(context)
        )
        await sessions_ended(context, opened.signed_in.viewer)
        return await _enter(context, opened)

    @strawberry.mutation(description="Change one's password; every other session ends.")
    async def change_password(self, info: Info, current: str, password: str) -> bool:
        """Raises ``signed_out``, ``invalid``, ``throttled``."""
        session = info.context.require_session()
        await access(info.context).change_password(session, current, password, address=address(info.context))
        await sessions_ended(info.context, session.viewer)
        return True

    @strawberry.mutation(description="Sign another browser of one's own out.")
    async def revoke_device(self, info: Info, id: strawberry.ID) -> bool:
        """Raises ``not_found`` for what is not an open session of the caller."""
        viewer = info.context.require()
        if not is_uuid(str(id)) or not await access(info.context).revoke(viewer.account, str(id)):
            raise Refusal("not_found", NOT_FOUND)
        await sessions_ended(info.context, viewer)
        return True


async def _enter(context: RequestContext, opened: Opened) -> Me:
    before = context.session
    if before is not None:
        # The browser forgets the old cookie now; a session that nobody can use any more must not stay open.
        await access(context).sign_out(before)
        await sessions_ended(context, before.viewer)
    context.session = opened.signed_in
    context.set_session(opened.token)
    return Me.of(context, opened.signed_in)


def _label(context: RequestContext) -> str:
    return label_of(context.request.headers.get("user-agent", ""))
