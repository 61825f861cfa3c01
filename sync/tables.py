"""The engine's tables. Times are milliseconds since 1970 UTC; bodies are JSON text, serialised once."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from sync.columns import Uid

metadata = MetaData()

server = Table(
    "sync_server",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("epoch", Uid, nullable=False),
    Column("epoch_start", BigInteger),
    Column("restores", Integer, nullable=False),
)
"""One row: which life of the database this is, and how many backups were restored before it."""

counter = Table(
    "sync_counter",
    metadata,
    Column("agency", Uid, primary_key=True),
    Column("feed", BigInteger, nullable=False),
    Column("epoch", Uid, nullable=False),
    Column("horizon", BigInteger, nullable=False, server_default="0"),
)
"""One row an agency: the last feed number, locked last in every write transaction; tombstones up to
``horizon`` are forgotten, so older cursors start anew."""

device = Table(
    "sync_device",
    metadata,
    Column("id", Uid, primary_key=True),
    Column("account", Uid, nullable=False, index=True),
    Column("agency", Uid, nullable=False),
    Column("first_seen", BigInteger, nullable=False),
    Column("last_seen", BigInteger, nullable=False),
    Column("high_seq", Integer, nullable=False),
    Column("prior_high", Integer, nullable=False),
    Column("gaps", Text, nullable=False),
    Column("waiting", Integer, nullable=False),
    Column("app_version", String(32), nullable=False),
)
"""``gaps``: the ranges of numbers up to ``high_seq`` that are neither stored nor voided, as JSON; ``prior_high``:
``high_seq`` before the latest batch; ``waiting``: items that the phone still held besides that batch."""

mutation = Table(
    "sync_mutation",
    metadata,
    Column("id", Uid, primary_key=True),
    Column("agency", Uid, nullable=False),
    Column("account", Uid, nullable=False),
    Column("hash", String(32), nullable=False),
    Column("status", String(10), nullable=False),
    Column("device", Uid),
    Column("seq", Integer),
    Column("kind", String(80)),
    Column("record", Uid),
    Column("receipt", String(8)),
    Column("arrived", BigInteger),
    Column("made", BigInteger),
    Column("version", BigInteger),
    Column("feed", BigInteger),
    Column("code", String(32)),
    Column("message", Text),
    Column("conflicts", Text),
    Column("touched", Text),
    Column("sealed", Text),
    UniqueConstraint("device", "seq"),
    UniqueConstraint("receipt"),
    Index(
        "ix_sync_mutation_deferred",
        "arrived",
        postgresql_where=text("status = 'deferred'"),
        sqlite_where=text("status = 'deferred'"),
    ),
)
"""Every mutation that got an answer, for ever (shrunk after 400 days): the memory that makes resending harmless."""

wait = Table(
    "sync_wait",
    metadata,
    Column("mutation", Uid, primary_key=True),
    Column("needs", String(64), primary_key=True, index=True),
)
"""What a deferred mutation waits for: a mutation's id or ``file:`` and an upload's id."""

resolution = Table(
    "sync_resolution",
    metadata,
    Column("resolved", Uid, primary_key=True),
    Column("choice", Uid, nullable=False),
)
"""A person's later ``choice`` stands for the mutation that ended in conflict."""

record = Table(
    "sync_record",
    metadata,
    Column("agency", Uid, primary_key=True),
    Column("kind", String(40), primary_key=True),
    Column("id", Uid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("feed", BigInteger, nullable=False),
    Column("digest", BigInteger, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Column("audiences", Text, nullable=False),
    Column("change", Text, nullable=False),
)
"""The current state of every published record; ``change`` is the finished JSON object of a pull page."""

audience = Table(
    "feed_audience",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("agency", Uid, nullable=False),
    Column("name", String(120), nullable=False),
    UniqueConstraint("agency", "name"),
)

entry = Table(
    "feed_entry",
    metadata,
    Column("audience", Integer, primary_key=True),
    Column("kind", String(40), primary_key=True),
    Column("id", Uid, primary_key=True),
    Column("feed", BigInteger, nullable=False),
    Column("live", Boolean, nullable=False),
    Column("changed", BigInteger, nullable=False),
    Index("ix_feed_entry_order", "audience", "feed"),
    Index("ix_feed_entry_left", "changed", postgresql_where=text("NOT live"), sqlite_where=text("NOT live")),
)
"""One record in one audience, at its latest number; not ``live``: it left the audience at that number."""

audience_set = Table(
    "feed_set",
    metadata,
    Column("hash", String(22), primary_key=True),
    Column("agency", Uid, nullable=False),
    Column("members", Text, nullable=False),
    Column("used", BigInteger, nullable=False),
)
"""The audience sets that cursors name; kept 180 days after their last use."""
