"""Which gateways an agency has, and the texts on their way out."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from backend.database.types import Instant, Uid
from backend.gateway.rules import State


class Gateway(SQLModel, table=True):
    """One gateway of an agency. ``id`` is its address at our door; ``url`` where texts are posted to.

    ``owner`` names the service that gets what comes in. The secret is derived from the key file and
    ``secret_version``; it is nowhere stored.
    """

    __tablename__ = "gateway"
    __table_args__ = (UniqueConstraint("agency", "code"),)

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    code: str = Field(max_length=40)
    owner: str = Field(max_length=20)
    channel: str = Field(max_length=16)
    name: str = Field(max_length=120)
    url: str | None = Field(default=None, max_length=300)
    secret_version: int = 1
    active: bool = True
    created: datetime = Field(sa_type=Instant)


class GatewayText(SQLModel, table=True):
    """One text for one address; ``id`` names it at the gateway, so that a second handing over is no second text.

    ``about`` is what the owner knows it by. ``text`` and ``address`` are erased when it is at an end.
    """

    __tablename__ = "gateway_text"
    __table_args__ = (
        Index("ix_gateway_text_about", "about"),
        Index("ix_gateway_text_created", "agency", "created"),
    )

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    gateway: str = Field(sa_type=Uid)
    address: str = Field(max_length=320)
    text: str = Field(sa_type=Text)
    about: str | None = Field(default=None, sa_type=Uid)
    state: str = Field(default=State.WAITING, max_length=12)
    tries: int = 0
    last_error: str | None = Field(default=None, max_length=40)
    created: datetime = Field(sa_type=Instant)
    ended: datetime | None = Field(default=None, sa_type=Instant)
