"""The app's own files are missing or wrong: an installed app goes on, what waits drains, and nothing wrong is kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.support.chromium import Profile, until
from tests.support.fault_proxy import CAPTIVE_PORTAL, Fault, response
from tests.support.phone_storage import PhoneStorage
from tests.support.stage import Stage, ask, held_by, open_outbox, sign_in

FIELD = "Apa yang ingin Anda tanyakan?"
NOT_FOUND = response("404 Not Found", "<h1>Not Found</h1>")
BROKEN = response("500 Internal Server Error", "<h1>Internal Server Error</h1>")
WRONG = {"404": NOT_FOUND, "500": BROKEN, "html": CAPTIVE_PORTAL}
WRONGLY_KEPT = """async () => {
  const wrong = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const type = (await cache.match(request)).headers.get('content-type');
      if (/\\.(js|css)$/.test(new URL(request.url).pathname) && /html/.test(type)) wrong.push(request.url);
    }
  }
  return wrong;
}"""

NO_WORKER = """async () => {
  const found = await navigator.serviceWorker.getRegistration();
  return !(found?.installing ?? found?.waiting ?? found?.active);
}"""
KEPT = """async () => {
  const lists = (await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).length);
  return (await Promise.all(lists)).reduce((sum, count) => sum + count, 0);
}"""


@pytest.fixture(scope="module")
def phone(playwright: Playwright, stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Profile]:
    """A teacher's phone with the app installed."""
    profile = Profile(playwright, tmp_path_factory.mktemp("phone") / "profile", stage.network.url)
    page = sign_in(profile, "guru")
    expect(page.get_by_role("link", name="Tanya petugas").first).to_be_visible()
    yield profile
    profile.close()


HAS_PIECE = "() => performance.getEntriesByType('resource').some(({ name }) => name.includes('/assets/more-'))"
HOLDS_PAGE = """async () => {
  for (const name of await caches.keys())
    for (const { url } of await (await caches.open(name)).keys()) if (url.includes('/index.html')) return true;
  return false;
}"""


def _forget_files(phone: Profile) -> None:
    """The browser throws the copy away; not while the worker still makes it anew after an earlier test, for that one
    would be whole again a moment later. All of it comes at once, the page with it."""
    until(lambda: phone.page.evaluate(HOLDS_PAGE), "the copy of before is whole", page=phone.page)
    PhoneStorage(phone).forget_files()


def _waits(stage: Stage, phone: Profile, text: str) -> Page:
    """Something waits on the phone, written without signal."""
    page = phone.open("/beranda")
    stage.network.cut()
    ask(page, text)
    expect(page.get_by_text("Tersimpan di HP").first).to_be_visible()
    # A reload that overtakes the change of address shows the form again.
    page.wait_for_url(re.compile(r"/tanya/[0-9a-f-]{36}"))
    return page


def _arrives(stage: Stage, page: Page, text: str) -> None:
    expect(page.get_by_text("no. resi").first).to_be_visible(timeout=60_000)
    assert held_by(stage, "guru", "question", text) == 1


@pytest.mark.parametrize("what", WRONG)
def test_a_worker_script_that_is_missing_or_wrong_takes_nothing_away(stage: Stage, phone: Profile, what: str) -> None:
    """I5, I7: sw.js answers 404, 500 or a login page; the installed worker stays in charge, and what waits drains."""
    text = f"Apakah ini sampai walau sw.js menjawab {what}?"
    page = _waits(stage, phone, text)
    fault = stage.network.arm(Fault(matching="GET /sw.js", answer=WRONG[what]))
    stage.network.restore()
    # As the app does at each start and when it comes to the front.
    page.reload()
    failed = page.evaluate(
        "() => navigator.serviceWorker.ready.then((kept) => kept.update()).then(() => null, ({ name }) => name)"
    )
    assert failed in ("TypeError", "SecurityError")
    assert fault.hits
    _arrives(stage, page, text)
    stage.network.cut()
    page.reload()
    expect(page.get_by_text(text).first).to_be_visible()
    assert page.evaluate("navigator.serviceWorker.controller !== null")
    assert len(page.evaluate("navigator.serviceWorker.getRegistrations()")) == 1
    stage.network.restore()
    stage.network.clear()
    assert page.evaluate("navigator.serviceWorker.ready.then((kept) => kept.update()).then(() => true)")
    assert phone.problems == []


def test_a_server_that_cannot_give_the_page_changes_nothing_for_an_installed_app(stage: Stage, phone: Profile) -> None:
    """I5: index.html answers 500 and the manifest 404; the app opens from the phone and drains."""
    text = "Apakah ini sampai walau halaman menjawab 500?"
    page = _waits(stage, phone, text)
    for path in ("/tanya", "/beranda", "/index.html", "/ "):
        stage.network.arm(Fault(matching=f"GET {path}", answer=BROKEN))
    stage.network.arm(Fault(matching="GET /manifest.json", answer=NOT_FOUND))
    stage.network.restore()
    page.reload()
    _arrives(stage, page, text)
    phone.open("/beranda")
    expect(page.get_by_role("link", name="Tanya petugas").first).to_be_visible()


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_file_is_never_kept_and_installing_goes_on_when_files_are_right(
    stage: Stage, browser: Callable[..., Profile], what: str
) -> None:
    """A login page or an error in the place of JavaScript while the app is being installed: nothing of it is kept, the
    app works over the network, and at the next start it is installed whole."""
    profile = browser("baru")
    fault = stage.network.arm(Fault(matching="GET /assets/help-", answer=WRONG[what]))
    page = profile.open("/masuk")
    expect(page.get_by_label("Kata sandi", exact=True)).to_be_visible()
    until(lambda: fault.hits, "the piece was asked for", page=page)
    until(lambda: page.evaluate(NO_WORKER), "the installation is given up", page=page)
    assert page.evaluate(WRONGLY_KEPT) == []
    page.get_by_role("link", name="Bantuan").click()
    expect(page.get_by_role("heading", name="Perlu sambungan")).to_be_visible()
    stage.network.clear()
    page.get_by_role("button", name="Coba lagi").click()
    expect(page.get_by_role("heading", name="Bantuan", exact=True)).to_be_visible()
    page.reload()
    profile.worker_ready()
    stage.network.cut()
    page.reload()
    expect(page.get_by_role("heading", name="Bantuan", exact=True)).to_be_visible()


def test_a_copy_of_the_app_that_the_browser_threw_away_is_made_again(stage: Stage, phone: Profile) -> None:
    """The browser cleared the caches: the next start over the network mends them, and then it opens without signal."""
    page = phone.page
    whole = page.evaluate(KEPT)
    _forget_files(phone)
    assert page.evaluate(KEPT) == 0
    phone.open("/beranda")
    expect(page.get_by_role("link", name="Tanya petugas").first).to_be_visible()
    until(lambda: page.evaluate(KEPT) == whole, "the copy is whole again", page=page)
    stage.network.cut()
    page.reload()
    expect(page.get_by_role("link", name="Tanya petugas").first).to_be_visible()


def _to_answers(page: Page) -> None:
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("link", name="Jawaban", exact=True).click()


@pytest.mark.parametrize("how", ["offline", "404", "html"])
def test_a_missing_piece_is_said_in_words_and_what_was_typed_stays(stage: Stage, phone: Profile, how: str) -> None:
    """A page that is not on the phone: plain words, no blank page, the draft is kept, and later it opens. A line that
    also keeps silent about which version is served is not waited for without end."""
    typed = f"Diketik sebelum halaman lain gagal dibuka ({how})."
    page = phone.open("/tanya/baru")
    _forget_files(phone)
    lost = Fault(cut_reply_after=0) if how == "offline" else Fault(answer=WRONG[how])
    lost.matching = "GET /assets/answers-"
    stage.network.arm(lost)
    page.reload()
    page.get_by_label(FIELD).fill(typed)
    # The other pages that are looked at are on the phone: only the one piece is missing.
    page.get_by_role("link", name="Tanya", exact=True).click()
    page.get_by_role("link", name=typed).click()
    expect(page.get_by_label(FIELD)).to_have_value(typed)
    until(lambda: lost.hits, "the worker tried to fetch the piece again", page=page)
    if how == "offline":
        stage.network.cut()
    version = stage.network.arm(Fault(matching="GET / ", silent=True, times=1)) if how == "404" else None
    _to_answers(page)
    expect(page.get_by_role("heading", name="Perlu sambungan")).to_be_visible()
    expect(page.get_by_text("Bagian ini belum tersimpan di HP.")).to_be_visible()
    assert version is None or version.hits
    page.get_by_role("link", name="Tanya", exact=True).click()
    page.get_by_role("link", name=typed).click()
    expect(page.get_by_label(FIELD)).to_have_value(typed)
    _to_answers(page)
    expect(page.get_by_role("heading", name="Perlu sambungan")).to_be_visible()
    stage.network.restore()
    stage.network.clear()
    page.get_by_role("button", name="Coba lagi").click()
    expect(page.get_by_role("heading", name="Pusat jawaban")).to_be_visible()
    assert page.evaluate(WRONGLY_KEPT) == []


def test_a_missing_piece_of_the_engine_neither_stops_sending_nor_stays_unsaid(stage: Stage, phone: Profile) -> None:
    """I5, I7: the part for deleting, checking and locking did not come. What waits is sent, the storage is not blamed,
    and deleting says why it cannot be done; the item stays."""
    sent, kept = "Apakah ini sampai tanpa bagian mesin yang jarang dipakai?", "Tetap ada walau tidak bisa dihapus?"
    page = phone.open("/beranda")
    # Fetched between forgetting and losing, it would lie in the browser's own cache after all.
    until(lambda: page.evaluate(HAS_PIECE), "this page has its own", page=page)
    _forget_files(phone)
    lost = stage.network.arm(Fault(matching="GET /assets/more-", answer=NOT_FOUND))
    page.reload()
    ask(page, sent)
    _arrives(stage, page, sent)
    until(lambda: lost.hits, "the piece was asked for", page=page)
    expect(page.get_by_role("button", name="Penyimpanan HP bermasalah")).to_have_count(0)
    open_outbox(page)
    expect(page.get_by_role("heading", name="Kotak Keluar")).to_be_visible()
    page.get_by_role("link", name="Beranda").click()
    stage.network.cut()
    ask(page, kept)
    expect(page.get_by_text("Tersimpan di HP").first).to_be_visible()
    open_outbox(page)
    page.get_by_role("article").filter(has_text=kept).get_by_role("button", name=re.compile("^Hapus")).click()
    page.get_by_role("button", name="Hapus selamanya").click()
    expect(page.get_by_role("dialog").get_by_text("Bagian ini belum tersimpan di HP.")).to_be_visible()
    page.get_by_role("button", name="Batal").click()
    expect(page.get_by_role("article").filter(has_text=kept)).to_be_visible()
