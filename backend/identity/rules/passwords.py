"""Passwords and activation codes as people choose and type them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

MINIMUM = 12
# Hashing costs time by length: an unbounded password is a lever against the server.
MAXIMUM = 200
CODE_LENGTH = 8
CODE_SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_DAYS = 7

_COMMON = frozenset(
    {
        "passwordpassword",
        "password1234",
        "password12345",
        "katasandi1234",
        "katasandiku123",
        "123456789012",
        "1234567890123",
        "12345678901234",
        "123456123456",
        "111111111111",
        "qwertyuiopas",
        "qwerty123456",
        "indonesia1945",
        "indonesiaraya",
        "bismillah123",
        "rahasia12345",
        "sayangkamu123",
        "admin1234567",
        "pegawainegeri",
        "qwertyuiop123",
        "abcdefghijkl",
        "abcd12345678",
    }
)


def normalise_password(password: str) -> str:
    """One spelling of the same letters, whatever keyboard composed them."""
    return unicodedata.normalize("NFC", password)


def password_fault(password: str, known: Iterable[str] = ()) -> str | None:
    """Why a password cannot be used, as a sentence; ``None`` if it can.

    ``known`` are things that others know of the person (name, NIP, staff code): a password must not be one.
    """
    plain = normalise_password(password)
    if len(plain) < MINIMUM:
        return f"Kata sandi minimal {MINIMUM} huruf. Tiga kata boleh. Anda menulis {len(plain)}."
    if len(plain) > MAXIMUM:
        return f"Kata sandi paling panjang {MAXIMUM} huruf."
    folded = plain.casefold()
    if len(set(folded)) < 4 or folded.replace(" ", "") in _COMMON:
        return "Kata sandi ini terlalu mudah ditebak. Pakai tiga kata yang tidak berkaitan."
    squeezed = _squeeze(folded)
    if any(len(fact) >= 8 and squeezed == fact for fact in map(_squeeze, known)):
        return "Kata sandi tidak boleh sama dengan nama atau nomor Anda."
    return None


def _squeeze(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def read_code(raw: str) -> str | None:
    """An activation code in its one spelling (O is 0, I and L are 1), or ``None`` if it cannot be one."""
    text = raw.upper().replace(" ", "").replace("-", "").translate(str.maketrans("OIL", "011"))
    return text if len(text) == CODE_LENGTH and all(symbol in CODE_SYMBOLS for symbol in text) else None


def show_code(code: str) -> str:
    """A code as it is printed: ``K7QM-2P9D``."""
    return f"{code[:4]}-{code[4:]}"
