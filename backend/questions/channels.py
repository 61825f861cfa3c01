"""The channels of a question: who enters them, and on which way an answer reaches the asker. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

APP, PHONE, COUNTER = "aplikasi", "telepon", "loket"
WHATSAPP, INSTAGRAM, FACEBOOK, EMAIL = "whatsapp", "instagram", "facebook", "email"
BY_HAND = (WHATSAPP, INSTAGRAM, FACEBOOK, EMAIL)
"""Staff type these in, and send the answer there themselves."""
ENTERED = (COUNTER, *BY_HAND)
"""What ``question.enter`` takes; a call has an entry of its own."""
LABELS = {
    APP: "Aplikasi", PHONE: "Telepon", COUNTER: "Loket", WHATSAPP: "WhatsApp", INSTAGRAM: "Instagram",
    FACEBOOK: "Facebook", EMAIL: "E-mail",
}  # fmt: skip
SEES_OWN = ("TEL", "LKT")
"""Roles outside the desk that go on seeing what was entered under them."""
AHEAD = timedelta(minutes=10)
"""So far may a clock of a desk or of another service be ahead of ours."""


class Way(StrEnum):
    """How an answer reaches the asker."""

    THREAD = "percakapan"
    SPOKEN = "lisan"
    TYPED = "diketik_petugas"
    GATEWAY = "gateway"


class Delivery(StrEnum):
    """Where a message stands that leaves the app."""

    SPOKEN = "lisan"
    TO_SEND = "perlu_dikirim"
    """Staff still have to send it on the channel."""
    REPLACED = "tidak_dikirim"
    """Another text was written before it was sent."""
    QUEUED = "menunggu"
    SENT = "terkirim"
    FAILED = "gagal"


UNSENT = (Delivery.TO_SEND, Delivery.REPLACED)
"""The asker never got these: staff alone see them."""


def way(channel: str, gateway: str | None) -> Way:
    """The way of a channel; with a gateway the machine sends."""
    if gateway is not None:
        return Way.GATEWAY
    if channel in (PHONE, COUNTER):
        return Way.SPOKEN
    return Way.TYPED if channel in BY_HAND else Way.THREAD


def may_enter(role: str | None, channel: str) -> bool:
    """Who enters what: the counter and social media are entered by LKT, ADM, OPR; calls by TEL."""
    if channel == PHONE:
        return role == "TEL"
    return channel in ENTERED and role in ("LKT", "ADM", "OPR")


def original_time(said: datetime | None, now: datetime) -> datetime:
    """When something was written elsewhere, as evidence: never later than now."""
    return now if said is None or said > now else said


def is_in_future(said: datetime, now: datetime) -> bool:
    """Whether a time that somebody typed cannot be right."""
    return said > now + AHEAD
