"""Messaging gateways of agencies, and the texts on their way out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend.database.types import Instant, Uid

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "gateway",
        sa.Column("id", Uid(), primary_key=True),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("owner", sa.String(20), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("url", sa.String(300), nullable=True),
        sa.Column("secret_version", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created", Instant(), nullable=False),
        sa.UniqueConstraint("agency", "code"),
    )
    op.create_table(
        "gateway_text",
        sa.Column("id", Uid(), primary_key=True),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("gateway", Uid(), nullable=False),
        sa.Column("address", sa.String(320), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("about", Uid(), nullable=True),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(40), nullable=True),
        sa.Column("created", Instant(), nullable=False),
        sa.Column("ended", Instant(), nullable=True),
    )
    op.create_index("ix_gateway_text_about", "gateway_text", ["about"])
    op.create_index("ix_gateway_text_created", "gateway_text", ["agency", "created"])


def downgrade() -> None:
    """Undo."""
    op.drop_table("gateway_text")
    op.drop_table("gateway")
