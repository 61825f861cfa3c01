"""Anonymous reports of misconduct: sealed words and pictures with a date."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend.database.types import Uid

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "misconduct_report",
        sa.Column("id", Uid, primary_key=True),
        sa.Column("agency", Uid, nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("closed", sa.Date(), nullable=True),
        sa.Column("fresh", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_misconduct_report_agency", "misconduct_report", ["agency", "day"])
    op.create_table(
        "misconduct_word",
        sa.Column("id", Uid, primary_key=True),
        sa.Column("report", Uid, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(10), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
    )
    op.create_index("uq_misconduct_word_place", "misconduct_word", ["report", "place"], unique=True)
    op.create_table(
        "misconduct_picture",
        sa.Column("id", Uid, primary_key=True),
        sa.Column("report", Uid, nullable=False),
        sa.Column("word", Uid, nullable=False),
        sa.Column("type", sa.String(20), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
    )
    op.create_index("ix_misconduct_picture_report", "misconduct_picture", ["report"])


def downgrade() -> None:
    """Undo."""
    for table in ("misconduct_picture", "misconduct_word", "misconduct_report"):
        op.drop_table(table)
