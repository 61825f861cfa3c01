"""Alembic's entry: it migrates on the connection that :mod:`backend.database.migrate` hands over."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import JSON
from sqlmodel import AutoString

from backend.database.migrate import all_metadata
from backend.database.types import Instant, Uid


def render(kind: str, thing: Any, autogen: Any) -> str | Literal[False]:
    """Spell the house's own column types in a new revision."""
    if kind == "type":
        if isinstance(thing, Uid | Instant):
            autogen.imports.add("from backend.database.types import Instant, Json, Uid")
            return f"{type(thing).__name__}()"
        if isinstance(thing, JSON):
            return "Json"
        if isinstance(thing, AutoString):
            return "sa.String()" if thing.length is None else f"sa.String({thing.length})"
    return False


def run() -> None:
    """Run the migrations asked for."""
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=all_metadata(),
        compare_type=True,
        render_item=render,
        render_as_batch=context.config.attributes.get("batch", False),
        include_name=context.config.attributes.get("include_name"),
        include_object=context.config.attributes.get("include_object"),
    )
    context.run_migrations()


run()
