"""The public rating page in a real browser through the bad network: scripts off, bytes and seconds, axe, no loss."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect
from playwright.sync_api import Error as BrowserError

from tests.e2e.test_accessibility import sideways, small
from tests.support.chromium import FLAGS, axe_in_both_themes, find_chromium, until
from tests.support.fault_proxy.faults import Fault
from tests.support.stage import Stage

THANKS = "Terima kasih, penilaian Anda telah kami terima."
LIMIT = 14 * 1024
SLOW = {"kbit": 64, "latency": 0.3}
"""A thin line at a port: 64 kbit/s each way, 300 ms."""


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """One browser for the module; each visitor is a context of its own."""
    browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
    yield browser
    browser.close()


@pytest.fixture
def visitor(chromium: Browser, stage: Stage) -> Iterator[Callable[..., Page]]:
    """Make a visitor: ``visitor(scripts=False)``; each has a phone of its own."""
    opened = []

    def make(*, scripts: bool = True, width: int = 360, **more: Any) -> Page:
        context = chromium.new_context(
            base_url=stage.network.url, java_script_enabled=scripts, viewport={"width": width, "height": 740},
            locale="id-ID", reduced_motion="reduce", **more,
        )  # fmt: skip
        opened.append(context)
        return context.new_page()

    yield make
    for context in opened:
        context.close()


def database(stage: Stage, query: str, *values: object) -> list[tuple[Any, ...]]:
    """Rows of the server's database."""
    path = stage.server.database_url.removeprefix("sqlite:///")
    with sqlite3.connect(path) as connection:
        return connection.execute(query, values).fetchall()


def token_of(stage: Stage, name: str = "Kirana%") -> str:
    """The personal code of an officer of the quarantine office."""
    query = (
        "SELECT c.token FROM rating_code c JOIN person p ON p.id = c.person "
        "WHERE p.name LIKE ? AND c.revoked IS NULL AND c.kind = 'personal'"
    )
    return str(database(stage, query, name)[0][0])


def counted(stage: Stage) -> int:
    """How many ratings of the server count."""
    return int(database(stage, "SELECT count(*) FROM rating WHERE status = 'sah'")[0][0])


def fill(page: Page, phone: str, score: str = "5 Sangat baik") -> None:
    """Fill the form as a visitor does."""
    page.get_by_label("Jenis Pelayanan").select_option("S07")
    page.get_by_label("Profesional").check()
    page.get_by_label(score).check()
    page.get_by_label("No HP/WA Anda").fill(phone)


def test_scripts_off_on_a_thin_line(stage: Stage, visitor: Callable[..., Page]) -> None:
    """Scripts off: faults are named, the answer is kept, KIRIM is pressed again after a dropped reply, one row."""
    before, token = counted(stage), token_of(stage)
    stage.network.link(**SLOW)
    # What else the machine does makes a visit slower, never faster: the line costs no more than the best of three.
    for _ in range(3):
        page = visitor(scripts=False)
        received, started = stage.network.bytes_down, time.monotonic()
        page.goto(f"/n/{token}")
        seconds, received = time.monotonic() - started, stage.network.bytes_down - received
        print(f"form: {received} bytes with headers, {seconds:.2f} s at 64 kbit/s and 300 ms")
        assert received <= LIMIT, f"{received} bytes with headers"
        if seconds < 4:
            break
    assert seconds < 4, f"{seconds:.1f} s at 64 kbit/s and 300 ms"
    page.get_by_role("button", name="KIRIM").click()
    expect(page.get_by_role("alert")).to_contain_text("Pilih jenis pelayanan.")
    expect(page.get_by_role("alert")).to_contain_text("Belum ada yang tersimpan")
    assert page.title().startswith("Galat: ")
    fill(page, "0813 5550 2001")
    # The browser itself may try a lost post again: whatever it does, the reply of all of them is lost.
    fault = stage.network.arm(Fault(matching=f"POST /n/{token}", drop_reply=True))
    with pytest.raises(BrowserError):
        _press_and_wait(page)
    assert fault.hits >= 1
    stage.network.clear()
    page.go_back()
    until(lambda: page.get_by_role("button", name="KIRIM").count() == 1, "the form is back", page=page)
    fill(page, "0813 5550 2001")
    page.get_by_role("button", name="KIRIM").dblclick()
    # A form that the browser kept is the same rating; a fresh one is a second of the same visit. One counts either way.
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(re.compile(f"{THANKS}|Penilaian Anda untuk layanan ini sudah kami terima."))
    assert counted(stage) == before + 1


def _press_and_wait(page: Page) -> None:
    page.get_by_role("button", name="KIRIM").click()
    page.wait_for_url("**/terima?*", timeout=4000)


def test_an_unsent_answer_is_sent_when_the_line_is_back(stage: Stage, visitor: Callable[..., Page]) -> None:
    """With its script: without network the page says so and keeps the answer; back online it is sent, once."""
    before, token = counted(stage), token_of(stage)
    page = visitor()
    page.goto(f"/n/{token}")
    fill(page, "0813 5550 2002")
    page.get_by_role("navigation").get_by_role("link", name="A+", exact=False).first.click()
    expect(page.locator("html")).to_have_class("a1")
    expect(page.get_by_label("No HP/WA Anda")).to_have_value("0813 5550 2002")  # larger letters cost nobody the form
    stage.network.cut()
    page.get_by_role("button", name="KIRIM").click()
    expect(page.get_by_role("status")).to_have_text("Belum terkirim. Jangan tutup halaman ini.")
    assert counted(stage) == before
    stage.network.restore()
    stage.network.arm(Fault(matching=f"POST /n/{token}", times=1, drop_reply=True))
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_role("heading", level=1)).to_have_text(THANKS)
    assert counted(stage) == before + 1
    assert page.evaluate("JSON.stringify({...sessionStorage, ...localStorage})") == "{}"


@pytest.mark.parametrize("language", ["id", "en"])
def test_pages_are_for_everybody(stage: Stage, visitor: Callable[..., Page], language: str) -> None:
    """Acceptance 18: at 360, 768 and 1366 px, in both themes, no sideways scroll, axe clean; both languages."""
    token, found = token_of(stage), []
    send = "KIRIM" if language == "id" else "SEND"
    for width in (360, 768, 1366):
        page = visitor(width=width)

        def look(what: str, page: Page = page, at: int = width) -> None:
            faults = [*axe_in_both_themes(page), *sideways(page), *small(page)]
            found.extend(f"{what} at {at}: {fault}" for fault in faults)

        page.goto(f"/n/{token}?lang={language}")
        assert page.locator("html").get_attribute("lang") == language
        expect(page.get_by_role("contentinfo")).to_contain_text("gratifikasi" if language == "id" else "No bribes")
        expect(page.locator("footer a[download]")).to_be_visible()
        look("form")
        page.get_by_role("button", name=send).click()
        expect(page.get_by_role("alert")).to_be_visible()
        look("faults")
        page.get_by_label("A++", exact=False).click()
        expect(page.locator("html")).to_have_class("a2")
        look("largest text")
        page.goto(f"/n/{token}/terima?lang={language}&ulang=1")
        look("answer")
        page.goto(f"/n/00000000000?lang={language}")
        look("unknown code")
        page.context.close()
    assert found == []
