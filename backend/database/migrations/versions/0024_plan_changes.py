"""When each part of a plan was written last, and by whom the superior's part."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend.database.types import Instant, Uid

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

TABLES = ("skp_plan", "skp_rhk", "skp_indicator")


def upgrade() -> None:
    """Apply."""
    for table in TABLES:
        op.add_column(table, sa.Column("changed_at", Instant, nullable=True))
    op.add_column("skp_plan", sa.Column("expected_at", Instant, nullable=True))
    op.add_column("skp_plan", sa.Column("expected_by", Uid, nullable=True))
    op.add_column("skp_plan", sa.Column("expected_by_name", sa.String(300), nullable=False, server_default=""))


def downgrade() -> None:
    """Undo."""
    for name in ("expected_by_name", "expected_by", "expected_at"):
        op.drop_column("skp_plan", name)
    for table in TABLES:
        op.drop_column(table, "changed_at")
