"""Proof of presence: the keys behind the codes of a screen, and the tickets that a counter hands out."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from itsdangerous import BadSignature, Signer

from backend.keys import Keys
from backend.ratings.rules import codes

TICKET_LIFE = timedelta(hours=24)
"""A ticket that nobody used within a day of its issue proves no visit any more."""


def step_key(keys: Keys, token: str) -> bytes:
    """The key of a token's step codes. It never leaves the server: screens get codes of the next minutes only."""
    return keys.derive("sign", f"rating/step/{token}")


def proved(keys: Keys, token: str, code: str | None, at: datetime, kiosks: Iterable[bytes] = ()) -> int | None:
    """The step that a page was opened in if its code is valid at an instant, else ``None``.

    ``kiosks`` are the secrets of the tablets at the site, whose screens show codes of their own.
    """
    if not code:
        return None
    for key in (step_key(keys, token), *kiosks):
        step = codes.step_shown(key, token, code, at)
        if step is not None:
            return step
    return None


def _signer(keys: Keys) -> Signer:
    return Signer(keys.derive("sign", "rating/ticket"), salt="visit", digest_method=hashlib.sha256)


def sign_ticket(keys: Keys, ticket: str) -> str:
    """A ticket's id as it stands in the QR code: nobody can invent one."""
    return _signer(keys).sign(base64.urlsafe_b64encode(UUID(ticket).bytes).rstrip(b"=")).decode()


def read_ticket(keys: Keys, text: str) -> str | None:
    """The id of a ticket of ours, or ``None`` for anything else."""
    try:
        raw = _signer(keys).unsign(text.encode())
        return str(UUID(bytes=base64.urlsafe_b64decode(raw + b"==")))
    except (BadSignature, ValueError):
        return None


def ticket_counts(issued: datetime, at: datetime) -> bool:
    """Whether a ticket still proves a visit at an instant."""
    return issued <= at < issued + TICKET_LIFE
