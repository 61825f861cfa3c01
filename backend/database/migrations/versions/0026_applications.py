"""Service applications: definitions, cases with all that was written, marked, sent and reopened, and their history."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend.applications.models.history import install_history_guards, remove_history_guards
from backend.database.types import Instant, Json, Uid

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "application",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("service", Uid(), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("subject_kind", sa.String(12), nullable=False),
        sa.Column("subject", Uid(), nullable=False),
        sa.Column("subject_name", sa.String(300), nullable=False),
        sa.Column("subject_key", sa.String(300), nullable=False),
        sa.Column("unit", Uid(), nullable=True),
        sa.Column("unit_name", sa.String(200), nullable=False),
        sa.Column("account", Uid(), nullable=False),
        sa.Column("account_name", sa.String(300), nullable=False),
        sa.Column("account_role", sa.String(8), nullable=False),
        sa.Column("behalf", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("period", sa.String(7), nullable=False),
        sa.Column("arrival", sa.String(20), nullable=False),
        sa.Column("active_key", sa.String(120), nullable=True),
        sa.Column("previous", Uid(), nullable=True),
        sa.Column("facts", Json, nullable=False),
        sa.Column("imported", Json, nullable=False),
        sa.Column("claimed_by", Uid(), nullable=True),
        sa.Column("claimed_by_name", sa.String(300), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("confirmed", sa.String(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.Column("first_submitted_at", Instant(), nullable=True),
        sa.Column("submitted_at", Instant(), nullable=True),
        sa.Column("opened_at", Instant(), nullable=True),
        sa.Column("verified_at", Instant(), nullable=True),
        sa.Column("verified_by", Uid(), nullable=True),
        sa.Column("verified_by_name", sa.String(300), nullable=False),
        sa.Column("sent_out_at", Instant(), nullable=True),
        sa.Column("finished_at", Instant(), nullable=True),
        sa.Column("downloaded_at", Instant(), nullable=True),
        sa.Column("service_clock", sa.Integer(), nullable=True),
        sa.Column("service_working", sa.Integer(), nullable=True),
        sa.Column("total_clock", sa.Integer(), nullable=True),
        sa.Column("total_working", sa.Integer(), nullable=True),
        sa.Column("late", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("agency", "active_key"),
    )
    op.create_index("ix_application_account", "application", ["account"], unique=False)
    op.create_index("ix_application_finished", "application", ["agency", "code", "finished_at"], unique=False)
    op.create_index("ix_application_name", "application", ["agency", "subject_name", "id"], unique=False)
    op.create_index("ix_application_period", "application", ["agency", "code", "period"], unique=False)
    op.create_index("ix_application_state", "application", ["agency", "state", "submitted_at", "id"], unique=False)
    op.create_index("ix_application_subject", "application", ["subject", "code"], unique=False)
    op.create_index("ix_application_unit", "application", ["agency", "unit", "state"], unique=False)
    op.create_table(
        "application_field",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("application", Uid(), nullable=False),
        sa.Column("group", sa.String(60), nullable=False),
        sa.Column("values", Json, nullable=False),
        sa.Column("by_name", sa.String(300), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("application", "group"),
    )
    op.create_table(
        "application_history",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("application", Uid(), nullable=False),
        sa.Column("act", sa.String(24), nullable=False),
        sa.Column("account", Uid(), nullable=True),
        sa.Column("account_name", sa.String(300), nullable=False),
        sa.Column("role", sa.String(8), nullable=False),
        sa.Column("behalf", sa.String(300), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("before", sa.String(16), nullable=False),
        sa.Column("after", sa.String(16), nullable=False),
        sa.Column("object", sa.String(60), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("old", Json, nullable=False),
        sa.Column("new", Json, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_application_history_account", "application_history", ["agency", "account", "at"], unique=False)
    op.create_index(
        "ix_application_history_application", "application_history", ["application", "at", "id"], unique=False
    )
    op.create_table(
        "application_item",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("application", Uid(), nullable=False),
        sa.Column("item", sa.String(60), nullable=False),
        sa.Column("version", Uid(), nullable=True),
        sa.Column("reused", sa.Boolean(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("by_name", sa.String(300), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("application", "item"),
    )
    op.create_index("ix_application_item_version", "application_item", ["version"], unique=False)
    op.create_table(
        "application_mark",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("application", Uid(), nullable=False),
        sa.Column("item", sa.String(60), nullable=False),
        sa.Column("version", Uid(), nullable=True),
        sa.Column("mark", sa.String(24), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", Uid(), nullable=True),
        sa.Column("by_name", sa.String(300), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("application", "item"),
    )
    op.create_index("ix_application_mark_version", "application_mark", ["version"], unique=False)
    op.create_table(
        "application_outside",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("application", Uid(), nullable=False),
        sa.Column("system", sa.String(100), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("by_name", sa.String(300), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_application_outside_application", "application_outside", ["application"], unique=False)
    op.create_table(
        "application_reopened",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("application", Uid(), nullable=False),
        sa.Column("act", sa.String(20), nullable=False),
        sa.Column("target", sa.String(60), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("version", Uid(), nullable=True),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("asked_by_name", sa.String(300), nullable=False),
        sa.Column("written_at", Instant(), nullable=True),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_application_reopened_application", "application_reopened", ["application"], unique=False)
    op.create_table(
        "application_row",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("application", Uid(), nullable=False),
        sa.Column("field", sa.String(60), nullable=False),
        sa.Column("cells", Json, nullable=True),
        sa.Column("order", sa.Integer(), nullable=True),
        sa.Column("removed", sa.Boolean(), nullable=True),
        sa.Column("by_name", sa.String(300), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_application_row_application", "application_row", ["application", "field"], unique=False)
    op.create_table(
        "application_submission",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("application", Uid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("receipt", sa.String(8), nullable=False),
        sa.Column("account", Uid(), nullable=False),
        sa.Column("account_name", sa.String(300), nullable=False),
        sa.Column("content", Json, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("application", "round"),
        sa.UniqueConstraint("receipt"),
    )
    op.create_table(
        "service_definition",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("subject_kind", sa.String(12), nullable=False),
        sa.Column("definition", Json, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("published_at", Instant(), nullable=False),
        sa.Column("published_by", Uid(), nullable=True),
        sa.Column("published_by_name", sa.String(300), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("agency", "code", "version"),
    )
    install_history_guards(op.get_bind())


def downgrade() -> None:
    """Undo."""
    remove_history_guards(op.get_bind())
    op.drop_table("service_definition")
    op.drop_table("application_submission")
    op.drop_index("ix_application_row_application", table_name="application_row")
    op.drop_table("application_row")
    op.drop_index("ix_application_reopened_application", table_name="application_reopened")
    op.drop_table("application_reopened")
    op.drop_index("ix_application_outside_application", table_name="application_outside")
    op.drop_table("application_outside")
    op.drop_index("ix_application_mark_version", table_name="application_mark")
    op.drop_table("application_mark")
    op.drop_index("ix_application_item_version", table_name="application_item")
    op.drop_table("application_item")
    op.drop_index("ix_application_history_application", table_name="application_history")
    op.drop_index("ix_application_history_account", table_name="application_history")
    op.drop_table("application_history")
    op.drop_table("application_field")
    op.drop_index("ix_application_unit", table_name="application")
    op.drop_index("ix_application_subject", table_name="application")
    op.drop_index("ix_application_state", table_name="application")
    op.drop_index("ix_application_period", table_name="application")
    op.drop_index("ix_application_name", table_name="application")
    op.drop_index("ix_application_finished", table_name="application")
    op.drop_index("ix_application_account", table_name="application")
    op.drop_table("application")
