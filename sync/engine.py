"""The engine as the server sees it: push, pull, execute, publish."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Protocol

import structlog
from itsdangerous import URLSafeSerializer
from sqlalchemy.ext.asyncio import AsyncConnection

from sync import feed
from sync.actors import Actor, Viewer, Viewers, system_viewer
from sync.answers import ACCEPTED, Answer
from sync.apply import NeedsCare
from sync.clock import Clock, to_ms, wire
from sync.errors import ProtocolRefusal, Refusal
from sync.faults import FaultPoints, NoFaults, is_collision, is_house_fault
from sync.ids import is_uuid, uuid4
from sync.judge import Files, Progress
from sync.ledger import Ledger
from sync.protocol import PROTOCOL, read_batch, read_item
from sync.pull import Pull
from sync.push import Forked, Outcome, Push
from sync.registry import Registry
from sync.store import Life, Store
from sync.writing import Item, Writing

log = structlog.get_logger("sync")

COLLISION_TRIES = 6
PATIENCE_SECONDS = 8.0
"""No further try after so long: each may wait 10 s for a lock, and a phone gives a batch up after a minute."""
MAX_CACHED_SETS = 20_000


class Secrets(Protocol):
    """The keys that the engine needs, 32 bytes each."""

    @property
    def mac(self) -> bytes: ...
    @property
    def sign(self) -> bytes: ...
    @property
    def receipt(self) -> bytes: ...
    @property
    def seal(self) -> bytes: ...

    def count_restore(self, at_least: int) -> int:
        """Count one more restored backup, outside the database."""
        ...


class Databases(Protocol):
    """Transactions of the database that the engine works on."""

    @property
    def is_sqlite(self) -> bool: ...

    def reading(self) -> Any:
        """A connection over one snapshot."""
        ...

    def glancing(self) -> Any:
        """A connection for single reading statements, each a snapshot of its own."""
        ...

    def writing(self) -> Any:
        """A connection in one write transaction."""
        ...


class AuditLog(Protocol):
    """Port: where acts and refused acts are written, in the same transaction."""

    async def acts(self, w: Writing, items: Sequence[tuple[Item, Answer]], refused: Sequence[Item]) -> None:
        """Write one row an act."""
        ...


class SyncEngine:
    """Push, pull and publish over one database. Safe to use from many tasks and many processes."""

    def __init__(
        self,
        *,
        database: Databases,
        registry: Registry,
        keys: Secrets,
        clock: Clock,
        viewers: Viewers,
        files: Files | None = None,
        audit: AuditLog | None = None,
        ports: Mapping[str, Any] | None = None,
        faults: FaultPoints | None = None,
        minimum_app_version: str = "0.0.0",
        max_batch_bytes: int = 512 * 1024,
    ) -> None:
        self.database = database
        self.registry = registry
        self.keys = keys
        self.clock = clock
        self.viewers = viewers
        self.files = files
        self.audit = audit
        self.ports = dict(ports or {})
        self.faults = faults or NoFaults()
        self.minimum_app_version = minimum_app_version
        self.max_batch_bytes = max_batch_bytes
        self.store = Store(postgres=not database.is_sqlite)
        self.on_poke: list[Callable[[str, frozenset[str]], Awaitable[None]]] = []
        self.on_alarm: list[Callable[[str, Mapping[str, Any]], None]] = []
        self.on_arrival: list[Callable[[float], None]] = []
        self.sets: dict[str, set[int]] = {}
        self.sets_kept: dict[str, int] = {}
        self._life: Life | None = None
        self._proofs = URLSafeSerializer(keys.sign, salt="proof")

    def keep_set(self, name: str, members: set[int], day: int) -> None:
        """Cache an audience set that is stored; the cache is bounded, the table is the truth."""
        if len(self.sets) >= MAX_CACHED_SETS:
            self.sets.clear()
            self.sets_kept.clear()
        self.sets[name] = members
        self.sets_kept[name] = day

    async def start(self) -> None:
        """Read (or begin) the database's life. Call once before anything else."""
        async with self.database.writing() as connection:
            await self.store.begin_life(connection, uuid4())
            await self.refresh_life(connection)

    @property
    def life(self) -> Life:
        """The present life of the database."""
        if self._life is None:
            raise RuntimeError("the engine was not started")
        return self._life

    async def add_agency(self, connection: AsyncConnection, agency: str) -> None:
        """Give a new agency its counter, in the transaction that makes the agency."""
        await self.store.ensure_counter(connection, agency)

    async def push(self, viewer: Viewer, raw: Any) -> dict[str, Any]:
        """Answer a batch as in section 3 of the protocol; it never raises for what a client sends."""
        request = raw.get("requestId") if isinstance(raw, dict) else None
        try:
            batch, received = read_batch(raw, self.keys.mac, self.max_batch_bytes)
            if batch.account != viewer.account:
                raise ProtocolRefusal("device_owner", "HP ini sedang dipakai akun lain. Isian tetap tersimpan.")
            if _version(batch.app_version) < _version(self.minimum_app_version):
                raise ProtocolRefusal("update_needed", "Aplikasi perlu diperbarui. Isian tetap tersimpan.")
            outcome = await self._attempts(viewer, lambda push: push.batch(batch, received), viewer.agency)
            self._tell_age(outcome)
        except ProtocolRefusal as refusal:
            return self.envelope(request, refusal)
        except Forked:
            return self.envelope(request, ProtocolRefusal("device_forked", "HP ini perlu nomor baru."))
        results = [answer.wire() for answer in outcome.answers]
        return self.envelope(request) | {"results": results, "missingSeq": outcome.missing}

    async def pull(self, viewer: Viewer, account: str, cursor: str | None, limit: int | None, check: bool) -> Any:
        """Answer a pull as in section 4 of the protocol; bodies stay serialised (``orjson.Fragment``)."""
        if account != viewer.account:
            return self.envelope(None, ProtocolRefusal("device_owner", "HP ini sedang dipakai akun lain."))
        try:
            return await Pull(self, viewer).page(cursor, limit, check)
        except ProtocolRefusal as refusal:
            return self.envelope(None, refusal)
        except Exception as error:
            if not (is_collision(error) or is_house_fault(error)):
                raise
            log.error("pull_failed", error=type(error).__name__)
            return self.envelope(None, ProtocolRefusal("busy", retry_after_ms=5000))

    async def execute(
        self,
        actor: Actor,
        kind: str,
        record: str,
        args: Mapping[str, Any],
        *,
        id: str | None = None,
        seen: Mapping[str, int] | None = None,
        seen_digest: str | None = None,
        base: Mapping[str, Any] | None = None,
        base_version: int | None = None,
        depends_on: Sequence[str] = (),
        resolves: Sequence[str] = (),
    ) -> Answer:
        """Run one mutation that comes from no phone: typed GraphQL, a timer, an import, a webhook.

        With the same ``id`` it acts once, however often it is called. Raises :class:`Refusal` ``busy`` if the
        house cannot serve now.
        """
        raw = self._act(actor, kind, id or uuid4(), record, args)
        raw |= {"seen": dict(seen or {}), "base": dict(base or {}), "baseVersion": base_version}
        raw |= {"dependsOn": list(depends_on), "resolves": list(resolves), "seenDigest": seen_digest}
        return (await self._execute(actor, [raw]))[0]

    async def execute_all(
        self, actor: Actor, kind: str, acts: Sequence[tuple[str, str, Mapping[str, Any]]]
    ) -> list[Answer]:
        """The same for several of one kind in one transaction, each (id, record, args) with an answer of its own."""
        return await self._execute(actor, [self._act(actor, kind, *act) for act in acts])

    def _act(self, actor: Actor, kind: str, id: str, record: str, args: Mapping[str, Any]) -> dict[str, Any]:
        named = {"id": id, "kind": kind, "kindVersion": self._version_of(kind), "record": record, "as": actor.grant}
        return {**named, "args": dict(args), **_BARE}

    async def _execute(self, actor: Actor, raw: Sequence[dict[str, Any]]) -> list[Answer]:
        received = [read_item(one, self.keys.mac) for one in raw]
        viewer = Viewer(own=actor, grants={actor.grant: actor} if actor.grant else {})
        try:
            outcome = await self._attempts(viewer, lambda push: push.bare(received), actor.agency)
        except ProtocolRefusal as refusal:
            raise Refusal(refusal.code, "Server sedang sibuk. Isian aman; coba lagi sebentar.") from None
        return outcome.answers

    async def complete(self, agency: str, needs: Sequence[str]) -> None:
        """Something that mutations wait for is here now: ``file:`` and an upload's id."""
        await self._attempts(system_viewer(agency), lambda push: push.waiting(needs), agency)

    async def replay(self, agency: str, mutation: str) -> None:
        """Run a mutation that was set aside as ``deferred/internal`` again, after the repair."""
        await self._attempts(system_viewer(agency), lambda push: push.again(mutation), agency)

    @asynccontextmanager
    async def writing(self, agency: str) -> AsyncIterator[Writing]:
        """A transaction that publishes without a mutation: imports, demo data, settings. No retries."""
        async with self.database.writing() as connection, self._writing(connection, agency) as w:
            yield w
            await w.flush()
            prepared = await feed.prepare(w, self.life)
            await feed.write(w, prepared, self.life, to_ms(w.now))
        self.store.remember_audiences(agency, prepared.audiences)
        await self._after(w, agency, prepared.touched())

    def envelope(self, request: Any, refusal: ProtocolRefusal | None = None) -> dict[str, Any]:
        """The members that every answer carries."""
        life = self.life
        out: dict[str, Any] = {
            "protocol": PROTOCOL,
            "epoch": life.epoch,
            "epochStart": None if life.epoch_start is None else wire(life.epoch_start),
            "serverTime": wire(to_ms(self.clock.now())),
            "code": None,
            "retryAfterMs": None,
        }
        if is_uuid(request):
            out["requestId"] = request
        if refusal is not None:
            out |= {
                "code": refusal.code,
                "message": refusal.message,
                "retryAfterMs": refusal.retry_after_ms,
                "results": [],
            }
        return out

    def ledger(self, w: Writing) -> Ledger:
        """The memory of one transaction."""
        return Ledger(self.store, w.connection, w.agency)

    def proof(self, kind: str | None, record: str, hash: str, arrived: int | None) -> str | None:
        """The signed token of an accepted mutation, for kinds that declare ``proof``; ``arrived`` in ms."""
        declared = self.registry.find_mutation(kind or "")
        if declared is None or not declared.proof or arrived is None:
            return None
        return str(self._proofs.dumps({"kind": kind, "record": record, "hash": hash, "at": wire(arrived)}))

    async def write_audit(self, w: Writing, progress: Progress) -> None:
        """Hand the acts of this transaction to the audit log."""
        if self.audit is None:
            return
        pairs = [(item, progress.answers[item.id]) for item in progress.items.values() if item.kind.audited]
        acts = [(item, answer) for item, answer in pairs if answer.status in ACCEPTED]
        if acts or progress.refusals:
            await self.audit.acts(w, acts, progress.refusals)

    @asynccontextmanager
    async def _writing(self, connection: AsyncConnection, agency: str) -> AsyncIterator[Writing]:
        w = Writing(
            connection=connection,
            store=self.store,
            agency=agency,
            now=self.clock.now(),
            ports=self.ports,
        )
        try:
            yield w
        finally:
            await w.close()

    async def _attempts(self, viewer: Viewer, work: Callable[[Push], Awaitable[Outcome]], agency: str) -> Outcome:
        careful = False
        started = time.monotonic()
        for attempt in range(COLLISION_TRIES):
            try:
                return await self._attempt(viewer, work, agency, careful=careful)
            except (ProtocolRefusal, Forked):
                raise
            except NeedsCare:
                careful = True
            except Exception as error:
                if is_collision(error):
                    if time.monotonic() - started > PATIENCE_SECONDS:
                        break
                    careful = careful or attempt >= COLLISION_TRIES // 2
                    await asyncio.sleep(random.random() * 0.02 * 2**attempt)  # noqa: S311
                elif is_house_fault(error):
                    log.error("push_busy", error=type(error).__name__)
                    raise ProtocolRefusal("busy", "Server sedang sibuk.", retry_after_ms=5000) from error
                elif careful:
                    raise
                else:
                    log.warning("push_redone_carefully", error=type(error).__name__)
                    careful = True
        raise ProtocolRefusal("busy", "Server sedang sibuk.", retry_after_ms=1000)

    async def _attempt(
        self, viewer: Viewer, work: Callable[[Push], Awaitable[Outcome]], agency: str, *, careful: bool
    ) -> Outcome:
        async with self.database.writing() as connection, self._writing(connection, agency) as w:
            try:
                outcome = await work(Push(self, w, viewer, self.life, careful=careful))
            except feed.Overtaken:
                await self.refresh_life(connection)
                raise
            await self.faults.reach("before_commit")
        await self.faults.reach("after_commit")
        for id, error in outcome.faults.items():
            log.error("mutation_set_aside", mutation=id, error=type(error).__name__, exc_info=error)
            self.alarm("deferred_internal", {"mutation": id, "error": type(error).__name__})
        self.store.remember_audiences(agency, outcome.numbers)
        await self._after(w, agency, outcome.poke)
        return outcome

    async def _after(self, w: Writing, agency: str, touched: frozenset[str]) -> None:
        """What follows a commit. It is done, so nothing that fails here may look like a failed batch."""
        try:
            for hook in w.hooks:
                await hook()
            if touched:
                for poke in self.on_poke:
                    await poke(agency, touched)
        except Exception as error:
            log.error("after_commit_failed", error=type(error).__name__, exc_info=error)

    async def renew(self, reason: str, *, judged: str | None = None) -> Life:
        """Begin a new epoch after a restored backup, announced or found out; alarms.

        ``judged`` is the epoch that was found to be an old one: if it has ended by now, nothing happens.
        """
        async with self.database.writing() as connection:
            before = await self.store.life(connection, lock=True)
            if before is None:
                raise RuntimeError("the engine was not started")
            if judged is not None and before.epoch != judged:
                return await self.refresh_life(connection)
            restores = self.keys.count_restore(before.restores)
            await self.store.renew_life(connection, before, uuid4(), restores)
            await self.refresh_life(connection)
        self.alarm("new_epoch", {"reason": reason, "restores": restores})
        return self.life

    async def refresh_life(self, connection: AsyncConnection) -> Life:
        """Read the database's life again (another process may have begun a new one)."""
        self._life = await self.store.life(connection)
        self.store.forget()
        self.sets.clear()
        self.sets_kept.clear()
        return self.life

    def _tell_age(self, outcome: Outcome) -> None:
        """Tell listeners how many seconds the oldest new item of a batch had waited, by its own evidence."""
        if outcome.oldest is not None and self.on_arrival:
            waited = max(0.0, (to_ms(self.clock.now()) - outcome.oldest) / 1000)
            for listener in self.on_arrival:
                listener(waited)

    def alarm(self, name: str, facts: Mapping[str, Any]) -> None:
        """Tell the operator that something needs a person."""
        log.critical(name, **facts)
        for listener in self.on_alarm:
            listener(name, facts)

    def _version_of(self, kind: str) -> int:
        found = self.registry.find_mutation(kind)
        return 1 if found is None else found.version


_BARE: Mapping[str, Any] = {"seq": 1, "seen": {}, "base": {}, "baseVersion": None, "dependsOn": [], "resolves": []}


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdecimal() else 0 for part in text.split("-")[0].split(".")[:3])
