"""What an account sent within a day is counted."""

from __future__ import annotations

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_index("ix_file_account_created", "file", ["account", "created"], unique=False)


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_file_account_created", table_name="file")
