"""The fixture tree of the acceptance section: Sekda > Kepala Badan > Kabid A, Kabid B > Analis > Pelaksana.

Twelve PNS and one PPPK, all invented, over a real engine; and phones that draft offline.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import orjson
from sqlalchemy import insert, text, update

from backend.identity.models import ASSIGNMENT, PERSON, UNIT
from backend.performance import records as performance_records
from backend.performance.house import IdentityHouse
from backend.performance.models import Plan
from backend.performance.ports import Ports
from backend.performance.service.stored import plan_id
from sync.actors import Actor
from sync.answers import Answer
from sync.digest import digest_of
from sync.ids import uuid7
from tests.questions.office import Office

YEAR = 2026
CONTENT = ("skp", "skp_rhk", "skp_indicator")
TREE = (
    # key, name, kind, unit, position type, superior
    ("sekda", "Hendra Wiratama", "PNS", "SETDA", "JPT", None),
    ("kepala", "Lestari Ambarwati", "PNS", "BKPSDM", "JPT", "sekda"),
    ("kabid_a", "Bagas Pramudya", "PNS", "MUTASI", "ADMINISTRATOR", "kepala"),
    ("kabid_b", "Sekar Anjani", "PNS", "SEKRETARIAT", "ADMINISTRATOR", "kepala"),
    ("analis", "Damar Wicaksono", "PNS", "MUTASI", "JF", "kabid_a"),
    ("analis_b", "Rara Wulansari", "PNS", "SEKRETARIAT", "JF", "kabid_b"),
    ("pelaksana", "Yudha Kusumanegara", "PNS", "MUTASI", "PELAKSANA", "analis"),
    ("pelaksana_2", "Tirta Maheswara", "PNS", "MUTASI", "PELAKSANA", "analis"),
    ("pelaksana_3", "Candra Puspita", "PNS", "MUTASI", "PELAKSANA", "analis"),
    ("pelaksana_4", "Galih Nugraha", "PNS", "SEKRETARIAT", "PELAKSANA", "analis_b"),
    ("pelaksana_5", "Intan Permata", "PNS", "SEKRETARIAT", "PELAKSANA", "analis_b"),
    ("pelaksana_6", "Wira Santika", "PNS", "SEKRETARIAT", "PELAKSANA", "analis_b"),
    ("pppk", "Nadia Larasati", "PPPK", "MUTASI", "PELAKSANA", "analis"),
)


class Town(Office):
    """The office of the questions with the fixture tree in it; HR is ``hra``."""

    def declare(self) -> None:
        """The kinds of the plan."""
        self.performance = Ports(house=IdentityHouse(self.directory))
        performance_records.declare(self.registry, self.performance)

    async def build(self, **changed: Any) -> Town:
        """Agency, people, the year 2026 with the gate ``ajukan``."""
        await super().build(**changed)
        for key, *_ in TREE:
            self.people[key] = uuid7()
        people = [self._row(number, *one) for number, one in enumerate(TREE)]
        people.append(self._row(90, "hra", "Ratna Kirana", "PNS", "SEKRETARIAT", "PENGAWAS", "kabid_b"))
        async with self.db.writing() as connection:
            await connection.execute(insert(PERSON), people)
            await connection.execute(insert(ASSIGNMENT), [self._head("kepala", "BKPSDM")])
        await self.grant("hra", "HRA", "SKR")
        self.period = uuid7()
        await self.done("hra", "HRA", "skp.period", self.period, **self.year())
        return self

    def year(self, **changed: Any) -> dict[str, Any]:
        """Args of the period."""
        return {
            "year": YEAR, "start": f"{YEAR}-01-01", "end": f"{YEAR}-12-31", "rhythm": "triwulanan", "gate": "ajukan",
            "dueOn": f"{YEAR}-01-31", **changed,
        }  # fmt: skip

    def _row(
        self, number: int, key: str, name: str, kind: str, unit: str, position_type: str, superior: str | None
    ) -> dict[str, Any]:
        month = "21" if kind == "PPPK" else "03"
        nip = f"19800101{2005 + number % 10}{month}1{900 + number:03d}"
        empty = {column.name: None for column in PERSON.columns}
        return {
            **empty, "id": self.people.setdefault(key, uuid7()), "agency": self.agency, "kind": kind, "nip": nip,
            "name": name, "front_title": "", "back_title": "", "name_key": name.lower(), "unit": self.units[unit],
            "position": f"Jabatan {key}", "position_type": position_type, "root": superior is None,
            "superior": self.people.get(superior or ""), "status": "aktif", "corrected": [],
            "created": self.clock.now(),
        }  # fmt: skip

    def _head(self, key: str, unit: str) -> dict[str, Any]:
        return {
            "id": uuid7(), "agency": self.agency, "person": self.people[key], "kind": "head",
            "unit": self.units[unit], "position": None, "position_type": None, "superior": None,
            "start": date(2026, 1, 1), "end": None,
        }  # fmt: skip

    async def grant(self, key: str, role: str, unit: str) -> None:
        """Give a role from the year's first day on."""
        async with self.db.write() as session:
            session.add_all(self._grants({
                "key": key, "grants": [{"role": role, "unit": unit, "from": "2026-01-01"}],
            }))  # fmt: skip

    async def independent(self, unit: str) -> None:
        """Mark a unit *mandiri*; its head gets the leaders' form."""
        async with self.db.writing() as connection:
            await connection.execute(update(UNIT).where(UNIT.c.id == self.units[unit]).values(mandiri=True))

    def plan_of(self, key: str, turn: int = 1) -> str:
        """The id of somebody's plan of the year."""
        return plan_id(self.period, self.people[key], turn)

    async def plan(self, key: str) -> Plan:
        """The row of somebody's plan."""
        async with self.db.read() as session:
            found = await session.get(Plan, self.plan_of(key))
        assert found is not None
        return found

    async def do(
        self, key: str, role: str | None, kind: str, record: str, /, *, digest: str | None = None,
        seen: Mapping[str, int] | None = None, base: Mapping[str, Any] | None = None, **args: Any,
    ) -> Answer:  # fmt: skip
        """Run a mutation as somebody who has just pulled, or with what is given as seen."""
        actor: Actor = await self.actor(key, role)
        known = dict(seen) if seen is not None else await self.seen(record)
        if digest is None:
            digest = await self.digest(record)
        return await self.engine.execute(
            actor, kind, record, args, seen=known, seen_digest=digest, base=base or {},
            base_version=known.get(record),
        )  # fmt: skip

    async def done(self, key: str, role: str | None, kind: str, record: str, /, **args: Any) -> Answer:
        """The same, and it must take effect."""
        answer = await self.do(key, role, kind, record, **args)
        assert answer.status in ("applied", "merged"), answer.wire()
        return answer

    async def seen(self, record: str) -> dict[str, int]:
        """The version of a record of the room in the feed, if it is there."""
        for kind in (*CONTENT, "skp_period", "skp_agreement_item", "skp_acting", "skp_exemption"):
            version = await self.version(kind, record)
            if version is not None:
                return {record: version}
        return {}

    async def body(self, kind: str, record: str) -> dict[str, Any]:
        """What the feed says of a record."""
        async with self.db.reading() as connection:
            found = await self.engine.store.records(connection, self.agency, [(kind, record)], lock=False)
        return found[(kind, record)].body

    async def digest(self, plan: str) -> str:
        """What a phone that holds all of a plan says that it saw."""
        return digest_of([(kind, id, version) for kind, id, version, _ in await self.parts(plan)])

    async def rows_digest(self, plan: str) -> str:
        """The same of the indicator rows alone."""
        parts = await self.parts(plan)
        return digest_of([(kind, id, version) for kind, id, version, _ in parts if kind == "skp_indicator"])

    async def result_digest(self, rhk: str) -> str:
        """The same of a result and its rows."""
        parts = await self.parts((await self.body("skp_rhk", rhk))["plan"])
        return digest_of([
            (kind, id, version) for kind, id, version, body in parts if id == rhk or body.get("rhk") == rhk
        ])  # fmt: skip

    async def parts(self, plan: str) -> list[tuple[str, str, int, dict[str, Any]]]:
        """Header, results and rows of a plan as the feed holds them: kind, id, version, body."""
        query = text("SELECT kind, id, change FROM sync_record WHERE agency = :agency AND NOT deleted")
        found = []
        async with self.db.reading() as connection:
            for row in await connection.execute(query, {"agency": self.agency}):
                if row.kind in CONTENT:
                    stored = orjson.loads(row.change)
                    if str(row.id) == plan or stored["body"].get("plan") == plan:
                        found.append((row.kind, str(row.id), stored["version"], stored["body"]))
        return found

    async def begin(self, key: str, **args: Any) -> str:
        """Begin somebody's plan; its id."""
        plan = self.plan_of(key)
        await self.done(key, None, "skp.draft", plan, year=YEAR, **{"approach": "kuantitatif", **args})
        return plan

    async def result(self, key: str, text: str = "Layanan mutasi tepat waktu", **args: Any) -> str:
        """A result of somebody's plan with one complete row; its id."""
        plan, rhk = self.plan_of(key), uuid7()
        await self.done(key, None, "skp.rhk", rhk, plan=plan, text=text, **{"kind": "utama", "order": 1, **args})
        await self.row(key, rhk)
        return rhk

    async def row(self, key: str, rhk: str, **args: Any) -> str:
        """One row of a result; its id."""
        row = uuid7()
        said = {"approach": "kuantitatif", "aspect": "kuantitas", "indicator": "Jumlah berkas", "target": "12",
                "unit": "berkas", "order": 1, **args}  # fmt: skip
        await self.done(key, None, "skp.indicator", row, plan=self.plan_of(key), rhk=rhk, **said)
        return row

    async def agreed(self, unit: str) -> str:
        """A fixed performance agreement of a unit; its one item."""
        item = uuid7()
        await self.done("hra", "HRA", "skp.agreement_item", item, unit=self.units[unit], year=YEAR, text="Indeks naik")
        await self.done(
            "hra", "HRA", "skp.agreement_fix", uuid7(), unit=self.units[unit], year=YEAR, document="PK/1/2026",
            documentDate=f"{YEAR}-01-05",
        )  # fmt: skip
        return item

    async def root_approved(self) -> str:
        """Sekda's plan, in force by its document; its one result."""
        item = await self.agreed("SETDA")
        plan = await self.begin("sekda")
        rhk = await self.result(
            "sekda", "Tata kelola naik", perspective="proses_bisnis", agreementItem=item
        )  # fmt: skip
        await self.done("sekda", None, "skp.submit", plan)
        await self.done(
            "hra", "HRA", "skp.decide_root", plan, version=1, document="SK/1/2026", documentDate=f"{YEAR}-01-06"
        )
        return rhk

    async def head_approved(self) -> str:
        """Kepala Badan's plan, approved by Sekda; its one result."""
        await self.root_approved()
        item = await self.agreed("BKPSDM")
        plan = await self.begin("kepala")
        rhk = await self.result("kepala", "Indeks layanan naik", perspective="penerima_layanan", agreementItem=item)
        await self.done("kepala", None, "skp.submit", plan)
        await self.done("sekda", None, "skp.approve", plan, version=1)
        return rhk

    async def submitted(self, key: str, served: str) -> str:
        """A plan with one linked result, submitted; the result."""
        await self.begin(key)
        rhk = await self.result(key, superiorRhk=served)
        await self.done(key, None, "skp.submit", self.plan_of(key))
        return rhk

    async def approved(self, key: str, served: str, by: str) -> str:
        """The same, approved by the superior; the result."""
        rhk = await self.submitted(key, served)
        await self.done(by, None, "skp.approve", self.plan_of(key), version=(await self.plan(key)).version)
        return rhk
