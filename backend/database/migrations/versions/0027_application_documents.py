"""Documents, letters, outputs, texts, signers, feedback and parties of service applications."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend.database.types import Instant, Uid

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "application_letter",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("application", Uid(), nullable=False),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(100), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("location", sa.String(200), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_application_letter_application", "application_letter", ["application", "code"], unique=False)
    op.create_table(
        "application_notice",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("application", Uid(), nullable=False),
        sa.Column("account", Uid(), nullable=False),
        sa.Column("account_name", sa.String(300), nullable=False),
        sa.Column("channel", sa.String(8), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("text", sa.String(500), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("problem", sa.String(200), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_application_notice_application", "application_notice", ["application"], unique=False)
    op.create_index("ix_application_notice_status", "application_notice", ["agency", "status"], unique=False)
    op.create_table(
        "application_output",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("application", Uid(), nullable=False),
        sa.Column("subject", Uid(), nullable=False),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("number", sa.String(100), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("file", Uid(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("download_name", sa.String(200), nullable=False),
        sa.Column("confirmed", sa.String(), nullable=False),
        sa.Column("by", Uid(), nullable=False),
        sa.Column("by_name", sa.String(300), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("replaced_by", Uid(), nullable=True),
        sa.Column("downloaded_at", Instant(), nullable=True),
        sa.Column("downloaded_by", Uid(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("application"),
    )
    op.create_index("ix_application_output_sha256", "application_output", ["agency", "sha256"], unique=False)
    op.create_index("ix_application_output_subject", "application_output", ["subject", "code"], unique=False)
    op.create_table(
        "document",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("subject", Uid(), nullable=False),
        sa.Column("type", sa.String(60), nullable=False),
        sa.Column("newest", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("subject", "type"),
    )
    op.create_table(
        "document_version",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("document", Uid(), nullable=False),
        sa.Column("subject", Uid(), nullable=False),
        sa.Column("type", sa.String(60), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("application", Uid(), nullable=False),
        sa.Column("file", Uid(), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("download_name", sa.String(200), nullable=False),
        sa.Column("by", Uid(), nullable=False),
        sa.Column("by_name", sa.String(300), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("fine_on", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("document", "number"),
    )
    op.create_index("ix_document_version_file", "document_version", ["file"], unique=False)
    op.create_index("ix_document_version_sha256", "document_version", ["agency", "sha256"], unique=False)
    op.create_index("ix_document_version_subject", "document_version", ["subject", "type"], unique=False)
    op.create_table(
        "party",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("name_key", sa.String(200), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("agency", "name_key"),
    )
    op.create_table(
        "party_officer",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("party", Uid(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("position", sa.String(150), nullable=False),
        sa.Column("phone", sa.String(40), nullable=False),
        sa.Column("email", sa.String(200), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("approved_at", Instant(), nullable=True),
        sa.Column("approved_by", Uid(), nullable=True),
        sa.Column("approved_by_name", sa.String(300), nullable=False),
        sa.Column("refused_at", Instant(), nullable=True),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_party_officer_party", "party_officer", ["party"], unique=False)
    op.create_table(
        "service_feedback",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("application", Uid(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("reporter", Uid(), nullable=False),
        sa.Column("reporter_name", sa.String(300), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("handler", Uid(), nullable=True),
        sa.Column("handler_name", sa.String(300), nullable=False),
        sa.Column("follow_up", sa.String(), nullable=False),
        sa.Column("handled_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_service_feedback_code", "service_feedback", ["agency", "code", "at"], unique=False)
    op.create_table(
        "service_signer",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("position", sa.String(200), nullable=False),
        sa.Column("stand_in", sa.Boolean(), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("end", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_service_signer_code", "service_signer", ["agency", "code"], unique=False)


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_service_signer_code", table_name="service_signer")
    op.drop_table("service_signer")
    op.drop_index("ix_service_feedback_code", table_name="service_feedback")
    op.drop_table("service_feedback")
    op.drop_index("ix_party_officer_party", table_name="party_officer")
    op.drop_table("party_officer")
    op.drop_table("party")
    op.drop_index("ix_document_version_subject", table_name="document_version")
    op.drop_index("ix_document_version_sha256", table_name="document_version")
    op.drop_index("ix_document_version_file", table_name="document_version")
    op.drop_table("document_version")
    op.drop_table("document")
    op.drop_index("ix_application_output_subject", table_name="application_output")
    op.drop_index("ix_application_output_sha256", table_name="application_output")
    op.drop_table("application_output")
    op.drop_index("ix_application_notice_status", table_name="application_notice")
    op.drop_index("ix_application_notice_application", table_name="application_notice")
    op.drop_table("application_notice")
    op.drop_index("ix_application_letter_application", table_name="application_letter")
    op.drop_table("application_letter")
