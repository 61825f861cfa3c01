"""Agencies (tenants), their dated settings, and their unit trees."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, UniqueConstraint
from sqlmodel import Field, SQLModel

from backend.database.types import Instant, Json, Uid


class Agency(SQLModel, table=True):
    """A tenant. ``tree_version`` grows with every change of units or settings: caches are keyed by it, so that
    all server processes see a change with their next request."""

    __tablename__ = "agency"

    id: str = Field(sa_type=Uid, primary_key=True)
    code: str = Field(max_length=16, unique=True)
    kind: str = Field(max_length=16)
    """``kabupaten``, ``provinsi`` or ``vertikal``."""
    name: str = Field(max_length=200)
    short: str = Field(default="", max_length=100)
    staff_prefix: str = Field(max_length=6)
    created: datetime = Field(sa_type=Instant)
    tree_version: int = 1


class AgencySettings(SQLModel, table=True):
    """One version of an agency's settings, in force from ``valid_from`` (UTC) until the next one begins.

    ``body``: capital, languages, services, letter, signer_position, trip, contacts, as in the agency file.
    ``calendar`` has the shape of :mod:`backend.calendar.rules`.
    """

    __tablename__ = "agency_settings"
    __table_args__ = (UniqueConstraint("agency", "version", name="uq_agency_settings_version"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid, foreign_key="agency.id")
    version: int
    valid_from: datetime = Field(sa_type=Instant)
    zone: str = Field(max_length=4)
    calendar: dict[str, Any] = Field(sa_type=Json)
    body: dict[str, Any] = Field(default_factory=dict, sa_type=Json)


class Unit(SQLModel, table=True):
    """A unit of an agency's one tree. A used unit is closed (``valid_to``), never deleted.

    ``km`` and ``minutes``: one way to the capital by ``mode`` (darat, laut). ``site``: a service site with its
    own board, and with ``calendar`` its own hours and zone. ``mandiri``: its head gets the JPT plan form.
    """

    __tablename__ = "unit"
    __table_args__ = (UniqueConstraint("agency", "code", name="uq_unit_code"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid, foreign_key="agency.id")
    code: str = Field(max_length=32)
    name: str = Field(max_length=200)
    type: str = Field(max_length=24)
    parent: str | None = Field(default=None, sa_type=Uid)
    mandiri: bool = False
    site: bool = False
    km: int | None = None
    minutes: int | None = None
    mode: str | None = Field(default=None, max_length=16)
    calendar: dict[str, Any] | None = Field(default=None, sa_type=Json)
    valid_from: date
    valid_to: date | None = None


AGENCY: Table = Agency.__table__  # type: ignore[attr-defined]
AGENCY_SETTINGS: Table = AgencySettings.__table__  # type: ignore[attr-defined]
UNIT: Table = Unit.__table__  # type: ignore[attr-defined]
