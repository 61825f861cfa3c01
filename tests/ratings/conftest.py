"""The quarantine office over a real database, made once a run and copied for each test."""

import asyncio
import itertools
import shutil
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from backend.keys import Keys
from tests.ratings.balai import Balai, Made
from tests.support.clock import SettableClock
from tests.support.postgres import PostgresServer

_numbers = itertools.count(1)


def _make(url: str, keys_file: Path, folder: Path) -> Made:
    """Make the office in the database at ``url``, in a thread: the caller may have a loop of its own."""

    async def make() -> Made:
        balai = await Balai(url, keys_file, folder, SettableClock()).build()
        await balai.close()
        return balai.made

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, make()).result()


@pytest.fixture(scope="session")
def _sqlite_balai(
    _sqlite_template: Path, _keys_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Made]:
    folder = tmp_path_factory.mktemp("balai")
    path = folder / "balai.sqlite3"
    shutil.copy(_sqlite_template, path)
    return path, _make(f"sqlite:///{path}", _keys_file, folder)


@pytest.fixture(scope="session")
def _postgres_balai(
    postgres_server: PostgresServer,
    _postgres_template: str,
    _keys_file: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[str, Made]:
    url = postgres_server.create_database("balai", template=_postgres_template)
    return "balai", _make(url, _keys_file, tmp_path_factory.mktemp("balai"))


@pytest.fixture
def sqlite_balai(_sqlite_balai: tuple[Path, Made], tmp_path: Path) -> tuple[str, Made]:
    """Address of a fresh copy of the office's SQLite database, and who is in it."""
    path = tmp_path / "balai.sqlite3"
    shutil.copy(_sqlite_balai[0], path)
    return f"sqlite:///{path}", _sqlite_balai[1]


@pytest.fixture
def postgres_balai(postgres_server: PostgresServer, _postgres_balai: tuple[str, Made]) -> Iterator[tuple[str, Made]]:
    """Address of a fresh copy of the office's PostgreSQL database, and who is in it."""
    name = f"balai_{next(_numbers)}"
    yield postgres_server.create_database(name, template=_postgres_balai[0]), _postgres_balai[1]
    postgres_server.drop_database(name)


async def _open(copy: tuple[str, Made], keys: Keys, clock: SettableClock, folder: Path) -> AsyncIterator[Balai]:
    assert keys.path is not None
    balai = await Balai(copy[0], keys.path, folder, clock).adopt(copy[1])
    yield balai
    await balai.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def balai(
    request: pytest.FixtureRequest, keys: Keys, clock: SettableClock, tmp_path: Path
) -> AsyncIterator[Balai]:
    """The agency BNK with its demo people and codes, on SQLite and PostgreSQL; Friday 20 November 2026, 10.00 WITA."""
    async for balai in _open(request.getfixturevalue(f"{request.param}_balai"), keys, clock, tmp_path):
        yield balai


@pytest.fixture
async def balai_on_sqlite(
    sqlite_balai: tuple[str, Made], keys: Keys, clock: SettableClock, tmp_path: Path
) -> AsyncIterator[Balai]:
    """The same on SQLite only, for what cannot differ between the two."""
    async for balai in _open(sqlite_balai, keys, clock, tmp_path):
        yield balai
