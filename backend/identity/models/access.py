"""What opens an account: credentials, activation codes, device sessions, and the brake on guessing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Table
from sqlmodel import Field, SQLModel

from backend.database.types import Instant, Uid


class Credential(SQLModel, table=True):
    """The password of an account (Argon2id). No row: not activated yet."""

    __tablename__ = "credential"

    account: str = Field(sa_type=Uid, primary_key=True)
    password_hash: str = Field(max_length=200)
    changed: datetime = Field(sa_type=Instant)


class Activation(SQLModel, table=True):
    """A code that lets a person choose a password: single use, until ``expires``. Only a keyed hash is kept."""

    __tablename__ = "activation"
    __table_args__ = (Index("ix_activation_account", "account"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    account: str = Field(sa_type=Uid)
    code_hash: str = Field(max_length=64)
    issued: datetime = Field(sa_type=Instant)
    issued_by: str | None = Field(default=None, sa_type=Uid)
    expires: datetime = Field(sa_type=Instant)
    used: datetime | None = Field(default=None, sa_type=Instant)
    voided: datetime | None = Field(default=None, sa_type=Instant)


class DeviceSession(SQLModel, table=True):
    """A signed-in browser. The token itself is only in its cookie; ``expires`` slides with use."""

    __tablename__ = "device_session"
    __table_args__ = (Index("ix_device_session_account", "account"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    token_hash: str = Field(max_length=64, unique=True)
    account: str = Field(sa_type=Uid)
    agency: str = Field(sa_type=Uid)
    label: str = Field(default="", max_length=120)
    created: datetime = Field(sa_type=Instant)
    last_seen: datetime = Field(sa_type=Instant)
    expires: datetime = Field(sa_type=Instant)
    revoked: datetime | None = Field(default=None, sa_type=Instant)


class SignInThrottle(SQLModel, table=True):
    """Failures counted for one identifier or one address (``key`` is a keyed hash of it)."""

    __tablename__ = "sign_in_throttle"

    key: str = Field(max_length=64, primary_key=True)
    failures: int = 0
    last: datetime = Field(sa_type=Instant)
    blocked_until: datetime | None = Field(default=None, sa_type=Instant)


CREDENTIAL: Table = Credential.__table__  # type: ignore[attr-defined]
ACTIVATION: Table = Activation.__table__  # type: ignore[attr-defined]
DEVICE_SESSION: Table = DeviceSession.__table__  # type: ignore[attr-defined]
SIGN_IN_THROTTLE: Table = SignInThrottle.__table__  # type: ignore[attr-defined]
