"""A new version of the app meets phones with unsent work: nothing is rebuilt, nothing is lost, old tabs go on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.app_build import PWA, build_app, deploy
from tests.support.chromium import Profile, until
from tests.support.evidence import leases, pushes, rows, sent_times, states
from tests.support.fault_proxy import Fault, response
from tests.support.stage import Stage, ask, held_by, questions_of, sign_in

NEW, NEWEST = "9.0.0", "9.1.0"
"""Later than every version that a minimum can name; the newest has a store of the next version."""
FIELD = "Apa yang ingin Anda tanyakan?"
HOUR = 3_600
BUSY = response("503 Service Unavailable", "<html><body>busy</body></html>", retry_after=str(HOUR))

FIND_UPDATE = """() => navigator.serviceWorker.getRegistration().then(async (found) => {
  await found.update();
  while (!found.waiting) await new Promise((resolve) => setTimeout(resolve, 50));
})"""
"""What the browser does by itself at every start and at the latest after a day."""

DEFER = """([name, text]) => new Promise((resolve, reject) => {
  const opening = indexedDB.open(name);
  opening.onsuccess = () => {
    const table = opening.result.transaction('outbox', 'readwrite').objectStore('outbox');
    table.getAll().onsuccess = ({ target }) => {
      const row = target.result.find((one) => one.text.includes(text));
      table.put({ ...row, tried: true, state: 'deferred', fails: 1, result: { id: row.id, status: 'deferred' } });
    };
    table.transaction.oncomplete = () => (opening.result.close(), resolve());
    table.transaction.onabort = reject;
  };
})"""
"""The row as it is after the server said that it waits for something else."""


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The present app and two later ones."""
    folder = tmp_path_factory.mktemp("builds")
    return {
        "": PWA / "dist",
        NEW: build_app(folder / "new", NEW),
        NEWEST: build_app(folder / "newest", NEWEST, store_version=2),
    }


@pytest.fixture
def install(stage: Stage, builds: dict[str, Path]) -> Callable[[str], None]:
    """Install a version of the app on the server; every test begins with the present one."""

    def put(version: str) -> None:
        deploy(stage.server.folder.parent / "app", builds[version])

    put("")
    return put


def runs(page: Page, app: Path) -> bool:
    """Whether a tab runs this build of the app."""
    script = page.locator("script[type=module][src]").first.get_attribute("src")
    return bool(script) and f'"{script}"' in (app / "index.html").read_text()


def test_the_next_start_in_a_new_version_finds_the_outbox_as_it_was(
    stage: Stage, browser: Callable[..., Profile], install: Callable[[str], None], builds: dict[str, Path]
) -> None:
    """I1, I2, I7: never tried, tried, deferred and conflicted items. Byte for byte the same after the start of the new
    version, and so sent."""
    profile, laptop = browser("hp"), browser("laptop", desk=True)
    profile.use_jumping_clock()
    page = sign_in(profile, "penyuluh")
    make_conflict(stage, profile, laptop)
    texts = [f"Apakah kiriman {name} selamat dalam pembaruan?" for name in ("tertunda", "dicoba", "baru")]
    stage.network.arm(Fault(matching="syncPush", answer=BUSY, times=1))
    profile.open("/beranda")
    for text in texts:
        ask(page, text)
        expect(page.get_by_text("Tersimpan di HP").first).to_be_visible()
        if text == texts[0]:
            # A page that is left in mid-send would send again, and meet no busy server.
            until(lambda: _refused(page, texts[0]), "the server was too busy", page=page)
        until(lambda: not leases(page), "nobody is at work", page=page)
        profile.open("/beranda")
    account = page.evaluate("JSON.parse(localStorage['sambung.saya']).account")
    page.evaluate(DEFER, [f"sambung.{account}", texts[0]])
    before = by_text(page)
    assert {before[text]["state"] for text in texts} == {"waiting", "deferred"}
    assert [before[text]["tried"] for text in texts] == [True, False, False]
    assert "conflict" in {row["state"] for row in rows(page)}

    install(NEW)
    page.evaluate(FIND_UPDATE)
    profile.close()
    page = profile.open("/kotak-keluar")
    assert runs(page, builds[NEW])
    expect(page.get_by_role("link", name="Buka pilihan")).to_be_visible()
    assert by_text(page) == before

    stage.network.forget()
    profile.set_clock(HOUR + 60)
    page.reload()
    until(lambda: set(states(page).values()) == {"accepted"}, "all were sent", page=page, seconds=40)
    sent = {id: text for one in pushes(stage.network) for id, text in one.texts.items()}
    assert {row["id"]: row["text"] for row in before.values() if row["id"] in sent} == {
        row["id"]: sent[row["id"]] for row in before.values() if row["id"] in sent
    }
    assert [questions_of(stage, "penyuluh").count(text) for text in texts] == [1, 1, 1]
    assert "conflict" in {row["state"] for row in rows(page)}


def _refused(page: Page, text: str) -> bool:
    """Whether a question was tried in vain and waits again."""
    row = by_text(page)[text]
    return bool(row["tried"]) and row["state"] == "waiting"


def by_text(page: Page) -> dict[str, dict[str, Any]]:
    """The rows of own questions as the store holds them, by what was asked."""
    found = [(json.loads(row["text"]), row) for row in rows(page)]
    return {item["args"]["text"]: row for item, row in found if item["kind"] == "question.ask"}


def make_conflict(stage: Stage, profile: Profile, laptop: Profile) -> None:
    """Let two devices of the person write different numbers into the same field."""
    pages = [profile.page, sign_in(laptop, "penyuluh")]
    for one in (profile, laptop):
        one.open("/pengaturan")
        expect(one.page.get_by_label("Nomor HP", exact=True)).to_be_visible()
    stage.network.cut()
    for page, number in zip(pages, ("081200007777", "081200008888"), strict=True):
        page.get_by_label("Nomor HP", exact=True).fill(number)
        page.get_by_role("button", name="Simpan data diri").click()
        expect(page.get_by_text("dan segera dikirim").first).to_be_visible()
    until(lambda: rows(pages[1])[-1]["state"] == "accepted", "the laptop's is in", page=pages[1])
    stage.network.restore()
    pages[0].evaluate("dispatchEvent(new Event('online'))")
    until(lambda: "conflict" in {row["state"] for row in rows(pages[0])}, "a choice is asked for", page=pages[0])


def test_a_new_version_waits_for_what_is_being_sent_and_old_tabs_go_on(
    stage: Stage, browser: Callable[..., Profile], install: Callable[[str], None], builds: dict[str, Path]
) -> None:
    """I1, I7: "Perbarui" is pressed while another tab sends. The take-over waits for the answer; the other tab, still
    of the old version, writes and opens pages whose files are neither on the server nor on the phone any more."""
    profile = browser("hp")
    page = sign_in(profile, "guru")
    until(lambda: not leases(page), "nobody is at work", page=page)
    old = profile.new_tab("/beranda")
    install(NEW)
    page.evaluate(FIND_UPDATE)
    page.get_by_role("button", name="Pembaruan siap").click()
    stage.network.forget()
    slow = stage.network.arm(Fault(matching="syncPush", stall_reply=4, times=1))
    text = "Apakah pembaruan menunggu kiriman ini?"
    ask(old, text)
    until(lambda: slow.hits, "the batch is on the wire", page=old)
    with page.expect_navigation(timeout=30_000):
        page.get_by_role("dialog").get_by_role("button", name="Perbarui").click()
    assert states(old)[text] == "accepted", "the new version took over in mid-send"
    assert runs(page, builds[NEW])
    assert set(sent_times(pushes(stage.network)).values()) == {1}

    second = "Apakah tab lama masih bisa menulis?"
    old.get_by_role("link", name="Beranda").click()
    ask(old, second)
    until(lambda: states(old).get(second) == "accepted", "the old tab has written", page=old)
    assert [questions_of(stage, "guru").count(one) for one in (text, second)] == [1, 1]
    old.context.new_cdp_session(old).send("Network.clearBrowserCache")
    old.get_by_role("button", name="Menu").click()
    old.get_by_role("link", name="Pengaturan").click()
    expect(old.get_by_label("Nomor HP", exact=True)).to_be_visible()
    assert runs(old, builds[NEW])


def test_a_newer_store_is_respected_by_old_tabs_and_by_an_older_app(
    stage: Stage, browser: Callable[..., Profile], install: Callable[[str], None]
) -> None:
    """I2, I7: a version with a newer store takes over. A tab of the old one says that a text is not saved, keeps it,
    and goes on in the new version. Taken back to the old version, the app says so in words; nothing is harmed, and the
    newer version finds everything."""
    profile = browser("hp")
    page = sign_in(profile, "pelaksana")
    first = "Apakah kiriman dari simpanan lama selamat?"
    ask(page, first)
    expect(page.get_by_text("no. resi").first).to_be_visible()
    until(lambda: not leases(page), "nobody is at work", page=page)
    old = profile.new_tab("/tanya/baru")
    second = "Ditulis di tab lama setelah simpanan diperbarui."
    old.get_by_label(FIELD).fill(second)
    expect(old.get_by_text("Draf tersimpan")).to_be_visible()
    update(page, install, NEWEST)
    assert by_text(page)[first]["state"] == "accepted"

    old.get_by_role("button", name="Lanjut").click()
    old.get_by_role("button", name="Kirim", exact=True).click()
    expect(old.get_by_text("Belum tersimpan")).to_be_visible()
    expect(old.get_by_text("sudah diperbarui di tab lain")).to_be_visible()
    # The button of the page that goes must not be taken for that of the new one.
    with old.expect_navigation():
        old.get_by_role("button", name="Muat ulang").click()
    old.get_by_role("button", name="Kirim", exact=True).click()
    until(lambda: states(old).get(second) == "accepted", "the new version has sent it", page=old)
    old.close()

    install("")
    page.evaluate(FIND_UPDATE)
    profile.close()
    page = profile.open("/beranda")
    expect(page.get_by_text("Versi Sambung yang lebih baru sudah dipakai di sini.")).to_be_visible()
    install(NEWEST)
    with page.expect_navigation(timeout=30_000):
        page.get_by_role("button", name="Perbarui").click()
    page.goto(profile.origin + "/kotak-keluar")
    expect(page.get_by_text("Tidak ada yang menunggu.")).to_be_visible()
    assert [questions_of(stage, "pelaksana").count(one) for one in (first, second)] == [1, 1]


def update(page: Page, install: Callable[[str], None], version: str) -> None:
    """Install a version and take it over with the button of the strip."""
    install(version)
    page.evaluate(FIND_UPDATE)
    page.get_by_role("button", name="Pembaruan siap").click()
    with page.expect_navigation(timeout=30_000):
        page.get_by_role("dialog").get_by_role("button", name="Perbarui").click()
    until(lambda: not leases(page), "nobody is at work", page=page)


def test_an_app_that_is_too_old_keeps_everything_and_updates_itself_when_asked(
    stage: Stage, browser: Callable[..., Profile], install: Callable[[str], None]
) -> None:
    """I7: the server answers `update_needed`. Nothing is dropped, the strip says what to do, and one press is enough,
    although the phone had not noticed the new version yet. (The last test here: the server stays as it is.)"""
    profile = browser("hp")
    page = sign_in(profile, "analis")
    stage.server.kill()
    stage.server.settings = {**stage.server.settings, "SAMBUNG_MINIMUM_APP_VERSION": "8.0.0"}
    stage.server.start()
    text = "Apakah kiriman dari aplikasi lama tetap aman?"
    profile.open("/beranda")
    ask(page, text)
    expect(page.get_by_role("button", name="Perlu pembaruan aplikasi, 1 tersimpan")).to_be_visible()
    until(lambda: states(page) == {text: "waiting"}, "it waits for a newer app", page=page)
    install(NEW)
    page.get_by_role("button", name="Perlu pembaruan aplikasi").click()
    with page.expect_navigation(timeout=30_000):
        page.get_by_role("dialog").get_by_role("button", name="Perbarui").click()
    until(lambda: states(page) == {text: "accepted"}, "the new version has sent it", page=page, seconds=40)
    assert held_by(stage, "analis", "question", text) == 1
