"""Schema migrations (Alembic), run with the house's own connections."""

from __future__ import annotations

import importlib
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData
from sqlmodel import SQLModel

import backend
from backend.database.engine import Database
from sync.tables import metadata as engine_metadata

HERE = Path(__file__).parent / "migrations"


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration; it works on ``connection`` if one is given."""
    found = Config()
    found.set_main_option("script_location", str(HERE))
    found.attributes["connection"] = connection
    return found


def all_metadata() -> list[MetaData]:
    """Every table of the server: the rooms' and the engine's."""
    root = Path(backend.__file__).parent
    for path in sorted([*root.glob("*/models.py"), *root.glob("*/models/__init__.py")]):
        room = path.relative_to(root).parts[0]
        importlib.import_module(f"backend.{room}.models")
    return [SQLModel.metadata, engine_metadata]


def head() -> str:
    """The newest revision."""
    found = ScriptDirectory.from_config(config()).get_current_head()
    if found is None:
        raise RuntimeError("there are no migrations")
    return found


def is_current(connection: Connection) -> bool:
    """Whether the database has the newest schema."""
    return MigrationContext.configure(connection).get_current_revision() == head()


def upgrade_on(connection: Connection, revision: str = "head") -> None:
    """Bring the database of ``connection`` to ``revision`` inside its transaction."""
    command.upgrade(config(connection), revision)


async def upgrade(db: Database, revision: str = "head") -> None:
    """Bring a database to ``revision``; all or nothing."""
    async with db.writing() as connection:
        await connection.run_sync(upgrade_on, revision)
