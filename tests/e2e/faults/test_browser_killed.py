"""Kill -9 of the whole browser, when it hurts: nothing that was called saved is lost, nothing is done twice."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.support.chromium import Profile, until
from tests.support.fault_proxy import Fault
from tests.support.phone import Phone
from tests.support.phone_storage import PhoneStorage
from tests.support.stage import Stage, on_phone, sign_in

SOAK = os.environ.get("SAMBUNG_SOAK") == "1"
KILLS = 50 if SOAK else 5
FIELD = "Apa yang ingin Anda tanyakan?"


@pytest.fixture(scope="module")
def phone(playwright: Playwright, stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Profile]:
    """A teacher's phone, signed in a while ago: the browser writes cookies down only every half minute."""
    profile = Profile(playwright, tmp_path_factory.mktemp("phone") / "profile", stage.network.url)
    sign_in(profile, "guru")
    profile.close()
    yield profile
    profile.close()


def _write(phone: Profile, text: str) -> Page:
    """Write a question up to the last button."""
    page = phone.open("/tanya/baru")
    page.get_by_label(FIELD).fill(text)
    page.get_by_role("button", name="Lanjut").click()
    expect(page.get_by_role("button", name="Kirim", exact=True)).to_be_visible()
    return page


def _counts(stage: Stage, texts: list[str]) -> dict[str, int]:
    """How often each text is on the server."""

    async def count(phone: Phone) -> dict[str, int]:
        held = [body["text"] for body in phone.held("question").values()]
        return {text: held.count(text) for text in texts}

    return on_phone(stage, "guru", count)


def _drained(phone: Profile, texts: list[str]) -> None:
    """Wait until each text has its receipt on the phone; nobody touches it."""
    storage = PhoneStorage(phone)

    def open_rows() -> list[str]:
        return [row["text"] for row in storage.rows("outbox") if row["state"] != "accepted"]

    until(lambda: not open_rows(), "nothing waits", page=phone.page, seconds=120)
    rows = [row for row in storage.rows("outbox") if any(text in row["text"] for text in texts)]
    assert len(rows) == len(texts)
    assert all(row["result"]["receipt"] for row in rows)


@pytest.mark.longer
@pytest.mark.timeout(1800 if SOAK else 300)
def test_what_was_called_saved_outlives_the_browser(stage: Stage, phone: Profile) -> None:
    """I2, I1, I5: no network; killed within 300 ms after "Tersimpan", again and again on the same profile."""
    moments = [random.uniform(0, 0.3) for _ in range(KILLS)]
    print(f"killed after {[round(moment, 3) for moment in moments]} s")
    texts = [f"Apakah ini selamat dari mati listrik ke-{number}?" for number in range(KILLS)]
    phone.open("/beranda")
    stage.network.cut()
    for text, moment in zip(texts, moments, strict=True):
        page = _write(phone, text)
        page.get_by_role("button", name="Kirim", exact=True).click(no_wait_after=True)
        page.wait_for_selector("text=Tersimpan di HP", state="visible")
        time.sleep(moment)
        phone.kill()
        page = phone.open("/kotak-keluar")
        expect(page.get_by_role("article").filter(has_text=text)).to_contain_text("Tersimpan di HP")
    stage.network.restore()
    _drained(phone, texts)
    assert _counts(stage, texts) == dict.fromkeys(texts, 1)


def _saw(stage: Stage, text: str) -> None:
    """Return as soon as the network has seen a request with this text."""
    deadline = time.monotonic() + 20
    while not stage.network.count(text):
        assert time.monotonic() < deadline, "nothing was sent"
        time.sleep(0.001)


def _killed_after_sending(stage: Stage, phone: Profile, text: str, moment: float) -> Page:
    page = _write(phone, text)
    page.get_by_role("button", name="Kirim", exact=True).click(no_wait_after=True)
    _saw(stage, text)
    time.sleep(moment)
    phone.kill()
    return phone.open("/kotak-keluar")


WIRE = {
    "never_arrived": Fault(cut_request_after=300, times=1),
    "arrives_after_the_resend": Fault(stall_request=4.0, times=1),
    "was_done_already": Fault(silent=True, times=1),
}


@pytest.mark.parametrize("what", WIRE)
def test_killed_while_it_was_being_sent(stage: Stage, phone: Profile, what: str) -> None:
    """I1, I7: the request was on the wire; whether and whenever it arrives, the item is there and takes effect once."""
    text = f"Apakah yang sedang dikirim selamat ({what})?"
    fault = WIRE[what]
    fault.matching = text
    stage.network.arm(fault)
    page = _killed_after_sending(stage, phone, text, 0.2)
    expect(page.get_by_text(text).first).to_be_attached()
    _drained(phone, [text])
    assert fault.hits == 1
    page.wait_for_timeout(1000 * fault.stall_request)
    assert _counts(stage, [text]) == {text: 1}


@pytest.mark.longer
@pytest.mark.timeout(900 if SOAK else 300)
def test_killed_while_the_answer_is_being_stored(stage: Stage, phone: Profile) -> None:
    """I1: killed within 60 ms after the request passed: before, while and after the receipt is written down."""
    moments = [random.uniform(0, 0.06) for _ in range(20 if SOAK else 3)]
    print(f"killed after {[round(moment, 3) for moment in moments]} s")
    texts = [f"Apakah resinya selamat ke-{number}?" for number in range(len(moments))]
    for text, moment in zip(texts, moments, strict=True):
        _killed_after_sending(stage, phone, text, moment)
    _drained(phone, texts)
    assert _counts(stage, texts) == dict.fromkeys(texts, 1)
