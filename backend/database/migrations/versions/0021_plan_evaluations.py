"""Carrying work plans out: the daily log, evidence, evaluations, objections, exports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend.database.types import Instant, Json, Uid

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "skp_achievement",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("unit", Uid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("round", sa.String(16), nullable=False),
        sa.Column("value", sa.String(20), nullable=False),
        sa.Column("document", sa.String(200), nullable=False),
        sa.Column("document_date", sa.Date(), nullable=False),
        sa.Column("by_name", sa.String(300), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("agency", "unit", "year", "round"),
    )
    op.create_table(
        "skp_counting_date",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("person", Uid(), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by_name", sa.String(300), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_skp_counting_date_person", "skp_counting_date", ["agency", "person"], unique=False)
    op.create_table(
        "skp_dialogue",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("plan", Uid(), nullable=False),
        sa.Column("rhk", Uid(), nullable=True),
        sa.Column("side", sa.String(8), nullable=False),
        sa.Column("account", Uid(), nullable=False),
        sa.Column("author_name", sa.String(300), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_skp_dialogue_plan", "skp_dialogue", ["plan", "at"], unique=False)
    op.create_table(
        "skp_evaluation",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("plan", Uid(), nullable=False),
        sa.Column("person", Uid(), nullable=False),
        sa.Column("unit", Uid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("round", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(16), nullable=False),
        sa.Column("rating_result", sa.String(10), nullable=True),
        sa.Column("rating_behaviour", sa.String(10), nullable=True),
        sa.Column("predicate", sa.String(20), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("appraiser", Uid(), nullable=True),
        sa.Column("appraiser_name", sa.String(300), nullable=False),
        sa.Column("by", Uid(), nullable=True),
        sa.Column("by_name", sa.String(300), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("finalised_at", Instant(), nullable=True),
        sa.Column("received_at", Instant(), nullable=True),
        sa.Column("document", sa.String(200), nullable=False),
        sa.Column("document_date", sa.Date(), nullable=True),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("plan", "round"),
    )
    op.create_index("ix_skp_evaluation_final", "skp_evaluation", ["agency", "finalised_at", "id"], unique=False)
    op.create_index("ix_skp_evaluation_person", "skp_evaluation", ["person"], unique=False)
    op.create_table(
        "skp_evaluation_counter",
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("agency"),
    )
    op.create_table(
        "skp_evaluation_version",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("evaluation", Uid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("content", Json, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("agency", "number"),
        sa.UniqueConstraint("evaluation", "version"),
    )
    op.create_table(
        "skp_evidence",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("plan", Uid(), nullable=False),
        sa.Column("rhk", Uid(), nullable=False),
        sa.Column("round", sa.String(16), nullable=False),
        sa.Column("account", Uid(), nullable=False),
        sa.Column("file", Uid(), nullable=True),
        sa.Column("name", sa.String(500), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(120), nullable=True),
        sa.Column("sha256", sa.String(64), nullable=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("fault", sa.String(), nullable=True),
        sa.Column("link", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("withdrawn_at", Instant(), nullable=True),
        sa.Column("withdrawn_reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_skp_evidence_file", "skp_evidence", ["file"], unique=False)
    op.create_index("ix_skp_evidence_plan", "skp_evidence", ["plan", "rhk"], unique=False)
    op.create_table(
        "skp_export",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("evaluation", Uid(), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due", Instant(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.Column("claim", Uid(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("agency", "key"),
    )
    op.create_index("ix_skp_export_state", "skp_export", ["agency", "state", "due"], unique=False)
    op.create_table(
        "skp_feedback",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("evaluation", Uid(), nullable=False),
        sa.Column("rhk", Uid(), nullable=True),
        sa.Column("value", sa.String(40), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("files", Json, nullable=False),
        sa.Column("account", Uid(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_skp_feedback_evaluation", "skp_feedback", ["evaluation", "at"], unique=False)
    op.create_table(
        "skp_log",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("plan", Uid(), nullable=False),
        sa.Column("rhk", Uid(), nullable=False),
        sa.Column("person", Uid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("amount", sa.String(40), nullable=False),
        sa.Column("files", Json, nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_skp_log_plan", "skp_log", ["plan", "day"], unique=False)
    op.create_table(
        "skp_objection",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("evaluation", Uid(), nullable=False),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("decider", Uid(), nullable=True),
        sa.Column("decision", sa.String(12), nullable=True),
        sa.Column("decision_reason", sa.String(), nullable=False),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("decided_by", Uid(), nullable=True),
        sa.Column("document", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("evaluation"),
    )
    op.create_table(
        "skp_realisation",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("plan", Uid(), nullable=False),
        sa.Column("rhk", Uid(), nullable=False),
        sa.Column("indicator", Uid(), nullable=True),
        sa.Column("round", sa.String(16), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_skp_realisation_plan", "skp_realisation", ["plan", "round"], unique=False)
    op.create_table(
        "skp_service_token",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("created", Instant(), nullable=False),
        sa.Column("revoked", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash"),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("skp_service_token")
    op.drop_table("skp_realisation")
    op.drop_table("skp_objection")
    op.drop_table("skp_log")
    op.drop_table("skp_feedback")
    op.drop_table("skp_export")
    op.drop_table("skp_evidence")
    op.drop_table("skp_evaluation_version")
    op.drop_table("skp_evaluation_counter")
    op.drop_table("skp_evaluation")
    op.drop_table("skp_dialogue")
    op.drop_table("skp_counting_date")
    op.drop_table("skp_achievement")
