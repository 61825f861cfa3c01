"""A phone whose storage is full: what does not fit is told, what is kept stays, and room is made from caches first."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Playwright, TimeoutError, expect

from tests.support.chromium import Profile, until
from tests.support.phone import Phone
from tests.support.phone_storage import FAULTS_SCRIPT, PhoneStorage
from tests.support.stage import Stage, ask, held_by, on_phone, sign_in

FIELD = "Apa yang ingin Anda tanyakan?"
MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def teacher(playwright: Playwright, stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PhoneStorage]:
    """The storage of a teacher's phone, signed in."""
    folder = tmp_path_factory.mktemp("teacher") / "profile"
    profile = Profile(playwright, folder, stage.network.url, init_scripts=[FAULTS_SCRIPT])
    page = sign_in(profile, "guru")
    expect(page.get_by_role("link", name="Tanya petugas").first).to_be_visible()
    storage = PhoneStorage(profile)
    storage.meter()
    yield storage
    profile.close()


@pytest.fixture
def storage(teacher: PhoneStorage) -> Iterator[PhoneStorage]:
    """Its storage, with nothing under way of what was written before; at the end there is room again."""
    page = teacher.profile.open("/beranda")
    ended = ("accepted", "rejected", "conflict")
    until(lambda: all(row["state"] in ended for row in teacher.rows("outbox")), "nothing waits", page=page, seconds=60)
    yield teacher
    teacher.free()


def test_what_does_not_fit_is_called_not_saved_and_goes_when_there_is_room(stage: Stage, storage: PhoneStorage) -> None:
    """I2, I7, I1: the browser itself refuses; nothing is called saved, the text stays, later it arrives once."""
    text = "Apakah pertanyaan ini selamat bila penyimpanan benar-benar penuh?"
    page, before = storage.page, storage.state()["seq"]
    storage.fill()
    ask(page, text)
    expect(page.get_by_role("alert").get_by_text("Belum tersimpan")).to_be_in_viewport()
    expect(page.get_by_text("Tersimpan di HP")).to_have_count(0)
    expect(page.get_by_text(text)).to_be_visible()
    page.get_by_role("button", name="Salin teks").click()
    assert page.evaluate("navigator.clipboard.readText()") == text
    assert storage.state()["seq"] == before
    storage.free()
    page.get_by_role("button", name="Coba lagi").click()
    expect(page.get_by_text("no. resi").first).to_be_visible(timeout=60_000)
    assert held_by(stage, "guru", "question", text) == 1
    assert storage.profile.problems == []


def test_caches_make_room_before_the_person_hears_of_it(stage: Stage, storage: PhoneStorage) -> None:
    """I2: what can be had again is thrown away first, never the app itself or data, and the save is repeated."""
    text = "Apakah simpanan gambar mengalah lebih dulu?"
    page = storage.page
    held = len(storage.rows("records"))
    # If something else that the app writes meets the full storage first, that makes the room: then once more.
    for _ in range(4):
        _fill_with_cache(stage, storage)
        if page.evaluate(_MEDIA):
            break
    else:
        pytest.fail("the room was made before the question was asked, four times")
    ask(page, text)
    assert _sent(storage), storage.breakdown()
    assert page.evaluate(_MEDIA) == 0
    names = page.evaluate("caches.keys()")
    assert [name for name in names if "precache" in name], names
    assert len(storage.rows("records")) >= held
    assert held_by(stage, "guru", "question", text) == 1


_MEDIA = "async () => (await (await caches.open('media')).keys()).length"


def _fill_with_cache(stage: Stage, storage: PhoneStorage) -> None:
    """A cache of 5 MB that can be had again, and no room beside it."""
    page = storage.page
    storage.give(8 * MEGABYTE)
    page.evaluate(
        "async (size) => (await caches.open('media')).put('/media/peta.bin', new Response(new Uint8Array(size)))",
        5 * MEGABYTE,
    )
    asked = storage.state()["asked"]
    storage.profile.open("/beranda")
    # As the app knows its own caches: room that only comes when nobody knows a cache any more comes too late.
    page.evaluate("async () => { window.known = await caches.open('media'); }")
    until(lambda: storage.used() > 5 * MEGABYTE, "the browser counts the cache", page=page)
    until(lambda: storage.state()["asked"] > asked, "the server was asked", page=page)
    until(lambda: _is_quiet(stage, page), "the start is over", page=page, seconds=60)
    storage.fill(lacking=MEGABYTE)


def _is_quiet(stage: Stage, page: Page) -> bool:
    """Whether the phone asks for nothing for two seconds."""
    before = len(stage.network.requests)
    page.wait_for_timeout(2_000)
    return len(stage.network.requests) == before


def _sent(storage: PhoneStorage) -> bool:
    """Whether the receipt comes; what lies in the storage is told if not."""
    try:
        storage.page.get_by_text("no. resi").first.wait_for(timeout=60_000)
    except TimeoutError:
        return False
    return True


def test_a_refusal_at_commit_takes_no_number_and_saves_nothing(stage: Stage, storage: PhoneStorage) -> None:
    """I2, I9: every request succeeded and only the commit failed; it counts as not saved."""
    text = "Apakah penolakan di saat terakhir juga diberitahukan?"
    page, before = storage.page, storage.state()["seq"]
    page.evaluate("failCommits('QuotaExceededError', 'outbox', 3, (row) => row.text.includes('saat terakhir'))")
    ask(page, text)
    expect(page.get_by_role("alert").get_by_text("Belum tersimpan")).to_be_visible()
    assert page.evaluate("failedCommits()") == 3
    assert storage.state()["seq"] == before
    assert not [row for row in storage.rows("outbox") if text in row["text"]]
    page.get_by_role("button", name="Coba lagi").click()
    expect(page.get_by_text("no. resi").first).to_be_visible(timeout=60_000)
    [row] = [row for row in storage.rows("outbox") if text in row["text"]]
    assert row["seq"] == before + 1
    assert held_by(stage, "guru", "question", text) == 1


def test_a_slow_disk_leaves_no_draft_of_what_was_sent(stage: Stage, storage: PhoneStorage) -> None:
    """I1: the draft of a text is kept one second after the last key. While the disk takes longer than that for the
    item, the draft must not come back behind it: it would be sent a second time."""
    text = "Apakah draf ini muncul lagi setelah terkirim?"
    page = storage.page
    page.evaluate("slowCommits('outbox', 2_000)")
    ask(page, text)
    expect(page.get_by_text("no. resi").first).to_be_visible(timeout=60_000)
    assert storage.rows("drafts") == []
    assert held_by(stage, "guru", "question", text) == 1


def test_an_answer_that_could_not_be_stored_comes_again_with_the_same_receipt(
    stage: Stage, storage: PhoneStorage
) -> None:
    """I1, I7: the server accepted, the phone could not write it down; the item stays, and its receipt is the first."""
    text = "Apakah resi pertama tetap berlaku bila jawabannya tak muat?"
    page = storage.page
    page.evaluate(
        "failCommits('QuotaExceededError', 'outbox', 3, "
        "(row) => row.state === 'accepted' && row.text.includes('resi pertama'))"
    )
    ask(page, text)
    expect(page.get_by_text("Tersimpan di HP").first).to_be_visible()
    expect(page.get_by_text("no. resi").first).to_be_visible(timeout=60_000)
    assert page.evaluate("failedCommits()") == 3
    [row] = [row for row in storage.rows("outbox") if text in row["text"]]
    assert row["result"]["status"] == "duplicate"
    assert stage.network.count(text) >= 2
    shown = row["result"]["receipt"]
    page.goto(f"{storage.profile.origin}/resi/{shown}")
    expect(page.get_by_role("heading", name="Resi sah")).to_be_visible()
    assert held_by(stage, "guru", "question", text) == 1


def test_news_that_does_not_fit_leaves_outbox_drafts_and_the_old_copy(stage: Stage, storage: PhoneStorage) -> None:
    """I3, I7: the phone cannot take what the server has; it says so, keeps what it has, and catches up by itself."""
    page, news, draft = storage.page, "Ditulis di laptop saat HP penuh, tiba kemudian.", "Draf yang tidak boleh hilang."
    expect(page.get_by_role("link", name="Tanya petugas").first).to_be_visible()
    stage.network.cut()
    waiting = "Menunggu di HP saat penyimpanan penuh?"
    ask(page, waiting)
    expect(page.get_by_text("Tersimpan di HP").first).to_be_visible()
    page.get_by_role("link", name="Tanya", exact=True).click()
    page.get_by_role("link", name="Tanya petugas").click()
    page.get_by_label(FIELD).fill(draft)
    expect(page.get_by_text("Draf tersimpan")).to_be_visible()
    page.get_by_role("link", name="Beranda").click()
    held = sorted(row["id"] for row in storage.rows("records"))
    on_phone(stage, "guru", lambda phone: _write(phone, news))
    storage.fill()
    stage.network.restore()
    expect(page.get_by_role("button", name=re.compile("^Penyimpanan"))).to_be_visible(timeout=60_000)
    assert sorted(row["id"] for row in storage.rows("records")) == held
    assert [row["state"] for row in storage.rows("outbox") if waiting in row["text"]] in (["waiting"], ["sending"])
    assert [row["value"]["text"] for row in storage.rows("drafts")] == [draft]
    storage.free()
    page.get_by_role("link", name="Tanya", exact=True).click()
    expect(page.get_by_text(news).first).to_be_visible(timeout=90_000)
    until(lambda: not _open(storage), "nothing waits", page=page, seconds=90)
    expect(page.get_by_role("button", name=re.compile("^Penyimpanan"))).to_have_count(0)
    assert held_by(stage, "guru", "question", waiting) == 1
    assert [row["value"]["text"] for row in storage.rows("drafts")] == [draft]


async def _write(phone: Phone, text: str) -> None:
    [result] = await phone.push(phone.ask(text))
    assert result["status"] == "applied", result


def _open(storage: PhoneStorage) -> list[str]:
    """States of what still waits."""
    return [row["state"] for row in storage.rows("outbox") if row["state"] in ("waiting", "sending", "deferred")]
