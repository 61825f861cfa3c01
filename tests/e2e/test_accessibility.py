"""Every screen for everybody: axe at A and AA up to WCAG 2.2, no sideways scrolling, targets large enough for a thumb.

`make test` runs each screen at 360 and 1280 px in one visit, in the dark theme for what a theme changes; `make a11y`
(``SAMBUNG_A11Y=all``) adds 320 and 768 px, 200 % text, and being without network.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.support.chromium import Profile, Screen, axe, axe_in_both_themes
from tests.support.stage import Stage, pulled, sign_in

PEOPLE: dict[str | None, Sequence[str]] = {
    None: ("/masuk", "/aktivasi", "/bantuan", "/tidak-ada", "/resi", "/loket", "/parpol/daftar"),
    "guru": (
        "/beranda",
        "/tanya",
        "/tanya/baru",
        "/tanya/menu",
        "/tanya/*",
        "/jawaban",
        "/jawaban/*",
        "/kotak-keluar",
        "/luring",
        "/notifikasi",
        "/pengaturan",
    ),
    "operator1": ("/beranda", "/kotak-masuk", "/kotak-masuk/*", "/jawaban/tulis", "/jawaban-baku/baru"),
    "admin_penyaring": ("/kotak-masuk/*",),
    "ketua_tim": (
        "/pengumuman",
        "/dasbor",
        "/laporan/pertanyaan",
        "/laporan/pertanyaan/*",
        "/laporan/pengunjung",
        "/laporan/arsip",
        "/jawaban-baku",
    ),
    "bkk_koordinator": ("/kode-saya", "/kelola/kode", "/kelola/karcis", "/pindai"),
    "telepon": ("/catat",),
    "loket": ("/catat", "/buku-tamu", "/kotak-masuk"),
    "analis": (
        "/skp",
        "/skp/*",
        "/skp/*/bukti",
        "/skp/*/harian",
        "/skp/*/evaluasi",
        "/bawahan",
    ),
    "kepala_distan": ("/perjanjian", "/laporan/permohonan"),
    "opd_dikbud": (
        "/usul",
        "/usul/rekap",
        "/usul/masukan",
        "/usul/*",
        "/usul/*/isian",
        "/usul/*/syarat",
        "/usul/*/riwayat",
    ),
    "verifikator": ("/verifikasi", "/verifikasi/semua", "/verifikasi/pesan", "/verifikasi/rekap", "/verifikasi/*"),
    "parpol_a": ("/permohonan", "/permohonan/pengurus", "/permohonan/*", "/permohonan/*/isian", "/permohonan/*/syarat"),
    "skt_super": ("/verifikasi", "/verifikasi/partai", "/kelola/layanan"),
    "hr_admin": (
        "/kelola/layanan",
        "/kelola/pegawai",
        "/kelola/impor",
        "/kelola/pengiriman",
        "/kelola/skp",
        "/kelola/skp/pegawai",
        "/kelola/skp/pegawai/*",
        "/matriks",
        "/laporan/skp",
    ),
    "bkk_tim_rating": (
        "/kelola/loket",
        "/kelola/giliran",
        "/kelola/survei-kertas",
        "/laporan/rating",
        "/laporan/ikm",
        "/laporan/saya",
    ),
}
"""Who opens what; ``*`` is the first entry of the list before it."""
LISTS = {"/verifikasi/": "/verifikasi/semua"}
"""Where the list stands that holds the entries of a folder, if not at the folder itself."""


@dataclass(frozen=True)
class Look:
    """How the screens are looked at."""

    width: int
    text: str = ""
    offline: bool = False

    def __str__(self) -> str:
        return "-".join(part for part in (str(self.width), self.text, "offline" if self.offline else "") if part)

    @property
    def screen(self) -> Screen:
        """The screen of a phone or desk that shows it."""
        return Screen((self.width, 800), reduced_motion=True)


VISITS = [(Look(360), Look(1280))]
if os.environ.get("SAMBUNG_A11Y") == "all":
    VISITS += [(Look(320, text), Look(768, text)) for text in ("", "200%")]
    VISITS += [(Look(360, offline=True),)]
"""What one person looks at in one visit: all looks of a visit share its text size and its network."""


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person or "nobody")
@pytest.mark.parametrize("looks", VISITS, ids=lambda looks: "+".join(map(str, looks)))
def test_screens_are_for_everybody(
    stage: Stage, browser: Callable[..., Profile], looks: Sequence[Look], person: str | None
) -> None:
    profile = browser("profile", screen=looks[0].screen)
    page = sign_in(profile, person) if person else profile.open("/masuk")
    if looks[0].text:
        page.add_init_script("document.documentElement.style.fontSize = '36px'")
    if looks[0].offline:
        profile.worker_ready()
        if person:
            pulled(page)
        stage.network.cut()
    if person == "parpol_a":
        page.goto(profile.origin + "/permohonan")
        page.get_by_role("button", name=re.compile("^Buat ")).click()
        page.wait_for_url(re.compile("/isian$"))
    found: list[str] = []
    for look in looks:
        page.set_viewport_size({"width": look.width, "height": 800})
        titles: dict[str, str] = {}
        for path in PEOPLE[person]:
            if look.offline and path == "/resi":
                continue
            address = show(page, profile.origin, path)
            faults = [*axe_in_both_themes(page), *sideways(page), *small(page)]
            found += [f"{address} at {look}: {fault}" for fault in faults]
            title = page.title()
            if title in titles and titles[title] != address:
                found.append(f"{address}: the title '{title}' is also that of {titles[title]}")
            titles[title] = address
    assert found == []


@pytest.mark.parametrize("look", VISITS[0], ids=str)
def test_faults_and_waiting_items_are_for_everybody(stage: Stage, browser: Callable[..., Profile], look: Look) -> None:
    profile = browser("profile", screen=look.screen)
    page = sign_in(profile, "guru")
    stage.network.cut()
    found: list[str] = []

    def look_at(what: str) -> None:
        found.extend(f"{what}: {fault}" for fault in [*axe_in_both_themes(page), *sideways(page), *small(page)])

    show(page, profile.origin, "/tanya/baru")
    page.get_by_role("button", name="Lanjut").click()
    expect(page.get_by_text("minimal 10 huruf").first).to_be_visible()
    look_at("a question that is too short")
    page.get_by_label("Apa yang ingin Anda tanyakan?").fill("Kapan SK kenaikan pangkat saya terbit?")
    page.get_by_role("button", name="Lanjut").click()
    expect(page.get_by_role("button", name="Kirim", exact=True)).to_be_visible()
    look_at("the second step")
    page.get_by_role("button", name="Kirim", exact=True).click()
    expect(page.get_by_text("Tersimpan di").first).to_be_visible()
    look_at("a question that waits")
    show(page, profile.origin, "/kotak-keluar")
    expect(page.get_by_role("button", name="Hapus").first).to_be_visible()
    look_at("the outbox with an item")
    page.get_by_role("button", name="Hapus").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    look_at("the question before deleting")
    assert found == []


def show(page: Page, origin: str, path: str) -> str:
    """Open a screen and wait until it is drawn; returns its address."""
    folder, chosen, section = path.partition("*")
    if chosen:
        page.goto(origin + LISTS.get(folder, folder.rstrip("/")))
        entries = f"main a[href^='{folder}']:not([href$='/baru']):not([href$='/menu']):not(nav a, .tautan-samping a)"
        first = page.locator(entries).first
        address = (first.get_attribute("href") or folder) + section
        page.goto(origin + address)
    else:
        address = path
        page.goto(origin + path)
    expect(page.get_by_role("heading", level=1).first).to_be_visible()
    # A store that takes its time to open is told in the place of the page; after ten seconds a list says more.
    expect(page.get_by_role("heading", name="Simpanan belum terbuka")).to_have_count(0)
    expect(page.get_by_text(re.compile(r"^(Memuat\.\.\.|Masih memuat\.)"))).to_have_count(0)
    return address


def sideways(page: Page) -> list[str]:
    """Whether the page scrolls sideways."""
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"scrolls sideways by {over} px"] if over > 0 else []


def small(page: Page) -> list[str]:
    """Controls below 48 px and text below 16 px, as the person sees them."""
    found: list[str] = page.evaluate(
        """() => {
          const seen = (e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true })
            && e.getBoundingClientRect().width > 1 && !e.closest('[aria-hidden=true]');
          const name = (e) => `${e.tagName.toLowerCase()} "${(e.textContent || e.getAttribute('aria-label') || '').trim().slice(0, 40)}"`;
          const faults = [];
          for (const e of document.querySelectorAll('button, select, summary, textarea, input:not([type=radio]):not([type=checkbox])')) {
            const box = e.getBoundingClientRect();
            if (seen(e) && (box.height < 47.5 || box.width < 47.5))
              faults.push(`${name(e)} is ${Math.round(box.width)} x ${Math.round(box.height)} px`);
          }
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          const told = new Set();
          while (walker.nextNode()) {
            const e = walker.currentNode.parentElement;
            if (!walker.currentNode.data.trim() || !e || told.has(e) || !seen(e) || e.closest('script, style')) continue;
            told.add(e);
            const size = parseFloat(getComputedStyle(e).fontSize);
            if (size < 15.9) faults.push(`${name(e)} is written in ${size} px`);
          }
          return faults;
        }"""  # noqa: E501
    )
    return found


def test_planted_faults_are_found(stage: Stage, browser: Callable[..., Profile]) -> None:
    page = browser("profile").open("/masuk")
    expect(page.get_by_role("heading", level=1).first).to_be_visible()
    assert [*axe(page), *sideways(page), *small(page)] == []
    page.evaluate(
        """() => document.querySelector('main').insertAdjacentHTML('beforeend',
          '<img src="/icons/mark.svg"><button style="height:20px;min-height:0;font-size:12px">x</button>'
          + '<div style="width:900px">lebar</div><p style="color:#aaa">pucat</p>')"""
    )
    found = "\n".join([*axe(page), *sideways(page), *small(page)])
    for fault in ("image-alt", "color-contrast", "scrolls sideways", "20 px", "written in 12 px"):
        assert fault in found
