"""Rooms: forms, questions, files, jobs, notifications."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend.database.types import Instant, Json, Uid

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "delivery",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("account", Uid(), nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("thread", sa.String(80), nullable=True),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("url", sa.String(300), nullable=False),
        sa.Column("created", Instant(), nullable=False),
        sa.Column("expires", Instant(), nullable=False),
        sa.Column("not_before", Instant(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("claim", Uid(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(40), nullable=True),
        sa.Column("ended", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_delivery_account_thread", "delivery", ["account", "thread"], unique=False)
    op.create_index("ix_delivery_agency_created", "delivery", ["agency", "created"], unique=False)
    op.create_index("ix_delivery_state_not_before", "delivery", ["state", "not_before"], unique=False)
    op.create_table(
        "file",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("account", Uid(), nullable=False),
        sa.Column("name", sa.String(160), nullable=False),
        sa.Column("type", sa.String(100), nullable=True),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("code", sa.String(30), nullable=True),
        sa.Column("location", sa.String(40), nullable=False),
        sa.Column("created", Instant(), nullable=False),
        sa.Column("expires", Instant(), nullable=False),
        sa.Column("completed", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("location"),
    )
    op.create_index("ix_file_account_state", "file", ["account", "state"], unique=False)
    op.create_index("ix_file_state_expires", "file", ["state", "expires"], unique=False)
    op.create_table(
        "form_article",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("steps", Json, nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("checked_at", sa.Date(), nullable=False),
        sa.Column("checked_by", sa.String(200), nullable=False),
        sa.Column("areas", Json, nullable=False),
        sa.Column("published_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("agency", "slug", "version"),
    )
    op.create_table(
        "form_catalogue",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", Json, nullable=False),
        sa.Column("made_by", Uid(), nullable=True),
        sa.Column("published_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("agency", "code", "version"),
    )
    op.create_table(
        "form_definition",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("fields", Json, nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("made_by", Uid(), nullable=True),
        sa.Column("published_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("agency", "code", "version"),
    )
    op.create_table(
        "job",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("kind", sa.String(80), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("agency", Uid(), nullable=True),
        sa.Column("due", Instant(), nullable=False),
        sa.Column("ready", Instant(), nullable=False),
        sa.Column("payload", Json, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claim", Uid(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("ended", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "key", name="uq_job_kind_key"),
    )
    op.create_index("ix_job_state_ready", "job", ["state", "ready"], unique=False)
    op.create_table(
        "preference",
        sa.Column("account", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("body", Json, nullable=False),
        sa.Column("updated", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("account"),
    )
    op.create_table(
        "push_subscription",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("account", Uid(), nullable=False),
        sa.Column("device", Uid(), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("endpoint_hash", sa.String(64), nullable=False),
        sa.Column("p256dh", sa.String(120), nullable=False),
        sa.Column("auth", sa.String(40), nullable=False),
        sa.Column("label", sa.String(80), nullable=False),
        sa.Column("created", Instant(), nullable=False),
        sa.Column("last_success_at", Instant(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("removed_at", Instant(), nullable=True),
        sa.Column("removed_reason", sa.String(20), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_push_subscription_account", "push_subscription", ["account", "removed_at"], unique=False)
    op.create_index(
        "uq_push_subscription_endpoint",
        "push_subscription",
        ["endpoint_hash"],
        unique=True,
        postgresql_where=sa.text("removed_at IS NULL"),
        sqlite_where=sa.text("removed_at IS NULL"),
    )
    op.create_table(
        "question",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("series", sa.String(4), nullable=False),
        sa.Column("running", sa.Integer(), nullable=False),
        sa.Column("receipt", sa.String(8), nullable=True),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("asker", Uid(), nullable=False),
        sa.Column("asker_name", sa.String(200), nullable=False),
        sa.Column("asker_nip", sa.String(24), nullable=False),
        sa.Column("asker_unit", Uid(), nullable=True),
        sa.Column("asker_unit_name", sa.String(200), nullable=False),
        sa.Column("kecamatan", Uid(), nullable=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("category", sa.String(40), nullable=False),
        sa.Column("suggested", sa.String(40), nullable=False),
        sa.Column("category_by", sa.String(16), nullable=False),
        sa.Column("unit", Uid(), nullable=False),
        sa.Column("unit_name", sa.String(200), nullable=False),
        sa.Column("holder", Uid(), nullable=True),
        sa.Column("holder_name", sa.String(200), nullable=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("filtered_by", sa.String(16), nullable=True),
        sa.Column("written_at", Instant(), nullable=False),
        sa.Column("arrived_at", Instant(), nullable=False),
        sa.Column("filtered_at", Instant(), nullable=True),
        sa.Column("clock_from", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("first_reply_at", Instant(), nullable=True),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("last_message_at", Instant(), nullable=False),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("follow_up_of", Uid(), nullable=True),
        sa.Column("desk", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("agency", "year", "series", "running"),
    )
    op.create_index("ix_question_asker", "question", ["asker", "arrived_at", "id"], unique=False)
    op.create_index("ix_question_holder", "question", ["holder", "state"], unique=False)
    op.create_index("ix_question_list", "question", ["agency", "arrived_at", "id"], unique=False)
    op.create_index("ix_question_unit", "question", ["agency", "unit", "arrived_at", "id"], unique=False)
    op.create_index("ix_question_window", "question", ["agency", "desk", "ended_at"], unique=False)
    op.create_table(
        "question_counter",
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("series", sa.String(4), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("agency", "year", "series"),
    )
    op.create_table(
        "question_event",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("question", Uid(), nullable=False),
        sa.Column("act", sa.String(24), nullable=False),
        sa.Column("before", sa.String(20), nullable=True),
        sa.Column("after", sa.String(20), nullable=False),
        sa.Column("account", Uid(), nullable=True),
        sa.Column("actor_name", sa.String(200), nullable=False),
        sa.Column("role", sa.String(8), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("detail", Json, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_question_event_thread", "question_event", ["question", "at", "id"], unique=False)
    op.create_table(
        "question_message",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("question", Uid(), nullable=False),
        sa.Column("author", sa.String(16), nullable=False),
        sa.Column("account", Uid(), nullable=True),
        sa.Column("author_name", sa.String(200), nullable=False),
        sa.Column("origin", sa.String(16), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("version_of", Uid(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_question_message_thread", "question_message", ["question", "at", "id"], unique=False)
    op.create_table(
        "question_note",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("question", Uid(), nullable=False),
        sa.Column("account", Uid(), nullable=True),
        sa.Column("author_name", sa.String(200), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_question_note_thread", "question_note", ["question", "at", "id"], unique=False)
    op.create_table(
        "question_read",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("account", Uid(), nullable=False),
        sa.Column("question", Uid(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "delivery_attempt",
        sa.Column("delivery", Uid(), nullable=False),
        sa.Column("subscription", Uid(), nullable=False),
        sa.Column("outcome", sa.String(12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(40), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["delivery"], ["delivery.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("delivery", "subscription"),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("delivery_attempt")
    op.drop_table("question_read")
    op.drop_index("ix_question_note_thread", table_name="question_note")
    op.drop_table("question_note")
    op.drop_index("ix_question_message_thread", table_name="question_message")
    op.drop_table("question_message")
    op.drop_index("ix_question_event_thread", table_name="question_event")
    op.drop_table("question_event")
    op.drop_table("question_counter")
    op.drop_index("ix_question_window", table_name="question")
    op.drop_index("ix_question_unit", table_name="question")
    op.drop_index("ix_question_list", table_name="question")
    op.drop_index("ix_question_holder", table_name="question")
    op.drop_index("ix_question_asker", table_name="question")
    op.drop_table("question")
    op.drop_index(
        "uq_push_subscription_endpoint",
        table_name="push_subscription",
        postgresql_where=sa.text("removed_at IS NULL"),
        sqlite_where=sa.text("removed_at IS NULL"),
    )
    op.drop_index("ix_push_subscription_account", table_name="push_subscription")
    op.drop_table("push_subscription")
    op.drop_table("preference")
    op.drop_index("ix_job_state_ready", table_name="job")
    op.drop_table("job")
    op.drop_table("form_definition")
    op.drop_table("form_catalogue")
    op.drop_table("form_article")
    op.drop_index("ix_file_state_expires", table_name="file")
    op.drop_index("ix_file_account_state", table_name="file")
    op.drop_table("file")
    op.drop_index("ix_delivery_state_not_before", table_name="delivery")
    op.drop_index("ix_delivery_agency_created", table_name="delivery")
    op.drop_index("ix_delivery_account_thread", table_name="delivery")
    op.drop_table("delivery")
