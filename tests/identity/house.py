"""A house with two agencies and a few people, made through the same use-cases as a real one."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

import backend.demo
from backend.database.engine import Database
from backend.identity import records
from backend.identity.models import PERSON
from backend.identity.rules.fields import FIELDS
from backend.identity.service.access import Access
from backend.identity.service.accounts import NewAccount, create_account, grant_now
from backend.identity.service.agencies import import_agency, read_agencies
from backend.identity.service.directory import Directory
from backend.identity.service.employees import Employees
from backend.identity.service.grants import Grants
from backend.identity.service.imports.applying import Imports, Upload
from backend.identity.service.tree import Tree
from backend.keys import Keys
from sync.actors import Actor, Viewer, system_actor
from sync.answers import Answer
from sync.engine import SyncEngine
from sync.ids import uuid7
from sync.registry import Registry
from tests.support.clock import SettableClock

PASSWORD = "kuda lari pagi"
TEACHER, HR, OFFICER = "197203151998032901", "198702132010011901", "SKR-00026"
OTHER_HR = "198510202009121901"
AGENCIES = json.loads((Path(backend.demo.__file__).parent / "demo_agencies.json").read_text())


@dataclass
class House:
    """Everything that a test of this room touches."""

    db: Database
    keys: Keys
    clock: SettableClock
    directory: Directory
    access: Access
    engine: SyncEngine
    imports: Imports
    agencies: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)

    async def tree(self, code: str = "SKR") -> Tree:
        async with self.db.reading() as connection:
            return await self.directory.trees.get(connection, self.agencies[code])

    async def unit(self, code: str, agency: str = "SKR") -> str:
        return next(node.id for node in (await self.tree(agency)).nodes.values() if node.code == code)

    async def add(self, name: str, identifier: str, agency: str = "SKR", **more: Any) -> str:
        roles = more.pop("roles", ())
        async with self.engine.writing(self.agencies[agency]) as w:
            tree = await self.directory.trees.get(w.connection, self.agencies[agency])
            person = await create_account(w, tree, NewAccount(name, identifier, **more))
            for role, unit in roles:
                node = next(node for node in tree.nodes.values() if node.code == unit)
                await grant_now(w, tree, person, role, node.id, tree.today(w.now))
        self.people[identifier] = person
        return person

    async def viewer(self, account: str) -> Viewer:
        async with self.db.reading() as connection:
            found = await self.directory.viewer(connection, account)
        assert found is not None
        return found

    async def working_as(self, account: str, role: str) -> Actor:
        viewer = await self.viewer(account)
        return next(actor for actor in viewer.grants.values() if actor.role == role)

    async def code_for(self, account: str, agency: str = "SKR") -> str:
        async with self.db.writing() as connection:
            code, _ = await self.access.issue_code(connection, system_actor(self.agencies[agency]), account)
        return code

    async def activate(self, identifier: str, agency: str = "SKR", password: str = PASSWORD) -> Any:
        code = await self.code_for(self.people[identifier], agency)
        return await self.access.activate(identifier, code, password, agency, address="10.0.0.1", label="")

    async def sign_in(self, identifier: str, password: str = PASSWORD, agency: str | None = None, **more: str) -> Any:
        address = more.get("address", "10.0.0.1")
        return await self.access.sign_in(identifier, password, agency, address=address, label="Chrome di Android")

    async def do(self, actor: Actor, kind: str, record: str | None, /, **args: Any) -> Answer:
        meta = args.pop("meta", {})
        return await self.engine.execute(actor, kind, record or uuid7(), args, **meta)

    async def edit(self, actor: Actor, person: str, /, **fields: Any) -> Answer:
        """Edit as somebody who sees the record as it is now."""
        stored = await self.record("employee", person)
        base = {name: stored.body.get(name) for name in FIELDS}
        return await self.engine.execute(actor, "employee.edit", person, fields, base=base, base_version=stored.version)

    async def person(self, id: str) -> dict[str, Any]:
        async with self.db.reading() as connection:
            return dict((await connection.execute(select(PERSON).where(PERSON.c.id == id))).mappings().one())

    async def record(self, kind: str, id: str, agency: str = "SKR") -> Any:
        async with self.db.reading() as connection:
            found = await self.engine.store.records(connection, self.agencies[agency], [(kind, id)], lock=False)
        return found.get((kind, id))

    async def import_file(self, text: str, agency: str = "SKR", **more: Any) -> Any:
        upload = Upload("pegawai.csv", text.encode(), **more)
        return await self.imports.apply(self.agencies[agency], upload, None, None)


async def make_house(db: Database, keys: Keys, clock: SettableClock) -> House:
    directory = Directory(clock)
    registry = Registry()
    records.declare(registry, employees=Employees(directory, keys), grants=Grants(directory))
    engine = SyncEngine(database=db, registry=registry.close(), keys=keys, clock=clock, viewers=directory)
    await engine.start()
    access = Access(db, keys, clock, directory, session_days=60)
    house = House(db, keys, clock, directory, access, engine, Imports(db, engine, directory, clock))
    for file in read_agencies(AGENCIES)[:2]:
        house.agencies[file.code] = await import_agency(engine, file)
    await house.add("Siti Nur'aini Kartika, S.Pd.", TEACHER, unit="DIKBUD", kecamatan="SKR-K09", position="Guru")
    await house.add("Teguh Santika, S.Kom.", HR, unit="PPI", roles=[("HRA", "SKR")])
    await house.add("Sekar Ayu Ningtyas", OFFICER, unit="PPI", roles=[("OPR", "SKR"), ("BID", "BKPSDM")])
    await house.add("Yohanes Pati Raja, S.Kom.", OTHER_HR, "TLP", unit="PPI", roles=[("HRA", "TLP")])
    return house
