"""Work plans: periods, agreements, plans with their results, rows, versions and events."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend.database.types import Instant, Json, Uid

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "skp_agreement",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("unit", Uid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(200), nullable=False),
        sa.Column("document_date", sa.Date(), nullable=False),
        sa.Column("fixed_at", Instant(), nullable=False),
        sa.Column("fixed_by_name", sa.String(300), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("agency", "unit", "year"),
    )
    op.create_table(
        "skp_agreement_item",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("unit", Uid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("indicator", sa.String(), nullable=True),
        sa.Column("target", sa.String(), nullable=True),
        sa.Column("order", sa.Integer(), nullable=True),
        sa.Column("removed", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_skp_agreement_item_unit", "skp_agreement_item", ["agency", "unit", "year"], unique=False)
    op.create_table(
        "skp_event",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("plan", Uid(), nullable=False),
        sa.Column("act", sa.String(24), nullable=False),
        sa.Column("before", sa.String(16), nullable=False),
        sa.Column("after", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("account", Uid(), nullable=True),
        sa.Column("actor_name", sa.String(300), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("detail", Json, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_skp_event_plan", "skp_event", ["plan", "at", "id"], unique=False)
    op.create_table(
        "skp_exemption",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("person", Uid(), nullable=False),
        sa.Column("reason", sa.String(24), nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("end", sa.Date(), nullable=True),
        sa.Column("by_name", sa.String(300), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_skp_exemption_person", "skp_exemption", ["agency", "person"], unique=False)
    op.create_table(
        "skp_indicator",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("plan", Uid(), nullable=False),
        sa.Column("rhk", Uid(), nullable=False),
        sa.Column("order", sa.Integer(), nullable=True),
        sa.Column("approach", sa.String(12), nullable=False),
        sa.Column("aspect", sa.String(12), nullable=True),
        sa.Column("indicator", sa.String(), nullable=True),
        sa.Column("target", sa.String(), nullable=True),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("narrative", sa.String(), nullable=True),
        sa.Column("removed", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_skp_indicator_plan", "skp_indicator", ["plan"], unique=False)
    op.create_index("ix_skp_indicator_rhk", "skp_indicator", ["rhk"], unique=False)
    op.create_table(
        "skp_period",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("end", sa.Date(), nullable=False),
        sa.Column("rhythm", sa.String(12), nullable=False),
        sa.Column("gate", sa.String(8), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("receipt_days", sa.Integer(), nullable=False),
        sa.Column("objection_days", sa.Integer(), nullable=False),
        sa.Column("evidence_bytes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("agency", "year"),
    )
    op.create_table(
        "skp_plan",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("period", Uid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("person", Uid(), nullable=False),
        sa.Column("person_name", sa.String(300), nullable=False),
        sa.Column("unit", Uid(), nullable=False),
        sa.Column("unit_name", sa.String(200), nullable=False),
        sa.Column("position", sa.String(200), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(8), nullable=False),
        sa.Column("approach", sa.String(12), nullable=False),
        sa.Column("appraiser", Uid(), nullable=True),
        sa.Column("appraiser_name", sa.String(300), nullable=False),
        sa.Column("root", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("approved_version", sa.Integer(), nullable=True),
        sa.Column("terms", Json, nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("end", sa.Date(), nullable=False),
        sa.Column("submitted_at", Instant(), nullable=True),
        sa.Column("approved_at", Instant(), nullable=True),
        sa.Column("approved_by", Uid(), nullable=True),
        sa.Column("approved_by_name", sa.String(300), nullable=False),
        sa.Column("document", sa.String(200), nullable=False),
        sa.Column("document_date", sa.Date(), nullable=True),
        sa.Column("returned_reason", sa.String(), nullable=False),
        sa.Column("revision_reason", sa.String(), nullable=False),
        sa.Column("revision_asked_at", Instant(), nullable=True),
        sa.Column("closed_reason", sa.String(), nullable=False),
        sa.Column("review", Json, nullable=False),
        sa.Column("copied_from", Uid(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("agency", "period", "person", "turn"),
    )
    op.create_index("ix_skp_plan_appraiser", "skp_plan", ["appraiser", "period"], unique=False)
    op.create_index("ix_skp_plan_person", "skp_plan", ["person"], unique=False)
    op.create_index("ix_skp_plan_unit", "skp_plan", ["agency", "period", "unit"], unique=False)
    op.create_table(
        "skp_rhk",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("plan", Uid(), nullable=False),
        sa.Column("order", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("perspective", sa.String(24), nullable=True),
        sa.Column("agreement_item", Uid(), nullable=True),
        sa.Column("superior_rhk", Uid(), nullable=True),
        sa.Column("superior_text", sa.String(), nullable=True),
        sa.Column("superior_version", sa.Integer(), nullable=True),
        sa.Column("provisional", sa.String(), nullable=True),
        sa.Column("assigned_by", sa.String(), nullable=True),
        sa.Column("copied", sa.String(64), nullable=True),
        sa.Column("copied_year", sa.Integer(), nullable=True),
        sa.Column("ticked", sa.Boolean(), nullable=True),
        sa.Column("removed", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_skp_rhk_plan", "skp_rhk", ["plan"], unique=False)
    op.create_index("ix_skp_rhk_superior", "skp_rhk", ["superior_rhk"], unique=False)
    op.create_table(
        "skp_version",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("plan", Uid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", Json, nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("submitted_at", Instant(), nullable=False),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("decided_by", Uid(), nullable=True),
        sa.Column("decided_by_name", sa.String(300), nullable=False),
        sa.Column("appraiser", Uid(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("plan", "version"),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("skp_version")
    op.drop_table("skp_rhk")
    op.drop_table("skp_plan")
    op.drop_table("skp_period")
    op.drop_table("skp_indicator")
    op.drop_table("skp_exemption")
    op.drop_table("skp_event")
    op.drop_table("skp_agreement_item")
    op.drop_table("skp_agreement")
