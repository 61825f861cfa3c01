"""The session ends while work waits: nothing is dropped, nothing is sealed by mere expiry, the screen says what to do,
and after signing in it drains (I5, I6, I7)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.chromium import DESK, PHONE, Profile, Screen, axe, until
from tests.support.fault_proxy import Fault, response
from tests.support.phone import Json, Phone
from tests.support.stage import IDENTIFIERS, PASSWORD, Stage, ask, held_by, on_phone, pulled, sign_in

STORED = """async () => { const found = {};
  for (const { name } of await indexedDB.databases()) if (name.startsWith('sambung.')) {
    const db = await new Promise((done) => {
      const open = indexedDB.open(name); open.onsuccess = () => done(open.result); });
    const tx = db.transaction(['meta', 'records', 'outbox']);
    const all = (at) => new Promise((done) => { at.onsuccess = () => done(at.result); });
    found[name.slice(8)] = { sealed: ((await all(tx.objectStore('meta').get('sealed'))) ?? []).length > 0,
      closed: (await all(tx.objectStore('meta').get('state'))).closed === true,
      waiting: (await all(tx.objectStore('outbox').getAll())).map((row) => row.text),
      records: (await all(tx.objectStore('records').getAll())).map((row) => JSON.stringify(row.body)) };
    db.close(); }
  return found; }"""


def end_sessions(stage: Stage, key: str, how: str) -> None:
    """End what somebody has open in browsers: revoked from another device, or run out on the server."""

    async def revoke(phone: Phone) -> None:
        devices = (await phone.data("{ devices { id here } }"))["devices"]
        assert len(devices) > 1
        for device in devices:
            if not device["here"]:
                await phone.data("mutation($id: ID!) { revokeDevice(id: $id) }", id=device["id"])

    if how == "revoked":
        on_phone(stage, key, revoke)
        return
    with sqlite3.connect(stage.server.database_url.removeprefix("sqlite:///")) as database:
        changed = database.execute("UPDATE device_session SET expires = '2020-01-01 00:00:00'")
        assert changed.rowcount
    database.close()


@pytest.mark.parametrize(("how", "size"), [("revoked", PHONE), ("expired", DESK)])
def test_what_waits_outlives_the_session_that_was(
    stage: Stage, browser: Callable[..., Profile], how: str, size: tuple[int, int]
) -> None:
    """I5, I7: two questions wait; the session has ended; nothing is dropped or sealed; after signing in both arrive."""
    texts = [f"Pertanyaan {n} yang menunggu saat sesi {how}." for n in range(2)]
    profile = browser(how, screen=Screen(size))
    page = sign_in(profile, "guru")
    pulled(page)
    stage.network.cut()
    for text in texts:
        profile.open("/beranda")
        ask(page, text)
        expect(page.get_by_text("Tersimpan di").first).to_be_visible()
    end_sessions(stage, "guru", how)
    stage.network.restore()

    profile.open("/kotak-keluar")
    strip = page.get_by_role("button", name="Sesi berakhir, 2 tersimpan")
    expect(strip).to_be_visible(timeout=60_000)
    for text in texts:
        card = page.get_by_role("article").filter(has_text=text)
        expect(card.get_by_text("Masuk lagi agar terkirim.")).to_be_visible()
    assert axe(page) == []
    [store] = page.evaluate(STORED).values()
    assert (store["sealed"], store["closed"]) == (False, False)
    assert all(any(text in row for row in store["waiting"]) for text in texts)

    if profile.screen.is_phone:
        strip.click()
        expect(page.get_by_role("dialog").get_by_text("Isian aman. Masuk lagi agar terkirim.")).to_be_visible()
        page.get_by_role("dialog").get_by_role("button", name="Masuk", exact=True).click()
    else:
        page.get_by_role("main").get_by_role("link", name="Masuk", exact=True).click()
    sign_in_again(page)
    page.wait_for_url("**/kotak-keluar")
    expect(page.get_by_text("Tidak ada yang menunggu.")).to_be_visible(timeout=60_000)
    assert [held_by(stage, "guru", "question", text) for text in texts] == [1, 1]
    assert profile.problems == []


def sign_in_again(page: Page) -> None:
    """The number is filled in; only the password is asked for."""
    expect(page.get_by_label("NIP, kode pegawai, atau email")).to_have_value(IDENTIFIERS["guru"])
    page.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Masuk", exact=True).click()


def test_refusals_of_a_proxy_drop_nothing(stage: Stage, asker: Profile) -> None:
    """I7: 400, 401, 403, 404, 407 and 451 without our envelope are the network's words, not the server's."""
    text = "Apakah penolakan dari perantara membuang tulisan saya?"
    statuses = ("400 Bad Request", "401 Unauthorized", "403 Forbidden", "404 Not Found",
                "407 Proxy Authentication Required", "451 Unavailable For Legal Reasons")  # fmt: skip
    replies = [response(status, "<html>no</html>") for status in statuses]
    replies += [response(status, '{"error":"no"}', "application/json") for status in statuses]
    stage.network.arm(Fault(matching=text, answer=replies[0]))
    refusals = [stage.network.arm(Fault(matching=text, times=1, answer=reply)) for reply in replies]
    page = asker.open("/beranda")
    ask(page, text)
    expect(page.get_by_text("Tersimpan di HP").first).to_be_visible()
    asker.open("/kotak-keluar")

    def all_refused() -> bool:
        page.evaluate("dispatchEvent(new Event('online'))")
        return all(refusal.hits for refusal in refusals)

    until(all_refused, "every status was answered once", page=page, seconds=60, every=0.1)
    expect(page.get_by_role("article").filter(has_text=text)).to_be_visible()
    stage.network.clear()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_text("Tidak ada yang menunggu.")).to_be_visible(timeout=60_000)
    assert held_by(stage, "guru", "question", text) == 1


def test_the_cookie_of_another_account_reads_and_writes_nothing(stage: Stage, browser: Callable[..., Profile]) -> None:
    """I6: another tab signed somebody else in; this tab sends and reads nothing in that name, online lists included."""
    own, foreign = "Pertanyaan guru dengan kuki orang lain.", "Pertanyaan penyuluh yang tidak boleh tampil."

    async def cookie_of(phone: Phone) -> Json:
        [result] = await phone.push(phone.ask(foreign))
        assert result["status"] == "applied"
        [cookie] = phone.http.cookies.jar
        return {"name": cookie.name, "value": cookie.value, "url": stage.network.url}

    profile = browser("bersama")
    page = sign_in(profile, "guru")
    pulled(page)
    mine = page.context.cookies()
    stage.network.cut()
    ask(page, own)
    expect(page.get_by_text("Tersimpan di HP").first).to_be_visible()
    page.context.clear_cookies()
    page.context.add_cookies([on_phone(stage, "penyuluh", cookie_of)])
    stage.network.restore()
    profile.open("/kotak-keluar")
    expect(page.get_by_role("button", name="Akun lain sedang masuk, 1 tersimpan")).to_be_visible(timeout=60_000)
    profile.open("/pengaturan")
    expect(page.get_by_text("Akun lain sedang masuk di peramban ini.").first).to_be_visible()
    expect(page.get_by_text("perangkat ini")).to_have_count(0)
    assert axe(page) == []
    [store] = page.evaluate(STORED).values()
    assert any(own in row for row in store["waiting"])
    assert not any(foreign in row for row in store["records"])
    assert held_by(stage, "penyuluh", "question", own) == 0
    assert held_by(stage, "guru", "question", own) == 0

    page.context.clear_cookies()
    page.context.add_cookies(mine)
    profile.open("/kotak-keluar")
    expect(page.get_by_text("Tidak ada yang menunggu.")).to_be_visible(timeout=60_000)
    assert held_by(stage, "guru", "question", own) == 1
    assert profile.problems == []
