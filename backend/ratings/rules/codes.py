"""The symbols of a QR code: tokens of people and boards, and the step code that proves presence.

A token is ten random symbols and a check symbol: it says nothing of a person or a counter, and a slip of the finger is
found before any look-up. A step code changes every minute and is keyed to the token, so that a photograph of the
screen is worth nothing three minutes later.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlencode

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""32 symbols: no I, L, O or U beside 1 and 0."""
RANDOM_SYMBOLS = 10
TOKEN_SYMBOLS = RANDOM_SYMBOLS + 1
STEP_SECONDS = 60
EARLIER_STEPS = 2
"""So many steps before the present one are still taken: the visitor needs a moment to scan and to open the page."""
STEP_SYMBOLS = 6

_VALUE = {symbol: value for value, symbol in enumerate(ALPHABET)}
_LOOK_ALIKES = {"O": "0", "I": "1", "L": "1"}
_SEPARATORS = frozenset(" -\u2010\u2011\u2012\u2013\u2014\u2212\u00a0")
_REDUCTION = 0b100101
"""x^5 + x^2 + 1, primitive over GF(2): the powers of x run through all 31 values."""


def _times_x(value: int) -> int:
    """``value`` times x in GF(32)."""
    doubled = value << 1
    return doubled ^ _REDUCTION if doubled & 32 else doubled


def check_symbol(symbols: str) -> str:
    """The check symbol of up to 30 symbols.

    Each place has a weight of its own (a power of x), so every single wrong symbol and every exchange of two
    symbols changes it. Raises ``KeyError`` for a symbol outside the alphabet.
    """
    total = 0
    for symbol in symbols:
        total = _times_x(total ^ _VALUE[symbol])
    return ALPHABET[total]


def new_token(choice: Callable[[Sequence[str]], str] = secrets.choice) -> str:
    """A fresh token: ten symbols from the system's secure random source and their check symbol."""
    symbols = "".join(choice(ALPHABET) for _ in range(RANDOM_SYMBOLS))
    return symbols + check_symbol(symbols)


def read_token(typed: str) -> str | None:
    """The token that an address or a person spells, or ``None`` if it cannot be one.

    Spaces and dashes are dropped, small letters raised, O read as 0, I and L as 1.
    """
    if len(typed) > 3 * TOKEN_SYMBOLS:
        return None
    letters = (letter.upper() if letter.isascii() else letter for letter in typed if letter not in _SEPARATORS)
    token = "".join(_LOOK_ALIKES.get(letter, letter) for letter in letters)
    if len(token) != TOKEN_SYMBOLS or any(symbol not in _VALUE for symbol in token):
        return None
    return token if check_symbol(token[:RANDOM_SYMBOLS]) == token[RANDOM_SYMBOLS] else None


def show_token(token: str) -> str:
    """A token as people read it: ``K7QM-2P9D-4XV``."""
    return f"{token[:4]}-{token[4:8]}-{token[8:]}"


def step_of(at: datetime) -> int:
    """The number of the step that an instant (aware) lies in."""
    return int(at.timestamp()) // STEP_SECONDS


def step_code(key: bytes, token: str, step: int) -> str:
    """The code (30 bits, six symbols) that a screen shows during a step."""
    mac = hmac.digest(key, f"{token}/{step}".encode(), "sha256")
    bits = int.from_bytes(mac[:4], "big")
    return "".join(ALPHABET[bits >> shift & 31] for shift in range(0, 5 * STEP_SYMBOLS, 5))


def step_shown(key: bytes, token: str, code: str, at: datetime) -> int | None:
    """The step that a code belongs to if it is valid at an instant: the present step or one of two earlier ones.

    A code of the future is refused too: a clock that runs ahead proves nothing.
    """
    now = step_of(at)
    given = code.upper().encode("utf-8", "replace")
    found = None
    for step in range(now - EARLIER_STEPS, now + 1):
        if hmac.compare_digest(step_code(key, token, step).encode(), given):
            found = step
    return found


def valid_for(code_step: int, at: datetime) -> timedelta:
    """How long a code of that step is still taken, counted from an instant; negative when it is not any more."""
    return timedelta(seconds=(code_step + EARLIER_STEPS + 1) * STEP_SECONDS - at.timestamp())


def form_path(token: str, *, board: str | None = None, step: str | None = None, ticket: str | None = None) -> str:
    """The path of the form that a token opens; ``board``, ``step`` and ``ticket`` travel as b, s and t."""
    query = {name: value for name, value in (("b", board), ("s", step), ("t", ticket)) if value is not None}
    return f"/n/{token}" + (f"?{urlencode(query)}" if query else "")
