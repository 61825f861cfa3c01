"""Applying a checked file in one transaction, and taking it back within a day."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.audit import service as audit
from backend.database.engine import Database
from backend.identity.models import (
    ACTIVATION,
    ASSIGNMENT,
    CREDENTIAL,
    IMPORT_BATCH,
    IMPORT_CHANGE,
    PERSON,
    ROLE_GRANT,
)
from backend.identity.rules.fields import POST_COLUMNS
from backend.identity.rules.sheet import Cell, Draft
from backend.identity.service.directory import Directory
from backend.identity.service.imports.planning import Plan, make_plan, read_drafts
from backend.identity.service.imports.reading import Sheet, read_sheet
from backend.identity.service.people import (
    ROWS_PER_STATEMENT,
    hold_tree,
    insert_people,
    move_posts,
    publish_people,
    serve_at,
)
from backend.identity.service.tree import Tree
from sync.clock import Clock
from sync.engine import SyncEngine
from sync.errors import Refusal
from sync.ids import uuid7
from sync.writing import Writing

UNDO_HOURS = 24
# Beside the columns, what was noted of a person's site.
_SITE = "+site"
_DATES = frozenset({"tmt_rank", "tmt_position", "tmt_cpns", "birth_date"})
_INSTANTS = frozenset({"source_updated", "created", "edited"})


@dataclass(frozen=True, slots=True)
class Upload:
    """A people file as received. ``mapping`` names columns by hand (ours to the file's); ``reason`` is why
    implausible NIPs in it are right all the same."""

    name: str
    content: bytes
    mapping: Mapping[str, str] | None = None
    reason: str = ""

    @property
    def hash(self) -> str:
        """SHA-256 of the content, hex."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Checked:
    """A file with its plan; nothing is stored yet."""

    header: list[Cell]
    plan: Plan
    digest: str

    @property
    def wrong(self) -> list[Draft]:
        """The rows that will not be applied."""
        return self.plan.wrong


@dataclass(frozen=True, slots=True)
class Applied:
    """An applied file: the batch to undo it by, and what it did."""

    batch: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Undone:
    """What taking back did; ``kept`` counts people who were changed or used since, and stay as they are."""

    restored: int
    removed: int
    kept: int


class Imports:
    """Check, apply, undo. One a server."""

    def __init__(self, db: Database, engine: SyncEngine, directory: Directory, clock: Clock) -> None:
        self.db, self.engine, self.directory, self.clock = db, engine, directory, clock

    async def check(self, agency: str, upload: Upload) -> Checked:
        """What the file would do. Raises :class:`Refusal` ``import_file`` or ``import_columns``."""
        table, drafts, now = await self._read(agency, upload)
        async with self.db.reading() as connection:
            tree = await self.directory.trees.get(connection, agency)
            plan = await make_plan(connection, tree, drafts, upload.reason, now)
        return Checked(table.header, plan, plan.digest())

    async def apply(self, agency: str, upload: Upload, digest: str | None, actor: str | None) -> Applied:
        """Apply the good rows, all or nothing. ``digest`` of the check: raises ``state`` if the effect would now be
        another (``None``: apply whatever it is)."""
        _, drafts, now = await self._read(agency, upload)
        async with self.engine.writing(agency) as w:
            tree = await self.directory.trees.get(w.connection, agency)
            await hold_tree(w.connection, agency)
            plan = await make_plan(w.connection, tree, drafts, upload.reason, now)
            if digest is not None and plan.digest() != digest:
                raise Refusal("state", "Data berubah sejak diperiksa. Periksa lagi; belum ada yang disimpan.")
            batch = uuid7()
            await _store(w, tree, plan, now)
            await _remember(w.connection, agency, upload, plan, batch, actor, now)
        return Applied(batch, plan.counts)

    async def undo(self, agency: str, batch: str, actor: str | None) -> Undone:
        """Take a batch back. Raises ``not_found``, and ``state`` after 24 hours or if it was taken back before."""
        now = self.clock.now()
        async with self.engine.writing(agency) as w:
            await hold_tree(w.connection, agency)
            query = select(IMPORT_BATCH).where(IMPORT_BATCH.c.id == batch, IMPORT_BATCH.c.agency == agency)
            row = (await w.connection.execute(query)).one_or_none()
            if row is None:
                raise Refusal("not_found", "Impor ini tidak ditemukan.")
            if row.undone is not None or now - row.applied > timedelta(hours=UNDO_HOURS):
                raise Refusal("state", f"Impor hanya bisa dibatalkan satu kali, dalam {UNDO_HOURS} jam.")
            undone = await _take_back(w, await self.directory.trees.get(w.connection, agency), batch)
            await w.connection.execute(update(IMPORT_BATCH).where(IMPORT_BATCH.c.id == batch).values(undone=now))
            await _log(w.connection, agency, actor, "people.import_undo", batch, now, {"kept": undone.kept})
        return undone

    async def recent(self, agency: str) -> Sequence[Any]:
        """Batches that can still be undone, newest first (rows of ``import_batch``)."""
        b = IMPORT_BATCH.c
        since = self.clock.now() - timedelta(hours=UNDO_HOURS)
        query = select(IMPORT_BATCH).where(b.agency == agency, b.applied >= since, b.undone.is_(None))
        async with self.db.reading() as connection:
            return (await connection.execute(query.order_by(b.applied.desc()))).all()

    async def _read(self, agency: str, upload: Upload) -> tuple[Sheet, list[Draft], datetime]:
        now = self.clock.now()
        async with self.db.reading() as connection:
            today = (await self.directory.trees.get(connection, agency)).today(now)
        table = await asyncio.to_thread(read_sheet, upload.content)
        return table, await asyncio.to_thread(read_drafts, table, upload.mapping, today), now


async def forget_undo(connection: AsyncConnection, now: datetime) -> None:
    """Delete what undoing needed once its day is over: it holds personal values. Called by a nightly job."""
    old = select(IMPORT_BATCH.c.id).where(IMPORT_BATCH.c.applied < now - timedelta(hours=UNDO_HOURS))
    await connection.execute(delete(IMPORT_CHANGE).where(IMPORT_CHANGE.c.batch.in_(old)))


async def _store(w: Writing, tree: Tree, plan: Plan, now: datetime) -> None:
    today = tree.today(now)
    await insert_people(w.connection, plan.new, today)
    await _update(w.connection, [(one.before["id"], one.columns) for one in plan.changes])
    moved = [{**one.before, **one.columns} for one in plan.changes if set(POST_COLUMNS) & set(one.columns)]
    await move_posts(w.connection, tree.agency, moved, today)
    await serve_at(w.connection, tree.agency, plan.sites, today)
    touched = {row["id"] for row in plan.new} | {one.before["id"] for one in plan.changes}
    if touched:
        await publish_people(w, tree, touched)


async def _update(connection: AsyncConnection, changes: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
    """Update people, one statement for all that change the same columns."""
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for person, columns in changes:
        line = {f"new_{name}": value for name, value in columns.items()}
        alike.setdefault(tuple(sorted(columns)), []).append({"person_id": person, **line})
    for names, lines in alike.items():
        statement = update(PERSON).where(PERSON.c.id == bindparam("person_id"))
        await connection.execute(statement.values({name: bindparam(f"new_{name}") for name in names}), lines)


async def _remember(
    connection: AsyncConnection, agency: str, upload: Upload, plan: Plan, batch: str, actor: str | None, now: datetime
) -> None:
    row = {
        "id": batch, "agency": agency, "file_name": upload.name[:200], "file_hash": upload.hash,
        "counts": plan.counts, "applied": now, "applied_by": actor, "undone": None,
    }  # fmt: skip
    await connection.execute(insert(IMPORT_BATCH), [row])
    sites = dict(plan.sites)
    lines = [{"batch": batch, "person": one["id"], "before": None, "after": _plain(one)} for one in plan.new]
    for one in plan.changes:
        person = one.before["id"]
        after = {**_plain(one.columns), **({_SITE: sites[person]} if person in sites else {})}
        before = _plain({name: one.before[name] for name in one.columns})
        lines.append({"batch": batch, "person": person, "before": before, "after": after})
    for start in range(0, len(lines), ROWS_PER_STATEMENT):
        await connection.execute(insert(IMPORT_CHANGE), lines[start : start + ROWS_PER_STATEMENT])
    detail = {**plan.counts, "file": upload.hash, "reason": upload.reason}
    await _log(connection, agency, actor, "people.import", batch, now, detail)


async def _take_back(w: Writing, tree: Tree, batch: str) -> Undone:
    changes = (await w.connection.execute(select(IMPORT_CHANGE).where(IMPORT_CHANGE.c.batch == batch))).all()
    query = select(PERSON).where(PERSON.c.agency == w.agency)
    people = {row["id"]: row for row in (await w.connection.execute(query)).mappings()}
    used = await _used(w.connection)
    removed, restored, sites, kept = [], [], [], 0
    for change in changes:
        person = people.get(change.person)
        site = change.after.pop(_SITE, None)
        if person is None or any(_plain({name: person[name]})[name] != value for name, value in change.after.items()):
            kept += 1
        elif change.before is not None:
            restored.append((change.person, _typed(change.before)))
            sites += [(change.person, site)] if site else []
        elif change.person in used:
            kept += 1
        else:
            removed.append(change.person)
    await _update(w.connection, restored)
    moved = [{**people[person], **columns} for person, columns in restored if set(POST_COLUMNS) & set(columns)]
    await move_posts(w.connection, w.agency, moved, tree.today(w.now))
    for who, where in sites:
        a = ASSIGNMENT.c
        await w.connection.execute(delete(ASSIGNMENT).where(a.person == who, a.kind == "site", a.unit == where))
    await _remove(w, removed)
    await publish_people(w, tree, {person for person, _ in restored})
    return Undone(len(restored), len(removed), kept)


async def _used(connection: AsyncConnection) -> set[str]:
    """Who has a password, a code or a role: such a person is somebody's account by now."""
    found: set[str] = set()
    for column in (CREDENTIAL.c.account, ACTIVATION.c.account, ROLE_GRANT.c.person):
        found |= {row[0] for row in await connection.execute(select(column))}
    return found


async def _remove(w: Writing, people: Sequence[str]) -> None:
    for start in range(0, len(people), ROWS_PER_STATEMENT):
        part = people[start : start + ROWS_PER_STATEMENT]
        await w.connection.execute(update(PERSON).where(PERSON.c.superior.in_(part)).values(superior=None))
        await w.connection.execute(delete(ASSIGNMENT).where(ASSIGNMENT.c.person.in_(part)))
        await w.connection.execute(delete(PERSON).where(PERSON.c.id.in_(part)))
    for person in people:
        w.unpublish("employee", person)


def _plain(columns: Mapping[Any, Any]) -> dict[str, Any]:
    """Columns as JSON: dates and instants in ISO form."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in columns.items()}


def _typed(columns: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(columns)
    for name, value in columns.items():
        if value is not None and name in _DATES:
            found[name] = date.fromisoformat(value)
        elif value is not None and name in _INSTANTS:
            found[name] = datetime.fromisoformat(value)
    return found


async def _log(
    connection: AsyncConnection, agency: str, actor: str | None, act: str, batch: str, now: datetime, detail: Any
) -> None:
    await audit.record(
        connection, agency=agency, actor=actor, role="HRA", act=act, object_kind="import", object_id=batch, at=now,
        detail=detail,
    )  # fmt: skip
