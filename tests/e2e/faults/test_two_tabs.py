"""Many tabs of one person, a tab that dies in mid-send, a browser without locks, and another person in another tab."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, expect

from tests.support.chromium import Profile, until
from tests.support.evidence import everything, leases, overlapping, pushes, rows, sent_times, states
from tests.support.fault_proxy import Fault
from tests.support.phone import SIGN_IN
from tests.support.stage import IDENTIFIERS, PASSWORD, Stage, ask, fill_sign_in, held_by, questions_of, sign_in

TABS = 20 if os.environ.get("SAMBUNG_SOAK") == "1" else 8
NO_LOCKS = """
  Object.defineProperty(Navigator.prototype, 'locks', { get: () => undefined });
  delete globalThis.ServiceWorkerRegistration?.prototype.sync;
"""
"""As in browsers of some years ago: neither locks nor background sync."""

LATER = "localStorage.setItem('test.clock', 125_000)"
"""A little more than two leases later, by the clock."""

ASK_AT = """([text, at]) => {
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const found = async (selector) => {
    for (;;) {
      const element = document.querySelector(selector);
      if (element) return element;
      await pause(20);
    }
  };
  void (async () => {
    const field = await found('#tanya-teks');
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value').set.call(field, text);
    field.dispatchEvent(new Event('input', { bubbles: true }));
    await pause(50);
    (await found('form button[type=submit]')).click();
    await found('#isi-tanya');
    setTimeout(() => document.querySelector('form button[type=submit]').click(), at - Date.now());
  })();
}"""


def ask_at_once(tabs: list[Page], texts: list[str], in_seconds: float) -> None:
    """Let every tab write its question and press "Kirim" at the same instant."""
    at = (time.time() + in_seconds) * 1000
    for tab, text in zip(tabs, texts, strict=True):
        tab.evaluate(ASK_AT, [text, at])


def open_tabs(profile: Profile, count: int, path: str = "/tanya/baru") -> list[Page]:
    """The tab that is open and further ones, all at an address."""
    first = profile.page
    first.goto(profile.origin + path)
    return [first, *(profile.new_tab(path) for _ in range(count - 1))]


@pytest.mark.longer
@pytest.mark.parametrize("locks", [True, False], ids=["with_locks", "without_locks"])
def test_tabs_that_write_at_once_send_one_after_the_other(
    stage: Stage, browser: Callable[..., Profile], locks: bool
) -> None:
    """I1, I7: many tabs (three where the browser knows no locks) save in the same instant over a slow line: nobody
    sends beside another, nothing is sent twice, and all tabs show the same afterwards."""
    person, count = ("guru", TABS) if locks else ("penyuluh", 3)
    profile = browser(person)
    profile.background_sync = locks
    if not locks:
        profile.init_scripts.append(NO_LOCKS)
    page = sign_in(profile, person)
    until(lambda: not leases(page), "nobody is at work", page=page)
    tabs = open_tabs(profile, count)
    texts = [f"Pertanyaan serentak nomor {n} dari {count}, kapan dijawab?" for n in range(count)]
    stage.network.link(kbit=400, latency=0.05)
    stage.network.forget()
    ask_at_once(tabs, texts, in_seconds=count / 4 + 1)
    for tab in tabs:
        expect(tab.get_by_text("no. resi").first).to_be_visible(timeout=60_000)
    found = pushes(stage.network)
    assert overlapping(found) == []
    assert set(sent_times(found).values()) == {1}
    assert sorted(set(texts)) == [text for text in questions_of(stage, person) if text in texts]
    until(lambda: states(tabs[0]) == dict.fromkeys(texts, "accepted"), "every answer is stored", page=tabs[0])
    looked = tabs[:3]
    for tab in looked:
        tab.goto(profile.origin + "/tanya")
        expect(tab.get_by_text("Pertanyaan serentak")).to_have_count(count)

    def shown() -> set[str]:
        return {tab.get_by_role("main").inner_text() for tab in looked}

    # What the server said and that it was read may still be on their way.
    until(lambda: len(shown()) == 1, "all tabs show the same", page=tabs[0])
    assert profile.problems == []


@pytest.mark.parametrize("locks", [True, False], ids=["with_locks", "without_locks"])
def test_a_tab_that_dies_in_mid_send_leaves_its_work_to_another(
    stage: Stage, browser: Callable[..., Profile], locks: bool
) -> None:
    """I1, I5: the sending tab crashes while its batch is on the wire. With locks another tab takes over at once;
    where there are none it does so when two leases went by (the clock is moved on for that)."""
    profile = browser("hp")
    profile.use_jumping_clock()
    if not locks:
        profile.init_scripts.append(NO_LOCKS)
    dying = sign_in(profile, "pelaksana")
    until(lambda: not leases(dying), "nobody is at work", page=dying)
    stage.network.forget()
    stuck = stage.network.arm(Fault(matching="syncPush", silent=True, times=1))
    text = f"Apakah ini sampai bila tab mati {'dengan' if locks else 'tanpa'} kunci?"
    ask(dying, text)
    until(lambda: stuck.hits, "the batch is on the wire", page=dying)
    other = profile.new_tab("/kotak-keluar")
    crash(dying)
    if not locks:
        other.wait_for_timeout(3_000)
        assert len(pushes(stage.network)) == 1, "another tab sent while the lease was still good"
        other.evaluate(LATER)
    until(lambda: states(other)[text] == "accepted", "another tab has sent it", page=other)
    first, second = pushes(stage.network)
    assert first.texts == second.texts
    assert held_by(stage, "pelaksana", "question", text) == 1
    expect(other.get_by_text("Tidak ada yang menunggu.")).to_be_visible()


def crash(page: Page) -> None:
    """End the renderer of a tab as the system does when memory is short."""
    with pytest.raises(PlaywrightError):
        page.goto("chrome://crash", timeout=5_000)


def test_a_tab_that_freezes_in_mid_send_is_overtaken_after_two_leases(
    stage: Stage, browser: Callable[..., Profile]
) -> None:
    """I1, I5: a frozen tab keeps the lock for ever; two silent leases later another takes it away, and what the
    thawed tab still hears changes nothing."""
    profile = browser("hp")
    profile.use_jumping_clock()
    frozen = sign_in(profile, "pelaksana")
    until(lambda: not leases(frozen), "nobody is at work", page=frozen)
    stage.network.forget()
    stuck = stage.network.arm(Fault(matching="syncPush", silent=True, times=1))
    text = "Apakah ini sampai bila tab pengirim membeku?"
    ask(frozen, text)
    until(lambda: stuck.hits, "the batch is on the wire", page=frozen)
    other = profile.new_tab("/kotak-keluar")
    session = frozen.context.new_cdp_session(frozen)
    session.send("Page.setWebLifecycleState", {"state": "frozen"})
    other.wait_for_timeout(3_000)
    assert len(pushes(stage.network)) == 1, "another tab sent while the lease was still good"
    other.evaluate(LATER)
    until(lambda: states(other)[text] == "accepted", "another tab has sent it", page=other)
    assert held_by(stage, "pelaksana", "question", text) == 1
    session.send("Page.setWebLifecycleState", {"state": "active"})
    frozen.bring_to_front()
    expect(frozen.get_by_text("no. resi").first).to_be_visible()
    [sent] = [row["id"] for row in rows(other) if json.loads(row["text"])["kind"] == "question.ask"]
    assert sent_times(pushes(stage.network))[sent] == 2
    assert profile.problems == []


def test_signing_out_in_one_tab_empties_all(stage: Stage, browser: Callable[..., Profile]) -> None:
    """I6: the other tabs of the person show the sign-in page and nothing of what they showed."""
    profile = browser("hp")
    page = sign_in(profile, "analis")
    text = "Rahasia yang tidak boleh tertinggal di tab lain."
    ask(page, text)
    expect(page.get_by_text("no. resi").first).to_be_visible()
    tabs = open_tabs(profile, 3, "/tanya")
    for tab in tabs:
        expect(tab.get_by_text(text)).to_be_visible()
    tabs[0].get_by_role("button", name="Menu").click()
    tabs[0].get_by_role("button", name="Keluar").click()
    tabs[0].get_by_role("dialog").get_by_role("button", name="Keluar", exact=True).click()
    for tab in tabs:
        tab.wait_for_url("**/masuk*")
        expect(tab.get_by_label("Kata sandi", exact=True)).to_be_visible()
        assert text not in everything(tab)
    assert profile.problems == []


def test_another_person_who_signs_in_in_another_tab_ends_the_first_ones_tabs(
    stage: Stage, browser: Callable[..., Profile]
) -> None:
    """I6: the first person's session had ended. As soon as the second is in, no tab shows anything of the first, and
    what the first had not sent yet is locked."""
    profile = browser("hp")
    page = sign_in(profile, "guru")
    until(lambda: not leases(page), "nobody is at work", page=page)
    first, second = open_tabs(profile, 2, "/tanya")
    secret = "Rahasia guru yang belum terkirim."
    page.context.clear_cookies()
    ask(first, secret)
    expect(first.get_by_role("button", name="Sesi berakhir")).to_be_visible()
    second.get_by_role("button", name="Sesi berakhir").click()
    second.get_by_role("dialog").get_by_role("button", name="Masuk", exact=True).click()
    fill_sign_in(second, "penyuluh")
    expect(first.get_by_label("Kata sandi", exact=True)).to_be_visible()
    for tab in (first, second):
        assert secret not in everything(tab)
    assert questions_of(stage, "penyuluh").count(secret) == 0
    assert profile.problems == []


def test_a_cookie_changed_elsewhere_reads_and_writes_nothing(stage: Stage, browser: Callable[..., Profile]) -> None:
    """I6, I7: the cookie is another person's now. The open app of the first one says so, sends nothing under the
    other's name, shows nothing of the other, and goes on by itself after the first signs in again."""
    alien = "Rahasia penyuluh yang tidak boleh tampak."
    ask(sign_in(browser("lain", desk=True), "penyuluh"), alien)
    profile = browser("hp")
    page = sign_in(profile, "guru")
    profile.open("/tanya")
    answer = page.context.request.post(
        profile.origin + "/graphql",
        headers={"X-Sambung-Client": "tests/1", "Origin": profile.origin},
        data={"query": SIGN_IN, "variables": {"identifier": IDENTIFIERS["penyuluh"], "password": PASSWORD}},
    )
    assert answer.json()["data"]["signIn"]["account"]
    text = "Apakah ini tetap atas nama saya?"
    ask(page, text)
    expect(page.get_by_role("button", name="Akun lain sedang masuk, 1 tersimpan")).to_be_visible()
    page.reload()
    expect(page.get_by_text(text).first).to_be_visible()
    assert alien not in everything(page)
    until(lambda: states(page)[text] == "waiting", "the attempt was refused and it waits again", page=page)
    assert [questions_of(stage, who).count(text) for who in ("guru", "penyuluh")] == [0, 0]
    page.get_by_role("button", name="Akun lain sedang masuk").click()
    page.get_by_role("dialog").get_by_role("button", name="Masuk", exact=True).click()
    fill_sign_in(page, "guru")
    until(lambda: states(page)[text] == "accepted", "it was sent", page=page)
    assert [questions_of(stage, who).count(text) for who in ("guru", "penyuluh")] == [1, 0]
    assert profile.problems == []
