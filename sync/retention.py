"""What is old enough is forgotten, in small transactions; a phone that still holds it makes it new again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sync.clock import to_ms
from sync.store import encode

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from sync.engine import SyncEngine

DEFERRED = timedelta(days=5)
"""Content and id of a mutation that waited in vain; its phone sends it again."""

DETAILS = timedelta(days=400)
"""Everything of a mutation but its id, owner, hash and status."""

TOMBSTONES = timedelta(days=180)
"""Entries that left an audience, and audience sets that no cursor used."""

BATCH = 1000

_SHRINK = (
    "UPDATE sync_mutation SET device = NULL, seq = NULL, kind = NULL, record = NULL, receipt = NULL, arrived = NULL, "
    "made = NULL, version = NULL, feed = NULL, code = NULL, message = NULL, conflicts = NULL, touched = NULL "
    "WHERE id IN (SELECT r.id FROM {rows})"
)


async def forget_deferred(engine: SyncEngine, now: datetime) -> int:
    """Forget deferred mutations of phones after 5 days; how many.

    Kept are those set aside for a repair of ours, and those that came from no phone: nobody sends them again.
    """
    cutoff, forgotten = to_ms(now - DEFERRED), 0
    while True:
        async with engine.database.writing() as connection:
            found = await engine.store.run(
                connection,
                "DELETE FROM sync_mutation WHERE id IN (SELECT id FROM sync_mutation WHERE status = 'deferred' "
                f"AND arrived < :cutoff AND code IS NULL AND device IS NOT NULL ORDER BY arrived LIMIT {BATCH}) "
                "AND status = 'deferred' RETURNING id",
                cutoff=cutoff,
            )
            await _delete_waits(engine, connection, found)
        forgotten += len(found)
        if len(found) < BATCH:
            return forgotten


async def _delete_waits(engine: SyncEngine, connection: AsyncConnection, ids: Sequence[tuple[Any, ...]]) -> None:
    await engine.store.run(
        connection,
        f"DELETE FROM sync_wait WHERE mutation IN (SELECT r.id FROM {engine.store.rows('id uid')})",
        rows=encode([{"id": str(row[0])} for row in ids]),
    )


async def shrink_mutations(engine: SyncEngine, now: datetime) -> int:
    """Shrink rows older than 400 days to (id, owner, hash, status), never less; how many.

    It walks the whole memory by key, so that the hot path carries no index for this.
    """
    cutoff, shrunk = to_ms(now - DETAILS), 0
    after = "00000000-0000-0000-0000-000000000000"
    while True:
        async with engine.database.writing() as connection:
            page = await engine.store.run(
                connection,
                "SELECT id, arrived, status FROM sync_mutation WHERE id > :after ORDER BY id LIMIT :limit",
                after=after,
                limit=BATCH,
            )
            old = [
                {"id": str(id)} for id, at, status in page if at is not None and at < cutoff and status != "deferred"
            ]
            if old:
                await engine.store.run(connection, _SHRINK.format(rows=engine.store.rows("id uid")), rows=encode(old))
        shrunk += len(old)
        if len(page) < BATCH:
            return shrunk
        after = str(page[-1][0])


async def forget_tombstones(engine: SyncEngine, now: datetime) -> int:
    """Forget what left an audience, and unused audience sets, after 180 days; how many entries.

    Cursors older than what is forgotten start anew: ``horizon`` says from where on the tombstones are whole.
    """
    cutoff, forgotten = to_ms(now - TOMBSTONES), 0
    while True:
        async with engine.database.writing() as connection:
            found = await _delete_entries(engine, connection, cutoff)
        forgotten += len(found)
        if len(found) < BATCH:
            break
    async with engine.database.writing() as connection:
        await engine.store.run(connection, "DELETE FROM feed_set WHERE used < :cutoff", cutoff=cutoff)
    engine.sets.clear()
    engine.sets_kept.clear()
    return forgotten


async def _delete_entries(engine: SyncEngine, connection: AsyncConnection, cutoff: int) -> Sequence[tuple[Any, ...]]:
    """One batch of dead entries; the counter's horizon rises in the same transaction, last as always."""
    dead = (
        f"SELECT audience, kind, id FROM feed_entry WHERE NOT live AND changed < :cutoff ORDER BY changed LIMIT {BATCH}"
    )
    found = await engine.store.run(
        connection,
        f"DELETE FROM feed_entry WHERE (audience, kind, id) IN ({dead}) AND NOT live AND changed < :cutoff "
        "RETURNING audience, feed",
        cutoff=cutoff,
    )
    if found:
        await engine.store.run(
            connection,
            "UPDATE sync_counter SET horizon = n.feed FROM (SELECT a.agency, max(r.feed) AS feed FROM "
            f"{engine.store.rows('audience int, feed int')} {engine.store.into} feed_audience a "
            "ON a.id = r.audience GROUP BY a.agency) AS n "
            "WHERE sync_counter.agency = n.agency AND sync_counter.horizon < n.feed",
            rows=encode([{"audience": audience, "feed": feed} for audience, feed in found]),
        )
    return found
