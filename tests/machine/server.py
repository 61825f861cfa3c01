"""The real engine over a real database, with what may befall it; every delivery is compared with the oracle."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson
from sqlalchemy import text

from backend.database.engine import Database
from backend.keys import Keys
from sync import retention
from sync.actors import system_actor
from sync.answers import Answer
from sync.clock import from_ms, to_ms
from sync.engine import SyncEngine
from sync.errors import ProtocolRefusal, Refusal
from sync.tables import metadata
from tests.machine.domain import TABLES, People, Uploads, create_tables, declare
from tests.machine.model import HASHED, Model
from tests.support.clock import START, SettableClock

ALL_TABLES = [*(table.name for table in metadata.sorted_tables), *TABLES]
SMALL_BATCH = 1_500


class Crash(BaseException):
    """The server's process dies here; nothing may catch it."""


class NoAnswer(Exception):
    """Nothing that counts came back."""


@dataclass
class Faults:
    """Fills the port ``FaultPoints``: raises what is armed, once."""

    armed: tuple[str, BaseException] | None = None

    async def reach(self, point: str) -> None:
        """Called on passing a point."""
        if self.armed is not None and self.armed[0] == point:
            error, self.armed = self.armed[1], None
            raise error


async def prepare(db: Database) -> None:
    """The tables of the domain, and beside each table one that holds its backup."""
    await create_tables(db)
    async with db.writing() as connection:
        for name in ALL_TABLES:
            await connection.execute(text(f"CREATE TABLE backup_{name} AS SELECT * FROM {name} WHERE 1 = 0"))


class Server:
    """One installation with two agencies."""

    def __init__(self, db: Database, keys: Keys, people: People, counts: Counter[str]) -> None:
        self.db, self.keys, self.people, self.counts = db, keys, people, counts
        self.clock = SettableClock()
        self.uploads = Uploads()
        self.faults = Faults()
        self.ports: dict[str, Any] = {"repaired": False}
        self.newer = False
        self.minimum = "0.0.0"
        self.small_batches = False
        self.model = Model(people)
        self.backup: Model | None = None
        self.restores = 0
        self.alarms: list[str] = []

    async def begin(self, agencies: Sequence[str]) -> None:
        """An empty database with these agencies."""
        assert self.keys.path is not None
        content = json.loads(self.keys.path.read_text())
        self.keys.path.write_text(json.dumps({**content, "restores": 0}))
        async with self.db.writing() as connection:
            for name in reversed(ALL_TABLES):
                await connection.execute(text(f"DELETE FROM {name}"))
        await self.restart()
        async with self.db.writing() as connection:
            for agency in agencies:
                await self.engine.add_agency(connection, agency)

    async def restart(self) -> None:
        """A new process: nothing is remembered but what is in the database."""
        self.faults.armed = None
        self.engine = SyncEngine(
            database=self.db, registry=declare(newer=self.newer), keys=self.keys, clock=self.clock, viewers=self.people,
            files=self.uploads, ports=self.ports, faults=self.faults, minimum_app_version=self.minimum,
            max_batch_bytes=SMALL_BATCH if self.small_batches else 512 * 1024,
        )  # fmt: skip
        self.engine.on_alarm.append(lambda name, _facts: self.alarms.append(name))
        await self.engine.start()

    @property
    def now(self) -> int:
        """The server's clock, ms."""
        return to_ms(self.clock.now())

    def set_time(self, elapsed: int) -> None:
        """Show the time ``elapsed`` ms after the start of the example."""
        self.clock.set(from_ms(to_ms(START) + elapsed))

    # --- requests ---------------------------------------------------------------------------------

    async def push(self, session: str | None, request: str) -> dict[str, Any]:
        """Deliver a push; the reply that leaves the server. Raises :class:`NoAnswer` if it dies on the way."""
        batch = json.loads(request)
        if session is None:
            return _signed_out(batch["requestId"])
        try:
            reply = await self._engine_push(session, batch)
            await self.faults.reach("mid_reply")
        except Crash as crash:
            self.counts[f"server dies {crash}"] += 1
            await self.restart()
            if str(crash) != "before_commit":
                self._predict(session, batch)
            await self.verify()
            raise NoAnswer from None
        self._judge(session, batch, reply)
        await self.verify()
        return reply

    async def _engine_push(self, session: str, batch: dict[str, Any]) -> dict[str, Any]:
        reply = await self.engine.push(self.people.at(session), batch)
        return json.loads(orjson.dumps(reply))

    def _predict(self, session: str, batch: dict[str, Any]) -> tuple[str | None, list[dict[str, Any]]]:
        expected = self._refused(session, batch)
        return (expected, []) if expected else self.model.push(session, batch, self.now)

    def _refused(self, session: str, batch: dict[str, Any]) -> str | None:
        """The code of a batch that is refused before anything of it is read."""
        items = batch["mutations"]
        sizes = [len(orjson.dumps({name: item[name] for name in HASHED if name in item})) for item in items]
        if self.small_batches and len(items) > 1 and sum(sizes) > SMALL_BATCH:
            return "batch_too_large"
        if batch["account"] != session:
            return "device_owner"
        return "update_needed" if batch["appVersion"] < self.minimum else None

    def _judge(self, session: str, batch: dict[str, Any], reply: dict[str, Any]) -> None:
        if reply["code"] == "busy":
            assert reply["results"] == []
            assert reply["retryAfterMs"] > 0
            self.counts["batch busy"] += 1
            return
        compare(self, session, batch, reply, *self._predict(session, batch))

    async def race(
        self, pushes: Sequence[tuple[str, str]], pulls: Sequence[Awaitable[Any]]
    ) -> tuple[list[dict[str, Any]], list[Any]]:
        """Deliver pushes and pulls at one time; what comes of the pushes must be what some order of them gives."""
        batches = [(session, json.loads(request)) for session, request in pushes]
        answers = await asyncio.gather(*(self._engine_push(session, batch) for session, batch in batches), *pulls)
        replies, pages = answers[: len(pushes)], answers[len(pushes) :]
        errors: list[str] = []
        start = self.model
        for order in (range(len(batches)), reversed(range(len(batches)))):
            self.model = start.copy()
            try:
                for n in order:
                    self._judge_raced(*batches[n], replies[n])
                await self.verify()
            except AssertionError as error:
                errors.append(str(error))
            else:
                return list(replies), list(pages)
        raise AssertionError("no order of the two explains what happened: " + " | ".join(errors))

    def _judge_raced(self, session: str, batch: dict[str, Any], reply: dict[str, Any]) -> None:
        if reply["code"] == "busy" or (refused := self._refused(session, batch)):
            assert reply["code"] in ("busy", refused)
            return
        named = {item["id"]: item.get("dependsOn") for item in batch["mutations"]}
        stuck = {one["id"] for one in reply["results"] if one["status"] == "deferred" and named[one["id"]]}
        stuck -= {one["id"] for one in reply["results"] if one.get("code") == "internal"}
        compare(self, session, batch, reply, *self.model.push(session, batch, self.now, frozenset(stuck)))

    async def pull(self, session: str | None, account: str, cursor: str | None, limit: int | None, check: bool) -> Any:
        """Deliver a pull."""
        if session is None:
            return _signed_out(None)
        before = self.engine.life.epoch
        reply = await self.engine.pull(self.people.at(session), account, cursor, limit, check)
        page = json.loads(orjson.dumps(reply))
        assert (page["code"] == "device_owner") is (session != account)
        if self.engine.life.epoch != before:
            await self.renewed()
        return page

    # --- what a server does by itself and what befalls it -----------------------------------------

    async def timer(self, agency: str, plan: str, id: str) -> None:
        """A job closes a plan; with the same id it acts once."""
        seen_before = id in self.model.effects
        answer = await self._job(lambda: self.engine.execute(system_actor(agency), "plan.expire", plan, {}, id=id))
        expected = ("applied", None) if seen_before else self.model.expire(agency, plan)
        assert (answer.first or answer.status, answer.code) == expected
        assert not seen_before or answer.status == "duplicate", "I1: a job that ran twice took effect twice"
        if expected[0] == "applied":
            self.model.effects[id] = 1
        await self.verify()

    async def _job(self, work: Callable[[], Awaitable[Answer]] | Callable[[], Awaitable[None]]) -> Any:
        """A job is begun again until it ran: after a crash and when the house is in trouble."""
        while True:
            try:
                return await work()
            except Crash as crash:
                self.counts[f"job dies {crash}"] += 1
                await self.restart()
            except (ProtocolRefusal, Refusal) as refusal:
                if refusal.code != "busy":
                    raise
                self.counts["job busy"] += 1

    async def upload(self, agencies: Sequence[str], upload: str) -> None:
        """An upload is complete."""
        self.uploads.done.add(upload)
        self.model.uploads.add(upload)
        for agency in agencies:
            await self._job(partial(self._complete, agency, upload))
            self.model.completed(agency, [f"file:{upload}"], self.now)
        await self.verify()

    async def _complete(self, agency: str, upload: str) -> None:
        await self.engine.complete(agency, [f"file:{upload}"])

    async def _replay(self, agency: str, id: str) -> None:
        await self.engine.replay(agency, id)

    async def repair(self, *, mended: bool) -> None:
        """Replay what was set aside; ``mended``: the defect is gone."""
        self.ports["repaired"] = self.engine.ports["repaired"] = self.model.repaired = mended
        for known in sorted(self.model.known.values(), key=lambda one: one.id):
            if known.status == "deferred" and known.code == "internal":
                agency = self.people.agencies[known.account]
                await self._job(partial(self._replay, agency, known.id))
                self.model.replay(agency, known.id, self.now)
        await self.verify()

    async def forget(self, job: str) -> None:
        """The retention jobs."""
        now = self.clock.now()
        if job == "deferred":
            expected = self.model.forget_deferred(to_ms(now - retention.DEFERRED))
            assert await retention.forget_deferred(self.engine, now) == expected
        elif job == "details":
            await retention.shrink_mutations(self.engine, now)
            self.model.shrink(to_ms(now - retention.DETAILS))
        else:
            await retention.forget_tombstones(self.engine, now)

    async def take_backup(self) -> None:
        """Copy everything aside."""
        async with self.db.writing() as connection:
            for name in ALL_TABLES:
                await connection.execute(text(f"DELETE FROM backup_{name}"))
                await connection.execute(text(f"INSERT INTO backup_{name} SELECT * FROM {name}"))
        self.backup = self.model.copy()

    async def restore(self, *, announced: bool) -> None:
        """The backup takes the place of the database, and the server starts anew."""
        assert self.backup is not None
        async with self.db.writing() as connection:
            for name in reversed(ALL_TABLES):
                await connection.execute(text(f"DELETE FROM {name}"))
            for name in ALL_TABLES:
                over = "" if self.db.is_sqlite or name != "machine_effect" else "OVERRIDING SYSTEM VALUE "
                await connection.execute(text(f"INSERT INTO {name} {over}SELECT * FROM backup_{name}"))
            if not self.db.is_sqlite:
                await connection.execute(
                    text(
                        "SELECT setval(pg_get_serial_sequence('feed_audience', 'id'), "
                        "(SELECT coalesce(max(id), 1) FROM feed_audience))"
                    )
                )
        now = self.model
        self.model = self.backup.copy()
        self.model.uploads, self.model.repaired, self.model.newer = now.uploads, now.repaired, now.newer
        await self.restart()
        if announced:
            await self.engine.renew("a backup was restored")
            await self.renewed()

    async def renewed(self) -> None:
        """A new life has begun."""
        self.restores += 1
        assert self.engine.life.restores == self.restores, "no number of a life may come again"
        self.model.restores = self.restores

    async def feed_of(self, agency: str) -> int:
        """The agency's counter."""
        return int((await self.rows("SELECT feed FROM sync_counter WHERE agency = :agency", agency=agency))[0][0])

    async def rows(self, sql: str, **parameters: Any) -> Sequence[tuple[Any, ...]]:
        """What the database holds, read past the engine."""
        async with self.db.reading() as connection:
            return await self.engine.store.run(connection, sql, **parameters)

    async def verify(self) -> None:
        """I1 and I3 at each step: the database holds what the oracle says, record by record."""
        stored = {
            (str(agency), kind, str(id)): (version, bool(deleted), json.loads(change)["body"] if change else {})
            for agency, kind, id, version, deleted, change in await self.rows(
                "SELECT agency, kind, id, version, deleted, change FROM sync_record"
            )
        }
        told = {
            key: (one.version, one.deleted, {} if one.deleted else one.body) for key, one in self.model.records.items()
        }
        differ = {key: (stored.get(key), told.get(key)) for key in stored.keys() | told.keys()}
        differ = {key: pair for key, pair in differ.items() if pair[0] != pair[1]}
        assert not differ, f"the database and the oracle differ (stored, expected): {differ}"


def _signed_out(request: str | None) -> dict[str, Any]:
    return {
        "protocol": "sambung-sync/1",
        "requestId": request,
        "code": "signed_out",
        "results": [],
        "retryAfterMs": None,
    }


def compare(
    server: Server, session: str, batch: dict[str, Any], reply: dict[str, Any],
    code: str | None, expected: list[dict[str, Any]],
) -> None:  # fmt: skip
    """The engine's answers against the oracle's."""
    assert reply["code"] == code, f"batch code {reply['code']}, expected {code}"
    assert reply["requestId"] == batch["requestId"]
    results = reply["results"]
    server.counts[f"batch {code or 'ok'}"] += 1
    if code is not None:
        assert results == []
        return
    assert [one["id"] for one in results] == [one["id"] for one in expected]
    visible = server.model.seen_by(session)
    for item, one, other in zip(batch["mutations"], results, expected, strict=True):
        said = {name: one.get(name) for name in ("status", "code", "first")}
        meant = {name: other.get(name) for name in ("status", "code", "first")}
        if said["status"] == "duplicate":
            said["code"] = meant["code"] = None
        assert said == meant, f"{item}: answered {one}, expected {other}"
        assert sorted(one.get("conflicts", ())) == sorted(other.get("conflicts") or ()), (item, one, other)
        server.counts[f"{item['kind']} {one['status']}{'/' + one['code'] if one.get('code') else ''}"] += 1
        _check_shown(server, item, one, visible)


def _check_shown(server: Server, item: dict[str, Any], one: dict[str, Any], visible: dict[Any, Any]) -> None:
    """I6 and the receipt: only what this person may see is shown; a receipt stays what it was."""
    if one["status"] in ("applied", "merged", "duplicate"):
        known = server.model.known[item["id"]]
        if known.kind is not None:
            assert len(one["receipt"]) == 8
            first = server.model.receipts.setdefault(item["id"], one["receipt"])
            assert first == one["receipt"], "I1: another receipt for the same mutation"
        return
    assert "receipt" not in one
    if "server" in one and one["status"] != "duplicate":
        kind = "plan" if item["kind"].startswith("plan.") else item["kind"].split(".")[0]
        assert one["server"] == visible[(kind, item["record"])][1], "I6: shown what may not be seen"
    if one["status"] in ("conflict", "rejected") and server.model.known.get(item["id"], item) is not item:
        assert one.get("message") or server.model.known[item["id"]].kind is None or one["code"] == "id_reused"
