"""The server in this process, over HTTP, in the shape of production."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from backend.app import House, create_app
from backend.cli import Door
from backend.identity.service.agencies import import_agency, read_agencies
from backend.keys import Keys
from backend.settings import Settings
from tests.support.clock import SettableClock

HOME = "https://sambung.test"


@pytest.fixture
def settings(sqlite_url: str, keys: Keys, tmp_path: Path) -> Settings:
    """Production, but for the background work."""
    assert keys.path is not None
    return Settings(
        DATABASE_URL=sqlite_url, keys_file=keys.path, data_dir=tmp_path / "data", background=False, public_url=HOME
    )


@pytest.fixture
async def app(settings: Settings, clock: SettableClock) -> AsyncIterator[FastAPI]:
    """The running application."""
    app = create_app(settings, clock=clock)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """The app's own client, without a session."""
    headers = {"X-Sambung-Client": "tests/1"}
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url=HOME, headers=headers) as client:
        yield client


AGENCY = {
    "code": "UJI", "kind": "kabupaten", "name": "Kabupaten Uji", "staff_prefix": "UJI",
    "calendar": {"zone": "WIB", "week": {day: [["08:00", "16:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}},
    "units": [
        {"code": "UJI", "name": "Kabupaten Uji", "type": "kabupaten", "parent": None},
        *({"code": code, "name": code, "type": "bidang", "parent": "UJI"}
          for code in ("SEKRETARIAT", "PPI", "MUTASI", "KOMPETENSI", "KINERJA")),
    ],
}  # fmt: skip


@pytest.fixture
async def agency(app: FastAPI) -> str:
    """The id of a small agency, ready for questions."""
    house: House = app.state.house
    for file in read_agencies([AGENCY]):
        await import_agency(house.engine, file, Door().prepare_agency)
    async with house.db.reading() as connection:
        found = await house.engine.store.run(connection, "SELECT id FROM agency")
    return str(found[0][0])
