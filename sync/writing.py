"""What a handler works with: one transaction, its items, and what it publishes.

Published records are buffered: versions and feed numbers are taken last, right before the commit.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

import orjson
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from sync.actors import Actor
from sync.feed import Overtaken
from sync.registry import MutationKind
from sync.store import Store, StoredRecord

__all__ = ["Item", "StoredRecord", "Writing"]

Args = TypeVar("Args", bound=BaseModel)
Key = tuple[str, str]


@dataclass(slots=True)
class Item:
    """One mutation on its way through a handler.

    ``args`` is the validated model of its kind; ``raw`` the members as received after upcasting. ``made``
    is the evidence of when it was written on the phone (UTC). For the rule ``fields``, ``changes`` holds
    what the merge lets through and ``merged`` the whole new body, both by wire name. ``receipt`` is the code that
    the person gets for it.
    """

    id: str
    kind: MutationKind
    record: str
    actor: Actor
    args: Any
    raw: dict[str, Any]
    made: datetime
    arrived: datetime
    receipt: str | None
    seen: Mapping[str, int] = field(default_factory=dict)
    seen_digest: str | None = None
    base: Mapping[str, Any] = field(default_factory=dict)
    base_version: int | None = None
    resolves: Sequence[str] = ()
    depends_on: Sequence[str] = ()
    device: str | None = None
    seq: int | None = None
    current: StoredRecord | None = None
    changes: dict[str, Any] = field(default_factory=dict)
    merged: dict[str, Any] = field(default_factory=dict)
    code: str | None = None
    message: str | None = None
    lost: bool = False

    def lose(self, code: str, message: str) -> None:
        """An append met a taken natural key: the kind's declaration says what becomes of it.

        ``keep``: stored with a mark (the handler stores it), answered ``applied`` with this code;
        ``refuse``: answered ``rejected``.
        """
        self.lost = True
        self.code = code
        self.message = message


@dataclass(slots=True)
class Publication:
    """The whole new state of one record: its body and who may see it; ``body`` is ``None`` for a deletion."""

    body: bytes | None
    audiences: frozenset[str]


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a transaction to return to."""

    published: Mapping[Key, Publication]
    hooks: Sequence[Callable[[], Awaitable[None]]]
    known: Mapping[Key, StoredRecord | None]
    locked: AbstractSet[Key]


class Writing:
    """One write transaction of one agency.

    ``session`` and ``connection`` are the same transaction seen through the ORM and through Core. ``now``
    is the server's time, UTC. ``agency`` is the agency's id. ``ports`` gives access to other rooms by name,
    filled in where the server is wired.
    """

    def __init__(
        self,
        *,
        connection: AsyncConnection,
        store: Store,
        agency: str,
        now: datetime,
        ports: Mapping[str, Any],
    ) -> None:
        self.connection = connection
        self._session: AsyncSession | None = None
        self.store = store
        self.agency = agency
        self.now = now
        self.ports = ports
        self.published: dict[Key, Publication] = {}
        self.hooks: list[Callable[[], Awaitable[None]]] = []
        self._known: dict[Key, StoredRecord | None] = {}
        self._locked: set[Key] = set()

    @property
    def session(self) -> AsyncSession:
        """The transaction for the ORM; made when a handler first wants it, since most batches never do."""
        if self._session is None:
            self._session = AsyncSession(self.connection, expire_on_commit=False)
        return self._session

    async def close(self) -> None:
        """Let go of the session; the transaction itself is its owner's to end."""
        if self._session is not None:
            await self._session.close()

    def publish(self, kind: str, id: str, body: BaseModel | Mapping[str, Any], audiences: Iterable[str]) -> None:
        """Set the whole body of a record and who may see it; the last call in a transaction counts."""
        if isinstance(body, BaseModel):
            encoded = orjson.dumps(body.model_dump(mode="json", by_alias=True, exclude_none=True))
        else:
            encoded = orjson.dumps(body)
        self.published[(kind, id)] = Publication(encoded, frozenset(audiences))

    def publish_encoded(self, kind: str, id: str, body: bytes, audiences: frozenset[str]) -> None:
        """The same for a body that is JSON already (set-based handlers)."""
        self.published[(kind, id)] = Publication(body, audiences)

    def unpublish(self, kind: str, id: str) -> None:
        """Delete a record from the feed: everybody who held it is told so."""
        self.published[(kind, id)] = Publication(None, frozenset())

    async def lock(self, kind: str, ids: Iterable[str]) -> dict[str, StoredRecord]:
        """Lock records until the commit and give their present state; unknown ids are left out."""
        wanted = sorted(set(ids))
        await self.lock_keys([(kind, id) for id in wanted])
        return await self.current(kind, wanted)

    async def lock_keys(self, keys: Iterable[Key]) -> None:
        """Lock records of any kinds until the commit, in order. Raises :class:`Overtaken` as ``lock_published``."""
        wanted = set(keys) - self._locked
        found = await self.store.records(self.connection, self.agency, wanted, lock=True)
        for key in wanted:
            record, known = found.get(key), self._known.get(key)
            if key in self._known and _version(known) != _version(record):
                raise Overtaken  # somebody may have acted already on what was read without a lock
            self._known[key] = record
        self._locked |= wanted

    async def lock_published(self, keys: Iterable[Key]) -> Mapping[Key, StoredRecord | None]:
        """Lock what is published and give its stored state.

        Raises :class:`Overtaken` if a record was read without a lock and has changed since.
        """
        await self.lock_keys(keys)
        return self._known

    async def current(self, kind: str, ids: Iterable[str]) -> dict[str, StoredRecord]:
        """The state of records as this transaction sees it, what it published itself included."""
        wanted = sorted(set(ids))
        missing = [(kind, id) for id in wanted if (kind, id) not in self._known]
        if missing:
            found = await self.store.records(self.connection, self.agency, missing, lock=False)
            for key in missing:
                self._known[key] = found.get(key)
        return {id: record for id in wanted if (record := self.state((kind, id))) is not None}

    def state(self, key: Key) -> StoredRecord | None:
        """The present state of a record that was locked or read before."""
        known, published = self._known.get(key), self.published.get(key)
        if published is None:
            return known
        version = _version(known)
        if published.body is None:
            audiences = frozenset[str]() if known is None else known.audiences
            return StoredRecord(key[0], key[1], version, {}, audiences, deleted=True)
        return StoredRecord(key[0], key[1], version, orjson.loads(published.body), published.audiences, deleted=False)

    def after_commit(self, hook: Callable[[], Awaitable[None]]) -> None:
        """Call ``hook`` once the transaction is committed; it must not matter if the process dies before."""
        self.hooks.append(hook)

    async def flush(self) -> None:
        """Send what handlers left in the session to the database."""
        session = self._session
        if session is not None and (session.new or session.dirty or session.deleted):
            await session.flush()

    def mark(self) -> Mark:
        """Where this transaction stands, to return to if an item fails."""
        return Mark(dict(self.published), list(self.hooks), dict(self._known), set(self._locked))

    def return_to(self, mark: Mark) -> None:
        """Forget what came after the mark: a savepoint was rolled back, and its row locks with it."""
        self.published, self.hooks = dict(mark.published), list(mark.hooks)
        self._known, self._locked = dict(mark.known), set(mark.locked)
        if self._session is not None:
            self._session.expunge_all()


def _version(record: StoredRecord | None) -> int:
    return 0 if record is None else record.version
