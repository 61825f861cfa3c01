"""The server in this process over a database that was copied for one test, and somebody who asks it over HTTP."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from backend.app import House, create_app
from backend.settings import Settings
from sync.clock import Clock


@asynccontextmanager
async def served(
    url: str, keys_file: Path, folder: Path, clock: Clock | None = None
) -> AsyncIterator[tuple[House, httpx.AsyncClient]]:
    """The running house and a client without a session that asks from this machine; no timers. ``clock``: its time,
    the machine's otherwise."""
    shutil.copy(keys_file, folder / "keys.json")
    settings = Settings(
        DATABASE_URL=url, keys_file=folder / "keys.json", data_dir=folder / "data", background=False,
        public_url="http://test",
    )  # fmt: skip
    app = create_app(settings, clock=clock)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app, client=("127.0.0.1", 1))
        headers = {"X-Sambung-Client": "tests/1"}
        async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers) as client:
            yield app.state.house, client
