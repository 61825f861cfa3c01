"""Accepting mutations: dedupe, order, apply, defer, answer; one transaction a batch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from sync import devices, feed, intake
from sync.actors import SYSTEM_ACCOUNT, Viewer, system_viewer
from sync.answers import ACCEPTED, MESSAGES, Answer, rejected
from sync.apply import Applying, kind_of
from sync.clock import from_ms, to_ms
from sync.intake import Forked, Stamp
from sync.judge import Judge, Progress
from sync.ledger import UNSEEN
from sync.protocol import BatchIn, Received, read_item
from sync.seal import seal, unseal
from sync.store import Key, Life, encode
from sync.waves import own_of
from sync.withdrawal import WITHDRAW
from sync.writing import Item, Writing

if TYPE_CHECKING:
    from sync.engine import SyncEngine

__all__ = ["Forked", "Outcome", "Push"]


@dataclass(slots=True)
class Outcome:
    """What one transaction answers, in the order received; ``poke`` are audience strings with something newer."""

    answers: list[Answer] = field(default_factory=list)
    missing: list[list[int]] = field(default_factory=list)
    poke: frozenset[str] = frozenset()
    faults: dict[str, BaseException] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    oldest: int | None = None
    """When the oldest item that came for the first time was made (ms since 1970 UTC)."""


class Push:
    """One attempt at one transaction."""

    def __init__(self, engine: SyncEngine, w: Writing, viewer: Viewer, life: Life, *, careful: bool) -> None:
        self.engine = engine
        self.w = w
        self.viewer = viewer
        self.life = life
        self.now = to_ms(w.now)
        self.ledger = engine.ledger(w)
        self.progress = Progress()
        self.answers = self.progress.answers
        judge = Judge(w, engine.registry, self.ledger, engine.files, self.progress)
        self.applying = Applying(
            w=w, registry=engine.registry, ledger=self.ledger, judge=judge, progress=self.progress, careful=careful
        )
        self.first: dict[str, Received] = {}
        self.received: dict[str, Received] = {}
        self.stamps: dict[str, Stamp] = {}
        self.claimed: Mapping[str, Stamp] = {}
        self.woken: set[str] = set()

    async def batch(self, batch: BatchIn, received: Sequence[Received]) -> Outcome:
        """Run a phone's batch."""
        seqs = [one.seq for one in received if one.seq is not None]
        device = await devices.lock(self.engine.store, self.w.connection, batch, self.viewer.agency, self.now, seqs)
        outcome = await self._answered(received, batch.device_id, device.prior)
        outcome.oldest = min((stamp.made for stamp in self.claimed.values()), default=None)
        pairs = zip(received, outcome.answers, strict=True)
        ended = [one.seq for one, answer in pairs if one.seq is not None and answer.status != "retry"]
        outcome.missing = await devices.settle(self.engine.store, self.w.connection, device, ended)
        return outcome

    async def bare(self, received: Sequence[Received]) -> Outcome:
        """Run mutations of one author without a phone: typed GraphQL, timers, webhooks, public pages."""
        return await self._answered(received, None, 0)

    async def waiting(self, needs: Iterable[str]) -> Outcome:
        """Run what waited for these completed things (uploads, repaired kinds)."""
        await self._run(await self._wake(await intake.waiting_for(self.w, needs)), set())
        return await self._commit([])

    async def again(self, mutation: str) -> Outcome:
        """Run one deferred mutation again (after a repair)."""
        await self._run(await self._wake([mutation]), set())
        return await self._commit([])

    async def _answered(self, received: Sequence[Received], device: str | None, prior: int) -> Outcome:
        await self._accept(received, device, prior)
        answers = [self._answer(one) for one in received]
        await self._show_present(answers)
        return await self._commit(answers)

    async def _accept(self, received: Sequence[Received], device: str | None, prior: int) -> None:
        fresh: dict[str, Received] = {}
        for one in received:
            if one.model is not None and one.id not in fresh and (one.fault or self._is_known_kind(one)):
                fresh[one.id] = one
        self.first = fresh
        key = self.engine.keys.receipt
        # A number that the phone announced before probably came before: asking first spares a useless claim.
        again = await self._known([one for one in fresh.values() if one.seq is not None and one.seq <= prior])
        todo = {id: one for id, one in fresh.items() if id not in self.answers}
        claimed = await intake.claim(self.w, self.viewer.account, device, todo, self.now, key)
        self.claimed = claimed.stamps
        self.progress.owners = dict.fromkeys(fresh, self.viewer.account)
        again += await self._known([one for id, one in todo.items() if id not in claimed.stamps])
        items = await self._wake(again)
        for id, stamp in claimed.stamps.items():
            items += self._read(fresh[id], self.viewer, device, stamp)
        await self._run(items, claimed.awaited)

    def _is_known_kind(self, one: Received) -> bool:
        assert one.model is not None
        kind = kind_of(self.engine.registry, one.model.kind)
        if kind is None or one.model.kind_version > kind.version:
            self.answers[one.id] = Answer(one.id, "retry", code="newer", message=MESSAGES["newer"])
            return False
        return True

    def _read(self, one: Received, viewer: Viewer, device: str | None, stamp: Stamp) -> list[Item]:
        """The item of a mutation that gets its answer in this transaction; none if it has it by now."""
        self.received[one.id] = one
        self.stamps[one.id] = stamp
        if one.fault is not None:
            self.answers[one.id] = _unreadable(one)
            return []
        arrived = self.w.now if stamp.arrived == self.now else from_ms(stamp.arrived)
        item = self.applying.read(one, viewer, device=device, stamp=stamp, arrived=arrived)
        return [] if item is None else [item]

    async def _known(self, resent: Sequence[Received]) -> list[str]:
        """Answer resent ids from memory; those still deferred, to be tried again."""
        if not resent:
            return []
        by_id = {one.id: one for one in resent}
        again = []
        for row in await intake.remembered(self.w, by_id):
            answer = self._from_memory(row, by_id[row[0]])
            self.answers[answer.id] = answer
            if answer.status == "deferred" and answer.code != "internal":
                again.append(answer.id)
        return again

    def _from_memory(self, row: Any, one: Received) -> Answer:
        id, account, hash, status, code, message, version, feed_, receipt, conflicts, kind, record, arrived = row
        withdrawn = status == "rejected" and hash == ""  # nothing of it had come when it was withdrawn
        if account != self.viewer.account or (hash != one.hash and not withdrawn):
            return rejected(id, "id_reused")
        answer = Answer(id, status, code=code, message=message, version=version, feed=feed_)
        if status in ACCEPTED:
            answer.status, answer.first, answer.receipt = "duplicate", status, receipt
            answer.proof = self.engine.proof(kind, record, hash, arrived)
        if status == "conflict":
            answer.conflicts = orjson.loads(conflicts) if conflicts else []
        if status == "conflict" or code == "held":
            declared = self.engine.registry.find_mutation(kind or "")
            answer.server_key = None if declared is None or record is None else (declared.record, record)
        return answer

    async def _wake(self, ids: Sequence[str]) -> list[Item]:
        """Deferred mutations from their sealed content, with their author's authority of this moment."""
        if not ids:
            return []
        items: list[Item] = []
        viewers: dict[str, Viewer | None] = {}
        for row in await intake.asleep(self.w, ids):
            if row.account not in viewers:
                viewers[row.account] = await self._viewer(row.account)
            viewer = viewers[row.account]
            content = unseal(self.engine.keys.seal, row.sealed, row.id)
            received = read_item(orjson.loads(content), self.engine.keys.mac)
            self.woken.add(row.id)
            self.progress.owners[row.id] = row.account
            if viewer is None or received.model is None:
                self.received[row.id], self.stamps[row.id] = received, row.stamp
                self.answers[row.id] = rejected(row.id, "forbidden")
                continue
            items += self._read(received, viewer, row.device, row.stamp)
        return items

    async def _viewer(self, account: str) -> Viewer | None:
        if account == SYSTEM_ACCOUNT:
            return system_viewer(self.w.agency)
        return await self.engine.viewers.viewer(self.w.connection, account)

    async def _run(self, items: Sequence[Item], awaited: set[str]) -> None:
        """Run items, and then what waited for them, until nothing wakes any more."""
        told: set[str] = set()
        while True:
            await self.applying.run(items)
            ended = {id for id in self.received if id not in told and self._has_ended(id)}
            told |= ended
            freed = {id for id in ended if id in awaited or id in self.woken} | self._freed_by(ended)
            wake = await intake.waiting_for(self.w, freed) if freed else []
            items = await self._wake([id for id in wake if id not in self.received])
            items += self._waiting_here(ended | freed)
            if not items:
                return

    def _has_ended(self, id: str) -> bool:
        return self.answers[id].status not in ("deferred", "retry")

    def _freed_by(self, ended: set[str]) -> set[str]:
        """Other ids whose end is known through these: withdrawn ones, and those that a choice stands for."""
        freed: set[str] = set()
        for id in ended:
            item, answer = self.progress.items.get(id), self.answers[id]
            if item is not None and item.kind is WITHDRAW and answer.accepted:
                freed.add(item.args.mutation)
            freed.update(answer.resolved)
        return freed

    def _waiting_here(self, ended: set[str]) -> list[Item]:
        """Items of this very transaction that waited for what has ended now."""
        return [
            item
            for id, item in self.progress.items.items()
            if self.answers[id].status == "deferred" and not ended.isdisjoint(self.answers[id].waits)
        ]

    def _answer(self, one: Received) -> Answer:
        if one.fault is not None:
            return _unreadable(one)
        first = self.first.get(one.id)
        if first is not None and first.hash != one.hash:
            return rejected(one.id, "id_reused")
        return self.answers[one.id]

    async def _show_present(self, answers: Iterable[Answer]) -> None:
        """The present record beside conflicts and merges, as this person may see it."""
        wanted: dict[Key, list[Answer]] = {}
        for answer in answers:
            if answer.server_key is not None and answer.server is None:
                wanted.setdefault(answer.server_key, []).append(answer)
        for (kind, id), asking in wanted.items():
            record = (await self.w.current(kind, [id])).get(id)
            if record is not None and not record.deleted and record.audiences & self.viewer.audiences:
                for answer in asking:
                    answer.server = record.body

    async def _commit(self, answers: list[Answer]) -> Outcome:
        """Everything that needs the counter: last of all."""
        await self.w.flush()
        await self.engine.write_audit(self.w, self.progress)
        prepared = await feed.prepare(self.w, self.life)
        await self._note_waits()
        await self._note_choices()
        plain: list[dict[str, Any]] = []
        others: list[dict[str, Any]] = []
        for id in self.received:
            end = self._end(id, prepared)
            (plain if self._is_plain(end) else others).append(end)
        last = await feed.write(self.w, prepared, self.life, self.now, plain, others)
        for id in self.received:
            if self.answers[id].status in ACCEPTED:
                self.answers[id].feed = last
        return Outcome(answers, poke=prepared.touched(), faults=self.applying.faults, numbers=prepared.audiences)

    def _end(self, id: str, prepared: feed.Prepared) -> dict[str, Any]:
        """What became of a mutation, as its row keeps it; completes its answer but for the feed number."""
        answer, item = self.answers[id], self.progress.items.get(id)
        touched: dict[str, int] = {}
        if answer.status in ACCEPTED and item is not None:
            stamp = self.stamps[id]
            answer.version = prepared.versions.get(own_of(item)) or _standing(item)
            answer.receipt = stamp.receipt
            answer.proof = self.engine.proof(item.kind.name, item.record, self.received[id].hash, stamp.arrived)
            if answer.touched != [own_of(item)] or self._is_shared(own_of(item)):
                touched = {
                    f"{key[0]}:{key[1]}": UNSEEN if self._is_shared(key) else prepared.versions[key]
                    for key in answer.touched
                }
        deferred = answer.status == "deferred"
        plain = answer.status in ACCEPTED and answer.code is None
        return {
            "id": id,
            "status": answer.status,
            "version": answer.version,
            "fed": answer.status in ACCEPTED,
            "code": answer.code,
            "message": None if plain else answer.message,
            "conflicts": encode(answer.conflicts) if answer.conflicts else None,
            "touched": encode(touched) if touched else None,
            "sealed": seal(self.engine.keys.seal, self.received[id].sealable(), id) if deferred else None,
        }

    def _is_shared(self, key: Key) -> bool:
        """Whether several phones changed the record here: then its new version is nobody's own work."""
        items = self.progress.changed_by.get(key, ())
        return len({(item.actor.account, item.device) for item in items}) > 1

    def _is_plain(self, end: Mapping[str, Any]) -> bool:
        """Whether a mutation ended as its row says since it was claimed, so that only its numbers are missing."""
        return (
            end["status"] == "applied"
            and end["code"] is end["message"] is end["touched"] is None
            and end["id"] in self.claimed
        )

    async def _note_waits(self) -> None:
        """Write anew what each deferred mutation waits for."""
        run, rows = self.w.store.run, self.w.store.rows
        if self.woken:
            await run(
                self.w.connection,
                f"DELETE FROM sync_wait WHERE mutation IN (SELECT r.id FROM {rows('id uid')})",
                rows=encode([{"id": id} for id in sorted(self.woken)]),
            )
        waits = [{"mutation": id, "needs": need} for id in self.received for need in self.answers[id].waits]
        if waits:
            await run(
                self.w.connection,
                "INSERT INTO sync_wait (mutation, needs) SELECT r.mutation, r.needs FROM "
                f"{rows('mutation uid, needs text')} WHERE true ON CONFLICT DO NOTHING",
                rows=encode(waits),
            )

    async def _note_choices(self) -> None:
        """Write which mutations stand for earlier ones."""
        choices = {resolved: id for id in self.received for resolved in self.answers[id].resolved}
        if choices:
            await self.w.store.run(
                self.w.connection,
                "INSERT INTO sync_resolution (resolved, choice) SELECT r.resolved, r.choice FROM "
                f"{self.w.store.rows('resolved uid, choice uid')} WHERE true "
                "ON CONFLICT (resolved) DO UPDATE SET choice = excluded.choice",
                rows=encode([{"resolved": resolved, "choice": id} for resolved, id in sorted(choices.items())]),
            )


def _unreadable(one: Received) -> Answer:
    return rejected(one.id, "invalid", f"Kiriman ini tidak bisa diterima: {one.fault}. Salin isinya, lalu ulangi.")


def _standing(item: Item) -> int | None:
    """An accepted item that published nothing names the version that already stands."""
    return item.current.version if item.current is not None and item.kind.target is None else None
