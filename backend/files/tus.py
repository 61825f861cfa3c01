"""tus 1.0 over HTTP: creation, resuming, checksums, termination, expiry; and the download.

Each request is one short act: no database connection is held while bytes arrive.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import itertools
from collections.abc import Awaitable, Callable
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote

import structlog
from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from fastapi.routing import APIRoute
from sqlalchemy.exc import DBAPIError
from starlette.requests import ClientDisconnect

from backend.files.inspect import Danger
from backend.files.models import File
from backend.files.rules import FileState, Malformed, read_metadata
from backend.files.service import Files
from backend.files.storage import Arriving, Busy, Storage
from sync.actors import Viewer
from sync.errors import Refusal
from sync.faults import is_house_fault
from sync.ids import is_uuid

log = structlog.get_logger("files")

VERSION = "1.0.0"
EXTENSIONS = "creation,expiration,termination,checksum"
CHECKSUMS = {"sha256": hashlib.sha256, "sha1": hashlib.sha1}
IDLE_SECONDS = 20.0
"""A sender that says nothing for so long is gone; what it sent is kept."""
BLOCK = 256 * 1024
_VIEWED = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; object-src 'self'; frame-ancestors 'self'"

STATUS: dict[str, int] = {
    "signed_out": 401,
    "client_header": 403,
    "not_found": 404,
    "gone": 410,
    "offset": 409,
    "id_reused": 409,
    "state": 409,
    "tus_version": 412,
    "too_large": 413,
    "media_type": 415,
    "hash_mismatch": 422,
    "type_refused": 422,
    "busy": 423,
    "too_many": 429,
    "quota": 429,
    "checksum_mismatch": 460,
    **{str(danger): 422 for danger in Danger},
}
"""All other codes are 400."""

STORAGE = "Penyimpanan server sedang penuh atau terganggu. Berkas aman di HP; dicoba lagi nanti."
BUSY = "Server sedang sibuk. Berkas aman di HP; dicoba lagi sebentar."

MayRead = Callable[[Viewer, File], Awaitable[bool]]
Doors = Callable[[Request], Response]
"""The page for somebody who followed a link to a file without signing in."""
Serving = Callable[[Viewer, File], Awaitable[str | None]]
"""Told before a file goes out; the name that it gets, or ``None`` for the one that its sender gave it."""
SHOWN = frozenset({"application/pdf", "image/jpeg", "image/png"})
"""What a browser may show in a frame of the app: inspected, or drawn anew."""


class _Route(APIRoute):
    """Answers refusals as JSON and says the protocol's version in every answer."""

    def get_route_handler(self) -> Callable[[Request], Any]:
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                response: Response = await inner(request)
            except OSError as error:
                # Full, read-only or broken: what arrived before is kept, and the client tries again later.
                log.error("storage_failed", error=type(error).__name__, errno=error.errno)
                response = JSONResponse({"code": "storage", "message": STORAGE}, 507, {"Retry-After": "60"})
            except DBAPIError as error:
                if not is_house_fault(error):
                    raise
                log.error("upload_busy", error=type(error).__name__)
                response = JSONResponse({"code": "busy", "message": BUSY}, 503, {"Retry-After": "5"})
            except Refusal as refusal:
                body = {"code": refusal.code, "message": refusal.message}
                response = JSONResponse(body, STATUS.get(refusal.code, 400))
                if refusal.code == "tus_version":
                    response.headers["Tus-Version"] = VERSION
            response.headers["Tus-Resumable"] = VERSION
            return response

        return handle


def router(
    files: Files,
    storage: Storage,
    current_viewer: Callable[..., Any],
    may_read: MayRead,
    serving: Serving | None = None,
    doors: Doors | None = None,
) -> APIRouter:
    """The routes under ``/berkas``. ``current_viewer``: a FastAPI dependency that gives a ``Viewer`` or ``None``.

    ``may_read`` decides for files of others in the same agency. ``?lihat=1`` shows a file instead of saving it.
    """
    routes = APIRouter(prefix="/berkas", route_class=_Route, tags=["berkas"], include_in_schema=False)
    tus = _Tus(files, storage)

    async def create(request: Request, viewer: Viewer | None = Depends(current_viewer)) -> Response:
        return await tus.create(request, _signed_in(viewer))

    async def head(id: str, request: Request, viewer: Viewer | None = Depends(current_viewer)) -> Response:
        _speaks_tus(request)
        return await tus.head(await tus.find(id, _signed_in(viewer)))

    async def patch(id: str, request: Request, viewer: Viewer | None = Depends(current_viewer)) -> Response:
        _from_client(request)
        return await tus.patch(await tus.find(id, _signed_in(viewer)), request)

    async def delete(id: str, request: Request, viewer: Viewer | None = Depends(current_viewer)) -> Response:
        _from_client(request)
        await files.give_up(await tus.find(id, _signed_in(viewer)))
        return Response(status_code=204)

    async def override(id: str, request: Request, viewer: Viewer | None = Depends(current_viewer)) -> Response:
        """Some proxies let only GET and POST through; the protocol has a header for that."""
        method = request.headers.get("x-http-method-override", "").upper()
        if method not in ("PATCH", "DELETE"):
            raise Refusal("invalid", "Permintaan ini tidak dikenal. Muat ulang halaman, lalu coba lagi.")
        return await (patch if method == "PATCH" else delete)(id, request, viewer)

    async def content(
        id: str, request: Request, lihat: str = "", viewer: Viewer | None = Depends(current_viewer)
    ) -> Response:
        if viewer is None and doors is not None and reads_pages(request):
            return doors(request)
        if not is_uuid(id):
            raise Refusal("not_found", "Berkas ini tidak ditemukan. Kembali lalu muat ulang halaman.")
        reader = _signed_in(viewer)
        file = await files.readable(id, reader, may_read)
        name = None if serving is None else await serving(reader, file)
        return await _download(file, storage, name or file.name, shown=lihat == "1" and file.type in SHOWN)

    routes.add_api_route("", tus.options, methods=["OPTIONS"], response_model=None)
    routes.add_api_route("/{id}", tus.options, methods=["OPTIONS"], response_model=None)
    routes.add_api_route("", create, methods=["POST"], response_model=None)
    routes.add_api_route("/{id}", head, methods=["HEAD"], response_model=None)
    routes.add_api_route("/{id}", patch, methods=["PATCH"], response_model=None)
    routes.add_api_route("/{id}", delete, methods=["DELETE"], response_model=None)
    routes.add_api_route("/{id}", override, methods=["POST"], response_model=None)
    routes.add_api_route("/{id}/isi", content, methods=["GET"], response_model=None)
    return routes


class _Tus:
    def __init__(self, files: Files, storage: Storage) -> None:
        self._files = files
        self._storage = storage

    async def options(self) -> Response:
        return Response(
            status_code=204,
            headers={
                "Tus-Version": VERSION,
                "Tus-Extension": EXTENSIONS,
                "Tus-Max-Size": str(self._files.most),
                "Tus-Checksum-Algorithm": ",".join(CHECKSUMS),
            },
        )

    async def find(self, id: str, viewer: Viewer) -> File:
        if not is_uuid(id):
            raise Refusal("not_found", "Berkas ini tidak ditemukan. Kembali lalu muat ulang halaman.")
        return await self._files.find(id, viewer.account)

    async def create(self, request: Request, viewer: Viewer) -> Response:
        _from_client(request)
        length = _number(request, "upload-length")
        try:
            announced = read_metadata(request.headers.get("upload-metadata", ""))
        except Malformed as member:
            raise Refusal(
                "invalid", f"Keterangan berkas tidak lengkap ({member}). Pilih berkasnya sekali lagi."
            ) from None
        file = await self._files.begin(viewer, announced, length)
        headers = {"Location": f"{request.url.path.rstrip('/')}/{file.id}"}
        headers["Upload-Offset"] = str(await self._files.arrived(file))
        return Response(status_code=201, headers=headers | _expires(file))

    async def head(self, file: File) -> Response:
        offset = await self._files.arrived(file)
        if offset == file.bytes and file.state == FileState.RECEIVING:
            # The server died between the last byte and the check; a client that sees all bytes sends no more.
            await self._alone(file, None)
        headers = {"Upload-Offset": str(offset), "Upload-Length": str(file.bytes), "Cache-Control": "no-store"}
        return Response(status_code=200, headers=headers | _expires(file))

    async def patch(self, file: File, request: Request) -> Response:
        if request.headers.get("content-type", "").lower() != "application/offset+octet-stream":
            raise Refusal("media_type", "Potongan berkas tidak dikenal. Muat ulang halaman, lalu coba lagi.")
        if file.state == FileState.COMPLETE:
            _same_offset(_number(request, "upload-offset"), file.bytes)
            return _received(file, file.bytes)
        return _received(file, await self._alone(file, request))

    async def _alone(self, file: File, request: Request | None) -> int:
        """Take what a request brings (``None``: nothing) and finish when all is here; returns the offset."""
        try:
            with self._storage.writing(file.location) as arriving:
                offset = arriving.size
                if request is not None:
                    _same_offset(_number(request, "upload-offset"), offset)
                    offset = await _receive(request, arriving, offset, file.bytes)
                if offset == file.bytes:
                    await self._files.finish(file)
                return offset
        except Busy:
            raise Refusal("busy", "Berkas ini sedang dikirim dari tempat lain. Dicoba lagi sebentar.") from None
        except FileNotFoundError:
            return await self._moved(file)

    async def _moved(self, file: File) -> int:
        """The arriving file is not where it was: another request finished it meanwhile, or the disk lost it."""
        return await self._files.arrived(await self._files.find(file.id, file.account))


async def _receive(request: Request, arriving: Arriving, start: int, length: int) -> int:
    """Append the body from ``start`` on, durably; returns the new offset.

    A body that ends too early is kept as far as it came, unless it carries a checksum that then cannot hold.
    """
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > length - start:
        raise Refusal("too_large", "Potongan berkas lebih panjang dari yang dijanjikan. Kirim ulang dari awal.")
    checksum = _checksum(request)
    offset, whole = start, True
    buffer = bytearray()

    async def write() -> None:
        nonlocal offset
        block = bytes(buffer)
        buffer.clear()
        if checksum is not None:
            checksum[0].update(block)
        await asyncio.to_thread(arriving.write, block, offset)
        offset += len(block)

    stream = request.stream().__aiter__()
    try:
        while True:
            async with asyncio.timeout(IDLE_SECONDS):
                chunk = await anext(stream, None)
            if chunk is None:
                break
            buffer += chunk
            if offset + len(buffer) > length:
                await asyncio.to_thread(arriving.cut, start)
                raise Refusal("too_large", "Potongan berkas lebih panjang dari yang dijanjikan. Kirim ulang dari awal.")
            if len(buffer) >= BLOCK:
                await write()
    except (ClientDisconnect, TimeoutError):
        whole = False
    await write()
    if checksum is not None and (not whole or checksum[0].digest() != checksum[1]):
        await asyncio.to_thread(arriving.cut, start)
        raise Refusal("checksum_mismatch", "Potongan berkas rusak di jalan. Potongan ini dikirim ulang.")
    await asyncio.to_thread(arriving.flush)
    return offset


def _checksum(request: Request) -> tuple[Any, bytes] | None:
    header = request.headers.get("upload-checksum")
    if header is None:
        return None
    name, _, encoded = header.partition(" ")
    try:
        return CHECKSUMS[name](usedforsecurity=False), base64.b64decode(encoded, validate=True)
    except (KeyError, binascii.Error):
        raise Refusal("invalid", "Jumlah periksa potongan tidak dikenal. Muat ulang halaman.") from None


async def _download(file: File, storage: Storage, name: str, *, shown: bool) -> Response:
    try:
        size, pieces = await asyncio.to_thread(storage.read, file.location)
    except FileNotFoundError:
        log.error("file_lost", file=file.id)
        raise Refusal("not_found", "Berkas ini tidak ditemukan. Kembali lalu muat ulang halaman.") from None
    # The first piece before the answer begins: a place that cannot be reached is then said in words.
    first = await asyncio.to_thread(next, pieces)
    return StreamingResponse(
        itertools.chain((first,), pieces),
        media_type=file.type,
        headers=({"X-Frame-Options": "SAMEORIGIN"} if shown else {})
        | {
            "Content-Length": str(size),
            "Content-Disposition": "inline" if shown else disposition(name),
            "X-Content-Type-Options": "nosniff",
            # A browser's own viewer does not open in a sandbox; scripts were refused when the file came.
            "Content-Security-Policy": _VIEWED if shown else "sandbox; default-src 'none'",
            "Cache-Control": "private, no-store",
            "Cross-Origin-Resource-Policy": "same-origin",
        },
    )


def reads_pages(request: Request) -> bool:
    """Whether a person's browser asks, and not a program."""
    return "text/html" in request.headers.get("accept", "")


def disposition(name: str) -> str:
    """The header that makes a browser save a file under this name, whatever letters it has."""
    quoted = quote(name)
    return f"attachment; filename*=utf-8''{quoted}" if quoted != name else f'attachment; filename="{name}"'


def _signed_in(viewer: Viewer | None) -> Viewer:
    if viewer is None:
        raise Refusal(
            "signed_out", "Belum masuk, atau sesi berakhir. Berkas aman di HP. Masuk; belum punya akun, daftar dulu."
        )
    return viewer


def _from_client(request: Request) -> None:
    """A form on a foreign page can post with the cookie, but cannot set this header."""
    _speaks_tus(request)
    if not request.headers.get("x-sambung-client"):
        raise Refusal("client_header", "Permintaan ini bukan dari aplikasi Sambung. Buka lewat aplikasinya.")


def _speaks_tus(request: Request) -> None:
    if request.headers.get("tus-resumable") != VERSION:
        raise Refusal("tus_version", "Aplikasi perlu diperbarui sebelum mengirim berkas. Berkas aman di HP.")


def _number(request: Request, header: str) -> int:
    value = request.headers.get(header, "")
    if not (value.isascii() and value.isdigit() and len(value) <= 15):
        raise Refusal("invalid", f"Keterangan berkas tidak lengkap ({header}). Pilih berkasnya sekali lagi.")
    return int(value)


def _same_offset(said: int, offset: int) -> None:
    if said != offset:
        raise Refusal("offset", "Kiriman dilanjutkan dari tempat yang berbeda. Dicoba lagi otomatis.")


def _received(file: File, offset: int) -> Response:
    return Response(status_code=204, headers={"Upload-Offset": str(offset)} | _expires(file))


def _expires(file: File) -> dict[str, str]:
    return {"Upload-Expires": format_datetime(file.expires, usegmt=True)} if file.state == FileState.RECEIVING else {}
