"""Choices and subscriptions through the engine, as a phone sends and pulls them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from backend.database.engine import Database
from backend.keys import Keys
from backend.notifications import service
from backend.notifications.models import PushSubscription
from backend.notifications.records import declare, publish_subscriptions
from backend.notifications.webpush_adapter import PushAdapter
from backend.notifications.worker import Worker
from sync.engine import SyncEngine
from sync.ids import uuid4
from sync.registry import Registry
from tests.support.clock import SettableClock
from tests.support.push_receiver import Device, PushReceiver
from tests.sync.domain import House, People, Phone, Uploads


@pytest.fixture
async def house(db: Database, keys: Keys, clock: SettableClock) -> House:
    """An engine that knows the kinds of this room only."""
    registry, agency = Registry(), uuid4()
    declare(registry, private_endpoints=True)
    people, uploads = People(agency), Uploads()
    engine = SyncEngine(
        database=db, registry=registry.close(), keys=keys, clock=clock, viewers=people, files=uploads, ports={}
    )
    await engine.start()
    async with db.writing() as connection:
        await engine.add_agency(connection, agency)
    return House(engine, people, agency, uploads)


@pytest.fixture
def device() -> Device:
    """A browser (its push service is never called here)."""
    return PushReceiver(check=False).endpoint()


def subscribing(phone: Phone, device: Device, **changes: Any) -> Any:
    keys = device.subscription_json()["keys"]
    args = {"endpoint": device.endpoint, "p256dh": keys["p256dh"], "auth": keys["auth"], "label": "HP Budi", **changes}
    return phone.item("push.subscribe", args, record=phone.device)


async def body(phone: Phone, kind: str, id: str) -> dict[str, Any]:
    await phone.pull()
    found: dict[str, Any] = phone.records[(kind, id)]["body"]
    return found


async def active(db: Database) -> list[PushSubscription]:
    async with db.read() as session:
        found = await session.execute(select(PushSubscription).where(col(PushSubscription.removed_at).is_(None)))
        return list(found.scalars())


async def test_subscription_is_shown_without_secrets(house: House, device: Device) -> None:
    phone = house.phone()
    [result] = await phone.send(subscribing(phone, device))
    assert result["status"] == "applied"
    assert await body(phone, "push_subscription", phone.device) == {
        "device": phone.device,
        "label": "HP Budi",
        "active": True,
    }


async def test_subscribing_at_every_start_changes_nothing(house: House, db: Database, device: Device) -> None:
    phone = house.phone()
    await phone.send(subscribing(phone, device))
    await phone.pull()
    feed = phone.feed
    for _ in range(3):
        [result] = await phone.send(subscribing(phone, device))
        assert result["status"] == "applied"
    await phone.pull()
    assert phone.feed == feed
    assert len(await active(db)) == 1


async def test_unsubscribe_and_subscribe_again(house: House, db: Database, device: Device) -> None:
    phone = house.phone()
    await phone.send(subscribing(phone, device))
    [result] = await phone.send(phone.item("push.unsubscribe", record=phone.device))
    assert result["status"] == "applied"
    assert (await body(phone, "push_subscription", phone.device))["active"] is False
    assert await active(db) == []
    await phone.send(subscribing(phone, device))
    assert (await body(phone, "push_subscription", phone.device))["active"] is True


async def test_next_person_on_the_browser_takes_the_endpoint_over(house: House, db: Database, device: Device) -> None:
    budi, siti = house.phone(), house.phone()
    await budi.send(subscribing(budi, device))
    await siti.send(subscribing(siti, device))
    assert [row.account for row in await active(db)] == [siti.account]
    assert (await body(budi, "push_subscription", budi.device))["active"] is False
    await siti.pull()
    assert ("push_subscription", budi.device) not in siti.records


async def test_another_persons_device_is_not_found(house: House, db: Database, device: Device) -> None:
    budi, siti = house.phone(), house.phone()
    await budi.send(subscribing(budi, device))
    for kind in ("push.subscribe", "push.unsubscribe"):
        item = subscribing(siti, device) if kind == "push.subscribe" else siti.item(kind)
        [result] = await siti.send({**item, "record": budi.device})
        assert (result["status"], result["code"]) == ("rejected", "not_found")
    assert [row.account for row in await active(db)] == [budi.account]


@pytest.mark.parametrize(
    "changes",
    [
        {"endpoint": "ftp://example.com/x"},
        {"endpoint": "https://user:pw@example.com/x"},
        {"endpoint": "https:///x"},
        {"endpoint": "https://exa mple.com/"},
        {"endpoint": "https://e.com/" + "x" * 3000},
        {"p256dh": "AAAA"},
        {"p256dh": "é"},
        {"auth": "AAAA"},
        {"p256dh": "B" + "A" * 86},
        {"extra": 1},
    ],
)
async def test_broken_subscription_is_invalid(
    house: House, db: Database, device: Device, changes: dict[str, Any]
) -> None:
    phone = house.phone()
    [result] = await phone.send(subscribing(phone, device, **changes))
    assert (result["status"], result["code"]) == ("rejected", "invalid")
    assert result["message"]
    assert await active(db) == []


async def test_preference_members_are_set_apart_from_each_other(house: House) -> None:
    phone = house.phone()

    async def choose(**args: Any) -> dict[str, Any]:
        [result] = await phone.send(phone.item("preference.set", args, record=phone.account))
        assert result["status"] == "applied", result
        return await body(phone, "preference", phone.account)

    await choose(push={"answered": True, "announcement": False}, textSize=2)
    await choose(quiet={"from": "20:00", "to": "06:00"})
    assert await choose(theme="gelap") == {
        "push": {"answered": True, "announcement": False},
        "quiet": {"from": "20:00", "to": "06:00"},
        "theme": "gelap",
        "textSize": 2,
    }
    assert await choose(quiet=None, textSize=3, push={"showContent": True}) == {
        "push": {"showContent": True},
        "theme": "gelap",
        "textSize": 3,
    }


@pytest.mark.parametrize(
    "args",
    [
        {"quiet": {"from": "25:00", "to": "06:00"}},
        {"quiet": {"from": "20:00"}},
        {"quiet": {"from": "20:00", "to": "06:00", "zone": "../../etc/passwd"}},
        {"push": {"gossip": True}},
        {"push": {"answered": "yes please"}},
        {"textSize": 9},
        {"theme": "pink"},
        {"colour": "red"},
    ],
)
async def test_broken_preference_is_invalid(house: House, args: dict[str, Any]) -> None:
    phone = house.phone()
    [result] = await phone.send(phone.item("preference.set", args, record=phone.account))
    assert (result["status"], result["code"]) == ("rejected", "invalid")


async def test_nobody_sets_anothers_preference(house: House) -> None:
    budi, siti = house.phone(), house.phone()
    await budi.send(budi.item("preference.set", {"theme": "gelap"}, record=budi.account))
    [result] = await siti.send(siti.item("preference.set", {"theme": "terang"}, record=budi.account))
    assert (result["status"], result["code"]) == ("rejected", "not_found")


async def test_owner_sees_that_a_device_was_reached_and_that_it_is_gone(
    house: House, db: Database, keys: Keys, clock: SettableClock
) -> None:
    adapter = PushAdapter(vapid_private=keys.vapid_private, contact="mailto:a@example.id", clock=clock, private=True)
    worker = Worker(db, clock, adapter, writing=house.engine.writing, publish=publish_subscriptions)
    phone = house.phone()

    async def notify() -> None:
        async with db.write() as session:
            await service.notify(
                session, agency=house.agency, account=phone.account, kind="answered", title="", body="", url="/",
                now=clock.now(),
            )  # fmt: skip
        await worker.run_due()

    async with PushReceiver() as receiver:
        device = receiver.endpoint(201, 201, 201, 410)
        await phone.send(subscribing(phone, device))
        await notify()
        assert (await body(phone, "push_subscription", phone.device))["lastSuccessAt"] == "2026-11-20T02:00:00.000Z"
        feed = phone.feed
        clock.advance(minutes=1)
        await notify()
        await phone.pull()
        assert phone.feed == feed, "every message must not be a change of the feed"
        clock.advance(minutes=30)
        await notify()
        assert (await body(phone, "push_subscription", phone.device))["lastSuccessAt"] == "2026-11-20T02:31:00.000Z"
        await notify()
        shown = await body(phone, "push_subscription", phone.device)
        assert (shown["active"], shown["lastSuccessAt"]) == (False, "2026-11-20T02:31:00.000Z")
    await adapter.close()
