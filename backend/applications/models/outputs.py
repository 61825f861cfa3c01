"""Documents of subjects, letters and outputs of cases, texts that go out, signers, and what people say of a service."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Column, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from backend.database.types import Instant, Uid


class Document(SQLModel, table=True):
    """A document of a subject by its type, the code of a checklist item; ``newest``: the number of its last version."""

    __tablename__ = "document"
    __table_args__ = (UniqueConstraint("subject", "type"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    subject: str = Field(sa_type=Uid)
    type: str = Field(max_length=60)
    newest: int = 0


class DocumentVersion(SQLModel, table=True):
    """One version of a document, with the hash of what arrived; it never changes. ``number`` rises per subject and type
    from 1. ``file``: the upload. ``application``: the case that it came with. ``fine_on``: local day on which it was
    marked *Sesuai* last; ``valid_until``: so long the mark is carried to later cases (``None`` then: without end).
    ``erased_at``: since then its file is gone."""

    __tablename__ = "document_version"
    __table_args__ = (
        UniqueConstraint("document", "number"),
        Index("ix_document_version_subject", "subject", "type"),
        Index("ix_document_version_file", "file"),
        Index("ix_document_version_sha256", "agency", "sha256"),
    )

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    document: str = Field(sa_type=Uid)
    subject: str = Field(sa_type=Uid)
    type: str = Field(max_length=60)
    number: int
    application: str = Field(sa_type=Uid)
    file: str = Field(sa_type=Uid)
    media_type: str = Field(max_length=100)
    bytes: int = Field(sa_type=BigInteger)
    sha256: str = Field(max_length=64)
    download_name: str = Field(max_length=200)
    by: str = Field(sa_type=Uid)
    by_name: str = Field(max_length=300)
    day: date
    at: datetime = Field(sa_type=Instant)
    fine_on: date | None = None
    valid_until: date | None = None
    erased_at: datetime | None = Field(default=None, sa_type=Instant)


class ApplicationLetter(SQLModel, table=True):
    """A draft that the system made of a letter; a signed file must not be one of them. ``location``: in the storage."""

    __tablename__ = "application_letter"
    __table_args__ = (Index("ix_application_letter_application", "application", "code"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    application: str = Field(sa_type=Uid)
    code: str = Field(max_length=60)
    round: int
    type: str = Field(max_length=100)
    sha256: str = Field(max_length=64)
    bytes: int = Field(sa_type=BigInteger)
    location: str = Field(max_length=200)
    at: datetime = Field(sa_type=Instant)


class ApplicationOutput(SQLModel, table=True):
    """What a case ended with: number, local date and file. ``confirmed``: doubts that an officer passed, with the
    reason. ``replaced_by``: the output that took its place (*digantikan*); it is kept. ``erased_at``: since then its
    file is gone."""

    __tablename__ = "application_output"
    __table_args__ = (
        UniqueConstraint("application"),
        Index("ix_application_output_subject", "subject", "code"),
        Index("ix_application_output_sha256", "agency", "sha256"),
    )

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    application: str = Field(sa_type=Uid)
    subject: str = Field(sa_type=Uid)
    code: str = Field(max_length=60)
    number: str = Field(default="", max_length=100)
    date: date
    file: str = Field(sa_type=Uid)
    sha256: str = Field(max_length=64)
    bytes: int = Field(sa_type=BigInteger)
    download_name: str = Field(max_length=200)
    confirmed: str = ""
    by: str = Field(sa_type=Uid)
    by_name: str = Field(max_length=300)
    at: datetime = Field(sa_type=Instant)
    replaced_by: str | None = Field(default=None, sa_type=Uid)
    downloaded_at: datetime | None = Field(default=None, sa_type=Instant)
    downloaded_by: str | None = Field(default=None, sa_type=Uid)
    erased_at: datetime | None = Field(default=None, sa_type=Instant)


class ApplicationNotice(SQLModel, table=True):
    """A text to one person about a case. ``channel``: push, wa; ``status``: antre, terkirim, gagal, tanpa_nomor,
    dimatikan. The number is read when the text goes out and is never stored here."""

    __tablename__ = "application_notice"
    __table_args__ = (
        Index("ix_application_notice_application", "application"),
        Index("ix_application_notice_status", "agency", "status"),
    )

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    application: str = Field(sa_type=Uid)
    account: str = Field(sa_type=Uid)
    account_name: str = Field(max_length=300)
    channel: str = Field(max_length=8)
    state: str = Field(max_length=16)
    text: str = Field(max_length=500)
    status: str = Field(max_length=16)
    problem: str = Field(default="", max_length=200)
    at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)


class Signer(SQLModel, table=True):
    """Who signs the outputs of a service from ``start`` to ``end``: local days, both included; a stand-in has both."""

    __tablename__ = "service_signer"
    __table_args__ = (Index("ix_service_signer_code", "agency", "code"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    code: str = Field(max_length=40)
    name: str = Field(max_length=300)
    position: str = Field(max_length=200)
    stand_in: bool = False
    start: date
    end: date | None = None


class LetterTemplate(SQLModel, table=True):
    """A Word file in which an agency lays out a letter of a service; the one without ``ended_at`` is in use, without
    any the house's own. Earlier versions stay."""

    __tablename__ = "letter_template"
    __table_args__ = (UniqueConstraint("agency", "code", "letter", "version"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    code: str = Field(max_length=40)
    letter: str = Field(max_length=40)
    version: int
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    sha256: str = Field(max_length=64)
    at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)


class ServiceFeedback(SQLModel, table=True):
    """A defect or a wish about a service. ``status``: baru, ditangani, selesai."""

    __tablename__ = "service_feedback"
    __table_args__ = (Index("ix_service_feedback_code", "agency", "code", "at"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    code: str = Field(max_length=40)
    application: str | None = Field(default=None, sa_type=Uid)
    text: str
    reporter: str = Field(sa_type=Uid)
    reporter_name: str = Field(max_length=300)
    at: datetime = Field(sa_type=Instant)
    status: str = Field(default="baru", max_length=12)
    handler: str | None = Field(default=None, sa_type=Uid)
    handler_name: str = Field(default="", max_length=300)
    follow_up: str = ""
    handled_at: datetime | None = Field(default=None, sa_type=Instant)
