"""What must hold before an item may run: what it depends on, who asks, and whether the view is fresh."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Protocol

from sync.answers import ACCEPTED, FAILED, MESSAGES, Answer, conflicting, rejected
from sync.digest import digest_of
from sync.errors import Conflict
from sync.ledger import Ledger
from sync.registry import Registry, Rule
from sync.store import Key, StoredRecord, same_life
from sync.waves import own_of, target_of, whole_of
from sync.withdrawal import WITHDRAW
from sync.writing import Item, Writing


class Files(Protocol):
    """Port: uploads that mutations wait for."""

    async def complete(self, w: Writing, account: str, uploads: Sequence[str]) -> set[str]:
        """Those of the account's uploads that are wholly here."""
        ...


@dataclass(slots=True)
class Progress:
    """What one transaction knows of its own items so far.

    ``owners`` are the accounts of all ids that it received or woke; ``changed_by`` names, for each record that
    was published, the items that did it: its version is not taken yet, so versions alone cannot tell.
    """

    items: dict[str, Item] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    changed_by: dict[Key, list[Item]] = field(default_factory=dict)
    refusals: list[Item] = field(default_factory=list)


class Judge:
    """Judges the items of one transaction; it reads, it never writes."""

    def __init__(self, w: Writing, registry: Registry, ledger: Ledger, files: Files | None, progress: Progress) -> None:
        self.w = w
        self.registry = registry
        self.ledger = ledger
        self.files = files
        self.progress = progress
        self._kinds = [kind.name for kind in registry.records()]

    async def obstacle(self, item: Item) -> Answer | None:
        """The answer of an item that may not run; ``None`` if it may."""
        waits = await self.dependencies(item) if item.depends_on else None
        return waits or self.permission(item)

    async def dependencies(self, item: Item) -> Answer | None:
        """Whether all that the item names has arrived and was accepted."""
        pending: list[str] = []
        uploads = [need[5:] for need in item.depends_on if need.startswith("file:")]
        if uploads:
            done = await self.files.complete(self.w, item.actor.account, uploads) if self.files else set()
            pending += [f"file:{upload}" for upload in uploads if upload not in done]
        for need in item.depends_on:
            if need.startswith("file:"):
                continue
            state, rule = self._end_of(need, item.actor.account)
            if state == "failed":
                chained = item.kind.rule in (Rule.COMMAND, Rule.FIELDS) and rule is not Rule.CLAIM
                return conflicting(item.id, "chain", server_key=own_of(item)) if chained else (
                    rejected(item.id, "dependency")
                )  # fmt: skip
            if state == "pending":
                pending.append(need)
        if pending:
            return Answer(item.id, "deferred", message=MESSAGES["waiting"], waits=sorted(set(pending)))
        return None

    def _end_of(self, mutation: str, account: str) -> tuple[str, Rule | None]:
        """``done``, ``failed`` or ``pending``, and the rule of the named mutation."""
        id = self.ledger.stands_for(mutation)
        past = self.ledger.past(mutation, account)
        kind = None if past is None else self.registry.find_mutation(past.kind or "")
        if id in self.progress.owners:
            answer, item = self.progress.answers.get(id), self.progress.items.get(id)
            if answer is None or self.progress.owners[id] != account:
                return "pending", None
            status, kind = answer.status, kind if item is None else item.kind
        elif past is None:
            return "pending", None
        else:
            status = past.status
        rule = None if kind is None else kind.rule
        if status in ACCEPTED or status == "duplicate":
            return "done", rule
        return ("failed" if status in FAILED else "pending"), rule

    def permission(self, item: Item) -> Answer | None:
        """Whether the actor may do this to a record that is there; nothing is told of what they may not see."""
        if item.kind is WITHDRAW:
            return None
        key = target_of(item) or own_of(item)
        stored = self.w.state(key)
        item.current = stored
        if item.kind.internal and not item.actor.system:
            return rejected(item.id, "not_found")
        if stored is None and (item.kind.target is not None or not _makes(item)):
            return rejected(item.id, "not_found")
        visible = stored is None or item.actor.system or bool(stored.audiences & item.actor.audiences)
        if stored is not None and stored.deleted:
            return rejected(item.id, "gone" if visible else "not_found")
        if item.kind.rule is Rule.APPEND and self.w.state(own_of(item)) is not None:
            return rejected(item.id, "exists")
        if item.kind.within is not None:
            whole = whole_of(item)
            stored = None if whole is None else self.w.state(whole)
            if stored is None or stored.deleted:
                return rejected(item.id, "not_found")
            visible = item.actor.system or bool(stored.audiences & item.actor.audiences)
        if not item.actor.system and not item.kind.may.check(item.actor, item, stored):
            self.progress.refusals.append(item)
            return rejected(item.id, "forbidden" if visible else "not_found")
        return None

    async def check_seen(self, item: Item) -> None:
        """A command runs only over what its author saw. Raises :class:`Conflict` for a stale view."""
        if item.actor.system:
            return
        current = self.w.state(own_of(item))
        if current is not None and item.record not in item.seen and await self.stale(item, current, 0):
            raise Conflict([], MESSAGES["conflict"])
        for id, version in item.seen.items():
            found = [record for kind in self._kinds_of(item, id) if (record := self.w.state((kind, id))) is not None]
            # What the author may not see counts as never seen, so that nobody can probe for it.
            if not any(record.audiences & item.actor.audiences for record in found):
                raise Conflict([], MESSAGES["conflict"])
            for record in found:
                if await self.stale(item, record, version):
                    raise Conflict([], MESSAGES["conflict"])
        if item.kind.seen_set is not None and not await self._saw_the_set(item):
            raise Conflict([], MESSAGES["conflict"])

    def keys_of(self, item: Item) -> Iterable[Key]:
        """Every record to be locked before the item is judged."""
        yield own_of(item)
        target = target_of(item)
        if target is not None:
            yield target
        whole = whole_of(item)
        if whole is not None:
            yield whole
        if item.kind.rule is Rule.COMMAND:
            for id in item.seen:
                for kind in self._kinds_of(item, id):
                    yield kind, id

    def _kinds_of(self, item: Item, id: str) -> Sequence[str]:
        """``seen`` names records by id alone; only the item's own is known to be of one kind."""
        return (item.kind.record,) if id == item.record else self._kinds

    async def stale(self, item: Item, current: StoredRecord, carried: int) -> bool:
        """Whether a change stands between what the author saw and now that is not the author's own work."""
        key = (current.kind, current.id)
        if self._changed_by_others(item, key):
            return True
        if current.version <= carried:
            return current.version < carried
        if carried and not same_life(carried, current.version):
            return True  # what was carried may be lost: between a backup and its restore, numbers tell nothing
        own = {version for version in await self.ledger.versions_by(item, key) if version > carried}
        between = current.version % 1_000_000 - carried % 1_000_000
        return current.version not in own or len(own) < between

    def _changed_by_others(self, item: Item, key: Key) -> bool:
        return any(not _same_hand(item, other) for other in self.progress.changed_by.get(key, ()))

    async def _saw_the_set(self, item: Item) -> bool:
        """Whether ``seenDigest`` is that of the set at a moment at which the phone may have pulled it: now, or before
        the last of the named work took effect, and so on back to before the first."""
        assert item.kind.seen_set is not None
        members: dict[Key, int] = {}
        for kind, id, version in await item.kind.seen_set(self.w, item):
            if self._changed_by_others(item, (kind, id)):
                return False
            members[kind, id] = version
        if item.seen_digest == _digest(members):
            return True
        for _feed, together in groupby(self.ledger.named(item), key=lambda past: past.feed):
            for past in together:
                for key, version in members.items():
                    if past.version_of(key) == version:
                        members[key] = version - 1
            if item.seen_digest == _digest(members):
                return True
        return False


def _digest(members: Mapping[Key, int]) -> str:
    """Of a set by the versions of its records; a record at the beginning of its life is not there yet."""
    return digest_of([(kind, id, version) for (kind, id), version in members.items() if version % 1_000_000])


def _same_hand(item: Item, other: Item) -> bool:
    """Whether ``other`` is work that the author of ``item`` had on the screen."""
    if item.actor.account != other.actor.account:
        return False
    if other.id == item.id or other.id in item.depends_on:
        return True
    return item.device is not None and item.device == other.device and (other.seq or 0) < (item.seq or 0)


def _makes(item: Item) -> bool:
    """Whether the item may name a record that does not exist yet."""
    if item.kind.rule in (Rule.APPEND, Rule.REGISTER):
        return True
    return item.kind.creates and item.base_version is None
