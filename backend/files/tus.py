"""tus 1.0 over HTTP: creation, resuming, checksums, termination, expiry; and the download.

Each request is one short act: no database connection is held while bytes arrive.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import os
from collections.abc import Awaitable, Callable
from email.utils import format_datetime
from typing import Any

import structlog
from fastapi import APIRouter, Depends, Request
from fastapi.responses import FileResponse, JSONResponse, Response
from fastapi.routing import APIRoute
from sqlalchemy.exc import DBAPIError
from starlette.requests import ClientDisconnect

from backend.files.inspect import Danger
from backend.files.models import File
from backend.files.rules import FileState, Malformed, read_metadata
from backend.files.service import Files
from backend.files.storage import Busy, Disk
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
    "checksum_mismatch": 460,
    **{str(danger): 422 for danger in Danger},
}
"""All other codes are 400."""

STORAGE = "Penyimpanan server sedang penuh atau terganggu. Berkas aman di HP; dicoba lagi nanti."
BUSY = "Server sedang sibuk. Berkas aman di HP; dicoba lagi sebentar."

MayRead = Callable[[Viewer, File], Awaitable[bool]]


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


def router(files: Files, disk: Disk, current_viewer: Callable[..., Any], may_read: MayRead) -> APIRouter:
    """The routes under ``/berkas``. ``current_viewer``: a FastAPI dependency that gives a ``Viewer`` or ``None``.

    ``may_read`` decides for files of others in the same agency.
    """
    routes = APIRouter(prefix="/berkas", route_class=_Route, tags=["berkas"], include_in_schema=False)
    tus = _Tus(files, disk)

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

    async def content(id: str, viewer: Viewer | None = Depends(current_viewer)) -> Response:
        if not is_uuid(id):
            raise Refusal("not_found", "Berkas ini tidak ditemukan. Kembali lalu muat ulang halaman.")
        file = await files.readable(id, _signed_in(viewer), may_read)
        return _download(file, disk)

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
    def __init__(self, files: Files, disk: Disk) -> None:
        self._files = files
        self._disk = disk

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
            with self._disk.writing(file.location) as descriptor:
                offset = os.fstat(descriptor).st_size
                if request is not None:
                    _same_offset(_number(request, "upload-offset"), offset)
                    offset = await _receive(request, descriptor, offset, file.bytes)
                if offset == file.bytes:
                    await self._files.finish(file)
                return offset
        except Busy:
            raise Refusal("busy", "Berkas ini sedang dikirim dari tempat lain. Dicoba lagi sebentar.") from None
        except FileNotFoundError:
            return await self._moved(file)

    async def _moved(self, file: File) -> int:
        """The arriving file is not where it was: finished by another request, or by one that died half-way."""
        offset = await self._files.arrived(file)
        if offset == file.bytes:
            await self._files.finish(file)
        return offset


async def _receive(request: Request, descriptor: int, start: int, length: int) -> int:
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
        await asyncio.to_thread(_write_at, descriptor, block, offset)
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
                await asyncio.to_thread(os.ftruncate, descriptor, start)
                raise Refusal("too_large", "Potongan berkas lebih panjang dari yang dijanjikan. Kirim ulang dari awal.")
            if len(buffer) >= BLOCK:
                await write()
    except (ClientDisconnect, TimeoutError):
        whole = False
    await write()
    if checksum is not None and (not whole or checksum[0].digest() != checksum[1]):
        await asyncio.to_thread(os.ftruncate, descriptor, start)
        raise Refusal("checksum_mismatch", "Potongan berkas rusak di jalan. Potongan ini dikirim ulang.")
    await asyncio.to_thread(os.fsync, descriptor)
    return offset


def _write_at(descriptor: int, block: bytes, offset: int) -> None:
    view = memoryview(block)
    while view:
        written = os.pwrite(descriptor, view, offset)
        view, offset = view[written:], offset + written


def _checksum(request: Request) -> tuple[Any, bytes] | None:
    header = request.headers.get("upload-checksum")
    if header is None:
        return None
    name, _, encoded = header.partition(" ")
    try:
        return CHECKSUMS[name](usedforsecurity=False), base64.b64decode(encoded, validate=True)
    except (KeyError, binascii.Error):
        raise Refusal("invalid", "Jumlah periksa potongan tidak dikenal. Muat ulang halaman.") from None


def _download(file: File, disk: Disk) -> Response:
    return FileResponse(
        disk.whole(file.location),
        media_type=file.type,
        filename=file.name,
        content_disposition_type="attachment",
        headers={
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "private, no-store",
            "Cross-Origin-Resource-Policy": "same-origin",
        },
    )


def _signed_in(viewer: Viewer | None) -> Viewer:
    if viewer is None:
        raise Refusal("signed_out", "Sesi berakhir. Berkas aman di HP; masuk lagi untuk mengirim.")
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
