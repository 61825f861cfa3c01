"""Through other doors: a call logged without signal, a comment typed in and answered where it was written."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.support.chromium import Profile, until
from tests.support.phone import Json, Phone
from tests.support.stage import Stage, on_phone, records_of, sign_in

CALL = "Di mana tempat legalisir ijazah saya?"
COMMENT = "Info pengumuman PPPK tahap 2?"
ANSWER = "Lihat portal SSCASN, pengumuman tanggal 1 Desember."


def test_a_call_without_signal_and_a_comment_answered_where_it_was_written(
    stage: Stage, browser: Callable[..., Profile]
) -> None:
    telephone = browser("telepon")
    page = sign_in(telephone, "telepon")
    page.goto(telephone.origin + "/catat")
    expect(page.get_by_label("Isi pertanyaan")).to_be_visible()
    stage.network.cut()
    page.get_by_label("Isi pertanyaan").fill(CALL)
    page.get_by_role("button", name="Simpan catatan").click()
    expect(page.get_by_role("alert")).to_contain_text("Tulis jawaban yang disampaikan")
    page.get_by_label("Jawaban yang disampaikan").fill("Di loket 2, bawa yang asli.")
    page.get_by_role("button", name="Simpan catatan").click()
    expect(page.get_by_text("Tersimpan. Pertanyaan masuk ke Kotak Masuk.").first).to_be_visible()
    expect(page.get_by_label("Isi pertanyaan")).to_have_value("")
    stage.network.restore()
    page.goto(telephone.origin + "/kotak-masuk")
    page.get_by_text("Dijawab", exact=True).first.click(timeout=90_000)
    expect(page.get_by_role("link", name=CALL)).to_have_count(1, timeout=90_000)
    # The list shows at once what the phone holds; the server has it a moment later.
    call = until(lambda: _held(stage, "telepon", CALL), "the call has arrived", page=page, seconds=60, every=1)
    assert (call["channel"], call["state"]) == ("telepon", "dijawab")

    counter = browser("loket", desk=True)
    page = sign_in(counter, "loket")
    page.goto(counter.origin + "/catat")
    page.get_by_label("Instagram", exact=True).check()
    page.get_by_label("Isi pertanyaan").fill(COMMENT)
    page.get_by_label("Akun Instagram").fill("@guru.honorer")
    page.get_by_role("button", name="Simpan catatan").click()
    expect(page.get_by_text("Tersimpan. Pertanyaan masuk ke Kotak Masuk.").first).to_be_visible()
    page.goto(counter.origin + "/kotak-masuk")
    expect(page.get_by_role("link", name=COMMENT)).to_have_count(1, timeout=30_000)
    until(lambda: _held(stage, "admin_penyaring", COMMENT), "the comment has arrived", page=page, seconds=60, every=1)
    record = _hand_to_operator(stage)

    operator = browser("operator1", desk=True)
    desk = sign_in(operator, "operator1")
    desk.goto(operator.origin + "/kotak-masuk")
    desk.get_by_role("link", name=COMMENT).first.click()
    desk.locator("#tulisan").fill(ANSWER)
    desk.get_by_role("button", name="Kirim", exact=True).click()
    expect(desk.get_by_text("Jawaban belum dikirim ke penanya")).to_be_visible()
    assert _state(stage) == "disaring"
    desk.get_by_role("button", name="Sudah dikirim di kanal asal").click()
    expect(desk.get_by_text("Jawaban belum dikirim ke penanya")).to_have_count(0)
    # The counter that typed it in sees the answer, and that it was sent.
    page.goto(f"{counter.origin}/kotak-masuk/{record}")
    expect(page.get_by_text(ANSWER).first).to_be_visible(timeout=30_000)
    until(lambda: _state(stage) == "dijawab", "the comment is answered", page=page, every=1)


def _hand_to_operator(stage: Stage) -> str:
    """The filter assigns the comment to the unit of the first operator, who takes it; its id."""
    records = records_of(stage, "admin_penyaring", "question")
    [record] = [id for id, body in records.items() if body["text"] == COMMENT]

    async def assign(phone: Phone) -> None:
        units = (await phone.data("{ units { id code } }"))["units"]
        unit = next(one["id"] for one in units if one["code"] == "MUTASI")
        args = {"category": "pengadaan", "unit": unit}
        [done] = await phone.push(phone.command("question.assign", record, args, "ADM"))
        assert done["status"] == "applied", done

    async def claim(phone: Phone) -> None:
        [done] = await phone.push(phone.command("question.claim", record, {}, "OPR"))
        assert done["status"] == "applied", done

    on_phone(stage, "admin_penyaring", assign)
    on_phone(stage, "operator1", claim)
    return record


def _held(stage: Stage, key: str, text: str) -> Json | None:
    """The one question with this text that somebody has on the server; ``None`` before it is there."""
    found = [body for body in records_of(stage, key, "question").values() if body["text"] == text]
    assert len(found) <= 1
    return found[0] if found else None


def _state(stage: Stage) -> str:
    body = _held(stage, "operator1", COMMENT)
    return str(body and body["state"])
