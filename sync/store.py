"""The engine's statements: set-based, one parameter of JSON rows each, the same meaning on both databases."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

Key = tuple[str, str]

_POSTGRES = {"uid": "uuid", "text": "text", "int": "bigint", "bool": "boolean"}


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A published record: ``version`` as last committed, ``body`` by wire names, who may see it.

    Of a deleted one ``body`` is empty and ``audiences`` are those that it had.
    """

    kind: str
    id: str
    version: int
    body: dict[str, Any]
    audiences: frozenset[str]
    deleted: bool


@dataclass(frozen=True, slots=True)
class Life:
    """Which life of the database this is: ``epoch``, its start (ms, ``None`` for the first) and its restores."""

    epoch: str
    epoch_start: int | None
    restores: int


@lru_cache(maxsize=256)
def rows_from(postgres: bool, columns: str, parameter: str) -> str:
    """A ``FROM`` item named ``r`` over the JSON array in a parameter; columns as ``"id uid, seq int"``."""
    pairs = [part.split() for part in columns.split(",")]
    if postgres:
        listed = ", ".join(f'"{name}" {_POSTGRES[kind]}' for name, kind in pairs)
        return f"json_to_recordset(CAST(:{parameter} AS json)) AS r({listed})"
    listed = ", ".join(f"json_extract(value, '$.{name}') AS \"{name}\"" for name, _ in pairs)
    return f"(SELECT {listed} FROM json_each(:{parameter})) AS r"


@lru_cache(maxsize=512)
def _percent(sql: str) -> str:
    """The statement with ``:name`` spelled as the PostgreSQL driver wants it."""
    return re.sub(r":([a-z_]+)", r"%(\1)s", sql)


def encode(rows: Any) -> str:
    """Rows as the one JSON parameter of a statement."""
    return orjson.dumps(rows).decode()


def next_version(version: int, restores: int) -> int:
    """The version after ``version``; after the n-th restore versions start n x 1,000,000 above."""
    return restores * 1_000_000 + version % 1_000_000 + 1


def same_life(one: int, other: int) -> bool:
    """Whether no restore lies between two versions."""
    return one // 1_000_000 == other // 1_000_000


def _driver(connection: AsyncConnection) -> Any:
    """The driver's own connection (aiosqlite or psycopg) of the transaction that ``connection`` is in."""
    sync = connection.sync_connection
    if sync is None:
        raise RuntimeError("the connection is not open")
    return sync.connection.driver_connection


class Store:
    """Every statement of the engine. Stateless but for a cache of audience numbers, which never change.

    ``into`` joins ``r`` with a table by its key: SQLite must be told to go from the few rows to the many.
    """

    def __init__(self, postgres: bool) -> None:
        self.postgres = postgres
        self.into = "JOIN" if postgres else "CROSS JOIN"
        self._numbers: dict[tuple[str, str], int] = {}
        self._names: dict[int, str] = {}

    def forget(self) -> None:
        """Drop the cache: a restored backup may give a number that was lost another meaning."""
        self._numbers.clear()
        self._names.clear()

    def rows(self, columns: str, parameter: str = "rows") -> str:
        """See :func:`rows_from`."""
        return rows_from(self.postgres, columns, parameter)

    @staticmethod
    @lru_cache(maxsize=64)
    def one_row(columns: str) -> str:
        """The same for :meth:`many`: one row, each column a parameter of its own."""
        listed = ", ".join(f':{name} AS "{name}"' for name in (part.split()[0] for part in columns.split(",")))
        return f"(SELECT {listed}) AS r"

    async def run(self, connection: AsyncConnection, sql: str, **parameters: Any) -> Sequence[tuple[Any, ...]]:
        """Run one statement and give its rows (none if it returns none).

        It goes to the driver itself: one step instead of the four that the layers between take for each.
        """
        driver = _driver(connection)
        if not self.postgres:
            return cast(Sequence[tuple[Any, ...]], await driver.execute_fetchall(sql, parameters))
        cursor = await driver.execute(_percent(sql), parameters)
        return await cursor.fetchall() if cursor.description is not None else []

    async def many(self, connection: AsyncConnection, sql: str, rows: Sequence[Mapping[str, Any]]) -> int:
        """Run one statement for each row on SQLite, which is quicker there than to take JSON apart; rows touched."""
        async with _driver(connection).executemany(sql, rows) as cursor:
            return int(cursor.rowcount)

    async def life(self, connection: AsyncConnection, *, lock: bool = False) -> Life | None:
        """The present life of the database; ``None`` before :meth:`begin_life`."""
        tail = " FOR UPDATE" if lock and self.postgres else ""
        found = await self.run(connection, f"SELECT epoch, epoch_start, restores FROM sync_server WHERE id = 1{tail}")
        return Life(str(found[0][0]), found[0][1], found[0][2]) if found else None

    async def begin_life(self, connection: AsyncConnection, epoch: str) -> None:
        """Write the first life, unless somebody did already."""
        await self.run(
            connection,
            "INSERT INTO sync_server (id, epoch, epoch_start, restores) VALUES (1, :epoch, NULL, 0) "
            "ON CONFLICT DO NOTHING",
            epoch=epoch,
        )

    async def renew_life(self, connection: AsyncConnection, before: Life, epoch: str, restores: int) -> None:
        """A backup was restored: new epoch, and every number starts ``restores`` x 1,000,000 above."""
        lifted = (restores - before.restores) * 1_000_000
        newest = await self.run(connection, "SELECT max(arrived) FROM sync_mutation")
        await self.run(
            connection,
            "UPDATE sync_server SET epoch = :epoch, restores = :restores, epoch_start = :start WHERE id = 1",
            epoch=epoch,
            restores=restores,
            start=newest[0][0] or 0,
        )
        await self.run(
            connection, "UPDATE sync_counter SET feed = feed + :lifted, epoch = :epoch", lifted=lifted, epoch=epoch
        )

    async def ensure_counter(self, connection: AsyncConnection, agency: str) -> None:
        """An agency's counter row, made with the agency."""
        await self.run(
            connection,
            "INSERT INTO sync_counter (agency, feed, epoch) SELECT :agency, restores * 1000000, epoch "
            "FROM sync_server WHERE id = 1 ON CONFLICT DO NOTHING",
            agency=agency,
        )

    async def records(
        self, connection: AsyncConnection, agency: str, keys: Iterable[Key], *, lock: bool
    ) -> dict[Key, StoredRecord]:
        """The stored records of these keys, locked in order until the commit if asked."""
        rows = [{"kind": kind, "id": id} for kind, id in sorted(set(keys))]
        if not rows:
            return {}
        tail = " ORDER BY t.kind, t.id FOR UPDATE OF t" if lock and self.postgres else ""
        found = await self.run(
            connection,
            "SELECT t.kind, t.id, t.version, t.deleted, t.audiences, t.change FROM "
            + self.rows("kind text, id uid")
            + f" {self.into} sync_record t ON t.agency = :agency AND t.kind = r.kind AND t.id = r.id"
            + tail,
            rows=encode(rows),
            agency=agency,
        )
        numbers = {number for row in found for number in orjson.loads(row[4])}
        names = await self.audience_names(connection, numbers)
        return {
            (row[0], str(row[1])): StoredRecord(
                kind=row[0],
                id=str(row[1]),
                version=row[2],
                body=orjson.loads(row[5])["body"] if row[5] else {},
                audiences=frozenset(names[number] for number in orjson.loads(row[4])),
                deleted=bool(row[3]),
            )
            for row in found
        }

    async def audience_names(self, connection: AsyncConnection, numbers: Iterable[int]) -> Mapping[int, str]:
        """The audience strings of these numbers. Numbers of committed rows only: what is read here is kept."""
        missing = [number for number in numbers if number not in self._names]
        if missing:
            found = await self.run(
                connection,
                "SELECT id, name FROM feed_audience WHERE id IN (SELECT r.id FROM " + self.rows("id int") + ")",
                rows=encode([{"id": number} for number in missing]),
            )
            self._names.update({row[0]: row[1] for row in found})
        return self._names

    def remembered_audiences(self, agency: str, names: Iterable[str]) -> tuple[dict[str, int], list[str]]:
        """Of these audience strings: the numbers that are known here, and the strings that may have none yet."""
        known: dict[str, int] = {}
        others: list[str] = []
        for name in names:
            number = self._numbers.get((agency, name))
            if number is None:
                others.append(name)
            else:
                known[name] = number
        return known, others

    async def audience_numbers(
        self, connection: AsyncConnection, agency: str, names: Iterable[str], *, create: bool = False
    ) -> dict[str, int]:
        """The numbers of audience strings; unknown ones are made if asked, else left out."""
        wanted = set(names)
        missing = sorted(name for name in wanted if (agency, name) not in self._numbers)
        if missing:
            rows = encode([{"name": name} for name in missing])
            if create:
                await self.run(
                    connection,
                    "INSERT INTO feed_audience (agency, name) SELECT :agency, r.name FROM "
                    + self.rows("name text")
                    + " WHERE true ON CONFLICT DO NOTHING",
                    rows=rows,
                    agency=agency,
                )
            found = await self.run(
                connection,
                "SELECT t.name, t.id FROM "
                + self.rows("name text")
                + f" {self.into} feed_audience t ON t.agency = :agency AND t.name = r.name",
                rows=rows,
                agency=agency,
            )
            if not create:  # a number made here could still be rolled back
                self._numbers.update({(agency, row[0]): row[1] for row in found})
            fresh = {row[0]: row[1] for row in found}
        else:
            fresh = {}
        known = {name: self._numbers[(agency, name)] for name in wanted if (agency, name) in self._numbers}
        return known | fresh

    def remember_audiences(self, agency: str, numbers: Mapping[str, int]) -> None:
        """Keep numbers that are committed by now."""
        self._numbers.update({(agency, name): number for name, number in numbers.items()})
