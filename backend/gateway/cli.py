"""``sambung gateway install``: a gateway of an agency, its address and its secret."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from typing import Annotated, Protocol

import typer

from backend.database.engine import Database
from backend.gateway import service
from backend.identity.service.agencies import find_agency
from backend.keys import Keys
from sync.clock import Clock
from sync.errors import Refusal


class House(Protocol):
    """What the command uses of a started server without HTTP."""

    @property
    def db(self) -> Database: ...
    @property
    def keys(self) -> Keys: ...
    @property
    def clock(self) -> Clock: ...


class Door(Protocol):
    """How a command gets at the house; the entry point puts it into ``ctx.obj``."""

    def open(self) -> AbstractAsyncContextManager[House]:
        """A migrated and started house, given back at the end."""
        ...


gateway_commands = typer.Typer(no_args_is_help=True, help="Messaging gateways.")


@gateway_commands.callback()
def _group() -> None:
    """Keeps a single command a group of its own."""


@gateway_commands.command("install")
def install(
    ctx: typer.Context,
    agency: Annotated[str, typer.Option(help="Code of the agency.")],
    code: Annotated[str, typer.Option(help="A short name of our own, e.g. wa.")],
    channel: Annotated[str, typer.Option(help="whatsapp, instagram, facebook or email.")] = "whatsapp",
    name: Annotated[str, typer.Option(help="What staff read.")] = "Gateway",
    url: Annotated[str | None, typer.Option(help="Where texts are posted to; without it nothing goes out.")] = None,
    renew: Annotated[bool, typer.Option(help="Make a new secret; the old one is void at once.")] = False,
) -> None:
    """Make or change a gateway; prints its address at our door and the secret that signs both ways."""
    try:
        path, secret = asyncio.run(_install(ctx.obj, agency, code, channel, name, url, renew=renew))
    except Refusal as refusal:
        typer.echo(refusal.message, err=True)
        raise typer.Exit(1) from None
    typer.echo(f"address {path}\nsecret {secret}")


async def _install(
    door: Door, agency: str, code: str, channel: str, name: str, url: str | None, *, renew: bool
) -> tuple[str, str]:
    async with door.open() as house, house.db.write() as session:
        found = await find_agency(await session.connection(), agency)
        if found is None:
            raise Refusal("not_found", f"Instansi {agency} tidak ada. Tidak ada yang berubah.")
        row = await service.install(
            session, found, code, owner="questions", channel=channel, name=name, url=url, now=house.clock.now()
        )
        row.secret_version += int(renew)
        await session.flush()
        return f"/gateway/{row.id}", service.secret(house.keys, row).decode()
