"""The public pages of services: readable without an account, honest about what nobody has set."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from backend.app import House
from backend.applications import room
from backend.applications.reading import read
from backend.applications.rules.canonical import plain
from backend.applications.service import services
from backend.identity.models import AGENCY
from tests.applications.samples import THIRD, raw, service
from tests.support.in_process import served


@pytest.fixture
async def site(sqlite_office: tuple[str, Path], tmp_path: Path) -> AsyncIterator[tuple[House, httpx.AsyncClient, str]]:
    """A running house with the services in its first agency, and that agency's code in small letters."""
    async with served(*sqlite_office, tmp_path) as (house, client):
        async with house.db.reading() as connection:
            agency, code = (await connection.execute(select(AGENCY.c.id, AGENCY.c.code).order_by(AGENCY.c.id))).first()  # type: ignore[misc]
        async with house.engine.writing(agency) as w:
            await room.install(w, ("sikap", "sisakat"))
        yield house, client, code.lower()


async def test_a_fee_that_nobody_set_is_never_free_acceptance_17(site: tuple[House, httpx.AsyncClient, str]) -> None:
    """Acceptance 17: *Belum ditetapkan*; flow and the place of the video open without signing in."""
    _, client, code = site
    page = await client.get(f"/{code}/layanan/sisakat", headers={"Accept-Language": "id"})
    assert (page.status_code, "set-cookie" in page.headers) == (200, False)
    for text in ("Biaya</h2><p><b>Belum ditetapkan</b>", "Alur</h2><ol><li>Diajukan</li>", "Video panduan</h2>",
                 "Belum ada video", "SK kepengurusan (legalisir)", "60 menit", "/parpol/daftar"):  # fmt: skip
        assert text in page.text, text
    assert "gratis" not in page.text.lower()
    english = await client.get(f"/{code}/layanan/sikap?lang=en")
    assert "Not yet set" in english.text
    assert "SK CPNS (if it applies)" in english.text
    listing = await client.get(f"/{code}/layanan?lang=id")
    assert f'href="/{code}/layanan/sisakat"' in listing.text
    short = await client.get("/publikasi/layanan/sisakat", follow_redirects=True)
    assert "Surat Keterangan Terdaftar" in short.text
    for path in (f"/{code}/layanan/tidak-ada", "/zzz/layanan", "/zzz/layanan/sikap", "/publikasi/layanan/zzz"):
        assert (await client.get(path)).status_code == 404, path


async def test_a_third_service_shows_what_its_definition_says_as_text(
    site: tuple[House, httpx.AsyncClient, str],
) -> None:
    """Nothing in a definition becomes markup or a script, and a newer version stands at once."""
    house, client, code = site
    body = raw(THIRD)
    body["page"] = {
        "requirements": ["<script>alert(1)</script>"], "fee": "Rp0 <b>", "flow": ["Satu", "Dua"],
        "video": "javascript:alert(1)", "duration": "",
    }  # fmt: skip
    assert {fault.path for fault in read(body).faults} == {"page.video"}, "a script is no address of a video"
    body["page"]["video"] = "https://contoh.go.id/video?a=1&b=2"
    found = read(body).service
    assert found is not None
    assert plain(service(THIRD))["code"] == found.code
    async with house.db.reading() as connection:
        agency = (await connection.execute(select(AGENCY.c.id).where(AGENCY.c.code == code.upper()))).scalar_one()
    async with house.engine.writing(agency) as w:
        await services.put(w, found)
    page = await client.get(f"/{code}/layanan/{found.code}?lang=id")
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    assert "Rp0 &lt;b&gt;" in page.text
    assert 'href="https://contoh.go.id/video?a=1&amp;b=2"' in page.text
    assert "Jangka waktu</h2><p>Belum ditetapkan" in page.text
