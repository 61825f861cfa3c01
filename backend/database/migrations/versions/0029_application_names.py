"""Names of cases are searched in an index that holds all that the search looks at."""

from __future__ import annotations

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

FOUND = ["agency", "code", "subject_name", "id", "subject_key", "subject_kind", "first_submitted_at", "erased_at"]


def upgrade() -> None:
    """Apply."""
    op.drop_index("ix_application_name", table_name="application")
    op.create_index("ix_application_found", "application", FOUND, unique=False)


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_application_found", table_name="application")
    op.create_index("ix_application_name", "application", ["agency", "subject_name", "id"], unique=False)
