"""Fixtures for every test: a settable clock, real keys, and the same database on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from backend.database.engine import Database
from backend.keys import Keys
from tests.support import office
from tests.support.clock import SettableClock
from tests.support.postgres import PostgresMissing, PostgresServer
from tests.support.schema import create_all
from tests.support.server import ServerProcess

_numbers = itertools.count(1)


def pytest_configure(config: pytest.Config) -> None:
    """The markers that are ours besides those of pyproject.toml."""
    config.addinivalue_line("markers", "slow: more than a few seconds; `make check` leaves it out")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, so that two processes end together; a file stays whole and in its order."""
    heavy = {item.path for item in items if item.get_closest_marker("e2e") or item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in heavy)


@pytest.fixture
def clock() -> SettableClock:
    """A clock that stands at Friday 20 November 2026, 09.00 WIB, until the test moves it."""
    return SettableClock()


@pytest.fixture(scope="session")
def _keys_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys") / "keys.json"
    Keys.create(path)
    return path


@pytest.fixture
def keys(_keys_file: Path, tmp_path: Path) -> Keys:
    """Real keys in a file of the test's own (a restore counts in it)."""
    path = tmp_path / "keys.json"
    shutil.copy(_keys_file, path)
    return Keys.load(path)


def _prepare(url: str) -> None:
    """Create the tables in the database at ``url``, in a thread: the caller may have a loop of its own."""

    async def create() -> None:
        db = Database(url)
        try:
            await create_all(db)
        finally:
            await db.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, create()).result()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server for this run; without one the test fails and says how to install it."""
    try:
        server = PostgresServer(durable=os.environ.get("SAMBUNG_TEST_FSYNC") == "1")
    except PostgresMissing as missing:
        pytest.fail(str(missing), pytrace=False)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def _postgres_template(postgres_server: PostgresServer) -> str:
    _prepare(postgres_server.create_database("sambung_template"))
    return "sambung_template"


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "template.sqlite3"
    _prepare(f"sqlite:///{path}")
    return path


@pytest.fixture
def empty_postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The address of a PostgreSQL database without any table."""
    name = f"empty_{next(_numbers)}"
    yield postgres_server.create_database(name)
    postgres_server.drop_database(name)


@pytest.fixture
def sqlite_url(_sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a fresh SQLite database with all tables."""
    path = tmp_path / "sambung.sqlite3"
    shutil.copy(_sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres_server: PostgresServer, _postgres_template: str) -> Iterator[str]:
    """The address of a fresh PostgreSQL database with all tables."""
    name = f"test_{next(_numbers)}"
    yield postgres_server.create_database(name, template=_postgres_template)
    postgres_server.drop_database(name)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh database with all tables; the test runs once on SQLite and once on PostgreSQL."""
    return str(request.getfixturevalue(f"{request.param}_url"))


def _make_office(folder: Path, url: str) -> Path:
    """Make the small agency in the empty database at ``url``; returns the key file that goes with it."""
    server = ServerProcess(folder, url, settings={"SAMBUNG_BACKGROUND": "false"})
    codes = office.create(server)
    with server, ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, office.activate(server, codes)).result()
    return server.keys_file


@pytest.fixture(scope="session")
def _sqlite_office(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("office-sqlite")
    path = folder / "office.sqlite3"
    return path, _make_office(folder, f"sqlite:///{path}")


@pytest.fixture(scope="session")
def _postgres_office(postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    url = postgres_server.create_database("sambung_office")
    return "sambung_office", _make_office(tmp_path_factory.mktemp("office-postgres"), url)


@pytest.fixture
def sqlite_office(_sqlite_office: tuple[Path, Path], tmp_path: Path) -> tuple[str, Path]:
    """Address and key file of a fresh copy of the small agency's SQLite database."""
    path = tmp_path / "office.sqlite3"
    shutil.copy(_sqlite_office[0], path)
    return f"sqlite:///{path}", _sqlite_office[1]


@pytest.fixture
def postgres_office(postgres_server: PostgresServer, _postgres_office: tuple[str, Path]) -> Iterator[tuple[str, Path]]:
    """Address and key file of a fresh copy of the small agency's PostgreSQL database."""
    name = f"office_{next(_numbers)}"
    yield postgres_server.create_database(name, template=_postgres_office[0]), _postgres_office[1]
    postgres_server.drop_database(name)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def office_server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ServerProcess]:
    """The small agency (``tests.support.office``) on a running server that can be armed to die; on both databases."""
    url, keys_file = request.getfixturevalue(f"{request.param}_office")
    folder = tmp_path / "server"
    folder.mkdir()
    shutil.copy(keys_file, folder / "keys.json")
    with ServerProcess(folder, url, faulty=True, settings={"SAMBUNG_BACKGROUND": "false"}) as server:
        yield server


@pytest.fixture
async def open_database() -> AsyncIterator[Callable[[str], Database]]:
    """Open databases by address; all are closed at the end of the test."""
    opened: list[Database] = []

    def open_one(url: str) -> Database:
        opened.append(Database(url, pool_size=20))
        return opened[-1]

    yield open_one
    for db in opened:
        await db.close()


@pytest.fixture
def db(database_url: str, open_database: Callable[[str], Database]) -> Database:
    """A fresh database with all tables; the test runs once on SQLite and once on PostgreSQL."""
    return open_database(database_url)


@pytest.fixture
def sqlite_db(sqlite_url: str, open_database: Callable[[str], Database]) -> Database:
    """A fresh SQLite database with all tables, for what cannot differ between the two."""
    return open_database(sqlite_url)


@pytest.fixture
def postgres_db(postgres_url: str, open_database: Callable[[str], Database]) -> Database:
    """A fresh PostgreSQL database with all tables, for races that SQLite's one writer hides."""
    return open_database(postgres_url)
