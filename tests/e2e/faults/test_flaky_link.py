"""The link breaks in every way that a link can: what was written arrives once, by itself (I1, I5, I8)."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.chromium import Profile, until
from tests.support.fault_proxy import BAD_GATEWAY, Fault, Request, response
from tests.support.stage import Stage, answer_from_desk, ask, held_by, pulled, records_of, sign_in, write_on

HALF_A_REPLY = response("200 OK", '{"data":{"syncPush":{"protocol":"sambung-sync/1"', "application/json")
GRAPHQL_ERRORS = response("200 OK", '{"data":null,"errors":[{"message":"x"}]}', "application/json")
UNAVAILABLE = response("503 Service Unavailable", "<html>busy</html>", retry_after="3")
TOO_MANY = response("429 Too Many Requests", "<html>slow down</html>", retry_after="8")
"""Long enough for a person's taps on a busy machine."""
POKES = "subscription { poke }"
PUSH = "syncPush"
LONG = "Berkas kenaikan pangkat saya sudah lengkap sejak Oktober. " * 24

NO_ANSWERS = [
    Fault(answer=BAD_GATEWAY, times=1),
    Fault(answer=HALF_A_REPLY, times=1),
    Fault(answer=GRAPHQL_ERRORS, times=1),
    Fault(close_reply_after=120, times=1),
]


def arrived(page: Page, seconds: float = 60) -> None:
    """The receipt is on the screen."""
    expect(page.get_by_text("no. resi").first).to_be_visible(timeout=seconds * 1000)


def drained(page: Page, seconds: float = 60) -> None:
    """The outbox says that nothing waits."""
    expect(page.get_by_text("Tidak ada yang menunggu.")).to_be_visible(timeout=seconds * 1000)


def signal_returns(page: Page) -> None:
    """The phone reports a network, as it does whenever it changes its cell."""
    page.evaluate("dispatchEvent(new Event('online'))")


def nudged_until(page: Page, condition: Callable[[], bool], what: str) -> None:
    """Wait on a phone whose signal returns again and again, so that it does not sit out its pauses."""

    def look() -> bool:
        signal_returns(page)
        return condition()

    until(look, what, page=page, seconds=60, every=0.1)


def test_what_is_no_answer_of_ours_ends_nothing(stage: Stage, asker: Profile) -> None:
    """I1, I5: a bad gateway, half a reply, bare errors, a reply closed in the middle: one after the other."""
    text = "Apakah pertanyaan ini sampai walau balasannya bukan balasan?"
    for fault in NO_ANSWERS:
        fault.matching = text
        stage.network.arm(fault)
    page = asker.open("/beranda")
    ask(page, text)
    nudged_until(page, lambda: all(fault.hits for fault in NO_ANSWERS), "all of them befell it")
    signal_returns(page)
    arrived(page)
    assert held_by(stage, "guru", "question", text) == 1


def test_twenty_replies_are_lost_after_delivery_and_there_is_one_effect_and_one_receipt(
    stage: Stage, asker: Profile
) -> None:
    """I1: the server has acted at the first delivery; the twenty-first reply tells what the first one told."""
    texts = [f"Pertanyaan {n} yang balasannya dua puluh kali hilang di jalan." for n in range(3)]
    page = asker.open("/beranda")
    stage.network.cut()
    for text in texts:
        ask(page, text)
        expect(page.get_by_text("Tersimpan di HP").first).to_be_visible()
        asker.open("/beranda")
    asker.open("/kotak-keluar")
    lost = stage.network.arm(Fault(matching=PUSH, drop_reply=True, times=20))
    stage.network.restore()
    # All in one batch at once: what the time without signal had taught is forgotten.
    signal_returns(page)
    first = until(lambda: receipts(stage, texts), "the first delivery had its effect", page=page, seconds=60, every=0.5)
    nudged_until(page, lambda: lost.hits == 20, "twenty replies are lost")
    signal_returns(page)
    drained(page)
    assert receipts(stage, texts) == first
    assert texts_held(stage, texts) == texts
    page.get_by_text("Terkirim 30 hari").click()
    for receipt in first.values():
        expect(page.get_by_text(f"no. resi {receipt[:4]}-{receipt[4:]}")).to_be_visible()


def receipts(stage: Stage, texts: list[str]) -> dict[str, str]:
    """The receipts that the server gave to these questions; empty while one is missing."""
    bodies = records_of(stage, "guru", "question").values()
    found = {body["text"]: body["receipt"] for body in bodies if body["text"] in texts}
    return found if len(found) == len(texts) else {}


def texts_held(stage: Stage, texts: list[str]) -> list[str]:
    """Which of these the server has, as often as it has them, in the order of their arrival."""
    return [body["text"] for body in records_of(stage, "guru", "question").values() if body["text"] in texts]


def test_every_request_comes_twice_and_acts_once(stage: Stage, asker: Profile) -> None:
    """I1: both copies are at the server at the same moment, on two connections."""
    doubled = stage.network.arm(Fault(matching=PUSH, duplicate=True))
    question, message = "Apakah kiriman ganda tercatat satu kali?", "Pesan yang dikirim ganda."
    page = asker.open("/beranda")
    ask(page, question)
    arrived(page)
    write_on(page, message)
    asker.open("/kotak-keluar")
    drained(page)
    assert doubled.hits >= 2
    assert held_by(stage, "guru", "question", question) == 1
    assert held_by(stage, "guru", "message", message) == 1
    assert '"level":"error"' not in stage.server.log


def test_requests_and_replies_are_cut_after_any_number_of_bytes(stage: Stage, asker: Profile) -> None:
    """I1, I5: inside the head, at its end, inside the body, one byte before the end."""
    text = "Apakah pertanyaan ini sampai walau sambungan putus di tengah?"
    faults = [Fault(matching=PUSH, times=1, cut_request_after=n) for n in (0, 1, 200, 700, 1000, 1300)]
    faults += [Fault(matching=PUSH, times=1, cut_reply_after=n) for n in (0, 1, 90, 200, 350, 450)]
    for fault in faults:
        stage.network.arm(fault)
    page = asker.open("/beranda")
    ask(page, text)
    nudged_until(page, lambda: all(fault.hits for fault in faults), "all cuts befell it")
    signal_returns(page)
    arrived(page)
    assert held_by(stage, "guru", "question", text) == 1


def test_a_line_that_stalls_resets_and_trembles_delivers_once(stage: Stage, asker: Profile) -> None:
    """I1, I5: nobody is told that bytes are late; the connection that carried them is reset."""
    text = "Apakah pertanyaan ini sampai lewat sambungan yang tersendat?"
    page = asker.open("/beranda")
    stage.network.link(kbit=200, latency=0.05, jitter=0.3)
    stalled = stage.network.arm(Fault(matching=PUSH, stall_reply=30, times=1))
    ask(page, text)
    until(lambda: stalled.hits, "the question was delivered", page=page)
    stage.network.stall(1)
    page.wait_for_timeout(500)
    stage.network.reset()
    arrived(page)
    assert held_by(stage, "guru", "question", text) == 1


def test_what_is_written_while_the_link_comes_and_goes_arrives_once_and_in_order(stage: Stage, asker: Profile) -> None:
    """I1, I8: five questions with three messages each, on a link that is up for a second and down for a second."""
    names = [f"Pertanyaan {n} di daerah yang sinyalnya timbul tenggelam." for n in range(5)]
    threads = {name: [f"Pesan {n} dari tiga." for n in range(3)] for name in names}
    page = asker.open("/beranda")
    stage.network.flap(up=1, down=1)
    for question, messages in threads.items():
        ask(page, question)
        for message in messages:
            write_on(page, message)
        expect(page.get_by_role("log").get_by_text(messages[-1])).to_be_visible()
        page.get_by_role("link", name="Beranda").first.click()
    stage.network.restore()
    asker.open("/kotak-keluar")
    drained(page)
    assert texts_held(stage, names) == names
    written = [body for body in records_of(stage, "guru", "message").values() if body["author"] == "penanya"]
    for id, body in records_of(stage, "guru", "question").items():
        if expected := threads.get(body["text"]):
            assert [message["text"] for message in written if message["question"] == id] == expected


def test_one_503_and_then_silence_drains_by_the_timer_when_the_server_allowed_it(
    stage: Stage, browser: Callable[..., Profile]
) -> None:
    """I5: no `online` event, no tap, no reload, no poke, no background sync: only the timer is left."""
    text = "Apakah pertanyaan ini sampai walau tidak ada yang membangunkan aplikasi?"
    profile = browser("sepi")
    profile.init_scripts.append("delete ServiceWorkerRegistration.prototype.sync")
    stage.network.arm(Fault(matching=POKES, silent=True))
    page = sign_in(profile, "penyuluh")
    pulled(page)
    page.evaluate("window.events = []; for (const name of ['online', 'visibilitychange', 'pageshow']) "
                  "addEventListener(name, () => events.push(name), true)")  # fmt: skip
    busy = stage.network.arm(Fault(matching=text, answer=UNAVAILABLE, times=1))
    account = page.evaluate("JSON.parse(localStorage['sambung.saya']).account")
    ask(page, text)
    until(lambda: busy.hits, "the server is unavailable", page=page)
    arrived(page, 20)
    [refused, taken] = [request.at for request in stage.network.requests if text in request.text]
    assert 3 <= taken - refused < 10
    # The phone of the other tests is open too, and looks for news by itself.
    own = [request for request in stage.network.requests if "sync" in request.text and account in request.text]
    assert len(own) >= 2
    between = [request for request in own if refused < request.at < taken]
    assert between == []
    assert page.evaluate("events") == []
    assert held_by(stage, "penyuluh", "question", text) == 1


def test_a_busy_server_is_left_alone_for_as_long_as_it_asks(stage: Stage, asker: Profile) -> None:
    """`Retry-After` is obeyed even if the signal returns and the person taps."""
    text = "Apakah server yang minta waktu dibiarkan tenang?"
    page = asker.open("/beranda")
    busy = stage.network.arm(Fault(matching=text, answer=TOO_MANY, times=1))
    ask(page, text)
    until(lambda: busy.hits, "the server asks for time", page=page)
    page.get_by_role("button", name="Server belum menjawab, 1 tersimpan").click()
    for _ in range(3):
        signal_returns(page)
    page.get_by_role("button", name="Coba sekarang").click()
    arrived(page, 30)
    [refused, taken] = [request.at for request in stage.network.requests if text in request.text]
    assert taken - refused >= 8
    assert held_by(stage, "guru", "question", text) == 1


@pytest.mark.parametrize("status", ["413 Content Too Large", "400 Bad Request", "415 Unsupported Media Type"])
def test_what_cannot_be_read_compressed_goes_plain_at_once(stage: Stage, asker: Profile, status: str) -> None:
    """Something on the way knows no gzip: the same text goes plain, and so does all that follows in this session."""
    text = f"{status}. {LONG}"
    page = asker.open("/beranda")
    refuses = stage.network.arm(Fault(matching=text[:60], answer=response(status, "<html>no</html>"), times=1))
    ask(page, text)
    arrived(page)
    write_on(page, LONG)
    asker_sent(page)
    sent = [r for r in stage.network.requests if "syncPush" in r.text and LONG[:40] in r.text][-3:]
    assert refuses.hits == 1
    assert [r.headers.get("content-encoding") for r in sent] == ["gzip", None, None]
    # Not the next try, which is another request: the same once more.
    assert sent[1].body == sent[0].body
    assert held_by(stage, "guru", "question", text.strip()) == 1


def since(stage: Stage, began: float, matching: str) -> list[Request]:
    """The requests with this text after an instant (monotonic seconds)."""
    return [one for one in stage.network.requests if one.at >= began and matching in one.text]


def asker_sent(page: Page) -> None:
    """Nothing in the open conversation waits any more."""
    expect(page.get_by_role("log").get_by_text("Terkirim")).to_have_count(2)


def test_an_answer_comes_by_itself_after_the_stream_was_cut(stage: Stage, asker: Profile) -> None:
    """A lost poke loses nothing; after a long outage the stream is back as soon as the link is."""
    question, reply = "Apakah jawaban tampil sendiri?", "Ya, jawaban ini tampil sendiri."
    page = asker.open("/beranda")
    ask(page, question)
    arrived(page)
    stage.network.cut()
    # Long enough for the pauses between its attempts to grow.
    page.wait_for_timeout(9_000)
    expect(page.get_by_role("button", name="Tanpa sinyal")).to_be_visible()
    streams = stage.network.count(POKES)
    stage.network.restore()
    back = time.monotonic()
    signal_returns(page)
    until(lambda: stage.network.count(POKES) > streams, "the stream is open again", page=page)
    pulls = until(
        lambda: [one.ended for one in since(stage, back, "syncPull") if one.ended], "the server has answered", page=page
    )
    # One that came back by its own timer before that was faster still.
    assert all(one.at - pulls[0] < 2 for one in since(stage, back, POKES)[:1])
    answer_from_desk(stage, question, reply)
    expect(page.get_by_role("log").get_by_text(reply)).to_be_visible(timeout=3_000)
