"""Who can be reached, what waits to be sent, how each try went, and what people want."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Text, text
from sqlmodel import Field, SQLModel

from backend.database.types import Instant, Json, Uid
from backend.notifications.rules import State


class Preference(SQLModel, table=True):
    """What a person chose, as last published: the worker reads it here. ``body``: wire names."""

    __tablename__ = "preference"

    account: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    body: dict[str, Any] = Field(sa_type=Json)
    updated: datetime = Field(sa_type=Instant)


class PushSubscription(SQLModel, table=True):
    """One device that can be reached. ``endpoint``, ``p256dh`` and ``auth`` are secrets of that device.

    A browser has one endpoint for everybody who signs in on it: it belongs to the last who subscribed.
    """

    __tablename__ = "push_subscription"
    __table_args__ = (
        Index("ix_push_subscription_account", "account", "removed_at"),
        Index(
            "uq_push_subscription_endpoint",
            "endpoint_hash",
            unique=True,
            postgresql_where=text("removed_at IS NULL"),
            sqlite_where=text("removed_at IS NULL"),
        ),
    )

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    account: str = Field(sa_type=Uid)
    device: str = Field(sa_type=Uid)
    endpoint: str = Field(sa_type=Text)
    endpoint_hash: str = Field(max_length=64)
    p256dh: str = Field(max_length=120)
    auth: str = Field(max_length=40)
    label: str = Field(default="", max_length=80)
    created: datetime = Field(sa_type=Instant)
    last_success_at: datetime | None = Field(default=None, sa_type=Instant)
    failures: int = 0
    """Refusals since the last success."""
    removed_at: datetime | None = Field(default=None, sa_type=Instant)
    removed_reason: str | None = Field(default=None, max_length=20)
    """``gone`` (the push service said so), ``unsubscribed``, ``replaced``, ``taken_over``, ``failing``."""


class Delivery(SQLModel, table=True):
    """One notice for one person, on its way to all devices of that person.

    ``title`` and ``body`` are what the person may have chosen to see; they are erased when it ends.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        Index("ix_delivery_state_not_before", "state", "not_before"),
        Index("ix_delivery_account_thread", "account", "thread"),
        Index("ix_delivery_agency_created", "agency", "created"),
    )

    id: str = Field(sa_type=Uid, primary_key=True)
    agency: str = Field(sa_type=Uid)
    account: str = Field(sa_type=Uid)
    kind: str = Field(max_length=60)
    thread: str | None = Field(default=None, max_length=80)
    title: str = Field(default="", max_length=120)
    body: str = Field(default="", sa_type=Text)
    who: str = Field(default="", max_length=120)
    """Whose word it is, as the thread names them; erased with the text."""
    url: str = Field(max_length=300)
    created: datetime = Field(sa_type=Instant)
    expires: datetime = Field(sa_type=Instant)
    not_before: datetime = Field(sa_type=Instant)
    """When it may be claimed, UTC; while it is being sent, when the lease ends."""
    state: str = Field(default=State.WAITING, max_length=20)
    claim: str | None = Field(default=None, sa_type=Uid)
    attempts: int = 0
    last_error: str | None = Field(default=None, max_length=40)
    ended: datetime | None = Field(default=None, sa_type=Instant)
    seen: datetime | None = Field(default=None, sa_type=Instant)
    """When the person looked at the thread, on whatever device."""


class DeliveryAttempt(SQLModel, table=True):
    """How a delivery stands at one device: a device that has it does not get it again."""

    __tablename__ = "delivery_attempt"

    delivery: str = Field(sa_type=Uid, primary_key=True, foreign_key="delivery.id", ondelete="CASCADE")
    subscription: str = Field(sa_type=Uid, primary_key=True)
    outcome: str = Field(max_length=12)
    attempts: int = 1
    last_error: str | None = Field(default=None, max_length=40)
    at: datetime = Field(sa_type=Instant)
