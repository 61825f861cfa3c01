"""What the resolvers of this room share: the services of a request, and who works as HR."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol, cast

import strawberry

from backend.audit import service as audit
from backend.context import RequestContext
from backend.identity.service.access import Access
from backend.identity.service.directory import Directory
from backend.identity.service.imports.applying import Imports
from backend.identity.service.tree import Tree
from sync.actors import Actor, Viewer
from sync.errors import Refusal

Info = strawberry.Info[RequestContext, None]
FORBIDDEN = "Anda tidak berwenang untuk ini. Tidak ada yang berubah."
NOT_FOUND = "Data yang dituju tidak ditemukan. Periksa lagi."


def directory(context: RequestContext) -> Directory:
    """The server's one directory; it keeps the agencies' trees."""
    found = context.ports["directory"]
    assert isinstance(found, Directory)
    return found


def access(context: RequestContext) -> Access:
    """What opens and closes sessions."""
    return Access(context.db, context.keys, context.clock, directory(context), context.settings.session_days)


def imports(context: RequestContext) -> Imports:
    """Import of people."""
    return Imports(context.db, context.engine, directory(context), context.clock)


class Streams(Protocol):
    """Port ``pokes``: the live streams of all server processes."""

    async def touched(self, agency: str, audiences: frozenset[str]) -> None:
        """Wake the streams that concern these audiences."""
        ...


async def sessions_ended(context: RequestContext, viewer: Viewer) -> None:
    """Let the live streams of an account look whether their session is still in force."""
    streams = cast(Streams, context.ports["pokes"])
    await streams.touched(viewer.agency, frozenset({f"session:{viewer.account}"}))


def address(context: RequestContext) -> str:
    """Where the request comes from, as far as the server knows."""
    return context.request.client.host if context.request.client else ""


async def tree(context: RequestContext) -> Tree:
    """The caller's agency."""
    async with context.db.reading() as connection:
        return await directory(context).trees.get(connection, context.require().agency)


async def working_as(
    context: RequestContext,
    roles: tuple[str, ...],
    act: str,
    *,
    over: str | None = None,
    kind: str = "employee",
    about: str | None = None,
) -> Actor:
    """The caller as a holder of one of the roles (over a unit, if given).

    Raises :class:`Refusal` ``forbidden`` and logs the refused call: no screen offers what its user may not do.
    """
    viewer = context.require()
    for actor in viewer.grants.values():
        if actor.works_as(*roles, over=over):
            return actor
    now = context.clock.now()
    await audit.refused(context.db, actor=viewer.own, act=act, object_kind=kind, object_id=about, at=now)
    raise Refusal("forbidden", FORBIDDEN)


def stamp(instant: datetime) -> str:
    """An instant on the wire: ISO 8601 in UTC."""
    return instant.isoformat().replace("+00:00", "Z")


def day(value: date | None) -> str | None:
    """A date on the wire: ISO 8601."""
    return None if value is None else value.isoformat()


def read_day(value: str | None, field: str) -> date | None:
    """A date as received. Raises ``invalid``."""
    try:
        return None if value is None else date.fromisoformat(value)
    except ValueError:
        sentence = "Tanggal ditulis TTTT-BB-HH."
        raise Refusal("invalid", sentence, fields={field: sentence}) from None
