"""The log can be added to and read, and nothing else, whatever path is tried."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from backend.audit import service
from backend.audit.models import AUDIT_ENTRY
from backend.database.engine import Database
from sync.actors import Actor
from sync.ids import uuid7
from tests.support.clock import SettableClock

AGENCY, ACCOUNT = uuid7(), uuid7()


async def log_one(db: Database, clock: SettableClock, **change: object) -> None:
    facts: dict = {
        "agency": AGENCY,
        "actor": ACCOUNT,
        "role": "HRA",
        "act": "employee.correct",
        "object_kind": "employee",
        "object_id": ACCOUNT,
        "at": clock.now(),
        "detail": {"field": "rank", "old": "III/a", "new": "III/b"},
    }
    async with db.write() as session:
        await service.record(session, **{**facts, **change})


async def count(db: Database) -> int:
    async with db.read() as session:
        return (await session.execute(select(func.count()).select_from(AUDIT_ENTRY))).scalar_one()


async def test_an_act_is_logged_with_its_transaction_or_not_at_all(db: Database, clock: SettableClock) -> None:
    async def act_that_fails() -> None:
        async with db.write() as session:
            await service.record(
                session, agency=AGENCY, actor=None, role=None, act="x", object_kind="y", object_id=None, at=clock.now()
            )
            raise RuntimeError

    await log_one(db, clock)
    with pytest.raises(RuntimeError):
        await act_that_fails()
    assert await count(db) == 1


@pytest.mark.parametrize(
    "change",
    [
        update(AUDIT_ENTRY).values(act="nothing happened"),
        delete(AUDIT_ENTRY),
        text("DELETE FROM audit_entry"),
    ],
)
async def test_no_row_can_be_changed_or_deleted(db: Database, clock: SettableClock, change: object) -> None:
    await log_one(db, clock, at=clock.now() + timedelta(days=3650))
    with pytest.raises(DBAPIError, match="append-only"):
        async with db.write() as session:
            await session.execute(change)
    assert await count(db) == 1


async def test_no_row_can_be_replaced_on_sqlite(sqlite_db: Database, clock: SettableClock) -> None:
    await log_one(sqlite_db, clock)
    async with sqlite_db.write() as session:
        row = (await session.execute(select(AUDIT_ENTRY))).mappings().one()
        replacing = insert(AUDIT_ENTRY).prefix_with("OR REPLACE")
        with pytest.raises(DBAPIError, match="append-only"):
            await session.execute(replacing, [{**row, "act": "nothing happened"}])


async def test_the_log_cannot_be_truncated_on_postgresql(postgres_db: Database, clock: SettableClock) -> None:
    await log_one(postgres_db, clock)
    with pytest.raises(DBAPIError, match="append-only"):
        async with postgres_db.write() as session:
            await session.execute(text("TRUNCATE audit_entry"))


async def test_rows_beyond_ten_years_may_be_forgotten(db: Database, clock: SettableClock) -> None:
    await log_one(db, clock, at=clock.now() - timedelta(days=366 * 11))
    async with db.write() as session:
        await session.execute(delete(AUDIT_ENTRY))
    assert await count(db) == 0


async def test_a_refused_call_leaves_one_row_and_agencies_stay_apart(db: Database, clock: SettableClock) -> None:
    actor = Actor(account=ACCOUNT, agency=AGENCY, role="OPR")
    await service.refused(db, actor=actor, act="role.grant", object_kind="role_grant", object_id=None, at=clock.now())
    async with db.read() as session:
        (row,) = await service.trail(session, agency=AGENCY, object_kinds=["role_grant"])
        assert (row["refused"], row["role"], row["actor"]) == (True, "OPR", ACCOUNT)
        assert await service.trail(session, agency=uuid7(), object_kinds=["role_grant"]) == []
