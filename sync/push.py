"""Accepting mutations: dedupe, order, apply, defer, answer; one transaction a batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson
from itsdangerous import URLSafeSerializer

from sync import devices, feed
from sync.actors import Viewer
from sync.answers import ACCEPTED, MESSAGES, Answer, rejected
from sync.apply import Applying
from sync.clock import made_at, to_ms, wire
from sync.protocol import BatchIn, Received, read_item
from sync.receipts import receipt_code
from sync.seal import seal, unseal
from sync.store import Life, encode
from sync.withdrawal import WITHDRAW
from sync.writing import Item, Writing

if TYPE_CHECKING:
    from sync.engine import SyncEngine

MAX_RECEIPT_TRIES = 8


class Forked(Exception):
    """The same phone number and sequence number with another mutation: the profile was copied."""


@dataclass(slots=True)
class Outcome:
    """What one transaction answers; ``poke`` are audience strings with something newer."""

    answers: dict[str, Answer]
    missing: list[list[int]] = field(default_factory=list)
    poke: frozenset[str] = frozenset()
    faults: dict[str, BaseException] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)


class Push:
    """One attempt at one transaction."""

    def __init__(self, engine: SyncEngine, w: Writing, viewer: Viewer, life: Life, *, careful: bool) -> None:
        self.engine = engine
        self.w = w
        self.viewer = viewer
        self.life = life
        self.now = to_ms(w.now)
        self.ledger = engine.ledger(w)
        self.applying = Applying(
            w=w, registry=engine.registry, ledger=self.ledger, files=engine.files, now=w.now, careful=careful
        )
        self.sealed: dict[str, bytes] = {}
        self.receipts: dict[str, str] = {}
        self.hashes: dict[str, str] = {}
        self.owners: dict[str, str] = {}
        self.completed: set[str] = set()

    async def batch(self, batch: BatchIn, received: Sequence[Received]) -> Outcome:
        """Run a phone's batch."""
        device = await devices.lock(self.engine.store, self.w.connection, batch, self.viewer.agency, self.now)
        await self._accept(received, batch.device_id)
        answers = {one.id: self._answer(one) for one in received}
        seqs = [one.model.seq for one in received if one.model and answers[one.id].status != "retry"]
        await self._finish_answers(answers.values())
        outcome = await self._commit(answers)
        outcome.missing = await devices.settle(self.engine.store, self.w.connection, device, seqs)
        return outcome

    async def one(self, received: Received) -> Outcome:
        """Run a single mutation without a phone: typed GraphQL, timers, webhooks."""
        await self._accept([received], None)
        answers = {received.id: self._answer(received)}
        await self._finish_answers(answers.values())
        return await self._commit(answers)

    async def waiting(self, needs: Sequence[str]) -> Outcome:
        """Run what waited for these completed things (uploads, repaired kinds)."""
        await self._run_waiting(set(needs))
        return await self._commit({})

    async def again(self, mutation: str) -> Outcome:
        """Run one deferred mutation again (after a repair)."""
        await self._rerun([mutation])
        return await self._commit({})

    async def _accept(self, received: Sequence[Received], device: str | None) -> None:
        fresh: dict[str, Received] = {}
        for one in received:
            if one.model is None or one.fault is not None:
                continue
            if one.id not in fresh and self._is_known_kind(one):
                fresh[one.id] = one
        inserted, awaited = await self._claim(fresh, device)
        known = [id for id in fresh if id not in inserted]
        await self._known(known, fresh)
        items = []
        for id in (id for id in fresh if id in inserted):
            self._remember(fresh[id], self.viewer.account)
            item = self.applying.read(fresh[id], self.viewer, device=device)
            if item is not None:
                items.append(item)
        await self._run(items, awaited)

    def _is_known_kind(self, one: Received) -> bool:
        assert one.model is not None
        kind = WITHDRAW if one.model.kind == WITHDRAW.name else self.engine.registry.find_mutation(one.model.kind)
        if kind is None or one.model.kind_version > kind.version:
            self.applying.answers[one.id] = Answer(one.id, "retry", code="newer", message=MESSAGES["newer"])
            return False
        return True

    def _remember(self, one: Received, account: str) -> None:
        self.sealed[one.id] = orjson.dumps(one.raw)
        self.hashes[one.id] = one.hash
        self.owners[one.id] = account

    async def _claim(self, fresh: dict[str, Received], device: str | None) -> tuple[set[str], set[str]]:
        """Insert the ids; which of them are new, and which of the new ones something waits for."""
        todo, inserted, awaited = set(fresh), set[str](), set[str]()
        for n in range(MAX_RECEIPT_TRIES):
            if not todo:
                break
            rows = [self._row(fresh[id], device, n) for id in sorted(todo)]
            found = await self.w.store.run(
                self.w.connection,
                "INSERT INTO sync_mutation (id, agency, account, hash, status, device, seq, kind, record, receipt, "
                "arrived, made) SELECT r.id, :agency, :account, r.hash, 'applied', r.device, r.seq, r.kind, r.record, "
                "r.receipt, :now, r.made FROM "
                + self.w.store.rows(
                    "id uid, hash text, device uid, seq int, kind text, record uid, receipt text, made int"
                )
                + " WHERE true ON CONFLICT DO NOTHING RETURNING id, "
                "EXISTS (SELECT 1 FROM sync_wait s WHERE s.needs = CAST(sync_mutation.id AS text))",
                rows=encode(rows),
                agency=self.w.agency,
                account=self.viewer.account,
                now=self.now,
            )
            new = {str(row[0]) for row in found}
            awaited |= {str(row[0]) for row in found if row[1]}
            self.receipts.update({row["id"]: row["receipt"] for row in rows if row["id"] in new})
            inserted |= new
            todo -= new
            if todo:
                todo -= await self._existing(todo)
                await self._check_fork(todo, fresh, device)
        if todo:
            raise feed.Overtaken
        return inserted, awaited

    def _row(self, one: Received, device: str | None, n: int) -> dict[str, Any]:
        model = one.model
        assert model is not None
        evidence = model.clock.instants() if model.clock is not None else None
        return {
            "id": one.id,
            "hash": one.hash,
            "device": device,
            "seq": model.seq if device is not None else None,
            "kind": model.kind,
            "record": model.record,
            "receipt": receipt_code(self.engine.keys.receipt, one.id, n),
            "made": self.now if evidence is None else made_at(arrival=self.now, **evidence),
        }

    async def _existing(self, ids: set[str]) -> set[str]:
        found = await self.w.store.run(
            self.w.connection,
            "SELECT t.id FROM " + self.w.store.rows("id uid") + " JOIN sync_mutation t ON t.id = r.id",
            rows=encode([{"id": id} for id in sorted(ids)]),
        )
        return {str(row[0]) for row in found}

    async def _check_fork(self, ids: set[str], fresh: dict[str, Received], device: str | None) -> None:
        seqs = [{"seq": model.seq} for id in ids if (model := fresh[id].model) is not None]
        if device is None or not seqs:
            return
        found = await self.w.store.run(
            self.w.connection,
            "SELECT 1 FROM " + self.w.store.rows("seq int")
            + " JOIN sync_mutation t ON t.device = :device AND t.seq = r.seq LIMIT 1",
            rows=encode(seqs),
            device=device,
        )  # fmt: skip
        if found:
            raise Forked

    async def _known(self, ids: Sequence[str], fresh: dict[str, Received]) -> None:
        """Answer resent ids from memory; a deferred one whose needs are met by now is run."""
        if not ids:
            return
        found = await self.w.store.run(
            self.w.connection,
            "SELECT t.id, t.account, t.hash, t.status, t.code, t.message, t.version, t.feed, t.receipt, t.conflicts, "
            "t.kind, t.record, t.arrived FROM " + self.w.store.rows("id uid") + " JOIN sync_mutation t ON t.id = r.id",
            rows=encode([{"id": id} for id in ids]),
        )
        ready = []
        for row in found:
            answer = self._from_memory(row, fresh[str(row[0])])
            self.applying.answers[answer.id] = answer
            if answer.status == "deferred" and answer.code != "internal":
                ready.append(answer.id)
        if ready:
            await self._rerun(ready)

    def _from_memory(self, row: Any, one: Received) -> Answer:
        id, account, hash, status, code, message, version, feed_, receipt, conflicts, kind, record, arrived = row
        withdrawn = status == "rejected" and code == "withdrawn" and hash == ""
        if str(account) != self.viewer.account or (hash != one.hash and not withdrawn):
            return rejected(str(id), "id_reused")
        answer = Answer(str(id), status, code=code, message=message, version=version, feed=feed_)
        if status in ACCEPTED:
            answer.status, answer.first, answer.receipt = "duplicate", status, receipt
            answer.proof = self._proof(kind, str(record), hash, arrived)
        if status == "conflict":
            answer.conflicts = orjson.loads(conflicts) if conflicts else []
            answer.server_key = self._key(kind, record)
        if code == "held":
            answer.server_key = self._key(kind, record)
        return answer

    def _key(self, kind: str | None, record: Any) -> tuple[str, str] | None:
        declared = self.engine.registry.find_mutation(kind or "")
        return None if declared is None or record is None else (declared.record, str(record))

    async def _run(self, items: Sequence[Item], awaited: set[str]) -> None:
        await self.applying.run(items)
        self._note_choices(items)
        ended = {item.id for item in items if self.applying.answers[item.id].status not in ("deferred", "retry")}
        self.completed |= ended
        withdrawn = {i.args.mutation for i in items if i.kind is WITHDRAW and self.applying.answers[i.id].accepted}
        chosen = {id for item in items if item.id in ended for id in item.resolves}
        if awaited & ended or withdrawn or chosen:
            await self._run_waiting((awaited & ended) | withdrawn | chosen)

    def _note_choices(self, items: Sequence[Item]) -> None:
        for item in items:
            if self.applying.answers[item.id].accepted:
                for resolved in item.resolves:
                    self.ledger.resolve(resolved, item.id)

    async def _run_waiting(self, needs: set[str]) -> None:
        found = await self.w.store.run(
            self.w.connection,
            "SELECT DISTINCT t.mutation FROM " + self.w.store.rows("needs text")
            + " JOIN sync_wait t ON t.needs = r.needs",
            rows=encode([{"needs": need} for need in sorted(needs)]),
        )  # fmt: skip
        await self._rerun([str(row[0]) for row in found])

    async def _rerun(self, ids: Sequence[str]) -> None:
        """Run deferred mutations from their sealed content, with their author's authority of this moment."""
        if not ids:
            return
        found = await self.w.store.run(
            self.w.connection,
            "SELECT t.id, t.account, t.device, t.sealed FROM " + self.w.store.rows("id uid")
            + " JOIN sync_mutation t ON t.id = r.id AND t.status = 'deferred' ORDER BY t.id"
            + (" FOR UPDATE OF t" if self.w.store.postgres else ""),
            rows=encode([{"id": id} for id in ids]),
        )  # fmt: skip
        items = []
        for id, account, device, sealed in found:
            if sealed is None:
                continue
            raw = orjson.loads(unseal(self.engine.keys.seal, sealed, str(id)))
            received = read_item(raw, self.engine.keys.mac)
            self._remember(received, str(account))
            viewer = (
                self.viewer if str(account) == self.viewer.account
                else await self.engine.viewers.viewer(self.w.connection, str(account))
            )  # fmt: skip
            self.applying.answers.pop(str(id), None)
            self.w.woken.add(str(id))
            if viewer is None or received.model is None:
                self.applying.answers[str(id)] = rejected(str(id), "forbidden")
                continue
            item = self.applying.read(received, viewer, device=None if device is None else str(device))
            if item is not None:
                items.append(item)
        await self._run(items, {item.id for item in items})

    def _answer(self, one: Received) -> Answer:
        if one.model is None or one.fault is not None:
            reason = one.fault or "bentuknya tidak terbaca"
            return rejected(one.id, "invalid", f"Kiriman ini tidak bisa diterima: {reason}. Salin isinya, lalu ulangi.")
        answer = self.applying.answers[one.id]
        if one.id in self.hashes and self.hashes[one.id] != one.hash:
            return rejected(one.id, "id_reused")
        return answer

    async def _finish_answers(self, answers: Any) -> None:
        """The present record beside conflicts and merges, as this person may see it."""
        wanted = {answer.server_key for answer in answers if answer.server_key is not None and answer.server is None}
        for kind in {kind for kind, _ in wanted}:
            current = await self.w.current(kind, [id for k, id in wanted if k == kind])
            for answer in answers:
                if answer.server_key is not None and answer.server is None and answer.server_key[0] == kind:
                    record = current.get(answer.server_key[1])
                    if record is not None and record.audiences & self.viewer.audiences:
                        answer.server = record.body

    async def _commit(self, answers: dict[str, Answer]) -> Outcome:
        """Everything that needs the counter: last of all."""
        await self.w.session.flush()
        await self.engine.write_audit(self.w, self.applying.items.values(), self.applying.answers, self.ledger)
        prepared = await feed.prepare(self.w, self.life, self.applying.known)
        last = await self.engine.publish(self.w, prepared, self.life, self.now)
        await self._store_ends(prepared, last)
        return Outcome(answers, poke=prepared.touched(), faults=self.applying.faults, numbers=prepared.audiences)

    async def _store_ends(self, prepared: feed.Prepared, last: int) -> None:
        rows: list[dict[str, Any]] = []
        waits: list[Answer] = []
        unwaits: list[Answer] = []
        choices: list[dict[str, str]] = []
        for id, answer in self.applying.answers.items():
            if id not in self.hashes:
                continue
            item = self.applying.items.get(id)
            accepted = answer.status in ACCEPTED
            if accepted and item is not None:
                key = (item.kind.record, item.record)
                answer.version = prepared.versions.get(key) or _now_version(item)
                answer.feed = last
                answer.receipt = self.receipts.get(id) or answer.receipt
                answer.proof = self._proof(item.kind.name, item.record, self.hashes[id], self.now)
                choices += [{"resolved": resolved, "choice": id} for resolved in item.resolves]
            touched = {f"{k}:{i}": prepared.versions[(k, i)] for k, i in answer.touched if accepted}
            deferred = answer.status == "deferred"
            rows.append(
                {
                    "id": id,
                    "status": answer.status,
                    "version": answer.version,
                    "feed": answer.feed,
                    "code": answer.code,
                    "message": None if accepted and answer.code is None else answer.message,
                    "conflicts": encode(answer.conflicts) if answer.conflicts else None,
                    "touched": encode(touched) if len(touched) > 1 else None,
                    "sealed": seal(self.engine.keys.seal, self.sealed[id], id) if deferred else None,
                }
            )
            (waits if deferred else unwaits).append(answer)
        await self.engine.store_ends(self.w, rows, waits, unwaits, choices)
        for id, answer in self.applying.answers.items():
            if answer.status in ACCEPTED and answer.receipt is None and id in self.hashes:
                answer.receipt = await self.engine.receipt_of(self.w, id)

    def _proof(self, kind: str | None, record: str, hash: str, arrived: int) -> str | None:
        declared = self.engine.registry.find_mutation(kind or "")
        if declared is None or not declared.proof:
            return None
        content = {"kind": kind, "record": record, "hash": hash, "at": wire(arrived)}
        return str(URLSafeSerializer(self.engine.keys.sign, salt="proof").dumps(content))


def _now_version(item: Item) -> int | None:
    """An accepted item that published nothing names the version that already stands."""
    return item.current.version if item.current is not None and item.kind.target is None else None
