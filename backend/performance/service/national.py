"""Reporting to the national record: one row an evaluation, under a stable key, in a queue that outlives any outage.

Evaluations never wait for it. While the target is down the rows wait and are counted; a row that the target refuses
comes back with its reason; the same key again is the same row there.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import httpx
import orjson
import structlog
from prometheus_client import Counter
from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.database.engine import Database
from backend.gateway.rules import Outcome, judge, signature
from backend.identity.models import PERSON
from backend.identity.service.directory import Directory
from backend.identity.service.tree import Tree
from backend.jobs import service as jobs
from backend.jobs.runner import DueJob
from backend.keys import Keys
from backend.performance.evaluation_bodies import ExportBody
from backend.performance.models import Evaluation, EvaluationVersion, Export, Plan
from backend.performance.rules.standing import national_name, reports
from backend.performance.service.cases import Case
from sync.clock import Clock
from sync.engine import SyncEngine
from sync.errors import Refusal
from sync.ids import derived
from sync.writing import Item, Writing

log = structlog.get_logger(__name__)
SENT = Counter("sambung_national_rows_total", "Rows offered to the national record", ["outcome"])

JOB, EXPORT = "skp.national", "skp_export"
WAITING, DONE, REFUSED = "menunggu", "terkirim", "ditolak"
PAUSE = timedelta(minutes=15)
"""After so long a target that did not answer is tried again, without an end."""
PART = 200
_REASON_BYTES, _REASON = 4096, 500


@dataclass(frozen=True, slots=True)
class Target:
    """Where an agency's rows go: the settings ``national_record`` = ``{"name", "url"}``."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of one row; ``reason`` in the target's words."""

    outcome: Outcome
    reason: str = ""


class Adapter(Protocol):
    """Port: hands one row over. Another kind of record needs only another one of these."""

    async def send(self, target: Target, secret: bytes, row: Mapping[str, Any]) -> Reply:
        """Hand it over; never raises for what the network or the other side does."""
        ...


class HttpAdapter:
    """PUTs a row to ``URL/KEY``, signed as gateways' texts are.

    4xx is a final no with ``{"reason"}``, 5xx is worth another try.
    """

    def __init__(self, clock: Clock, *, seconds: float = 10.0) -> None:
        self._clock = clock
        self._client = httpx.AsyncClient(timeout=seconds, follow_redirects=False, trust_env=False)

    async def send(self, target: Target, secret: bytes, row: Mapping[str, Any]) -> Reply:
        """One try."""
        body = orjson.dumps(dict(row))
        timestamp = str(int(self._clock.now().timestamp()))
        headers = {
            "Content-Type": "application/json",
            "X-Sambung-Timestamp": timestamp,
            "X-Sambung-Signature": signature(secret, timestamp, body),
            "Idempotency-Key": f"{row['key']}:{row['version']}",
        }
        url = f"{target.url.rstrip('/')}/{row['key']}"
        try:
            async with self._client.stream("PUT", url, content=body, headers=headers) as reply:
                outcome = judge(reply.status_code)
                said = await _first_bytes(reply) if outcome is Outcome.REFUSED else b""
        except httpx.InvalidURL:
            return Reply(Outcome.REFUSED, "Alamat tujuan salah.")
        except httpx.HTTPError as error:
            return Reply(Outcome.RETRY, type(error).__name__)
        return Reply(outcome, _reason(said, reply.status_code) if outcome is Outcome.REFUSED else "")

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


async def _first_bytes(reply: httpx.Response) -> bytes:
    found = b""
    async for part in reply.aiter_bytes():
        found += part
        if len(found) >= _REASON_BYTES:
            break
    return found[:_REASON_BYTES]


def _reason(said: bytes, status: int) -> str:
    try:
        body = orjson.loads(said)
        text = str(body.get("reason", "")) if isinstance(body, dict) else ""
    except orjson.JSONDecodeError:
        text = ""
    return text.replace("\x00", "")[:_REASON] or f"Ditolak tujuan (HTTP {status})."


async def queue(w: Writing, case: Case, tree: Tree) -> None:
    """Put a final evaluation into the queue; a newer version takes the older one's place under the same key.

    Not where the agency's plans are the record themselves and no other one is named.
    """
    row = case.row
    if not reports(tree.settings_at(w.now).body):
        return
    values = {
        "id": derived(row.id, "export"), "agency": w.agency, "evaluation": row.id, "key": row.id,
        "version": row.version, "state": WAITING, "attempts": 0, "due": w.now, "reason": "", "sent_at": None,
    }  # fmt: skip
    on_postgres = w.session.get_bind().dialect.name == "postgresql"
    statement: Any = (postgresql.insert if on_postgres else sqlite.insert)(Export).values(values)
    fresh = {name: values[name] for name in ("version", "state", "attempts", "due", "reason", "sent_at")}
    await w.session.execute(statement.on_conflict_do_update(index_elements=["agency", "key"], set_=fresh))
    await jobs.schedule(w.session, JOB, w.agency, w.now, {}, w.agency)


class National:
    """The queue's worker function."""

    def __init__(
        self, db: Database, engine: SyncEngine, keys: Keys, directory: Directory, adapter: Adapter
    ) -> None:  # fmt: skip
        self._db, self._engine, self._keys, self._clock = db, engine, keys, engine.clock
        self._directory, self._adapter = directory, adapter

    def functions(self) -> Mapping[str, Callable[[DueJob], Awaitable[None]]]:
        """What the job runner calls."""
        return {JOB: self.deliver}

    async def deliver(self, job: DueJob) -> None:
        """Offer everything that waits, oldest first. At the first silence the rest waits, and the job is armed anew."""
        agency = job.agency or job.key
        async with self._db.read() as session:
            found = await target_of(self._directory, session, agency, self._clock.now())
        if found is None:
            return
        while rows := await self._due(agency):
            for export, version in rows:
                reply = await self._adapter.send(found, secret(self._keys, agency), _wire(export, version))
                SENT.labels(reply.outcome.value).inc()
                await self._write(export, reply)
                if reply.outcome is Outcome.RETRY:
                    log.info("national_record_silent", agency=agency, reason=reply.reason)
                    await self._again(agency)
                    return

    async def _due(self, agency: str) -> Sequence[tuple[Export, EvaluationVersion]]:
        e, v = Export, EvaluationVersion
        query = (
            select(e, v)
            .join(v, (col(v.evaluation) == col(e.evaluation)) & (col(v.version) == col(e.version)))
            .where(col(e.agency) == agency, col(e.state) == WAITING)
            .order_by(col(e.due), col(e.id))
            .limit(PART)
        )
        async with self._db.read() as session:
            return [(one[0], one[1]) for one in await session.execute(query)]

    async def _write(self, export: Export, reply: Reply) -> None:
        """Note what became of a row. A refused one goes to HR, to be mended and offered again."""
        values: dict[str, Any] = {"attempts": export.attempts + 1}
        if reply.outcome is Outcome.ACCEPTED:
            values |= {"state": DONE, "reason": "", "sent_at": self._clock.now()}
        elif reply.outcome is Outcome.REFUSED:
            values |= {"state": REFUSED, "reason": reply.reason}
        e = Export
        same = (col(e.id) == export.id, col(e.version) == export.version, col(e.state) == WAITING)
        async with self._engine.writing(export.agency) as w:
            done = await w.session.execute(update(e).where(*same).values(**values).returning(col(e.id)))
            if done.first() is not None and reply.outcome is not Outcome.RETRY:
                tree = await self._directory.trees.get(w.connection, export.agency)
                await _tell(w, tree.root, export.id)

    async def _again(self, agency: str) -> None:
        async with self._db.write() as session:
            await jobs.schedule(session, JOB, agency, self._clock.now() + PAUSE, {}, agency)


def _wire(export: Export, version: EvaluationVersion) -> dict[str, Any]:
    said = version.content
    return {
        "key": export.key, "version": export.version, "nip": said["nip"], "nama": said["employeeName"],
        "tahun": said["year"], "periode": said["round"], "bulan": said["months"], "jabatan": said["position"],
        "unit": said["unitName"], "ratingHasil": said["ratingResult"], "ratingPerilaku": said["ratingBehaviour"],
        "predikat": said["predicate"], "penilai": said["appraiserName"], "ditetapkan": said["finalisedAt"],
    }  # fmt: skip


def secret(keys: Keys, agency: str) -> bytes:
    """What signs an agency's rows, from the key file (32 bytes, hex)."""
    return keys.derive("sign", f"national:{agency}").hex().encode()


async def target_of(directory: Directory, session: AsyncSession, agency: str, now: datetime) -> Target | None:
    """Where the agency's rows go; ``None`` while nothing is set: they wait."""
    tree = await directory.trees.get(session, agency)
    given = tree.settings_at(now).body.get("national_record") or {}
    url = str(given.get("url") or "")
    if not url.startswith(("https://", "http://")):
        return None
    return Target(national_name(tree.settings_at(now).body), url)


async def resend(directory: Directory, w: Writing, item: Item) -> None:
    """``skp.export_resend``: a row that was refused is offered once more."""
    e = Export
    done = await w.session.execute(
        update(e)
        .where(col(e.id) == item.record, col(e.agency) == w.agency, col(e.state) == REFUSED)
        .values(state=WAITING, due=w.now, reason="")
        .returning(col(e.id))
    )
    if done.first() is None:
        raise Refusal("state", "Baris ini tidak sedang ditolak. Tidak ada yang berubah.")
    await _tell(w, (await directory.trees.get(w.connection, w.agency)).root, item.record)
    await jobs.schedule(w.session, JOB, w.agency, w.now, {}, w.agency)


async def _tell(w: Writing, root: str, id: str) -> None:
    """A row that was refused stands on HR's list until it is not any more."""
    query = select(Export).where(col(Export.id) == id).execution_options(populate_existing=True)
    row = (await w.session.execute(query)).scalars().one()
    if row.state != REFUSED:
        if id in await w.current(EXPORT, [id]):
            w.unpublish(EXPORT, id)
        return
    found = await w.session.get(Evaluation, row.evaluation)
    assert found is not None
    plan = await w.session.get(Plan, found.plan)
    assert plan is not None
    body = ExportBody(
        evaluation=row.evaluation, person_name=plan.person_name, unit=found.unit, year=found.year, round=found.round,
        state=row.state, reason=row.reason or None, attempts=row.attempts,
    )  # fmt: skip
    w.publish(EXPORT, id, body, {f"role:HRA@{root}"})


async def backlog(session: AsyncSession, agency: str, year: int, units: frozenset[str] | None) -> dict[str, Any]:
    """Counts by state, the refused rows with their reasons, and units whose people have no final annual evaluation.

    ``units``: those that the asking HR administers, ``None``: all.
    """
    e, v = Export, Evaluation
    within = [] if units is None else [col(v.unit).in_(sorted(units))]
    peopling = [] if units is None else [PERSON.c.unit.in_(sorted(units))]
    counts = await session.execute(
        select(col(e.state), func.count())
        .join(v, col(v.id) == col(e.evaluation))
        .where(col(e.agency) == agency, col(v.year) == year, *within)
        .group_by(col(e.state))
    )
    refused = await session.execute(
        select(col(e.id), col(e.reason), col(v.round), col(v.unit), PERSON.c.name)
        .join(v, col(v.id) == col(e.evaluation))
        .join(PERSON, PERSON.c.id == col(v.person))
        .where(col(e.agency) == agency, col(e.state) == REFUSED, col(v.year) == year, *within)
        .order_by(PERSON.c.name_key, col(e.id))
        .limit(500)
    )
    final = select(col(v.unit)).where(col(v.agency) == agency, col(v.year) == year, col(v.finalised_at).is_not(None))
    having = set((await session.execute(final.distinct())).scalars())
    peopled = await session.execute(
        select(PERSON.c.unit, func.count())
        .where(PERSON.c.agency == agency, PERSON.c.kind.in_(("PNS", "PPPK")), PERSON.c.status == "aktif", *peopling)
        .group_by(PERSON.c.unit)
    )
    found = {WAITING: 0, DONE: 0, REFUSED: 0} | {row[0]: row[1] for row in counts}
    return {
        "counts": found,
        "refused": [dict(row._mapping) for row in refused],
        "unitsWithout": sorted(row.unit for row in peopled if row.unit is not None and row.unit not in having),
    }
