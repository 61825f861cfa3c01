"""What a file is, by its bytes: neither the name nor the claimed type counts."""

from __future__ import annotations

import io
import zipfile

import puremagic

from backend.files.rules import KINDS

_READ = 1024 * 1024
_PDF, _JPEG, _PNG, _XLSX, _DOCX = (kind.type for kind in KINDS)
_MAIN_PARTS = {
    "xl/workbook.xml": (_XLSX, b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"),
    "word/document.xml": (_DOCX, b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"),
}
_MOST_PARTS = 5_000


def recognise(data: bytes) -> str | None:
    """The media type of a file, if it is one that is taken; ``None`` otherwise.

    A PDF, JPEG or PNG must begin (and a JPEG and PNG also end) as such; an Office file must be an intact
    archive whose own table of contents declares the main part, without macros.
    """
    head, tail = data[:1024], data[-1024:]
    if head.startswith(b"%PDF-1.") or head.startswith(b"%PDF-2."):
        return _PDF if b"%%EOF" in tail else None
    if head.startswith(b"\xff\xd8\xff"):
        return _JPEG if b"\xff\xd9" in tail else None
    if head.startswith(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"):
        return _PNG if b"IEND" in tail else None
    if head.startswith(b"PK\x03\x04"):
        return _office(data)
    return None


def sounds_like(data: bytes) -> str:
    """What a refused file seems to be, as an ending (``exe``), for the sentence to the person; ``""`` unknown."""
    try:
        return puremagic.from_string(data[:4096]).lstrip(".")
    except (puremagic.PureError, ValueError):
        return ""


def _office(data: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if len(names) > _MOST_PARTS or any(name.lower().endswith("vbaproject.bin") for name in names):
                return None
            with archive.open("[Content_Types].xml") as part:
                # Read with a limit: a small archive may unpack to gigabytes.
                declared = part.read(_READ)
    except (zipfile.BadZipFile, KeyError, OSError, RuntimeError, NotImplementedError, EOFError, ValueError):
        return None
    for name, (type, main) in _MAIN_PARTS.items():
        if name in names and main in declared:
            return type
    return None
