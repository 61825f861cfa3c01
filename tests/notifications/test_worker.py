"""The outbox reaches real devices, through every fault of a push service, on both databases."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from backend.database.engine import Database
from backend.keys import Keys
from backend.notifications import outbox, service
from backend.notifications.models import Delivery
from backend.notifications.rules import FAILURES_UNTIL_REMOVED, LONGEST_PAUSE, MAX_ATTEMPTS, State
from backend.notifications.webpush_adapter import PushAdapter
from backend.notifications.worker import Worker
from sync.clock import SystemClock
from sync.errors import Refusal
from sync.ids import uuid4
from tests.notifications.conftest import AGENCY, BUDI, SITI, Post
from tests.support.clock import SettableClock
from tests.support.push_receiver import Fault, PushReceiver


async def test_notice_reaches_every_device_of_the_person_only(post: Post, receiver: PushReceiver) -> None:
    phone, laptop, other = receiver.endpoint(), receiver.endpoint(), receiver.endpoint()
    ids = [await post.device(phone), await post.device(laptop)]
    await post.device(other, SITI)
    delivery = await post.notify()
    assert await post.worker.run_due() == 1
    assert {got.device for got in receiver.delivered()} == {phone.name, laptop.name}
    got = receiver.delivered(phone)[0]
    assert got.json == {
        "v": 1,
        "title": "Sambung",
        "body": "Ada jawaban untuk Anda.",
        "tag": "t1",
        "url": "/tanya/1",
        "thread": "t1",
    }
    assert got.headers["urgency"] == "high"
    assert got.headers["ttl"] == str(3 * 24 * 3600)
    assert len(got.headers["topic"]) == 32
    row = await post.delivery(delivery)
    assert (row.state, row.attempts, row.title, row.body) == (State.DELIVERED, 1, "", "")
    assert (await post.subscription(ids[0])).last_success_at == post.clock.now()
    assert await post.worker.run_due() == 0


async def test_content_only_for_those_who_chose_it(post: Post, receiver: PushReceiver) -> None:
    await post.device(receiver.endpoint())
    await post.choose(push={"showContent": True})
    await post.notify()
    await post.worker.run_due()
    [got] = receiver.delivered()
    assert (got.json["title"], got.json["body"]) == ("Jawaban Rahasia", "Gaji Anda naik.")


async def test_a_rolled_back_answer_tells_nobody(post: Post, receiver: PushReceiver) -> None:
    await post.device(receiver.endpoint())

    async def answer_and_fail() -> None:
        async with post.db.write() as session:
            await service.notify(
                session, agency=AGENCY, account=BUDI, kind="answered", title="", body="", url="/", now=post.clock.now()
            )
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await answer_and_fail()
    assert await post.worker.run_due() == 0


async def test_without_a_device_it_ends_by_name(post: Post) -> None:
    delivery = await post.notify()
    await post.worker.run_due()
    assert (await post.delivery(delivery)).state == State.NO_SUBSCRIPTION


@pytest.mark.parametrize("status", [404, 410])
async def test_gone_removes_the_subscription(post: Post, receiver: PushReceiver, status: int) -> None:
    id = await post.device(receiver.endpoint(status))
    delivery = await post.notify()
    await post.worker.run_due()
    row = await post.delivery(delivery)
    assert (row.state, row.last_error) == (State.GONE, f"http_{status}")
    assert (await post.subscription(id)).removed_reason == "gone"
    again = await post.notify()
    await post.worker.run_due()
    assert (await post.delivery(again)).state == State.NO_SUBSCRIPTION
    assert receiver.count == 1


async def test_one_gone_device_does_not_hide_that_another_has_it(post: Post, receiver: PushReceiver) -> None:
    await post.device(receiver.endpoint(410))
    await post.device(receiver.endpoint())
    delivery = await post.notify()
    await post.worker.run_due()
    row = await post.delivery(delivery)
    assert (row.state, row.last_error) == (State.DELIVERED, None)


async def test_busy_service_is_left_alone_as_long_as_it_asked(post: Post, receiver: PushReceiver) -> None:
    await post.device(receiver.endpoint({"status": 429, "headers": {"retry-after": "600"}}))
    delivery = await post.notify()
    await post.worker.run_due()
    row = await post.delivery(delivery)
    assert (row.state, row.last_error) == (State.WAITING, "http_429")
    await post.later(timedelta(seconds=599))
    assert receiver.count == 1
    await post.later(timedelta(seconds=1))
    assert (await post.delivery(delivery)).state == State.DELIVERED


@pytest.mark.parametrize("fault", [500, 503, "timeout", "hang_up"])
async def test_passing_faults_are_tried_again(post: Post, receiver: PushReceiver, fault: Fault) -> None:
    await post.device(receiver.endpoint(fault, fault))
    delivery = await post.notify()
    await post.worker.run_due()
    assert (await post.delivery(delivery)).state == State.WAITING
    await post.later(LONGEST_PAUSE)
    await post.later(LONGEST_PAUSE)
    row = await post.delivery(delivery)
    assert (row.state, row.attempts) == (State.DELIVERED, 3)
    assert len(receiver.delivered()) == 1


async def test_endless_faults_end_by_name(post: Post, receiver: PushReceiver) -> None:
    await post.device(receiver.endpoint(always=503))
    delivery = await post.notify()
    for _ in range(MAX_ATTEMPTS + 3):
        await post.later(LONGEST_PAUSE)
    row = await post.delivery(delivery)
    assert (row.state, row.last_error, row.attempts) == (State.FAILED_PERMANENT, "http_503", MAX_ATTEMPTS)
    assert receiver.count == MAX_ATTEMPTS


async def test_what_nobody_needs_any_more_expires(post: Post, receiver: PushReceiver) -> None:
    await post.device(receiver.endpoint(503))
    delivery = await post.notify()
    await post.worker.run_due()
    await post.later(timedelta(days=3))
    row = await post.delivery(delivery)
    assert (row.state, row.last_error) == (State.EXPIRED, "http_503")
    assert receiver.count == 1


@pytest.mark.parametrize("status", [400, 403, 413])
async def test_a_final_no_is_not_repeated(post: Post, receiver: PushReceiver, status: int) -> None:
    id = await post.device(receiver.endpoint(always=status))
    delivery = await post.notify()
    await post.worker.run_due()
    await post.later(LONGEST_PAUSE)
    assert (await post.delivery(delivery)).state == State.FAILED_PERMANENT
    row = await post.subscription(id)
    assert (row.failures, row.removed_at, receiver.count) == (1, None, 1)


async def test_a_subscription_that_only_fails_is_given_up(post: Post, receiver: PushReceiver) -> None:
    id = await post.device(receiver.endpoint(always=400))
    for number in range(FAILURES_UNTIL_REMOVED):
        await post.notify(thread=f"t{number}")
    await post.worker.run_due()
    assert (await post.subscription(id)).removed_reason == "failing"


async def test_retry_spares_the_device_that_has_it(post: Post, receiver: PushReceiver) -> None:
    good, bad = receiver.endpoint(), receiver.endpoint(500)
    await post.device(good)
    await post.device(bad)
    delivery = await post.notify()
    await post.worker.run_due()
    assert (await post.delivery(delivery)).state == State.WAITING
    await post.later(LONGEST_PAUSE)
    assert (await post.delivery(delivery)).state == State.DELIVERED
    assert len(receiver.delivered(good)) == len(receiver.delivered(bad)) == 1


async def test_one_live_notice_a_thread(post: Post, receiver: PushReceiver) -> None:
    await post.device(receiver.endpoint())
    ids = []
    for number in range(3):
        ids.append(await post.notify(url=f"/tanya/{number}"))
        post.clock.advance(seconds=1)
    other = await post.notify(thread="t2")
    await post.worker.run_due()
    states = [(await post.delivery(id)).state for id in [*ids, other]]
    assert states == [State.SUPPRESSED, State.SUPPRESSED, State.DELIVERED, State.DELIVERED]
    assert sorted(got.json["url"] for got in receiver.delivered()) == ["/tanya/1", "/tanya/2"]


async def test_older_notice_that_failed_does_not_come_after_the_newer(post: Post, receiver: PushReceiver) -> None:
    await post.device(receiver.endpoint(500))
    old = await post.notify()
    await post.worker.run_due()
    post.clock.advance(seconds=1)
    await post.notify(url="/tanya/new")
    await post.later(LONGEST_PAUSE)
    row = await post.delivery(old)
    assert (row.state, row.last_error) == (State.SUPPRESSED, "superseded")
    assert [got.json["url"] for got in receiver.delivered()] == ["/tanya/new"]


async def test_both_notices_of_a_thread_share_topic_and_tag(post: Post, receiver: PushReceiver) -> None:
    await post.device(receiver.endpoint())
    for _ in range(2):
        await post.notify()
        await post.worker.run_due()
    first, second = receiver.delivered()
    assert first.headers["topic"] == second.headers["topic"]
    assert first.json["tag"] == second.json["tag"]


async def test_read_elsewhere_suppresses_what_waits(post: Post, receiver: PushReceiver) -> None:
    await post.device(receiver.endpoint())
    waiting, other = await post.notify(), await post.notify(thread="t2")
    async with post.db.write() as session:
        assert await service.suppress_thread(session, BUDI, "t1", now=post.clock.now()) == 1
        assert await service.suppress_thread(session, SITI, "t2", now=post.clock.now()) == 0
    await post.worker.run_due()
    row = await post.delivery(waiting)
    assert (row.state, row.last_error, row.body) == (State.SUPPRESSED, "read", "")
    assert (await post.delivery(other)).state == State.DELIVERED


async def test_read_while_it_was_being_sent_stays_suppressed(post: Post, receiver: PushReceiver) -> None:
    await post.device(receiver.endpoint(500))
    delivery = await post.notify()
    async with post.db.write() as session:
        claims = await outbox.claim(session, now=post.clock.now(), most=10, zone_of=None)
    async with post.db.write() as session:
        await service.suppress_thread(session, BUDI, "t1", now=post.clock.now())
    sent = [await post.worker._send(one) for one in claims.claimed]
    async with post.db.write() as session:
        await outbox.settle(session, sent, now=post.clock.now())
    assert (await post.delivery(delivery)).state == State.SUPPRESSED


async def test_unwanted_kinds_are_suppressed(post: Post, receiver: PushReceiver) -> None:
    await post.device(receiver.endpoint())
    await post.choose(push={"answered": False})
    unwanted = await post.notify(kind="answered")
    announcement = await post.notify(kind="announcement", thread=None)
    wanted = await post.notify(kind="deadline", thread=None)
    await post.worker.run_due()
    states = [(await post.delivery(id)).state for id in (unwanted, announcement, wanted)]
    assert states == [State.SUPPRESSED, State.SUPPRESSED, State.DELIVERED]


async def test_quiet_hours_hold_until_morning(post: Post, receiver: PushReceiver) -> None:
    await post.device(receiver.endpoint())
    await post.choose(quiet={"from": "08:30", "to": "09:30"})  # it is 09.00 WIB
    delivery = await post.notify()
    await post.worker.run_due()
    assert receiver.count == 0
    row = await post.delivery(delivery)
    assert (row.state, row.not_before - post.clock.now()) == (State.WAITING, timedelta(minutes=30))
    async with post.db.write() as session:
        await service.send_test(session, agency=AGENCY, account=BUDI, now=post.clock.now())
    await post.worker.run_due()
    assert [got.json["url"] for got in receiver.delivered()] == ["/notifikasi"]
    await post.later(timedelta(minutes=30))
    assert (await post.delivery(delivery)).state == State.DELIVERED


async def test_quiet_hours_follow_the_agency_zone(
    db: Database, clock: SettableClock, adapter: PushAdapter, receiver: PushReceiver
) -> None:
    async def zones(_: object, agencies: object) -> dict[str, str]:
        return {AGENCY: "Asia/Makassar"}

    post = Post(db, clock, Worker(db, clock, adapter, zone_of=zones))
    await post.device(receiver.endpoint())
    await post.choose(quiet={"from": "10:00", "to": "11:00"})  # 10.00 WITA now
    delivery = await post.notify()
    await post.worker.run_due()
    assert (await post.delivery(delivery)).state == State.WAITING


async def test_what_a_dead_process_claimed_is_sent_after_its_lease(post: Post, receiver: PushReceiver) -> None:
    await post.device(receiver.endpoint())
    delivery = await post.notify()
    async with post.db.write() as session:
        assert len((await outbox.claim(session, now=post.clock.now(), most=10, zone_of=None)).claimed) == 1
    assert await post.worker.run_due() == 0
    await post.later(outbox.LEASE)
    row = await post.delivery(delivery)
    assert (row.state, row.attempts) == (State.DELIVERED, 2)


async def test_new_endpoint_survives_the_end_of_the_old_one(post: Post, receiver: PushReceiver) -> None:
    """The device subscribed anew while its old endpoint answered 410."""
    id = await post.device(receiver.endpoint(410))
    await post.notify()
    async with post.db.write() as session:
        claims = await outbox.claim(session, now=post.clock.now(), most=10, zone_of=None)
    sent = [await post.worker._send(one) for one in claims.claimed]
    await post.device(receiver.endpoint(), id=id)
    async with post.db.write() as session:
        await outbox.settle(session, sent, now=post.clock.now())
    assert (await post.subscription(id)).removed_at is None


async def test_test_notice_is_limited(post: Post) -> None:
    async with post.db.write() as session:
        await service.send_test(session, agency=AGENCY, account=BUDI, now=post.clock.now())
    async with post.db.write() as session:
        with pytest.raises(Refusal, match="too_many"):
            await service.send_test(session, agency=AGENCY, account=BUDI, now=post.clock.now())
    post.clock.advance(seconds=11)
    async with post.db.write() as session:
        await service.send_test(session, agency=AGENCY, account=BUDI, now=post.clock.now())


async def test_old_ends_are_forgotten(post: Post, receiver: PushReceiver) -> None:
    await post.device(receiver.endpoint(410))
    await post.notify()
    await post.worker.run_due()
    post.clock.advance(days=91)
    async with post.db.write() as session:
        assert await service.prune(session, post.clock.now()) == 2
        assert await service.deliveries(session, agency=AGENCY, first=10) == []


async def test_deliveries_stay_inside_the_agency(post: Post) -> None:
    mine = await post.notify()
    async with post.db.write() as session:
        await service.notify(
            session, agency=uuid4(), account=uuid4(), kind="answered", title="", body="", url="/", now=post.clock.now()
        )
    async with post.db.read() as session:
        assert [row.id for row in await service.deliveries(session, agency=AGENCY, first=10)] == [mine]
        assert await service.deliveries(session, agency=AGENCY, first=10, state=State.GONE) == []


async def test_background_worker_sends_at_once(
    database_url: str, open_database: Callable[[str], Database], keys: Keys, receiver: PushReceiver
) -> None:
    db = open_database(database_url)
    clock = SystemClock()
    adapter = PushAdapter(vapid_private=keys.vapid_private, contact="mailto:a@example.id", clock=clock, private=True)
    worker = Worker(db, clock, adapter)
    post = Post(db, clock, worker)  # type: ignore[arg-type]
    await post.device(receiver.endpoint())
    worker.start()
    try:
        await asyncio.sleep(1.2)
        lapses = []
        for number in range(3):
            begun = time.monotonic()
            await post.notify(thread=f"t{number}")
            await receiver.wait_for(number + 1)
            lapses.append(time.monotonic() - begun)
            await asyncio.sleep(0.2)
        assert min(lapses) < 0.4, lapses
    finally:
        await worker.stop()
        await adapter.close()
    async with db.read() as session:
        states = await session.execute(select(col(Delivery.state)))
        assert set(states.scalars()) == {State.DELIVERED}


async def test_two_processes_send_each_notice_once(
    postgres_url: str, open_database: Callable[[str], Database], keys: Keys, receiver: PushReceiver
) -> None:
    clock = SystemClock()
    adapter = PushAdapter(vapid_private=keys.vapid_private, contact="mailto:a@example.id", clock=clock, private=True)
    databases = [open_database(postgres_url) for _ in range(2)]
    workers = [Worker(db, clock, adapter) for db in databases]
    post = Post(databases[0], clock, workers[0])  # type: ignore[arg-type]
    people = [uuid4() for _ in range(150)]
    for person in people:
        await post.device(receiver.endpoint(), person)
    async with databases[0].write() as session:
        await service.notify_all(
            session,
            [service.Notice(AGENCY, person, "answered", "", "", "/", "t") for person in people],
            now=clock.now(),
        )
    for worker in workers:
        worker.start()
    await receiver.wait_for(len(people), 30)
    await asyncio.gather(*(worker.stop() for worker in workers))
    await adapter.close()
    assert receiver.count == len(people)
    async with databases[0].read() as session:
        found = await session.execute(
            select(func.count()).select_from(Delivery).where(col(Delivery.state) == State.DELIVERED)
        )
        assert found.scalar_one() == len(people)
