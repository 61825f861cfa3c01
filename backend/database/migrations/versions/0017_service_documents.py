"""Service documents that were drawn up; when an answered question was erased; the index that finds answered ones."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend.database.types import Instant, Uid

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "service_document",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=True),
        sa.Column("category", sa.String(40), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("account", Uid(), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_service_document_list", "service_document", ["agency", "at"])
    op.add_column("question", sa.Column("erased_at", Instant(), nullable=True))
    op.create_index("ix_question_answered", "question", ["agency", "answered_at"])


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_question_answered", table_name="question")
    op.drop_column("question", "erased_at")
    op.drop_index("ix_service_document_list", table_name="service_document")
    op.drop_table("service_document")
