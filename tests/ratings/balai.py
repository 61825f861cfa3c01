"""The quarantine office of the demonstration at work: seven sites, their officers, the real house without HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
import orjson
from fastapi import FastAPI
from sqlalchemy import select
from sqlmodel import SQLModel

from backend.app import House, build_house, create_app
from backend.demo.seed import _Town, read
from backend.identity.models import PERSON, DeviceSession
from backend.identity.service.agencies import import_agency, read_agencies
from backend.identity.service.directory import token_hash
from backend.identity.service.tree import Tree
from backend.ratings.models import RatingCode
from backend.ratings.service.codes import Codes
from backend.settings import Settings
from sync.actors import Actor, Viewer, system_actor
from sync.answers import Answer
from sync.clock import Clock
from sync.ids import uuid7

NO_PASSWORD = "$argon2id$v=19$m=8,t=1,p=1$c2FtYnVuZw$none"
"""Nobody signs in here: making a real one takes longer than the whole office."""


@dataclass(frozen=True, slots=True)
class Made:
    """A finished office: ids by code or key."""

    agency: str
    units: Mapping[str, str]
    people: Mapping[str, str]


class Balai:
    """The agency BNK; people by the key of the demo accounts, units by code."""

    def __init__(self, url: str, keys_file: Path, folder: Path, clock: Clock) -> None:
        settings = Settings(
            DATABASE_URL=url, environment="demo", keys_file=keys_file, data_dir=folder / "files", background=False
        )
        self.house: House = build_house(settings, clock=clock)
        self.url = settings.public_url
        self.clock = clock
        self.db, self.engine, self.keys = self.house.db, self.house.engine, self.house.keys
        self.directory = self.house.directory
        self.codes = Codes(self.directory)
        self.agency = ""
        self.units: dict[str, str] = {}
        self.people: dict[str, str] = {}

    @cached_property
    def app(self) -> FastAPI:
        """Its web server, for the tests that knock there: it costs more than the copy of the office."""
        return create_app(self.house.settings, house=self.house)

    async def build(self, code: str = "BNK") -> Balai:
        """Agency, units, people, grants, and a code for every site and officer."""
        await self.engine.start()
        accounts = [one for one in read("demo_accounts.json")["accounts"] if one["agency"] == code]
        [file] = [one for one in read_agencies(read("demo_agencies.json")) if one.code == code]
        town = _Town(file, accounts, NO_PASSWORD, self.clock, self.keys, small=True)
        self.agency = await import_agency(self.engine, file, town.settle)
        self.people = dict(town.ids)
        tree = await self.tree()
        self.units = {node.code: node.id for node in tree.nodes.values()}
        async with self.engine.writing(self.agency) as w:
            await self.codes.ensure(w)
        return self

    @property
    def made(self) -> Made:
        """Who is in it, for a copy of its database."""
        return Made(self.agency, dict(self.units), dict(self.people))

    async def adopt(self, made: Made) -> Balai:
        """The office in a copy of the database where it was made."""
        await self.engine.start()
        self.agency, self.units, self.people = made.agency, dict(made.units), dict(made.people)
        return self

    async def neighbour(self, code: str) -> str:
        """Another agency of the demonstration on the same server; the NIP of somebody who works there."""
        accounts = [one for one in read("demo_accounts.json")["accounts"] if one["agency"] == code]
        [file] = [one for one in read_agencies(read("demo_agencies.json")) if one.code == code]
        town = _Town(file, accounts, NO_PASSWORD, self.clock, self.keys, small=True)
        await import_agency(self.engine, file, town.settle)
        return next(str(one["identifier"]) for one in accounts if one["kind"] == "PNS")

    async def close(self) -> None:
        """Give everything back."""
        await self.house.stop(background=False)

    def browser(self, address: str = "10.1.2.3", **cookies: str) -> httpx.AsyncClient:
        """A browser without scripts, at an address of its own; the caller closes it."""
        transport = httpx.ASGITransport(app=self.app, client=(address, 5000))
        return httpx.AsyncClient(transport=transport, base_url=self.url, cookies=cookies)

    async def cookie(self, key: str) -> dict[str, str]:
        """The cookie of a new device session of somebody."""
        token, now = uuid7(), self.clock.now()
        async with self.db.write() as session:
            session.add(DeviceSession(
                id=uuid7(), token_hash=token_hash(token), account=self.people[key], agency=self.agency,
                created=now, last_seen=now, expires=now + timedelta(days=60),
            ))  # fmt: skip
        return {"sambung": token}

    async def ask(self, key: str, document: str, **variables: Any) -> dict[str, Any]:
        """Data of a GraphQL document, asked by somebody who is signed in."""
        async with self.browser(**await self.cookie(key)) as browser:
            body = {"query": document, "variables": variables}
            answer = await browser.post("/graphql", json=body, headers={"X-Sambung-Client": "test/1"})
        assert "errors" not in answer.json(), answer.text
        data: dict[str, Any] = answer.json()["data"]
        return data

    async def tree(self) -> Tree:
        """The agency as it is now."""
        async with self.db.reading() as connection:
            return await self.directory.trees.get(connection, self.agency)

    async def viewer(self, key: str) -> Viewer:
        """Somebody with all that they hold now."""
        async with self.db.reading() as connection:
            found = await self.directory.viewer(connection, self.people[key])
        assert found is not None
        return found

    async def actor(self, key: str, role: str | None = None) -> Actor:
        """Somebody at work as one role, or on own data; ``system`` is the server itself."""
        if key == "system":
            return system_actor(self.agency)
        viewer = await self.viewer(key)
        if role is None:
            return viewer.own
        return next(actor for actor in viewer.grants.values() if actor.role == role)

    async def act(
        self, key: str, role: str | None, kind: str, record: str, /, about: str = "rating_code", **args: Any
    ) -> Answer:
        """Run a mutation with what the feed shows now as seen."""
        actor = await self.actor(key, role)
        version = await self.version(about, record)
        return await self.engine.execute(actor, kind, record, args, seen={} if version is None else {record: version})

    async def version(self, kind: str, record: str) -> int | None:
        """The version in the feed."""
        async with self.db.reading() as connection:
            found = await self.engine.store.records(connection, self.agency, [(kind, record)], lock=False)
        stored = found.get((kind, record))
        return None if stored is None else stored.version

    async def rows(self, model: type[SQLModel], **where: Any) -> list[Any]:
        """Rows of a table."""
        async with self.db.read() as session:
            return list((await session.execute(select(model).filter_by(**where))).scalars())

    async def code(self, **where: Any) -> RatingCode:
        """The one code in force that these columns name."""
        [found] = await self.rows(RatingCode, revoked=None, **where)
        assert isinstance(found, RatingCode)
        return found

    async def person(self, id: str) -> Mapping[Any, Any]:
        """The row of a person."""
        async with self.db.reading() as connection:
            return (await connection.execute(select(PERSON).where(PERSON.c.id == id))).mappings().one()

    async def pull(self, key: str) -> dict[tuple[str, str], dict[str, Any]]:
        """Everything that a fresh phone of somebody holds: (kind, id) to body."""
        viewer = await self.viewer(key)
        held: dict[tuple[str, str], dict[str, Any]] = {}
        cursor, more = None, True
        while more:
            page = orjson.loads(orjson.dumps(await self.engine.pull(viewer, viewer.account, cursor, None, False)))
            held |= {(one["kind"], one["id"]): one["body"] for one in page["changes"]}
            cursor, more = page["cursor"], page["more"]
        return held
