"""The public page over HTTP: what it shows, refuses and stores, with scripts off (the browser test is apart)."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from backend.app import create_app
from backend.ratings.models import Rating, RatingPhone
from tests.ratings.balai import Balai
from tests.ratings.visitor import GOOD, Visitor

THANKS = "Terima kasih, penilaian Anda telah kami terima."
OFFICER = "bkk_petugas1"


@pytest.fixture
async def visitor(balai: Balai) -> AsyncIterator[Visitor]:
    """A browser before the office's server."""
    app = create_app(balai.house.settings, house=balai.house)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1:8000") as client:
        yield Visitor(client)


@pytest.fixture
async def token(balai: Balai) -> str:
    """The personal code of an officer."""
    return (await balai.code(kind="personal", person=balai.people[OFFICER])).token


async def test_a_fresh_form_has_the_elements_in_order(visitor: Visitor, token: str) -> None:
    """Acceptance 1: a fresh v1 form in the order of section 1, *Not Rated*, an empty phone with its placeholder."""
    page = await visitor.open(token)
    assert page.response.status_code == 200
    assert page.read.order == ["stamp", "service", "indicators", "score", "phone", "button"]
    words = ["dr. Kirana Salsabila", "Wilker Pelabuhan Laut Kencana", "Silahkan berikan rating pelayanan kami.",
             "Jenis Pelayanan *", "Indikator *", "Rating Anda *", "Not Rated", "No HP/WA Anda *", "KIRIM"]  # fmt: skip
    places = [page.text.index(word) for word in words]
    assert places == sorted(places)
    phone = next(one for one in page.read.inputs if one.get("name") == "phone")
    assert (phone["value"], phone["placeholder"]) == ("", "No HP/WA Anda")
    checked = [one for one in page.read.inputs if one.get("name") == "score" and "checked" in one]
    assert [one["value"] for one in checked] == ["0"]
    assert len(page.response.content) <= 14 * 1024


async def test_a_filled_form_becomes_one_row(visitor: Visitor, token: str, balai: Balai) -> None:
    page = await visitor.rate(token)
    assert THANKS in page.text, page.text
    [row] = await balai.rows(Rating)
    assert (row.officer, row.service, row.score, row.indicators) == (balai.people[OFFICER], "S07", 5, ["P", "C"])
    assert (row.status, row.presence, row.channel, row.version) == ("sah", "tanpa_bukti", "halaman", "v1")
    assert row.site == balai.units["W-LK"]
    assert len(await balai.rows(RatingPhone, rating=row.id)) == 1


@pytest.mark.parametrize(("missing", "sentence"), [
    ("service", "Pilih jenis pelayanan."),
    ("indicators", "Pilih minimal satu indikator."),
    ("score", "Pilih rating 1 sampai 5."),
    ("phone", "Isi nomor HP/WA Anda."),
])  # fmt: skip
async def test_a_missing_field_is_named_and_nothing_stored(
    visitor: Visitor, token: str, balai: Balai, missing: str, sentence: str
) -> None:
    """Acceptance 2: each of the four fields missing in turn is refused by name, with 0 rows."""
    page = await visitor.rate(token, **{missing: None})
    assert page.response.status_code == 422
    assert sentence in page.text
    assert [one.get("href") for one in page.read.links if one.get("href", "").startswith("#")][1:] == [f"#{missing}"]
    assert await balai.rows(Rating) == []
    for name in GOOD:
        if name not in (missing, "phone"):
            assert f'name="{name}"' in page.response.text
