"""Filling the feed's tables by SQL: records of about 250 bytes, spread over 8,000 people and one desk."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

import psycopg

from bench.house import Ground
from bench.kind import RECORD

PEOPLE = 8_000
SCATTER = 2_654_435_761
"""An odd factor: multiplied by it modulo 2^48 every number gets an id of its own, scattered over the key."""


def grow(ground: Ground, start: int, end: int, targets: Mapping[int, str], count: int) -> None:
    """Let the feed grow from ``start`` to ``end`` records.

    ``targets`` maps a feed size to an account: of that many records, ``count`` are the account's, evenly spread.
    """
    connection: Any
    if ground.engine == "PostgreSQL":
        with psycopg.connect(ground.url, autocommit=True) as connection:
            connection.execute("SET synchronous_commit = off")
            _fill(connection, ground, start, end, targets, count, postgres=True)
            connection.execute("VACUUM (ANALYZE) feed_entry, sync_record")
    else:
        connection = sqlite3.connect(ground.url.removeprefix("sqlite:///"), isolation_level=None, timeout=30)
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("BEGIN IMMEDIATE")
        _fill(connection, ground, start, end, targets, count, postgres=False)
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()


def _fill(
    connection: Any, ground: Ground, start: int, end: int, targets: Mapping[int, str], count: int, *, postgres: bool
) -> None:
    agency = ground.agency
    if start == 0:
        people = _series(0, PEOPLE, postgres)
        person = _id("n", postgres, "7")
        connection.execute(
            f"INSERT INTO feed_audience (agency, name) SELECT '{agency}', 'person:' || {person} FROM {people}"
        )
    [[first]] = connection.execute(
        f"SELECT min(id) FROM feed_audience WHERE name = 'person:' || {_literal(0, postgres)}"
    ).fetchall()
    numbers = dict(connection.execute(f"SELECT name, id FROM feed_audience WHERE agency = '{agency}'").fetchall())
    [[feed]] = connection.execute(f"SELECT feed FROM sync_counter WHERE agency = '{agency}'").fetchall()
    # The largest size first: what is the target's of a million must not be taken by a smaller one.
    cases = " ".join(
        f"WHEN n < {size} AND n % {size // count} = {position} THEN {numbers[f'person:{account}']}"
        for position, (size, account) in enumerate(sorted(targets.items(), reverse=True))
    )
    audience = f"CASE {cases} ELSE {first} + n % {PEOPLE} END"
    id, kind = _id("n", postgres, "8"), RECORD
    series = _series(start, end, postgres)
    text = f'\'{{"kind":"{kind}","id":"\' || {id} || \'","version":1,"body":{{"officer":"\' || {id}'
    text += ' || \'","score":4,"tags":["ramah","cepat"],"comment":"\' || ' + _words(postgres) + " || '\"}}'"
    uid = f"CAST({id} AS uuid)" if postgres else id
    connection.execute(
        "INSERT INTO sync_record (agency, kind, id, version, feed, digest, deleted, audiences, change) "
        f"SELECT '{agency}', '{kind}', {uid}, 1, {feed} + 1 + n - {start}, n, {'false' if postgres else 0}, "
        f"'[' || ({audience}) || ']', {text} FROM {series}"
    )
    connection.execute(
        "INSERT INTO feed_entry (audience, kind, id, feed, live, changed) "
        f"SELECT {audience}, '{kind}', {uid}, {feed} + 1 + n - {start}, {'true' if postgres else 1}, 0 FROM {series}"
    )
    connection.execute(f"UPDATE sync_counter SET feed = feed + {end - start} WHERE agency = '{agency}'")


def _series(start: int, end: int, postgres: bool) -> str:
    if postgres:
        return f"generate_series({start}::bigint, {end - 1}) AS s(n)"
    return (
        f"(WITH RECURSIVE s(n) AS (SELECT {start} UNION ALL SELECT n + 1 FROM s WHERE n < {end - 1}) SELECT n FROM s)"
    )


def _id(n: str, postgres: bool, mark: str) -> str:
    """A UUID's text made of a number; ``mark`` keeps people and records apart."""
    scattered = f"({n} * {SCATTER} % 281474976710656)"
    if postgres:
        return f"'01900000-0000-7000-{mark}000-' || lpad(to_hex({scattered}), 12, '0')"
    return f"printf('01900000-0000-7000-{mark}000-%012x', {scattered})"


def _literal(n: int, postgres: bool) -> str:
    return _id(f"CAST({n} AS bigint)" if postgres else str(n), postgres, "7")


def _words(postgres: bool) -> str:
    """130 letters that differ from record to record."""
    if postgres:
        return "repeat(md5(n::text), 4)"
    return "printf('%032x%032x%032x%032x', n * 7919, n * 104729, n * 1299709, n * 15485863)"
