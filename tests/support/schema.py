"""The tables of the house in a test database."""

from __future__ import annotations

import importlib
from pathlib import Path

from sqlmodel import SQLModel

import backend
from backend.database.engine import Database
from sync.tables import metadata as engine_tables


def _import_tables() -> None:
    """Make every room's tables known: each keeps them in ``models.py`` or in a folder of that name."""
    root = Path(backend.__file__).parent
    for found in sorted([*root.glob("*/models.py"), *root.glob("*/models/__init__.py")]):
        parts = found.relative_to(root.parent).with_suffix("").parts
        importlib.import_module(".".join(part for part in parts if part != "__init__"))


async def create_all(db: Database) -> None:
    """Create every table, the engine's included, in an empty database."""
    _import_tables()
    async with db.writing() as connection:
        for metadata in (SQLModel.metadata, engine_tables):
            await connection.run_sync(metadata.create_all)
