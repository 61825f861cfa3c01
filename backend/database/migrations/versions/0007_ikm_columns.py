"""Answers of the satisfaction survey as columns: the database adds up nine numbers, not nine looks into JSON."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend.database.types import Json

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ELEMENTS = tuple(f"u{number}" for number in range(1, 10))


def upgrade() -> None:
    """Apply."""
    for name in _ELEMENTS:
        op.add_column("ikm_answer", sa.Column(name, sa.SmallInteger(), nullable=True))
    answer = sa.table("ikm_answer", sa.column("answers", Json), *[sa.column(name) for name in _ELEMENTS])
    op.execute(answer.update().values({name: answer.c.answers[name.upper()].as_integer() for name in _ELEMENTS}))
    op.drop_column("ikm_answer", "answers")


def downgrade() -> None:
    """Undo."""
    op.add_column("ikm_answer", sa.Column("answers", Json, nullable=False, server_default="{}"))
    for name in _ELEMENTS:
        op.drop_column("ikm_answer", name)
