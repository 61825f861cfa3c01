"""Measures of a question as columns: reports add them up instead of reading every thread's hours anew."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_COLUMNS = (
    "filter_working",
    "filter_clock",
    "response_working",
    "response_clock",
    "handling_working",
    "handling_clock",
    "target_minutes",
)


def upgrade() -> None:
    """Apply. The nightly pass fills in what was measured before."""
    for name in _COLUMNS:
        op.add_column("question", sa.Column(name, sa.Integer(), nullable=True))
    op.create_index("ix_question_state", "question", ["agency", "state", "due_at"])


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_question_state", table_name="question")
    for name in _COLUMNS:
        op.drop_column("question", name)
