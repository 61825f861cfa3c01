"""The tables of the house in a test database."""

from __future__ import annotations

from backend.database import migrate
from backend.database.engine import Database


async def create_all(db: Database) -> None:
    """Bring an empty database to the newest schema, by the same migrations as in production."""
    await migrate.upgrade(db)
