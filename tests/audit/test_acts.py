"""What a mutation does is in the log with its own transaction: once, and what was refused too."""

from typing import Any

import pytest
from sqlalchemy import select

from backend.audit.models import AUDIT_ENTRY
from backend.audit.sync_log import SyncAudit
from backend.database.engine import Database
from backend.keys import Keys
from tests.support.clock import SettableClock
from tests.sync.domain import House, make_house


@pytest.fixture
async def house(db: Database, keys: Keys, clock: SettableClock) -> House:
    """The engine with the log that the server has."""
    house = await make_house(db, keys, clock)
    house.engine.audit = SyncAudit()
    return house


async def logged(house: House) -> list[tuple[Any, ...]]:
    """Who did what, whether it was refused, and by which mutation; in the order of writing."""
    async with house.engine.database.reading() as connection:
        found = await connection.execute(select(AUDIT_ENTRY).order_by(AUDIT_ENTRY.c.id))
        return [(row.actor, row.act, row.refused, row.detail["mutation"]) for row in found]


async def test_an_accepted_act_is_logged_once_however_often_it_is_sent(house: House) -> None:
    phone = house.phone()
    thing = phone.add()  # what is only added is its own evidence
    await phone.send(thing)
    take, bad = phone.item("thing.take", record=thing["record"]), phone.item("mark.set", {"at": "x"})
    for _ in range(3):
        await phone.send(take, bad)
    assert await logged(house) == [(phone.account, "thing.take", False, take["id"])]


async def test_an_act_without_permission_is_logged_though_nothing_else_is(house: House) -> None:
    owner, stranger = house.phone(), house.phone()
    thing = owner.add()
    await owner.send(thing)
    take = stranger.item("thing.take", record=thing["record"])
    [result] = await stranger.send(take)
    assert result["status"] == "rejected"
    assert await logged(house) == [(stranger.account, "thing.take", True, take["id"])]
