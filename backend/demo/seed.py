"""Filling an empty database with the demonstration: agencies, people, passwords, articles, past questions."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import insert, select
from sqlmodel import col

from backend.applications import demo as past_cases
from backend.applications import room as applications
from backend.database.engine import Database
from backend.demo.people import Numbers, career, civil_servants, name_of
from backend.evaluation import demo as past_evaluation
from backend.forms import service as forms
from backend.identity.models import AGENCY, ASSIGNMENT, CREDENTIAL, ROLE_GRANT
from backend.identity.rules import names, numbers
from backend.identity.service import credentials
from backend.identity.service.agencies import AgencyFile, import_agency, read_agencies
from backend.identity.service.directory import Directory
from backend.identity.service.grants import publish_grant
from backend.identity.service.people import insert_people, new_person, publish_people, serve_at
from backend.identity.service.tree import Tree
from backend.keys import Keys
from backend.knowledge.service import canned
from backend.performance import demo as past_plans
from backend.questions import demo as past_questions
from backend.questions.models import Question
from backend.questions.rules import suggest_category
from backend.questions.service.setup import open_desk
from backend.questions.suggestions import category_set
from backend.questions.suggestions import seed as question_seed
from backend.ratings import demo as past_ratings
from backend.ratings.service.changes import install as open_counters
from backend.ratings.service.codes import Codes
from sync.clock import Clock
from sync.engine import SyncEngine
from sync.ids import uuid7
from sync.writing import Writing

HERE = Path(__file__).parent
ASKERS = 400
SURVEYED = 60
log = structlog.get_logger("demo")


def read(name: str) -> Any:
    """One of the files of the demonstration."""
    return json.loads((HERE / name).read_text(encoding="utf-8"))


async def seed(db: Database, engine: SyncEngine, keys: Keys, clock: Clock, *, small: bool = False) -> None:
    """Fill an empty database; one that holds an agency already is left as it is. ``small``: a town for tests."""
    async with db.reading() as connection:
        if (await connection.execute(select(AGENCY.c.id).limit(1))).first() is not None:
            return
    content = read("demo_accounts.json")
    hashed = await asyncio.to_thread(credentials.hash_now, content["password"])
    for file in read_agencies(read("demo_agencies.json")):
        accounts = [account for account in content["accounts"] if account["agency"] == file.code]
        await import_agency(engine, file, _Town(file, accounts, hashed, clock, keys, small=small).settle)


class _Town:
    """One agency with everybody in it, made inside the transaction that makes the agency."""

    def __init__(
        self, file: AgencyFile, accounts: list[dict[str, Any]], hashed: str, clock: Clock, keys: Keys, *, small: bool
    ) -> None:
        self.file, self.accounts, self.hashed = file, accounts, hashed
        self.clock, self.keys, self.small = clock, keys, small
        self.ids = {account["key"]: uuid7() for account in accounts}

    async def settle(self, w: Writing, tree: Tree) -> None:
        """Accounts, other people, articles, the bundle, past questions."""
        codes = {node.code: node.id for node in tree.nodes.values()}
        rows = [self._account(w, tree, codes, account) for account in self.accounts]
        heads = self._heads(tree, codes)
        taken = [row["nip"] for row in rows if row["nip"]]
        if self.file.code == "SKR":
            others = civil_servants(tree, heads, taken, small=self.small)
            rows += [self._person(w, tree, **columns) for columns in others]
        rows += [self._person(w, tree, **columns) for columns in self._officers(codes, heads, taken)]
        today = tree.today(w.now)
        await insert_people(w.connection, rows, today)
        await serve_at(w.connection, tree.agency, _sites(tree, rows), today)
        await self._head_rows(w, tree, heads, today)
        await self._open_accounts(w, tree, codes)
        await publish_people(w, tree)
        employees = [row["id"] for row in rows if row["kind"] in ("PNS", "PPPK")]
        await self._publish(w, tree, codes, employees, [row["id"] for row in rows])
        log.info("demo_agency", agency=self.file.code, people=len(rows))

    def _account(self, w: Writing, tree: Tree, codes: Mapping[str, str], account: Mapping[str, Any]) -> dict[str, Any]:
        front, name, back = names.split_titles(account["name"])
        identifier, kind = account["identifier"], account["kind"]
        number = "email" if kind == "EXTERNAL" else "staff_code" if kind == "NON_ASN" else "nip"
        columns = {
            "id": self.ids[account["key"]], "kind": kind, "name": name, "front_title": front, "back_title": back,
            number: identifier, "unit": codes.get(account["unit"] or ""), "position": account["position"],
            "position_type": account["position_type"], "superior": self.ids.get(account.get("superior") or ""),
            "root": "superior" in account and account["superior"] is None,
            "kecamatan": codes.get(account.get("kecamatan") or f"{self.file.code}-K01"),
        }  # fmt: skip
        if number == "nip":
            columns |= career(_draw(identifier), identifier, kind)
        return self._person(w, tree, **columns)

    def _person(self, w: Writing, tree: Tree, **columns: Any) -> dict[str, Any]:
        return new_person(tree.agency, w.now, **columns, source_updated=w.now)

    def _heads(self, tree: Tree, codes: Mapping[str, str]) -> dict[str, str]:
        """Unit to the account that heads it, told from its position; the root to whom nobody stands above."""
        heads: dict[str, str] = {}
        for account in self.accounts:
            leads = account["position"].startswith(("Kepala", "Sekretaris", "Koordinator"))
            if account["unit"] and leads and account["kind"] != "EXTERNAL":
                heads.setdefault(codes[account["unit"]], self.ids[account["key"]])
            if account.get("superior") is None and account["kind"] != "EXTERNAL":
                heads[tree.root] = self.ids[account["key"]]
        return heads

    def _officers(self, codes: Mapping[str, str], heads: Mapping[str, str], taken: list[str]) -> list[dict[str, Any]]:
        """Officers at every service site: a doctor, a nurse, and one from outside without a NIP."""
        draw = _draw(self.file.code)
        serials = Numbers(draw, taken)
        found: list[dict[str, Any]] = []
        sites = [unit.code for unit in self.file.units if unit.lokasi]
        for place, code in enumerate(sites):
            posts = (("dr.", "Dokter Ahli Pertama", "JF"), ("", "Perawat Terampil", "JF"), ("", "Petugas Loket", ""))
            for n, (front, position, position_type) in enumerate(posts):
                sex = draw.choice("LP")
                columns: dict[str, Any] = {
                    "id": uuid7(), "name": name_of(draw, sex), "front_title": front, "unit": codes[code],
                    "position": position, "position_type": position_type or "PELAKSANA",
                    "superior": heads.get(codes[code]) or next(iter(heads.values())),
                    "phone": f"0812 0000{9000 + place * 10 + n:04d}",
                }  # fmt: skip
                if position_type:
                    nip = serials.next("PNS", sex, 1978, 1998)
                    columns |= {"kind": "PNS", "nip": nip, **career(draw, nip, "PNS")}
                else:
                    columns |= {"kind": "NON_ASN"}
                    columns["staff_code"] = numbers.staff_code(self.file.staff_prefix, 100 + place)
                found.append(columns)
        return found

    async def _head_rows(self, w: Writing, tree: Tree, heads: Mapping[str, str], today: date) -> None:
        rows = [
            {
                "id": uuid7(), "agency": tree.agency, "person": person, "kind": "head", "unit": unit,
                "position": None, "position_type": None, "superior": None, "start": today, "end": None,
            }
            for unit, person in heads.items()
        ]  # fmt: skip
        await w.connection.execute(insert(ASSIGNMENT), rows)

    async def _open_accounts(self, w: Writing, tree: Tree, codes: Mapping[str, str]) -> None:
        """The known password and the grants of the named accounts; the others have neither until activated."""
        opened = [{"account": id, "password_hash": self.hashed, "changed": w.now} for id in self.ids.values()]
        await w.connection.execute(insert(CREDENTIAL), opened)
        rows = [
            {
                "id": uuid7(), "agency": tree.agency, "person": self.ids[account["key"]], "role": grant["role"],
                "unit": codes[grant["unit"]], "start": date.fromisoformat(grant["from"]),
                "end": date.fromisoformat(grant["to"]) if grant["to"] else None, "stand_in": False,
                "granted_by": None, "granted": w.now, "revoked": None,
            }
            for account in self.accounts
            for grant in account["grants"]
        ]  # fmt: skip
        if rows:
            await w.connection.execute(insert(ROLE_GRANT), rows)
        for row in rows:
            publish_grant(w, row, tree.unit_name(row["unit"]))

    async def _publish(
        self, w: Writing, tree: Tree, codes: Mapping[str, str], people: list[str], everybody: list[str]
    ) -> None:
        """Articles, the bundle for work without signal, and past questions, where the agency answers questions."""
        if "ratings" in self.file.services:
            await open_counters(w, tree.root)
            await Codes(Directory(self.clock)).ensure(w)
            if not self.small:
                await past_ratings.seed(w, self.keys, self.clock, everybody)
        if "performance" in self.file.services:
            await past_plans.seed(w, self.ids, self.clock)
        await applications.install(w, self.file.services)
        await past_cases.seed(w, self.ids, self.clock)
        if "questions" not in self.file.services:
            await forms.publish_bundle(w, tree.agency)
            return
        await open_desk(w.session, tree.agency, w.now)
        content = read("articles.json")
        topics = category_set(0, question_seed()).categories
        today = tree.today(w.now)
        for article in content["articles"]:
            area = article.get("area")
            if area and (self.file.code != "SKR"):
                continue
            text = forms.ArticleText(
                slug=article["slug"], question=article["question"], answer=article["answer"],
                steps=tuple(article["steps"]), basis=article["basis"], valid_from=today - timedelta(days=200),
                checked_at=today - timedelta(days=12), checked_by=content["checked_by"],
                areas=(codes[f"{self.file.code}-{area}"],) if area else (),
                category=suggest_category(f"{article['question']} {article['answer']}", topics),
            )  # fmt: skip
            await forms.publish_article(w.session, tree.agency, text, w.now)
        await forms.publish_bundle(w, tree.agency)
        phrases = read("canned_answers.json")
        await canned.install(w, phrases["answers"], phrases["by"])
        await w.session.flush()
        if self.file.code == "SKR":
            named = [self.ids["guru"], self.ids["penyuluh"]]
            await past_questions.seed(w, [*named, *[one for one in people[-ASKERS:] if one not in named]], self.clock)
            await self._evaluation(w, tree)

    async def _evaluation(self, w: Writing, tree: Tree) -> None:
        """Surveys of the questions that are closed, visitors, obstacles, a draft of the quarter's report."""
        c = Question
        closed = select(col(c.id)).where(col(c.agency) == tree.agency, col(c.state) == "selesai")
        ids = (await w.session.execute(closed.order_by(col(c.arrived_at).desc()).limit(SURVEYED))).scalars().all()
        name = next(one["name"] for one in self.accounts if one["key"] == "ketua_tim")
        await past_evaluation.seed(w, tree, ids, (self.ids["ketua_tim"], name))


def _sites(tree: Tree, rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(row["id"], row["unit"]) for row in rows if row["unit"] and tree.nodes[row["unit"]].site]


def _draw(name: str) -> random.Random:
    return random.Random(name)  # noqa: S311
