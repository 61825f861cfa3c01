"""One code of a kind is in force at a time for each person and each site."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_OWNERS = ("person", "site")


def upgrade() -> None:
    """Apply."""
    in_force = sa.text("revoked IS NULL")
    for owner in _OWNERS:
        op.create_index(
            f"uq_rating_code_{owner}",
            "rating_code",
            ["agency", "kind", owner],
            unique=True,
            sqlite_where=in_force,
            postgresql_where=in_force,
        )


def downgrade() -> None:
    """Undo."""
    for owner in _OWNERS:
        op.drop_index(f"uq_rating_code_{owner}", table_name="rating_code")
