"""Whose word a notice is, and when its person looked at the thread: the lock screen says who and how many."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend.database.types import Instant

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("delivery", sa.Column("who", sa.String(120), nullable=False, server_default=""))
    op.add_column("delivery", sa.Column("seen", Instant(), nullable=True))


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("delivery") as table:
        table.drop_column("seen")
        table.drop_column("who")
