"""An agency at work: the demonstration's units and people, a real engine, and phones that pull."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import func, select
from sqlmodel import SQLModel

import backend.demo
from backend.database.engine import Database
from backend.forms import records as form_records
from backend.identity.models import DeviceSession, Person, RoleGrant
from backend.identity.service.agencies import import_agency, read_agencies
from backend.identity.service.directory import Directory
from backend.jobs.runner import Runner
from backend.keys import Keys
from backend.knowledge import records as knowledge_records
from backend.knowledge.ports import Ports as KnowledgePorts
from backend.questions import records
from backend.questions.house import IdentityHouse, ThreadNames
from backend.questions.models import Question
from backend.questions.ports import Ports
from backend.questions.service.timers import job_functions
from sync.actors import Actor, Viewer, system_actor
from sync.answers import Answer
from sync.engine import SyncEngine
from sync.ids import uuid7
from sync.registry import Registry
from tests.support.clock import SettableClock

DEMO = Path(next(iter(backend.demo.__path__)))
DEFAULT_WEEK = {
    **{day: [["07:30", "12:00"], ["13:00", "16:00"]] for day in ("mon", "tue", "wed", "thu")},
    "fri": [["07:30", "11:30"], ["13:00", "16:30"]],
    "sat": [],
    "sun": [],
}
ASK_PANGKAT = "kapan SK kenaikan pangkat saya terbit"


class Office:
    """One agency (SKR) with the default week; every method acts as somebody by the key of the demo accounts."""

    def __init__(self, db: Database, keys: Keys, clock: SettableClock) -> None:
        self.db, self.clock = db, clock
        self.directory = Directory(clock)
        house = IdentityHouse(self.directory)
        self.ports = Ports(house=house, presence=house)
        self.registry = Registry()
        self.declare()
        self.engine = SyncEngine(
            database=db, registry=self.registry.close(), keys=keys, clock=clock, viewers=self.directory
        )
        self.runner = Runner(db, clock, job_functions(self.engine, self.ports))
        self.agency = ""
        self.units: dict[str, str] = {}
        self.people: dict[str, str] = {}

    def declare(self) -> None:
        """The kinds of this office."""
        records.declare(self.registry, self.ports)
        form_records.declare(self.registry)
        knowledge_records.declare(self.registry, KnowledgePorts(self.directory, ThreadNames()))

    async def build(self, **changed: Any) -> Office:
        """Agency, units, people, grants; ``changed``: members of the agency file that are otherwise here."""
        await self.engine.start()
        await self.settle(**changed)
        async with self.db.reading() as connection:
            tree = await self.directory.trees.get(connection, self.agency)
        self.units = {node.code: node.id for node in tree.nodes.values()}
        accounts = json.loads((DEMO / "demo_accounts.json").read_text())["accounts"]
        async with self.db.write() as session:
            for one in accounts:
                if one["agency"] == "SKR":
                    session.add(self._person(one))
            await session.flush()
            for one in accounts:
                if one["agency"] == "SKR":
                    session.add_all(self._grants(one))
        return self

    async def settle(self, **changed: Any) -> None:
        """Bring the agency to its file, with these members otherwise."""
        raw = json.loads((DEMO / "demo_agencies.json").read_text())["agencies"][0]
        raw["calendar"] = {**raw["calendar"], "week": DEFAULT_WEEK, "special": []}
        raw |= changed
        [file] = read_agencies(raw)
        self.agency = await import_agency(self.engine, file)

    def _person(self, one: Mapping[str, Any]) -> Person:
        self.people[one["key"]] = uuid7()
        is_nip = one["identifier"].isdigit()
        return Person(
            id=self.people[one["key"]], agency=self.agency, kind=one["kind"], name=one["name"],
            nip=one["identifier"] if is_nip else None, staff_code=None if is_nip else one["identifier"],
            name_key=one["name"].lower(), unit=self.units[one["unit"]], position=one["position"],
            kecamatan=self.units.get(one.get("kecamatan", "")), created=self.clock.now(),
        )  # fmt: skip

    def _grants(self, one: Mapping[str, Any]) -> list[RoleGrant]:
        return [
            RoleGrant(
                id=uuid7(), agency=self.agency, person=self.people[one["key"]], role=grant["role"],
                unit=self.units[grant["unit"]], start=date.fromisoformat(grant["from"]), granted=self.clock.now(),
            )
            for grant in one["grants"]
        ]  # fmt: skip

    async def viewer(self, key: str) -> Viewer:
        """Somebody with all that they hold now."""
        async with self.db.reading() as connection:
            found = await self.directory.viewer(connection, self.people[key])
        assert found is not None
        return found

    async def actor(self, key: str, role: str | None = None) -> Actor:
        """Somebody at work as one role, or on own data."""
        viewer = await self.viewer(key)
        if role is None:
            return viewer.own
        return next(actor for actor in viewer.grants.values() if actor.role == role)

    async def appears(self, *keys: str) -> None:
        """Their devices are seen now."""
        async with self.db.write() as session:
            for key in keys:
                session.add(DeviceSession(
                    id=uuid7(), token_hash=uuid7(), account=self.people[key], agency=self.agency,
                    created=self.clock.now(), last_seen=self.clock.now(), expires=self.clock.now(),
                ))  # fmt: skip

    async def act(
        self, key: str, role: str | None, kind: str, record: str, /, seen: int | None = None, **args: Any
    ) -> Answer:
        """Run a mutation with what the feed shows now as seen, unless another version is given."""
        actor = await self.actor(key, role) if key != "system" else system_actor(self.agency)
        version = seen if seen is not None else await self.version("question", record)
        return await self.engine.execute(actor, kind, record, args, seen={} if version is None else {record: version})

    async def ask(self, key: str = "guru", text: str = ASK_PANGKAT, **args: Any) -> str:
        """Ask; the new question's id."""
        record = uuid7()
        answer = await self.act(key, None, "question.ask", record, text=text, **args)
        assert answer.status == "applied", answer.wire()
        return record

    async def answered(self, key: str = "guru") -> str:
        """A question that operator 1 took and answered."""
        record = await self.ask(key)
        await self.take("operator1", record)
        done = await self.act("operator1", "OPR", "question.answer", record, text="Bulan depan.", messageId=uuid7())
        assert done.status == "applied", done.wire()
        return record

    async def take(self, key: str, record: str) -> None:
        """Claim from the queue."""
        done = await self.act(key, "OPR", "question.claim", record)
        assert done.status == "applied", done.wire()

    async def version(self, kind: str, record: str) -> int | None:
        """The version in the feed."""
        async with self.db.reading() as connection:
            found = await self.engine.store.records(connection, self.agency, [(kind, record)], lock=False)
        stored = found.get((kind, record))
        return None if stored is None else stored.version

    async def question(self, record: str) -> Question:
        """The row of a question."""
        async with self.db.read() as session:
            found = await session.get(Question, record)
        assert found is not None
        return found

    async def rows(self, model: type[SQLModel], **where: Any) -> list[Any]:
        """Rows of a table, oldest first."""
        async with self.db.read() as session:
            found = await session.execute(select(model).filter_by(**where))
            return sorted(found.scalars(), key=lambda row: row.id)

    async def count(self, model: type[SQLModel]) -> int:
        """How many rows a table has."""
        async with self.db.read() as session:
            return int((await session.execute(select(func.count()).select_from(model))).scalar_one())

    async def pull(self, key: str) -> dict[tuple[str, str], dict[str, Any]]:
        """Everything that a fresh phone of somebody holds: (kind, id) to body."""
        viewer = await self.viewer(key)
        held: dict[tuple[str, str], dict[str, Any]] = {}
        cursor, more = None, True
        while more:
            page = orjson.loads(orjson.dumps(await self.engine.pull(viewer, viewer.account, cursor, None, False)))
            assert page["code"] is None, page
            held |= {(one["kind"], one["id"]): one["body"] for one in page["changes"]}
            for one in page.get("removed", []):
                held.pop((one["kind"], one["id"]), None)
            cursor, more = page["cursor"], page["more"]
        return held

    async def of_kind(self, key: str, kind: str) -> list[dict[str, Any]]:
        """The bodies of one kind that somebody pulls."""
        return [body for (name, _), body in (await self.pull(key)).items() if name == kind]

    async def rows_by_year(self, model: type[SQLModel]) -> list[Any]:
        """Rows of a table that is keyed by year."""
        async with self.db.read() as session:
            return sorted((await session.execute(select(model))).scalars(), key=lambda row: row.year)

    def phone(self, key: str) -> Phone:
        """A fresh phone of somebody."""
        return Phone(self, key)


class Phone:
    """A device that sends batches as the protocol says."""

    def __init__(self, office: Office, key: str) -> None:
        self.office, self.key, self.device, self.seq = office, key, uuid7(), 0

    def item(self, kind: str, record: str, *, grant: str | None = None, **args: Any) -> dict[str, Any]:
        """One mutation of the outbox."""
        self.seq += 1
        return {
            "id": uuid7(), "seq": self.seq, "kind": kind, "kindVersion": 1, "record": record, "as": grant, "args": args,
        }  # fmt: skip

    async def send(self, *items: dict[str, Any]) -> list[dict[str, Any]]:
        """Push a batch; the results."""
        viewer = await self.office.viewer(self.key)
        batch = {
            "protocol": "sambung-sync/1", "requestId": uuid7(), "account": viewer.account, "deviceId": self.device,
            "epoch": None, "appVersion": "1.0.0", "highSeq": self.seq, "waiting": len(items), "voided": [],
            "mutations": list(items),
        }  # fmt: skip
        reply = await self.office.engine.push(viewer, batch)
        assert reply["code"] is None, reply
        results: list[dict[str, Any]] = reply["results"]
        return results
