"""The server dies at the worst moments, its database is out of reach, or it comes back from a backup: the browser gets
its receipt by itself, and each act has one effect (I1, I5, I7)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.chromium import Profile, until
from tests.support.fault_proxy import BAD_GATEWAY, Fault
from tests.support.stage import Stage, ask, held_by, open_stage, records_of, write_on

POINTS = ("before_commit", "after_commit", "mid_reply")


@pytest.fixture(scope="module")
def stage(_town: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The demo town on a server that can be armed to die."""
    with open_stage(tmp_path_factory.mktemp("stage"), _town, faulty=True) as stage:
        yield stage


def arrived(page: Page, seconds: float = 60) -> None:
    """The receipt is on the screen."""
    expect(page.get_by_text("no. resi").first).to_be_visible(timeout=seconds * 1000)


@pytest.mark.parametrize("point", POINTS)
def test_the_receipt_comes_by_itself_after_the_server_died(stage: Stage, asker: Profile, point: str) -> None:
    """I1, I5: kill -9 before the commit, after it, and in the middle of the reply."""
    text = f"Apakah kiriman ini tercatat sekali bila server mati di {point}?"
    # Nothing else may pass the point first.
    stage.network.arm(Fault(answer=BAD_GATEWAY))
    stage.network.arm(Fault(matching=text))
    page = asker.open("/tanya/baru")
    page.get_by_label("Apa yang ingin Anda tanyakan?").fill(text)
    page.get_by_role("button", name="Lanjut").click()
    page.get_by_role("button", name="Kirim", exact=True).wait_for()
    stage.server.arm(point)
    page.get_by_role("button", name="Kirim", exact=True).click()
    stage.server.wait_dead(40)
    stage.network.clear()
    expect(page.get_by_text("Tersimpan di HP").first).to_be_visible()
    expect(page.get_by_text("no. resi")).to_have_count(0)
    assert stage.network.count(text) >= 1
    stage.server.start()
    if point != POINTS[0]:
        # Once it is the timer alone; the other two need not sit out its pause, which grows while the server starts.
        page.evaluate("dispatchEvent(new Event('online'))")
    arrived(page, 150 if point == POINTS[0] else 60)
    assert stage.network.count(text) >= 2
    assert held_by(stage, "guru", "question", text) == 1


def test_a_server_restored_from_a_backup_gets_back_what_it_lost(stage: Stage, asker: Profile, tmp_path: Path) -> None:
    """I1, I7: what was accepted after the backup is sent again by itself, is there once, and keeps its receipt."""
    before, after, message = "Pertanyaan sebelum cadangan.", "Pertanyaan setelah cadangan.", "Pesan setelah cadangan."
    archive = tmp_path / "cadangan.tar.gz"
    page = asker.open("/beranda")
    ask(page, before)
    arrived(page)
    stage.server.command("backup", str(archive))
    page.get_by_role("link", name="Beranda").first.click()
    ask(page, after)
    arrived(page)
    write_on(page, message)
    asker.open("/kotak-keluar")
    expect(page.get_by_text("Tidak ada yang menunggu.")).to_be_visible(timeout=60_000)
    receipts = receipts_of(stage, [before, after])

    stage.server.kill()
    database = Path(stage.server.database_url.removeprefix("sqlite:///"))
    for file in database.parent.glob(database.name + "*"):
        file.unlink()
    stage.server.command("restore", str(archive))
    stage.server.start()
    page.evaluate("dispatchEvent(new Event('online'))")

    until(lambda: held_by(stage, "guru", "question", after), "the question is back", page=page, seconds=60, every=1)
    until(lambda: held_by(stage, "guru", "message", message), "the message is back", page=page, seconds=60, every=1)
    expect(page.get_by_text("Tidak ada yang menunggu.")).to_be_visible(timeout=60_000)
    assert receipts_of(stage, [before, after]) == receipts
    assert [held_by(stage, "guru", "question", text) for text in (before, after)] == [1, 1]
    assert held_by(stage, "guru", "message", message) == 1
    page.get_by_text("Terkirim 30 hari").click()
    for text in (before, after):
        card = page.get_by_role("article").filter(has_text=text)
        expect(card.get_by_text(f"no. resi {receipts[text][:4]}-{receipts[text][4:]}").first).to_be_visible()


def receipts_of(stage: Stage, texts: list[str]) -> dict[str, str]:
    """The receipts that the server has for these questions."""
    bodies = records_of(stage, "guru", "question").values()
    return {body["text"]: body["receipt"] for body in bodies if body["text"] in texts}


def test_a_locked_database_is_busy_and_loses_nothing(stage: Stage, asker: Profile) -> None:
    """I5, I7: somebody holds the database; the server says soon that it is busy, and the phone asks again."""
    text = "Apakah pertanyaan ini sampai bila basis data terkunci?"
    database = stage.server.database_url.removeprefix("sqlite:///")
    page = asker.open("/beranda")
    holder = sqlite3.connect(database, isolation_level=None)
    try:
        holder.execute("BEGIN EXCLUSIVE")
        ask(page, text)
        expect(page.get_by_role("button", name="Server belum menjawab, 1 tersimpan")).to_be_visible(timeout=40_000)
        expect(page.get_by_text("Tersimpan di HP").first).to_be_visible()
    finally:
        holder.close()
    arrived(page)
    assert held_by(stage, "guru", "question", text) == 1
