"""Threads in full: files of questions and messages, merged questions, how sure it is who asks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend.database.types import Json, Uid

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("question", sa.Column("merged_into", Uid, nullable=True))
    op.add_column("question", sa.Column("trust", sa.Integer(), nullable=False, server_default="2"))
    for table in ("question", "question_message"):
        op.add_column(table, sa.Column("files", Json, nullable=False, server_default="[]"))
    op.create_index("ix_question_merged", "question", ["merged_into"])
    op.create_table(
        "question_file",
        sa.Column("id", Uid, primary_key=True),
        sa.Column("agency", Uid, nullable=False),
        sa.Column("question", Uid, nullable=False),
        sa.Column("message", Uid, nullable=True),
    )
    op.create_index("ix_question_file_thread", "question_file", ["question"])


def downgrade() -> None:
    """Undo."""
    op.drop_table("question_file")
    op.drop_index("ix_question_merged", "question")
    for table in ("question_message", "question"):
        op.drop_column(table, "files")
    for column in ("trust", "merged_into"):
        op.drop_column("question", column)
