"""Knowledge notes: drafts, who is in charge of an article and approved it; canned answers with their versions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend.database.types import Instant, Json, Uid

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_ARTICLE = ("category", "unit", "authors", "source", "withdrawn", "reason", "published_by")


def upgrade() -> None:
    """Apply. Articles published before stay in force; the agency's root is in charge of them."""
    op.add_column("form_article", sa.Column("category", sa.String(40), nullable=False, server_default=""))
    op.add_column("form_article", sa.Column("unit", Uid, nullable=True))
    op.add_column("form_article", sa.Column("authors", Json, nullable=False, server_default="[]"))
    op.add_column("form_article", sa.Column("source", Uid, nullable=True))
    op.add_column("form_article", sa.Column("withdrawn", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("form_article", sa.Column("reason", sa.String(), nullable=False, server_default=""))
    op.add_column("form_article", sa.Column("published_by", Uid, nullable=True))
    op.create_table(
        "knowledge_draft",
        sa.Column("id", Uid, primary_key=True),
        sa.Column("agency", Uid, nullable=False),
        sa.Column("unit", Uid, nullable=False),
        sa.Column("slug", sa.String(80), nullable=True),
        sa.Column("source", Uid, nullable=True),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("steps", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("valid_from", sa.String(10), nullable=False),
        sa.Column("category", sa.String(40), nullable=False),
        sa.Column("areas", Json, nullable=False),
        sa.Column("authors", Json, nullable=False),
        sa.Column("author_name", sa.String(200), nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.Column("updated_by_name", sa.String(200), nullable=False),
    )
    op.create_index("ix_knowledge_draft_agency", "knowledge_draft", ["agency", "updated_at"])
    op.create_table(
        "canned_answer",
        sa.Column("id", Uid, primary_key=True),
        sa.Column("agency", Uid, nullable=False),
        sa.Column("answer", Uid, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("category", sa.String(40), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.Column("account", Uid, nullable=True),
        sa.Column("account_name", sa.String(200), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.UniqueConstraint("agency", "answer", "version"),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("canned_answer")
    op.drop_index("ix_knowledge_draft_agency", table_name="knowledge_draft")
    op.drop_table("knowledge_draft")
    for name in _ARTICLE:
        op.drop_column("form_article", name)
