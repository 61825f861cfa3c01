"""A small domain that uses every rule of the engine, and a phone that speaks the protocol."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.database.engine import Database
from backend.keys import Keys
from sync.actors import Actor, Viewer
from sync.clock import Clock
from sync.digest import digest_of
from sync.engine import SyncEngine
from sync.errors import Refusal
from sync.faults import FaultPoints
from sync.ids import uuid4, uuid7
from sync.registry import FieldSpec, MutationKind, Permission, RecordKind, Registry, Rule, Wire
from sync.writing import Item, StoredRecord, Writing

ANYBODY = Permission(lambda _actor, _item, _stored: True, "anybody")
VISIBLE = Permission(
    lambda actor, _item, stored: stored is None or bool(stored.audiences & actor.audiences), "who sees it"
)


class ThingBody(Wire):
    title: str
    start: int | None = None
    end: int | None = None
    phone: str | None = None
    rank: str | None = None
    state: str = "open"
    holder: str | None = None
    owner: str = ""


class AddThing(Wire):
    title: str = Field(min_length=1, max_length=4000)
    audience: str | None = None
    boom: bool = False
    key: str | None = None


class EditThing(Wire):
    title: str | None = None
    start: int | None = None
    end: int | None = None
    phone: str | None = None
    rank: str | None = None


class Nothing(Wire):
    boom: bool = False


class Mark(Wire):
    at: int


class MarkBody(Wire):
    at: int


class Note(Wire):
    thing: str
    text: str


def owners(actor: Actor, stored: StoredRecord | None) -> frozenset[str]:
    return frozenset({"owner"} if stored is None or stored.body.get("owner") == actor.account else {"reader"})


async def add(w: Writing, items: Sequence[Item]) -> None:
    taken = w.ports["keys"]
    for item in items:
        if item.args.boom and not w.ports["repaired"]:
            raise RuntimeError("a defect of ours")
        if item.args.key is not None:
            if item.args.key in taken and taken[item.args.key] != item.id:
                item.lose("exists", "Sudah ada.")
                continue
            taken[item.args.key] = item.id
        audience = item.args.audience or f"person:{item.actor.account}"
        body = ThingBody(title=item.args.title, owner=item.actor.account)
        w.publish("thing", item.record, body, {audience, f"person:{item.actor.account}"})


async def edit(w: Writing, item: Item) -> None:
    audiences = item.current.audiences if item.current else {f"person:{item.actor.account}"}
    body = {"owner": item.actor.account, **item.merged}
    w.publish("thing", item.record, body, audiences)


async def close(w: Writing, item: Item) -> None:
    assert item.current is not None
    w.publish("thing", item.record, {**item.current.body, "state": "closing"}, item.current.audiences)
    if item.current.body["state"] == "closed":
        raise Refusal("state", "Sudah ditutup.")
    if item.args.boom:
        raise RuntimeError("a defect of ours")
    w.publish("thing", item.record, {**item.current.body, "state": "closed"}, item.current.audiences)


async def delete(w: Writing, item: Item) -> None:
    w.unpublish("thing", item.record)


async def notes_of(w: Writing, item: Item) -> list[tuple[str, str, int]]:
    """The notes on a thing: the set that closing it for good must have seen."""
    found = await w.store.run(
        w.connection,
        "SELECT id, version, change FROM sync_record WHERE agency = :agency AND kind = 'note' AND NOT deleted",
        agency=w.agency,
    )
    return [("note", str(id), version) for id, version, change in found if item.record in change]


async def take(w: Writing, item: Item) -> None:
    assert item.current is not None
    holder = item.current.body.get("holder")
    if holder not in (None, item.actor.account):
        raise Refusal("held", "Sudah diambil petugas lain.")
    w.publish("thing", item.record, {**item.current.body, "holder": item.actor.account}, item.current.audiences)


async def mark(w: Writing, item: Item) -> None:
    at = max(item.args.at, item.current.body["at"] if item.current else 0)
    w.publish("mark", item.record, {"at": at}, {f"person:{item.actor.account}"})


async def note(w: Writing, items: Sequence[Item]) -> None:
    """A note bumps its thing: it touches a second record."""
    things = await w.lock("thing", [item.args.thing for item in items])
    for item in items:
        thing = things[item.args.thing]
        w.publish("note", item.record, {"thing": item.args.thing, "text": item.args.text}, thing.audiences)
        w.publish("thing", item.args.thing, {**thing.body, "title": thing.body["title"] + "+"}, thing.audiences)


def declare() -> Registry:
    registry = Registry()
    registry.record(
        RecordKind(
            "thing",
            ThingBody,
            "a thing",
            fields={
                "title": FieldSpec("owner"),
                "start": FieldSpec("owner", "dates"),
                "end": FieldSpec("owner", "dates"),
                "phone": FieldSpec("owner"),
                "rank": FieldSpec("source"),
            },
            owners=owners,
        )
    )
    registry.record(RecordKind("mark", MarkBody, "a mark"))
    registry.record(RecordKind("note", Note, "a note"))
    registry.mutation(
        MutationKind(
            "thing.add", "thing", Rule.APPEND, AddThing, ANYBODY, add, "add", version=3,
            upcasters={2: lambda args: {"title": args["name"]}}, loser="refuse", proof=True,
        )
    )  # fmt: skip
    registry.mutation(MutationKind("thing.edit", "thing", Rule.FIELDS, EditThing, VISIBLE, edit, "edit", creates=True))
    registry.mutation(MutationKind("thing.close", "thing", Rule.COMMAND, Nothing, VISIBLE, close, "close"))
    registry.mutation(
        MutationKind("thing.seal", "thing", Rule.COMMAND, Nothing, VISIBLE, close, "close for good", seen_set=notes_of)
    )
    registry.mutation(MutationKind("thing.delete", "thing", Rule.COMMAND, Nothing, VISIBLE, delete, "delete"))
    registry.mutation(MutationKind("thing.take", "thing", Rule.CLAIM, Nothing, VISIBLE, take, "take"))
    registry.mutation(MutationKind("mark.set", "mark", Rule.REGISTER, Mark, ANYBODY, mark, "mark"))
    registry.mutation(
        MutationKind(
            "thing.note", "note", Rule.APPEND, Note, VISIBLE, note, "note", loser="keep", target=("thing", "thing")
        )
    )
    return registry.close()


class People:
    """Accounts of a test: fills the port ``Viewers``."""

    def __init__(self, agency: str) -> None:
        self.agency = agency
        self.extra: dict[str, set[str]] = {}
        self.gone: set[str] = set()
        self.grants: dict[str, set[str]] = {}

    def at(self, account: str) -> Viewer:
        audiences = frozenset({f"person:{account}", f"agency:{self.agency}", *self.extra.get(account, set())})
        own = Actor(account=account, agency=self.agency, audiences=audiences)
        held = self.grants.get(account, set())
        return Viewer(own=own, grants={grant: replace(own, role="OPR", grant=grant) for grant in held})

    async def viewer(self, connection: AsyncConnection, account: str) -> Viewer | None:
        return None if account in self.gone else self.at(account)


class Uploads:
    """Finished uploads of a test: fills the port ``Files``."""

    def __init__(self) -> None:
        self.done: set[str] = set()

    async def complete(self, w: Writing, account: str, uploads: Sequence[str]) -> set[str]:
        return self.done & set(uploads)


@dataclass
class House:
    """An engine over a database, with one agency."""

    engine: SyncEngine
    people: People
    agency: str
    uploads: Uploads
    alarms: list[str] = field(default_factory=list)

    def phone(self, account: str | None = None) -> Phone:
        return Phone(self, account or uuid7())

    async def rows(self, sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
        """What the database holds, read past the engine."""
        async with self.engine.database.reading() as connection:
            return list(await self.engine.store.run(connection, sql, **parameters))


async def make_house(
    db: Database, keys: Keys, clock: Clock, *, agency: str | None = None, faults: FaultPoints | None = None
) -> House:
    agency = agency or uuid4()
    people, uploads = People(agency), Uploads()
    engine = SyncEngine(
        database=db, registry=declare(), keys=keys, clock=clock, viewers=people, files=uploads,
        ports={"keys": {}, "repaired": set()}, faults=faults,
    )  # fmt: skip
    await engine.start()
    async with db.writing() as connection:
        await engine.add_agency(connection, agency)
    house = House(engine, people, agency, uploads)
    engine.on_alarm.append(lambda name, _facts: house.alarms.append(name))
    return house


class Phone:
    """A client written from the protocol: it makes items, sends batches and keeps what it pulled."""

    def __init__(self, house: House, account: str) -> None:
        self.house = house
        self.account = account
        self.device = uuid4()
        self.seq = 0
        self.cursor: str | None = None
        self.feed = 0
        self.records: dict[tuple[str, str], dict[str, Any]] = {}
        self.epoch: str | None = None
        self.last: dict[str, Any] = {}

    def item(self, kind: str, args: dict[str, Any] | None = None, *, record: str | None = None, **more: Any) -> Any:
        self.seq += 1
        return {
            "id": uuid7(), "seq": self.seq, "kind": kind, "record": record or uuid7(), "args": args or {}, **more,
        }  # fmt: skip

    def add(self, title: str = "Buku", **more: Any) -> Any:
        args = {"title": title, **more.pop("args", {})}
        return self.item("thing.add", args, kindVersion=3, **more)

    async def send(self, *items: Any, **envelope: Any) -> list[dict[str, Any]]:
        batch = {
            "protocol": "sambung-sync/1", "requestId": uuid4(), "account": self.account, "deviceId": self.device,
            "epoch": self.epoch, "appVersion": "1.0.0", "highSeq": self.seq, "waiting": len(items), "voided": [],
            "mutations": list(items), **envelope,
        }  # fmt: skip
        self.last = await self.house.engine.push(self.house.people.at(self.account), orjson.loads(orjson.dumps(batch)))
        return list(self.last.get("results", []))

    async def pull(self, *, limit: int | None = None, check: bool = False) -> dict[str, Any]:
        """Pull until nothing more comes; the last page."""
        building: dict[tuple[str, str], dict[str, Any]] | None = None
        for _ in range(1000):
            raw = await self.house.engine.pull(
                self.house.people.at(self.account), self.account, self.cursor, limit, check
            )
            page: dict[str, Any] = orjson.loads(orjson.dumps(raw))
            if page["code"] is not None:
                return page
            if page["reset"]:
                building = {}
            target = self.records if building is None else building
            for change in page["changes"]:
                target[(change["kind"], change["id"])] = change
            for removed in page["removed"]:
                target.pop((removed["kind"], removed["id"]), None)
            self.cursor, self.feed, self.epoch = page["cursor"], int(page["feed"]), page["epoch"]
            if not page["more"]:
                if building is not None:
                    self.records = building
                return page
        raise AssertionError("the pull never ends")

    def digest(self) -> dict[str, Any]:
        """What ``check`` must say to this phone."""
        held = [(kind, id, change["version"]) for (kind, id), change in self.records.items()]
        return {"count": len(held), "digest": digest_of(held)}

    def body(self, id: str, kind: str = "thing") -> dict[str, Any]:
        assert (kind, id) in self.records, f"this phone holds no {kind} {id}"
        return dict(self.records[(kind, id)]["body"])

    def version(self, id: str, kind: str = "thing") -> int:
        return int(self.records[(kind, id)]["version"])
