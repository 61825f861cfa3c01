"""The history of a case: rows are only ever inserted, and the database itself refuses anything else."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Index, Table, event, text
from sqlmodel import Field, SQLModel

from backend.database.types import Instant, Json, Uid


class ApplicationHistory(SQLModel, table=True):
    """One act on a case. ``act``: the words of :class:`backend.applications.rules.states.Act`, or what happened besides
    (isi, lampirkan, tandai, baca, unduh, ...). ``behalf``: in whose name (*atas nama*). ``object``: the field or item.
    ``before`` and ``after``: states; ``old`` and ``new``: values."""

    __tablename__ = "application_history"
    __table_args__ = (
        Index("ix_application_history_application", "application", "at", "id"),
        Index("ix_application_history_account", "agency", "account", "at"),
    )

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    application: str = Field(sa_type=Uid)
    act: str = Field(max_length=24)
    account: str | None = Field(default=None, sa_type=Uid)
    account_name: str = Field(max_length=300)
    role: str = Field(default="", max_length=8)
    behalf: str = Field(default="", max_length=300)
    at: datetime = Field(sa_type=Instant)
    before: str = Field(default="", max_length=16)
    after: str = Field(default="", max_length=16)
    object: str = Field(default="", max_length=60)
    reason: str = ""
    old: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    new: dict[str, Any] = Field(default_factory=dict, sa_type=Json)


APPLICATION_HISTORY: Table = ApplicationHistory.__table__  # type: ignore[attr-defined]


def install_history_guards(connection: Connection) -> None:
    """Give the freshly made table its triggers."""
    if connection.dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            connection.execute(text(
                f"CREATE TRIGGER application_history_{act.lower()} BEFORE {act} ON application_history "
                "BEGIN SELECT RAISE(ABORT, 'a history is never changed'); END"
            ))  # fmt: skip
        return
    connection.execute(text(
        "CREATE OR REPLACE FUNCTION application_history_keep() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION 'a history is never changed'; END $$"
    ))  # fmt: skip
    connection.execute(text(
        "CREATE TRIGGER application_history_keep BEFORE UPDATE OR DELETE ON application_history FOR EACH ROW "
        "EXECUTE FUNCTION application_history_keep()"
    ))  # fmt: skip


def remove_history_guards(connection: Connection) -> None:
    """Undo :func:`install_history_guards`."""
    if connection.dialect.name == "sqlite":
        for act in ("update", "delete"):
            connection.execute(text(f"DROP TRIGGER application_history_{act}"))
        return
    connection.execute(text("DROP TRIGGER application_history_keep ON application_history"))
    connection.execute(text("DROP FUNCTION IF EXISTS application_history_keep()"))


@event.listens_for(APPLICATION_HISTORY, "after_create")
def _guard_new_table(_table: Table, connection: Connection, **_options: object) -> None:
    install_history_guards(connection)
