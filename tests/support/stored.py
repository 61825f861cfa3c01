"""Everything that a server's database holds, read past the server."""

from __future__ import annotations

import hashlib
import sqlite3

import psycopg


def rows_of(url: str) -> dict[str, list[str]]:
    """The rows of every table as text, sorted."""
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {name: sorted(map(repr, connection.execute(f'SELECT * FROM "{name}"'))) for name in names}
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        return {
            name: sorted(repr(row) for row in connection.execute(f'SELECT t::text FROM "{name}" t'.encode()))
            for (name,) in tables
        }


def everything_stored(url: str) -> dict[str, str]:
    """A fingerprint of the rows of every table."""
    return {name: hashlib.sha256("\n".join(rows).encode()).hexdigest() for name, rows in rows_of(url).items()}
