"""Databases, an agency with people in it, and a server: what the measurements stand on, thrown away at the end."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from backend.app import House, build_house
from backend.database import migrate
from backend.demo import __path__ as demo_path
from backend.identity.service.accounts import NewAccount, create_account
from backend.identity.service.agencies import import_agency, read_agencies
from backend.keys import Keys
from backend.settings import Settings
from bench import kind
from bench.cpu import family_cpu_seconds
from bench.wire import Phone
from sync.actors import Viewer, system_actor
from tests.support.postgres import PostgresServer
from tests.support.server import ROOT, ServerProcess

Engine = Literal["PostgreSQL", "SQLite"]
BOTH: tuple[Engine, ...] = ("PostgreSQL", "SQLite")
PASSWORD = "awan-putih-di-atas-bukit-7"
PHONES = 8
FIRST = ("Ani", "Budi", "Citra", "Dewi", "Eko", "Fitri", "Gani", "Hana")


@dataclass(slots=True)
class Ground:
    """One prepared database: its agency, and phones that are signed in (the first one also as operator)."""

    engine: Engine
    url: str
    folder: Path
    agency: str
    phones: list[Phone]
    postgres: PostgresServer | None = field(default=None, repr=False)

    @property
    def officers(self) -> list[str]:
        """Ids to be rated."""
        return [phone.account for phone in self.phones]

    def settings(self) -> Settings:
        """The settings of a server on this database."""
        return _settings(self.url, self.folder)

    @asynccontextmanager
    async def house(self) -> AsyncIterator[House]:
        """The same server without HTTP, in this process."""
        built = build_house(self.settings(), extra=kind.declare)
        await built.start(background=False)
        try:
            yield built
        finally:
            await built.stop(background=False)

    def database_cpu(self) -> float:
        """CPU seconds of the PostgreSQL server so far (0 on SQLite: there it is part of the server process)."""
        process = None if self.postgres is None else self.postgres._process
        return 0.0 if process is None else family_cpu_seconds(process.pid)


class BenchServer(ServerProcess):
    """``bench.serve`` as a process of its own."""

    def start(self) -> ServerProcess:
        """Start it and wait until it is ready."""
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bench.serve"], env=self.environment, cwd=ROOT, stdout=log, stderr=log
            )
        self._wait("/readyz")
        return self

    def __exit__(self, *exc: object) -> None:
        if exc[0] is not None:
            print(self.log[-3000:], file=sys.stderr)
        super().__exit__(*exc)

    @property
    def pid(self) -> int:
        """The process to be measured."""
        assert self.process is not None
        return self.process.pid


def serving(ground: Ground, **settings: str) -> BenchServer:
    """A server on a prepared database, in production mode; a context manager."""
    chosen = {"SAMBUNG_ENVIRONMENT": "production", **settings}
    return BenchServer(ground.folder, ground.url, settings=chosen)


@contextmanager
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server that really writes to the disk at each commit."""
    server = PostgresServer(durable=True)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def ground(engine: Engine, name: str, server: PostgresServer | None) -> Iterator[Ground]:
    """A fresh database with one agency and signed-in phones; removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix=f"sambung-measure-{name}-"))
    try:
        Keys.create(folder / "keys.json")
        if engine == "PostgreSQL":
            assert server is not None
            url = server.create_database(f"bench_{name}")
        else:
            url = f"sqlite:///{folder}/bench.sqlite3"
        made = asyncio.run(_furnish(engine, url, folder))
        made.postgres = server if engine == "PostgreSQL" else None
        yield made
    finally:
        if engine == "PostgreSQL" and server is not None:
            server.drop_database(f"bench_{name}")
        shutil.rmtree(folder, ignore_errors=True)


def _settings(url: str, folder: Path) -> Settings:
    names = ("DATABASE_URL", "SAMBUNG_KEYS_FILE", "SAMBUNG_DATA_DIR")
    values = (url, str(folder / "keys.json"), str(folder / "data"))
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict(zip(names, values, strict=True)))
    try:
        return Settings()
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


async def _furnish(engine: Engine, url: str, folder: Path) -> Ground:
    house = build_house(_settings(url, folder), extra=kind.declare)
    try:
        await migrate.upgrade(house.db)
        async with house.db.writing() as connection:
            await connection.run_sync(kind.metadata.create_all)
        await house.start(background=False)
        raw = json.loads((Path(next(iter(demo_path))) / "demo_agencies.json").read_text())
        file = read_agencies(raw)[0]
        agency = await import_agency(house.engine, file)
        async with house.db.reading() as connection:
            tree = await house.directory.trees.get(connection, agency)
        phones = []
        for number in range(PHONES):
            person = NewAccount(
                name=f"{FIRST[number]} Uji", unit=file.units[0].code, roles=("OPR",) if number == 0 else ()
            )
            async with house.engine.writing(agency) as w:
                account = await create_account(w, tree, person)
            phones.append(await _sign_in(house, agency, account, file.code))
        return Ground(engine, url, folder, agency, phones)
    finally:
        await house.stop(background=False)


async def _sign_in(house: House, agency: str, account: str, code: str) -> Phone:
    """Activate the account as its owner would; the cookie of the session."""
    async with house.db.writing() as connection:
        word, _ = await house.access.issue_code(connection, system_actor(agency), account)
    async with house.db.reading() as connection:
        facts = (await house.directory.people(connection, [account]))[account]
    opened = await house.access.activate(facts.identifier, word, PASSWORD, code, address="127.0.0.1", label="bench")
    return Phone(account, f"sambung={opened.token}", facts.identifier)


async def viewers(house: House, accounts: Sequence[str]) -> list[Viewer]:
    """Accounts with all that they hold now."""
    async with house.db.reading() as connection:
        found = [await house.directory.viewer(connection, account) for account in accounts]
    return [viewer for viewer in found if viewer is not None]
