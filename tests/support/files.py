"""Storage for tests, pictures as people send them, and an S3-compatible server of their own."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from PIL import Image

from backend.files.storage import Storage
from backend.files.stores import BucketStore, Store
from tests.support.ports import free_port

KEY = bytes(range(32))
BUCKET = "berkas"


def storage_in(folder: Path, store: Store | None = None) -> Storage:
    """A storage with the tests' key."""
    return Storage(folder, KEY, store)


def arrive(storage: Storage, location: str, data: bytes) -> None:
    """Put bytes where an upload lets them arrive."""
    with storage.writing(location) as arriving:
        arriving.write(data, 0)


def drawn(width: int = 640, height: int = 480, kind: str = "JPEG", **saved: object) -> bytes:
    """A real picture with something to see in it."""
    picture, out = Image.linear_gradient("L").resize((width, height)).convert("RGB"), io.BytesIO()
    picture.save(out, kind, **saved)
    return out.getvalue()


def pdf_of(*lines: str, signed: bool = False, salt: str = "") -> bytes:
    """A small, whole PDF that says these lines (Latin letters), with a signature in it if asked for; without lines it
    has no text layer, like a scan. ``salt`` makes another file of the same words."""
    shown = "".join(
        f"BT /F1 11 Tf 60 {780 - 16 * n} Td ({_escaped(line)}) Tj ET\n" for n, line in enumerate(lines)
    ).encode("latin-1")
    form = b" /AcroForm << /Fields [6 0 R] /SigFlags 3 >>" if signed else b""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R" + form + b" >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(shown), shown),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    if signed:
        objects += [
            b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (ttd) /V 7 0 R /Rect [0 0 0 0] /P 3 0 R >>",
            b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached /ByteRange [0 10 20 10] "
            b"/Contents <308006092a864886> >>",
        ]
    out, places = b"%PDF-1.7\n%" + salt.encode() + b"\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        size, table, size, len(out)
    )  # fmt: skip


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


@dataclass(frozen=True, slots=True)
class S3Server:
    """A running server with one bucket; ``folder`` is what lies on its disk."""

    url: str
    folder: Path
    access_key: str
    secret_key: str

    def store(self, seconds: float = 5.0, **other: str) -> BucketStore:
        """The bucket as the server uses it; ``other`` replaces what it is given."""
        given = {"endpoint": self.url, "access_key": self.access_key, "secret_key": self.secret_key} | other
        return BucketStore(BUCKET, seconds=seconds, **given)  # type: ignore[arg-type]

    def raw(self) -> list[Path]:
        """Every file that it stores."""
        return sorted(path for path in self.folder.rglob("*") if path.is_file())


@contextmanager
def s3_server(folder: Path) -> Iterator[S3Server]:
    """Start one, which checks signatures, and make the bucket; it ends with the block."""
    port = free_port()
    access_key, secret_key = "AKIDTESTS", "only-for-these-tests-0123456789"
    data = folder / "bucket-data"
    (data / BUCKET).mkdir(parents=True)
    own = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "NANIO_"))}
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "nanio", "serve", "--data-dir", str(data)),
            *("--host", "127.0.0.1", "--port", str(port)),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=own | {"NANIO_ACCESS_KEY": access_key, "NANIO_SECRET_KEY": secret_key},
    )
    url = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + 30
        while True:
            try:
                httpx.get(url, timeout=1)
                break
            except httpx.TransportError:
                assert process.poll() is None, "the S3 server did not start"
                assert time.monotonic() < until, "the S3 server does not answer"
                time.sleep(0.05)
        yield S3Server(url, data, access_key, secret_key)
    finally:
        process.terminate()
        process.wait(10)
