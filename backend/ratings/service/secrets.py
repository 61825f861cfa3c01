"""Phone numbers and devices: keyed hashes for comparing, encryption for the rare check, nothing in clear.

The keys come from the key file, so that a stolen database alone tells no number.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from backend.identity.rules.phones import Phone, parse_phone
from backend.keys import Keys

OURS = "s1."
"""How a number begins that this server sealed itself; other beginnings are opened by ``openers``."""

Opener = Callable[[str, str, str], str]
"""(agency, rating id, sealed text) to the number as it was typed; raises ``ValueError``."""


@dataclass(slots=True)
class Secrets:
    """The room's keys of one installation. ``openers`` open what other devices sealed, by its beginning."""

    keys: Keys
    openers: Mapping[str, Opener] = field(default_factory=dict)
    _sivs: dict[str, AESSIV] = field(default_factory=dict)
    _macs: dict[tuple[str, str], bytes] = field(default_factory=dict)

    def seal(self, agency: str, rating: str, e164: str) -> str:
        """A number encrypted for one rating (AES-SIV): the same again for a resend, openable nowhere else."""
        sealed = self._siv(agency).encrypt(e164.encode("ascii"), [rating.encode()])
        return OURS + base64.urlsafe_b64encode(sealed).decode().rstrip("=")

    def open(self, agency: str, rating: str, sealed: str) -> Phone:
        """The number of a sealed text, parsed. Raises ``ValueError`` for a forged, foreign or broken one."""
        if sealed.startswith(OURS):
            try:
                raw = base64.urlsafe_b64decode(sealed[len(OURS) :] + "===")
                return parse_phone(self._siv(agency).decrypt(raw, [rating.encode()]).decode("ascii"))
            except (InvalidTag, binascii.Error, ValueError):
                raise ValueError("not sealed by this server for this rating") from None
        for beginning, opener in self.openers.items():
            if sealed.startswith(beginning):
                return parse_phone(opener(agency, rating, sealed))
        raise ValueError("sealed in an unknown way")

    def phone_hash(self, agency: str, phone: Phone) -> str:
        """The keyed hash by which ratings of one number are known as such (HMAC-SHA-256 of E.164)."""
        return phone.keyed_hash(self._mac("phone", agency))

    def hashed(self, purpose: str, agency: str, *parts: str) -> str:
        """A keyed hash of anything else: a browser's token, a device, the key of a visit."""
        return hmac.digest(self._mac(purpose, agency), "\n".join(parts).encode(), "sha256").hex()

    def _siv(self, agency: str) -> AESSIV:
        if agency not in self._sivs:
            halves = [self.keys.derive("seal", f"rating-phone/{half}/{agency}") for half in (1, 2)]
            self._sivs[agency] = AESSIV(b"".join(halves))
        return self._sivs[agency]

    def _mac(self, purpose: str, agency: str) -> bytes:
        key = (purpose, agency)
        if key not in self._macs:
            self._macs[key] = self.keys.derive("lookup", f"rating-{purpose}/{agency}")
        return self._macs[key]
