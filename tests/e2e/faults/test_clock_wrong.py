"""Phones whose clock is days off, stands in 1970, or jumps while work waits: order, sending and screens do not care."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.support.chromium import Profile, Screen, until
from tests.support.evidence import leases, meta, pushes, states
from tests.support.fault_proxy import BAD_GATEWAY, Fault, response
from tests.support.stage import Stage, ask, fill_sign_in, held_by, open_outbox

DAY = 86_400
HALF_AN_HOUR = 1_800
NO_BACKGROUND_SYNC = "delete globalThis.ServiceWorkerRegistration?.prototype.sync;"
"""The worker's clock cannot be moved from a test, so only the page sends, as in browsers without background sync."""


def since_1970() -> float:
    """How far a clock that stands at the beginning of 1970 is behind, in seconds."""
    return -datetime.now(UTC).timestamp() + 3600


CLOCKS: dict[str, Callable[[], float]] = {
    "two_days_ahead": lambda: 2 * DAY,
    "two_days_behind": lambda: -2 * DAY,
    "in_1970": since_1970,
}


def phone_with_clock(
    browser: Callable[..., Profile], key: str, ahead: float = 0, size: tuple[int, int] = (360, 740)
) -> Page:
    """A phone whose clock is so far ahead from its first start on, and its owner signed in."""
    profile = browser("hp", screen=Screen(size))
    profile.use_jumping_clock()
    profile.init_scripts.append(NO_BACKGROUND_SYNC)
    page = profile.open("/masuk")
    profile.set_clock(ahead)
    page.reload()
    fill_sign_in(page, key)
    profile.worker_ready()
    until(lambda: not leases(page), "nobody is at work", page=page)
    return page


def made(stage: Stage, page: Page, text: str) -> datetime:
    """When the server holds that a question was made."""
    [id] = [id for one in pushes(stage.network) for id in one.texts if text in one.texts[id]][:1]
    with sqlite3.connect(stage.server.folder.parent / "demo" / "sambung.sqlite3") as database:
        [[ms]] = database.execute(
            "SELECT made FROM sync_mutation WHERE replace(id, '-', '') = ?", (id.replace("-", ""),)
        )
    return datetime.fromtimestamp(ms / 1000, UTC)


@pytest.mark.parametrize("name", CLOCKS)
def test_a_clock_that_is_wrong_changes_nothing_for_its_owner(
    stage: Stage, browser: Callable[..., Profile], name: str
) -> None:
    """I1, I5, I7: signs in, writes without signal, sends by itself. The server holds the true time of writing, and no
    screen shows the wrong one or says that an item of now has waited for days."""
    page = phone_with_clock(browser, "guru", CLOCKS[name]())
    expect(page.get_by_role("button", name="Jam HP tidak tepat")).to_be_visible()
    page.get_by_role("button", name="Jam HP tidak tepat").click()
    page.get_by_role("button", name="Mengerti").click()
    stage.network.forget()
    stage.network.cut()
    text = f"Apakah jam {name.replace('_', ' ')} mengganggu?"
    before = datetime.now(UTC)
    ask(page, text)
    expect(page.get_by_text("Tersimpan di HP").first).to_be_visible()
    after = datetime.now(UTC)
    open_outbox(page)
    card = page.get_by_role("article", name=re.compile("Apakah jam"))
    expect(card).to_be_visible()
    assert not re.search(r"Sudah .* hari", card.inner_text())
    # The phone knows the server's clock to a fraction of a second.
    nearly = timedelta(seconds=2)
    minute = before_or_after(before - nearly, after + nearly)
    assert re.search(rf"{minute} WIB, ", card.inner_text()), card.inner_text()
    page.wait_for_timeout(2_000)
    stage.network.restore()
    until(lambda: states(page)[text] == "accepted", "it was sent", page=page, seconds=90)
    # It may be midnight meanwhile.
    made_on, taken_on = days(before, after), days(before, datetime.now(UTC))
    assert held_by(stage, "guru", "question", text) == 1
    assert before - nearly <= made(stage, page, text) <= after + nearly
    page.get_by_text("Terkirim 30 hari").click()
    page.get_by_role("article", name=re.compile("Apakah jam")).get_by_role("link", name="Lihat bukti").click()
    expect(page.get_by_text(re.compile(f"Dibuat di HP {made_on}"))).to_be_visible()
    expect(page.get_by_text(re.compile(f"Diterima server {taken_on}"))).to_be_visible()


def days(one: datetime, other: datetime) -> str:
    """A pattern for the day of either instant, as the screens write it."""
    months = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")
    local = [at + timedelta(hours=7) for at in (one, other)]
    return "(" + "|".join(f"{at.day} {months[at.month - 1]} {at.year}" for at in local) + ")"


def before_or_after(one: datetime, other: datetime) -> str:
    """A pattern for the minute of either instant, as the screens write it."""
    return "(" + "|".join(f"{at + timedelta(hours=7):%H.%M}" for at in (one, other)) + ")"


@pytest.mark.parametrize(
    "jump", [-2 * DAY, -HALF_AN_HOUR, 2 * DAY], ids=["back_2_days", "back_half_an_hour", "ahead_2_days"]
)
def test_a_clock_that_jumps_during_back_off_neither_sleeps_nor_floods(
    stage: Stage, browser: Callable[..., Profile], jump: float
) -> None:
    """I5: the server had failed some times; then the clock is set. The next try comes in seconds, not in half an hour
    or two days, and a jump ahead does not set off a storm."""
    page = phone_with_clock(browser, "penyuluh")
    text = f"Apakah lompatan {jump} detik mengganggu?"
    fault = stage.network.arm(Fault(matching="/graphql", answer=BAD_GATEWAY))
    stage.network.forget()
    ask(page, text)
    until(lambda: len(pushes(stage.network)) >= 3, "several tries failed", page=page)
    tried = len(pushes(stage.network))
    page.evaluate("(ms) => localStorage.setItem('test.clock', ms)", jump * 1000)
    page.wait_for_timeout(2_500)
    assert len(pushes(stage.network)) - tried <= 5
    fault.times = 0
    until(lambda: states(page)[text] == "accepted", "it was sent", page=page, seconds=60)
    assert held_by(stage, "penyuluh", "question", text) == 1


def test_what_the_server_asked_for_outlives_no_jump(stage: Stage, browser: Callable[..., Profile]) -> None:
    """I5: the server said "in an hour" (`Retry-After`). The phone obeys; then its clock is set back by half an hour,
    and it asks again instead of waiting longer than the server wished."""
    page = phone_with_clock(browser, "analis")
    busy = response("503 Service Unavailable", "<html><body>busy</body></html>", retry_after="3600")
    stage.network.arm(Fault(matching="syncPush", answer=busy, times=1))
    stage.network.forget()
    text = "Apakah permintaan menunggu dihormati?"
    ask(page, text)
    until(lambda: len(pushes(stage.network)) == 1, "the server was asked", page=page)
    page.wait_for_timeout(3_000)
    assert len(pushes(stage.network)) == 1, "the phone obeys"
    assert meta(page)["state"]["holdUntil"] > 0
    page.evaluate("(ms) => localStorage.setItem('test.clock', ms)", -HALF_AN_HOUR * 1000)
    open_outbox(page)
    ask_again = page.get_by_role("button", name="Kirim sekarang")
    ask_again.click()
    until(lambda: states(page)[text] == "accepted", "it was sent", page=page, seconds=30)


def test_the_hour_of_writing_survives_a_jump_before_sending(stage: Stage, browser: Callable[..., Profile]) -> None:
    """Made = lastServer + max(sinceMs, wall - lastWall), clamped to [lastServer, arrival]: written at the true time,
    then on a clock set to 1970, then on one two days ahead; none is dated before the server was last heard or after it
    arrived."""
    page = phone_with_clock(browser, "pelaksana")
    stage.network.forget()
    heard = datetime.fromisoformat(meta(page)["state"]["lastServer"])
    stage.network.cut()
    texts = []
    for name, ahead in (("benar", 0.0), ("tahun 1970", since_1970()), ("dua hari lagi", 2.0 * DAY)):
        page.evaluate("(ms) => localStorage.setItem('test.clock', ms)", ahead * 1000)
        texts.append(f"Ditulis dengan jam {name} tanpa sinyal.")
        page.get_by_role("link", name="Beranda").click()
        ask(page, texts[-1])
        expect(page.get_by_text("Tersimpan di HP").first).to_be_visible()
    page.evaluate("localStorage.setItem('test.clock', 0)")
    stage.network.restore()
    # Each jump made it try once more in vain, and its pauses have grown.
    page.evaluate("dispatchEvent(new Event('online'))")
    until(lambda: set(states(page).values()) == {"accepted"}, "all were sent", page=page, seconds=30)
    arrived = datetime.now(UTC)
    times = [made(stage, page, text) for text in texts]
    for at in times:
        assert heard <= at <= arrived
    assert times[0] <= times[1] <= times[2]
