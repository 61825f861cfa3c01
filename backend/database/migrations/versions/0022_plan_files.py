"""Which record of a work plan names an upload; long-service awards that people hold."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend.database.types import Instant, Uid

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "skp_file",
        sa.Column("id", Uid(), primary_key=True),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("record", Uid(), nullable=False),
    )
    op.create_index("ix_skp_file_record", "skp_file", ["record"])
    op.create_table(
        "skp_award",
        sa.Column("id", Uid(), primary_key=True),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("person", Uid(), nullable=False),
        sa.Column("award", sa.String(4), nullable=False),
        sa.Column("decree", sa.String(200), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("by_name", sa.String(300), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.UniqueConstraint("agency", "person", "award"),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("skp_award")
    op.drop_table("skp_file")
