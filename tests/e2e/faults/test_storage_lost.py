"""A phone whose storage is taken away, blocked, broken off or damaged: nothing goes on being called saved that is gone,
the loss is counted, and the app goes on by itself."""

from __future__ import annotations

import json
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from uuid import UUID

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.e2e.test_attachments import LETTER, choose
from tests.support.chromium import DESK, PHONE, Profile, axe, until
from tests.support.phone_storage import FAULTS_SCRIPT, PhoneStorage
from tests.support.stage import Stage, ask, held_by, open_outbox, records_of, sign_in

FIELD = "Apa yang ingin Anda tanyakan?"
LOST = "tidak sampai di server dan tidak ada lagi di HP"

HOLD_THE_STORE = """async (name) => {
  const request = indexedDB.open(name);
  await new Promise((done) => { request.onsuccess = done; });
  // Nothing listens to onversionchange: an app of before the rule that a tab makes way.
  globalThis.held = request.result;
}"""
ASK_FOR_A_NEWER_STORE = """async (name) => {
  const request = indexedDB.open(name, 2);
  globalThis.upgrade = new Promise((done) => {
    request.onerror = () => done(request.error.name);
    request.onsuccess = () => done('upgraded');
  });
  request.onupgradeneeded = () => request.transaction.abort();
  await new Promise((done) => { request.onblocked = done; });
}"""


@pytest.fixture
def phone(browser: Callable[..., Profile]) -> Profile:
    """A teacher's phone of its own, signed in: its store will be spoilt."""
    profile = browser("hp")
    profile.init_scripts.append(FAULTS_SCRIPT)
    page = sign_in(profile, "guru")
    expect(page.get_by_role("link", name="Tanya petugas").first).to_be_visible()
    return profile


@pytest.fixture(scope="module")
def officer(playwright: Playwright, stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Profile]:
    """An extension officer's phone, signed in; what befalls it here passes."""
    folder = tmp_path_factory.mktemp("officer") / "profile"
    profile = Profile(playwright, folder, stage.network.url, init_scripts=[FAULTS_SCRIPT])
    sign_in(profile, "penyuluh")
    yield profile
    profile.close()


@dataclass
class InTheWay:
    """Two tabs hold up the store that ``page`` needs, since ``began`` (monotonic seconds)."""

    page: Page
    old: Page
    newer: Page
    text: str
    began: float


@pytest.fixture(scope="module", autouse=True)
def in_the_way(playwright: Playwright, stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[InTheWay]:
    """A third person's phone whose store is held up: it waits a minute while the other tests run."""
    text = "Tersimpan sebelum tab lama menghalangi?"
    profile = Profile(playwright, tmp_path_factory.mktemp("held_up") / "profile", stage.network.url)
    page = sign_in(profile, "kepala_distan")
    stage.network.cut()
    ask(page, text)
    expect(page.get_by_text("Tersimpan di HP").first).to_be_visible()
    name = PhoneStorage(profile).name
    page.goto("about:blank")
    # A picture of the app: a page of this address that needs no network and no store.
    old, newer = profile.new_tab("/icons/mark.svg"), profile.new_tab("/icons/mark.svg")
    old.evaluate(HOLD_THE_STORE, name)
    newer.evaluate(ASK_FOR_A_NEWER_STORE, name)
    stage.network.restore()
    began = time.monotonic()
    page.goto(profile.origin + "/tanya")
    # Not a blank page: it says so soon.
    expect(page.get_by_role("heading", name="Simpanan belum terbuka")).to_be_visible(timeout=6_000)
    yield InTheWay(page, old, newer, text, began)
    profile.close()


def test_a_store_cleared_under_the_open_app_is_noticed_counted_and_told(stage: Stage, phone: Profile) -> None:
    """I2, I9: the browser clears the data of the address. What is gone is no longer called saved, the old device's
    numbers are missed on both sides, and a new device never uses one of them again."""
    page, storage = phone.page, PhoneStorage(phone)
    sent, gone = (
        "Sudah sampai sebelum data dihapus?",
        ["Hilang pertama bersama datanya?", "Hilang kedua bersama datanya?"],
    )
    ask(page, sent)
    expect(page.get_by_text("no. resi").first).to_be_visible(timeout=60_000)
    before, numbers = _loses(stage, phone, gone, lambda: storage.clear("indexeddb", "cache_storage"))
    expect(page.get_by_text(gone[1])).to_have_count(0)
    _is_counted(stage, phone, before, numbers)
    assert held_by(stage, "guru", "question", sent) == 1


def test_a_store_found_damaged_at_the_next_start_is_counted_too(stage: Stage, phone: Profile) -> None:
    """I9: the files of the database are nonsense after a dying disk, the browser begins an empty one, and the copy had
    to make room before."""
    page = phone.page
    ask(page, "Sudah sampai sebelum diska rusak?")
    expect(page.get_by_text("no. resi").first).to_be_visible(timeout=60_000)

    def spoil() -> None:
        page.goto(phone.origin + "/icons/mark.svg")
        PhoneStorage(phone).forget_copy()
        _nonsense(phone)

    before, numbers = _loses(stage, phone, ["Ditulis di diska yang sekarat?"], spoil)
    _is_counted(stage, phone, before, numbers)


def _nonsense(phone: Profile) -> None:
    """Spoil the files of all databases of the address, and start the app again."""
    PhoneStorage(phone).spoil_files()
    phone.open("/kotak-keluar")


def _half_a_record(phone: Profile) -> None:
    """The browser is killed between the two halves of a write, works on once more, and cannot read its log then."""
    phone.kill()
    [log] = phone.folder.glob("Default/IndexedDB/*.indexeddb.leveldb/*.log")
    with log.open("ab") as file:
        # A record's head: check sum, length, "whole record". Nothing follows.
        file.write(bytes.fromhex("12345678") + (71).to_bytes(2, "little") + b"\x01")
    page = phone.open("/pengaturan")
    page.get_by_label("Nomor HP", exact=True).fill("081200004321")
    page.get_by_role("button", name="Simpan data diri").click()
    expect(page.get_by_text("dan segera dikirim").first).to_be_visible()
    _copied(phone)
    phone.close()
    phone.open("/kotak-keluar")


def _copied(phone: Profile) -> None:
    """Wait until the copy holds what waits."""
    storage = PhoneStorage(phone)

    def whole() -> bool:
        waiting = {row["seq"] for row in storage.rows("outbox") if row["state"] != "accepted"}
        return waiting <= {
            int(name.split("/")[3]) for name in storage.copied() if name.startswith("/cadangan/kiriman/")
        }

    until(whole, "everything is copied", page=phone.page)


@pytest.mark.parametrize("strike", [_nonsense, _half_a_record], ids=["nonsense", "half_a_record"])
def test_what_waited_in_a_lost_store_comes_back_from_its_copy(
    stage: Stage, browser: Callable[..., Profile], strike: Callable[[Profile], None]
) -> None:
    """I1, I2: text, file and draft were called saved; the browser begins an empty store. They are there at the next
    start, without signal, and arrive once, under the same device."""
    phone = browser("hp")
    sign_in(phone, "guru")
    # The browser writes cookies down only every half minute.
    phone.close()
    page, storage = phone.open("/beranda"), PhoneStorage(phone)
    text, draft = f"Apakah ini kembali ({strike.__name__})?", f"Draf yang juga kembali ({strike.__name__})."
    ask(page, f"Sudah sampai sebelumnya ({strike.__name__})?")
    expect(page.get_by_text("no. resi").first).to_be_visible(timeout=60_000)
    stage.network.cut()
    page.goto(phone.origin + "/tanya/baru")
    page.get_by_label(FIELD).fill(text)
    choose(page, LETTER)
    page.get_by_role("button", name="Lanjut").click()
    page.get_by_role("button", name="Kirim", exact=True).click()
    expect(page.get_by_text("Tersimpan di HP").first).to_be_visible()
    page.goto(phone.origin + "/tanya/baru")
    page.get_by_label(FIELD).fill(draft)
    expect(page.get_by_text("Draf tersimpan")).to_be_visible()
    before = storage.state()
    until(
        lambda: {"draf", "berkas", "kiriman"} <= {name.split("/")[2] for name in storage.copied()}, "copied", page=page
    )
    _copied(phone)
    rows = {row["id"]: row["text"] for row in storage.rows("outbox") if row["state"] != "accepted"}

    strike(phone)
    page = phone.page
    expect(page.get_by_role("article").filter(has_text=text)).to_contain_text("Tersimpan di HP")
    expect(page.get_by_text(LOST)).to_have_count(0)
    assert rows.items() <= {row["id"]: row["text"] for row in storage.rows("outbox")}.items()
    assert storage.state()["device"] == before["device"]
    assert storage.state()["seq"] >= before["seq"]
    page.goto(phone.origin + "/tanya/baru")
    expect(page.get_by_label(FIELD)).to_have_value(draft)

    stage.network.restore()
    until(lambda: all(row["state"] == "accepted" for row in storage.rows("outbox")), "all sent", page=page, seconds=60)
    assert held_by(stage, "guru", "question", text) == 1
    assert not _gaps(stage).get(before["device"])
    until(lambda: _files(stage, text) == ["ada"], "the file has arrived", page=page, seconds=60)
    until(lambda: not [name for name in storage.copied() if "/berkas/" in name], "its copy is let go", page=page)


def _files(stage: Stage, text: str) -> list[str]:
    """States of the files of a question, as the server tells its author."""
    bodies = records_of(stage, "guru", "question").values()
    return [file["state"] for body in bodies if body["text"] == text for file in body["files"]]


def _loses(stage: Stage, phone: Profile, texts: list[str], strike: Callable[[], None]) -> tuple[str, set[int]]:
    """Write without signal, lose the store; returns the device that was lost and the numbers that waited on it."""
    page, storage = phone.page, PhoneStorage(phone)
    # What is on the wire when the line breaks may have arrived, and is then not lost. An open conversation marks what
    # comes in as read: it is left first.
    page.get_by_role("link", name="Beranda").click()
    expect(page.get_by_role("link", name="Tanya petugas").first).to_be_visible()
    until(lambda: all(row["state"] == "accepted" for row in storage.rows("outbox")), "nothing waits", page=page)
    stage.network.cut()
    for text in texts:
        page.get_by_role("link", name="Beranda").click()
        ask(page, text)
        expect(page.get_by_text("Tersimpan di HP").first).to_be_visible()
    open_outbox(page)
    expect(page.get_by_text(texts[0]).first).to_be_visible()
    device: str = storage.state()["device"]
    numbers = {row["seq"] for row in storage.rows("outbox") if row["state"] != "accepted"}
    assert len(numbers) >= len(texts)
    strike()
    return device, numbers


def _is_counted(stage: Stage, phone: Profile, before: str, numbers: set[int]) -> None:
    """The person reads how many are gone, a new device works, and the server misses the same numbers of the old one."""
    page, count = phone.page, len(numbers)
    expect(page.get_by_text(LOST)).to_contain_text(f"{count} kiriman")
    stage.network.restore()
    text = f"Ditulis sesudah simpanan {before[:8]} hilang?"
    page.get_by_role("link", name="Beranda").click()
    expect(page.get_by_role("link", name=f"Kiriman hilang ({count})")).to_be_visible()
    ask(page, text)
    expect(page.get_by_text("no. resi").first).to_be_visible(timeout=60_000)
    assert PhoneStorage(phone).state()["device"] != before
    gaps = until(lambda: _gaps(stage).get(before), "the server misses the numbers", page=page)
    assert {number for first, last in gaps for number in range(first, last + 1)} == numbers
    open_outbox(page)
    expect(page.get_by_text(LOST)).to_contain_text(f"{count} kiriman")
    assert held_by(stage, "guru", "question", text) == 1


def _gaps(stage: Stage) -> dict[str, list[list[int]]]:
    """Ranges of numbers that the server misses, by device."""
    path = stage.server.database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        return {
            str(UUID(device)): json.loads(gaps) for device, gaps in database.execute("SELECT id, gaps FROM sync_device")
        }


def test_a_lost_connection_is_opened_again_in_the_middle_of_an_act(stage: Stage, officer: Profile) -> None:
    """I2: "Connection to Indexed Database server lost" while saving; the person notices nothing."""
    text = "Apakah sambungan ke simpanan dibuka lagi sendiri?"
    page = officer.open("/beranda")
    page.get_by_role("link", name="Tanya petugas").first.click()
    page.get_by_label("Apa yang ingin Anda tanyakan?").fill(text)
    page.get_by_role("button", name="Lanjut").click()
    page.evaluate("breakConnection(2)")
    page.get_by_role("button", name="Kirim", exact=True).click()
    expect(page.get_by_text("no. resi").first).to_be_visible(timeout=60_000)
    assert held_by(stage, "penyuluh", "question", text) == 1


def test_a_store_that_broke_off_while_it_was_made_is_made_again(stage: Stage, browser: Callable[..., Profile]) -> None:
    """The first making of the store is aborted; signing in works all the same."""
    profile = browser("baru")
    profile.init_scripts.append(FAULTS_SCRIPT)
    profile.open("/masuk").evaluate("abortUpgrades(1)")
    page = sign_in(profile, "kepala_dikbud")
    expect(page.get_by_role("link", name="Tanya petugas").first).to_be_visible()


def test_a_store_that_is_refused_is_told_and_used_as_soon_as_it_opens(stage: Stage, officer: Profile) -> None:
    """A private window, or a browser that keeps nothing: no blank page, plain words, and it goes on by itself."""
    page = officer.open("/tanya")
    page.evaluate("denyOpening('SecurityError')")
    page.reload()
    for width, height in (DESK, PHONE):
        page.set_viewport_size({"width": width, "height": height})
        expect(page.get_by_role("heading", name="Simpanan belum terbuka")).to_be_visible()
        expect(page.get_by_role("alert")).to_contain_text("Penyimpanan HP menolak")
        expect(page.get_by_role("alert")).to_contain_text("mode samaran")
        assert axe(page) == []
    page.evaluate("denyOpening(null)")
    expect(page.get_by_role("heading", name="Pertanyaan saya")).to_be_visible()


def test_a_damaged_row_stops_nothing_else_and_its_remains_are_shown(stage: Stage, officer: Profile) -> None:
    """I7, I8: one row of the outbox is nonsense; what else waits is sent, every list is shown, and the row too."""
    texts = ["Baris sehat sebelum yang rusak?", "Baris yang akan rusak?", "Baris sehat sesudah yang rusak?"]
    storage = PhoneStorage(officer)
    page = officer.open("/beranda")
    stage.network.cut()
    for text in texts:
        page.get_by_role("link", name="Beranda").click()
        ask(page, text)
        expect(page.get_by_text("Tersimpan di HP").first).to_be_visible()
    [row] = [row for row in storage.rows("outbox") if texts[1] in row["text"]]
    storage.put("outbox", {**row, "text": row["text"][:-40]})
    stage.network.restore()
    page.goto(officer.origin + "/kotak-keluar")
    rest = [texts[0], texts[2]]
    until(lambda: all(_arrived(storage, text) for text in rest), "the rest arrived", page=page, seconds=60)
    open_outbox(page)
    card = page.get_by_role("article").filter(has_text="Ditolak")
    expect(card).to_contain_text("Simpanannya rusak di HP.")
    expect(card.get_by_text(texts[1], exact=True)).to_be_visible()
    assert [held_by(stage, "penyuluh", "question", text) for text in texts] == [1, 0, 1]
    card.get_by_role("button", name=re.compile("^Hapus salinan")).click()
    expect(card).to_have_count(0)


def test_a_first_row_of_nonsense_is_put_in_order(stage: Stage, officer: Profile) -> None:
    """I1, I9: the row that counts is gone; a new device begins above every number that was ever used here."""
    storage, text = PhoneStorage(officer), "Apakah perangkat baru mulai di atas nomor lama?"
    page = officer.open("/beranda")
    before = storage.state()
    storage.put("meta", {"nonsense": True}, "state")
    officer.open("/beranda")
    expect(page.get_by_role("link", name="Tanya petugas").first).to_be_visible(timeout=30_000)
    ask(page, text)
    expect(page.get_by_text("no. resi").first).to_be_visible(timeout=60_000)
    after = storage.state()
    assert after["device"] != before["device"]
    assert after["seq"] > before["seq"]
    assert held_by(stage, "penyuluh", "question", text) == 1
    open_outbox(page)
    expect(page.get_by_text(LOST)).to_have_count(0)


def _arrived(storage: PhoneStorage, text: str) -> bool:
    return any(row["state"] == "accepted" for row in storage.rows("outbox") if text in row["text"])


def test_an_old_tab_in_the_way_for_a_minute_is_named_and_awaited(stage: Stage, in_the_way: InTheWay) -> None:
    """I5, I7: another tab holds the store and does not let a newer app change it. Whoever opens Sambung meanwhile reads
    what is awaited; once the tab is gone it goes on by itself, also because the change itself breaks off."""
    page, text = in_the_way.page, in_the_way.text
    page.wait_for_timeout(1000 * max(0.0, 60 - (time.monotonic() - in_the_way.began)))
    expect(page.get_by_role("heading", name="Simpanan belum terbuka")).to_be_visible()
    expect(page.get_by_text("Tab Sambung lain masih memakai simpanan di HP.")).to_be_visible()
    assert stage.network.count(text) == 0
    in_the_way.old.close()
    assert in_the_way.newer.evaluate("upgrade") == "AbortError"
    in_the_way.newer.close()
    expect(page.get_by_text(text).first).to_be_visible(timeout=30_000)
    until(lambda: held_by(stage, "kepala_distan", "question", text) == 1, "it arrived", page=page, seconds=60)
