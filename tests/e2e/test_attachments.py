"""Files of a conversation: chosen without signal, sent later from where the line broke, opened by the officer."""

from __future__ import annotations

import hashlib
import random
import struct
import zlib
from collections.abc import Callable
from typing import Any

from playwright.sync_api import FilePayload, Page, expect

from tests.e2e.test_first_path import filtered_by_admin
from tests.support.chromium import Profile, until
from tests.support.fault_proxy import Fault
from tests.support.stage import Stage, ask, pulled, records_of, sign_in, take

QUESTION = "Apakah foto SK saya ini sudah cukup jelas untuk usulan?"
NO_APP_PAGE = "/resi"
REGISTERED = "navigator.serviceWorker.ready.then((it) => it.sync.getTags()).then((tags) => tags.includes('sambung'))"


def photo(width: int = 900, height: int = 700) -> bytes:
    """A picture that does not pack well, as a camera's: more than a megabyte of PNG."""
    draw = random.Random(7)
    rows = b"".join(b"\0" + draw.randbytes(width * 3) for _ in range(height))

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b"")


def letter(size: int = 250_000) -> bytes:
    """A PDF of some pages."""
    body = random.Random(8).randbytes(size)
    page = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    return page + b"4 0 obj\n<< /Length %d >>\nstream\n" % size + body + b"\nendstream\nendobj\n%%EOF\n"


PHOTO: FilePayload = {"name": "SK lama.png", "mimeType": "image/png", "buffer": photo()}
LETTER: FilePayload = {"name": "surat.pdf", "mimeType": "application/pdf", "buffer": letter()}
RENAMED: FilePayload = {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": b"MZ\x90\x00"}


def choose(page: Page, *files: FilePayload) -> None:
    """Choose files for the text that is being written; returns when the phone keeps them."""
    page.locator("input[type=file]").set_input_files(list(files))
    for file in files:
        expect(page.get_by_text(file["name"].rpartition(".")[0]).first).to_be_visible()


def files_of(stage: Stage, key: str, text: str) -> list[dict[str, Any]]:
    """The files of a question as the server tells somebody; none while the question is on its way."""
    return next((body["files"] for body in records_of(stage, key, "question").values() if body["text"] == text), [])


def test_files_chosen_without_signal_reach_the_officer_though_the_app_is_closed(
    stage: Stage, browser: Callable[..., Profile]
) -> None:
    """Acceptance 17, with files: kept on the phone, one receipt, and each file once, from where the line broke."""
    profile = browser("guru")
    profile.background_sync = True
    page = sign_in(profile, "guru")
    pulled(page)
    page.goto(profile.origin + "/tanya/baru")
    stage.network.cut()
    page.get_by_label("Apa yang ingin Anda tanyakan?").fill(QUESTION)
    choose(page, PHOTO, LETTER)
    page.locator("input[type=file]").set_input_files([RENAMED])
    expect(page.get_by_role("alert")).to_have_text("Berkas ini bukan foto atau PDF. Tulisan aman. Pilih berkas lain.")

    # What was chosen is there again after the app was closed in the middle of writing.
    until(lambda: page.get_by_text("Draf tersimpan di HP").count(), "the draft is kept", page=page)
    page.reload()
    expect(page.get_by_text("surat.pdf").first).to_be_visible()
    page.get_by_role("button", name="Lanjut").click()
    page.get_by_role("button", name="Kirim", exact=True).click()
    expect(page.get_by_text("Tersimpan di HP. Anda boleh menutup aplikasi.")).to_be_visible()
    expect(page.get_by_text("Lampiran menyusul")).to_have_count(2)
    until(lambda: page.evaluate(REGISTERED), "the browser is asked to wake the worker", page=page)

    # The app's last page is closed; then the signal is back, and breaks once in the middle of a file.
    watch = page.context.new_page()
    page.close()
    stage.network.forget()
    broken = stage.network.arm(Fault(matching="PATCH /berkas", cut_request_after=30_000, times=1))
    stage.network.restore()
    watch.goto(profile.origin + NO_APP_PAGE)
    profile.deliver_sync(watch)

    def all_there() -> bool:
        return [file["state"] for file in files_of(stage, "operator1", QUESTION)] == ["ada", "ada"]

    until(lambda: stage.network.count("syncPush"), "the worker sends", page=watch, seconds=60)
    until(all_there, "the worker sends text and files", page=watch, seconds=90, every=2)
    assert broken.hits == 1
    assert stage.network.bytes_up < 2 * (len(LETTER["buffer"]) + 300_000), "what had arrived was not sent again"

    filtered_by_admin(stage, QUESTION)
    operator = browser("operator1", desk=True)
    desk = sign_in(operator, "operator1")
    desk.goto(operator.origin + "/kotak-masuk")
    desk.get_by_role("link", name=QUESTION).first.click()
    shot, paper = desk.get_by_role("link", name="Unduh SK lama.jpg"), desk.get_by_role("link", name="Unduh surat.pdf")
    expect(paper).to_be_visible()
    sent = [desk.request.get(operator.origin + str(one.get_attribute("href"))).body() for one in (shot, paper)]
    assert sent[0].startswith(b"\xff\xd8\xff"), "a photo travels as a JPEG"
    assert len(sent[0]) <= 300_000
    assert hashlib.sha256(sent[1]).digest() == hashlib.sha256(LETTER["buffer"]).digest()
    desk.get_by_role("button", name="Lihat foto").click()
    picture = desk.get_by_role("img", name="Foto SK lama.jpg")
    until(lambda: picture.evaluate("(it) => it.naturalWidth"), "the picture is drawn", page=desk)
    assert operator.problems == []

    page = profile.open("/tanya")
    page.get_by_role("link", name=QUESTION).click()
    expect(page.get_by_role("link", name="Unduh surat.pdf")).to_be_visible()
    until(lambda: page.evaluate(KEPT) == 0, "the phone lets the files go", page=page)


def test_two_questions_become_one_thread_and_its_answer_is_corrected(
    stage: Stage, browser: Callable[..., Profile]
) -> None:
    """Both receipts lead to one thread; a new version stands in for an answer, and the first one stays readable."""
    first, second = "Kapan SK pensiun saya bisa diambil di kantor?", "Saya tanya lagi soal SK pensiun saya, kapan jadi?"
    asker, admin, operator = browser("penyuluh"), browser("admin", desk=True), browser("operator2", desk=True)
    page = sign_in(asker, "penyuluh")
    for text in (first, second):
        asker.open("/beranda")
        ask(page, text)
        expect(page.get_by_text("no. resi").first).to_be_visible()

    filter_desk = sign_in(admin, "admin_penyaring")
    filter_desk.goto(admin.origin + "/kotak-masuk")
    filter_desk.get_by_role("link", name=second).first.click()
    filter_desk.get_by_text("Gabungkan pertanyaan").click()
    earlier = filter_desk.get_by_label("Teruskan di pertanyaan")
    earlier.select_option(value=earlier.locator("option", has_text=first).get_attribute("value"))
    filter_desk.get_by_role("button", name="Gabungkan", exact=True).click()
    expect(filter_desk.get_by_text("Pertanyaan ini digabung").first).to_be_visible()

    expect(page.get_by_text("Pertanyaan ini digabung")).to_be_visible()
    expect(page.get_by_label("Tulis pesan")).to_have_count(0)
    page.get_by_role("link", name="Buka percakapan").click()
    expect(page.get_by_text(second)).to_be_visible()
    expect(page.get_by_text("digabung ke percakapan ini")).to_be_visible()

    filtered_by_admin(stage, first)
    desk = sign_in(operator, "operator2")
    desk.goto(operator.origin + "/kotak-masuk")
    desk.get_by_role("link", name=first).first.click()
    take(desk)
    desk.get_by_label("Jawaban", exact=True).fill("SK bisa diambil hari Senin.")
    desk.get_by_role("button", name="Kirim", exact=True).click()
    expect(page.get_by_text("SK bisa diambil hari Senin.")).to_be_visible()
    desk.get_by_role("button", name="Perbaiki jawaban").click()
    desk.get_by_label("Jawaban yang benar").fill("SK bisa diambil hari Selasa, bukan Senin.")
    desk.get_by_role("button", name="Kirim perbaikan").click()
    expect(page.get_by_text("SK bisa diambil hari Selasa, bukan Senin.")).to_be_visible()
    expect(page.get_by_text("SK bisa diambil hari Senin.")).to_be_hidden()
    page.get_by_text("Lihat yang semula").click()
    expect(page.get_by_text("SK bisa diambil hari Senin.")).to_be_visible()
    for profile in (asker, admin, operator):
        assert profile.problems == []


KEPT = """async () => {
  let kept = 0;
  for (const { name } of await indexedDB.databases()) if (name.startsWith('lampiran.')) {
    const db = await new Promise((done) => {
      const open = indexedDB.open(name); open.onsuccess = () => done(open.result); });
    const count = db.transaction('files').objectStore('files').count();
    kept += await new Promise((done) => { count.onsuccess = () => done(count.result); });
    db.close(); }
  return kept; }"""
