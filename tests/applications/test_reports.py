"""What a report says of cases that are still under way, how many it holds, and whom it makes wait."""

from __future__ import annotations

import asyncio
import io
from datetime import UTC, datetime
from typing import Any

import openpyxl
import pytest
from sqlalchemy import event

from backend.applications.service import reports
from backend.audit.models import AuditEntry
from tests.applications.samples import FILES, raw
from tests.applications.test_outputs import asking, get
from tests.applications.town import Town

XLSX = "/unduh/permohonan/sikap/xlsx?periode=2027-04"


@pytest.fixture
async def town(small_town: Town) -> Town:
    """On SQLite: it has one writer, whom a report must not hold."""
    return small_town


async def test_a_decree_that_did_not_come_by_the_tmt_is_late(town: Town) -> None:
    """*Terlambat* while it is awaited, from the day after the TMT on; not for a case that was given up."""
    case = await town.submitted()

    async def said() -> tuple[str, int]:
        async with asking(town) as client:
            answer = await get(client, "verifikator", XLSX)
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        [row] = [row for row in book["Permohonan"].iter_rows(values_only=True) if isinstance(row[0], int | float)]
        sums = {row[0]: row[1] for row in book["Jumlah"].iter_rows(values_only=True) if row[0]}
        return str(row[9] or ""), int(sums["Terlambat"])

    assert await said() == ("tidak", 0)
    town.clock.set(datetime(2027, 4, 1, 2, 0, tzinfo=UTC))
    assert await said() == ("tidak", 0), "the day of the TMT itself"
    town.clock.set(datetime(2027, 4, 1, 17, 30, tzinfo=UTC))
    assert await said() == ("ya", 1), "2 April, 00.30 WIB"
    await town.done("opd_dikbud", "OPD", "application.cancel", case, reason="Pensiun")
    assert await said() == ("", 0)


async def test_more_than_a_report_holds_is_refused_with_the_number(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is cut in silence, and what nobody got is not noted as fetched."""
    await town.submitted()
    async with asking(town) as client:
        monkeypatch.setattr(reports, "MOST", 1)
        assert (await get(client, "verifikator", XLSX)).status_code == 200
        noted = [row.act for row in await town.rows(AuditEntry)].count("application.report")
        monkeypatch.setattr(reports, "MOST", 0)
        for kind in ("xlsx", "pdf"):
            answer = await get(client, "verifikator", XLSX.replace("xlsx", kind))
            assert (answer.status_code, answer.json()["code"]) == (422, "too_many")
            assert "1 permohonan melebihi batas 0" in answer.json()["message"]
    assert [row.act for row in await town.rows(AuditEntry)].count("application.report") == noted == 1


async def test_cases_are_counted_while_somebody_else_writes(town: Town) -> None:
    """The one writer of SQLite is not needed to count; only the line in the trail waits for it."""
    await town.submitted()
    counted = asyncio.Event()

    def watch(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "application_output" in statement and statement.startswith("SELECT"):
            counted.set()

    event.listen(town.db.engine.sync_engine, "after_cursor_execute", watch)
    async with asking(town) as client:
        async with town.db.writing():
            asked = asyncio.create_task(get(client, "verifikator", XLSX))
            await asyncio.wait_for(counted.wait(), 20)
            assert not asked.done()
        assert (await asked).status_code == 200
    event.remove(town.db.engine.sync_engine, "after_cursor_execute", watch)
    assert "application.report" in [row.act for row in await town.rows(AuditEntry)]


async def test_a_mistyped_date_in_a_letter_of_a_draft_is_named(town: Town) -> None:
    """The draft of a letter from *draf* on prints what was typed, judged or not."""
    await town.grant("hr_admin", "SUP")
    new: dict[str, Any] = raw(FILES[0]) | {"version": 2}
    new["fields"] = [*new["fields"], {"key": "since", "label": "Menjabat sejak", "type": "date"}]
    new["letters"][0]["lines"].append({"label": "Sejak", "value": "{since}"})
    await town.done("hr_admin", "HRA", "service.publish", town.service("sikap", 2), definition=new)
    case = await town.begin(service=town.service("sikap", 2))
    async with asking(town) as client:
        for typed, status in (("1 April 2024", 422), ("2024-13-01", 422), (20240401, 422), ("2024-04-01", 200)):
            answer = await town.write("opd_dikbud", "OPD", case, "since", since=typed)
            assert answer.status in ("applied", "merged"), answer.wire()
            draft = await get(client, "opd_dikbud", f"/permohonan-berkas/{case}/draf/PENGANTAR")
            assert draft.status_code == status, typed
            if status == 422:
                assert "Menjabat sejak bukan tanggal" in draft.json()["message"]
