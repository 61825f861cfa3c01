"""Questions through other doors than the app: who wrote from where, who typed it in, what is still to send."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend.database.types import Instant, Json, Uid

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_QUESTION = {
    "contact": Uid(),
    "address": sa.String(320),
    "gateway": Uid(),
    "entered_by": Uid(),
    "entered_role": sa.String(8),
    "entered_unit": Uid(),
    "visit": Uid(),
    "unsent": Uid(),
    "unsent_act": sa.String(24),
}


def upgrade() -> None:
    """Apply."""
    for name, type in _QUESTION.items():
        op.add_column("question", sa.Column(name, type, nullable=True))
    op.create_index("ix_question_contact", "question", ["contact", "arrived_at"])
    op.add_column("question_message", sa.Column("delivery", sa.String(16), nullable=True))
    op.create_table(
        "question_contact",
        sa.Column("id", Uid(), primary_key=True),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("gateway", Uid(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("seen", Instant(), nullable=False),
        sa.Column("menu", Json, nullable=True),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("question_contact")
    op.drop_column("question_message", "delivery")
    op.drop_index("ix_question_contact", "question")
    for name in _QUESTION:
        op.drop_column("question", name)
