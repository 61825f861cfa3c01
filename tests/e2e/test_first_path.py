"""The first whole path: written without signal, arrived once, answered, and seen on the lock screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.support.chromium import Profile, until
from tests.support.phone import Phone
from tests.support.stage import Stage, ask, held_by, on_phone, sign_in, take

QUESTION = "Kapan SK kenaikan pangkat saya terbit bulan ini?"
ANSWER = "SK terbit 1 Desember 2026. Ambil di Bidang Mutasi."
NOTE_WHEN_SHOWN = """(words) => {
  const look = () => { if (document.body.textContent.includes(words)) globalThis.shownAt ??= Date.now(); };
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
  look();
}"""


def test_a_question_without_signal_arrives_once_is_answered_and_lights_up_the_lock_screen(
    stage: Stage, browser: Callable[..., Profile]
) -> None:
    device = stage.push.device()
    asker, operator = browser("guru"), browser("operator1", desk=True)
    asker.use_push_service(device.subscription_json())
    page = sign_in(asker, "guru")
    expect(page.get_by_role("link", name="Tanya petugas").first).to_be_visible()
    desk = sign_in(operator, "operator1")
    desk.goto(operator.origin + "/kotak-masuk")
    expect(desk.get_by_role("heading", name="Kotak Masuk")).to_be_visible()

    # No network, and yet the app opens and takes the question.
    stage.network.cut()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    ask(page, QUESTION)
    expect(page.get_by_text("Tersimpan di HP").first).to_be_visible()
    expect(page.get_by_text("no. resi")).to_have_count(0)

    # The network comes back; nobody touches the phone. Both screens note themselves when they show it: how often this
    # test looks is not the app's time.
    page.evaluate(NOTE_WHEN_SHOWN, "no. resi")
    desk.evaluate(NOTE_WHEN_SHOWN, QUESTION)
    stage.network.restore()
    expect(page.get_by_text("no. resi").first).to_be_visible(timeout=90_000)
    item = desk.get_by_role("link", name=QUESTION).first
    expect(item).to_be_visible()
    assert desk.evaluate("shownAt") - page.evaluate("shownAt") <= 3_000

    page.get_by_role("button", name="Ya, kabari saya").click()
    expect(page.get_by_text("Aktif di HP ini").first).to_be_visible()
    # Whoever has the conversation before them needs no notice: the person looks at something else.
    conversation = page.url
    page.goto(asker.origin + "/beranda")
    filtered_by_admin(stage, QUESTION)
    answer(desk, item, ANSWER)

    # The message came encrypted over real HTTP; the browser's part is to decrypt it and to wake the worker.
    [message] = until(lambda: stage.push.delivered(device), "a push message came in", page=desk)
    assert message.headers["content-encoding"] == "aes128gcm"
    assert QUESTION not in message.payload.decode()
    assert ANSWER not in message.payload.decode()
    asker.deliver_push(message.payload.decode())
    [notice] = asker.notifications()
    assert "Sambung" in notice["title"] or "Sambung" in notice["body"]
    page.goto(conversation)
    expect(page.get_by_text(ANSWER)).to_be_visible()
    expect(page.get_by_text("Dijawab").first).to_be_visible()

    assert held_by(stage, "guru", "question", QUESTION) == 1
    assert asker.problems == []
    assert operator.problems == []


def answer(page: Page, item: Any, text: str) -> None:
    """Open a question at the desk, take it and answer."""
    item.click()
    take(page)
    page.get_by_label("Jawab penanya").check()
    page.get_by_label("Jawaban", exact=True).fill(text)
    page.get_by_role("button", name="Kirim", exact=True).click()


def filtered_by_admin(stage: Stage, text: str) -> None:
    """The filter puts the question into the queue of its unit, on another computer."""

    async def work(phone: Phone) -> None:
        id, body = next((id, body) for id, body in phone.held("question").items() if body["text"] == text)
        if body["state"] != "baru":
            return
        args = {"category": body["category"], "unit": body["unit"], "holder": None}
        [result] = await phone.push(phone.command("question.assign", id, args, role="ADM"))
        assert result["status"] == "applied", result

    on_phone(stage, "admin_penyaring", work)
