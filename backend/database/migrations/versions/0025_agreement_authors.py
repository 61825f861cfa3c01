"""Who wrote an item of a performance agreement last, and when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend.database.types import Instant, Uid

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

TABLE = "skp_agreement_item"


def upgrade() -> None:
    """Apply."""
    op.add_column(TABLE, sa.Column("changed_at", Instant, nullable=True))
    op.add_column(TABLE, sa.Column("changed_by", Uid, nullable=True))
    op.add_column(TABLE, sa.Column("changed_by_name", sa.String(300), nullable=False, server_default=""))


def downgrade() -> None:
    """Undo."""
    for name in ("changed_by_name", "changed_by", "changed_at"):
        op.drop_column(TABLE, name)
