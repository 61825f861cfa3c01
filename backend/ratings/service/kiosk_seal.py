"""Phone numbers that a kiosk sealed to the server's public key: HPKE (RFC 9180), bound to their rating.

The key pair of an agency follows from the key file: it is nowhere in the database, and a dump opens nothing.
"""

from __future__ import annotations

import base64
import binascii

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from backend.keys import Keys

PREFIX = "h1."
"""Begins every number that a kiosk sealed; other ways of sealing begin otherwise."""
MOST = 300
_SUITE = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class NotOpened(ValueError):
    """The text was not sealed for this rating by anybody who had the agency's public key."""


def _private(keys: Keys, agency: str) -> ec.EllipticCurvePrivateKey:
    number = int.from_bytes(keys.derive("seal", f"rating-kiosk/{agency}"))
    return ec.derive_private_key(number % (_ORDER - 1) + 1, ec.SECP256R1())


def public_key(keys: Keys, agency: str) -> str:
    """What the agency's kiosks seal to: a point of P-256, uncompressed, base64url."""
    point = _private(keys, agency).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


def open_phone(keys: Keys, agency: str, rating: str, sealed: str) -> str:
    """The number as the visitor typed it. Raises :class:`NotOpened`."""
    if not sealed.startswith(PREFIX) or len(sealed) > MOST:
        raise NotOpened
    try:
        content = base64.b64decode(sealed.removeprefix(PREFIX) + "==", altchars=b"-_", validate=True)
        plain = _SUITE.decrypt(content, _private(keys, agency), f"sambung/rating-phone/{rating}".encode())
        return plain.decode().strip()
    except (binascii.Error, InvalidTag, ValueError) as fault:
        raise NotOpened from fault


def seal_phone(keys: Keys, agency: str, rating: str, phone: str) -> str:
    """What a kiosk does on its own: for tests and for whoever writes another kiosk."""
    public = _private(keys, agency).public_key()
    content = _SUITE.encrypt(phone.ljust(24).encode(), public, f"sambung/rating-phone/{rating}".encode())
    return PREFIX + base64.urlsafe_b64encode(content).rstrip(b"=").decode()
