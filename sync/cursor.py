"""What a phone holds, as one short signed word: a feed number and the audience set that it covers.

While the set changes (a role gained or lost), the word also names what is held already and how far the
change has come. It is bound to its account: nobody else's opens here.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sync.errors import ProtocolRefusal


@dataclass(frozen=True, slots=True)
class Cursor:
    """``feed``: complete up to here for the audiences of ``complete``.

    ``held`` names the set of all audiences that the phone may hold records of, ``target`` the set that a
    change of audiences works towards; ``phase`` is ``lost`` or ``gained`` while it does, ``position`` the
    feed number that it has come to. Sets are named by :func:`set_name`.
    """

    epoch: str
    feed: int
    complete: str
    held: str = ""
    target: str = ""
    phase: str = ""
    position: int = 0

    def at(self, feed: int) -> Cursor:
        """The same at a later feed number."""
        return replace(self, feed=feed)


def set_name(members: Iterable[int]) -> str:
    """A short name for a set of audience numbers (66 bits of SHA-256)."""
    text = ",".join(str(member) for member in sorted(members))
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest())[:11].decode()


def _mac(key: bytes, account: str, payload: str) -> str:
    mac = hmac.digest(key, f"cursor:{account}:{payload}".encode(), "sha256")
    return base64.urlsafe_b64encode(mac[:12]).decode()


def write_cursor(key: bytes, account: str, cursor: Cursor) -> str:
    """The signed word."""
    parts = [cursor.epoch[:8], f"{cursor.feed:x}", cursor.complete]
    if cursor.phase:
        parts += [cursor.held, cursor.target, cursor.phase[0], f"{cursor.position:x}"]
    payload = "~".join(parts)
    return f"{payload}~{_mac(key, account, payload)}"


def read_cursor(key: bytes, account: str, word: str) -> Cursor:
    """Read a signed word. Raises :class:`ProtocolRefusal` ``cursor_refused`` for a forged or foreign one."""
    payload, _, mac = word.rpartition("~") if len(word) <= 400 and word.isascii() else ("", "", "")
    if not hmac.compare_digest(_mac(key, account, payload), mac):
        raise ProtocolRefusal("cursor_refused", "Penanda data tidak dikenali. Data diambil ulang dari awal.")
    parts = payload.split("~")
    cursor = Cursor(parts[0], int(parts[1], 16), parts[2])
    if len(parts) == 3:
        return cursor
    phase = "lost" if parts[5] == "l" else "gained"
    return replace(cursor, held=parts[3], target=parts[4], phase=phase, position=int(parts[6], 16))
