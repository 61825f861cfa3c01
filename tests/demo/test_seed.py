"""The demonstration is whole: everybody it promises, in the time it promises, and no visitor's number in clear."""

import re
import sqlite3
import time
from contextlib import closing

from sqlalchemy import func, select

from backend.app import House, build_house
from backend.database.engine import Database
from backend.demo.people import COUNT
from backend.demo.seed import read, seed
from backend.identity.models import AGENCY, ASSIGNMENT, CREDENTIAL, PERSON, UNIT
from backend.identity.rules.numbers import parse_nip
from backend.identity.rules.phones import parse_phone
from backend.keys import Keys
from backend.performance.models import Plan, PlanVersion, WorkResult
from backend.ratings.models import RATING_PHONE
from backend.ratings.service import retention
from backend.ratings.service.secrets import Secrets
from backend.settings import Settings
from tests.support.clock import SettableClock


async def test_the_whole_demonstration(sqlite_url: str, keys: Keys, clock: SettableClock) -> None:
    house = build_house(Settings(DATABASE_URL=sqlite_url, keys_file=keys.path, background=False), clock=clock)
    await house.start(background=False)
    start = time.perf_counter()
    await seed(house.db, house.engine, house.keys, clock)
    # Twenty seconds on a quiet machine; only a change of order should fail here.
    assert time.perf_counter() - start < 90
    await _everybody_is_there(house.db, clock)
    await _plans_go_down_the_tree(house.db)
    async with house.db.reading() as connection:
        sites = await connection.execute(
            select(UNIT.c.code, func.count(ASSIGNMENT.c.id))
            .join(AGENCY, AGENCY.c.id == UNIT.c.agency)
            .outerjoin(ASSIGNMENT, (ASSIGNMENT.c.unit == UNIT.c.id) & (ASSIGNMENT.c.kind == "site"))
            .where(AGENCY.c.code == "BNK", UNIT.c.site)
            .group_by(UNIT.c.code)
        )
        officers = {row[0]: row[1] for row in sites}
        assert (len(officers), min(officers.values())) == (6, 3)
        opened = (await connection.execute(select(func.count()).select_from(CREDENTIAL))).scalar_one()
    assert opened == len(read("demo_accounts.json")["accounts"])
    await seed(house.db, house.engine, house.keys, clock)
    await _no_visitor_can_be_called(house, sqlite_url.removeprefix("sqlite:///"), clock)
    await house.stop(background=False)


async def _no_visitor_can_be_called(house: House, file: str, clock: SettableClock) -> None:
    """A whole dump shows nobody's number but those of staff; once they are due, not even a ciphertext."""
    async with house.db.reading() as connection:
        sealed = (await connection.execute(select(RATING_PHONE))).mappings().all()
        staff = {
            parse_phone(phone).e164 for phone in (await connection.execute(select(PERSON.c.phone))).scalars() if phone
        }
    secrets = Secrets(house.keys)
    visitors = {secrets.open(row["agency"], row["rating"], row["ciphertext"]).e164 for row in sealed}
    assert len(visitors) > 500
    dumped = _dump(file)
    assert sum(dumped.count(row["ciphertext"]) for row in sealed) == len(sealed)
    # Any spelling: digits that nothing but blanks, hyphens and brackets part, with or without the country's code.
    digits = {re.sub(r"\D", "", found) for found in re.findall(r"[+(]?\d[\d ()-]{7,18}\d", dumped)}
    assert not {one[-10:] for one in digits} & {one[-10:] for one in visitors}
    # Bare integers are left out: the feed keeps a random one of up to 17 digits with each group of audiences.
    worded = re.sub(r"(?<=,)\d+(?=[,)])", "", dumped)
    spelled = re.findall(r"(?<![\w.+-])(?:\+?62|0)[ -]?8[\d -]{7,13}\d(?![\w-])", worded)
    assert len(spelled) > 1000
    assert {parse_phone(one).e164 for one in spelled} <= staff

    clock.advance(days=90)
    await retention.forget(house.db, clock.now())
    dumped = _dump(file)
    assert 'INSERT INTO "rating"' in dumped
    assert not [row["rating"] for row in sealed if row["ciphertext"] in dumped]


async def _plans_go_down_the_tree(db: Database) -> None:
    """Every status that a plan of the running year can have, four levels deep, each link in force above."""
    async with db.read() as session:
        plans = {row.id: row for row in (await session.execute(select(Plan))).scalars()}
        versions = (await session.execute(select(PlanVersion))).scalars().all()
        links = (await session.execute(select(WorkResult))).scalars().all()
    now = [row for row in plans.values() if row.year == 2026]
    assert {row.status for row in now} == {"draf", "diajukan", "persetujuan", "dikembalikan"}
    assert [row.year for row in plans.values() if row not in now] == [2025]
    approved = {one["id"] for version in versions if version.outcome == "persetujuan"
                for one in version.content["results"]}  # fmt: skip
    served = {row.superior_rhk for row in links if row.superior_rhk is not None and plans[row.plan] in now}
    assert served <= approved
    assert len(served) >= 5


def _dump(file: str) -> str:
    with closing(sqlite3.connect(file)) as connection:
        return "\n".join(connection.iterdump())


async def _everybody_is_there(db: Database, clock: SettableClock) -> None:
    async with db.reading() as connection:
        query = select(PERSON).join(AGENCY, AGENCY.c.id == PERSON.c.agency).where(AGENCY.c.code == "SKR")
        people = (await connection.execute(query)).mappings().all()
    civil = [row for row in people if row["kind"] in ("PNS", "PPPK")]
    assert len(civil) == COUNT
    numbers = [parse_nip(row["nip"], clock.now().date()) for row in civil]
    assert all(nip.ok and nip.normalised[-3] == "9" for nip in numbers)
    assert len({row["kecamatan"] for row in civil}) == 10
    assert [row["name"] for row in people if row["superior"] is None] == ["Hendra Wiratama"]
    assert all(row["phone"].startswith("0812 0000") and not parse_phone(row["phone"]).error
               for row in people if row["phone"])  # fmt: skip
    ids = {row["id"] for row in people}
    assert all(row["superior"] in ids for row in people if row["superior"])


def test_articles_are_for_the_agency_and_for_single_sub_districts() -> None:
    articles = read("articles.json")["articles"]
    assert len(articles) >= 40
    assert len({article["slug"] for article in articles}) == len(articles)
    assert {article.get("area") for article in articles} >= {None, "K06", "K08", "K09", "K10"}
    assert all(len(article["answer"]) > 60 for article in articles)
