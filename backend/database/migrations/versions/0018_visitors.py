"""The guest register: visits, and when each ended."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend.database.types import Instant, Uid

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "guest_visit",
        sa.Column("id", Uid(), primary_key=True),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("counter", Uid(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("origin", sa.String(200), nullable=False),
        sa.Column("phone", sa.String(40), nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("age", sa.String(8), nullable=True),
        sa.Column("kecamatan", Uid(), nullable=True),
        sa.Column("served_by", sa.String(200), nullable=False),
        sa.Column("account", Uid(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("arrived", Instant(), nullable=False),
        sa.Column("erased", Instant(), nullable=True),
    )
    op.create_index("ix_guest_visit_list", "guest_visit", ["agency", "at"])
    op.create_table(
        "guest_departure",
        sa.Column("id", Uid(), primary_key=True),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("visit", Uid(), nullable=False),
        sa.Column("account", Uid(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
    )
    op.create_index("ix_guest_departure_visit", "guest_departure", ["visit"])


def downgrade() -> None:
    """Undo."""
    op.drop_table("guest_departure")
    op.drop_table("guest_visit")
