"""The demonstration is whole: everybody it promises, everywhere it promises, in the time it promises."""

import time

from sqlalchemy import func, select

from backend.app import build_house
from backend.database.engine import Database
from backend.demo.people import COUNT
from backend.demo.seed import read, seed
from backend.identity.models import AGENCY, ASSIGNMENT, CREDENTIAL, PERSON, UNIT
from backend.identity.rules.numbers import parse_nip
from backend.identity.rules.phones import parse_phone
from backend.keys import Keys
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
    await house.stop(background=False)


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
