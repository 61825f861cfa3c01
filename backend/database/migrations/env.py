"""Alembic's entry: it migrates on the connection that :mod:`backend.database.migrate` hands over."""

from __future__ import annotations

from alembic import context

from backend.database.migrate import all_metadata


def run() -> None:
    """Run the migrations asked for."""
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=all_metadata(),
        compare_type=True,
        render_as_batch=connection.dialect.name == "sqlite",
        transactional_ddl=True,
    )
    context.run_migrations()


run()
