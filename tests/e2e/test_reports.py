"""Reports in the browser: a month of ratings and the index up to a site's page; a quarter of questions on paper."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import openpyxl
from playwright.sync_api import Page, expect
from sqlalchemy import insert, select

from backend.database.engine import Database
from backend.identity.models import AGENCY, PERSON, UNIT
from backend.ratings.models import IKM_ANSWER, RATING
from sync.ids import uuid7
from tests.e2e.test_accessibility import sideways, small
from tests.ratings.test_ikm import SUMS, spread
from tests.support.background import Background
from tests.support.chromium import Profile, Screen, axe
from tests.support.phone import Phone
from tests.support.stage import IDENTIFIERS, Stage, answer_from_desk, ask, on_phone, records_of, sign_in

MEAN, INDEX = "4,25", "91,48"
SCORES = (5,) * 5 + (4,) * 5 + (3,) * 2


async def _visits(url: str) -> str:
    """A month of visitors at one site, straight into the tables; the site's id."""
    db = Database(url)
    now = datetime.now(UTC)
    try:
        async with db.writing() as connection:
            agency = (await connection.execute(select(AGENCY.c.id).where(AGENCY.c.code == "BNK"))).scalar_one()
            unit = select(UNIT.c.id).where(UNIT.c.agency == agency, UNIT.c.code == "W-LK")
            site = str((await connection.execute(unit)).scalar_one())
            person = select(PERSON.c.id).where(PERSON.c.nip == IDENTIFIERS["bkk_petugas1"])
            officer = str((await connection.execute(person)).scalar_one())
            await connection.execute(insert(RATING), [_rating(agency, site, officer, score, now) for score in SCORES])
            rows = [_answer(agency, site, row, now) for row in spread(29, SUMS)]
            await connection.execute(insert(IKM_ANSWER), rows)
    finally:
        await db.close()
    return site


def _rating(agency: str, site: str, officer: str, score: int, now: datetime) -> dict[str, Any]:
    return {
        "id": uuid7(), "agency": agency, "instrument": uuid7(), "version": "v1", "officer": officer,
        "officer_name": "dr. Kirana Salsabila", "site": site, "site_estimated": False, "service": "S01", "score": score,
        "scores": {}, "indicators": ["P", "C"], "presence": "hadir", "channel": "halaman", "made_at": now,
        "made_by": "tiba", "arrived_at": now, "service_date": _today(), "language": "id", "arrived_as": "sah",
        "status": "sah", "content_hash": "0" * 64,
    }  # fmt: skip


def _answer(agency: str, site: str, row: tuple[int, ...], now: datetime) -> dict[str, Any]:
    answers = {f"u{place}": answer for place, answer in enumerate(row, start=1)}
    return {
        "id": uuid7(), "agency": agency, "site": site, "service": "S01", **answers, "made_at": now, "arrived_at": now,
        "service_date": _today(), "instrument": uuid7(), "source": "halaman", "language": "id",
    }  # fmt: skip


def _today() -> date:
    """Today by the clock of the running server, where the agency is (WITA): the running month is of that place."""
    return (datetime.now(UTC) + timedelta(hours=8)).date()


def _act(stage: Stage, key: str, role: str, kind: str, **args: Any) -> None:
    """Take a step of the one report on another device."""

    async def work(phone: Phone) -> None:
        [(id, body)] = phone.held("rating_report").items()
        given = {"setHash": body["setHash"]} if body.get("setHash") else {}
        version = phone.versions[("rating_report", id)]
        [result] = await phone.push(phone.mutation(kind, id, given | args, role=role, seen={id: version}))
        assert result["status"] == "applied", result

    on_phone(stage, key, work)


def _press(page: Page, name: str, then: str) -> None:
    """Press the button of the step that is due, and wait until the server has taken it."""
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.get_by_text(then).first).to_be_visible()


def _faults(page: Page) -> list[str]:
    return [*axe(page), *sideways(page), *small(page)]


def _freeze_index(stage: Stage) -> None:
    """The index of this quarter and of this month, over all sites."""
    today = _today()
    periods = (f"{today.year}-Q{(today.month + 2) // 3}", f"{today:%Y-%m}")

    async def work(phone: Phone) -> None:
        acts = [phone.mutation("ikm.report", uuid7(), {"period": period}, role="TRK") for period in periods]
        assert [one["status"] for one in await phone.push(*acts)] == ["applied"] * 2

    on_phone(stage, "bkk_tim_rating", work)


def test_a_report_from_running_figures_to_the_page_of_a_site(stage: Stage, browser: Callable[..., Profile]) -> None:
    """Acceptance 15 on screens: published figures appear only after final and terbit; the index prints 91,48.

    Acceptance 18 for the publication and the survey: no sideways scroll at 360, 768 and 1366 px, and axe is clean.
    """
    background = Background()
    try:
        site = background.run(_visits(stage.server.database_url))
    finally:
        background.stop()
    profile = browser("team", screen=Screen((1280, 900), reduced_motion=True))
    page = sign_in(profile, "bkk_tim_rating")
    page.goto(f"{profile.origin}/laporan/rating")
    expect(page.get_by_text("n = 12 sah")).to_be_visible()
    expect(page.get_by_role("cell", name=MEAN).first).to_be_visible()
    assert _faults(page) == []
    page.get_by_role("button", name="Mulai laporan periode ini").click()
    page.get_by_role("link", name="Laporan 1,").click()
    expect(page.get_by_text("Berikutnya, langkah 1")).to_be_visible()
    _act(stage, "bkk_koordinator", "KOR", "rating.report_tick", step=1)
    _press(page, "Penilaian sudah diterima", "Berikutnya, langkah 3")
    _press(page, "Tarik data", "Berikutnya, langkah 4")
    expect(page.get_by_role("cell", name="dr. Kirana Salsabila")).to_be_visible()
    page.get_by_label("Catatan").fill("Semua lokasi lengkap.")
    _press(page, "Laporan sudah disusun", "Berikutnya, langkah 5")
    _act(stage, "bkk_kasubbag", "KSB", "rating.report_verify")
    _act(stage, "bkk_kepala", "KPL", "rating.report_final")
    expect(page.get_by_text("Laporan ini terkunci.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Unduh Excel").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    public = f"{profile.origin}/publikasi/{site}"
    assert "Kirana" not in page.request.get(public).text()
    _press(page, "Terbitkan", "Semua langkah selesai.")
    assert _faults(page) == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert _faults(page) == []

    page.goto(f"{profile.origin}/laporan/ikm")
    expect(page.get_by_text(f"{INDEX}, mutu A (Sangat Baik)")).to_be_visible()
    assert _faults(page) == []
    page.get_by_label("Rencana tindak lanjut").fill("Tambah loket pada jam sibuk.")
    page.get_by_role("button", name="Bekukan laporan periode ini").click()
    _freeze_index(stage)
    page.goto(f"{profile.origin}/laporan/ikm")
    expect(page.get_by_role("heading", name="Perkembangan IKM")).to_be_visible()
    page.get_by_text("Lihat tabel Perkembangan IKM").first.click()
    trend = page.get_by_role("table", name="Perkembangan IKM, Semua lokasi")
    expect(trend.get_by_role("cell", name=INDEX)).to_have_count(2)
    assert _faults(page) == []
    page.goto(public)
    expect(page.get_by_role("row", name="dr. Kirana Salsabila")).to_contain_text(MEAN)
    codes = records_of(stage, "bkk_tim_rating", "rating_code").values()
    token = next(code["token"] for code in codes if code["kind"] == "survey" and code["unit"] == site)
    for address in (public, f"{profile.origin}/survei/{token}?lang=en"):
        page.goto(address)
        for width in (360, 768, 1366):
            page.set_viewport_size({"width": width, "height": 800})
            assert [*axe(page), *sideways(page)] == [], (address, width)


HINDRANCE = "Sinyal di Hulu Selasar putus setiap sore."
SURVEYED = "Apakah sertifikat pelatihan saya sudah dicetak?"


def test_a_quarter_from_an_obstacle_without_signal_to_the_printed_report(
    stage: Stage, browser: Callable[..., Profile]
) -> None:
    """An operator notes an obstacle offline, an asker fills in the survey, the head of the team prints both."""
    phone = browser("operator1", screen=Screen((360, 780), reduced_motion=True))
    page = sign_in(phone, "operator1")
    page.goto(f"{phone.origin}/laporan/pertanyaan")
    expect(page.get_by_label("Apa yang menghambat?")).to_be_visible()
    stage.network.cut()
    page.get_by_role("button", name="Catat hambatan").click()
    expect(page.get_by_text("Tulis hambatan, minimal 10 huruf.").first).to_be_visible()
    page.get_by_label("Apa yang menghambat?").fill(HINDRANCE)
    page.get_by_role("button", name="Catat hambatan").click()
    expect(page.get_by_text("Tersimpan, menunggu terkirim.")).to_be_visible()
    stage.network.restore()
    expect(page.get_by_text("Tersimpan, menunggu terkirim.")).to_have_count(0, timeout=120_000)

    asker = browser("guru", screen=Screen((360, 780), reduced_motion=True))
    page = sign_in(asker, "guru")
    ask(page, SURVEYED)
    expect(page.get_by_text("no. resi").first).to_be_visible()
    answer_from_desk(stage, SURVEYED, "Sudah, silakan diambil di loket.")
    page.get_by_role("button", name="Sudah jelas").click()
    page.get_by_role("button", name="Kirim survei").click()
    expect(page.get_by_text("Pilih satu nilai.").first).to_be_visible()
    assert _faults(page) == []
    for group in ("Kemudahan bertanya", "Kecepatan jawaban", "Kejelasan jawaban", "Secara keseluruhan"):
        page.get_by_role("group", name=group).get_by_label("4: Sangat baik").check()
    page.get_by_role("button", name="Kirim survei").click()
    expect(page.get_by_text("Terima kasih, survei ini sudah Anda isi.")).to_be_visible()

    desk = browser("ketua_tim", desk=True, screen=Screen((1280, 900), reduced_motion=True))
    page = sign_in(desk, "ketua_tim")
    page.goto(f"{desk.origin}/dasbor")
    expect(page.get_by_text("Tiga KPI")).to_be_visible()
    page.get_by_label("Topik", exact=True).select_option(label="Pelatihan")
    expect(page.get_by_text("Paling banyak ditanya: Pelatihan")).to_be_visible()
    page.goto(f"{desk.origin}/laporan/pertanyaan")
    page.get_by_role("link", name="Triwulan").first.click()
    expect(page.get_by_role("listitem").filter(has_text=HINDRANCE)).to_be_visible()
    expect(page.get_by_role("heading", name="6. Rekomendasi")).to_be_visible()
    with page.expect_download() as printed:
        page.get_by_role("link", name="Unduh PDF").click()
    assert printed.value.path().read_bytes().startswith(b"%PDF")

    page.goto(f"{desk.origin}/laporan/arsip")
    page.get_by_role("textbox", name="Keperluan").fill("Arsip bulanan")
    page.get_by_role("button", name="Susun dokumen").click()
    document = page.get_by_role("link", name="Unduh Excel").first
    with page.expect_download() as archived:
        document.click()
    book = openpyxl.load_workbook(io.BytesIO(archived.value.path().read_bytes()))
    assert SURVEYED in [row[8] for row in book.active.iter_rows(values_only=True)]
