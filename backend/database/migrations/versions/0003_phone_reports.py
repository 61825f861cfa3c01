"""What phones report of their own health."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend.database.types import Instant, Uid

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "phone_report",
        sa.Column("session", Uid(), nullable=False),
        sa.Column("what", sa.String(20), nullable=False),
        sa.Column("account", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("app_version", sa.String(32), nullable=False),
        sa.Column("first", Instant(), nullable=False),
        sa.Column("last", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("session", "what"),
    )
    op.create_index("ix_phone_report_last", "phone_report", ["last"])


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_phone_report_last", table_name="phone_report")
    op.drop_table("phone_report")
