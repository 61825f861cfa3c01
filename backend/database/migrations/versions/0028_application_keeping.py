"""Since when a case, a document or an output is erased; what a PDF said when it arrived."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend.database.types import Instant, Uid

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

ERASABLE = ("application", "document_version", "application_output")


def upgrade() -> None:
    """Apply."""
    for table in ERASABLE:
        op.add_column(table, sa.Column("erased_at", Instant(), nullable=True))
    op.create_table(
        "file_reading",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("signatures", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_file_reading_at", "file_reading", ["at"], unique=False)


def downgrade() -> None:
    """Undo."""
    op.drop_table("file_reading")
    for table in ERASABLE:
        op.drop_column(table, "erased_at")
