"""Announcements, written once for all places."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend.database.types import Instant, Uid

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "announcement",
        sa.Column("id", Uid(), primary_key=True),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("account", Uid(), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("published", Instant(), nullable=True),
    )
    op.create_index("ix_announcement_list", "announcement", ["agency", "at"])


def downgrade() -> None:
    """Undo."""
    op.drop_table("announcement")
