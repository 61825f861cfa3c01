"""Parties outside the agency, and the accounts of their officers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from backend.database.types import Instant, Uid


class Party(SQLModel, table=True):
    """The unit of a party that has a space of its own. ``name_key``: the folded name, one space each."""

    __tablename__ = "party"
    __table_args__ = (UniqueConstraint("agency", "name_key"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    name: str = Field(max_length=200)
    name_key: str = Field(max_length=200)
    created_at: datetime = Field(sa_type=Instant)


class PartyOfficer(SQLModel, table=True):
    """The account (``id`` is the person's) of an officer of a party. Until ``approved_at`` a draft may be filled and
    nothing is sent. ``refused_at``: the office does not know this officer."""

    __tablename__ = "party_officer"
    __table_args__ = (Index("ix_party_officer_party", "party"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    party: str = Field(sa_type=Uid)
    name: str = Field(max_length=200)
    position: str = Field(default="", max_length=150)
    phone: str = Field(default="", max_length=40)
    email: str = Field(default="", max_length=200)
    created_at: datetime = Field(sa_type=Instant)
    approved_at: datetime | None = Field(default=None, sa_type=Instant)
    approved_by: str | None = Field(default=None, sa_type=Uid)
    approved_by_name: str = Field(default="", max_length=300)
    refused_at: datetime | None = Field(default=None, sa_type=Instant)
    reason: str = Field(default="", max_length=500)
