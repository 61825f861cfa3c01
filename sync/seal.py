"""Content at rest: deferred items wait encrypted."""

from __future__ import annotations

import base64
import secrets

from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def seal(key: bytes, content: bytes, bound_to: str) -> str:
    """Encrypt ``content`` (AES-256-GCM) so that it opens only for the same ``bound_to``."""
    nonce = secrets.token_bytes(12)
    return base64.b64encode(nonce + AESGCM(key).encrypt(nonce, content, bound_to.encode())).decode()


def unseal(key: bytes, sealed: str, bound_to: str) -> bytes:
    """The content of :func:`seal`. Raises ``cryptography.exceptions.InvalidTag`` if it was changed."""
    raw = base64.b64decode(sealed)
    return AESGCM(key).decrypt(raw[:12], raw[12:], bound_to.encode())
