"""The engine as the server sees it: push, pull, execute, publish."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Protocol

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from sync import feed
from sync.actors import Actor, Viewer, Viewers
from sync.answers import Answer
from sync.apply import Files, NeedsCare
from sync.clock import Clock, to_ms, wire
from sync.errors import ProtocolRefusal, Refusal
from sync.faults import FaultPoints, NoFaults, is_collision, is_house_fault
from sync.ids import uuid4
from sync.ledger import Ledger
from sync.protocol import PROTOCOL, read_batch, read_item
from sync.pull import Pull
from sync.push import Forked, Outcome, Push
from sync.registry import Registry
from sync.store import Life, Store, encode
from sync.writing import Item, Writing

log = structlog.get_logger("sync")

COLLISION_TRIES = 6
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
        self.sets: dict[str, set[int]] = {}
        self.sets_kept: dict[str, int] = {}
        self._life: Life | None = None

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
            self._life = await self.store.life(connection)

    @property
    def life(self) -> Life:
        """The present life of the database."""
        if self._life is None:
            raise RuntimeError("the engine was not started")
        return self._life

    async def add_agency(self, connection: AsyncConnection, agency: str) -> None:
        """Give a new agency its counter, in the transaction that makes the agency."""
        await self.store.ensure_counter(connection, agency, self.life.epoch)

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
        except ProtocolRefusal as refusal:
            return self.envelope(request, refusal)
        except Forked:
            return self.envelope(request, ProtocolRefusal("device_forked", "HP ini perlu nomor baru."))
        results = [outcome.answers[one.id].wire() for one in received]
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
        base: Mapping[str, Any] | None = None,
        base_version: int | None = None,
        depends_on: Sequence[str] = (),
        resolves: Sequence[str] = (),
    ) -> Answer:
        """Run one mutation that comes from no phone: typed GraphQL, a timer, an import, a webhook.

        With the same ``id`` it acts once, however often it is called. Raises :class:`Refusal` ``busy`` if the
        house cannot serve now.
        """
        raw = {
            "id": id or uuid4(),
            "seq": 1,
            "kind": kind,
            "kindVersion": self._version_of(kind),
            "record": record,
            "as": actor.grant,
            "args": dict(args),
            "seen": dict(seen or {}),
            "base": dict(base or {}),
            "baseVersion": base_version,
            "dependsOn": list(depends_on),
            "resolves": list(resolves),
        }
        received = read_item(raw, self.keys.mac)
        viewer = Viewer(own=actor, grants={actor.grant: actor} if actor.grant else {})
        try:
            outcome = await self._attempts(viewer, lambda push: push.one(received), actor.agency)
        except ProtocolRefusal as refusal:
            raise Refusal(refusal.code, "Server sedang sibuk. Isian aman; coba lagi sebentar.") from None
        return outcome.answers[received.id]

    async def complete(self, agency: str, needs: Sequence[str]) -> None:
        """Something that mutations wait for is here now: ``file:`` and an upload's id."""
        await self._attempts(_nobody(agency), lambda push: push.waiting(needs), agency)

    async def replay(self, agency: str, mutation: str) -> None:
        """Run a mutation that was set aside as ``deferred/internal`` again, after the repair."""
        await self._attempts(_nobody(agency), lambda push: push.again(mutation), agency)

    @asynccontextmanager
    async def writing(self, agency: str) -> AsyncIterator[Writing]:
        """A transaction that publishes without a mutation: imports, demo data, settings. No retries."""
        async with self.database.writing() as connection, AsyncSession(connection, expire_on_commit=False) as session:
            w = self._writing(connection, session, agency)
            yield w
            await session.flush()
            prepared = await feed.prepare(w, self.life, {})
            await self.publish(w, prepared, self.life, to_ms(w.now))
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
        if isinstance(request, str) and len(request) <= 64:
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

    async def publish(self, w: Writing, prepared: feed.Prepared, life: Life, now: int) -> int:
        """Take the numbers, write what was published; the last number taken (0 if nothing was)."""
        count = len(prepared.keys)
        if count == 0:
            return 0
        taken = await self.store.take_numbers(w.connection, w.agency, count)
        if taken is None:
            raise LookupError(f"agency {w.agency} has no counter")
        last, epoch = taken
        if epoch != life.epoch:
            self._life = await self.store.life(w.connection)
            raise feed.Overtaken
        await feed.write(w, prepared, last - count + 1, now)
        return last

    async def store_ends(
        self,
        w: Writing,
        rows: list[dict[str, Any]],
        waits: list[Answer],
        unwaits: list[Answer],
        choices: list[dict[str, str]],
    ) -> None:
        """Write what became of the mutations of this transaction."""
        if rows:
            await self.store.run(
                w.connection,
                "UPDATE sync_mutation SET status = r.status, version = r.version, feed = r.feed, code = r.code, "
                "message = r.message, conflicts = r.conflicts, touched = r.touched, sealed = r.sealed FROM "
                + self.store.rows(
                    "id uid, status text, version int, feed int, code text, message text, conflicts text, "
                    "touched text, sealed text"
                )
                + " WHERE sync_mutation.id = r.id",
                rows=encode(rows),
            )
        if waits:
            await self.store.run(
                w.connection,
                "INSERT INTO sync_wait (mutation, needs) SELECT r.mutation, r.needs FROM "
                + self.store.rows("mutation uid, needs text")
                + " WHERE true ON CONFLICT DO NOTHING",
                rows=encode([{"mutation": one.id, "needs": need} for one in waits for need in one.waits]),
            )
        ended = [{"id": answer.id} for answer in unwaits if answer.id in w.woken]
        if ended:
            await self.store.run(
                w.connection,
                "DELETE FROM sync_wait WHERE mutation IN (SELECT r.id FROM " + self.store.rows("id uid") + ")",
                rows=encode(ended),
            )
        if choices:
            await self.store.run(
                w.connection,
                "INSERT INTO sync_resolution (resolved, choice) SELECT r.resolved, r.choice FROM "
                + self.store.rows("resolved uid, choice uid")
                + " WHERE true ON CONFLICT (resolved) DO UPDATE SET choice = excluded.choice",
                rows=encode(choices),
            )

    async def receipt_of(self, w: Writing, mutation: str) -> str | None:
        """The receipt that a mutation was given when it first came."""
        found = await self.store.run(w.connection, "SELECT receipt FROM sync_mutation WHERE id = :id", id=mutation)
        return found[0][0] if found else None

    async def write_audit(
        self, w: Writing, items: Iterable[Item], answers: Mapping[str, Answer], ledger: Ledger
    ) -> None:
        """Hand the acts of this transaction to the audit log."""
        if self.audit is None:
            return
        acts = [
            (item, answers[item.id])
            for item in items
            if item.kind.audited and answers[item.id].status in ("applied", "merged")
        ]
        if acts or ledger.refusals:
            await self.audit.acts(w, acts, ledger.refusals)

    def _writing(self, connection: AsyncConnection, session: AsyncSession, agency: str) -> Writing:
        return Writing(
            connection=connection,
            session=session,
            store=self.store,
            agency=agency,
            now=self.clock.now(),
            ports=self.ports,
        )

    async def _attempts(self, viewer: Viewer, work: Callable[[Push], Awaitable[Outcome]], agency: str) -> Outcome:
        careful = False
        for attempt in range(COLLISION_TRIES):
            try:
                return await self._attempt(viewer, work, agency, careful=careful)
            except (ProtocolRefusal, Forked):
                raise
            except NeedsCare:
                careful = True
            except Exception as error:
                if is_collision(error):
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
        async with self.database.writing() as connection, AsyncSession(connection, expire_on_commit=False) as session:
            w = self._writing(connection, session, agency)
            outcome = await work(Push(self, w, viewer, self.life, careful=careful))
            await self.faults.reach("before_commit")
        await self.faults.reach("after_commit")
        for id, error in outcome.faults.items():
            log.error("mutation_set_aside", mutation=id, error=type(error).__name__, exc_info=error)
            self.alarm("deferred_internal", {"mutation": id, "error": type(error).__name__})
        self.store.remember_audiences(agency, outcome.numbers)
        await self._after(w, agency, outcome.poke)
        return outcome

    async def _after(self, w: Writing, agency: str, touched: frozenset[str]) -> None:
        for hook in w.hooks:
            await hook()
        if touched:
            for poke in self.on_poke:
                await poke(agency, touched)

    async def renew(self, reason: str) -> Life:
        """Begin a new epoch after a restored backup, announced or found out; alarms."""
        async with self.database.writing() as connection:
            before = await self.store.life(connection)
            restores = self.keys.count_restore(0 if before is None else before.restores)
            await self.store.renew_life(connection, uuid4(), restores)
            self._life = await self.store.life(connection)
        self.alarm("new_epoch", {"reason": reason, "restores": restores})
        return self.life

    async def refresh_life(self, connection: AsyncConnection) -> Life:
        """Read the database's life again (another process may have begun a new one)."""
        self._life = await self.store.life(connection)
        return self.life

    def alarm(self, name: str, facts: Mapping[str, Any]) -> None:
        """Tell the operator that something needs a person."""
        log.critical(name, **facts)
        for listener in self.on_alarm:
            listener(name, facts)

    def _version_of(self, kind: str) -> int:
        found = self.registry.find_mutation(kind)
        return 1 if found is None else found.version


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdigit() else 0 for part in text.split("-")[0].split(".")[:3])


def _nobody(agency: str) -> Viewer:
    return Viewer(own=Actor(account="00000000-0000-0000-0000-000000000000", agency=agency, system=True))
