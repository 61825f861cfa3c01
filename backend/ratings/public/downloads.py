"""``/unduh/laporan/{file}``: a frozen file of a final report, for the agency's rating team, Kasubbag and head."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from backend.database.engine import Database
from backend.ratings.models import RatingReportFile
from sync.actors import Viewer
from sync.ids import is_uuid

READERS = ("TRK", "KSB", "KPL")


def route(db: Database, viewer_of: Callable[[Request], Awaitable[Viewer | None]]) -> Route:
    """The route; everything that the caller may not read is not found."""

    async def download(request: Request) -> Response:
        viewer = await viewer_of(request)
        if viewer is None:
            return PlainTextResponse("Masuk dulu untuk mengunduh laporan.", 401)
        allowed = any(actor.works_as(*READERS) for actor in viewer.grants.values())
        id = request.path_params["file"]
        async with db.read() as session:
            found = await session.get(RatingReportFile, id) if is_uuid(id) and allowed else None
        if found is None or found.agency != viewer.agency:
            return PlainTextResponse("Berkas tidak ditemukan.", 404)
        headers = {
            "Content-Disposition": f'attachment; filename="{found.name}"',
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        }
        return Response(found.content, media_type=found.media_type, headers=headers)

    return Route("/unduh/laporan/{file}", download, methods=["GET"])
