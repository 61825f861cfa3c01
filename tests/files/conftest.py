"""A real server with the upload routes, two people, and files as people have them."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import io
import socket
import zipfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import openpyxl
import pytest
import uvicorn
from fastapi import FastAPI, Request
from sqlalchemy import select
from sqlmodel import col

from backend.database.engine import Database
from backend.files.models import File
from backend.files.service import Files
from backend.files.storage import Storage
from backend.files.tus import router
from sync.actors import Actor, Viewer
from sync.ids import uuid4
from tests.support.clock import SettableClock
from tests.support.files import S3Server, drawn, s3_server, storage_in

MOST = 1_000_000
A_DAY = 3_000_000
AGENCY, OTHER_AGENCY = uuid4(), uuid4()
BUDI, SITI, WAYAN = uuid4(), uuid4(), uuid4()
VIEWERS = {
    "budi": Viewer(Actor(BUDI, AGENCY)),
    "siti": Viewer(Actor(SITI, AGENCY)),
    "wayan": Viewer(Actor(WAYAN, OTHER_AGENCY)),
}
TUS = {"Tus-Resumable": "1.0.0", "X-Sambung-Client": "test/1.0", "X-Who": "budi"}

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 40 + b"\n%%EOF\n"


def jpeg(width: int = 640, height: int = 480) -> bytes:
    """The segments of a JPEG of these measures; nothing to see in it."""
    frame = b"\xff\xc0\x00\x11\x08" + height.to_bytes(2, "big") + width.to_bytes(2, "big") + b"\x03" + b"\x01" * 9
    return b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x01" * 9 + frame + b"\x01" * 300 + b"\xff\xd9"


JPEG = drawn()
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
EXE = b"MZ" + b"\x90" * 500


def xlsx() -> bytes:
    """A real workbook."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.save(out)
    return out.getvalue()


def archive(**parts: bytes) -> bytes:
    """A ZIP file; ``__`` in a name stands for ``/``."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, data in parts.items():
            made.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("TYPES", "[Content_Types].xml"), data)
    return out.getvalue()


def docx(**extra: bytes) -> bytes:
    """The least that is a Word document."""
    main = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    return archive(TYPES=b'<Types><Override ContentType="' + main + b'"/></Types>', word__document_xml=b"<w/>", **extra)


@dataclass
class Site:
    """A running server and a client that speaks tus by hand."""

    db: Database
    files: Files
    storage: Storage
    folder: Path
    url: str
    client: httpx.AsyncClient
    completed: list[tuple[str, str]] = field(default_factory=list)
    lent: set[str] = field(default_factory=set)

    async def create(
        self, data: bytes, name: str = "surat.pdf", *, id: str | None = None, sha256: str | None = None, **headers: str
    ) -> httpx.Response:
        """POST; ``headers`` replace the usual ones (``_`` for ``-``)."""
        facts = {
            "filename": name,
            "filetype": "application/pdf",
            "sha256": sha256 or hashlib.sha256(data).hexdigest(),
            "uploadId": id or uuid4(),
        }
        encoded = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in facts.items())
        usual = {"Upload-Length": str(len(data)), "Upload-Metadata": encoded}
        return await self.client.post("/berkas", headers=TUS | usual | _named(headers))

    async def patch(self, where: str, data: bytes, offset: int = 0, **headers: str) -> httpx.Response:
        """PATCH a piece at an offset."""
        usual = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        return await self.client.patch(where, headers=TUS | usual | _named(headers), content=data)

    async def head(self, where: str, **headers: str) -> httpx.Response:
        """HEAD: how far it is."""
        return await self.client.head(where, headers=TUS | _named(headers))

    async def upload(self, data: bytes, name: str = "surat.pdf", **more: str) -> tuple[str, httpx.Response]:
        """Create and send all in one piece; the upload's address and the last answer."""
        created = await self.create(data, name, **more)
        assert created.status_code == 201, created.text
        where = created.headers["location"]
        return where, await self.patch(where, data)

    async def row(self, where: str) -> File:
        """The file as stored."""
        async with self.db.read() as session:
            return (await session.execute(select(File).where(col(File.id) == where.split("/")[2]))).scalar_one()

    def on_disk(self) -> list[Path]:
        """Every file under the data folder."""
        return sorted(path for path in self.folder.rglob("*") if path.is_file())


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """A running S3-compatible service."""
    with s3_server(tmp_path_factory.mktemp("s3")) as server:
        yield server


@contextlib.asynccontextmanager
async def serving(
    db: Database, clock: SettableClock, folder: Path, storage: Storage, most: int = MOST
) -> AsyncIterator[Site]:
    """A server on a real port."""
    completed: list[tuple[str, str]] = []
    lent: set[str] = set()

    async def on_settled(agency: str, upload: str) -> None:
        completed.append((agency, upload))

    async def current_viewer(request: Request) -> Viewer | None:
        return VIEWERS.get(request.headers.get("x-who", ""))

    async def may_read(viewer: Viewer, file: File) -> bool:
        return viewer.account == SITI and file.id in lent

    files = Files(db, clock, storage, most=most, on_settled=on_settled, daily=A_DAY)
    app = FastAPI()
    app.include_router(router(files, storage, current_viewer, may_read))
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off", access_log=False))
    server.capture_signals = contextlib.nullcontext  # type: ignore[assignment,method-assign]
    running = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started:
        await asyncio.sleep(0.01)
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    async with httpx.AsyncClient(base_url=url, timeout=30, verify=False) as client:
        yield Site(db, files, storage, folder, url, client, completed, lent)
    server.should_exit = server.force_exit = True
    await running
    listening.close()


@pytest.fixture
async def site(db: Database, clock: SettableClock, tmp_path: Path) -> AsyncIterator[Site]:
    """A server that keeps files on its own disk."""
    folder = tmp_path / "data"
    async with serving(db, clock, folder, storage_in(folder)) as made:
        yield made
