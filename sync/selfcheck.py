"""What must be so in the engine's tables at every moment (promises I1, I3 and I4), asked of the database itself.

One pass over all records and entries: for an operator, not for the hot path.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from sync.store import Store

_MUST_BE_NONE = {
    "records numbered above their agency's counter": (
        "SELECT count(*) FROM sync_record r JOIN sync_counter c ON c.agency = r.agency WHERE r.feed > c.feed"
    ),
    "feed numbers that two records of one agency share": (
        "SELECT count(*) FROM (SELECT 1 FROM sync_record GROUP BY agency, feed HAVING count(*) > 1) x"
    ),
    "records whose audiences and feed entries differ": (
        "SELECT count(*) FROM sync_record r LEFT JOIN (SELECT a.agency, e.kind, e.id, count(*) AS entries "
        "FROM feed_entry e JOIN feed_audience a ON a.id = e.audience WHERE e.live GROUP BY a.agency, e.kind, e.id) x "
        "ON x.agency = r.agency AND x.kind = r.kind AND x.id = r.id "
        "WHERE coalesce(x.entries, 0) <> CASE WHEN r.deleted THEN 0 ELSE json_array_length({audiences}) END"
    ),
    "feed entries with another number than their record": (
        "SELECT count(*) FROM feed_entry e JOIN feed_audience a ON a.id = e.audience "
        "JOIN sync_record r ON r.agency = a.agency AND r.kind = e.kind AND r.id = e.id "
        "WHERE e.live AND e.feed <> r.feed"
    ),
    "mutations accepted at a number above their agency's counter": (
        "SELECT count(*) FROM sync_mutation m JOIN sync_counter c ON c.agency = m.agency "
        "WHERE m.status IN ('applied', 'merged') AND m.feed > c.feed"
    ),
    "deferred mutations without their sealed content": (
        "SELECT count(*) FROM sync_mutation WHERE status = 'deferred' AND sealed IS NULL"
    ),
}


async def contradictions(store: Store, connection: AsyncConnection) -> dict[str, int]:
    """What contradicts the engine's own rules, in words, with how many rows; empty if all is well."""
    audiences = "CAST(r.audiences AS json)" if store.postgres else "r.audiences"
    found = {}
    for words, sql in _MUST_BE_NONE.items():
        rows = await store.run(connection, sql.replace("{audiences}", audiences))
        if rows[0][0]:
            found[words] = int(rows[0][0])
    return found
