"""The stamp of an issued form: what the server knew when it showed it, signed, so that a post needs no memory.

It names the rating's id (a resend stores nothing twice), the code that was opened, the officer, and whether a valid
step code was shown. Nothing in it comes from a field that a visitor can fill.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from itsdangerous import BadSignature, URLSafeSerializer

from backend.keys import Keys
from sync.clock import from_ms
from sync.ids import is_uuid


@dataclass(frozen=True, slots=True)
class Stamp:
    """One issued form. ``opened`` in ms since 1970 UTC; ``browser`` and ``device`` are short opaque marks."""

    id: str
    agency: str
    token: str
    code: str
    officer: str
    instrument: str
    version: str
    opened: int
    board: str | None = None
    ticket: str | None = None
    proven: bool = False
    own: bool = False
    browser: str = ""
    device: str = ""

    @property
    def issued(self) -> datetime:
        """When the form was shown (UTC)."""
        return from_ms(self.opened)


_NAMES = tuple(Stamp.__dataclass_fields__)


class Stamps:
    """Signs and reads stamps with a key of the key file."""

    def __init__(self, keys: Keys) -> None:
        self._serializer = URLSafeSerializer(keys.derive("sign", "rating/form"), salt="form")

    def sign(self, stamp: Stamp) -> str:
        """The text that the form carries."""
        values = asdict(stamp)
        return str(self._serializer.dumps([values[name] for name in _NAMES]))

    def read(self, text: str) -> Stamp | None:
        """The stamp, or ``None`` for anything that this server did not sign."""
        if not 0 < len(text) < 2000:
            return None
        try:
            values = self._serializer.loads(text)
        except BadSignature:
            return None
        if not isinstance(values, list) or len(values) != len(_NAMES) or not is_uuid(values[0]):
            return None
        return Stamp(*values)
