"""Two offices over a real database, each made once a run and database, and copied for each test that asks for one."""

import asyncio
import itertools
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from backend.keys import Keys
from tests.ratings.balai import Balai, Made
from tests.ratings.counter import Counter, make_office, open_counter
from tests.support.clock import SettableClock
from tests.support.postgres import PostgresServer

Maker = Callable[[str, Path, Path], Awaitable[Made]]
Copy = tuple[str, Made]
_numbers = itertools.count(1)


async def _make_balai(url: str, keys_file: Path, folder: Path) -> Made:
    balai = await Balai(url, keys_file, folder, SettableClock()).build()
    await balai.close()
    return balai.made


class Offices:
    """Finished offices by their maker and database; the caller of :meth:`copy` may have a loop of its own."""

    def __init__(self, request: pytest.FixtureRequest, keys_file: Path, folder: Path) -> None:
        self._request, self._keys_file, self._folder = request, keys_file, folder
        self._made: dict[tuple[Maker, str], tuple[str, Made]] = {}

    def copy(self, maker: Maker, database: str, folder: Path) -> Copy:
        """The address of a fresh copy, and who is in it. ``database``: sqlite or postgres."""
        kept, made = self._made.get((maker, database)) or self._make(maker, database)
        if database == "sqlite":
            path = folder / "office.sqlite3"
            shutil.copy(kept, path)
            return f"sqlite:///{path}", made
        return self._server.create_database(f"office_copy_{next(_numbers)}", template=kept), made

    def drop(self, url: str) -> None:
        """Give a copy back."""
        if not url.startswith("sqlite"):
            self._server.drop_database(url.rpartition("/")[2].partition("?")[0])

    @property
    def _server(self) -> PostgresServer:
        server: PostgresServer = self._request.getfixturevalue("postgres_server")
        return server

    def _make(self, maker: Maker, database: str) -> tuple[str, Made]:
        folder = self._folder / f"{maker.__name__}-{database}"
        folder.mkdir()
        if database == "sqlite":
            kept = str(folder / "office.sqlite3")
            shutil.copy(self._request.getfixturevalue("_sqlite_template"), kept)
            url = f"sqlite:///{kept}"
        else:
            kept = f"office_{maker.__name__.strip('_')}"
            url = self._server.create_database(kept, template=self._request.getfixturevalue("_postgres_template"))

        async def make() -> Made:
            return await maker(url, self._keys_file, folder)

        with ThreadPoolExecutor(1) as pool:
            made = pool.submit(asyncio.run, make()).result()
        self._made[maker, database] = (kept, made)
        return kept, made


@pytest.fixture(scope="session")
def _offices(request: pytest.FixtureRequest, _keys_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Offices:
    return Offices(request, _keys_file, tmp_path_factory.mktemp("offices"))


def _copy(offices: Offices, maker: Maker, database: str, folder: Path) -> Iterator[Copy]:
    copy = offices.copy(maker, database, folder)
    yield copy
    offices.drop(copy[0])


async def _open(copy: Copy, keys: Keys, clock: SettableClock, folder: Path) -> AsyncIterator[Balai]:
    assert keys.path is not None
    balai = await Balai(copy[0], keys.path, folder, clock).adopt(copy[1])
    yield balai
    await balai.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def _balai_copy(request: pytest.FixtureRequest, _offices: Offices, tmp_path: Path) -> Iterator[Copy]:
    yield from _copy(_offices, _make_balai, request.param, tmp_path)


@pytest.fixture
async def balai(_balai_copy: Copy, keys: Keys, clock: SettableClock, tmp_path: Path) -> AsyncIterator[Balai]:
    """The agency BNK with its demo people and codes, on SQLite and PostgreSQL; Friday 20 November 2026, 10.00 WITA."""
    async for balai in _open(_balai_copy, keys, clock, tmp_path):
        yield balai


@pytest.fixture
async def balai_on_sqlite(_offices: Offices, keys: Keys, clock: SettableClock, tmp_path: Path) -> AsyncIterator[Balai]:
    """The same on SQLite only, for what cannot differ between the two."""
    async for balai in _open(_offices.copy(_make_balai, "sqlite", tmp_path), keys, clock, tmp_path):
        yield balai


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def _counter_copy(request: pytest.FixtureRequest, _offices: Offices, tmp_path: Path) -> Iterator[Copy]:
    yield from _copy(_offices, make_office, request.param, tmp_path)


@pytest.fixture
async def served_counter(
    _counter_copy: Copy, keys: Keys, clock: SettableClock, tmp_path: Path
) -> AsyncIterator[Counter]:
    """The small office with its server, on SQLite and on PostgreSQL."""
    async with open_counter(*_counter_copy, keys, clock, tmp_path) as counter:
        yield counter


@pytest.fixture
async def served_counter_on_sqlite(
    _offices: Offices, keys: Keys, clock: SettableClock, tmp_path: Path
) -> AsyncIterator[Counter]:
    """The same on SQLite only."""
    async with open_counter(*_offices.copy(make_office, "sqlite", tmp_path), keys, clock, tmp_path) as counter:
        yield counter
