"""Publishing: what a transaction changed gets its versions, and last of all its feed numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

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
    versions: dict[Key, int]
    records: list[dict[str, object]]
    entries: list[dict[str, object]]
    audiences: dict[str, int]

    def touched(self) -> frozenset[str]:
        """The audience strings that have something newer (for pokes)."""
        return frozenset(self.audiences)


async def prepare(w: Writing, life: Life, known: Mapping[Key, StoredRecord | None]) -> Prepared:
    """Versions, audience numbers and finished JSON of all that ``w`` published. ``known`` are locked records."""
    keys = sorted(w.published)
    unlocked = [key for key in keys if key not in known]
    stored: dict[Key, StoredRecord | None] = dict(known)
    if unlocked:
        found = await w.store.records(w.connection, w.agency, unlocked, lock=True)
        stored.update({key: found.get(key) for key in unlocked})
    names: set[str] = set()
    for key in keys:
        before = stored.get(key)
        names |= w.published[key].audiences
        if before is not None:
            names |= before.audiences
    numbers = await w.store.audience_numbers(w.connection, w.agency, names, create=True) if names else {}
    prepared = Prepared(keys, {}, [], [], numbers)
    for position, key in enumerate(keys):
        _prepare_one(prepared, w, life, position, key, stored.get(key))
    return prepared


def _prepare_one(
    prepared: Prepared, w: Writing, life: Life, position: int, key: Key, before: StoredRecord | None
) -> None:
    publication = w.published[key]
    kind, id = key
    version = next_version(0 if before is None else before.version, life.restores)
    prepared.versions[key] = version
    change = ""
    if publication.body is not None:
        head = orjson.dumps({"kind": kind, "id": id, "version": version})[:-1]
        change = (head + b',"body":' + publication.body + b"}").decode()
    members = sorted(prepared.audiences[name] for name in publication.audiences)
    left = (
        []
        if before is None
        else [prepared.audiences[name] for name in before.audiences if name not in publication.audiences]
    )
    prepared.records.append(
        {
            "kind": kind,
            "id": id,
            "version": version,
            "feed": position,
            "digest": record_digest(kind, id, version),
            "deleted": publication.body is None,
            "audiences": encode(members),
            "change": change,
        }
    )
    for live, group in ((True, members), (False, left)):
        prepared.entries += [
            {"audience": number, "kind": kind, "id": id, "feed": position, "live": live} for number in group
        ]


async def write(w: Writing, prepared: Prepared, first: int, now_ms: int) -> None:
    """Write records and entries, the first of them with feed number ``first``. Raises :class:`Overtaken`."""
    if not prepared.records:
        return
    store = w.store
    written = await store.count(
        w.connection,
        "INSERT INTO sync_record (agency, kind, id, version, feed, digest, deleted, audiences, change) "
        "SELECT :agency, r.kind, r.id, r.version, r.feed + :first, r.digest, r.deleted, r.audiences, r.change FROM "
        + store.rows("kind text, id uid, version int, feed int, digest int, deleted bool, audiences text, change text")
        + " WHERE true ON CONFLICT (agency, kind, id) DO UPDATE SET version = excluded.version, feed = excluded.feed, "
        "digest = excluded.digest, deleted = excluded.deleted, audiences = excluded.audiences, "
        "change = excluded.change WHERE sync_record.version < excluded.version",
        rows=encode(prepared.records),
        agency=w.agency,
        first=first,
    )
    if written != len(prepared.records):
        raise Overtaken
    if prepared.entries:
        await store.run(
            w.connection,
            "INSERT INTO feed_entry (audience, kind, id, feed, live, changed) "
            "SELECT r.audience, r.kind, r.id, r.feed + :first, r.live, :now FROM "
            + store.rows("audience int, kind text, id uid, feed int, live bool")
            + " WHERE true ON CONFLICT (audience, kind, id) DO UPDATE SET feed = excluded.feed, live = excluded.live, "
            "changed = excluded.changed",
            rows=encode(prepared.entries),
            first=first,
            now=now_ms,
        )
