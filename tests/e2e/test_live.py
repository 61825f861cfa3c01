"""Between people at once: a live conversation; and what must tell nothing of them: a report without a name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, Request, expect

from tests.e2e.test_first_path import filtered_by_admin
from tests.support.chromium import Profile, axe, axe_in_both_themes
from tests.support.stage import Stage, ask, sign_in, take, write_on

QUESTION = "Apakah SK kenaikan pangkat saya bulan ini sudah terbit?"
THERE, WRITING = "Petugas tersedia sekarang.", "Petugas sedang menulis..."


def test_two_browsers_talk_and_see_who_is_there(stage: Stage, browser: Callable[..., Profile]) -> None:
    asker, operator = browser("guru"), browser("operator1", desk=True)
    page, desk = sign_in(asker, "guru"), sign_in(operator, "operator1")
    ask(page, QUESTION)
    expect(page.get_by_text("no. resi").first).to_be_visible()
    expect(page.get_by_text(THERE)).to_have_count(0)

    # Somebody who may answer looks at the inbox: that is told, and so is its end.
    desk.goto(operator.origin + "/kotak-masuk")
    filtered_by_admin(stage, QUESTION)
    expect(page.get_by_text(THERE)).to_be_visible()
    desk.get_by_role("link", name=QUESTION).first.click()
    expect(page.get_by_text(THERE)).to_be_visible()

    # Nothing but the stream tells: the app itself looks again only after minutes.
    page.get_by_label("Tulis pesan").press_sequentially("Saya butuh")
    expect(desk.get_by_text("Penanya sedang menulis...")).to_be_visible()
    write_on(page, "Saya butuh untuk berkas sertifikasi.")
    expect(desk.get_by_text("Saya butuh untuk berkas sertifikasi.")).to_be_visible()
    expect(desk.get_by_text("Penanya sedang menulis...")).to_have_count(0)

    take(desk)
    # An internal note is nothing that an asker waits for.
    desk.get_by_role("radio", name="Catatan intern").check()
    desk.get_by_label("Catatan intern (hanya petugas)").press_sequentially("Tanya Mutasi")
    desk.get_by_role("button", name="Kirim", exact=True).click()
    expect(desk.get_by_text("Tanya Mutasi", exact=True)).to_be_visible()
    assert page.get_by_text(WRITING).count() == 0
    answer(desk, "SK terbit hari ini. Ambil di Bidang Mutasi.", meanwhile=lambda: expect_writing(page))
    expect(page.get_by_text("SK terbit hari ini. Ambil di Bidang Mutasi.")).to_be_visible()
    expect(page.get_by_text(WRITING)).to_have_count(0)

    desk.goto("about:blank")
    expect(page.get_by_text(THERE)).to_have_count(0)
    assert asker.problems == []
    assert operator.problems == []


def expect_writing(page: Page) -> None:
    """The asker sees that somebody writes."""
    expect(page.get_by_text(WRITING)).to_be_visible()


def answer(desk: Page, text: str, *, meanwhile: Callable[[], None]) -> None:
    """Write an answer as a person does, letter by letter, and send it."""
    desk.get_by_role("radio", name="Jawab penanya").check()
    field = desk.get_by_label("Jawaban", exact=True)
    field.press_sequentially(text)
    meanwhile()
    desk.get_by_role("button", name="Kirim", exact=True).click()


REPORT = "Petugas loket meminta uang untuk mempercepat berkas."


def test_a_report_goes_without_a_cookie_waits_in_the_open_page_and_is_answered(
    stage: Stage, browser: Callable[..., Profile], tmp_path: Path
) -> None:
    """Whoever is signed in on the phone stays unknown; without network the text stays on the page, and goes later."""
    author, recipient = browser("guru"), browser("penerima_laporan", desk=True)
    page, desk = sign_in(author, "guru"), sign_in(recipient, "penerima_laporan")
    page.goto(author.origin + "/bantuan")
    page.get_by_role("link", name="Lapor rahasia").click()
    page.get_by_role("link", name="Kabupaten").first.click()
    page.get_by_label("Apa yang terjadi?").fill(REPORT)
    Image.new("RGB", (40, 30), (90, 90, 0)).save(tmp_path / "foto.jpg", comment=b"rumah saya")
    page.get_by_label("Foto (boleh kosong)").set_input_files(tmp_path / "foto.jpg")
    assert axe_in_both_themes(page) == []

    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    stage.network.cut()
    page.get_by_role("button", name="Kirim laporan").click()
    expect(page.get_by_text("Belum terkirim karena tidak ada jawaban.")).to_be_visible()
    expect(page.get_by_label("Apa yang terjadi?")).to_have_value(REPORT)
    stage.network.restore()
    page.get_by_role("button", name="Kirim laporan").click()
    expect(page.get_by_role("heading", name="Laporan sudah diterima.")).to_be_focused()
    code = page.locator("main strong").inner_text()
    reports = [request for request in sent if request.url.endswith("/lapor-rahasia?lang=id")]
    assert reports
    assert ["cookie" in request.all_headers() for request in reports] == [False] * len(reports)
    assert REPORT not in page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")

    desk.goto(recipient.origin + "/kelola/laporan-rahasia")
    desk.get_by_role("link", name=REPORT).click()
    desk.get_by_role("button", name="Lihat foto 1").click()
    expect(desk.get_by_role("img", name="Lihat foto 1")).to_be_visible()
    desk.get_by_label("Balasan untuk pelapor").fill("Terima kasih. Loket yang mana?")
    desk.get_by_role("button", name="Kirim balasan").click()
    expect(desk.get_by_text("Terima kasih. Loket yang mana?", exact=True).first).to_be_visible()
    assert axe(desk) == []

    page.goto(author.origin + "/lapor-rahasia")
    page.get_by_label("Kode laporan").fill(code.lower())
    page.get_by_role("button", name="Buka laporan").click()
    expect(page.get_by_text("Terima kasih. Loket yang mana?")).to_be_visible()
    assert code.replace("-", "").lower() not in page.url.replace("-", "").lower()
    page.get_by_label("Tambah keterangan").fill("Loket 3.")
    page.get_by_role("button", name="Kirim keterangan").click()
    expect(page.get_by_text("Loket 3.", exact=True)).to_be_visible()
    assert axe_in_both_themes(page) == []
    desk.reload()
    expect(desk.get_by_text("Loket 3.", exact=True)).to_be_visible()
    assert author.problems == []
    assert recipient.problems == []
