"""One notice a conversation, with who and how many; no flood; nothing of what is read anyway."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from backend.notifications import service
from backend.notifications.rules import State
from tests.notifications.conftest import AGENCY, BUDI, SITI, Post
from tests.support.push_receiver import PushReceiver


async def says(post: Post, body: str, **more: Any) -> str:
    """An officer's word for Budi in the thread t1; the delivery's id."""
    notice = service.Notice(AGENCY, BUDI, "answered", "", body, "/tanya/1", "t1", "Bidang Mutasi", **more)
    async with post.db.write() as session:
        [id] = await service.notify_all(session, [notice], now=post.clock.now())
    return id


async def test_a_thread_says_who_and_how_many_since_it_was_last_read(post: Post, receiver: PushReceiver) -> None:
    await post.device(receiver.endpoint())
    for _ in range(2):
        await post.notify()
        await post.later(timedelta(seconds=5))
    await post.choose(push={"showContent": True})
    await says(post, "Ambil di loket.")
    await post.later(timedelta(seconds=5))
    async with post.db.write() as session:
        await service.suppress_thread(session, BUDI, "t1", now=post.clock.now())
    await says(post, "Jam kerja.")
    await post.later(timedelta(seconds=5))
    assert [(got.json["title"], got.json["body"]) for got in receiver.delivered()] == [
        ("Sambung", "Ada jawaban untuk Anda."),
        ("Sambung", "Ada 2 kabar baru dalam satu percakapan."),
        ("Bidang Mutasi (3)", "Ambil di loket."),
        ("Bidang Mutasi", "Jam kerja."),
    ]


async def test_two_hundred_questions_at_once_do_not_flood_an_operator(post: Post, receiver: PushReceiver) -> None:
    await post.device(receiver.endpoint())
    await post.device(receiver.endpoint(), SITI)
    inbox = {"kind": "work.routed", "thread": "kotak-masuk", "url": "/kotak-masuk"}
    for place in range(200):
        await post.notify(**inbox)
        if place % 20 == 0:
            await post.worker.run_due()
    await post.worker.run_due()
    assert len(receiver.delivered()) == 1
    await post.later(timedelta(minutes=3))
    first, second = receiver.delivered()
    assert first.json["body"] == "Ada pekerjaan baru untuk Anda."
    assert second.json["body"] == "Ada 200 pekerjaan baru untuk Anda."
    assert second.json["tag"] == first.json["tag"]
    # Whoever has looked at the inbox hears of the next one at once; another person's inbox is their own.
    async with post.db.write() as session:
        await service.suppress_thread(session, BUDI, "kotak-masuk", now=post.clock.now())
    await post.notify(**inbox)
    await post.notify(SITI, **inbox)
    await post.worker.run_due()
    assert [got.json["body"] for got in receiver.delivered()[2:]] == ["Ada pekerjaan baru untuk Anda."] * 2


async def test_what_is_open_before_the_person_is_not_pushed(post: Post, receiver: PushReceiver) -> None:
    await post.device(receiver.endpoint())
    delivery = await says(post, "Bulan depan.", after=timedelta(seconds=3))
    await post.later(timedelta(seconds=2))
    async with post.db.write() as session:
        await service.suppress_thread(session, BUDI, "t1", now=post.clock.now())
    await post.later(timedelta(seconds=2))
    assert receiver.count == 0
    assert (await post.delivery(delivery)).state == State.SUPPRESSED
