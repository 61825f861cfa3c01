"""Counter tablets for TRK: add, pair, give a new PIN, release; and the one call that a new tablet makes."""

# Under its plugin strawberry's decorators carry no types; nothing but strawberry calls what they decorate.
# mypy: disable-error-code="untyped-decorator"

from __future__ import annotations

from typing import Any, cast

import strawberry
from sqlalchemy import func, select

from backend.context import RequestContext
from backend.identity.graphql.common import Info, address, directory, stamp, working_as
from backend.ratings.service import duty
from backend.ratings.service.kiosks import NO_KIOSK, Kiosks, set_cookie
from sync.actors import Actor
from sync.clock import wire
from sync.errors import Refusal
from sync.ids import is_uuid
from sync.tables import device


@strawberry.type(description="A service site with its own board; zone is WIB, WITA or WIT.")
class KioskSite:
    """Where a tablet can stand."""

    id: strawberry.ID
    code: str
    name: str
    zone: str


@strawberry.type(description="An officer at work who serves a site.")
class SiteOfficer:
    """Somebody who can have a turn there."""

    id: strawberry.ID
    name: str


@strawberry.type(description="A counter tablet; instants are UTC. waiting: ratings that it held when it last spoke.")
class Kiosk:
    """A tablet as TRK sees it."""

    id: strawberry.ID
    name: str
    site: strawberry.ID
    site_name: str
    paired: str | None
    last_seen: str | None
    waiting: int
    released: bool


@strawberry.type(description="A pairing code, shown once; expires is UTC. pin only for a new tablet.")
class KioskCode:
    """What TRK types into the tablet, and tells its staff."""

    kiosk: strawberry.ID
    code: str
    expires: str
    pin: str | None


@strawberry.type(description="The identity of a tablet that was just paired; its cookie comes with the answer.")
class PairedKiosk:
    """What the tablet keeps."""

    kiosk: strawberry.ID
    account: strawberry.ID
    site: strawberry.ID


def kiosks(context: RequestContext) -> Kiosks:
    """The server's counter tablets."""
    return cast(Kiosks, context.ports["kiosks"])


async def _working(context: RequestContext, act: str, kiosk: str | None = None, over: str | None = None) -> Actor:
    return await working_as(context, ("TRK",), act, over=over, kind="kiosk", about=kiosk)


async def _over(context: RequestContext, act: str, id: str) -> Actor:
    """The caller as TRK over the site of a tablet. Raises ``not_found`` for another agency's as for none."""
    context.require()
    actor = await _working(context, act, id)
    if is_uuid(id):
        async with context.db.reading() as connection:
            known = await kiosks(context).listing(connection, actor.agency, actor.scope)
        if any(row["id"] == id for row in known):
            return actor
    raise Refusal("not_found", NO_KIOSK)


@strawberry.type
class KioskQuery:
    """Reading of the tablets."""

    @strawberry.field(description="The tablets at the sites that the caller covers as TRK.")
    async def kiosks(self, info: Info) -> list[Kiosk]:
        """Raises ``signed_out``, ``forbidden``."""
        context = info.context
        actor = await _working(context, "kiosk.list")
        async with context.db.reading() as connection:
            tree = await directory(context).trees.get(connection, actor.agency)
            rows = await kiosks(context).listing(connection, actor.agency, actor.scope)
            seen = await _seen(connection, [row["account"] for row in rows])
        return [
            Kiosk(
                id=strawberry.ID(row["id"]),
                name=row["name"],
                site=strawberry.ID(row["site"]),
                site_name=tree.unit_name(row["site"]),
                paired=row["paired"] and stamp(row["paired"]),
                last_seen=seen.get(row["account"], (None, 0))[0],
                waiting=seen.get(row["account"], (None, 0))[1],
                released=row["revoked"] is not None,
            )
            for row in rows
        ]

    @strawberry.field(description="The sites that the caller covers as TRK or KOR.")
    async def kiosk_sites(self, info: Info) -> list[KioskSite]:
        """Raises ``signed_out``, ``forbidden``."""
        context = info.context
        context.require()
        actor = await working_as(context, ("TRK", "KOR"), "kiosk.sites", kind="kiosk")
        async with context.db.reading() as connection:
            tree = await directory(context).trees.get(connection, actor.agency)
        today, zone = tree.today(context.clock.now()), tree.zone_at(context.clock.now())
        sites = [node for node in tree.nodes.values() if node.site and node.id in actor.scope]
        return [
            KioskSite(id=strawberry.ID(node.id), code=node.code, name=node.name, zone=node.zone or zone)
            for node in sites
            if tree.in_force(node.id, today)
        ]

    @strawberry.field(description="The officers who serve a site today, for whoever enters their turns.")
    async def site_officers(self, info: Info, site: strawberry.ID) -> list[SiteOfficer]:
        """Raises ``signed_out``, ``forbidden``."""
        context = info.context
        context.require()
        actor = await working_as(context, ("TRK", "KOR"), "kiosk.sites", over=str(site), kind="kiosk")
        async with context.db.reading() as connection:
            tree = await directory(context).trees.get(connection, actor.agency)
            day = duty.local_day(tree, str(site), context.clock.now())
            found = await duty.serving(connection, tree, str(site), day)
        return [SiteOfficer(id=strawberry.ID(one.id), name=one.name) for one in found]


@strawberry.type
class KioskMutation:
    """Acts on the tablets."""

    @strawberry.mutation(description="A new tablet for a site, with its first pairing code and the PIN of its staff.")
    async def add_kiosk(self, info: Info, site: strawberry.ID, name: str) -> KioskCode:
        """Raises ``signed_out``, ``forbidden``, ``invalid``."""
        context = info.context
        context.require()
        actor = await _working(context, "kiosk.add", over=str(site))
        issued, pin = await kiosks(context).add(actor, str(site), name)
        return KioskCode(
            kiosk=strawberry.ID(issued.kiosk), code=issued.code, expires=stamp(issued.expires), pin=pin
        )  # fmt: skip

    @strawberry.mutation(description="A new pairing code; the tablet's account and what it holds stay.")
    async def issue_kiosk_code(self, info: Info, id: strawberry.ID) -> KioskCode:
        """Raises ``signed_out``, ``forbidden``, ``not_found``."""
        actor = await _over(info.context, "kiosk.code", str(id))
        issued = await kiosks(info.context).issue_code(actor, str(id))
        return KioskCode(
            kiosk=strawberry.ID(issued.kiosk), code=issued.code, expires=stamp(issued.expires), pin=None
        )  # fmt: skip

    @strawberry.mutation(description="A new PIN for the staff of a tablet, shown once.")
    async def issue_kiosk_pin(self, info: Info, id: strawberry.ID) -> str:
        """Raises ``signed_out``, ``forbidden``, ``not_found``."""
        actor = await _over(info.context, "kiosk.pin", str(id))
        return await kiosks(info.context).issue_pin(actor, str(id))

    @strawberry.mutation(description="End a tablet's work: it hands in what it holds for 30 days and sees nothing.")
    async def release_kiosk(self, info: Info, id: strawberry.ID) -> bool:
        """Raises ``signed_out``, ``forbidden``, ``not_found``."""
        actor = await _over(info.context, "kiosk.release", str(id))
        await kiosks(info.context).release(actor, str(id))
        return True

    @strawberry.mutation(description="Bind this browser as the counter tablet of a pairing code.")
    async def pair_kiosk(self, info: Info, code: str) -> PairedKiosk:
        """Raises ``pairing_failed``, ``throttled``."""
        context = info.context
        paired = await kiosks(context).pair(code[:40], address=address(context))
        set_cookie(context.response, paired.token, secure=context.settings.secure_cookies)
        return PairedKiosk(
            kiosk=strawberry.ID(paired.kiosk), account=strawberry.ID(paired.account), site=strawberry.ID(paired.site)
        )  # fmt: skip


async def _seen(connection: Any, accounts: list[str]) -> dict[str, tuple[str | None, int]]:
    """When each account last spoke the protocol, and what its latest device still held then."""
    newest = select(device.c.account, func.max(device.c.last_seen).label("at")).group_by(device.c.account).subquery()
    query = (
        select(device.c.account, device.c.last_seen, device.c.waiting)
        .join(newest, (newest.c.account == device.c.account) & (newest.c.at == device.c.last_seen))
        .where(device.c.account.in_(accounts))
    )
    return {row.account: (wire(row.last_seen), row.waiting) for row in await connection.execute(query)}
