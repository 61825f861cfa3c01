"""The log's one table, and the triggers with which the database itself keeps it append-only."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Index, Table, event, text
from sqlmodel import Field, SQLModel

from backend.database.types import Instant, Json, Uid

RETENTION_YEARS = 10


class AuditEntry(SQLModel, table=True):
    """One act, or one refused call. ``detail`` holds no personal text: of such fields only a keyed hash.

    ``actor`` is the account (``None``: nobody was signed in), ``role`` what it worked as (``None``: own
    data), ``at`` the server's time, UTC.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_agency_at", "agency", "at", "id"),
        Index("ix_audit_entry_object", "object_kind", "object_id"),
    )

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str | None = Field(default=None, sa_type=Uid)
    actor: str | None = Field(default=None, sa_type=Uid)
    role: str | None = Field(default=None, max_length=16)
    act: str = Field(max_length=64)
    object_kind: str = Field(max_length=32)
    object_id: str | None = Field(default=None, max_length=64)
    at: datetime = Field(sa_type=Instant)
    refused: bool = False
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=Json)


AUDIT_ENTRY: Table = AuditEntry.__table__  # type: ignore[attr-defined]

_SQLITE = (
    """CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry
    BEGIN SELECT RAISE(ABORT, 'audit_entry is append-only'); END""",
    f"""CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry
    WHEN OLD.at > datetime('now', '-{RETENTION_YEARS} years')
    BEGIN SELECT RAISE(ABORT, 'audit_entry is append-only'); END""",
    # REPLACE deletes without the delete trigger; a known id is refused before that.
    """CREATE TRIGGER audit_entry_no_replace BEFORE INSERT ON audit_entry
    WHEN EXISTS (SELECT 1 FROM audit_entry WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'audit_entry is append-only'); END""",
)
_POSTGRESQL = (
    f"""CREATE OR REPLACE FUNCTION audit_entry_keep() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'DELETE' AND OLD.at <= now() - interval '{RETENTION_YEARS} years' THEN RETURN OLD; END IF;
      RAISE EXCEPTION 'audit_entry is append-only';
    END $$""",
    "CREATE TRIGGER audit_entry_no_change BEFORE UPDATE OR DELETE ON audit_entry "
    "FOR EACH ROW EXECUTE FUNCTION audit_entry_keep()",
    """CREATE OR REPLACE FUNCTION audit_entry_no_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'audit_entry is append-only'; END $$""",
    "CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_no_truncate()",
)


def install(connection: Connection) -> None:
    """Give the freshly made table its triggers (SQLite and PostgreSQL); used by the migration that makes it.

    Rows older than the retention may be deleted: ten years is a promise to forget, too.
    """
    for statement in _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL:
        connection.execute(text(statement))


@event.listens_for(AUDIT_ENTRY, "after_create")
def _guard_new_table(_table: Table, connection: Connection, **_options: object) -> None:
    install(connection)


__all__ = ["AUDIT_ENTRY", "RETENTION_YEARS", "AuditEntry", "install"]
