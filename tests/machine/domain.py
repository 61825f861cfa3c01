"""A domain that uses every rule of the engine, with its natural keys and its effects in the database itself.

Every handler writes one row to ``machine_effect`` for each mutation that it runs, in the engine's transaction:
what happened twice, or not at all, can be counted there without asking the engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Literal

from pydantic import Field
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.database.engine import Database
from sync.actors import Actor, Viewer
from sync.errors import Refusal
from sync.registry import FieldSpec, MutationKind, Permission, RecordKind, Registry, Rule, Wire
from sync.store import encode
from sync.writing import Item, StoredRecord, Writing

OPERATOR = "OPR"
TABLES = {
    "machine_effect": "n INTEGER PRIMARY KEY {serial}, agency TEXT NOT NULL, mutation TEXT NOT NULL",
    "machine_number": "agency TEXT NOT NULL, number TEXT NOT NULL, PRIMARY KEY (agency, number)",
    "machine_vote": "agency TEXT NOT NULL, plan TEXT NOT NULL, account TEXT NOT NULL, PRIMARY KEY (plan, account)",
}


async def create_tables(db: Database) -> None:
    """The tables of this domain, natural keys as unique constraints."""
    serial = "" if db.is_sqlite else "GENERATED ALWAYS AS IDENTITY"
    async with db.writing() as connection:
        for name, columns in TABLES.items():
            await connection.execute(text(f"CREATE TABLE {name} ({columns.format(serial=serial)})"))


class Plan(Wire):
    title: str | None = None
    start: int | None = None
    end: int | None = None
    rank: str | None = None
    state: str = "open"
    owner: str = ""
    holder: str | None = None
    notes: int = 0


class AddPlan(Wire):
    title: str = Field(min_length=1, max_length=4000)
    scope: Literal["own", "unit", "agency"] = "own"
    number: str | None = None
    boom: bool = False


class EditPlan(Wire):
    title: str | None = None
    start: int | None = None
    end: int | None = None
    rank: str | None = None


class Step(Wire):
    boom: bool = False


class AddNote(Wire):
    plan: str
    text: str


class CastVote(Wire):
    plan: str
    value: int


class Vote(Wire):
    plan: str
    value: int
    counted: bool


class SetMark(Wire):
    at: int
    colour: str


class Mark(Wire):
    at: int
    colour: str
    owner: str


def audiences_of(scope: str, agency: str, unit: str, account: str) -> set[str]:
    """Who sees a plan of this scope."""
    more = {"own": set(), "unit": {f"role:{OPERATOR}@{unit}"}, "agency": {f"agency:{agency}"}}[scope]
    return {f"person:{account}", *more}


async def effect(w: Writing, items: Iterable[Item]) -> None:
    await w.store.run(
        w.connection,
        "INSERT INTO machine_effect (agency, mutation) SELECT :agency, r.mutation FROM "
        + w.store.rows("mutation text"),
        rows=encode([{"mutation": item.id} for item in items]),
        agency=w.agency,
    )


async def won(w: Writing, table: str, columns: str, rows: Sequence[dict[str, Any]]) -> set[tuple[Any, ...]]:
    """The natural keys that were free until now."""
    names = ", ".join(f'"{part.split()[0]}"' for part in columns.split(","))
    found = await w.store.run(
        w.connection,
        f"INSERT INTO {table} (agency, {names}) SELECT :agency, {names} FROM {w.store.rows(columns)} "
        f"WHERE true ON CONFLICT DO NOTHING RETURNING {names}",
        rows=encode(rows),
        agency=w.agency,
    )
    return {tuple(row) for row in found}


async def add(w: Writing, items: Sequence[Item]) -> None:
    numbered = [item for item in items if item.args.number is not None]
    free = await won(w, "machine_number", "number text", [{"number": item.args.number} for item in numbered])
    for item in numbered:
        if (item.args.number,) not in free:
            item.lose("exists", "Nomor itu sudah dipakai.")
        free.discard((item.args.number,))
    for item in items:
        if item.args.boom and not w.ports["repaired"]:
            raise RuntimeError("a defect of ours")
        if not item.lost:
            body = Plan(title=item.args.title, owner=item.actor.account)
            w.publish("plan", item.record, body, audiences_of(item.args.scope, w.agency, UNIT, item.actor.account))
    await effect(w, [item for item in items if not item.lost])


async def edit(w: Writing, item: Item) -> None:
    if item.current is not None and item.current.body["state"] == "approved":
        raise Refusal("locked", "Rencana sudah disetujui.")
    audiences = item.current.audiences if item.current else frozenset({f"person:{item.actor.account}"})
    body = {"state": "open", "notes": 0, "owner": item.actor.account, **item.merged}
    w.publish("plan", item.record, {name: value for name, value in body.items() if value is not None}, audiences)
    await effect(w, [item])


async def step(w: Writing, item: Item) -> None:
    """One step of the state machine of plans; a defect strikes only after half of it is done."""
    assert item.current is not None
    needed, reached = {
        "plan.close": ("open", "closed"), "plan.seal": ("open", "closed"), "plan.expire": ("open", "closed"),
        "plan.approve": ("closed", "approved"),
    }[item.kind.name]  # fmt: skip
    await effect(w, [item])
    owner = frozenset({f"person:{item.current.body['owner']}"})
    audiences = owner if item.kind.name == "plan.seal" else item.current.audiences
    w.publish("plan", item.record, {**item.current.body, "state": reached}, audiences)
    if item.args.boom and not w.ports["repaired"]:
        await w.flush()
        raise RuntimeError("a defect of ours")
    if item.current.body["state"] != needed:
        raise Refusal("state", "Langkah ini tidak mungkin sekarang.")


async def delete(w: Writing, item: Item) -> None:
    w.unpublish("plan", item.record)
    await effect(w, [item])


async def take(w: Writing, item: Item) -> None:
    assert item.current is not None
    if item.current.body.get("holder") not in (None, item.actor.account):
        raise Refusal("held", "Sudah diambil petugas lain.")
    w.publish("plan", item.record, {**item.current.body, "holder": item.actor.account}, item.current.audiences)
    await effect(w, [item])


async def note(w: Writing, items: Sequence[Item]) -> None:
    """A note counts on its plan, and reopens a closed one."""
    plans = await w.lock("plan", [item.args.plan for item in items])
    for item in items:
        plan = plans[item.args.plan]
        w.publish("note", item.record, {"plan": item.args.plan, "text": item.args.text}, plan.audiences)
        body = {**plan.body, "notes": plan.body["notes"] + 1}
        body["state"] = "open" if body["state"] == "closed" else body["state"]
        w.publish("plan", item.args.plan, body, plan.audiences)
    await effect(w, items)


async def vote(w: Writing, items: Sequence[Item]) -> None:
    """The first vote of a person on a plan counts; the others are kept with a mark."""
    plans = await w.lock("plan", [item.args.plan for item in items])
    rows = [{"plan": item.args.plan, "account": item.actor.account} for item in items]
    first = await won(w, "machine_vote", "plan text, account text", rows)
    for item in items:
        key = (item.args.plan, item.actor.account)
        if key not in first:
            item.lose("again", "Sudah pernah memilih.")
        first.discard(key)
        body = {"plan": item.args.plan, "value": item.args.value, "counted": not item.lost}
        w.publish("vote", item.record, body, plans[item.args.plan].audiences)
    await effect(w, items)


async def mark(w: Writing, item: Item) -> None:
    """The highest position and the colour that arrived last."""
    at = max(item.args.at, item.current.body["at"] if item.current else 0)
    body = {"at": at, "colour": item.args.colour, "owner": item.actor.account}
    w.publish("mark", item.record, body, {f"person:{item.actor.account}"})
    await effect(w, [item])


async def notes_of(w: Writing, item: Item) -> list[tuple[str, str, int]]:
    """The notes on a plan: the set that sealing it must have seen."""
    found = await w.store.run(
        w.connection,
        "SELECT id, version, change FROM sync_record WHERE agency = :agency AND kind = 'note' AND NOT deleted",
        agency=w.agency,
    )
    return [("note", str(id), version) for id, version, change in found if item.record in change]


def owners(actor: Actor, stored: StoredRecord | None) -> frozenset[str]:
    mine = stored is None or stored.body.get("owner") == actor.account
    return frozenset(({"owner"} if mine else set()) | ({"source"} if actor.works_as(OPERATOR) else set()))


ANYBODY = Permission(lambda _actor, _item, _stored: True, "anybody")
SEES = Permission(lambda actor, _item, stored: stored is None or bool(stored.audiences & actor.audiences), "who sees")
MINE = Permission(lambda actor, _item, stored: stored is None or stored.body["owner"] == actor.account, "its owner")
DESK = Permission(
    lambda actor, _item, stored: (
        stored is not None and actor.works_as(OPERATOR) and bool(stored.audiences & actor.audiences)
    ),
    "an operator who sees it",
)
UNIT = "00000000-0000-4000-8000-000000000001"


def declare(*, newer: bool) -> Registry:
    """The kinds of a server; a ``newer`` one knows a version and a kind more."""
    registry = Registry()
    fields = {
        "title": FieldSpec("owner"), "start": FieldSpec("owner", "dates"), "end": FieldSpec("owner", "dates"),
        "rank": FieldSpec("source"),
    }  # fmt: skip
    registry.record(RecordKind("plan", Plan, "a plan", fields=fields, owners=owners))
    registry.record(RecordKind("note", AddNote, "a note on a plan"))
    registry.record(RecordKind("vote", Vote, "a vote on a plan"))
    registry.record(RecordKind("mark", Mark, "how far somebody read"))
    casts: dict[int, Any] = {2: lambda args: {"title" if name == "name" else name: args[name] for name in args}}
    if newer:
        casts[3] = dict
    on_plan: dict[str, Any] = {"loser": "keep", "target": ("plan", "plan")}
    kinds = [
        MutationKind(
            "plan.add", "plan", Rule.APPEND, AddPlan, ANYBODY, add, "add", version=4 if newer else 3, upcasters=casts,
            loser="refuse", proof=True,
        ),
        MutationKind("plan.edit", "plan", Rule.FIELDS, EditPlan, SEES, edit, "edit", creates=True),
        MutationKind("plan.close", "plan", Rule.COMMAND, Step, SEES, step, "close"),
        MutationKind("plan.seal", "plan", Rule.COMMAND, Step, SEES, step, "close for others", seen_set=notes_of),
        MutationKind("plan.approve", "plan", Rule.COMMAND, Step, DESK, step, "approve"),
        MutationKind("plan.expire", "plan", Rule.COMMAND, Step, ANYBODY, step, "expire", internal=True),
        MutationKind("plan.delete", "plan", Rule.COMMAND, Step, MINE, delete, "delete"),
        MutationKind("plan.take", "plan", Rule.CLAIM, Step, SEES, take, "take"),
        MutationKind("plan.note", "note", Rule.APPEND, AddNote, SEES, note, "note", **on_plan),
        MutationKind("vote.cast", "vote", Rule.APPEND, CastVote, SEES, vote, "vote", **on_plan),
        MutationKind("mark.set", "mark", Rule.REGISTER, SetMark, MINE, mark, "mark"),
    ]  # fmt: skip
    if newer:
        kinds.append(MutationKind("mark.star", "mark", Rule.REGISTER, SetMark, MINE, mark, "mark with a star"))
    for kind in kinds:
        registry.mutation(kind)
    return registry.close()


class People:
    """Accounts and their grants: fills the port ``Viewers``."""

    def __init__(self) -> None:
        self.agencies: dict[str, str] = {}
        self.grants: dict[str, str | None] = {}

    def at(self, account: str) -> Viewer:
        """An account as it stands now."""
        agency, grant = self.agencies[account], self.grants.get(account)
        audiences = {f"person:{account}", f"agency:{agency}"} | ({f"role:{OPERATOR}@{UNIT}"} if grant else set())
        own = Actor(account=account, agency=agency, audiences=frozenset(audiences))
        return Viewer(own=own, grants={grant: replace(own, role=OPERATOR, grant=grant)} if grant else {})

    async def viewer(self, connection: AsyncConnection, account: str) -> Viewer | None:
        """The same for the engine."""
        return self.at(account)


class Uploads:
    """Finished uploads: fills the port ``Files``."""

    def __init__(self) -> None:
        self.done: set[str] = set()

    async def complete(self, w: Writing, account: str, uploads: Sequence[str]) -> set[str]:
        """Those that are wholly here."""
        return self.done & set(uploads)
