"""What an upload may be called and how it announces itself. Pure."""

from __future__ import annotations

import base64
import binascii
import enum
import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta

LASTS = timedelta(days=14)
"""An unfinished upload is forgotten after so long; creating it again with the same id starts it anew."""
MOST_OPEN = 50
"""Unfinished uploads of one account at a time."""
DAY = timedelta(hours=24)
MOST_A_DAY = 2_000
"""Files of one account within :data:`DAY`."""
MOST_NAME = 150

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")


class FileState(enum.StrEnum):
    """``announced``: a record names it, no byte is here. ``complete`` is the only state in which a file exists for
    anybody; ``refused`` keeps no bytes."""

    ANNOUNCED = "announced"
    RECEIVING = "receiving"
    COMPLETE = "complete"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Kind:
    """One type of file that is taken: media type, endings (the first is the proper one), name on the screen."""

    type: str
    endings: tuple[str, ...]
    label: str


KINDS = (
    Kind("application/pdf", ("pdf",), "PDF"),
    Kind("image/jpeg", ("jpg", "jpeg"), "foto JPEG"),
    Kind("image/png", ("png",), "gambar PNG"),
    Kind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ("xlsx",), "Excel (XLSX)"),
    Kind("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ("docx",), "Word (DOCX)"),
)
BY_TYPE = {kind.type: kind for kind in KINDS}
LABELS = "PDF, foto JPEG, gambar PNG, Excel (XLSX) atau Word (DOCX)"


@dataclass(frozen=True, slots=True)
class Announced:
    """What a client says about a file before it sends it."""

    id: str
    name: str
    sha256: str


class Malformed(ValueError):
    """The metadata cannot be read; the message names the member."""


def read_metadata(header: str) -> Announced:
    """The ``Upload-Metadata`` header: ``filename``, ``sha256`` (64 hex digits) and ``uploadId`` (UUID) in base64.

    ``filetype`` may be there: the content decides, not the claim. Raises :class:`Malformed`.
    """
    pairs: dict[str, str] = {}
    for part in header.split(","):
        key, _, value = part.strip().partition(" ")
        try:
            pairs[key] = base64.b64decode(value.strip(), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise Malformed(key) from None
    id, sha256 = pairs.get("uploadId", ""), pairs.get("sha256", "").lower()
    if not _UUID.match(id):
        raise Malformed("uploadId")
    if not _SHA256.match(sha256):
        raise Malformed("sha256")
    return Announced(id, clean_name(pairs.get("filename", "")), sha256)


def clean_name(name: str) -> str:
    """A file name without path, control and invisible characters, at most 150 characters; never empty."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    shown = "".join(letter for letter in name if unicodedata.category(letter)[0] not in "CZ" or letter == " ")
    shown = " ".join(shown.split()).lstrip(".")
    if len(shown) > MOST_NAME:
        stem, dot, ending = shown.rpartition(".")
        shown = f"{stem[: MOST_NAME - 10]}{dot}{ending[:9]}" if dot else shown[:MOST_NAME]
    return shown or "berkas"


def proper_name(name: str, type: str) -> str:
    """The name with the ending that fits its content: a picture called ``surat.exe`` becomes ``surat.exe.png``."""
    kind = BY_TYPE[type]
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    return name if ending in kind.endings else f"{name}.{kind.endings[0]}"
