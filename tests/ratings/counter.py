"""A vertical office with two sites, three officers, its rating team, and tablets that speak the protocol by hand."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

import backend.demo
from backend.app import House, build_house, create_app
from backend.identity.service.accounts import NewAccount, create_account, grant_now
from backend.identity.service.agencies import import_agency, read_agencies
from backend.identity.service.people import serve_at
from backend.keys import Keys
from backend.ratings.models import RatingInstrument, RatingService
from backend.ratings.service.kiosks import Kiosks
from backend.settings import Settings
from sync.actors import Actor
from sync.ids import uuid7
from sync.writing import Writing
from tests.ratings.balai import Made
from tests.support.clock import SettableClock
from tests.support.phone import PULL, PUSH, Json

AGENCIES = json.loads((Path(backend.demo.__file__).parent / "demo_agencies.json").read_text())
OFFICERS = ("199006062016022901", "199401112019021901", "199209142019031901")
NAMES = ("dr. Ayu Larasati", "Bima Prakoso, A.Md.Kep.", "Citra Maheswari, S.K.M.")
TEAM, COORDINATOR = "199205252018012901", "198309142008011901"


@dataclass
class Tablet:
    """One browser at a counter: its cookie, its numbers, and what it pulled."""

    http: httpx.AsyncClient
    account: str = ""
    device: str = field(default_factory=uuid7)
    seq: int = 0
    cursor: str | None = None
    records: dict[tuple[str, str], Json] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)

    async def graphql(self, query: str, **variables: Any) -> Json:
        answer = await self.http.post("/graphql", json={"query": query, "variables": variables})
        return dict(answer.json())

    async def pair(self, code: str) -> Json:
        answer = await self.graphql(
            "mutation($code: String!) { pairKiosk(code: $code) { kiosk account site } }", code=code
        )
        if not answer.get("errors"):
            self.account = answer["data"]["pairKiosk"]["account"]
        return answer

    def mutation(self, kind: str, record: str, args: Json, **more: Any) -> Json:
        self.seq += 1
        return {"id": uuid7(), "seq": self.seq, "kind": kind, "kindVersion": 1, "record": record, "args": args, **more}

    async def send(self, *mutations: Json) -> Json:
        batch = {
            "protocol": "sambung-sync/1", "requestId": uuid7(), "account": self.account, "deviceId": self.device,
            "appVersion": "1.0.0", "highSeq": self.seq, "waiting": len(mutations), "mutations": list(mutations),
        }  # fmt: skip
        return dict((await self.graphql(PUSH, batch=batch))["data"]["syncPush"])

    async def push(self, *mutations: Json) -> list[Json]:
        reply = await self.send(*mutations)
        assert reply.get("code") is None, reply
        return list(reply["results"])

    async def pull(self) -> Json:
        while True:
            page = (await self.graphql(PULL, account=self.account, cursor=self.cursor))["data"]["syncPull"]
            if page.get("code") is not None:
                return dict(page)
            if page.get("reset"):
                self.records.clear()
            for change in page.get("changes") or []:
                self.records[change["kind"], change["id"]] = change["body"]
                self.versions[change["id"]] = change["version"]
            for gone in page.get("removed") or []:
                self.records.pop((gone["kind"], gone["id"]), None)
            self.cursor = page["cursor"]
            if not page.get("more"):
                return dict(page)

    def held(self, kind: str) -> dict[str, Json]:
        return {id: body for (name, id), body in self.records.items() if name == kind}


@dataclass
class Counter:
    """The running server with its people; ids by the last part of a code or by NIP."""

    house: House
    clock: SettableClock
    client: Any
    agency: str
    sites: dict[str, str]
    people: dict[str, str]

    @property
    def kiosks(self) -> Kiosks:
        found = self.house.ports["kiosks"]
        assert isinstance(found, Kiosks)
        return found

    @property
    def officers(self) -> list[str]:
        return [self.people[nip] for nip in OFFICERS]

    async def working_as(self, nip: str, role: str) -> Actor:
        async with self.house.db.reading() as connection:
            viewer = await self.house.directory.viewer(connection, self.people[nip])
        assert viewer is not None
        return next(actor for actor in viewer.grants.values() if actor.role == role)

    async def team(self) -> Actor:
        return await self.working_as(TEAM, "TRK")

    def tablet(self) -> Tablet:
        """A browser that was never here."""
        return Tablet(self.client())

    async def paired(self, site: str = "W-LK") -> tuple[Tablet, str]:
        """A tablet at work at a site, with its kiosk's id."""
        issued, _pin = await self.kiosks.add(await self.team(), self.sites[site], "Loket 1")
        tablet = self.tablet()
        answer = await tablet.pair(issued.code)
        assert not answer.get("errors"), answer
        await tablet.pull()
        return tablet, issued.kiosk


def _settings(url: str, keys_file: Path, folder: Path) -> Settings:
    return Settings(
        DATABASE_URL=url, keys_file=keys_file, data_dir=folder / "data", background=False, environment="development",
        public_url="http://test",
    )  # fmt: skip


async def make_office(url: str, keys_file: Path, folder: Path) -> Made:
    """Make the office of the demonstration that takes ratings in a database with empty tables."""
    house = build_house(_settings(url, keys_file, folder), clock=SettableClock())
    await house.start(background=False)
    file = next(file for file in read_agencies(AGENCIES) if file.code == "BNK")
    agency = await import_agency(house.engine, file)
    people: dict[str, str] = {}
    async with house.engine.writing(agency) as w:
        tree = await house.directory.trees.get(w.connection, agency)
        sites = {node.code: node.id for node in tree.nodes.values() if node.site}
        today = tree.today(w.now)
        for nip, name in zip(OFFICERS, NAMES, strict=True):
            people[nip] = await create_account(w, tree, NewAccount(name, nip, unit="W-LK"))
        for nip, role, unit in ((TEAM, "TRK", "BNK"), (COORDINATOR, "KOR", "W-LK")):
            people[nip] = await create_account(w, tree, NewAccount(f"Pegawai {role}", nip, unit="BNK"))
            over = next(node.id for node in tree.nodes.values() if node.code == unit)
            await grant_now(w, tree, people[nip], role, over, today)
        await _instrument(w)
        await serve_at(w.connection, agency, [(people[nip], sites["W-LK"]) for nip in OFFICERS], today)
    await house.stop(background=False)
    return Made(agency, sites, people)


@asynccontextmanager
async def open_counter(url: str, made: Made, keys: Keys, clock: SettableClock, folder: Path) -> AsyncIterator[Counter]:
    """Serve a copy of the office's database."""
    assert keys.path is not None
    app = create_app(_settings(url, keys.path, folder), clock=clock)
    async with app.router.lifespan_context(app):
        house: House = app.state.house
        clients: list[httpx.AsyncClient] = []

        def client() -> httpx.AsyncClient:
            transport = httpx.ASGITransport(app=app, client=("127.0.0.1", 1))
            headers = {"X-Sambung-Client": "tests/1"}
            clients.append(httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers))
            return clients[-1]

        yield Counter(house, clock, client, made.agency, dict(made.units), dict(made.people))
        for one in clients:
            await one.aclose()


async def _instrument(w: Writing) -> None:
    """A form of one rating and two services, as the office would enter them."""
    body = {
        "form": {"rating": ["Rating Anda", "Your rating"]},
        "indicators": [{"code": "P", "label_id": "Profesional"}],
    }
    w.session.add(
        RatingInstrument(id=uuid7(), agency=w.agency, family="PACAK", version="v1", body=body, valid_from=w.now)
    )
    for place, code in enumerate(("S01", "S02")):
        w.session.add(
            RatingService(
                id=uuid7(),
                agency=w.agency,
                code=code,
                label_id=f"Layanan {code}",
                label_en=f"Service {code}",
                place=place,
                changed=w.now,
            )
        )
