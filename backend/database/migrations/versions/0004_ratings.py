"""Ratings: instruments, codes, kiosks and shifts, ratings with their decisions, the survey, reports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend.database.types import Instant, Json, Uid
from backend.ratings.models.ratings import install

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

FIXED = (
    "id", "agency", "instrument", "version", "officer", "officer_name", "site", "site_estimated", "service", "score",
    "scores", "indicators", "code", "kiosk", "ticket", "presence", "channel", "made_at", "made_by", "tablet_at",
    "tablet_seq", "arrived_at", "service_date", "language", "arrived_as", "status_reason", "content_hash",
)  # fmt: skip


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "ikm_answer",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("site", Uid(), nullable=False),
        sa.Column("service", sa.String(16), nullable=False),
        sa.Column("answers", Json, nullable=False),
        sa.Column("sex", sa.String(1), nullable=True),
        sa.Column("age_band", sa.String(8), nullable=True),
        sa.Column("education", sa.String(12), nullable=True),
        sa.Column("work", sa.String(20), nullable=True),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("arrived_at", Instant(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("instrument", Uid(), nullable=False),
        sa.Column("code", Uid(), nullable=True),
        sa.Column("source", sa.String(8), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_ikm_answer_list", "ikm_answer", ["agency", "arrived_at", "id"], unique=False)
    op.create_index("ix_ikm_answer_period", "ikm_answer", ["agency", "service_date", "site"], unique=False)
    op.create_table(
        "ikm_report",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("site", Uid(), nullable=True),
        sa.Column("service", sa.String(16), nullable=True),
        sa.Column("period", sa.String(8), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("weight_policy", sa.String(8), nullable=False),
        sa.Column("missing", sa.String(16), nullable=False),
        sa.Column("formula_version", sa.String(12), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("figures", Json, nullable=False),
        sa.Column("follow_up", sa.String(4000), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=True),
        sa.Column("created", Instant(), nullable=False),
        sa.Column("created_by", Uid(), nullable=True),
        sa.Column("published", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_ikm_report_period", "ikm_report", ["agency", "first", "site"], unique=False)
    op.create_table(
        "rating",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("instrument", Uid(), nullable=False),
        sa.Column("version", sa.String(8), nullable=False),
        sa.Column("officer", Uid(), nullable=False),
        sa.Column("officer_name", sa.String(300), nullable=False),
        sa.Column("site", Uid(), nullable=False),
        sa.Column("site_estimated", sa.Boolean(), nullable=False),
        sa.Column("service", sa.String(16), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("scores", Json, nullable=False),
        sa.Column("indicators", Json, nullable=False),
        sa.Column("code", Uid(), nullable=True),
        sa.Column("kiosk", Uid(), nullable=True),
        sa.Column("ticket", Uid(), nullable=True),
        sa.Column("presence", sa.String(12), nullable=False),
        sa.Column("channel", sa.String(8), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("made_by", sa.String(8), nullable=False),
        sa.Column("tablet_at", Instant(), nullable=True),
        sa.Column("tablet_seq", sa.Integer(), nullable=True),
        sa.Column("arrived_at", Instant(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("phone_hash", sa.String(64), nullable=True),
        sa.Column("browser_hash", sa.String(64), nullable=True),
        sa.Column("device_hash", sa.String(64), nullable=True),
        sa.Column("visit_key", sa.String(64), nullable=True),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("arrived_as", sa.String(8), nullable=False),
        sa.Column("status", sa.String(8), nullable=False),
        sa.Column("status_reason", sa.String(24), nullable=True),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("agency", "visit_key", name="uq_rating_visit"),
    )
    op.create_index("ix_rating_burst", "rating", ["agency", "officer", "made_at"], unique=False)
    op.create_index("ix_rating_held", "rating", ["agency", "status", "arrived_at"], unique=False)
    op.create_index("ix_rating_kiosk_time", "rating", ["kiosk", "made_at"], unique=False)
    op.create_index("ix_rating_list", "rating", ["agency", "arrived_at", "id"], unique=False)
    op.create_index("ix_rating_officer", "rating", ["officer", "service_date"], unique=False)
    op.create_index("ix_rating_period", "rating", ["agency", "service_date", "status"], unique=False)
    op.create_index("ix_rating_site", "rating", ["agency", "site", "service_date"], unique=False)
    op.create_table(
        "rating_code",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("token", sa.String(11), nullable=False),
        sa.Column("person", Uid(), nullable=True),
        sa.Column("site", Uid(), nullable=True),
        sa.Column("issued", Instant(), nullable=False),
        sa.Column("issued_by", Uid(), nullable=True),
        sa.Column("revoked", Instant(), nullable=True),
        sa.Column("revoked_by", Uid(), nullable=True),
        sa.Column("reason", sa.String(500), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token"),
    )
    op.create_index("ix_rating_code_person", "rating_code", ["agency", "person"], unique=False)
    op.create_index("ix_rating_code_site", "rating_code", ["agency", "site"], unique=False)
    op.create_table(
        "rating_decision",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("rating", Uid(), nullable=False),
        sa.Column("act", sa.String(8), nullable=False),
        sa.Column("before", sa.String(8), nullable=False),
        sa.Column("after", sa.String(8), nullable=False),
        sa.Column("account", Uid(), nullable=True),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_rating_decision_rating", "rating_decision", ["rating", "at"], unique=False)
    op.create_table(
        "rating_instrument",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("family", sa.String(8), nullable=False),
        sa.Column("version", sa.String(8), nullable=False),
        sa.Column("issue", sa.Integer(), nullable=False),
        sa.Column("body", Json, nullable=False),
        sa.Column("valid_from", Instant(), nullable=False),
        sa.Column("created_by", Uid(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("agency", "family", "version", "issue", name="uq_rating_instrument"),
    )
    op.create_table(
        "rating_kiosk",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("site", Uid(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("account", Uid(), nullable=True),
        sa.Column("pairing_hash", sa.String(64), nullable=True),
        sa.Column("pairing_expires", Instant(), nullable=True),
        sa.Column("paired", Instant(), nullable=True),
        sa.Column("pin_hash", sa.String(200), nullable=True),
        sa.Column("step_secret", sa.String(200), nullable=True),
        sa.Column("created", Instant(), nullable=False),
        sa.Column("created_by", Uid(), nullable=True),
        sa.Column("revoked", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_rating_kiosk_account", "rating_kiosk", ["account"], unique=False)
    op.create_index("ix_rating_kiosk_pairing", "rating_kiosk", ["pairing_hash"], unique=False)
    op.create_index("ix_rating_kiosk_site", "rating_kiosk", ["agency", "site"], unique=False)
    op.create_table(
        "rating_lookup",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("rating", Uid(), nullable=False),
        sa.Column("account", Uid(), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.Column("same", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_rating_lookup_rating", "rating_lookup", ["rating", "at"], unique=False)
    op.create_table(
        "rating_phone",
        sa.Column("rating", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("ciphertext", sa.String(200), nullable=False),
        sa.Column("delete_after", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("rating"),
    )
    op.create_index("ix_rating_phone_delete", "rating_phone", ["delete_after"], unique=False)
    op.create_table(
        "rating_report",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(8), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("settings", Json, nullable=False),
        sa.Column("formula_version", sa.String(12), nullable=False),
        sa.Column("set_hash", sa.String(64), nullable=True),
        sa.Column("figures", Json, nullable=False),
        sa.Column("corrects", Uid(), nullable=True),
        sa.Column("created", Instant(), nullable=False),
        sa.Column("created_by", Uid(), nullable=True),
        sa.Column("drawn", Instant(), nullable=True),
        sa.Column("final", Instant(), nullable=True),
        sa.Column("published", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("agency", "number", name="uq_rating_report_number"),
    )
    op.create_index("ix_rating_report_period", "rating_report", ["agency", "first"], unique=False)
    op.create_table(
        "rating_report_file",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("report", Uid(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("site", Uid(), nullable=True),
        sa.Column("name", sa.String(160), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_rating_report_file_report", "rating_report_file", ["report"], unique=False)
    op.create_table(
        "rating_report_item",
        sa.Column("report", Uid(), nullable=False),
        sa.Column("rating", Uid(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("report", "rating"),
    )
    op.create_index("ix_rating_report_item_rating", "rating_report_item", ["rating"], unique=False)
    op.create_table(
        "rating_report_step",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("report", Uid(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(12), nullable=False),
        sa.Column("account", Uid(), nullable=True),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("role", sa.String(8), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("limit", sa.Integer(), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.Column("seen_hash", sa.String(64), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_rating_report_step_report", "rating_report_step", ["report", "at"], unique=False)
    op.create_table(
        "rating_service",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("code", sa.String(16), nullable=False),
        sa.Column("label_id", sa.String(120), nullable=False),
        sa.Column("label_en", sa.String(120), nullable=False),
        sa.Column("official", sa.String(200), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed", Instant(), nullable=False),
        sa.Column("changed_by", Uid(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("agency", "code", "version", name="uq_rating_service"),
    )
    op.create_table(
        "rating_settings",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("valid_from", Instant(), nullable=False),
        sa.Column("body", Json, nullable=False),
        sa.Column("changed_by", Uid(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("agency", "version", name="uq_rating_settings"),
    )
    op.create_index("ix_rating_settings_valid", "rating_settings", ["agency", "valid_from"], unique=False)
    op.create_table(
        "rating_shift",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("site", Uid(), nullable=False),
        sa.Column("person", Uid(), nullable=False),
        sa.Column("start", Instant(), nullable=False),
        sa.Column("end", Instant(), nullable=True),
        sa.Column("source", sa.String(8), nullable=False),
        sa.Column("entered_by", Uid(), nullable=True),
        sa.Column("entered", Instant(), nullable=False),
        sa.Column("cancelled", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_rating_shift_person", "rating_shift", ["person", "start"], unique=False)
    op.create_index("ix_rating_shift_site", "rating_shift", ["agency", "site", "start"], unique=False)
    op.create_table(
        "rating_ticket",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("site", Uid(), nullable=False),
        sa.Column("service", sa.String(16), nullable=True),
        sa.Column("issued", Instant(), nullable=False),
        sa.Column("issued_by", Uid(), nullable=True),
        sa.Column("used_by", Uid(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_rating_ticket_site", "rating_ticket", ["agency", "site", "issued"], unique=False)
    install(op.get_bind(), FIXED)


def downgrade() -> None:
    """Undo."""
    op.drop_table("rating_ticket")
    op.drop_table("rating_shift")
    op.drop_table("rating_settings")
    op.drop_table("rating_service")
    op.drop_table("rating_report_step")
    op.drop_table("rating_report_item")
    op.drop_table("rating_report_file")
    op.drop_table("rating_report")
    op.drop_table("rating_phone")
    op.drop_table("rating_lookup")
    op.drop_table("rating_kiosk")
    op.drop_table("rating_instrument")
    op.drop_table("rating_decision")
    op.drop_table("rating_code")
    op.drop_table("rating")
    op.drop_table("ikm_report")
    op.drop_table("ikm_answer")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION IF EXISTS rating_keep()")
