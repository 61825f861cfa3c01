"""Acts on one plan at the same instant: one order of locks, so that nobody waits in a ring; and no ring in the tree."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from backend.database.engine import Database
from backend.identity.models import AGENCY, PERSON
from backend.keys import Keys
from backend.performance.models import Evaluation, Plan
from sync.answers import Answer
from sync.ids import uuid7
from tests.performance.evaluated import ANNUAL, QUARTER, EvaluatedTown
from tests.support.clock import SettableClock

WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


@pytest.fixture
async def town(db: Database, keys: Keys, clock: SettableClock) -> EvaluatedTown:
    """The fixture tree on SQLite and on PostgreSQL."""
    made = EvaluatedTown(db, keys, clock)
    await made.build()
    return made


async def _wait_for(town: EvaluatedTown, waiters: int) -> None:
    for _ in range(400):
        async with town.db.engine.connect() as connection:
            if (await connection.execute(WAITING)).scalar_one() >= waiters:
                return
        await asyncio.sleep(0.02)
    raise AssertionError("nobody waits")


async def _is_free(town: EvaluatedTown, plan: str) -> None:
    """Nothing of the plan is locked: its row, its evaluations, every record of the room that names it."""
    store = town.engine.store
    query = text("SELECT kind, id FROM sync_record WHERE kind LIKE 'skp_%' AND kind <> 'skp' AND kind <> 'skp_period'")
    async with town.db.engine.connect() as connection, connection.begin() as transaction:
        await connection.execute(text("SET LOCAL lock_timeout = '50ms'"))
        keys = [(row.kind, str(row.id)) for row in await connection.execute(query)]
        assert len(keys) > 10
        await connection.execute(select(Plan).where(Plan.__table__.c.id == plan).with_for_update())  # type: ignore[attr-defined]
        await connection.execute(select(Evaluation).with_for_update())
        await store.records(connection, town.agency, keys, lock=True)
        await transaction.rollback()


@pytest.mark.parametrize("backend", ["postgres"])
async def test_who_waits_for_a_plan_holds_nothing_of_it(
    backend: str, open_database: Callable[[str], Database], postgres_url: str, keys: Keys, clock: SettableClock
) -> None:
    """Every act takes the header first: while somebody else holds it, all the rest of the plan is free."""
    town = EvaluatedTown(open_database(postgres_url), keys, clock)
    await town.build()
    [rhk] = await town.in_force()
    plan, person = town.plan_of("kabid_a"), town.people
    proof = await town.prove(rhk)
    await town.prove(rhk)
    id = await town.rated([rhk])
    await town.prove(rhk, round=ANNUAL)
    annual = await town.rated([rhk], round=ANNUAL)
    named: dict[str, Any] = {"plan": plan, "version": 1, "act": "penilai", "date": "2026-11-20", "reason": "SOTK"}
    acts: list[Callable[[], Awaitable[Answer]]] = [
        lambda: town.acts("kepala", "skp.finalise", id),
        lambda: town.acts("kabid_a", "skp.accept", id),
        lambda: town.acts("kabid_a", "skp.object", evaluation=id, reasons="Mohon ditinjau lagi."),
        lambda: town.acts("kabid_a", "skp.evidence_withdraw", proof, reason="salah"),
        lambda: town.tell(rhk, round=ANNUAL),
        lambda: town.acts("kepala", "skp.rate_result", annual, rating="di_atas"),
        lambda: town.do("hra", "HRA", "skp.order", uuid7(), **named, superior=person["sekda"]),
        lambda: town.acts("sekda", "skp.finalise", annual),
    ]
    for number, act in enumerate(acts):
        async with town.db.engine.connect() as connection, connection.begin():
            held = await town.engine.store.records(connection, town.agency, [("skp", plan)], lock=True)
            assert held
            doing = asyncio.ensure_future(act())
            await _wait_for(town, 1)
            try:
                await _is_free(town, plan)
            except DBAPIError as error:
                raise AssertionError(f"act {number} holds what comes after the header") from error
        answer = await doing
        # Evidence for a final quarter stays: that refusal, too, waited its turn.
        assert answer.status in ("applied", "merged") or (number == 3 and answer.code == "state"), (
            number,
            answer.wire(),
        )
    assert (await town.plan("kabid_a")).status == "final"
    assert (await town.body("skp_evaluation", annual))["appraiser"] == person["sekda"]


async def test_a_handover_and_tetapkan_at_once_take_turns(town: EvaluatedTown) -> None:
    """Both orders are right: set by the old appraiser before the handover, or refused to the old one after it."""
    [rhk] = await town.in_force()
    plan, people = town.plan_of("kabid_a"), ("sekda", "kabid_b", "kepala")
    before = "kepala"
    for round, above in zip((QUARTER, "triwulan-2", ANNUAL), people, strict=True):
        await town.prove(rhk, round=round)
        id = await town.rated([rhk], by=before, round=round)
        named = {"plan": plan, "version": 1, "act": "penilai", "date": "2026-11-20", "reason": "SOTK"}
        hand = town.do("hra", "HRA", "skp.order", uuid7(), **named, superior=town.people[above])
        final, order = await asyncio.gather(town.acts(before, "skp.finalise", id), hand)
        status = (await town.plan("kabid_a")).status
        assert order.status == "applied" or (status == "final" and order.code == "state"), order.wire()
        assert final.status == "applied" or final.code in ("not_found", "forbidden") or final.status == "conflict"
        shown = await town.body("skp_evaluation", id)
        set_ = final.status == "applied"
        assert (shown["step"] == "final") is set_
        assert shown["appraiser"] == town.people[before if set_ else above]
        if order.status == "applied":
            before = above


async def test_two_transfers_at_once_close_no_ring(town: EvaluatedTown) -> None:
    """Each alone is allowed; together each would stand above the other: the second one is refused."""
    served = await town.head_approved()
    for key in ("kabid_a", "kabid_b"):
        await town.approved(key, served, "kepala")

    def below(key: str, above: str) -> Awaitable[Answer]:
        named = {"plan": town.plan_of(key), "version": 1, "act": "penilai", "date": "2026-11-20", "reason": "SOTK"}
        return town.do("hra", "HRA", "skp.order", uuid7(), **named, superior=town.people[above])

    both = asyncio.gather(below("kabid_a", "kabid_b"), below("kabid_b", "kabid_a"))
    if town.db.is_sqlite:
        answers = await both
    else:
        async with town.db.engine.connect() as connection, connection.begin():
            await connection.execute(select(AGENCY.c.id).where(AGENCY.c.id == town.agency).with_for_update())
            both = asyncio.ensure_future(both)
            await _wait_for(town, 2)
        answers = await both
    assert sorted(one.status for one in answers) == ["applied", "rejected"], [one.wire() for one in answers]
    async with town.db.reading() as connection:
        rows = await connection.execute(select(PERSON.c.id, PERSON.c.superior))
        above = {row.id: row.superior for row in rows}
    a, b = town.people["kabid_a"], town.people["kabid_b"]
    assert (above[a] == b) != (above[b] == a)
