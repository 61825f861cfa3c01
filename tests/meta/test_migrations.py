"""Migrations: one head, from nothing and from the head before, and exactly the tables of the models."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from backend.database import migrate
from backend.database.engine import Database


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path, open_database: Callable[[str], Database]) -> Database:
    """A database without any table, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        return open_database(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    return open_database(request.getfixturevalue("empty_postgres_url"))


def test_migrations_have_one_head() -> None:
    scripts = ScriptDirectory.from_config(migrate.config())
    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1


async def test_an_empty_database_becomes_what_the_models_say(empty: Database) -> None:
    await migrate.upgrade(empty)
    async with empty.reading() as connection:
        assert await connection.run_sync(_differences) == []
        assert await connection.run_sync(migrate.is_current)


async def test_every_step_can_be_taken_alone(empty: Database) -> None:
    """From each head that was ever released to the next, as an installation that is updated takes them."""
    scripts = ScriptDirectory.from_config(migrate.config())
    revisions = [script.revision for script in scripts.walk_revisions()][::-1]
    for before, after in itertools.pairwise([None, *revisions]):
        async with empty.reading() as connection:
            assert await connection.run_sync(_revision) == before
        await migrate.upgrade(empty, after or "head")
    async with empty.reading() as connection:
        assert await connection.run_sync(migrate.is_current)


async def test_migrating_twice_changes_nothing(empty: Database) -> None:
    await migrate.upgrade(empty)
    await migrate.upgrade(empty)
    async with empty.reading() as connection:
        assert await connection.run_sync(migrate.is_current)


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, migrate.all_metadata()))  # type: ignore[arg-type]
