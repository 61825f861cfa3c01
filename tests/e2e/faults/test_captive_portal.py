"""A Wi-Fi login page stands in front of everything: nothing is lost, nothing of it is taken for ours, and the outbox
drains once the portal is gone (I1, I5, I7)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.support.chromium import Profile, axe
from tests.support.fault_proxy import CAPTIVE_JSON, CAPTIVE_PORTAL, Fault, FaultProxy, response
from tests.support.stage import PASSWORD, Stage, ask, held_by, pulled, sign_in

PORTAL_TEXT = "Silakan login ke Wi-Fi"
CACHED = """async (words) => { const found = [];
  for (const name of await caches.keys()) { const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const body = await (await cache.match(request)).text();
      if (body.includes(words)) found.push(request.url); } }
  return found; }"""


def signal_returns(page: Page) -> None:
    """The phone reports a network."""
    page.evaluate("dispatchEvent(new Event('online'))")


@pytest.fixture(scope="module")
def login_page() -> Iterator[str]:
    """The address of a Wi-Fi login page on a machine of its own; it answers everything."""
    with FaultProxy(0) as machine:
        machine.arm(Fault(answer=CAPTIVE_PORTAL))
        yield machine.url + "/login"


@pytest.mark.parametrize("kind", ["answers_200", "redirects"])
def test_the_app_goes_on_behind_a_portal_that(stage: Stage, asker: Profile, login_page: str, kind: str) -> None:
    """I1, I5, I7: reload, written text, articles, online lists, worker update, manifest: all behind the portal."""
    text = f"Apakah pertanyaan ini sampai lewat Wi-Fi hotel yang {kind.replace('_', ' ')}?"
    answer = CAPTIVE_PORTAL if kind == "answers_200" else response("302 Found", location=login_page)
    page = asker.open("/jawaban")
    expect(page.locator("main a[href^='/jawaban/']").first).to_be_visible()
    asker.open("/beranda")
    portal = stage.network.arm(Fault(answer=answer))
    stage.network.reset()

    page.reload()
    ask(page, text)
    expect(page.get_by_text("Tersimpan di HP").first).to_be_visible()
    page.evaluate("async () => { await (await navigator.serviceWorker.ready).update().catch(() => 0); "
                  "await fetch('/manifest.json', {redirect: 'follow'}).catch(() => 0); }")  # fmt: skip
    asker.open("/jawaban")
    article = page.locator("main a[href^='/jawaban/']").first
    title = article.inner_text().splitlines()[0].strip()
    article.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    asker.open("/pengaturan")
    expect(page.get_by_text("Server belum menjawab.").first).to_be_visible()

    asker.open("/kotak-keluar")
    expect(page.get_by_text("Wi-Fi meminta login dulu.")).to_be_visible()
    page.get_by_role("button", name="Wi-Fi minta masuk, 1 tersimpan").click()
    expect(page.get_by_role("dialog").get_by_text("Isian aman.")).to_be_visible()
    assert axe(page) == []
    page.keyboard.press("Escape")
    assert portal.hits > 5
    assert page.evaluate(CACHED, PORTAL_TEXT) == []

    stage.network.clear()
    signal_returns(page)  # so that it does not sit out the pause that many refused attempts have earned
    expect(page.get_by_text("Tidak ada yang menunggu.")).to_be_visible(timeout=90_000)
    page.reload()
    expect(page.get_by_role("heading", name="Kotak Keluar")).to_be_visible()
    assert PORTAL_TEXT not in page.content()
    assert held_by(stage, "guru", "question", text) == 1


def test_foreign_json_is_no_answer(stage: Stage, asker: Profile) -> None:
    """HTTP 200 proves nothing, and JSON proves nothing: only our envelope does."""
    text = "Apakah JSON milik orang lain dikira balasan kami?"
    page = asker.open("/beranda")
    foreign = stage.network.arm(Fault(answer=CAPTIVE_JSON))
    stage.network.reset()
    ask(page, text)
    expect(page.get_by_role("button", name="Server belum menjawab, 1 tersimpan")).to_be_visible()
    expect(page.get_by_text("no. resi")).to_have_count(0)
    for path in ("/pengaturan", "/notifikasi", "/jawaban", "/kotak-keluar"):
        asker.open(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert foreign.hits > 3
    stage.network.clear()
    expect(page.get_by_text("Tidak ada yang menunggu.")).to_be_visible(timeout=60_000)
    assert held_by(stage, "guru", "question", text) == 1


@pytest.mark.parametrize("answer", [CAPTIVE_PORTAL, CAPTIVE_JSON], ids=["html", "json"])
def test_signing_in_behind_a_portal_changes_nothing(
    stage: Stage, browser: Callable[..., Profile], answer: bytes
) -> None:
    """I7: an ended session, a question that waits, and a portal that answers the sign-in itself. The number that the
    app filled in stays."""
    text = f"Apakah pertanyaan ini bertahan saat masuk lewat Wi-Fi yang menjawab sendiri ({len(answer)})?"
    profile = browser("hp")
    page = sign_in(profile, "penyuluh")
    pulled(page)
    page.context.clear_cookies()
    ask(page, text)
    page.get_by_role("button", name="Sesi berakhir, 1 tersimpan").click(timeout=60_000)
    page.get_by_role("dialog").get_by_role("button", name="Masuk", exact=True).click()
    stage.network.arm(Fault(answer=answer))
    signal_returns(page)
    expect(page.get_by_role("button", name=re.compile("Wi-Fi minta masuk|Server belum menjawab"))).to_be_visible()
    page.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Masuk", exact=True).click()
    expect(page.get_by_text("Server belum menjawab. Isian masih ada.")).to_be_visible()
    stage.network.clear()
    page.get_by_role("button", name="Masuk", exact=True).click()
    page.wait_for_url("**/tanya/*")
    profile.open("/kotak-keluar")
    expect(page.get_by_text("Tidak ada yang menunggu.")).to_be_visible(timeout=60_000)
    assert held_by(stage, "penyuluh", "question", text) == 1
    assert profile.problems == []


def test_a_portal_during_the_first_visit_does_not_get_into_the_stored_app(
    stage: Stage, browser: Callable[..., Profile]
) -> None:
    """The worker stores the app while the portal answers for its pieces: what is not ours is not stored, and the next
    start without a portal makes it whole."""
    profile = browser("baru")
    stage.network.arm(Fault(matching="/sw.js", answer=CAPTIVE_PORTAL, times=1))
    page = profile.open("/masuk")
    expect(page.get_by_role("button", name="Masuk", exact=True)).to_be_visible()
    for piece in ("GET /assets/", "GET /index.html", "GET /boot.js"):
        stage.network.arm(Fault(matching=piece, answer=CAPTIVE_PORTAL))
    # The page itself comes from the browser's own cache; the worker asks for everything else.
    page.reload()
    page.evaluate("navigator.serviceWorker.register('/sw.js').then(({installing: w}) => w && new Promise((done) => "
                  "w.addEventListener('statechange', () => /installed|activated|redundant/.test(w.state) && done())))"
                  )  # fmt: skip
    assert page.evaluate(CACHED, PORTAL_TEXT) == []
    stage.network.clear()
    page = sign_in(profile, "penyuluh")
    assert page.evaluate(CACHED, PORTAL_TEXT) == []
    stage.network.cut()
    for path, heading in (("tanya/baru", "Ajukan pertanyaan"), ("jawaban", "Pusat jawaban"), ("luring", "Siapkan")):
        profile.open(f"/{path}")
        expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(heading))
