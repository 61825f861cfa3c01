"""``sambung token``: keys of other systems that read final evaluations."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import AbstractAsyncContextManager
from typing import Annotated, Any, Protocol

import typer

from backend.database.engine import Database
from backend.identity.service.agencies import find_agency
from backend.performance.service import consumers
from sync.clock import Clock
from sync.errors import Refusal


class House(Protocol):
    """What the commands use of a started server without HTTP."""

    @property
    def db(self) -> Database: ...
    @property
    def clock(self) -> Clock: ...


class Door(Protocol):
    """How a command gets at the house; the entry point puts it into ``ctx.obj``."""

    def open(self) -> AbstractAsyncContextManager[House]:
        """A migrated and started house, given back at the end."""
        ...


token_commands = typer.Typer(no_args_is_help=True, help="Keys of other systems that read final evaluations.")


@token_commands.callback()
def _group() -> None:
    """Keeps a single command a group of its own."""


@token_commands.command("create")
def create(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="Which system it is for.")],
    agency: Annotated[str, typer.Option(help="Code of the agency.")],
) -> None:
    """Make a key and print it, once: the system sends it as ``Authorization: Bearer KEY``."""
    id, token = _run(_create(ctx.obj, name, agency))
    typer.echo(f"{id}  {token}")


@token_commands.command("revoke")
def revoke(ctx: typer.Context, id: Annotated[str, typer.Argument(help="As printed with the key.")]) -> None:
    """Close a key at once."""
    _run(_revoke(ctx.obj, id))


async def _create(door: Door, name: str, agency: str) -> tuple[str, str]:
    async with door.open() as house, house.db.write() as session:
        found = await find_agency(await session.connection(), agency)
        if found is None:
            raise Refusal("not_found", f"Instansi {agency} tidak ada. Tidak ada yang berubah.")
        return await consumers.create(session, found, name, house.clock.now())


async def _revoke(door: Door, id: str) -> tuple[str, str]:
    async with door.open() as house, house.db.write() as session:
        await consumers.revoke(session, id, house.clock.now())
    return id, ""


def _run(work: Coroutine[Any, Any, tuple[str, str]]) -> tuple[str, str]:
    """Run one command; a refusal is said in its own words and ends with exit code 1."""
    try:
        return asyncio.run(work)
    except Refusal as refusal:
        typer.echo(refusal.message, err=True)
        raise typer.Exit(1) from None
