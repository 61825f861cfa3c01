"""Mobile numbers: one spelling (E.164), a mask, and a keyed hash for the log (golden cases ``phone.json``)."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass

_DROPPED = re.compile(r"[\s\u00a0.\-()]")

PHONE_ERRORS = {
    "EMPTY": "Nomor HP belum diisi.",
    "BAD_CHARACTER": "Nomor HP hanya boleh berisi angka.",
    "TOO_SHORT": "Nomor HP terlalu pendek.",
    "TOO_LONG": "Nomor HP terlalu panjang.",
    "NO_PREFIX": "Awali nomor HP dengan 08 atau +62.",
    "NOT_MOBILE": "Ini bukan nomor HP. Nomor HP berawal 08.",
    "BAD_COUNTRY": "Kode negara tidak dikenal.",
}


@dataclass(frozen=True, slots=True)
class Phone:
    """A number in E.164 (``+62...``) with its region (``ID`` or ``OTHER``), or the broken rule in ``error``."""

    error: str = ""
    e164: str = ""
    region: str = ""

    @property
    def masked(self) -> str:
        """The first and the last three characters, asterisks between."""
        return self.e164[:3] + "*" * (len(self.e164) - 6) + self.e164[-3:]

    def keyed_hash(self, key: bytes) -> str:
        """HMAC-SHA-256 of the E.164 form, lower-case hex."""
        return hmac.new(key, self.e164.encode("ascii"), hashlib.sha256).hexdigest()


def parse_phone(raw: str) -> Phone:
    """Read a mobile number as people write it."""
    text = _DROPPED.sub("", raw)
    if not text:
        return Phone(error="EMPTY")
    plus = text.startswith("+")
    digits = text[1:] if plus else text
    if not (digits.isascii() and digits.isdigit()):
        return Phone(error="BAD_CHARACTER")
    if len(digits) < 8:
        return Phone(error="TOO_SHORT")
    if not plus and digits.startswith("00"):
        plus, digits = True, digits[2:]
    if digits.startswith("62"):
        return _national(digits[2:].removeprefix("0"))
    if plus:
        return _foreign(digits)
    if digits.startswith("0"):
        return _national(digits[1:])
    return _national(digits) if digits.startswith("8") else Phone(error="NO_PREFIX")


def _national(part: str) -> Phone:
    if not part.startswith("8"):
        return Phone(error="NOT_MOBILE")
    if len(part) < 9:
        return Phone(error="TOO_SHORT")
    return Phone(error="TOO_LONG") if len(part) > 12 else Phone(e164=f"+62{part}", region="ID")


def _foreign(digits: str) -> Phone:
    if digits.startswith("0"):
        return Phone(error="BAD_COUNTRY")
    if len(digits) < 8:
        return Phone(error="TOO_SHORT")
    return Phone(error="TOO_LONG") if len(digits) > 15 else Phone(e164=f"+{digits}", region="OTHER")
