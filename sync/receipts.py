"""Receipt codes: short enough to read out on the telephone, checkable by anybody, meaning nothing else."""

from __future__ import annotations

import hmac

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32."""

_PAIRS = [first + second for first in ALPHABET for second in ALPHABET]
_SEPARATORS = {*range(0x2010, 0x2016), 0x2D, 0x2212}
_LOOK_ALIKES = {"O": "0", "I": "1", "L": "1"}


def receipt_code(key: bytes, mutation: str, n: int = 0) -> str:
    """The ``n``-th candidate code (eight symbols, 40 bits) of a mutation id; ``n`` rises while codes are taken."""
    mac = hmac.digest(key, f"{mutation}:{n}".encode(), "sha256")
    bits = int.from_bytes(mac[:5], "big")
    return _PAIRS[bits >> 30] + _PAIRS[bits >> 20 & 1023] + _PAIRS[bits >> 10 & 1023] + _PAIRS[bits & 1023]


def display(code: str) -> str:
    """As people read it: ``K7QM-2P9D``."""
    return f"{code[:4]}-{code[4:]}"


def read(typed: str) -> str | None:
    """The code that a person typed, or ``None`` if it cannot be one.

    White space and dashes are dropped, small letters raised, O read as 0, I and L as 1
    (``sync/vectors/receipt.json``).
    """
    symbols = []
    for letter in typed:
        if letter.isspace() or ord(letter) in _SEPARATORS:
            continue
        raised = letter.upper() if letter.isascii() else letter
        symbols.append(_LOOK_ALIKES.get(raised, raised))
    code = "".join(symbols)
    return code if len(code) == 8 and all(symbol in ALPHABET for symbol in code) else None
