"""What a report adds up of each rating as five small columns: two passes over the ratings instead of four."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend.database.types import Json
from backend.ratings.models.ratings import guards

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_INDICATORS = ("P", "AM", "C", "AK", "K")
_BEFORE = (
    "id", "agency", "instrument", "version", "officer", "officer_name", "site", "site_estimated", "service", "score",
    "scores", "indicators", "code", "kiosk", "ticket", "presence", "channel", "made_at", "made_by", "tablet_at",
    "tablet_seq", "arrived_at", "service_date", "language", "arrived_as", "status_reason", "content_hash",
)  # fmt: skip


def upgrade() -> None:
    """Apply."""
    names = [f"given_{code.lower()}" for code in _INDICATORS]
    for name in names:
        op.add_column("rating", sa.Column(name, sa.SmallInteger(), nullable=False, server_default="0"))
    rating = sa.table(
        "rating", sa.column("version"), sa.column("scores", Json), sa.column("indicators", Json), *map(sa.column, names)
    )
    ticked = sa.cast(rating.c.indicators, sa.Text)
    op.execute(rating.update().values({
        name: sa.case(
            (rating.c.version == "v2", rating.c.scores[code].as_integer()),
            (ticked.like(f'%"{code}"%'), 1),
            else_=0,
        )
        for name, code in zip(names, _INDICATORS, strict=True)
    }))  # fmt: skip
    _guard((*_BEFORE, *names))


def downgrade() -> None:
    """Undo."""
    _guard(_BEFORE)
    for code in _INDICATORS:
        op.drop_column("rating", f"given_{code.lower()}")


def _guard(fixed: tuple[str, ...]) -> None:
    dialect = op.get_bind().dialect.name
    op.execute("DROP TRIGGER rating_keep" + (" ON rating" if dialect == "postgresql" else ""))
    [keep] = [one for one in guards(dialect, fixed) if "TRIGGER rating_keep " in one]
    op.execute(keep)
