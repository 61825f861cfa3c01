"""Files at rest are encrypted: what lies on the disk or in the bucket says nothing without the key file.

Two forms. What is still arriving must be written on from any byte: AES-256-CTR, as long as its content. What is whole
is never changed: AES-256-GCM in segments, so that it is read piece by piece and a changed, swapped or cut piece is
noticed. Each file has its own key, derived from the installation's and from its random name: a file renamed to
another's name does not open.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"SBNG\x01"
SEGMENT = 64 * 1024
"""Bytes of content in each segment but the last."""
_PREFIX, _TAG, _BLOCK = 7, 16, 16
HEAD = len(MAGIC) + _PREFIX


class Damaged(OSError):
    """What is stored is not what was stored, or belongs to another installation's key file."""


class Sealing:
    """Encrypts the files of one installation with its 32-byte ``key``."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def running(self, location: str, content: bytes, offset: int) -> bytes:
        """Encrypt or decrypt a piece of an arriving file that lies at ``offset``; as long as ``content``."""
        counter, skip = divmod(offset, _BLOCK)
        cipher = Cipher(algorithms.AES(self._derived("arriving", location)), modes.CTR(counter.to_bytes(_BLOCK, "big")))
        stream = cipher.encryptor()
        stream.update(bytes(skip))
        return stream.update(content)

    def seal(self, location: str, content: bytes) -> bytes:
        """The sealed form of a whole file."""
        cipher, prefix = AESGCM(self._derived("whole", location)), secrets.token_bytes(_PREFIX)
        parts, view = [MAGIC, prefix], memoryview(content)
        last = max(0, len(content) - 1) // SEGMENT
        for number in range(last + 1):
            piece = view[number * SEGMENT : (number + 1) * SEGMENT]
            parts.append(cipher.encrypt(_nonce(prefix, number, number == last), bytes(piece), None))
        return b"".join(parts)

    def open(self, location: str, sealed: Iterable[bytes]) -> Iterator[bytes]:
        """The content of a sealed file, segment by segment. Raises :class:`Damaged` instead of giving a wrong byte; a
        file that was cut short is noticed at its end."""
        cipher = AESGCM(self._derived("whole", location))
        pieces = _segments(sealed)
        head = next(pieces)
        if len(head) != HEAD or not head.startswith(MAGIC):
            raise Damaged("not a sealed file")
        ahead, number = next(pieces, None), 0
        if ahead is None:
            raise Damaged("cut short")
        while ahead is not None:
            piece, ahead = ahead, next(pieces, None)
            try:
                yield cipher.decrypt(_nonce(head[len(MAGIC) :], number, ahead is None), piece, None)
            except InvalidTag:
                raise Damaged("changed or cut short") from None
            number += 1

    def _derived(self, form: str, location: str) -> bytes:
        return HKDF(SHA256(), 32, salt=None, info=f"file/{form}/{location}".encode()).derive(self._key)


def content_size(sealed: int) -> int:
    """How long the content of a sealed file of so many bytes is."""
    body = sealed - HEAD
    return body - -(-body // (SEGMENT + _TAG)) * _TAG


def _nonce(prefix: bytes, number: int, last: bool) -> bytes:
    """Place and end stand in the nonce: no segment can be left out, moved or appended."""
    return prefix + number.to_bytes(4, "big") + bytes([last])


def _segments(sealed: Iterable[bytes]) -> Iterator[bytes]:
    """The head, then the sealed segments, whatever pieces they come in."""
    buffer, want = bytearray(), HEAD
    for chunk in sealed:
        buffer += chunk
        while len(buffer) >= want:
            yield bytes(buffer[:want])
            del buffer[:want]
            want = SEGMENT + _TAG
    if buffer or want == HEAD:
        yield bytes(buffer)
