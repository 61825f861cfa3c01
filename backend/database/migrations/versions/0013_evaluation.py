"""What the question service achieved: obstacles, evaluation reports and files, surveys, visitors, journeys."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend.database.types import Instant, Json, Uid
from backend.evaluation.models import install_guards

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "evaluation_file",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("report", Uid(), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("name", sa.String(160), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("report", "kind"),
    )
    op.create_table(
        "evaluation_obstacle",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("period", sa.String(8), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("effort", sa.String(), nullable=False),
        sa.Column("account", Uid(), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("role", sa.String(8), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("withdrawn", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_evaluation_obstacle_period", "evaluation_obstacle", ["agency", "period", "at"], unique=False)
    op.create_table(
        "evaluation_report",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("period", sa.String(8), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("texts", Json, nullable=False),
        sa.Column("figures", Json, nullable=False),
        sa.Column("created", Instant(), nullable=False),
        sa.Column("created_by", Uid(), nullable=False),
        sa.Column("final", Instant(), nullable=True),
        sa.Column("final_by", Uid(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("agency", "period"),
    )
    op.create_index("ix_evaluation_report_list", "evaluation_report", ["agency", "first"], unique=False)
    op.create_table(
        "journey_cost",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("started", sa.String(7), nullable=False),
        sa.Column("litres", sa.String(16), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.Column("meal", sa.Integer(), nullable=False),
        sa.Column("other", sa.Integer(), nullable=False),
        sa.Column("account", Uid(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_journey_cost_list", "journey_cost", ["agency", "at"], unique=False)
    op.create_table(
        "service_survey",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("survey", sa.String(12), nullable=False),
        sa.Column("about", sa.String(64), nullable=False),
        sa.Column("ease", sa.Integer(), nullable=False),
        sa.Column("speed", sa.Integer(), nullable=False),
        sa.Column("clarity", sa.Integer(), nullable=False),
        sa.Column("overall", sa.Integer(), nullable=False),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("agency", "survey", "about"),
    )
    op.create_index("ix_service_survey_at", "service_survey", ["agency", "survey", "at"], unique=False)
    op.create_table(
        "visitor_month",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("parts", Json, nullable=False),
        sa.Column("account", Uid(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_visitor_month_list", "visitor_month", ["agency", "month", "at"], unique=False)
    install_guards(op.get_bind())


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_visitor_month_list", table_name="visitor_month")
    op.drop_table("visitor_month")
    op.drop_index("ix_service_survey_at", table_name="service_survey")
    op.drop_table("service_survey")
    op.drop_index("ix_journey_cost_list", table_name="journey_cost")
    op.drop_table("journey_cost")
    op.drop_index("ix_evaluation_report_list", table_name="evaluation_report")
    op.drop_table("evaluation_report")
    op.drop_index("ix_evaluation_obstacle_period", table_name="evaluation_obstacle")
    op.drop_table("evaluation_obstacle")
    op.drop_table("evaluation_file")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION IF EXISTS evaluation_keep()")
