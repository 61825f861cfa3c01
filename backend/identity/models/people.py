"""People, their dated assignments and their role grants."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, Table, text
from sqlmodel import Field, SQLModel

from backend.database.types import Instant, Json, Uid


class Person(SQLModel, table=True):
    """A person in one agency: account and employee are one, and share this id.

    ``name_key`` is :func:`backend.identity.rules.names.search_key` of the name, ``email_key`` the e-mail in small
    letters. ``corrected`` names source-owned fields that HR changed and the source does not yet agree with.
    ``root``: HR named this person without a superior. Zones: dates are dates of the agency.
    """

    __tablename__ = "person"
    __table_args__ = (
        Index("uq_person_nip", "agency", "nip", unique=True),
        Index("uq_person_staff_code", "agency", "staff_code", unique=True),
        Index("ix_person_sign_in_nip", "nip"),
        Index("ix_person_sign_in_staff_code", "staff_code"),
        Index("ix_person_sign_in_email", "email_key"),
        Index("ix_person_name", "agency", "name_key", "id"),
        Index("ix_person_superior", "superior"),
    )

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid, foreign_key="agency.id")
    kind: str = Field(max_length=8)
    nip: str | None = Field(default=None, max_length=18)
    staff_code: str | None = Field(default=None, max_length=12)
    nip_reason: str | None = Field(default=None, max_length=500)
    name: str = Field(max_length=200)
    front_title: str = Field(default="", max_length=60)
    back_title: str = Field(default="", max_length=100)
    name_key: str = Field(max_length=200)
    sex: str | None = Field(default=None, max_length=1)
    birth_date: date | None = None
    unit: str | None = Field(default=None, sa_type=Uid)
    kecamatan: str | None = Field(default=None, sa_type=Uid)
    position: str | None = Field(default=None, max_length=200)
    position_type: str | None = Field(default=None, max_length=16)
    position_level: str | None = Field(default=None, max_length=60)
    rank: str | None = Field(default=None, max_length=60)
    tmt_rank: date | None = None
    tmt_position: date | None = None
    tmt_cpns: date | None = None
    superior: str | None = Field(default=None, sa_type=Uid)
    root: bool = False
    phone: str | None = Field(default=None, max_length=40)
    email: str | None = Field(default=None, max_length=200)
    email_key: str | None = Field(default=None, max_length=200)
    photo: str | None = Field(default=None, sa_type=Uid)
    status: str = Field(default="aktif", max_length=16)
    corrected: list[str] = Field(default_factory=list, sa_type=Json)
    source_updated: datetime | None = Field(default=None, sa_type=Instant)
    edited: datetime | None = Field(default=None, sa_type=Instant)
    editor_name: str | None = Field(default=None, max_length=300)
    """Who last edited the record by hand, if it was not the person; shown beside a conflicting value."""
    created: datetime = Field(sa_type=Instant)


class Assignment(SQLModel, table=True):
    """A dated fact about a person's place, so that past scores, plans and cases keep their context.

    ``kind``: ``post`` (unit, position, superior), ``site`` (serves at that unit), ``head`` (heads it) or ``acting``
    (appraises in the place of ``superior``).
    ``start`` and ``end`` are dates of the agency, both included.
    """

    __tablename__ = "assignment"
    __table_args__ = (
        Index("ix_assignment_person", "person", "kind"),
        Index("ix_assignment_unit", "agency", "unit", "kind"),
    )

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid, foreign_key="agency.id")
    person: str = Field(sa_type=Uid, foreign_key="person.id")
    kind: str = Field(max_length=8)
    unit: str | None = Field(default=None, sa_type=Uid)
    position: str | None = Field(default=None, max_length=200)
    position_type: str | None = Field(default=None, max_length=16)
    superior: str | None = Field(default=None, sa_type=Uid)
    start: date
    end: date | None = None


class RoleGrant(SQLModel, table=True):
    """A role on a unit and all below it, from ``start`` to ``end`` (agency dates, both included).

    ``revoked`` ends it at once, whatever its dates say.
    """

    __tablename__ = "role_grant"
    __table_args__ = (
        Index("ix_role_grant_person", "person"),
        Index("ix_role_grant_role", "agency", "role", "unit"),
        # The same role on the same unit from the same day twice would be one grant too many.
        Index(
            "uq_role_grant_post",
            "person",
            "role",
            "unit",
            "start",
            unique=True,
            sqlite_where=text("revoked IS NULL"),
            postgresql_where=text("revoked IS NULL"),
        ),
    )

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid, foreign_key="agency.id")
    person: str = Field(sa_type=Uid, foreign_key="person.id")
    role: str = Field(max_length=8)
    unit: str = Field(sa_type=Uid)
    start: date
    end: date | None = None
    stand_in: bool = False
    granted_by: str | None = Field(default=None, sa_type=Uid)
    granted: datetime = Field(sa_type=Instant)
    revoked: datetime | None = Field(default=None, sa_type=Instant)


PERSON: Table = Person.__table__  # type: ignore[attr-defined]
ASSIGNMENT: Table = Assignment.__table__  # type: ignore[attr-defined]
ROLE_GRANT: Table = RoleGrant.__table__  # type: ignore[attr-defined]
