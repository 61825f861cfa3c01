"""Transactions and column types mean the same on both databases."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Column, MetaData, Table, insert, select
from sqlalchemy.exc import StatementError

from backend.database.engine import Database
from backend.database.types import Instant, Json, Uid
from sync.ids import uuid7
from tests.support.clock import SettableClock

notes = Table(
    "test_notes", MetaData(), Column("id", Uid, primary_key=True), Column("at", Instant), Column("body", Json)
)


@pytest.fixture
async def store(db: Database) -> Database:
    """A database with one more table."""
    async with db.writing() as connection:
        await connection.run_sync(notes.create)
    return db


async def test_values_come_back_as_they_went_in(store: Database, clock: SettableClock) -> None:
    id, local = uuid7(), clock.now().astimezone(timezone(timedelta(hours=9)))
    async with store.write() as session:
        await session.execute(insert(notes).values(id=id, at=local, body={"nip": None, "list": [1, "dua"]}))
    async with store.read() as session:
        row = (await session.execute(select(notes))).one()
    assert row == (id, clock.now(), {"nip": None, "list": [1, "dua"]})
    assert row.at.tzinfo is UTC


async def test_an_exception_undoes_the_whole_write(store: Database) -> None:
    async def write() -> None:
        async with store.write() as session:
            await session.execute(insert(notes).values(id=uuid7()))
            raise RuntimeError("half-way")

    with pytest.raises(RuntimeError, match="half-way"):
        await write()
    async with store.read() as session:
        assert (await session.execute(select(notes))).all() == []


async def test_a_naive_time_is_refused(store: Database) -> None:
    with pytest.raises(StatementError, match="zone"):
        async with store.write() as session:
            await session.execute(insert(notes).values(id=uuid7(), at=datetime(2026, 11, 20)))


async def test_a_reader_sees_one_snapshot_while_others_write(store: Database) -> None:
    async with store.read() as session:
        before = (await session.execute(select(notes))).all()
        async with store.write() as writer:
            await writer.execute(insert(notes).values(id=uuid7()))
        assert (await session.execute(select(notes))).all() == before == []


async def test_many_writers_take_turns(store: Database) -> None:
    async def write() -> None:
        async with store.write() as session:
            await session.execute(insert(notes).values(id=uuid7()))

    await asyncio.gather(*(write() for _ in range(40)))
    async with store.read() as session:
        assert len((await session.execute(select(notes))).all()) == 40
