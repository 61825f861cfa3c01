"""Files without what they tell of their author: the place and time of a photo, the camera, names, comments, thumbnails.

Only what a viewer needs to draw the picture is copied into a new file, block by block; whatever follows the end of the
picture is left behind. Other types are not taken here.
"""

from __future__ import annotations

import struct

JPEG, PNG = "image/jpeg", "image/png"
_PNG_HEAD = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"sRGB", b"cHRM", b"sBIT", b"bKGD"})
_SCAN, _END, _FIRST = 0xDA, 0xD9, 0xD8
_APP0, _APP15, _COMMENT = 0xE0, 0xEF, 0xFE
_JFIF_BYTES = 16
"""Of the first application block the fixed part is kept; a thumbnail behind it is not."""
_MOST_BLOCKS = 20_000


class Unreadable(ValueError):
    """The bytes are not a whole JPEG or PNG."""


def strip(content: bytes) -> tuple[str, bytes]:
    """The media type and the bare picture. Raises :class:`Unreadable`."""
    try:
        if content.startswith(b"\xff\xd8\xff"):
            return JPEG, _jpeg(content)
        if content.startswith(_PNG_HEAD):
            return PNG, _png(content)
    except (IndexError, struct.error):
        raise Unreadable("ends too soon") from None
    raise Unreadable("another type")


def _png(content: bytes) -> bytes:
    parts, at = [_PNG_HEAD], len(_PNG_HEAD)
    for _ in range(_MOST_BLOCKS):
        size, name = struct.unpack_from(">I4s", content, at)
        end = at + 12 + size
        if end > len(content) or (len(parts) == 1 and name != b"IHDR"):
            raise Unreadable("broken block")
        if name in _PNG_KEPT:
            parts.append(content[at:end])
        if name == b"IEND":
            return b"".join(parts)
        at = end
    raise Unreadable("too many blocks")


def _jpeg(content: bytes) -> bytes:
    parts, at = [b"\xff\xd8"], 2
    for _ in range(_MOST_BLOCKS):
        if content[at] != 0xFF:
            raise Unreadable("no marker")
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == _END:
            return b"".join([*parts, b"\xff\xd9"])
        if marker == _FIRST or marker == 0 or 0xD0 <= marker <= 0xD7:
            raise Unreadable("misplaced marker")
        (size,) = struct.unpack_from(">H", content, at + 2)
        end = at + 2 + size
        if size < 2 or end > len(content):
            raise Unreadable("broken block")
        if not (_APP0 <= marker <= _APP15 or marker == _COMMENT):
            parts.append(content[at:end])
        elif content[at + 4 : at + 9] == b"JFIF\x00" and size >= _JFIF_BYTES:
            parts.append(content[at : at + 2] + struct.pack(">H", _JFIF_BYTES) + content[at + 4 : at + 16] + b"\0\0")
        elif content[at + 4 : at + 9] == b"Adobe" and size == 14:
            # Says how the colours are coded; without it they come out wrong.
            parts.append(content[at:end])
        at = end
        if marker == _SCAN:
            begin, at = at, _scan_end(content, at)
            parts.append(content[begin:at])
    raise Unreadable("too many blocks")


def _scan_end(content: bytes, at: int) -> int:
    """Where the coded picture gives way to the next marker: a doubled byte and restarts belong to it."""
    while True:
        at = content.find(b"\xff", at)
        if at < 0 or at + 1 >= len(content):
            raise Unreadable("no end")
        if content[at + 1] != 0 and not 0xD0 <= content[at + 1] <= 0xD7:
            return at
        at += 2
