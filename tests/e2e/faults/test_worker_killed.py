"""The service worker ends at any moment, starts without its files, or works alone because no page is open."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import CDPSession, Page, expect

from tests.support.chromium import Profile, until
from tests.support.evidence import overlapping, pushes, states
from tests.support.fault_proxy import Fault
from tests.support.stage import Stage, ask, held_by, questions_of, sign_in

NO_APP_PAGE = "/healthz"
"""An address of the origin where none of the app's own code runs."""


class Workers:
    """The service workers of a browser, as its developer tools see and end them."""

    def __init__(self, page: Page) -> None:
        self.session: CDPSession = page.context.new_cdp_session(page)
        self.running: dict[str, str] = {}
        self.session.on("ServiceWorker.workerVersionUpdated", self._note)
        self.session.send("ServiceWorker.enable")

    def _note(self, event: dict[str, list[dict[str, str]]]) -> None:
        for version in event["versions"]:
            self.running[version["versionId"]] = version["runningStatus"]

    def stop(self) -> None:
        """End them now, whatever they are doing."""
        self.session.send("ServiceWorker.stopAllWorkers")

    def is_running(self) -> bool:
        """Whether one is at work."""
        return "running" in self.running.values()


def phone(browser: Callable[..., Profile]) -> Profile:
    """A phone whose browser wakes the worker when the signal is back."""
    profile = browser("hp")
    profile.background_sync = True
    return profile


def write_and_close(stage: Stage, profile: Profile, text: str) -> Page:
    """Write without signal and close the app's last page at once; gives a page of the origin that is not the app."""
    page = profile.page
    stage.network.cut()
    ask(page, text)
    expect(page.get_by_text("Tersimpan di HP").first).to_be_visible()
    until(lambda: page.evaluate(REGISTERED), "the browser is asked to wake the worker", page=page)
    watch = page.context.new_page()
    page.close()
    stage.network.forget()
    stage.network.restore()
    watch.goto(profile.origin + NO_APP_PAGE)
    return watch


def test_items_drain_while_the_worker_is_ended_again_and_again(stage: Stage, browser: Callable[..., Profile]) -> None:
    """I1, I5: offline and while the outbox drains over a bad line, the worker lives for a moment only."""
    profile = phone(browser)
    page = sign_in(profile, "guru")
    workers = Workers(page)
    texts = [f"Apakah pertanyaan {n} sampai bila pekerja latar mati terus?" for n in range(3)]
    stage.network.cut()
    for text in texts:
        workers.stop()
        profile.open("/beranda")
        ask(page, text)
        expect(page.get_by_text("Tersimpan di HP").first).to_be_visible()
    stage.network.arm(Fault(matching="syncPush", drop_reply=True, times=2))
    stage.network.restore()

    def drained() -> bool:
        workers.stop()
        return set(states(page).values()) == {"accepted"}

    until(drained, "all items are accepted", page=page, every=0.5, seconds=60)
    assert [questions_of(stage, "guru").count(text) for text in texts] == [1, 1, 1]
    assert profile.problems == []


def test_what_was_saved_before_the_last_page_closed_is_sent_by_the_worker(
    stage: Stage, browser: Callable[..., Profile]
) -> None:
    """I5: written without signal, page closed at once; the signal returns and no page of the app is opened."""
    profile = phone(browser)
    sign_in(profile, "penyuluh")
    text = "Apakah ini terkirim tanpa halaman yang terbuka?"
    watch = write_and_close(stage, profile, text)
    profile.deliver_sync(watch)
    until(lambda: pushes(stage.network), "the worker has sent it", page=watch, seconds=60)
    until(lambda: held_by(stage, "penyuluh", "question", text) == 1, "it arrived", page=watch)
    found = pushes(stage.network)
    # A reply may get lost, or the browser repeats a request by itself: the same bytes then, and never two at once.
    assert len({tuple(one.texts.items()) for one in found}) == 1, [(one.at, one.ended, one.batch) for one in found]
    assert overlapping(found) == [], [(one.at, one.ended, one.batch) for one in found]


def test_a_worker_that_ends_in_mid_send_has_only_delayed(stage: Stage, browser: Callable[..., Profile]) -> None:
    """I1, I5: the worker is ended while its own batch is on the wire and no page is open. The next start of the app
    finds the item and sends the same bytes."""
    profile = phone(browser)
    sign_in(profile, "analis")
    text = "Apakah ini sampai bila pekerja latar mati saat mengirim?"
    stuck = stage.network.arm(Fault(matching="syncPush", silent=True, times=1))
    watch = write_and_close(stage, profile, text)
    profile.deliver_sync(watch)
    until(lambda: stuck.hits, "the worker's batch is on the wire", page=watch)
    Workers(watch).stop()
    page = profile.open("/kotak-keluar")
    until(lambda: states(page)[text] == "accepted", "the app has sent it", page=page)
    assert held_by(stage, "analis", "question", text) == 1
    assert len({one.texts[id] for one in pushes(stage.network) for id in one.texts if text in one.texts[id]}) == 1


def test_a_worker_that_ends_while_a_push_message_is_handled(stage: Stage, browser: Callable[..., Profile]) -> None:
    """I5, I7: the notice was shown, its pull never ended. The item that waits is sent by the app later."""
    profile = phone(browser)
    page = sign_in(profile, "pelaksana")
    text = "Apakah ini sampai bila pesan masuk terputus?"
    stage.network.cut()
    ask(page, text)
    expect(page.get_by_text("Tersimpan di HP").first).to_be_visible()
    page.goto("about:blank")
    stuck = stage.network.arm(Fault(matching="/graphql", silent=True))
    stage.network.restore()
    page.goto(profile.origin + NO_APP_PAGE)
    workers = Workers(page)
    profile.deliver_push('{"v": 1, "title": "Sambung", "body": "Ada jawaban untuk Anda.", "url": "/tanya", "tag": "t"}')
    until(lambda: stuck.hits, "the worker is at work", page=page)
    workers.stop()
    stage.network.clear()
    profile.open("/kotak-keluar")
    until(lambda: states(page)[text] == "accepted", "the app has sent it", page=page)
    assert held_by(stage, "pelaksana", "question", text) == 1
    assert profile.problems == []


def test_what_is_sent_never_passes_through_the_worker(stage: Stage, browser: Callable[..., Profile]) -> None:
    """The worker answers GET only: a POST has gone past it, while the page itself came out of it."""
    profile = phone(browser)
    page = sign_in(profile, "guru")
    through: dict[str, list[bool]] = {"GET": [], "POST": []}
    page.on("response", lambda answer: through[answer.request.method].append(answer.from_service_worker))
    profile.open("/beranda")
    ask(page, "Apakah kiriman ini melewati pekerja latar?")
    expect(page.get_by_text("no. resi").first).to_be_visible()
    assert any(through["GET"])
    assert len(through["POST"]) >= 3
    assert not any(through["POST"])


def test_a_worker_without_its_files_fetches_them_again(stage: Stage, browser: Callable[..., Profile]) -> None:
    """The browser threw the stored files away. With signal the app opens all the same, and it mends itself: the next
    start without signal works again."""
    profile = phone(browser)
    page = sign_in(profile, "guru")
    whole = page.evaluate(EMPTY_CACHES)
    assert whole > 20
    Workers(page).stop()
    profile.open("/beranda")
    expect(page.get_by_role("link", name="Tanya petugas").first).to_be_visible()
    until(lambda: page.evaluate(CACHED) >= whole, "the files are stored again", page=page)
    stage.network.cut()
    Workers(page).stop()
    profile.open("/tanya/baru")
    expect(page.get_by_label("Apa yang ingin Anda tanyakan?")).to_be_visible()
    assert profile.problems == []


REGISTERED = "navigator.serviceWorker.ready.then((one) => one.sync.getTags()).then((tags) => tags.includes('sambung'))"
EMPTY_CACHES = """async () => {
  let count = 0;
  for (const name of await caches.keys()) {
    count += (await (await caches.open(name)).keys()).length;
    await caches.delete(name);
  }
  return count;
}"""
CACHED = """async () => {
  let count = 0;
  for (const name of await caches.keys()) count += (await (await caches.open(name)).keys()).length;
  return count;
}"""
