"""The public page over HTTP: what it shows, refuses and stores, with scripts off (the browser test is apart)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from backend.app import create_app
from backend.ratings.models import Rating, RatingPhone
from backend.ratings.rules import codes
from backend.ratings.service import changes, presence
from sync.ids import uuid7
from tests.ratings.balai import Balai
from tests.ratings.visitor import GOOD, Visitor

THANKS = "Terima kasih, penilaian Anda telah kami terima."
OFFICER = "bkk_petugas1"


@pytest.fixture
def balai(balai_on_sqlite: Balai) -> Balai:
    """The page asks the same of both databases; what could differ is tested at the engine."""
    return balai_on_sqlite


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


async def test_a_missing_field_is_named_and_nothing_stored(visitor: Visitor, token: str, balai: Balai) -> None:
    """Acceptance 2: each of the four fields missing in turn is refused by name, with 0 rows."""
    for missing, sentence in (
        ("service", "Pilih jenis pelayanan."),
        ("indicators", "Pilih minimal satu indikator."),
        ("score", "Pilih rating 1 sampai 5."),
        ("phone", "Isi nomor HP/WA Anda."),
    ):
        page = await visitor.rate(token, **{missing: None})
        assert page.response.status_code == 422
        assert sentence in page.text
        links = [one.get("href") for one in page.read.links if one.get("href", "").startswith("#")]
        assert links[1:] == [f"#{missing}"]
        assert await balai.rows(Rating) == [], missing
        for name in GOOD:
            if name not in (missing, "phone"):
                assert f'name="{name}"' in page.response.text


async def test_five_indicators_in_order_with_descriptions(visitor: Visitor, token: str, balai: Balai) -> None:
    """Acceptance 3: five options in order with descriptions; a second rating value in a v1 post is refused."""
    page = await visitor.open(token)
    values = [one["value"] for one in page.read.inputs if one.get("name") == "indicators"]
    assert values == ["P", "AM", "C", "AK", "K"]
    for words in ("Profesional : Melayani menurut standar yang berlaku.", "Kolaboratif : Mau bekerja sama"):
        assert words in page.text
    for more in ({"score": ["5", "4"]}, {"score_AM": "4"}):
        answer = await visitor.send(page, **{**GOOD, **more})
        assert answer.response.status_code == 422
        assert "Belum ada yang tersimpan" in answer.text
    assert await balai.rows(Rating) == []


async def test_a_fresh_vertical_office_offers_twenty_services(visitor: Visitor, token: str, balai: Balai) -> None:
    """Acceptance 4: twenty services offered; "S99" is refused."""
    page = await visitor.open(token)
    assert [one["value"] for one in page.read.options] == ["", *(f"S{n:02d}" for n in range(1, 21))]
    answer = await visitor.send(page, **{**GOOD, "service": "S99"})
    assert (answer.response.status_code, "dari daftar" in answer.text) == (422, True)
    assert await balai.rows(Rating) == []


async def test_the_same_form_five_times_is_one_row(visitor: Visitor, token: str, balai: Balai) -> None:
    """Acceptance 8: KIRIM pressed twice, the request repeated five times: one row, the same thanks each time."""
    page = await visitor.open(token)
    answers = await asyncio.gather(*(visitor.send(page, **GOOD) for _ in range(5)))
    assert {answer.response.status_code for answer in answers} == {200}
    assert all(THANKS in answer.text for answer in answers)
    assert len(await balai.rows(Rating)) == 1
    changed = await visitor.send(page, **{**GOOD, "score": "1"})
    assert changed.response.status_code == 409
    assert "Yang pertama yang berlaku" in changed.text
    assert [row.score for row in await balai.rows(Rating)] == [5]


async def test_a_second_rating_of_the_visit_is_answered_so(visitor: Visitor, token: str) -> None:
    await visitor.rate(token)
    again = await visitor.rate(token, score="1")
    assert "Penilaian Anda untuk layanan ini sudah kami terima." in again.text


async def test_a_revoked_code_says_so_and_the_new_one_works(visitor: Visitor, token: str, balai: Balai) -> None:
    """Acceptance 6: posting to a revoked token stores nothing and says so; the new token works."""
    page = await visitor.open(token)
    code = await balai.code(token=token)
    next_id = uuid7()
    done = await balai.act(
        "bkk_koordinator", "KOR", "rating.code_rotate", code.id, next=next_id, reason="Kartu hilang."
    )
    assert done.status == "applied", done.wire()
    answer = await visitor.send(page, **GOOD)
    assert (answer.response.status_code, "Kode ini tidak berlaku lagi. Tidak ada yang disimpan." in answer.text) == (
        410, True,
    )  # fmt: skip
    assert "Kode ini tidak berlaku lagi" in (await visitor.open(token)).text
    assert await balai.rows(Rating) == []
    fresh = (await balai.code(id=next_id)).token
    assert THANKS in (await visitor.rate(fresh)).text


async def test_english_page_for_page(visitor: Visitor, token: str, balai: Balai) -> None:
    """Acceptance 17: with ?lang=en labels, errors and thanks are English; what is stored is the same."""
    page = await visitor.open(token, lang="en")
    assert '<html lang="en"' in page.response.text
    for words in ("Please rate our service.", "Type of service *", "Indicator *", "Your rating *", "Not rated",
                  "Your mobile number *", "SEND", "Basic laboratory", "No bribes, no gifts"):  # fmt: skip
        assert words in page.text
    faults = await visitor.send(page)
    for words in ("Choose a type of service.", "Choose at least one indicator.", "Choose a rating from 1 to 5."):
        assert words in faults.text
    done = await visitor.send(faults, **{**GOOD, "phone": "+1 202 555 0100"})
    assert "Thank you, we have received your rating." in done.text
    [row] = await balai.rows(Rating)
    assert (row.service, row.indicators, row.language) == ("S07", ["P", "C"], "en")


async def test_every_page_says_where_to_complain(visitor: Visitor, token: str) -> None:
    """Acceptance 18 (words): the no-gratuity line, a complaint channel and a guide on every page, without sign-in."""
    form = await visitor.open(token)
    pages = [form, await visitor.send(form), await visitor.send(form, **GOOD), await visitor.open("00000000000")]
    assert [page.response.status_code for page in pages] == [200, 422, 200, 404]
    for page in pages:
        assert "tanpa suap dan gratifikasi" in page.text
        links = [one for one in page.read.links if "download" in one]
        assert [one["href"] for one in links] == ["/panduan/penilaian.pdf?lang=id"]
        assert any(one["href"].startswith(("tel:", "https://")) for one in page.read.links)
        assert len(page.response.content) <= 14 * 1024


async def test_why_the_phone_is_asked(visitor: Visitor, token: str) -> None:
    text = (await visitor.open(token)).text
    assert "Hanya untuk mencegah penilaian ganda. Petugas tidak melihatnya. Dihapus setelah 90 hari." in text


async def test_v2_asks_five_ratings(visitor: Visitor, token: str, balai: Balai) -> None:
    """Acceptance 9 (post): with v2 in force five ratings are asked, each missing one is named, all are stored."""
    record = changes.record_of(balai.agency)
    rules = {"instrument": "v2"}
    done = await balai.act("bkk_tim_rating", "TRK", "rating.set_rules", record, about="rating_catalogue", rules=rules)
    assert done.status == "applied", done.wire()
    page = await visitor.open(token)
    assert [name for name in page.read.order if name.startswith("score")] == [
        "score_P", "score_AM", "score_C", "score_AK", "score_K",
    ]  # fmt: skip
    assert len(page.response.content) <= 14 * 1024
    filled = {
        "service": "S07",
        "phone": GOOD["phone"],
        "score_P": "5",
        "score_AM": "4",
        "score_C": "3",
        "score_AK": "4",
    }
    faults = await visitor.send(page, **filled)
    assert (faults.response.status_code, "Kolaboratif: Pilih rating 1 sampai 5." in faults.text) == (422, True)
    wrong = await visitor.send(page, **filled, score_K="4", score="5")
    assert wrong.response.status_code == 422
    assert THANKS in (await visitor.send(faults, **filled, score_K="4")).text
    [row] = await balai.rows(Rating)
    assert (row.version, row.score, row.scores) == ("v2", None, {"P": 5, "AM": 4, "C": 3, "AK": 4, "K": 4})


async def test_a_form_of_the_old_version_still_counts(visitor: Visitor, token: str, balai: Balai) -> None:
    """Issued as v1 before the change, posted after it: stored as v1, with the version it was shown."""
    page = await visitor.open(token)
    record = changes.record_of(balai.agency)
    rules = {"instrument": "v2"}
    await balai.act("bkk_tim_rating", "TRK", "rating.set_rules", record, about="rating_catalogue", rules=rules)
    assert THANKS in (await visitor.send(page, **GOOD)).text
    assert [row.version for row in await balai.rows(Rating)] == ["v1"]


HOSTILE: list[dict[str, object]] = [
    {"service": "<script>alert(1)</script>"},
    {"service": "' OR 1=1 --"},
    {"phone": '"><img src=x onerror=alert(1)>'},
    {"score": "5; DROP TABLE rating"},
    {"indicators": ["P", "<b>"]},
    {"stamp": "x"},
    {"stamp": "A" * 5000},
    {"service": "S" * 20_000},
]


async def test_hostile_fields_are_refused_in_words(visitor: Visitor, token: str, balai: Balai) -> None:
    for hostile in HOSTILE:
        page = await visitor.open(token)
        answer = await visitor.send(page, **{**GOOD, **hostile})
        assert answer.response.status_code in (400, 422), hostile
        for value in hostile.values():
            raw = value if isinstance(value, str) else str(value)
            assert "<" not in raw or raw not in answer.response.text
        assert "<img" not in answer.response.text
        assert "tersimpan" in answer.text or "disimpan" in answer.text, hostile
        assert await balai.rows(Rating) == [], hostile


async def test_a_stamp_works_for_its_own_code_only(visitor: Visitor, token: str, balai: Balai) -> None:
    """The officer comes from the token: a stamp of one form posted to another's address stores nothing."""
    other = (await balai.code(kind="personal", person=balai.people["bkk_petugas2"])).token
    page, foreign = await visitor.open(token), await visitor.open(other)
    answer = await visitor.client.post(foreign.action, data={"stamp": page.stamp, **GOOD})
    assert answer.status_code == 400
    forged = page.stamp[:-2] + ("aa" if page.stamp[-2:] != "aa" else "bb")
    assert (await visitor.client.post(page.action, data={"stamp": forged, **GOOD})).status_code == 400
    assert await balai.rows(Rating) == []


async def test_a_flood_from_one_address_is_told_to_wait(balai: Balai, token: str) -> None:
    settings = balai.house.settings.model_copy(update={"ratings_per_minute": 3})
    balai.house.settings = settings
    app = create_app(settings, house=balai.house)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1:8000") as client:
        visitor = Visitor(client)
        pages = [await visitor.rate(token, phone=f"0813 5550 10{n:02d}") for n in range(4)]
    assert [page.response.status_code for page in pages] == [200, 200, 200, 429]
    assert "Tunggu satu menit" in pages[-1].text
    assert pages[-1].response.headers["retry-after"] == "60"
    assert 'value="0813 5550 1003"' in pages[-1].response.text
    assert len(await balai.rows(Rating)) == 3


async def test_presence_is_proven_by_a_step_code_or_a_ticket(visitor: Visitor, token: str, balai: Balai) -> None:
    """The rotating code of the officer's screen proves presence for three minutes; a printed one does not."""
    now = balai.clock.now()
    step = codes.step_code(presence.step_key(balai.keys, token), token, codes.step_of(now))
    page = await visitor.open(token, s=step)
    assert THANKS in (await visitor.send(page, **GOOD)).text
    balai.clock.advance(minutes=4)
    stale = await visitor.open(token, s=step)
    assert THANKS in (await visitor.send(stale, **{**GOOD, "phone": "0813 5550 0002"})).text
    ticket = uuid7()
    await balai.act("bkk_koordinator", "KOR", "rating.ticket", ticket, site=balai.units["W-LK"], service=None)
    signed = presence.sign_ticket(balai.keys, ticket)
    first = await visitor.send(await visitor.open(token, t=signed), **{**GOOD, "phone": "0813 5550 0003"})
    again = await visitor.send(await visitor.open(token, t=signed), **{**GOOD, "phone": "0813 5550 0004"})
    assert THANKS in first.text
    assert "sudah kami terima" in again.text
    found = sorted((row.ticket is not None, row.presence, row.status) for row in await balai.rows(Rating))
    assert found == [
        (False, "hadir", "sah"), (False, "tanpa_bukti", "sah"), (True, "hadir", "duplikat"), (True, "hadir", "sah"),
    ]  # fmt: skip


async def test_the_board_says_where_it_was(visitor: Visitor, token: str, balai: Balai) -> None:
    """Opened through the board of another site, the rating belongs to that site."""
    board = (await balai.code(kind="board", site=balai.units["P-KR"])).token
    page = await visitor.open(token, b=board)
    assert "Pos Bandara Kencana Raya" in page.text
    await visitor.send(page, **GOOD)
    [row] = await balai.rows(Rating)
    assert (row.site, row.site_estimated) == (balai.units["P-KR"], False)
