"""The table of files."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field, SQLModel

from backend.database.types import Instant, Uid
from backend.files.rules import FileState


class File(SQLModel, table=True):
    """One file of one account. ``id`` is the upload's id, made by the client.

    ``type`` is set when the content is known; ``location`` is a random name on the disk that tells nothing.
    """

    __tablename__ = "file"
    __table_args__ = (
        Index("ix_file_account_state", "account", "state"),
        Index("ix_file_state_expires", "state", "expires"),
        Index("ix_file_account_created", "account", "created"),
    )

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    account: str = Field(sa_type=Uid)
    name: str = Field(max_length=160)
    type: str | None = Field(default=None, max_length=100)
    bytes: int = Field(sa_type=BigInteger)
    sha256: str = Field(max_length=64)
    state: str = Field(default=FileState.RECEIVING, max_length=12)
    code: str | None = Field(default=None, max_length=30)
    """Why it was refused."""
    location: str = Field(max_length=40, unique=True)
    created: datetime = Field(sa_type=Instant)
    expires: datetime = Field(sa_type=Instant)
    completed: datetime | None = Field(default=None, sa_type=Instant)


class FileReading(SQLModel, table=True):
    """What a whole PDF said when it arrived; ``id`` is the file's. ``text`` is ``None`` if nothing in it could be read,
    empty without a text layer. Kept until it was judged, at most :data:`backend.files.rules.LASTS`."""

    __tablename__ = "file_reading"
    __table_args__ = (Index("ix_file_reading_at", "at"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    text: str | None = Field(default=None, sa_type=Text)
    signatures: int = 0
    at: datetime = Field(sa_type=Instant)
