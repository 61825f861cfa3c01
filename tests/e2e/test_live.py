"""A conversation while both sides are there: words show at once on the other side, and who is there and writes."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.test_first_path import filtered_by_admin
from tests.support.chromium import Profile
from tests.support.stage import Stage, ask, sign_in, write_on

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

    desk.get_by_role("button", name="Ambil", exact=True).click()
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
