"""What may hide in a file that is of a right type: a script in a PDF, a picture that unpacks to gigabytes.

Nothing is rendered: a PDF is read as text, its object streams unpacked under a cap; of a picture only the measures.
"""

from __future__ import annotations

import enum
import re
import zlib
from collections.abc import Iterator

MOST_PIXELS = 50_000_000
"""A picture of so many points takes 200 MB where it is shown."""
MOST_UNPACKED = 64 * 1024 * 1024
"""Bytes that all object streams of one PDF may unpack to."""

# Bounded, so that no file makes the search slow.
_GAP = rb"(?:[\s\x00]|%[^\r\n]{0,200}[\r\n]){0,200}"
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_ACTIVE = re.compile(
    rb"/S" + _GAP + rb"/(?:JavaScript|Launch|ImportData|RichMediaExecute)(?![A-Za-z])"
    rb"|/JavaScript" + _GAP + rb"(?:<<|\[|\d+\s+\d+\s+R)"
    rb"|/XFA" + _GAP + rb"(?:\[|\(|<|\d+\s+\d+\s+R)"
)
_EMBEDDED = re.compile(rb"/EmbeddedFiles?(?![A-Za-z])|/EF" + _GAP + rb"<<")
_ENCRYPTED = re.compile(rb"/Encrypt" + _GAP + rb"(?:<<|\d+\s+\d+\s+R)")
_OBJECTS = re.compile(rb"/Type" + _GAP + rb"/ObjStm")
_FILTER = re.compile(rb"/Filter" + _GAP + rb"(\[[^\]]*\]|/\w+)")
_PREDICTOR = re.compile(rb"/Predictor" + _GAP + rb"(?!1\b)\d")
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


class Danger(enum.StrEnum):
    """Why a file of a right type is not taken; the words are codes of the upload."""

    SCRIPT = "script"
    INNER_FILE = "inner_file"
    LOCKED = "locked"
    BOMB = "bomb"
    BROKEN = "broken"


SENTENCES = {
    Danger.SCRIPT: "PDF ini memuat program yang berjalan sendiri, jadi tidak diterima. Cetak ulang menjadi PDF biasa.",
    Danger.INNER_FILE: "PDF ini memuat berkas lain di dalamnya, jadi tidak diterima. Cetak ulang menjadi PDF biasa.",
    Danger.LOCKED: "PDF ini terkunci kata sandi, jadi tidak dapat diperiksa. Simpan tanpa kata sandi, lalu pilih lagi.",
    Danger.BOMB: "Ukuran gambar atau isi berkas ini terlalu besar untuk dibuka dengan aman. Kecilkan, lalu pilih lagi.",
    Danger.BROKEN: "Isi berkas ini rusak atau tidak terbaca. Pilih berkas lain; isian lain aman.",
}


def danger_of(data: bytes, media_type: str) -> Danger | None:
    """What is wrong with a file whose type is known; ``None``: nothing was found. Blocks: call it in a thread."""
    if media_type == "application/pdf":
        return _pdf(data)
    if media_type in ("image/png", "image/jpeg"):
        size = _png_size(data) if media_type == "image/png" else _jpeg_size(data)
        if size is None or 0 in size:
            return Danger.BROKEN
        return Danger.BOMB if size[0] * size[1] > MOST_PIXELS else None
    return None


def _pdf(data: bytes) -> Danger | None:
    """Names may be written with escapes and lie in packed object streams; both are undone before looking."""
    left, texts = MOST_UNPACKED, [data]
    for words, packed in _streams(data):
        if not _OBJECTS.search(words):
            continue
        coded = _FILTER.search(words)
        if _PREDICTOR.search(words) or (coded and coded[1].strip(b"[] \r\n\t") != b"/FlateDecode"):
            return Danger.BROKEN
        try:
            text = packed if coded is None else zlib.decompressobj().decompress(packed, left)
        except zlib.error:
            # An encrypted file packs what nobody can read.
            return Danger.LOCKED if _ENCRYPTED.search(_plain(data)) else Danger.BROKEN
        left -= len(text)
        if left <= 0:
            return Danger.BOMB
        texts.append(text)
    plain = [_plain(text) for text in texts]
    for pattern, danger in ((_ENCRYPTED, Danger.LOCKED), (_ACTIVE, Danger.SCRIPT), (_EMBEDDED, Danger.INNER_FILE)):
        if any(pattern.search(text) for text in plain):
            return danger
    return None


def _streams(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Every stream of a PDF: the dictionary before it with its escapes undone, and its bytes."""
    for found in _STREAM.finditer(data):
        end = data.find(b"endstream", found.end())
        if end < 0:
            return
        words = _plain(data[max(0, found.start() - 4096) : found.start()])
        yield words[words.rfind(b" obj") + 1 :], data[found.end() : end]


def _plain(text: bytes) -> bytes:
    return _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), text)


def _png_size(data: bytes) -> tuple[int, int] | None:
    if len(data) < 24:
        return None
    return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """The measures in the first frame header; segments before it are passed over."""
    at = 2
    while at + 9 <= len(data):
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker in _FRAMES:
            return int.from_bytes(data[at + 7 : at + 9], "big"), int.from_bytes(data[at + 5 : at + 7], "big")
        if marker == 0x01 or 0xD0 <= marker <= 0xD8:
            at += 2
            continue
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None
