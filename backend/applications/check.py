"""``sambung services check`` and ``letter``: definitions, and layouts of letters; ``sambung`` mounts them."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Annotated, Protocol

import typer

from backend.applications.laying_out import template_faults
from backend.applications.reading import read_file
from backend.applications.rules.canonical import digest
from backend.applications.rules.definition import Service
from backend.applications.service import layouts, reports
from backend.database.engine import Database
from backend.identity.service.agencies import find_agency
from sync.engine import SyncEngine
from sync.errors import Refusal


class House(Protocol):
    """What the command uses of a started server without HTTP."""

    @property
    def engine(self) -> SyncEngine: ...
    @property
    def db(self) -> Database: ...


class Door(Protocol):
    """How a command gets at the house; the entry point puts it into ``ctx.obj``."""

    def open(self) -> AbstractAsyncContextManager[House]:
        """A migrated and started house, given back at the end."""
        ...


services_commands = typer.Typer(no_args_is_help=True, help="Services as data.")


@services_commands.callback()
def _group() -> None:
    """Services as data."""


@services_commands.command()
def check(files: Annotated[list[Path], typer.Argument(help="Definitions, as TOML.")]) -> None:
    """Check definitions of services. Prints every fault with its place and code; exits with 1 if there is any."""
    faulty = 0
    for file in files:
        result = read_file(file)
        if result.service is not None:
            typer.echo(f"{file}: {_summary(result.service)}")
            continue
        faulty += 1
        typer.echo(f"{file}: {len(result.faults)} kesalahan", err=True)
        for fault in result.faults:
            typer.echo(f"- {fault}", err=True)
    if faulty:
        raise typer.Exit(1)


@services_commands.command("letter")
def letter(
    ctx: typer.Context,
    agency: Annotated[str, typer.Option(help="Code of the agency.")],
    service: Annotated[str, typer.Option(help="Code of the service, e.g. sisakat.")],
    letter: Annotated[str, typer.Option(help="Code of the letter, e.g. SKT.")],
    file: Annotated[Path | None, typer.Argument(help="The layout, as DOCX; without it the house's own again.")] = None,
) -> None:
    """Lay a letter out as the agency wants it. Prints what is wrong with the file, and then changes nothing."""
    try:
        version = asyncio.run(_letter(ctx.obj, agency, service, letter, None if file is None else file.read_bytes()))
    except Refusal as refusal:
        typer.echo(refusal.message, err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{letter}: versi {version}" if version else f"{letter}: naskah bawaan")


async def _letter(door: Door, agency: str, code: str, letter: str, content: bytes | None) -> int:
    async with door.open() as house:
        async with house.db.read() as session:
            found = await find_agency(await session.connection(), agency)
            service = None if found is None else await reports.current(session, found, code)
        if found is None or service is None:
            raise Refusal("not_found", f"Layanan {code} tidak ada di instansi {agency}. Tidak ada yang berubah.")
        chosen = next((one for one in service.letters if one.code == letter), None)
        if chosen is None:
            known = ", ".join(one.code for one in service.letters)
            raise Refusal("not_found", f"Naskah {letter} tidak ada. Yang ada: {known}. Tidak ada yang berubah.")
        faults = [] if content is None else template_faults(service, chosen, content)
        if faults:
            said = "\n".join(f"- {fault}" for fault in faults)
            raise Refusal("invalid", f"{said}\nTidak ada yang berubah.")
        async with house.engine.writing(found) as w:
            return await layouts.put(w, code, letter, content)


def _summary(service: Service) -> str:
    parts = f"{len(service.fields)} isian, {len(service.items)} dokumen, {len(service.steps())} langkah"
    return f"{service.title}, versi {service.version}, {parts}, {digest(service)[:12]}. Tidak ada kesalahan."
