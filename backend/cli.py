"""The command line: ``sambung ...``."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
import uvicorn

from backend import backups, logs
from backend.api.figures import MULTIPROCESS
from backend.api.schema import build_schema
from backend.app import House, build_house, create_app, declare
from backend.applications import room as applications
from backend.applications.check import services_commands
from backend.database import migrate
from backend.database.engine import Database
from backend.demo import run as demo_run
from backend.doctor import examined
from backend.forms import service as forms
from backend.gateway.cli import gateway_commands
from backend.identity.cli import account_commands, agency_commands, people_commands
from backend.identity.service.tree import Tree
from backend.keys import Keys
from backend.performance.cli import token_commands
from backend.questions.service.setup import open_desk
from backend.ratings.service.changes import install as open_counters
from backend.settings import ROOT, Settings, settings
from sync.errors import Refusal
from sync.registry import Registry
from sync.writing import Writing

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, help="Sambung: layanan ASN yang tahan sinyal.")
app.add_typer(agency_commands, name="agency", help="Agencies.")
app.add_typer(account_commands, name="account", help="Accounts and roles.")
app.add_typer(people_commands, name="people", help="People.")
app.add_typer(gateway_commands, name="gateway", help="Messaging gateways.")
app.add_typer(token_commands, name="token", help="Keys of other systems that read final evaluations.")
app.add_typer(services_commands, name="services", help="Services as data.")


class Door:
    """How the rooms' commands get at the house (:class:`backend.identity.cli.Door`)."""

    @asynccontextmanager
    async def open(self) -> AsyncIterator[House]:
        """A migrated and started house, given back at the end."""
        chosen = settings()
        await _migrate(chosen)
        house = build_house(chosen)
        await house.start(background=False)
        try:
            yield house
        finally:
            await house.stop(background=False)

    async def prepare_agency(self, w: Writing, tree: Tree) -> None:
        """Question categories, forms, office hours and articles of a new or changed agency; its nightly pass."""
        await open_desk(w.session, tree.agency, w.now)
        if "ratings" in tree.settings_at(w.now).body.get("services", ()):
            await open_counters(w, tree.root)
        await applications.install(w, tree.settings_at(w.now).body.get("services", ()))
        await w.session.flush()
        await forms.publish_bundle(w, tree.agency)


@app.callback()
def _door(ctx: typer.Context) -> None:
    ctx.obj = Door()


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    workers: Annotated[int | None, typer.Option(help="Processes; more than one needs PostgreSQL.")] = None,
) -> None:
    """Serve the app and the API. Migrates the database first."""
    chosen = settings()
    asyncio.run(_migrate(chosen))
    _serve(chosen, host or chosen.host, port or chosen.port, workers or chosen.workers)


@app.command()
def demo(
    reset: Annotated[bool, typer.Option(help="Begin with a fresh database.")] = True,
    port: Annotated[int, typer.Option(help="Port to listen on.", envvar="PORT")] = 8000,
    seed_only: Annotated[bool, typer.Option(help="Make the data and stop.")] = False,
    small: Annotated[bool, typer.Option(help="A small town: quick to make, for tests.")] = False,
    directory: Annotated[Path, typer.Option(help="Where the demo lives.")] = ROOT / ".demo",
) -> None:
    """A whole installation with invented agencies and people, on SQLite under ``.demo/``."""
    chosen = demo_run.prepare(directory, port=port, reset=reset)
    asyncio.run(_seed(chosen, small=small))
    demo_run.print_accounts(chosen)
    if not seed_only:
        _serve(chosen, chosen.host, port, 1)


@app.command()
def keys(path: Annotated[Path | None, typer.Option(help="Where to write; default: the setting.")] = None) -> None:
    """Make the key file: VAPID keys and the secrets of this installation. Never replaces one."""
    target = path or settings().keys_file
    try:
        Keys.create(target)
    except FileExistsError:
        typer.echo(f"{target} exists already; it was left as it is.", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{target} written. Keep a copy in a safe place: without it no backup can be read.")


@app.command()
def schema(
    check: Annotated[Path | None, typer.Option(help="Compare with this file and fail if it differs.")] = None,
) -> None:
    """Print the GraphQL schema."""
    printed = schema_text()
    if check is None:
        sys.stdout.write(printed)
    elif not check.is_file() or check.read_text() != printed:
        typer.echo(f"{check} is out of date; run: make schema", err=True)
        raise typer.Exit(1)


def schema_text() -> str:
    """The GraphQL schema of this code, as in ``schema.graphql``."""
    return build_schema(registry_of_kinds(), shows_schema=True).as_str().rstrip() + "\n"


def registry_of_kinds() -> Registry:
    """All kinds, declared for reading only: the handlers have no house to work in."""
    nothing: Any = None
    return declare(nothing, nothing, nothing, nothing, nothing, private_endpoints=False)


@app.command()
def kinds() -> None:
    """Print the table of mutation kinds (for the documentation)."""
    sys.stdout.write(registry_of_kinds().table())


@app.command()
def backup(file: Path) -> None:
    """Write database and files into one archive; the server may go on running. Keys are not in it."""
    try:
        asyncio.run(backups.backup(settings(), file))
    except Refusal as refusal:
        typer.echo(refusal.message, err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{file} written.")


@app.command()
def restore(file: Path) -> None:
    """Put a backup in place of an EMPTY database and begin a new epoch. Stop the server first."""
    try:
        asyncio.run(backups.restore(settings(), file))
    except Refusal as refusal:
        typer.echo(refusal.message, err=True)
        raise typer.Exit(1) from None
    typer.echo("Restored. Phones send again what they sent since that backup.")


@app.command()
def doctor() -> None:
    """Look at settings, keys, database, app, queues and phones, and say in words what is wrong and what to do."""
    faults = asyncio.run(examined(settings()))
    for fault in faults:
        typer.echo(f"- {fault}", err=True)
    typer.echo("All well." if not faults else f"{len(faults)} thing(s) to mend.")
    if faults:
        raise typer.Exit(1)


@app.command()
def replay(agency: str, mutation: str) -> None:
    """Run a mutation again that was set aside for a repair (``deferred/internal``)."""
    asyncio.run(_with_house(settings(), lambda house: house.engine.replay(agency, mutation)))


def factory() -> object:
    """What each server process runs."""
    logs.configure(settings().log_level)
    app = create_app(settings())
    steady_collector()
    return app


def steady_collector() -> None:
    """Spare the garbage collector what was loaded at the start: it lives as long as the process, and a batch of 50
    makes some ten thousand short-lived objects, for each of which it would walk all of it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def _serve(chosen: Settings, host: str, port: int, workers: int) -> None:
    if workers > 1 and chosen.database_url.startswith("sqlite"):
        typer.echo("Several workers need PostgreSQL (DATABASE_URL).", err=True)
        raise typer.Exit(1)
    with tempfile.TemporaryDirectory(prefix="sambung-metrics-") as shared:
        if workers > 1:
            # Whichever process is asked at /metrics tells the counters of all.
            os.environ[MULTIPROCESS] = shared
        _run(chosen, host, port, workers)


def _run(chosen: Settings, host: str, port: int, workers: int) -> None:
    for name, value in chosen.model_dump().items():
        variable = {"database_url": "DATABASE_URL", "port": "PORT"}.get(name, f"SAMBUNG_{name.upper()}")
        os.environ[variable] = str(value)
    os.environ["PORT"] = str(port)
    settings.cache_clear()
    uvicorn.run(
        "backend.cli:factory",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=5,
        timeout_keep_alive=75,
        # A process that is still loading, or busy on a small machine, is no dead one.
        timeout_worker_healthcheck=60,
        proxy_headers=bool(chosen.trusted_proxies),
        forwarded_allow_ips=chosen.trusted_proxies or None,
    )


async def _migrate(chosen: Settings) -> None:
    db = Database(chosen.database_url)
    try:
        await db.arrived()
        await migrate.upgrade(db)
    finally:
        await db.close()


async def _with_house(chosen: Settings, work: Callable[[House], Awaitable[None]]) -> None:
    house = build_house(chosen)
    await house.start(background=False)
    try:
        await work(house)
    finally:
        await house.stop(background=False)


async def _seed(chosen: Settings, *, small: bool) -> None:
    await _migrate(chosen)

    async def work(house: House) -> None:
        await demo_run.seed(house, small=small)

    await _with_house(chosen, work)


def main() -> None:
    """The console script."""
    logs.configure(os.environ.get("SAMBUNG_LOG_LEVEL", "INFO"))
    app()
