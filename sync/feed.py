"""Publishing: what a transaction changed gets its versions, and last of all its feed numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from sync.digest import record_digest
from sync.store import Key, Life, StoredRecord, encode, next_version

if TYPE_CHECKING:
    from sync.writing import Writing


class Overtaken(Exception):
    """Another transaction got in between; the whole one is tried again."""


@dataclass(slots=True)
class Prepared:
    """Everything that needs no feed number yet, so that the counter is held as short as possible."""

    keys: list[Key]
    versions: dict[Key, int] = field(default_factory=dict)
    records: list[dict[str, object]] = field(default_factory=list)
    entries: list[dict[str, object]] = field(default_factory=list)
    audiences: dict[str, int] = field(default_factory=dict)

    def touched(self) -> frozenset[str]:
        """The audience strings that have something newer (for pokes)."""
        return frozenset(self.audiences)


async def prepare(w: Writing, life: Life) -> Prepared:
    """Versions, audience numbers and finished JSON of all that ``w`` published. Raises :class:`Overtaken`."""
    keys = sorted(w.published)
    stored = await w.lock_published(keys)
    prepared = Prepared(keys)
    names: set[str] = set()
    for key in keys:
        before = stored.get(key)
        names |= w.published[key].audiences
        if before is not None:
            names |= before.audiences
    if names:
        prepared.audiences = await w.store.audience_numbers(w.connection, w.agency, names, create=True)
    members: dict[frozenset[str], str] = {}
    for position, key in enumerate(keys):
        _prepare_one(prepared, w, life, position, key, stored.get(key), members)
    return prepared


def _prepare_one(
    prepared: Prepared, w: Writing, life: Life, position: int, key: Key, before: StoredRecord | None,
    members: dict[frozenset[str], str],
) -> None:  # fmt: skip
    publication = w.published[key]
    kind, id = key
    version = next_version(0 if before is None else before.version, life.restores)
    prepared.versions[key] = version
    now = publication.audiences
    had = frozenset[str]() if before is None or before.deleted else before.audiences
    change = ""
    if publication.body is not None:
        head = orjson.dumps({"kind": kind, "id": id, "version": version})[:-1]
        change = (head + b',"body":' + publication.body + b"}").decode()
    elif before is not None:
        now = before.audiences  # so that who held it learns that it is gone, and nobody else that it was there
    if now not in members:
        members[now] = encode(sorted(prepared.audiences[name] for name in now))
    prepared.records.append(
        {
            "kind": kind,
            "id": id,
            "version": version,
            "feed": position,
            "digest": record_digest(kind, id, version),
            "deleted": publication.body is None,
            "audiences": members[now],
            "change": change,
        }
    )
    for live, group in ((True, publication.audiences), (False, had - publication.audiences)):
        prepared.entries += [
            {"audience": prepared.audiences[name], "kind": kind, "id": id, "feed": position, "live": live}
            for name in group
        ]


_FIRST = "taken.feed - :count + 1"
_TAKE = "UPDATE sync_counter SET feed = feed + :count WHERE agency = :agency RETURNING feed, epoch"

_RECORD_COLUMNS = "kind text, id uid, version int, feed int, digest int, deleted bool, audiences text, change text"
_RECORDS = (
    "INSERT INTO sync_record (agency, kind, id, version, feed, digest, deleted, audiences, change) "
    "SELECT {agency}, r.kind, r.id, r.version, r.feed + {first}, r.digest, r.deleted, r.audiences, r.change "
    "FROM {rows} WHERE true "
    "ON CONFLICT (agency, kind, id) DO UPDATE SET version = excluded.version, feed = excluded.feed, "
    "digest = excluded.digest, deleted = excluded.deleted, audiences = excluded.audiences, "
    "change = excluded.change WHERE sync_record.version < excluded.version"
)
_ENTRY_COLUMNS = "audience int, kind text, id uid, feed int, live bool"
_ENTRIES = (
    "INSERT INTO feed_entry (audience, kind, id, feed, live, changed) "
    "SELECT r.audience, r.kind, r.id, r.feed + {first}, r.live, {now} FROM {rows} WHERE true "
    "ON CONFLICT (audience, kind, id) DO UPDATE SET feed = excluded.feed, live = excluded.live, "
    "changed = excluded.changed"
)
_END_COLUMNS = (
    "id uid, status text, version int, fed bool, code text, message text, conflicts text, touched text, sealed text"
)
_ENDS = (
    "UPDATE sync_mutation SET status = r.status, version = r.version, feed = CASE WHEN r.fed THEN {last} END, "
    "code = r.code, message = r.message, conflicts = r.conflicts, touched = r.touched, sealed = r.sealed "
    "FROM {rows} WHERE sync_mutation.id = r.id"
)
_PLAIN_COLUMNS = "id uid, version int"
_PLAIN = "UPDATE sync_mutation SET version = r.version, feed = {last} FROM {rows} WHERE sync_mutation.id = r.id"

Ends = Sequence[dict[str, Any]]


async def write(w: Writing, prepared: Prepared, life: Life, now_ms: int, plain: Ends = (), ends: Ends = ()) -> int:
    """Take the numbers and write all that bears one. The last number, or 0.

    ``ends`` are rows of mutations; of the ``plain`` ones, which took effect and have no more to tell, only the
    version and the number are written.

    Raises :class:`Overtaken` if a record was changed in between or a new epoch has begun, and ``LookupError``
    for an agency without a counter.
    """
    count = len(prepared.keys)
    if not count:
        await _only_ends(w, [*plain, *ends])
        return 0
    steps = _in_one_statement if w.store.postgres else _one_by_one
    found = await steps(w, prepared, now_ms, plain, ends)
    if not found:
        raise LookupError(f"agency {w.agency} has no counter")
    last, epoch, written = found[0]
    if str(epoch) != life.epoch or written != count:
        raise Overtaken
    return int(last)


async def _only_ends(w: Writing, ends: Ends) -> None:
    if ends:
        sql = _ENDS.format(last="0", rows=w.store.rows(_END_COLUMNS))
        await w.store.run(w.connection, sql, rows=encode(ends))


async def _in_one_statement(
    w: Writing, prepared: Prepared, now_ms: int, plain: Ends, ends: Ends
) -> Sequence[tuple[Any, ...]]:
    """PostgreSQL: one round trip, so that the counter is held for no longer than that and the commit."""

    def rows(columns: str, parameter: str = "rows") -> str:
        return f"{w.store.rows(columns, parameter)} CROSS JOIN taken"

    return await w.store.run(
        w.connection,
        f"WITH taken AS ({_TAKE}), records AS ("
        + _RECORDS.format(agency="CAST(:agency AS uuid)", first=_FIRST, rows=rows(_RECORD_COLUMNS))
        + " RETURNING 1), entries AS ("
        + _ENTRIES.format(first=_FIRST, now="CAST(:now AS bigint)", rows=rows(_ENTRY_COLUMNS, "entries"))
        + "), plain AS ("
        + _PLAIN.format(last="taken.feed", rows=rows(_PLAIN_COLUMNS, "plain"))
        + "), ends AS ("
        + _ENDS.format(last="taken.feed", rows=rows(_END_COLUMNS, "ends"))
        + ") SELECT feed, epoch, (SELECT count(*) FROM records) FROM taken",
        agency=w.agency,
        count=len(prepared.keys),
        now=now_ms,
        rows=encode(prepared.records),
        entries=encode(prepared.entries),
        plain=encode([{"id": end["id"], "version": end["version"]} for end in plain]),
        ends=encode(ends),
    )


async def _one_by_one(
    w: Writing, prepared: Prepared, now_ms: int, plain: Ends, ends: Ends
) -> Sequence[tuple[Any, ...]]:
    """SQLite: the same, one after the other."""
    taken = await w.store.run(w.connection, _TAKE, count=len(prepared.keys), agency=w.agency)
    if not taken:
        return []
    last, epoch = taken[0]
    more = {"agency": w.agency, "first": last - len(prepared.keys) + 1, "now": now_ms, "last": last}

    async def each(sql: str, columns: str, rows: Sequence[dict[str, Any]], **names: str) -> int:
        sql = sql.format(rows=w.store.one_row(columns), **names)
        return await w.store.many(w.connection, sql, [row | more for row in rows]) if rows else 0

    written = await each(_RECORDS, _RECORD_COLUMNS, prepared.records, agency=":agency", first=":first")
    await each(_ENTRIES, _ENTRY_COLUMNS, prepared.entries, first=":first", now=":now")
    await each("UPDATE sync_mutation SET version = :version, feed = :last WHERE id = :id", _PLAIN_COLUMNS, plain)
    await each(_ENDS, _END_COLUMNS, ends, last=":last")
    return [(last, epoch, written)]
