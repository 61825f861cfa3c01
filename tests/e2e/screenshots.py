"""The pictures of the README, taken from the real app: ``python -m tests.e2e.screenshots FOLDER``."""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, Playwright, expect, sync_playwright

from tests.e2e import test_applications as cases
from tests.support.chromium import DESK, PHONE, Profile, Screen
from tests.support.stage import Stage, make_town, open_stage, pulled, sign_in

QUESTION = "Kapan SK kenaikan pangkat saya terbit? Usulan saya lengkap sejak Oktober."


def phone(playwright: Playwright, stage: Stage, folder: Path, target: Path) -> None:
    """A teacher asks without signal; the network comes back."""
    profile = Profile(playwright, folder / "guru", stage.network.url, Screen(PHONE, sharpness=2, reduced_motion=True))
    page = profile.open("/masuk")
    _take(page, target / "masuk.png")
    sign_in(profile, "guru")
    _take(page, target / "beranda.png")
    stage.network.cut()
    page.get_by_role("link", name="Tanya petugas").first.click()
    page.get_by_label("Apa yang ingin Anda tanyakan?").fill(QUESTION)
    _take(page, target / "tanya.png")
    page.get_by_role("button", name="Lanjut").click()
    page.get_by_role("button", name="Kirim", exact=True).click()
    expect(page.get_by_text("Tersimpan di HP").first).to_be_visible()
    _take(page, target / "tersimpan.png")
    profile.open("/kotak-keluar")
    expect(page.get_by_role("button", name="Hapus").first).to_be_visible()
    _take(page, target / "kotak-keluar.png")
    stage.network.restore()
    profile.close()


def desk(playwright: Playwright, stage: Stage, folder: Path, target: Path) -> None:
    """An operator's desk, light and dark."""
    for theme in ("light", "dark"):
        screen = Screen(DESK, theme, reduced_motion=True)
        profile = Profile(playwright, folder / f"operator-{theme}", stage.server.url, screen)
        page = sign_in(profile, "operator1")
        profile.open("/kotak-masuk")
        page.locator("main a[href^='/kotak-masuk/']").first.click()
        _take(page, target / f"kotak-masuk-{theme}.png")
        profile.close()


def dashboard(playwright: Playwright, stage: Stage, folder: Path, target: Path) -> None:
    """The team leader looks at how the service does."""
    profile = Profile(playwright, folder / "ketua", stage.server.url, Screen(DESK, reduced_motion=True))
    page = sign_in(profile, "ketua_tim")
    profile.open("/dasbor")
    expect(page.get_by_role("heading", level=2).first).to_be_visible()
    _take(page, target / "dasbor.png")
    profile.close()


def counter(playwright: Playwright, stage: Stage, folder: Path, target: Path) -> None:
    """A visitor chooses the officer and rates."""
    screen = Screen(PHONE, sharpness=2, reduced_motion=True)
    visitor = Profile(playwright, folder / "pengguna", stage.server.url, screen)
    page = visitor.open("/BNK/nilai/W-LK?lang=id")
    _take(page, target / "papan.png")
    page.locator("main a[href^='/n/']").first.click()
    _take(page, target / "nilai.png")
    visitor.close()


def plans(playwright: Playwright, stage: Stage, folder: Path, target: Path) -> None:
    """An employee's plan, and a head who decides one without signal."""
    screen = Screen(PHONE, sharpness=2, reduced_motion=True)
    employee = Profile(playwright, folder / "analis", stage.network.url, screen)
    page = sign_in(employee, "analis")
    employee.open("/skp")
    page.locator("main a[href^='/skp/']").first.click()
    expect(page.get_by_role("heading", name="A. UTAMA")).to_be_visible()
    _take(page, target / "skp.png")
    employee.close()
    head = Profile(playwright, folder / "kepala", stage.network.url, screen)
    page = sign_in(head, "kepala_bkpsdm")
    pulled(page)
    stage.network.cut()
    head.open("/bawahan")
    page.locator("main a[href^='/skp/']").first.click()
    page.get_by_role("button", name="Setujui", exact=True).click()
    expect(page.get_by_text("Persetujuan tersimpan").first).to_be_visible()
    page.evaluate("scrollTo(0, 0)")
    _take(page, target / "skp-disetujui.png")
    stage.network.restore()
    head.close()
    desk = Profile(playwright, folder / "matriks", stage.server.url, Screen(DESK, reduced_motion=True))
    page = sign_in(desk, "kepala_bkpsdm")
    desk.open("/matriks")
    expect(page.get_by_role("table").first).to_be_visible()
    _take(page, target / "matriks.png")
    desk.close()


def applications(playwright: Playwright, stage: Stage, folder: Path, target: Path) -> None:
    """A proposal with what it lacks on a phone, and a party's case at the verifiers' desk."""
    screen = Screen(PHONE, sharpness=2, reduced_motion=True)
    unit = Profile(playwright, folder / "usul", stage.network.url, screen)
    page = sign_in(unit, "opd_dikbud")
    unit.open("/usul")
    page.locator("main a.kartu-tautan[href^='/usul/']").first.click()
    page.get_by_text("Yang belum beres").click()
    page.get_by_label("Bagian usul").evaluate("it => it.scrollIntoView()")
    _take(page, target / "usul.png")
    unit.close()
    party = Profile(playwright, folder / "partai", stage.network.url, Screen(PHONE, reduced_motion=True))
    page = sign_in(party, "parpol_a")
    party.open("/permohonan")
    page.get_by_role("button", name=re.compile("^Buat ")).click()
    cases.fill_party(page)
    cases.section(page, "Syarat")
    cases.attach(page, "SK_KEPENGURUSAN", "SK kepengurusan")
    cases.attach(page, "PERNYATAAN_TIDAK_MERANGKAP", "Pernyataan")
    cases.send(page, "Ajukan", "Diajukan")
    party.close()
    office = Profile(playwright, folder / "verifikasi", stage.server.url, Screen(DESK, reduced_motion=True))
    desk = sign_in(office, "skt_verifikator")
    desk.get_by_role("link", name="Verifikasi", exact=True).first.click()
    desk.locator("main a.kartu-tautan[href^='/verifikasi/']").first.click()
    cases.take(desk)
    cases.mark(desk, "SK kepengurusan (legalisir)", "Sesuai")
    cases.document(desk, "SK kepengurusan (legalisir)").evaluate("it => it.parentElement.scrollIntoView()")
    _take(desk, target / "verifikasi.png")
    office.close()


def _take(page: Page, path: Path) -> None:
    expect(page.get_by_role("heading", level=1).first).to_be_visible()
    page.wait_for_load_state("load")
    page.wait_for_timeout(500)
    page.screenshot(path=path)
    print(path)


def main() -> None:
    """Take all pictures into the folder named on the command line."""
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        with open_stage(folder / "stage", make_town(folder / "town")) as stage:
            phone(playwright, stage, folder, target)
            desk(playwright, stage, folder, target)
            dashboard(playwright, stage, folder, target)
            counter(playwright, stage, folder, target)
            plans(playwright, stage, folder, target)
            applications(playwright, stage, folder, target)


if __name__ == "__main__":
    main()
