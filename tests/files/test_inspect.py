"""Files of a right type that hide something: refused at the last byte, in words, and nothing of them is kept."""

from __future__ import annotations

import struct
import zlib

import pytest

from backend.files import inspect
from backend.files.inspect import Danger
from sync.ids import uuid4
from tests.files.conftest import AGENCY, JPEG, PNG, Site, jpeg

PAGE = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
END = b"\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


def packed(inner: bytes, words: bytes = b"/Filter /FlateDecode") -> bytes:
    """A PDF whose objects lie in an object stream."""
    data = zlib.compress(inner) if b"Flate" in words else inner
    return PAGE + b"5 0 obj\n<< /Type /ObjStm /N 1 /First 4 " + words + b" >>\nstream\n" + data + b"\nendstream" + END


def png(width: int, height: int) -> bytes:
    """A PNG that says these measures."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    return b"\x89PNG\r\n\x1a\n" + chunk + b"\x00\x00\x00\x00IEND\xaeB`\x82"


HOSTILE = [
    pytest.param(PAGE + b"<< /S /JavaScript /JS (app.alert(1)) >>" + END, "pdf", Danger.SCRIPT, id="script"),
    pytest.param(PAGE + b"<< /S /J#61vaScr#69pt /JS 9 0 R >>" + END, "pdf", Danger.SCRIPT, id="escaped name"),
    pytest.param(PAGE + b"<< /S%x\r/JavaScript >>" + END, "pdf", Danger.SCRIPT, id="comment in between"),
    pytest.param(PAGE + b"%stream\n/S/Launch/F(cmd.exe)\nendstream" + END, "pdf", Danger.SCRIPT, id="false stream"),
    pytest.param(packed(b"9 0 << /S /JavaScript /JS (x) >>"), "pdf", Danger.SCRIPT, id="packed script"),
    pytest.param(packed(b"9 0 << /XFA [ (a) 9 0 R ] >>", b""), "pdf", Danger.SCRIPT, id="form with script"),
    pytest.param(packed(b"/S /JavaScript", b"/Filter /LZWDecode"), "pdf", Danger.BROKEN, id="odd packing"),
    pytest.param(packed(b"\0" * 70_000_000), "pdf", Danger.BOMB, id="packed bomb"),
    pytest.param(PAGE + b"<< /Names << /EmbeddedFiles 7 0 R >> >>" + END, "pdf", Danger.INNER_FILE, id="inner file"),
    pytest.param(PAGE + b"trailer << /Encrypt 8 0 R >>" + END, "pdf", Danger.LOCKED, id="password"),
    pytest.param(png(30_000, 30_000), "png", Danger.BOMB, id="PNG bomb"),
    pytest.param(png(0, 10), "png", Danger.BROKEN, id="PNG of no size"),
    pytest.param(jpeg(60_000, 60_000), "jpeg", Danger.BOMB, id="JPEG bomb"),
    pytest.param(b"\xff\xd8\xff\xe0\x00\x04ab" + b"\x01" * 99 + b"\xff\xd9", "jpeg", Danger.BROKEN, id="no frame"),
]
TYPES = {"pdf": "application/pdf", "png": "image/png", "jpeg": "image/jpeg"}


@pytest.mark.parametrize(("data", "kind", "danger"), HOSTILE)
def test_what_hides_in_a_file_is_found(data: bytes, kind: str, danger: Danger) -> None:
    assert inspect.danger_of(data, TYPES[kind]) is danger
    assert inspect.SENTENCES[danger]


@pytest.mark.parametrize(("data", "kind"), [
    (PAGE + b"(see https://x.id/JavaScript/JS for /Launchpad)" + END, "pdf"),
    (packed(b"9 0 << /Type /Page /S /GoTo >>"), "pdf"),
    (PNG, "png"), (JPEG, "jpeg"), (jpeg(8000, 6000), "jpeg"),
])  # fmt: skip
def test_ordinary_files_pass(data: bytes, kind: str) -> None:
    assert inspect.danger_of(data, TYPES[kind]) is None


async def test_a_hostile_upload_is_refused_in_words_and_leaves_nothing(site: Site) -> None:
    id = uuid4()
    _, answer = await site.upload(HOSTILE[4].values[0], "surat.pdf", id=id)  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()["code"]) == (422, "script")
    assert "program" in answer.json()["message"]
    assert site.on_disk() == []
    assert site.completed == [(AGENCY, id)], "whoever names the file hears that it will not come"
