"""Suites are named after the fault: whatever the network does to a question, it arrives once and by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from tests.support.chromium import Profile
from tests.support.fault_proxy import (
    CAPTIVE_PORTAL,
    CAPTIVE_REDIRECT,
    Fault,
)
from tests.support.stage import Stage, ask, held_by, sign_in

FAULTS = {
    "a_captive_portal_answers": Fault(answer=CAPTIVE_PORTAL, times=2),
    "a_captive_portal_redirects": Fault(answer=CAPTIVE_REDIRECT, times=2),
}


@pytest.fixture(scope="module")
def asker(playwright: Playwright, stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Profile]:
    """A teacher's phone, signed in, behind the bad network."""
    profile = Profile(playwright, tmp_path_factory.mktemp("asker") / "profile", stage.network.url)
    sign_in(profile, "guru")
    yield profile
    profile.close()


@pytest.mark.parametrize("name", FAULTS)
def test_question_arrives_once_when(stage: Stage, asker: Profile, name: str) -> None:
    text = f"Apakah pertanyaan ini sampai bila {name.replace('_', ' ')}?"
    fault = FAULTS[name]
    fault.matching = "question.ask"
    stage.network.arm(fault)
    page = asker.open("/beranda")
    ask(page, text)
    expect(page.get_by_text("no. resi").first).to_be_visible(timeout=90_000)
    assert fault.hits == 2
    assert held_by(stage, "guru", "question", text) == 1


def test_question_arrives_once_over_50_kbit(stage: Stage, asker: Profile) -> None:
    text = "Apakah pertanyaan ini sampai lewat sambungan yang sangat lambat?"
    page = asker.open("/beranda")
    stage.network.link(kbit=50, latency=0.4)
    ask(page, text)
    expect(page.get_by_text("no. resi").first).to_be_visible(timeout=90_000)
    assert held_by(stage, "guru", "question", text) == 1


def test_question_arrives_once_after_a_dead_line(stage: Stage, asker: Profile) -> None:
    text = "Apakah pertanyaan ini sampai setelah sambungan membisu?"
    page = asker.open("/beranda")
    stage.network.hold()
    ask(page, text)
    expect(page.get_by_text("Tersimpan di HP").first).to_be_visible()
    page.wait_for_timeout(3_000)
    stage.network.restore()
    expect(page.get_by_text("no. resi").first).to_be_visible(timeout=90_000)
    assert held_by(stage, "guru", "question", text) == 1


def test_question_arrives_once_when_the_browser_is_closed_while_it_waits(
    stage: Stage, playwright: Playwright, tmp_path: Path
) -> None:
    """No tap after the app is opened again, and what was written is there at once."""
    text = "Apakah pertanyaan ini sampai setelah aplikasi ditutup?"
    profile = Profile(playwright, tmp_path / "profile", stage.network.url)
    page = sign_in(profile, "penyuluh")
    expect(page.get_by_role("link", name="Tanya petugas").first).to_be_visible()
    stage.network.cut()
    ask(profile.page, text)
    expect(profile.page.get_by_text("Tersimpan di HP").first).to_be_visible()
    profile.close()
    page = profile.open("/kotak-keluar")
    expect(page.get_by_text(text).first).to_be_visible()
    stage.network.restore()
    expect(page.get_by_text("Tidak ada yang menunggu.")).to_be_visible(timeout=90_000)
    profile.close()
    assert held_by(stage, "penyuluh", "question", text) == 1
