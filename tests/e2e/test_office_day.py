"""A day of the office in four browsers: asker, filter, operator and team lead, the asker without signal in between."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.chromium import Profile, until
from tests.support.server import ROOT
from tests.support.stage import Stage, ask, held_by, pulled, records_of, sign_in, write_on

_DEMO = json.loads((ROOT / "backend" / "demo" / "demo_accounts.json").read_text())["accounts"]
NAMES = {account["key"]: account["name"] for account in _DEMO}
QUESTION = "Apakah ijazah baru saya bisa dicantumkan pada kenaikan pangkat berikutnya?"
BACK = "Ijazahnya dari perguruan tinggi mana, Bapak/Ibu?"
REPLY = "Dari Universitas Terbuka, lulus bulan lalu."
INTERN = "Akreditasi prodi sudah dicek, terdaftar."
PHRASE = "Hasil pemeriksaan"
CANNED = "Baik Bapak/Ibu {nama}, pertanyaan {nomor} sudah kami periksa."
ANSWER = "Ijazah dicantumkan setelah uji kesetaraan disetujui."
TOPIC = "Bagaimana mencantumkan ijazah baru pada kenaikan pangkat?"


@pytest.fixture
def people(stage: Stage, browser: Callable[..., Profile]) -> dict[str, tuple[Profile, Page]]:
    """Everybody is signed in and holds what is theirs; the asker on a phone, the others at desks."""
    found = {}
    for key in ("guru", "admin_penyaring", "operator1", "ketua_tim"):
        profile = browser(key, desk=key != "guru")
        page = sign_in(profile, key)
        pulled(page)
        found[key] = (profile, page)
    return found


def test_four_roles_each_do_their_day_and_the_asker_loses_signal_in_between(
    stage: Stage, people: dict[str, tuple[Profile, Page]]
) -> None:
    """Everything that was written is there once, and the asker's phone holds nothing that is internal."""
    asker, desk, head = (people[key][1] for key in ("guru", "operator1", "ketua_tim"))
    before = asked_so_far(people["ketua_tim"])

    # Morning: the filter keeps a canned answer for the desks, the asker asks, the filter assigns.
    write_canned(people["admin_penyaring"], PHRASE, CANNED)
    ask(asker, QUESTION)
    expect(asker.get_by_text("no. resi").first).to_be_visible(timeout=60_000)
    assign(people["admin_penyaring"], QUESTION, "operator1")

    # The operator needs to know more; the asker reads it, and then the signal is gone.
    desk.goto(people["operator1"][0].origin + "/kotak-masuk")
    desk.get_by_role("link", name=QUESTION).first.click()
    desk.get_by_role("radio", name="Tanya balik").check()
    send(desk, "Pertanyaan balik", BACK)
    expect(asker.get_by_text(BACK)).to_be_visible()
    stage.network.cut()
    asker.reload()
    expect(asker.get_by_text(BACK)).to_be_visible()
    write_on(asker, REPLY)
    expect(asker.get_by_text("Tersimpan di HP").first).to_be_visible()

    # The desk goes on meanwhile, and learns of the reply when the phone is back.
    expect(desk.get_by_role("radio", name="Tanya balik")).to_have_count(0)
    send(desk, "Catatan intern (hanya petugas)", INTERN)
    expect(desk.get_by_text(INTERN)).to_be_visible()
    expect(desk.get_by_text(REPLY)).to_have_count(0)
    stage.network.restore()
    expect(desk.get_by_text(REPLY)).to_be_visible(timeout=90_000)

    # An answer begins with a canned one, is edited, sent, and clear.
    desk.get_by_role("radio", name="Jawab penanya").check()
    desk.get_by_role("button", name="Jawaban baku").click()
    desk.get_by_role("dialog").get_by_label("Cari").fill("hasil periksa")
    desk.get_by_role("dialog").get_by_role("button", name=f"Pakai {PHRASE}").click()
    field = desk.get_by_role("textbox", name="Jawaban", exact=True)
    expect(field).to_have_value(re.compile(rf"^Baik Bapak/Ibu {re.escape(NAMES['guru'])}, pertanyaan \d{{4}}-\d+"))
    send(desk, "Jawaban", f"{field.input_value()} {ANSWER}")
    expect(asker.get_by_text(ANSWER)).to_be_visible()
    asker.get_by_role("button", name="Sudah jelas").click()

    # What was learnt becomes a note; somebody else approves it.
    desk.get_by_role("button", name="Jadikan jawaban umum").click()
    expect(desk.get_by_label("Jawaban singkat")).to_have_value(re.compile(r"^Baik \[nama\], pertanyaan \[nomor\]"))
    finish_note(desk)
    approve(people["ketua_tim"])

    # Evening: without signal again, the phone itself has the answer before anything is sent.
    origin = people["guru"][0].origin
    asker.goto(origin + "/jawaban")
    asker.get_by_label("Cari").fill("mencantumkan ijazah")
    expect(asker.get_by_role("link", name=TOPIC)).to_be_visible()
    stage.network.cut()
    asker.goto(origin + "/tanya/baru")
    asker.get_by_label("Apa yang ingin Anda tanyakan?").fill("ijazah baru pada kenaikan pangkat")
    asker.locator("summary", has_text=TOPIC).click()
    expect(asker.get_by_text(ANSWER)).to_be_visible()
    asker.get_by_role("button", name=f"Sudah {TOPIC}").click()
    expect(asker.get_by_text("Pertanyaan ini tidak dikirim")).to_be_visible()
    stage.network.restore()

    assert [held_by(stage, "guru", "message", text) for text in (BACK, REPLY)] == [1, 1]
    assert held_by(stage, "guru", "question", QUESTION) == 1
    assert held_by(stage, "operator1", "note", INTERN) == 1
    assert records_of(stage, "guru", "note") == {}
    until(
        lambda: asked_so_far(people["ketua_tim"]) == before + 1, "the dashboard counts it once", page=head, seconds=60
    )
    assert [(key, profile.problems) for key, (profile, _) in people.items() if profile.problems] == []


def write_canned(who: tuple[Profile, Page], title: str, text: str) -> None:
    """Write a canned answer and put it into use."""
    profile, page = who
    page.goto(profile.origin + "/jawaban-baku/baru")
    page.get_by_label("Judul").fill(title)
    page.get_by_role("textbox", name="Jawaban", exact=True).fill(text)
    page.get_by_role("button", name="Simpan draf").click()
    page.get_by_role("button", name="Mulai dipakai").click()
    expect(page.get_by_text("Dipakai, versi 1")).to_be_visible()


def assign(who: tuple[Profile, Page], text: str, operator: str) -> None:
    """Filter a question, or re-route what was routed because the office is closed."""
    profile, page = who
    page.goto(profile.origin + "/kotak-masuk")
    page.get_by_role("link", name=text).first.click()
    card = page.locator("details.tindakan").filter(has_text=re.compile("Saring dan tugaskan|Alihkan topik"))
    expect(card).to_be_visible()
    if not card.evaluate("card => card.open"):
        card.locator("summary").click()
    card.get_by_label("Tugaskan kepada").select_option(label=NAMES[operator])
    card.get_by_role("button", name="Tugaskan").click()
    expect(page.get_by_text("Tindakan tersimpan").first).to_be_visible()


def send(page: Page, label: str, text: str) -> None:
    """Write into the field of that name and send it; returns when it is saved."""
    page.get_by_role("textbox", name=label, exact=True).fill(text)
    page.get_by_role("button", name="Kirim", exact=True).click()
    expect(page.get_by_text(text).first).to_be_visible()


def finish_note(page: Page) -> None:
    """Complete the draft that came of an answer, and save it for the desk."""
    page.get_by_label("Pertanyaan, seperti orang bertanya").fill(TOPIC)
    page.get_by_label("Jawaban singkat").fill(ANSWER)
    page.get_by_label("Langkah").fill("1. Ajukan uji kesetaraan.\n2. Unggah ijazah.")
    page.get_by_label("Dasar").fill("Peraturan BKN tentang kenaikan pangkat")
    page.get_by_label("Berlaku sejak").fill("2026-01-01")
    page.get_by_role("button", name="Simpan draf").click()
    expect(page.get_by_text("Draf tersimpan").first).to_be_visible()


def approve(who: tuple[Profile, Page]) -> None:
    """Find the draft among those of the desk, read it, approve it."""
    profile, page = who
    page.goto(profile.origin + "/jawaban")
    page.get_by_role("link", name=TOPIC).click()
    expect(page.get_by_label("Dasar")).to_have_value("Peraturan BKN tentang kenaikan pangkat")
    page.get_by_role("button", name="Setujui dan terbitkan").click()
    expect(page.get_by_role("heading", name="Pusat jawaban")).to_be_visible()
    expect(page.get_by_role("link", name=TOPIC)).to_be_visible()


def asked_so_far(who: tuple[Profile, Page]) -> int:
    """What the dashboard says of questions in this quarter."""
    profile, page = who
    page.goto(profile.origin + "/dasbor")
    figure: Any = page.locator("dl.angka-kunci > div").filter(has_text="Pertanyaan masuk").locator("dd.nilai")
    return int(figure.inner_text().replace(".", ""))
