"""What the server remembers of earlier mutations: their ends, the versions they made, what stands for what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import orjson

from sync.answers import FAILED
from sync.store import Key, Store, encode

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from sync.writing import Item

OWN_WINDOW = 200
"""How many earlier mutations of the same phone count as seen by its owner when versions are compared."""

UNSEEN = 0
"""In place of a version that several phones made in one transaction: none of them saw all of it."""


@dataclass(frozen=True, slots=True)
class Past:
    """One remembered mutation."""

    id: str
    account: str
    status: str
    code: str | None
    kind: str | None
    record: str | None
    version: int | None
    feed: int = 0
    touched: dict[str, int] = field(default_factory=dict)

    def version_of(self, key: Key) -> int | None:
        """The version of ``key`` that it made, if it made one."""
        kind, id = key
        if f"{kind}:{id}" in self.touched:
            return self.touched[f"{kind}:{id}"]
        return self.version if self.record == id else None


_COLUMNS = "t.id, t.account, t.status, t.code, t.kind, t.record, t.version, t.feed, t.touched"


class Ledger:
    """The memory of one transaction; only what its mutations name is read."""

    def __init__(self, store: Store, connection: AsyncConnection, agency: str) -> None:
        self.store = store
        self.connection = connection
        self.agency = agency
        self._past: dict[str, Past] = {}
        self._asked: set[str] = set()
        self._stands: dict[str, str] = {}
        self._own: dict[tuple[str, int], list[Past]] = {}

    async def look_up(self, ids: Iterable[str]) -> None:
        """Read the mutations of these ids and what stands for them."""
        wanted = sorted(set(ids) - self._asked)
        if not wanted:
            return
        self._asked.update(wanted)
        rows = encode([{"id": id} for id in wanted])
        chosen = await self.store.run(
            self.connection,
            "SELECT t.resolved, t.choice FROM "
            + self.store.rows("id uid")
            + f" {self.store.into} sync_resolution t ON t.resolved = r.id",
            rows=rows,
        )
        self._stands.update({str(row[0]): str(row[1]) for row in chosen})
        also = [{"id": str(row[1])} for row in chosen]
        found = await self.store.run(
            self.connection,
            f"SELECT {_COLUMNS} FROM {self.store.rows('id uid')} {self.store.into} sync_mutation t ON t.id = r.id",
            rows=encode([{"id": id} for id in wanted] + also),
        )
        for row in found:
            self._past[str(row[0])] = _past(row)

    def past(self, mutation: str, account: str) -> Past | None:
        """A mutation read by :meth:`look_up` (or what stands for it), if it is the account's own."""
        past = self._past.get(self.stands_for(mutation))
        return past if past is not None and past.account == account else None

    def stands_for(self, mutation: str) -> str:
        """The id whose end counts for ``mutation``: a person's choice after a conflict, else its own."""
        seen = {mutation}
        while mutation in self._stands and self._stands[mutation] not in seen:
            mutation = self._stands[mutation]
            seen.add(mutation)
        return mutation

    def resolve(self, resolved: str, by: str) -> None:
        """From now on ``by`` stands for ``resolved``."""
        self._stands[resolved] = by

    def withdrawn(self, mutation: str, account: str) -> None:
        """From now on the account's mutation is over; who waits for it in this very transaction learns of it."""
        nothing = Past(mutation, account, "", None, None, None, None)
        self._past[mutation] = replace(self._past.get(mutation, nothing), status="rejected", code="withdrawn")

    def failed(self, mutation: str, account: str) -> bool:
        """Whether a mutation read by :meth:`look_up` is the account's own and ended in conflict or rejected."""
        past = self._past.get(mutation)
        return past is not None and past.account == account and past.status in FAILED

    async def versions_by(self, item: Item, key: Key) -> set[int]:
        """Versions of ``key`` that the item's author made and had on the screen: named ones and this phone's own."""
        found = self.versions_named(item, key)
        if item.device is not None and item.seq is not None:
            found |= _versions(await self._earlier(item.device, item.seq), key)
        return found

    def versions_named(self, item: Item, key: Key) -> set[int]:
        """Versions of ``key`` that the mutations made which the item names."""
        return _versions(self.named(item), key)

    def named(self, item: Item) -> list[Past]:
        """The author's mutations that the item names, those that took effect last first."""
        found = [self.past(need, item.actor.account) for need in item.depends_on if not need.startswith("file:")]
        return sorted((past for past in found if past is not None), key=lambda past: past.feed, reverse=True)

    async def _earlier(self, device: str, seq: int) -> list[Past]:
        if (device, seq) not in self._own:
            found = await self.store.run(
                self.connection,
                f"SELECT {_COLUMNS} FROM sync_mutation t WHERE t.device = :device AND t.seq < :seq "
                "ORDER BY t.seq DESC LIMIT :limit",
                device=device,
                seq=seq,
                limit=OWN_WINDOW,
            )
            self._own[(device, seq)] = [_past(row) for row in found]
        return self._own[(device, seq)]


def _versions(made: Iterable[Past], key: Key) -> set[int]:
    return {version for past in made if (version := past.version_of(key))}


def _past(row: tuple[Any, ...]) -> Past:
    id, account, status, code, kind, record, version, feed, touched = row
    return Past(
        id=str(id),
        account=str(account),
        status=status,
        code=code,
        kind=kind,
        record=None if record is None else str(record),
        version=version,
        feed=feed or 0,
        touched=orjson.loads(touched) if touched else {},
    )
