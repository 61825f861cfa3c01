"""What is old enough is forgotten, in batches, so that no pass holds a lock for long."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sync.clock import to_ms

if TYPE_CHECKING:
    from sync.engine import SyncEngine

DEFERRED = timedelta(days=5)
DETAILS = timedelta(days=400)
TOMBSTONES = timedelta(days=180)
BATCH = 1000


async def forget_deferred(engine: SyncEngine, now: datetime) -> int:
    """Forget content and id of what waited 5 days; the phone still holds it and sends it again. Returns how many.

    What waits for a repair of ours (``internal``) is kept: forgetting it would hide our defect.
    """
    forgotten = 0
    while True:
        async with engine.database.writing() as connection:
            found = await engine.store.run(
                connection,
                "DELETE FROM sync_mutation WHERE id IN (SELECT id FROM sync_mutation WHERE status = 'deferred' "
                "AND arrived < :before AND code IS NULL ORDER BY arrived LIMIT :batch) RETURNING id",
                before=to_ms(now - DEFERRED),
                batch=BATCH,
            )
            await engine.store.run(
                connection,
                "DELETE FROM sync_wait WHERE NOT EXISTS (SELECT 1 FROM sync_mutation t WHERE t.id = mutation)",
            )
        forgotten += len(found)
        if len(found) < BATCH:
            return forgotten


async def shrink_mutations(engine: SyncEngine, now: datetime) -> int:
    """Shrink ended mutations after 400 days to id, owner, hash and status; the row itself stays for ever."""
    shrunk = 0
    while True:
        async with engine.database.writing() as connection:
            found = await engine.store.run(
                connection,
                "UPDATE sync_mutation SET device = NULL, seq = NULL, kind = NULL, record = NULL, receipt = NULL, "
                "arrived = NULL, made = NULL, version = NULL, feed = NULL, code = NULL, message = NULL, "
                "conflicts = NULL, touched = NULL WHERE id IN (SELECT id FROM sync_mutation WHERE arrived < :before "
                "AND status <> 'deferred' ORDER BY arrived LIMIT :batch) RETURNING id",
                before=to_ms(now - DETAILS),
                batch=BATCH,
            )
        shrunk += len(found)
        if len(found) < BATCH:
            return shrunk


async def forget_tombstones(engine: SyncEngine, now: datetime) -> int:
    """Forget tombstones and audience sets after 180 days; cursors from before start anew (``horizon``)."""
    before = to_ms(now - TOMBSTONES)
    async with engine.database.writing() as connection:
        await engine.store.run(
            connection,
            "UPDATE sync_counter SET horizon = coalesce((SELECT max(e.feed) FROM feed_entry e "
            "JOIN feed_audience a ON a.id = e.audience WHERE a.agency = sync_counter.agency AND NOT e.live "
            "AND e.changed < :before), horizon)",
            before=before,
        )
        gone = await engine.store.run(
            connection, "DELETE FROM feed_entry WHERE NOT live AND changed < :before RETURNING id", before=before
        )
        await engine.store.run(connection, "DELETE FROM feed_set WHERE used < :before", before=before)
    return len(gone)
