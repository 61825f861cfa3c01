"""The PIN that opens the staff side of a counter tablet.

The tablet checks it without signal, so it holds a slow, salted hash. Six digits do not withstand whoever copies the
tablet's store; they keep a visitor at the counter out, and that is all they are for.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass

LENGTH = 6
ITERATIONS = 200_000


@dataclass(frozen=True, slots=True)
class PinCheck:
    """What is needed to check a PIN: PBKDF2 with SHA-256, 32 bytes; ``salt`` and ``hash`` are base64url."""

    salt: str
    hash: str
    iterations: int

    def stored(self) -> str:
        """The one line that the database keeps."""
        return f"{self.iterations}${self.salt}${self.hash}"

    @staticmethod
    def read(line: str) -> PinCheck:
        """The opposite of :meth:`stored`."""
        iterations, salt, hashed = line.split("$")
        return PinCheck(salt, hashed, int(iterations))


def new_pin() -> str:
    """Six random digits."""
    return "".join(secrets.choice("0123456789") for _ in range(LENGTH))


def check_of(pin: str, salt: bytes | None = None, iterations: int = ITERATIONS) -> PinCheck:
    """The check of a PIN, with a salt of its own."""
    salt = salt or secrets.token_bytes(16)
    hashed = hashlib.pbkdf2_hmac("sha256", pin.encode(), salt, iterations)
    return PinCheck(_text(salt), _text(hashed), iterations)


def fits(check: PinCheck, pin: str) -> bool:
    """Whether the PIN is the one that the check was made of."""
    again = check_of(pin, base64.urlsafe_b64decode(check.salt + "=="), check.iterations)
    return hmac.compare_digest(again.hash, check.hash)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
