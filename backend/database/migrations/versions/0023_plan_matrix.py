"""Indexes for the matrix: plans by name, results with what their place in it needs."""

from __future__ import annotations

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_index("ix_skp_plan_name", "skp_plan", ["agency", "period", "person_name", "id"])
    op.drop_index("ix_skp_rhk_plan", "skp_rhk")
    op.create_index("ix_skp_rhk_plan", "skp_rhk", ["plan", "removed", "kind", "superior_rhk"])


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_skp_rhk_plan", "skp_rhk")
    op.create_index("ix_skp_rhk_plan", "skp_rhk", ["plan"])
    op.drop_index("ix_skp_plan_name", "skp_plan")
