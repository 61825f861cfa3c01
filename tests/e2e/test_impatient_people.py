"""People who reload in the middle of a word, share a device, lose the network or bring their own table: nothing typed
is lost, nothing of another person is shown, and no page claims what it cannot know."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.chromium import Profile, Screen, axe, axe_in_both_themes
from tests.support.fault_proxy import Fault
from tests.support.stage import IDENTIFIERS, PASSWORD, Stage, ask, send_first, sign_in

FIELD = "Apa yang ingin Anda tanyakan?"
LOOKS = [Screen((360, 740)), Screen((1280, 800))]


def test_a_reload_in_the_middle_of_a_word_keeps_it_for_its_author_only(
    stage: Stage, browser: Callable[..., Profile]
) -> None:
    profile = browser("hp")
    page = sign_in(profile, "guru")
    for text in ("Diketik tepat sebelum halaman dimuat ulang.", "Diubah lagi, lalu sekali lagi dimuat ulang."):
        profile.open("/tanya/baru")
        page.get_by_label(FIELD).fill(text)
        page.reload()
        expect(page.get_by_label(FIELD)).to_have_value(text)
    page.get_by_label(FIELD).fill("Rahasia guru yang belum sempat tersimpan.")
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="Keluar").click()
    page.get_by_role("dialog").get_by_role("button", name="Keluar", exact=True).click()
    page.wait_for_url("**/masuk")
    sign_in(profile, "penyuluh")
    profile.open("/tanya/baru")
    expect(page.get_by_label(FIELD)).to_have_value("")
    assert profile.problems == []


def test_before_the_first_reading_no_list_claims_to_be_empty(stage: Stage, browser: Callable[..., Profile]) -> None:
    stage.network.arm(Fault(matching="syncPull", silent=True))
    page = sign_in(browser("hp"), "penyuluh")
    # It says more after ten seconds, and the worker may have taken longer than that to be ready.
    loading = page.get_by_text(re.compile(r"^(Memuat\.\.\.|Masih memuat\.)"))
    expect(loading).to_be_visible()
    expect(page.get_by_text("Tidak ada yang perlu ditindaklanjuti.")).to_have_count(0)
    expect(page.get_by_role("link", name="Tanya petugas")).to_be_visible()
    page.get_by_role("link", name="Tanya", exact=True).click()
    expect(loading).to_be_visible()
    expect(page.get_by_text("Belum ada pertanyaan")).to_have_count(0)


def test_an_ended_session_returns_to_where_the_person_was(stage: Stage, browser: Callable[..., Profile]) -> None:
    profile = browser("hp")
    page = sign_in(profile, "guru")
    profile.open("/jawaban")
    expect(page.get_by_text(re.compile(r"^[1-9]\d* jawaban di HP"))).to_be_visible()
    page.context.clear_cookies()
    page.reload()
    page.get_by_role("button", name="Sesi berakhir").click(timeout=60_000)
    page.get_by_role("dialog").get_by_role("button", name="Masuk", exact=True).click()
    expect(page.get_by_label("NIP, kode pegawai, atau email")).to_have_value(IDENTIFIERS["guru"])
    page.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Masuk", exact=True).click()
    page.wait_for_url("**/jawaban")


def test_all_operators_are_offered_and_without_network_the_list_says_it_is_not_whole(
    stage: Stage, browser: Callable[..., Profile]
) -> None:
    ask(sign_in(browser("guru"), "guru"), "Kapan pangkat saya naik dan siapa yang mengurusnya?")
    profile = browser("penyaring", screen=Screen((1280, 800)))
    page = sign_in(profile, "admin_penyaring")
    profile.worker_ready()
    profile.open("/kotak-masuk")
    page.get_by_role("link", name="Kapan pangkat saya naik").click()
    officers = open_assigning(page)
    topic = page.get_by_role("complementary").get_by_role("combobox", name="Topik")
    topic.fill("pensi")
    page.keyboard.press("Enter")
    expect(topic).to_have_value("Pensiun dan pemberhentian")
    expect(officers.locator("option")).to_contain_text(["Antrean unit", "Bayu Anggara", "Galih Prasetyo"])
    assert axe(page) == []
    stage.network.cut()
    page.reload()
    open_assigning(page)
    expect(page.get_by_text("Daftar lengkap perlu sambungan.")).to_be_visible()


def open_assigning(page: Page) -> Locator:
    """Unfold the card for assigning, unless it is open because nobody has filtered the question; its officers."""
    card = page.locator("details.tindakan").filter(has_text=re.compile("Saring dan tugaskan|Alihkan topik"))
    expect(card).to_be_visible()
    if not card.evaluate("card => card.open"):
        card.locator("summary").click()
    return card.get_by_label("Tugaskan kepada")


def test_columns_with_other_names_are_named_by_hand(
    stage: Stage, browser: Callable[..., Profile], tmp_path: Path
) -> None:
    table = tmp_path / "pegawai.csv"
    table.write_text("Nomor Induk,Nama Orang\n1972,Contoh\n")
    profile = browser("hr", desk=True)
    page = sign_in(profile, "hr_admin")
    profile.open("/kelola/impor")
    page.get_by_label("Berkas CSV").set_input_files(table)
    page.get_by_role("button", name="Periksa berkas").click()
    expect(page.get_by_text("Kolom NIP tidak ditemukan.")).to_be_visible()
    assert axe(page) == []
    page.get_by_label("NIP", exact=True).select_option("Nomor Induk")
    page.get_by_label("Nama", exact=True).select_option("Nama Orang")
    page.get_by_role("button", name="Periksa berkas").click()
    expect(page.get_by_text("1 baris: 0 siap")).to_be_visible()
    assert axe(page) == []


@pytest.mark.parametrize("screen", LOOKS, ids=lambda screen: str(screen.size[0]))
def test_the_proof_is_for_everybody_and_fits_one_sheet(
    stage: Stage, browser: Callable[..., Profile], screen: Screen
) -> None:
    profile = browser("hp", screen=screen)
    page = sign_in(profile, "guru")
    ask(page, "Apakah bukti kiriman ini bisa dicetak satu lembar? " * 8)
    page.get_by_role("link", name="Lihat bukti").click()
    expect(page.get_by_role("img", name="Kode QR")).to_be_visible()
    assert [*axe_in_both_themes(page), *overflow(page)] == []
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.querySelector('.kartu')).backgroundColor") == "rgb(255, 255, 255)"
    assert page.pdf(format="A4").count(b"/Type /Page\n") == 1


@pytest.mark.parametrize("screen", LOOKS, ids=lambda screen: str(screen.size[0]))
def test_the_choice_between_two_values_is_for_everybody(
    stage: Stage, browser: Callable[..., Profile], screen: Screen
) -> None:
    first, second = browser("satu", screen=screen), browser("dua", desk=True)
    page, other = sign_in(first, "penyuluh"), sign_in(second, "penyuluh")
    number = f"0812{screen.size[0]:04}5"
    for profile in (first, second):
        profile.open("/pengaturan")
    expect(page.get_by_label("Nomor HP", exact=True)).to_be_visible()
    stage.network.cut()
    for at, ending in ((page, "111"), (other, "222")):
        at.get_by_label("Nomor HP", exact=True).fill(number + ending)
        at.get_by_role("button", name="Simpan data diri").click()
        expect(at.get_by_text("dan segera dikirim").first).to_be_visible()
    send_first(stage, second, first)
    page.get_by_role("link", name="Buka pilihan").first.click(timeout=60_000)
    expect(page.get_by_text("Punya perangkat lain")).to_be_visible()
    page.get_by_role("button", name="Simpan pilihan").click()
    expect(page.get_by_role("alert")).to_be_focused()
    assert [*axe_in_both_themes(page), *overflow(page)] == []
    page.get_by_role("radio", name=number + "222").check()
    page.get_by_role("button", name="Simpan pilihan").click()
    expect(page.get_by_text("Pilihan tersimpan").first).to_be_visible()


def overflow(page: Page) -> list[str]:
    """Whether the page scrolls sideways."""
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"scrolls sideways by {over} px"] if over > 0 else []
