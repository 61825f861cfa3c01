"""Engine, identity and audit log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend.audit.models import install
from backend.database.types import Instant, Json, Uid

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "activation",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("account", Uid(), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("issued", Instant(), nullable=False),
        sa.Column("issued_by", Uid(), nullable=True),
        sa.Column("expires", Instant(), nullable=False),
        sa.Column("used", Instant(), nullable=True),
        sa.Column("voided", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_activation_account", "activation", ["account"], unique=False)
    op.create_table(
        "agency",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("code", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("short", sa.String(100), nullable=False),
        sa.Column("staff_prefix", sa.String(6), nullable=False),
        sa.Column("created", Instant(), nullable=False),
        sa.Column("tree_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code"),
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=True),
        sa.Column("actor", Uid(), nullable=True),
        sa.Column("role", sa.String(16), nullable=True),
        sa.Column("act", sa.String(64), nullable=False),
        sa.Column("object_kind", sa.String(32), nullable=False),
        sa.Column("object_id", sa.String(64), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("detail", Json, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_audit_entry_agency_at", "audit_entry", ["agency", "at", "id"], unique=False)
    op.create_index("ix_audit_entry_object", "audit_entry", ["object_kind", "object_id"], unique=False)
    op.create_table(
        "credential",
        sa.Column("account", Uid(), nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("changed", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("account"),
    )
    op.create_table(
        "device_session",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("account", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("label", sa.String(120), nullable=False),
        sa.Column("created", Instant(), nullable=False),
        sa.Column("last_seen", Instant(), nullable=False),
        sa.Column("expires", Instant(), nullable=False),
        sa.Column("revoked", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index("ix_device_session_account", "device_session", ["account"], unique=False)
    op.create_table(
        "import_change",
        sa.Column("batch", Uid(), nullable=False),
        sa.Column("person", Uid(), nullable=False),
        sa.Column("before", Json, nullable=True),
        sa.Column("after", Json, nullable=False),
        sa.PrimaryKeyConstraint("batch", "person"),
    )
    op.create_table(
        "sign_in_throttle",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last", Instant(), nullable=False),
        sa.Column("blocked_until", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "agency_settings",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("valid_from", Instant(), nullable=False),
        sa.Column("zone", sa.String(4), nullable=False),
        sa.Column("calendar", Json, nullable=False),
        sa.Column("body", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["agency"],
            ["agency.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("agency", "version", name="uq_agency_settings_version"),
    )
    op.create_table(
        "import_batch",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("file_hash", sa.String(64), nullable=False),
        sa.Column("counts", Json, nullable=False),
        sa.Column("applied", Instant(), nullable=False),
        sa.Column("applied_by", Uid(), nullable=True),
        sa.Column("undone", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency"],
            ["agency.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_import_batch_agency", "import_batch", ["agency", "applied"], unique=False)
    op.create_table(
        "person",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("nip", sa.String(18), nullable=True),
        sa.Column("staff_code", sa.String(12), nullable=True),
        sa.Column("nip_reason", sa.String(500), nullable=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("front_title", sa.String(60), nullable=False),
        sa.Column("back_title", sa.String(100), nullable=False),
        sa.Column("name_key", sa.String(200), nullable=False),
        sa.Column("sex", sa.String(1), nullable=True),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("unit", Uid(), nullable=True),
        sa.Column("kecamatan", Uid(), nullable=True),
        sa.Column("position", sa.String(200), nullable=True),
        sa.Column("position_type", sa.String(16), nullable=True),
        sa.Column("position_level", sa.String(60), nullable=True),
        sa.Column("rank", sa.String(60), nullable=True),
        sa.Column("tmt_rank", sa.Date(), nullable=True),
        sa.Column("tmt_position", sa.Date(), nullable=True),
        sa.Column("tmt_cpns", sa.Date(), nullable=True),
        sa.Column("superior", Uid(), nullable=True),
        sa.Column("root", sa.Boolean(), nullable=False),
        sa.Column("phone", sa.String(40), nullable=True),
        sa.Column("email", sa.String(200), nullable=True),
        sa.Column("email_key", sa.String(200), nullable=True),
        sa.Column("photo", Uid(), nullable=True),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("corrected", Json, nullable=False),
        sa.Column("source_updated", Instant(), nullable=True),
        sa.Column("edited", Instant(), nullable=True),
        sa.Column("editor_name", sa.String(300), nullable=True),
        sa.Column("created", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency"],
            ["agency.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_person_name", "person", ["agency", "name_key", "id"], unique=False)
    op.create_index("ix_person_sign_in_email", "person", ["email_key"], unique=False)
    op.create_index("ix_person_sign_in_nip", "person", ["nip"], unique=False)
    op.create_index("ix_person_sign_in_staff_code", "person", ["staff_code"], unique=False)
    op.create_index("ix_person_superior", "person", ["superior"], unique=False)
    op.create_index("uq_person_nip", "person", ["agency", "nip"], unique=True)
    op.create_index("uq_person_staff_code", "person", ["agency", "staff_code"], unique=True)
    op.create_table(
        "unit",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("code", sa.String(32), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("type", sa.String(24), nullable=False),
        sa.Column("parent", Uid(), nullable=True),
        sa.Column("mandiri", sa.Boolean(), nullable=False),
        sa.Column("site", sa.Boolean(), nullable=False),
        sa.Column("km", sa.Integer(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("mode", sa.String(16), nullable=True),
        sa.Column("calendar", Json, nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency"],
            ["agency.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("agency", "code", name="uq_unit_code"),
    )
    op.create_table(
        "assignment",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("person", Uid(), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("unit", Uid(), nullable=True),
        sa.Column("position", sa.String(200), nullable=True),
        sa.Column("position_type", sa.String(16), nullable=True),
        sa.Column("superior", Uid(), nullable=True),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("end", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency"],
            ["agency.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_assignment_person", "assignment", ["person", "kind"], unique=False)
    op.create_index("ix_assignment_unit", "assignment", ["agency", "unit", "kind"], unique=False)
    op.create_table(
        "role_grant",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("person", Uid(), nullable=False),
        sa.Column("role", sa.String(8), nullable=False),
        sa.Column("unit", Uid(), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("end", sa.Date(), nullable=True),
        sa.Column("stand_in", sa.Boolean(), nullable=False),
        sa.Column("granted_by", Uid(), nullable=True),
        sa.Column("granted", Instant(), nullable=False),
        sa.Column("revoked", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency"],
            ["agency.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_role_grant_person", "role_grant", ["person"], unique=False)
    op.create_index("ix_role_grant_role", "role_grant", ["agency", "role", "unit"], unique=False)
    op.create_index(
        "uq_role_grant_post",
        "role_grant",
        ["person", "role", "unit", "start"],
        unique=True,
        sqlite_where=sa.text("revoked IS NULL"),
        postgresql_where=sa.text("revoked IS NULL"),
    )
    op.create_table(
        "feed_audience",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("agency", "name"),
    )
    op.create_table(
        "feed_entry",
        sa.Column("audience", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("id", Uid(), nullable=False),
        sa.Column("feed", sa.BigInteger(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("audience", "kind", "id"),
    )
    op.create_index(
        "ix_feed_entry_left",
        "feed_entry",
        ["changed"],
        unique=False,
        postgresql_where=sa.text("NOT live"),
        sqlite_where=sa.text("NOT live"),
    )
    op.create_index("ix_feed_entry_order", "feed_entry", ["audience", "feed"], unique=False)
    op.create_table(
        "feed_set",
        sa.Column("hash", sa.String(length=22), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("members", sa.Text(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_table(
        "sync_counter",
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("feed", sa.BigInteger(), nullable=False),
        sa.Column("epoch", Uid(), nullable=False),
        sa.Column("horizon", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("agency"),
    )
    op.create_table(
        "sync_device",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("account", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("first_seen", sa.BigInteger(), nullable=False),
        sa.Column("last_seen", sa.BigInteger(), nullable=False),
        sa.Column("high_seq", sa.Integer(), nullable=False),
        sa.Column("prior_high", sa.Integer(), nullable=False),
        sa.Column("gaps", sa.Text(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("app_version", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_sync_device_account"), "sync_device", ["account"], unique=False)
    op.create_table(
        "sync_mutation",
        sa.Column("id", Uid(), nullable=False),
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("account", Uid(), nullable=False),
        sa.Column("hash", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("device", Uid(), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=80), nullable=True),
        sa.Column("record", Uid(), nullable=True),
        sa.Column("receipt", sa.String(length=8), nullable=True),
        sa.Column("arrived", sa.BigInteger(), nullable=True),
        sa.Column("made", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=True),
        sa.Column("feed", sa.BigInteger(), nullable=True),
        sa.Column("code", sa.String(length=32), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("conflicts", sa.Text(), nullable=True),
        sa.Column("touched", sa.Text(), nullable=True),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("device", "seq"),
        sa.UniqueConstraint("receipt"),
    )
    op.create_index(
        "ix_sync_mutation_deferred",
        "sync_mutation",
        ["arrived"],
        unique=False,
        postgresql_where=sa.text("status = 'deferred'"),
        sqlite_where=sa.text("status = 'deferred'"),
    )
    op.create_table(
        "sync_record",
        sa.Column("agency", Uid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("id", Uid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("feed", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.BigInteger(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("audiences", sa.Text(), nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("agency", "kind", "id"),
    )
    op.create_table(
        "sync_resolution",
        sa.Column("resolved", Uid(), nullable=False),
        sa.Column("choice", Uid(), nullable=False),
        sa.PrimaryKeyConstraint("resolved"),
    )
    op.create_table(
        "sync_server",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("epoch", Uid(), nullable=False),
        sa.Column("epoch_start", sa.BigInteger(), nullable=True),
        sa.Column("restores", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "sync_wait",
        sa.Column("mutation", Uid(), nullable=False),
        sa.Column("needs", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("mutation", "needs"),
    )
    op.create_index(op.f("ix_sync_wait_needs"), "sync_wait", ["needs"], unique=False)
    install(op.get_bind())


def downgrade() -> None:
    """Undo."""
    op.drop_index(op.f("ix_sync_wait_needs"), table_name="sync_wait")
    op.drop_table("sync_wait")
    op.drop_table("sync_server")
    op.drop_table("sync_resolution")
    op.drop_table("sync_record")
    op.drop_index(
        "ix_sync_mutation_deferred",
        table_name="sync_mutation",
        postgresql_where=sa.text("status = 'deferred'"),
        sqlite_where=sa.text("status = 'deferred'"),
    )
    op.drop_table("sync_mutation")
    op.drop_index(op.f("ix_sync_device_account"), table_name="sync_device")
    op.drop_table("sync_device")
    op.drop_table("sync_counter")
    op.drop_table("feed_set")
    op.drop_index("ix_feed_entry_order", table_name="feed_entry")
    op.drop_index(
        "ix_feed_entry_left",
        table_name="feed_entry",
        postgresql_where=sa.text("NOT live"),
        sqlite_where=sa.text("NOT live"),
    )
    op.drop_table("feed_entry")
    op.drop_table("feed_audience")
    op.drop_index(
        "uq_role_grant_post",
        table_name="role_grant",
        sqlite_where=sa.text("revoked IS NULL"),
        postgresql_where=sa.text("revoked IS NULL"),
    )
    op.drop_index("ix_role_grant_role", table_name="role_grant")
    op.drop_index("ix_role_grant_person", table_name="role_grant")
    op.drop_table("role_grant")
    op.drop_index("ix_assignment_unit", table_name="assignment")
    op.drop_index("ix_assignment_person", table_name="assignment")
    op.drop_table("assignment")
    op.drop_table("unit")
    op.drop_index("uq_person_staff_code", table_name="person")
    op.drop_index("uq_person_nip", table_name="person")
    op.drop_index("ix_person_superior", table_name="person")
    op.drop_index("ix_person_sign_in_staff_code", table_name="person")
    op.drop_index("ix_person_sign_in_nip", table_name="person")
    op.drop_index("ix_person_sign_in_email", table_name="person")
    op.drop_index("ix_person_name", table_name="person")
    op.drop_table("person")
    op.drop_index("ix_import_batch_agency", table_name="import_batch")
    op.drop_table("import_batch")
    op.drop_table("agency_settings")
    op.drop_table("sign_in_throttle")
    op.drop_table("import_change")
    op.drop_index("ix_device_session_account", table_name="device_session")
    op.drop_table("device_session")
    op.drop_table("credential")
    op.drop_index("ix_audit_entry_object", table_name="audit_entry")
    op.drop_index("ix_audit_entry_agency_at", table_name="audit_entry")
    op.drop_table("audit_entry")
    op.drop_table("agency")
    op.drop_index("ix_activation_account", table_name="activation")
    op.drop_table("activation")
