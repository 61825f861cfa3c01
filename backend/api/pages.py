"""Thin HTTP routes: the app's files, health, metrics, and the public check of a receipt."""

from __future__ import annotations

import hmac
import html
import mimetypes
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta, timezone
from ipaddress import ip_address
from pathlib import Path

import structlog
from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from backend.api import figures
from backend.database.engine import Database
from backend.identity.rules.throttle import address_group
from backend.settings import ROOT, Settings
from sync.clock import Clock, from_ms
from sync.receipts import display, read
from sync.registry import Registry
from sync.store import Store

log = structlog.get_logger("pages")

Ready = Callable[[], Awaitable[dict[str, bool]]]

IMMUTABLE = "public, max-age=31536000, immutable"
RECEIPT_CHECKS = RateLimitItemPerMinute(30)
MONTHS = ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"]
WIB = timezone(timedelta(hours=7))

PAGE = """<!doctype html><html lang="id"><head><meta charset="utf-8"><title>{title} - Sambung</title>
<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark">
<style>html{{font:112.5%/1.5 system-ui,sans-serif}}body{{margin:0 auto;max-width:36rem;padding:24px 16px;
background:#F7F8F6;color:#14211F}}h1{{font-size:1.556rem;line-height:1.25}}form{{margin-top:24px}}
dt{{color:#46554F}}dd{{margin:0 0 12px;font-weight:600}}
label{{display:block;margin-bottom:4px}}input,button{{font:inherit;min-height:48px;border-radius:4px;padding:8px 12px;
border:1px solid #66766F;box-sizing:border-box;width:100%;max-width:20rem}}
button{{background:#0B5952;color:#fff;border-color:#0B5952;margin-top:8px;font-weight:600}}
:focus-visible{{outline:3px solid #FFBF2E;box-shadow:0 0 0 5px #14211F}}
@media (prefers-color-scheme:dark){{body{{background:#0E1615;color:#EEF4F2}}dt{{color:#B7C6C1}}
input{{background:#16211F;color:#EEF4F2}}button{{background:#74D6C9;color:#06231F;border-color:#74D6C9}}}}
</style></head><body><main><p><b>Sambung</b></p><h1>{title}</h1>{body}
<form action="/resi" method="get"><label for="no">Nomor resi</label>
<input id="no" name="no" autocomplete="off" placeholder="K7QM-2P9D" value="{typed}"><button>Periksa resi</button></form>
</main></body></html>"""


class Pages:
    """The routes that are not GraphQL."""

    def __init__(
        self, settings: Settings, db: Database, store: Store, registry: Registry, clock: Clock, ready: Ready
    ) -> None:
        self.settings = settings
        self.db = db
        self.store = store
        self.registry = registry
        self.clock = clock
        self.ready = ready
        self.limiter = MovingWindowRateLimiter(MemoryStorage())

    def routes(self) -> list[Route]:
        """All of them; the app's own addresses come last."""
        return [
            Route("/healthz", self.healthz),
            Route("/readyz", self.readyz),
            Route("/metrics", self.metrics),
            Route("/resi", self.receipt),
            Route("/resi/{code}", self.receipt),
            Route("/manifest.json", self.manifest),
            Route("/{path:path}", self.app_file),
        ]

    async def healthz(self, _request: Request) -> Response:
        """The process is alive."""
        return PlainTextResponse("ok")

    async def readyz(self, _request: Request) -> Response:
        """Database, migrations and workers are in order (503 if not)."""
        parts = await self.ready()
        fine = all(parts.values())
        return JSONResponse({"ready": fine, **parts}, 200 if fine else 503, {"Cache-Control": "no-store"})

    async def metrics(self, request: Request) -> Response:
        """Prometheus text, for those who may measure; for all others there is no such page."""
        if not may_measure(request, self.settings.metrics_token):
            return PlainTextResponse("Tidak ditemukan.", 404)
        return Response(await figures.exposition(self.db, self.clock.now()), media_type=figures.MEDIA_TYPE)

    async def manifest(self, _request: Request) -> Response:
        """The web app manifest."""
        return FileResponse(
            ROOT / "manifest.json", media_type="application/manifest+json", headers={"Cache-Control": "no-cache"}
        )

    async def receipt(self, request: Request) -> Response:
        """Whether a receipt is valid: its kind and server time, nothing personal. 30 checks a minute an address."""
        address = request.client.host if request.client else ""
        if not await self.limiter.hit(RECEIPT_CHECKS, "resi", address_group(address)):
            return self._page("Terlalu sering", "<p>Tunggu satu menit, lalu coba lagi.</p>", "", 429)
        typed = request.path_params.get("code") or request.query_params.get("no", "")
        typed = typed[:40]
        if not typed:
            return self._page("Periksa resi", "<p>Tulis nomor resi dari layar Sambung.</p>", "", 200)
        code = read(typed)
        try:
            found = None if code is None else await self._find(code)
        except Exception as error:
            log.error("receipt_not_checked", error=type(error).__name__, exc_info=error)
            body = "<p>Resi belum bisa diperiksa. Coba lagi sebentar.</p>"
            return self._page("Server sedang sibuk", body, typed, 503)
        if found is None:
            body = "<p>Resi ini tidak ditemukan. Periksa lagi hurufnya: angka 0 dan 1, bukan huruf O dan I.</p>"
            return self._page("Resi tidak ditemukan", body, typed, 404)
        kind, arrived = found
        body = (
            f"<dl><dt>Nomor</dt><dd>{display(code or '')}</dd><dt>Jenis kiriman</dt><dd>{html.escape(kind)}</dd>"
            f"<dt>Diterima server</dt><dd>{_date(arrived)}</dd></dl>"
        )
        return self._page("Resi sah", body, display(code or ""), 200)

    async def app_file(self, request: Request) -> Response:
        """A file of the built app; every other address is the app itself, which finds its own way."""
        if request.method not in ("GET", "HEAD"):
            return PlainTextResponse("", 405)
        path = request.path_params["path"]
        file = self._inside(path)
        if file is not None:
            cache = IMMUTABLE if path.startswith("assets/") else "no-cache"
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            return FileResponse(file, media_type=kind, headers={"Cache-Control": cache})
        if "." in path.rsplit("/", 1)[-1] or ".." in path.split("/"):
            return PlainTextResponse("Tidak ditemukan.", 404)
        index = self.settings.pwa_dir / "index.html"
        if not index.is_file():
            return PlainTextResponse("Aplikasi belum dibangun. Jalankan: make setup", 503)
        return FileResponse(index, media_type="text/html; charset=utf-8", headers={"Cache-Control": "no-cache"})

    def _inside(self, path: str) -> Path | None:
        root = self.settings.pwa_dir.resolve()
        try:
            file = (root / path).resolve()
            return file if path and file.is_relative_to(root) and file.is_file() else None
        except (OSError, ValueError):
            # Longer than a file name may be, or with a character 0.
            return None

    async def _find(self, code: str) -> tuple[str, int] | None:
        async with self.db.reading() as connection:
            found = await self.store.run(
                connection,
                "SELECT kind, arrived FROM sync_mutation WHERE receipt = :code AND status IN ('applied', 'merged')",
                code=code,
            )
        if not found:
            return None
        kind = self.registry.find_mutation(found[0][0] or "")
        return (kind.title if kind is not None and kind.title else "Kiriman"), found[0][1]

    def _page(self, title: str, body: str, typed: str, status: int) -> Response:
        content = PAGE.format(title=title, body=body, typed=html.escape(typed, quote=True))
        return Response(
            content, status, {"Cache-Control": "no-store"}, media_type="text/html; charset=utf-8"
        )  # fmt: skip


FORWARDED = ("x-forwarded-for", "forwarded", "x-real-ip", "via")


def may_measure(request: Request, token: str) -> bool:
    """With a token: who brings it. Without: who asks directly from this machine or a private network.

    What a proxy passes on comes from its own, private address: its headers tell.
    """
    if token:
        given = request.headers.get("authorization", "").encode()
        return hmac.compare_digest(given, f"Bearer {token}".encode())
    if request.client is None or any(name in request.headers for name in FORWARDED):
        return False
    try:
        address = ip_address(request.client.host)
    except ValueError:
        return False
    return address.is_loopback or address.is_private


def _date(ms: int) -> str:
    at: datetime = from_ms(ms).astimezone(WIB)
    return f"{at.day} {MONTHS[at.month - 1]} {at.year}, {at:%H.%M} WIB"
