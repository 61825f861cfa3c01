"""What the agency's plans are beside the national record, and what HR of a part sees of its queue."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from backend.database.engine import Database
from backend.identity.models import AGENCY_SETTINGS
from backend.identity.service import tree as trees
from backend.keys import Keys
from backend.performance.models import Export
from backend.performance.service import national, paper
from tests.performance.evaluated import EvaluatedTown
from tests.performance.test_outputs import Reader
from tests.support.clock import SettableClock

ASKED = "{ skpNational(year: 2026) }"


@pytest.fixture
async def town(sqlite_db: Database, keys: Keys, clock: SettableClock) -> EvaluatedTown:
    """The fixture tree; 20 November 2026."""
    made = EvaluatedTown(sqlite_db, keys, clock)
    await made.build()
    return made


async def _set(town: EvaluatedTown, **settings: Any) -> None:
    async with town.db.writing() as connection:
        for row in (await connection.execute(select(AGENCY_SETTINGS))).mappings().all():
            where = (AGENCY_SETTINGS.c.agency == row["agency"], AGENCY_SETTINGS.c.version == row["version"])
            changed = {**row["body"], **settings}
            await connection.execute(update(AGENCY_SETTINGS).where(*where).values(body=changed))
        await trees.changed(connection, town.agency)


async def _foot(town: EvaluatedTown) -> str:
    async with town.db.read() as session:
        tree = await town.directory.trees.get(session, town.agency)
        said = await paper.plan_data(session, tree, await town.plan("kabid_a"), town.clock.now())
    return str(said["standing"])


async def test_a_working_copy_reports_and_says_so_and_the_record_itself_does_neither(
    town: EvaluatedTown, keys: Keys
) -> None:
    """*Pendamping* by default; as *utama* rows are queued only where another record is named with its address."""
    reader = Reader(town, keys)
    [rhk] = await town.in_force()
    assert "e-Kinerja nasional" in await _foot(town)
    await town.finalised([rhk])
    assert (await reader.ask("hra", ASKED))["standing"] == "pendamping"
    assert await reader.ask("kabid_a", "{ skpStanding }") == {"standing": "pendamping", "name": "e-Kinerja nasional"}
    await _set(town, skp_standing="utama")
    await town.finalised([rhk], round="triwulan-2")
    found = await reader.ask("hra", ASKED)
    assert (found["standing"], found["counts"]["menunggu"], await _foot(town)) == ("utama", 1, "")
    await _set(town, skp_standing="utama", national_record={"name": "BKN", "url": "https://bkn.example"})
    await town.finalised([rhk], round="triwulan-3")
    assert (await reader.ask("hra", ASKED))["counts"]["menunggu"] == 2


async def test_hr_of_a_part_sees_the_queue_of_its_part(town: EvaluatedTown, keys: Keys) -> None:
    """Refused rows carry names: those of other units are not there, nor are they counted."""
    reader = Reader(town, keys)
    [rhk] = await town.in_force()
    await town.finalised([rhk])
    async with town.db.writing() as connection:
        refused = {"state": national.REFUSED, "reason": "NIP tidak dikenal"}
        await connection.execute(update(Export).values(**refused))
    for key, unit in (("sekda", "MUTASI"), ("analis_b", "DIKBUD")):
        await town.grant(key, "HRA", unit)
    near, far = await reader.ask("sekda", ASKED), await reader.ask("analis_b", ASKED)
    assert [one["name"] for one in near["refused"]] == ["Bagas Pramudya"]
    assert (far["refused"], sum(far["counts"].values())) == ([], 0)
    inside = {one["unit"] for one in far["unitsWithout"]}
    assert town.units["DIKBUD"] in inside
    assert town.units["MUTASI"] not in inside
