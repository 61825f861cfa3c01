"""What a report fixed stays: its acts, its set, its files, and from *final* on its figures."""

from __future__ import annotations

from alembic import op

from backend.ratings.models.reports import install_report_guards

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    install_report_guards(op.get_bind())


def downgrade() -> None:
    """Undo."""
    on_postgres = op.get_bind().dialect.name == "postgresql"
    for table in ("rating_report_item", "rating_report_step", "rating_report_file"):
        for act in ("keep",) if on_postgres else ("update", "delete"):
            op.execute(f"DROP TRIGGER {table}_{act}" + (f" ON {table}" if on_postgres else ""))
    for name in ("rating_report_keep", "rating_report_stay"):
        op.execute(f"DROP TRIGGER {name}" + (" ON rating_report" if on_postgres else ""))
    if on_postgres:
        op.execute("DROP FUNCTION IF EXISTS rating_report_keep()")
