"""One phone, several people: what one leaves behind is locked, the next sees nothing of it, and nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.support.chromium import Profile, Screen, axe, until
from tests.support.evidence import everything, leases, rows, states, stored
from tests.support.fault_proxy import Fault
from tests.support.stage import IDENTIFIERS, PASSWORD, Stage, ask, fill_sign_in, held_by, questions_of, sign_in

FIELD = "Apa yang ingin Anda tanyakan?"
NAME = "Dimas Aryo Wicaksono"
ACTIVATE = """mutation($i: String!, $c: String!, $p: String!) {
  activate(identifier: $i, code: $c, password: $p, agency: "TLP") { account }
}"""
NOTICE = '{"v": 1, "title": "Sambung", "body": "Ada jawaban untuk Anda.", "url": "/tanya", "tag": "t"}'


def sign_out(page: Page, how: str = "Keluar") -> None:
    """Leave by the menu; ``how`` is the button of the dialog."""
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="Keluar").click()
    page.get_by_role("dialog").get_by_role("button", name=how, exact=True).click()
    page.wait_for_url("**/masuk*")


def test_what_the_next_person_types_is_not_disturbed_by_a_slow_farewell(
    stage: Stage, browser: Callable[..., Profile]
) -> None:
    """The server takes seconds to hear that the first person left; the next one is typing, or in, by then, and stays
    in: the late answer does not take the new person's session away."""
    profile = browser("hp")
    page = sign_in(profile, "kasubbid")
    stage.network.arm(Fault(matching="signOut", stall_reply=3, times=1))
    sign_out(page)
    field = page.get_by_label("NIP, kode pegawai, atau email")
    field.fill(IDENTIFIERS["guru"])
    page.wait_for_timeout(4_000)
    expect(field).to_have_value(IDENTIFIERS["guru"])
    fill_sign_in(page, "guru")
    stage.network.arm(Fault(matching="signOut", stall_reply=3, times=1))
    sign_out(page)
    fill_sign_in(page, "penyuluh")
    page.wait_for_timeout(4_000)
    ask(page, "Apakah saya masih masuk?")
    expect(page.get_by_text("no. resi").first).to_be_visible()


def sealed_boxes(page: Page) -> list[dict[str, Any]]:
    """The locked boxes of all accounts in this browser."""
    databases = stored(page)["databases"].values()
    return [box for one in databases for key, boxes in one.get("meta", []) if key == "sealed" for box in boxes]


def test_what_one_person_leaves_is_locked_from_the_next_and_comes_back(
    stage: Stage, browser: Callable[..., Profile]
) -> None:
    """I2, I6, I7: a sent question, an unsent one, a draft, notices. The next person finds none of them: not on the
    screen, not in any store, cache or cookie, not on the lock screen. The first comes back: it all goes on, once."""
    profile = browser("hp")
    device = stage.push.device()
    profile.use_push_service(device.subscription_json())
    page = sign_in(profile, "guru")
    sent, unsent, draft = (f"Rahasia guru: {what} tentang mutasi saya." for what in ("terkirim", "tertunda", "draf"))
    ask(page, sent)
    page.get_by_role("button", name="Ya, kabari saya").click()
    expect(page.get_by_text("Aktif di HP ini").first).to_be_visible()
    expect(page.get_by_text("no. resi").first).to_be_visible()
    profile.deliver_push(NOTICE)
    profile.open("/beranda")
    stage.network.cut()
    ask(page, unsent)
    expect(page.get_by_text("Tersimpan di HP").first).to_be_visible()
    profile.open("/tanya/baru")
    page.get_by_label(FIELD).fill(draft)
    expect(page.get_by_text("Draf tersimpan")).to_be_visible()

    # Leaving without network: warned, locked, and nothing can be read out.
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="Keluar").click()
    expect(page.get_by_role("dialog")).to_contain_text("1 kiriman belum terkirim")
    page.get_by_role("dialog").get_by_role("button", name="Keluar, simpan terkunci").click()
    page.wait_for_url("**/masuk*")
    words = [sent, unsent, draft, "Rahasia guru", "Siti Nur", IDENTIFIERS["guru"]]
    assert [word for word in words if word in everything(page)] == []
    assert len(sealed_boxes(page)) == 1
    # Notices are taken down beside the way to the sign-in page, not before it.
    until(lambda: profile.notifications() == [], "the lock screen is empty", page=page)
    subscribed = "navigator.serviceWorker.ready.then((one) => one.pushManager.getSubscription())"
    until(lambda: page.evaluate(subscribed) is None, "nothing more is pushed here", page=page)

    # The next person works as on a phone of their own.
    stage.network.restore()
    page.reload()
    sign_in(profile, "penyuluh")
    profile.open("/tanya/baru")
    expect(page.get_by_label(FIELD)).to_have_value("")
    mine = "Pertanyaan penyuluh di HP yang sama."
    profile.open("/beranda")
    ask(page, mine)
    expect(page.get_by_text("no. resi").first).to_be_visible()
    for path in ("/tanya", "/kotak-keluar", "/pengaturan"):
        profile.open(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert [word for word in words if word in everything(page)] == []
    assert held_by(stage, "guru", "question", unsent) == 0
    assert held_by(stage, "penyuluh", "question", unsent) == 0
    profile.open("/beranda")
    sign_out(page)

    # The first comes back: it is all there, and goes once.
    sign_in(profile, "guru")
    until(lambda: states(page).get(unsent) == "accepted", "what was locked has been sent", page=page)
    assert [questions_of(stage, "guru").count(text) for text in (sent, unsent, mine)] == [1, 1, 0]
    profile.open("/tanya/baru")
    expect(page.get_by_label(FIELD)).to_have_value(draft)
    assert len(sealed_boxes(page)) == 1, "only the second person's own box is left"
    assert mine not in everything(page)
    assert profile.problems == []


def test_an_ended_session_locks_nothing_and_another_person_locks_it(
    stage: Stage, browser: Callable[..., Profile]
) -> None:
    """I6, I7: the session of the first person only ended. Work and drafts stay readable for whoever holds the phone,
    as the page says; the moment another person signs in they are locked, and come back with their owner."""
    profile = browser("hp")
    page = sign_in(profile, "analis")
    text = "Rahasia analis yang belum terkirim."
    page.context.clear_cookies()
    ask(page, text)
    expect(page.get_by_role("button", name="Sesi berakhir, 1 tersimpan")).to_be_visible()
    page.reload()
    expect(page.get_by_text(text).first).to_be_visible()
    assert sealed_boxes(page) == []
    page.get_by_role("button", name="Sesi berakhir").click()
    page.get_by_role("dialog").get_by_role("button", name="Masuk", exact=True).click()
    fill_sign_in(page, "pelaksana")
    expect(page.get_by_role("link", name="Tanya", exact=True)).to_be_visible()
    assert text not in everything(page)
    assert len(sealed_boxes(page)) == 1
    profile.open("/beranda")
    sign_out(page)
    sign_in(profile, "analis")
    until(lambda: states(page).get(text) == "accepted", "what was locked has been sent", page=page)
    assert [questions_of(stage, who).count(text) for who in ("analis", "pelaksana")] == [1, 0]
    assert profile.problems == []


def test_one_person_with_two_accounts_keeps_them_apart(stage: Stage, browser: Callable[..., Profile]) -> None:
    """I6: the same person works for two agencies. What was written in one is neither shown nor sent in the other."""
    made = stage.server.command("account", "create", NAME, "--agency", "TLP", "--identifier", IDENTIFIERS["penyuluh"])
    values = {"i": IDENTIFIERS["penyuluh"], "c": made.stdout.split("aktivasi ")[1].split()[0], "p": PASSWORD}
    activated = httpx.post(
        f"{stage.server.url}/graphql",
        headers={"X-Sambung-Client": "tests/1", "Origin": stage.server.url},
        json={"query": ACTIVATE, "variables": values},
    )
    assert activated.json()["data"]["activate"]["account"]
    profile = browser("hp")
    page = profile.open("/masuk")

    def enter(agency: str) -> None:
        page.get_by_label("NIP, kode pegawai, atau email").fill(IDENTIFIERS["penyuluh"])
        page.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Masuk", exact=True).click()
        page.get_by_label(re.compile(agency)).check()
        page.get_by_role("button", name="Masuk", exact=True).click()
        page.wait_for_url(lambda url: "/masuk" not in url)
        profile.worker_ready()

    enter("Sekar")
    until(lambda: not leases(page), "nobody is at work", page=page)
    text = "Urusan instansi pertama saja."
    stage.network.cut()
    ask(page, text)
    expect(page.get_by_text("Tersimpan di HP").first).to_be_visible()
    sign_out(page, "Keluar, simpan terkunci")
    stage.network.restore()
    page.reload()
    enter("Teluk")
    profile.open("/kotak-keluar")
    expect(page.get_by_text("Tidak ada yang menunggu.")).to_be_visible()
    assert text not in everything(page)
    sign_out(page)
    enter("Sekar")
    until(lambda: states(page).get(text) == "accepted", "it was sent", page=page)
    assert profile.problems == []


def on_disk(folder: Path, text: str) -> list[str]:
    """The files of a browser profile in which a text can be read, among them its history and the tabs of last time.

    IndexedDB is left out: what was deleted there stays in the files of the browser's own database until it rewrites
    them. No page can read that; who can read the phone's files is not kept out by any web app.
    """
    forms = [text.encode(), text.encode("utf-16-le")]
    files = [file for file in folder.rglob("*") if file.is_file() and "IndexedDB" not in file.parts]
    return [str(file.relative_to(folder)) for file in files if any(form in file.read_bytes() for form in forms)]


@pytest.mark.parametrize("screen", [Screen((360, 740)), Screen((1280, 800))], ids=["360", "1280"])
def test_leaving_with_unsent_work_is_clear_to_everybody(
    stage: Stage, browser: Callable[..., Profile], screen: Screen
) -> None:
    """The dialog, and the sign-in page of somebody whose work is locked, can be read and used by everybody."""
    profile = browser("hp", screen=screen)
    page = sign_in(profile, "guru")
    until(lambda: not leases(page), "nobody is at work", page=page)
    stage.network.cut()
    ask(page, f"Rahasia yang terkunci di layar {screen.size[0]}.")
    expect(page.get_by_text("Tersimpan di").first).to_be_visible()
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="Keluar").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert axe(page) == []
    page.get_by_role("dialog").get_by_role("button", name="Keluar, simpan terkunci").click()
    page.wait_for_url("**/masuk*")
    expect(page.get_by_text("terkunci").first).to_be_visible()
    assert axe(page) == []
    assert rows(page) == []
    assert on_disk(profile.folder, "Rahasia yang terkunci") == []
    profile.close()
    assert on_disk(profile.folder, "Rahasia yang terkunci") == []
