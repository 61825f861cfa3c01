"""The engine's statements: set-based, one parameter of JSON rows each, the same meaning on both databases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import TextClause

Key = tuple[str, str]

_POSTGRES = {"uid": "uuid", "text": "text", "int": "bigint", "bool": "boolean"}


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A published record: ``version`` as last committed, ``body`` by wire names, who may see it."""

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
def rows_from(postgres: bool, columns: str) -> str:
    """A ``FROM`` item named ``r`` over the JSON array in parameter ``rows``; columns as ``"id uid, seq int"``."""
    pairs = [part.split() for part in columns.split(",")]
    if postgres:
        listed = ", ".join(f'"{name}" {_POSTGRES[kind]}' for name, kind in pairs)
        return f"json_to_recordset(CAST(:rows AS json)) AS r({listed})"
    listed = ", ".join(f"json_extract(value, '$.{name}') AS \"{name}\"" for name, _ in pairs)
    return f"(SELECT {listed} FROM json_each(:rows)) AS r"


@lru_cache(maxsize=256)
def _statement(sql: str) -> TextClause:
    return text(sql)


def encode(rows: Any) -> str:
    """Rows as the one JSON parameter of a statement."""
    return orjson.dumps(rows).decode()


def next_version(version: int, restores: int) -> int:
    """The version after ``version``; after the n-th restore versions start n x 1,000,000 above."""
    return restores * 1_000_000 + version % 1_000_000 + 1


class Store:
    """Every statement of the engine. Stateless but for a cache of audience numbers, which never change."""

    def __init__(self, postgres: bool) -> None:
        self.postgres = postgres
        self._numbers: dict[tuple[str, str], int] = {}
        self._names: dict[int, str] = {}

    def rows(self, columns: str) -> str:
        """See :func:`rows_from`."""
        return rows_from(self.postgres, columns)

    async def run(self, connection: AsyncConnection, sql: str, **parameters: Any) -> Sequence[tuple[Any, ...]]:
        """Run one statement and give its rows (none if it returns none)."""
        result = await connection.execute(_statement(sql), parameters)
        return cast(Sequence[tuple[Any, ...]], result.fetchall()) if result.returns_rows else []

    async def count(self, connection: AsyncConnection, sql: str, **parameters: Any) -> int:
        """Run one statement and give the number of rows that it touched."""
        return (await connection.execute(_statement(sql), parameters)).rowcount

    async def life(self, connection: AsyncConnection) -> Life | None:
        """The present life of the database; ``None`` before :meth:`begin_life`."""
        found = await self.run(connection, "SELECT epoch, epoch_start, restores FROM sync_server WHERE id = 1")
        return Life(str(found[0][0]), found[0][1], found[0][2]) if found else None

    async def begin_life(self, connection: AsyncConnection, epoch: str) -> None:
        """Write the first life, unless somebody did already."""
        await self.run(
            connection,
            "INSERT INTO sync_server (id, epoch, epoch_start, restores) VALUES (1, :epoch, NULL, 0) "
            "ON CONFLICT DO NOTHING",
            epoch=epoch,
        )

    async def renew_life(self, connection: AsyncConnection, epoch: str, restores: int) -> None:
        """A backup was restored: new epoch, and every number starts ``restores`` x 1,000,000 above."""
        before = await self.life(connection)
        lifted = (restores - (before.restores if before else 0)) * 1_000_000
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

    async def ensure_counter(self, connection: AsyncConnection, agency: str, epoch: str) -> None:
        """An agency's counter row, made with the agency."""
        await self.run(
            connection,
            "INSERT INTO sync_counter (agency, feed, epoch) VALUES (:agency, 0, :epoch) ON CONFLICT DO NOTHING",
            agency=agency,
            epoch=epoch,
        )

    async def take_numbers(self, connection: AsyncConnection, agency: str, count: int) -> tuple[int, str] | None:
        """Lock the agency's counter and take ``count`` numbers; the last one and the epoch."""
        found = await self.run(
            connection,
            "UPDATE sync_counter SET feed = feed + :count WHERE agency = :agency RETURNING feed, epoch",
            count=count,
            agency=agency,
        )
        return (found[0][0], str(found[0][1])) if found else None

    async def feed(self, connection: AsyncConnection, agency: str) -> tuple[int, str] | None:
        """The agency's last feed number and epoch in this snapshot."""
        found = await self.run(connection, "SELECT feed, epoch FROM sync_counter WHERE agency = :agency", agency=agency)
        return (found[0][0], str(found[0][1])) if found else None

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
            + " JOIN sync_record t ON t.agency = :agency AND t.kind = r.kind AND t.id = r.id"
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
        """The audience strings of these numbers."""
        missing = [number for number in numbers if number not in self._names]
        if missing:
            found = await self.run(
                connection,
                "SELECT id, name FROM feed_audience WHERE id IN (SELECT r.id FROM " + self.rows("id int") + ")",
                rows=encode([{"id": number} for number in missing]),
            )
            self._names.update({row[0]: row[1] for row in found})
        return self._names

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
                + " JOIN feed_audience t ON t.agency = :agency AND t.name = r.name",
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
