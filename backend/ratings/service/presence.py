"""Proof of presence: the keys behind the codes of a screen, and the tickets that a counter hands out."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from itsdangerous import BadSignature, Signer

from backend.keys import Keys
from backend.ratings.rules import codes
from sync.seal import seal, unseal

TICKET_LIFE = timedelta(hours=24)
"""A ticket that nobody used within a day of its issue proves no visit any more."""


def step_key(keys: Keys, token: str) -> bytes:
    """The key of a token's step codes. It never leaves the server: screens get codes of the next minutes only."""
    return keys.derive("sign", f"rating/step/{token}")


def new_screen_key(keys: Keys, kiosk: str) -> str:
    """A random key for the codes of a tablet's screen, sealed for its row; it ends with the tablet."""
    return seal(keys.seal, secrets.token_bytes(32), kiosk)


def screen_key(keys: Keys, kiosk: str, sealed: str) -> bytes:
    """The key of a tablet's screen: the tablet holds it too, since it shows codes without a signal."""
    return unseal(keys.seal, sealed, kiosk)


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
