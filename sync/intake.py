"""The ids of mutations: claimed by inserting them, answered from memory when they came before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sync.clock import made_at
from sync.feed import Overtaken
from sync.protocol import Received
from sync.receipts import receipt_code
from sync.store import encode
from sync.writing import Writing

MAX_RECEIPT_TRIES = 8
MAX_WOKEN = 500
"""So many deferred mutations run in one transaction; the phones send the others again anyway."""


class Forked(Exception):
    """The same phone number and sequence number with another mutation: the profile was copied."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a mutation was given when it first came: its receipt, arrival and time of making (ms since 1970 UTC)."""

    receipt: str | None
    arrived: int
    made: int


@dataclass(slots=True)
class Claimed:
    """The ids that are new, with their stamps, and those of them that something waits for."""

    stamps: dict[str, Stamp] = field(default_factory=dict)
    awaited: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Asleep:
    """A deferred mutation, its content still sealed."""

    id: str
    account: str
    device: str | None
    sealed: str
    stamp: Stamp


_CLAIM = (
    "INSERT INTO sync_mutation (id, agency, account, hash, status, device, seq, kind, record, receipt, arrived, made) "
    "SELECT r.id, :agency, :account, r.hash, 'applied', r.device, r.seq, r.kind, r.record, r.receipt, :now, r.made "
    "FROM {rows} WHERE true ON CONFLICT DO NOTHING RETURNING CAST(id AS text), "
    "EXISTS (SELECT 1 FROM sync_wait s WHERE s.needs = CAST(sync_mutation.id AS text))"
)
_CLAIM_COLUMNS = "id uid, hash text, device uid, seq int, kind text, record uid, receipt text, made int"


async def claim(
    w: Writing, account: str, device: str | None, fresh: Mapping[str, Received], now: int, receipt_key: bytes
) -> Claimed:
    """Insert the ids that are not known yet, sorted, with their hashes: the database says which are new.

    Raises :class:`Forked`, or :class:`Overtaken` if no free receipt was found.
    """
    claimed = Claimed()
    todo = sorted(fresh)
    for n in range(MAX_RECEIPT_TRIES):
        if not todo:
            return claimed
        rows = [_row(fresh[id], device, now, receipt_code(receipt_key, id, n)) for id in todo]
        found = await w.store.run(
            w.connection,
            _CLAIM.format(rows=w.store.rows(_CLAIM_COLUMNS)),
            rows=encode(rows),
            agency=w.agency,
            account=account,
            now=now,
        )
        new = {row[0] for row in found}
        claimed.awaited |= {row[0] for row in found if row[1]}
        claimed.stamps |= {row["id"]: Stamp(row["receipt"], now, row["made"]) for row in rows if row["id"] in new}
        todo = [id for id in todo if id not in new]
        if todo:
            known = await _existing(w, todo)
            todo = [id for id in todo if id not in known]
            await _check_fork(w, device, [fresh[id] for id in todo])
    if todo:
        raise Overtaken
    return claimed


def _row(one: Received, device: str | None, now: int, receipt: str) -> dict[str, Any]:
    model = one.model
    assert model is not None
    return {
        "id": one.id,
        "hash": one.hash,
        "device": device,
        "seq": model.seq if device is not None else None,
        "kind": model.kind if one.fault is None else None,
        "record": model.record,
        "receipt": receipt,
        "made": now if model.clock is None else made_at(arrival=now, **model.clock.instants()),
    }


async def _existing(w: Writing, ids: Sequence[str]) -> set[str]:
    found = await w.store.run(
        w.connection,
        f"SELECT t.id FROM {w.store.rows('id uid')} {w.store.into} sync_mutation t ON t.id = r.id",
        rows=encode([{"id": id} for id in ids]),
    )
    return {str(row[0]) for row in found}


async def _check_fork(w: Writing, device: str | None, left: Iterable[Received]) -> None:
    seqs = [{"seq": one.seq} for one in left]
    if device is None or not seqs:
        return
    found = await w.store.run(
        w.connection,
        f"SELECT 1 FROM {w.store.rows('seq int')} {w.store.into} sync_mutation t "
        "ON t.device = CAST(:device AS {}) AND t.seq = r.seq LIMIT 1".format("uuid" if w.store.postgres else "text"),
        rows=encode(seqs),
        device=device,
    )
    if found:
        raise Forked


async def remembered(w: Writing, ids: Iterable[str]) -> Sequence[tuple[Any, ...]]:
    """What is known of mutations that came before.

    Rows of (id, account, hash, status, code, message, version, feed, receipt, conflicts, kind, record, arrived).
    """
    return await w.store.run(
        w.connection,
        "SELECT CAST(t.id AS text), CAST(t.account AS text), t.hash, t.status, t.code, t.message, t.version, t.feed, "
        "t.receipt, t.conflicts, t.kind, CAST(t.record AS text), t.arrived "
        f"FROM {w.store.rows('id uid')} {w.store.into} sync_mutation t ON t.id = r.id",
        rows=encode([{"id": id} for id in sorted(ids)]),
    )


async def waiting_for(w: Writing, needs: Iterable[str]) -> list[str]:
    """Ids of deferred mutations that wait for one of these."""
    found = await w.store.run(
        w.connection,
        f"SELECT DISTINCT t.mutation FROM {w.store.rows('needs text')} {w.store.into} sync_wait t "
        f"ON t.needs = r.needs ORDER BY t.mutation LIMIT {MAX_WOKEN}",
        rows=encode([{"needs": need} for need in sorted(needs)]),
    )
    return [str(row[0]) for row in found]


async def asleep(w: Writing, ids: Iterable[str]) -> list[Asleep]:
    """Those of the ids that are deferred in this agency, locked."""
    found = await w.store.run(
        w.connection,
        "SELECT t.id, t.account, t.device, t.sealed, t.receipt, t.arrived, t.made "
        f"FROM {w.store.rows('id uid')} {w.store.into} sync_mutation t ON t.id = r.id "
        "WHERE t.status = 'deferred' AND t.agency = :agency AND t.sealed IS NOT NULL ORDER BY t.id"
        + (" FOR UPDATE OF t" if w.store.postgres else ""),
        rows=encode([{"id": id} for id in sorted(ids)]),
        agency=w.agency,
    )
    return [
        Asleep(str(id), str(account), None if device is None else str(device), sealed, Stamp(receipt, arrived, made))
        for id, account, device, sealed, receipt, arrived, made in found
    ]
