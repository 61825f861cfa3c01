"""The least that the same write costs: the very rows that the engine wrote for a batch, copied with fresh ids.

PostgreSQL: one set-based statement. SQLite: ``executemany`` for each table in one transaction. No framework, no
checks, no answers.
"""

from __future__ import annotations

import json
import random
import sqlite3
import time
from collections.abc import Iterator
from typing import Any

import orjson
import psycopg

from bench.house import Ground
from bench.kind import RECORD
from sync.ids import uuid4, uuid7

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TABLES = {"sync_mutation": "id", RECORD: "id", "sync_record": "id", "feed_entry": "id"}
"""Tables of a batch, and the column that holds the mutation's or the record's id."""
Rows = dict[str, list[dict[str, Any]]]


class Floor:
    """Writes copies of one real batch, and counts what that took."""

    def __init__(self, ground: Ground, ids: list[str]) -> None:
        self.ground = ground
        self.counter = ground.agency
        if ground.engine == "PostgreSQL":
            self.connection: Any = psycopg.connect(ground.url, autocommit=True)
        else:
            self.connection = sqlite3.connect(ground.url.removeprefix("sqlite:///"), isolation_level=None, timeout=10)
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-65536", "mmap_size=268435456"):
                self.connection.execute(f"PRAGMA {pragma}")
        records = [str(row[0]) for row in self._select("SELECT record FROM sync_mutation WHERE id = ", ids)]
        self.template: Rows = {
            table: self._dicts(table, column, ids if table == "sync_mutation" else records)
            for table, column in TABLES.items()
        }
        self.size = len(ids)

    def close(self) -> None:
        """Give the connection back."""
        self.connection.close()

    def batches(self, count: int) -> list[Any]:
        """So many fresh copies, made ready before the clock runs."""
        made = [self._copy() for _ in range(count)]
        if self.ground.engine == "PostgreSQL":
            return [orjson.dumps(rows).decode() for rows in made]
        return [{table: [tuple(row.values()) for row in rows[table]] for table in TABLES} for rows in made]

    def write(self, batch: Any) -> float:
        """Write one copy; the seconds it took, commit included."""
        started = time.perf_counter()
        if self.ground.engine == "PostgreSQL":
            self.connection.execute(self._statement(), {"rows": batch, "agency": self.counter})
        else:
            self._executemany(batch)
        return time.perf_counter() - started

    def _executemany(self, batch: Any) -> None:
        self.connection.execute("BEGIN IMMEDIATE")
        for table, rows in batch.items():
            marks = ", ".join("?" * len(rows[0]))
            self.connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
        self.connection.execute("UPDATE sync_counter SET feed = feed + ? WHERE agency = ?", (self.size, self.counter))
        self.connection.execute("COMMIT")

    def _statement(self) -> str:
        parts = [
            f"i_{table} AS (INSERT INTO {table} SELECT r.* FROM "
            f"json_populate_recordset(NULL::{table}, %(rows)s::json -> '{table}') r)"
            for table in TABLES
        ]
        last = f"UPDATE sync_counter SET feed = feed + {self.size} WHERE agency = %(agency)s"
        return f"WITH {', '.join(parts)} {last}"

    def _copy(self) -> Rows:
        fresh: dict[str, str] = {}
        device, seq = uuid4(), 0
        out: Rows = {}
        for table, rows in self.template.items():
            copies = []
            for row in rows:
                copy = dict(row)
                for column in ("id", "record"):
                    if copy.get(column):
                        copy[column] = fresh.setdefault(str(copy[column]), uuid7())
                if "receipt" in copy:
                    seq += 1
                    copy |= {"receipt": "".join(random.choices(SYMBOLS, k=8)), "device": device, "seq": seq}
                copies.append(copy)
            out[table] = copies
        return out

    def _dicts(self, table: str, column: str, ids: list[str]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for row, names in self._rows(f"SELECT * FROM {table} WHERE {column} = ", ids):
            found.append({name: _plain(value) for name, value in zip(names, row, strict=True)})
        return found

    def _select(self, sql: str, ids: list[str]) -> Iterator[Any]:
        return (row for row, _ in self._rows(sql, ids))

    def _rows(self, sql: str, ids: list[str]) -> Iterator[tuple[Any, list[str]]]:
        mark = "%s" if self.ground.engine == "PostgreSQL" else "?"
        for id in ids:
            cursor = self.connection.execute(sql + mark, (id,))
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                yield row, names


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int | float | str | bool) else json.loads(json.dumps(str(value)))
