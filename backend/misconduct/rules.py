"""The code of a report, and what may be written. Pure."""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base32: no letter looks like a digit."""
CODE_LENGTH = 12
TEXT_MIN, TEXT_MAX = 20, 8000
MOST_FILES = 3
FILE_BYTES = 5 * 1024 * 1024
REPORTER, RECIPIENT = "pelapor", "penerima"
_READ = {"O": "0", "I": "1", "L": "1", "U": "V"}


def code_of(digest: bytes) -> str:
    """A code of 12 symbols (60 bits) from at least 8 random-looking bytes."""
    number = int.from_bytes(digest[:8], "big")
    return "".join(ALPHABET[(number >> (5 * place)) & 31] for place in range(CODE_LENGTH))


def read_code(typed: str) -> str | None:
    """The code that was meant: any case, with or without hyphens and spaces; ``None`` if it cannot be one."""
    plain = "".join(_READ.get(sign, sign) for sign in typed[:60].upper() if sign.isalnum())
    return plain if len(plain) == CODE_LENGTH and all(sign in ALPHABET for sign in plain) else None


def spaced(code: str) -> str:
    """A code as people copy it: ``7K4M-2Q9X-3B8D``."""
    return "-".join(code[place : place + 4] for place in range(0, CODE_LENGTH, 4))


def text_fault(text: str, *, least: int = TEXT_MIN) -> str | None:
    """What is wrong with a text: ``short``, ``long``, ``signs``, or ``None``."""
    if len(text.strip()) < least:
        return "short"
    if len(text) > TEXT_MAX:
        return "long"
    unreadable = any((ord(sign) < 32 and sign not in "\n\r\t") or 0xD800 <= ord(sign) < 0xE000 for sign in text)
    return "signs" if unreadable else None
