"""Codes in a real browser: the officer's rotating one, the coordinator's desk, a camera that reads, held ratings."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from backend.reports import qr
from tests.e2e.test_accessibility import sideways, small
from tests.e2e.test_public_rating import database
from tests.ratings.visitor import GOOD, page_of
from tests.support.chromium import Profile, axe, until
from tests.support.stage import Stage, pulled, sign_in

OFFICER = "dr. Kirana Salsabila"


def read_code(page: Page) -> str | None:
    """What a camera before the screen reads of the code on it."""
    picture = Image.open(io.BytesIO(page.locator("main svg.qr").first.screenshot())).convert("L")
    found = zxingcpp.read_barcodes(picture)
    return found[0].text if found else None


def rate(address: str, phone: str) -> httpx.Response:
    """A visitor opens the address of a code and presses KIRIM."""
    with httpx.Client(headers={"Accept-Language": "id"}) as client:
        form = page_of(client.get(address))
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(address))
        return client.post(origin + form.action, data={"stamp": form.stamp, **GOOD, "phone": phone})


def newest(stage: Stage) -> tuple[str, str]:
    """Presence and status of the rating that arrived last."""
    [row] = database(stage, "SELECT presence, status FROM rating ORDER BY arrived_at DESC, id DESC LIMIT 1")
    return row[0], row[1]


def test_screen_of_the_officer_proves_presence_and_falls_back_without_signal(
    stage: Stage, browser: Callable[..., Profile]
) -> None:
    profile = browser("petugas")
    page = sign_in(profile, "bkk_petugas1")
    pulled(page)
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("dialog").get_by_role("link", name="Kode QR saya").click()
    expect(page.get_by_text(re.compile(r"^Berganti \d"))).to_be_visible()
    live = until(lambda: read_code(page), "the code can be read", page=page)
    assert re.fullmatch(r"[0-9A-Z]{6}", parse_qs(urlsplit(live).query)["s"][0])
    assert rate(live, "0813 5550 7001").status_code == 303
    assert newest(stage)[0] == "hadir"
    stage.network.cut()
    page.reload()
    expect(page.get_by_text("tanpa bukti hadir", exact=False).first).to_be_visible()
    static = until(lambda: read_code(page), "the static code can be read", page=page)
    assert urlsplit(static).query == ""
    assert urlsplit(static).path == urlsplit(live).path
    stage.network.restore()
    until(lambda: "?s=" in (read_code(page) or ""), "the rotating code is back", page=page, seconds=90)
    page.emulate_media(media="print")
    assert page.get_by_text("Rate our service").is_visible()
    assert not page.get_by_role("button", name="Ganti kode").is_visible()


def test_coordinator_replaces_a_code_that_was_lost(stage: Stage, browser: Callable[..., Profile]) -> None:
    """Acceptance 6 from the desk: the old token says that it is void, the new one opens the form."""
    profile = browser("koordinator", desk=True)
    page = sign_in(profile, "bkk_koordinator")
    page.get_by_role("link", name="Kode dan papan").click()
    page.get_by_label("Cari nama atau lokasi").fill("kirana sals")
    card = page.locator("li.kartu-kode", has_text=OFFICER)
    expect(card).to_have_count(1)
    shown = card.locator(".petunjuk").first.inner_text()
    [old] = re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{3}", shown)
    card.get_by_role("button", name="Cetak dan kelola").click()
    poster = card.get_by_role("link", name="Poster A4").get_attribute("href") or ""
    assert page.request.get(profile.origin + poster).body().startswith(b"%PDF-")
    card.get_by_role("button", name="Ganti kode").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Ganti kode").click()
    expect(dialog.get_by_text("Tulis alasan")).to_be_visible()
    assert [*axe(page), *sideways(page), *small(page)] == []
    dialog.get_by_label("Alasan").fill("Kartu meja hilang")
    dialog.get_by_role("button", name="Ganti kode").click()
    expect(card).not_to_contain_text(old)
    expect(card).to_have_count(1)
    [new] = re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{3}", card.locator(".petunjuk").first.inner_text())
    void = httpx.get(f"{stage.server.url}/n/{old}", headers={"Accept-Language": "id"})
    assert (void.status_code, "Kode ini tidak berlaku lagi" in void.text) == (410, True)
    assert OFFICER in httpx.get(f"{stage.server.url}/n/{new}").text


def film(path: Path, text: str) -> Path:
    """A film (Y4M) of one code on a light ground, as a camera would give it."""
    matrix = qr.modules(text)
    module = 480 // (len(matrix) + 4)
    width, height = 640, 480
    left, top = (width - module * len(matrix)) // 2, (height - module * len(matrix)) // 2
    luma = bytearray([200]) * (width * height)
    for y, row in enumerate(matrix):
        line = b"".join((b"\x10" if dark else b"\xeb") * module for dark in row)
        for part in range(module):
            start = (top + y * module + part) * width + left
            luma[start : start + len(line)] = line
    colour = b"\x80" * (width * height // 2)
    frame = b"FRAME\n" + bytes(luma) + colour
    path.write_bytes(b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420jpeg\n" + frame * 5)
    return path


def test_camera_reads_a_code_and_opens_no_foreign_address(
    stage: Stage, browser: Callable[..., Profile], tmp_path: Path
) -> None:
    [[token]] = database(stage, "SELECT token FROM rating_code WHERE kind = 'board' AND revoked IS NULL LIMIT 1")
    for name, address in (("asing", "https://jahat.example/n/" + token), ("sah", f"{stage.server.url}/n/{token}?s=A")):
        profile = browser(name, desk=True)
        clip = film(tmp_path / f"{name}.y4m", address)
        profile.flags += [
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={clip}",
        ]
        page = sign_in(profile, "bkk_petugas2")
        page.goto(f"{profile.origin}/pindai")
        page.context.grant_permissions(["camera"], origin=profile.origin)
        page.get_by_role("button", name="Nyalakan kamera").click()
        if name == "asing":
            expect(page.get_by_text("bukan kode Sambung")).to_be_visible()
            assert urlsplit(page.url).path == "/pindai"
            page.get_by_label("Kode di bawah gambar QR").fill("AAAA")
            page.get_by_role("button", name="Buka lembar penilaian").click()
            expect(page.get_by_text("Kode tidak cocok")).to_be_visible()
        else:
            page.wait_for_url(f"**/n/{token}?s=A")
            expect(page.get_by_role("heading", name="Siapa yang melayani Anda?")).to_be_visible()
        profile.close()


def test_rating_team_decides_about_held_ratings(stage: Stage, browser: Callable[..., Profile]) -> None:
    """An employee's phone number is held; confirming it with a reason makes it count, and it leaves the desk."""
    [[token]] = database(
        stage,
        "SELECT token FROM rating_code c JOIN person p ON p.id = c.person "
        "WHERE p.name = 'Adi Nugroho' AND c.revoked IS NULL",
    )
    [[phone]] = database(
        stage,
        "SELECT p.phone FROM person p JOIN rating_code c ON c.person = p.id "
        "WHERE p.phone IS NOT NULL AND p.name != 'Adi Nugroho' LIMIT 1",
    )
    assert rate(f"{stage.server.url}/n/{token}", phone).status_code == 303
    assert newest(stage)[1] == "ditahan"
    profile = browser("tim", desk=True)
    page = sign_in(profile, "bkk_tim_rating")
    page.get_by_role("link", name="Penilaian ditahan").click()
    card = page.locator("li.kartu-kode", has_text="Nomor HP milik pegawai").first
    card.get_by_role("checkbox").check()
    assert [*axe(page), *sideways(page), *small(page)] == []
    page.get_by_role("button", name="Sahkan", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Alasan keputusan").fill("Nomor keluarga, bukan petugas yang dinilai")
    dialog.get_by_role("button", name="Sahkan", exact=True).click()
    expect(card).to_have_count(0)
    until(lambda: newest(stage)[1] == "sah", "the decision has arrived", page=page)


def test_public_lists_are_for_everybody(stage: Stage, browser: Callable[..., Profile]) -> None:
    """Acceptance 18: 360, 768, 1366 px in both languages: no sideways scroll, axe clean, no-gratuity line, complaint
    channels, a guide that downloads; and *QR saya* leads from a number to the officer's form."""
    profile = browser("pengunjung", desk=True)
    page = profile.open("/nilai")
    [[token]] = database(stage, "SELECT token FROM rating_code WHERE kind = 'board' AND revoked IS NULL LIMIT 1")
    found: list[str] = []

    def look_at(what: str) -> None:
        for width in (360, 768, 1366):
            page.set_viewport_size({"width": width, "height": 800})
            # What a screen reader meets does not change with the width: one language on a phone, the other on a desk.
            axed = axe(page) if width == (360 if "(id)" in what else 1366) else []
            faults = [*sideways(page), *small(page), *axed]
            found.extend(f"{what} at {width} px: {fault}" for fault in faults)

    for language, clean, complaints in (("id", "tanpa suap", "Aduan"), ("en", "No bribes", "Complaints")):
        for path in ("/BNK/nilai", "/BNK/nilai/W-LK", f"/n/{token}", "/BNK/qr-saya"):
            page.goto(f"{profile.origin}{path}?lang={language}")
            expect(page.get_by_text(clean)).to_be_visible()
            expect(page.get_by_text(complaints)).to_be_visible()
            guide = page.locator("a[download]").first.get_attribute("href") or ""
            assert page.request.get(profile.origin + guide).body().startswith(b"%PDF-")
            look_at(f"{path} ({language})")
        page.locator("#nomor").fill("BNK-00075")
        page.get_by_role("button").last.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Tono Wibisana")
        look_at(f"the code found ({language})")
    page.get_by_role("link", name="Open the rating form").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tono Wibisana")
    assert found == []
