"""Commands about agencies, accounts and people; ``sambung`` mounts them.

The entry point puts a :class:`Door` into the Typer context (``ctx.obj``): this room may not know how a server
is wired.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Annotated, Any, Protocol, TypeVar

import typer

from backend.database.engine import Database
from backend.identity.rules.passwords import show_code
from backend.identity.service.access import Access
from backend.identity.service.accounts import NewAccount, create_account
from backend.identity.service.agencies import find_agency, import_agency, read_agencies
from backend.identity.service.directory import Directory
from backend.identity.service.imports.applying import Imports, Upload
from backend.identity.service.tree import Tree
from sync.actors import system_actor
from sync.clock import Clock
from sync.engine import SyncEngine
from sync.errors import Refusal
from sync.writing import Writing

Result = TypeVar("Result")


class House(Protocol):
    """What the commands use of a started server without HTTP."""

    @property
    def db(self) -> Database: ...
    @property
    def engine(self) -> SyncEngine: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def directory(self) -> Directory: ...
    @property
    def access(self) -> Access: ...


class Door(Protocol):
    """How a command gets at the house, and what an agency needs of other rooms before it can work."""

    def open(self) -> AbstractAsyncContextManager[House]:
        """A migrated and started house, given back at the end."""
        ...

    async def prepare_agency(self, w: Writing, tree: Tree) -> None:
        """Seed and publish what the agency's phones need (question categories, forms, hours)."""
        ...


agency_commands = typer.Typer(no_args_is_help=True, help="Agencies.")
account_commands = typer.Typer(no_args_is_help=True, help="Accounts and roles.")
people_commands = typer.Typer(no_args_is_help=True, help="People.")


@agency_commands.callback()
@account_commands.callback()
@people_commands.callback()
def _group() -> None:
    """Keeps a single command a group of its own."""


@agency_commands.command("import")
def agency_import(
    ctx: typer.Context, file: Annotated[Path, typer.Argument(help="JSON of one agency or several.")]
) -> None:
    """Make agencies or bring them to what FILE says: units, hours, settings. Repeating it changes nothing."""
    door: Door = ctx.obj

    async def work(house: House) -> list[str]:
        agencies = read_agencies(_json(file))
        return [f"{one.code} {await import_agency(house.engine, one, door.prepare_agency)}" for one in agencies]

    for line in _run(door, work):
        typer.echo(line)


@account_commands.command("create")
def account_create(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="As on letters, with titles.")],
    agency: Annotated[str, typer.Option(help="Code of the agency.")],
    identifier: Annotated[str, typer.Option(help="NIP, staff code or e-mail; none: the next staff code.")] = "",
    kind: Annotated[str, typer.Option(help="PNS, PPPK, NON_ASN or EXTERNAL; told from the identifier.")] = "",
    unit: Annotated[str | None, typer.Option(help="Code of the unit.")] = None,
    kecamatan: Annotated[str | None, typer.Option(help="Code of the sub-district of service.")] = None,
    position: Annotated[str | None, typer.Option(help="Position.")] = None,
    role: Annotated[list[str] | None, typer.Option(help="Roles on the whole agency from today, e.g. HRA.")] = None,
) -> None:
    """Make an account and print its activation code: the way to the first HR admin of an agency."""
    new = NewAccount(name, identifier, kind, unit, kecamatan, position, roles=role or ())

    async def work(house: House) -> tuple[str, str]:
        id = await _agency(house, agency)
        async with house.engine.writing(id) as w:
            tree = await house.directory.trees.get(w.connection, id)
            account = await create_account(w, tree, new)
            code, _ = await house.access.issue_code(w.connection, system_actor(id), account)
        async with house.db.reading() as connection:
            facts = (await house.directory.people(connection, [account]))[account]
        return facts.identifier, code

    shown, code = _run(ctx.obj, work)
    typer.echo(f"{shown}  kode aktivasi {show_code(code)} (7 hari)")


@people_commands.command("import")
def people_import(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV or XLSX.")],
    agency: Annotated[str, typer.Option(help="Code of the agency.")],
    apply: Annotated[bool, typer.Option(help="Apply the good rows; else only check.")] = True,
    reason: Annotated[str, typer.Option(help="Why implausible NIPs in it are right.")] = "",
    strict: Annotated[bool, typer.Option(help="Apply nothing if any row is wrong.")] = False,
) -> None:
    """Check a people file row by row and apply its good rows in one transaction."""

    async def work(house: House) -> tuple[Any, bool]:
        id = await _agency(house, agency)
        imports = Imports(house.db, house.engine, house.directory, house.clock)
        upload = Upload(file.name, file.read_bytes(), reason=reason)
        checked = await imports.check(id, upload)
        wanted = apply and not (strict and checked.wrong)
        if wanted:
            await imports.apply(id, upload, checked.digest, None)
        return checked, wanted

    checked, applied = _run(ctx.obj, work)
    for problem in checked.plan.problems:
        typer.echo(f"{problem.line} | {problem.column} | {problem.value} | {problem.reason}", err=True)
    counts = ", ".join(f"{count} {name}" for name, count in checked.plan.counts.items())
    typer.echo(f"{counts}; {'applied' if applied else 'nothing stored'}")
    if checked.wrong:
        raise typer.Exit(1)


async def _agency(house: House, code: str) -> str:
    async with house.db.reading() as connection:
        found = await find_agency(connection, code)
    if found is None:
        raise Refusal("not_found", f"Instansi {code} tidak ada. Buat dulu dengan `sambung agency import`.")
    return found


def _json(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise Refusal("agency_file", f"{file} bukan JSON yang benar: {error}. Belum ada yang disimpan.") from None


def _run(door: Door, work: Callable[[House], Awaitable[Result]]) -> Result:
    """Run one command over an open house; a refusal is said in its own words and ends with exit code 1."""

    async def run() -> Result:
        async with door.open() as house:
            return await work(house)

    try:
        return asyncio.run(run())
    except (Refusal, OSError) as fault:
        typer.echo(fault.message if isinstance(fault, Refusal) else str(fault), err=True)
        raise typer.Exit(1) from None
