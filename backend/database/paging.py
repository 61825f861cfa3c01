"""Where a list by arrival goes on: the last row shown, as text that a client hands back unread."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime

from sync.errors import Refusal
from sync.ids import is_uuid


def cursor_of(arrived: datetime, id: str) -> str:
    """The cursor behind a row that arrived at an instant (aware)."""
    return base64.urlsafe_b64encode(f"{arrived.isoformat()} {id}".encode()).decode()


def read_cursor(cursor: str) -> tuple[datetime, str]:
    """Instant and id of the last row shown. Raises :class:`Refusal` ``invalid`` for what is no cursor of ours."""
    try:
        at, id = base64.urlsafe_b64decode(cursor.encode()).decode().split(" ")
        instant = datetime.fromisoformat(at)
    except (binascii.Error, ValueError):
        raise _unread() from None
    if instant.tzinfo is None or not is_uuid(id):
        raise _unread()
    return instant, id


def _unread() -> Refusal:
    return Refusal("invalid", "Lanjutan daftar ini tidak terbaca. Muat ulang daftar dari awal.")
