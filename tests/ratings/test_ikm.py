"""Surveys arrive through the engine, the database adds them up, and a computed index stays as it was."""

from __future__ import annotations

import hashlib
import io
from datetime import UTC, date, datetime
from typing import Any

import openpyxl
from sqlalchemy import insert

from backend.ratings.models import (
    IkmAnswer,
    IkmReport,
    RatingInstrument,
    RatingReportFile,
    RatingService,
    RatingSettings,
)
from backend.ratings.rules import ikm as rules
from backend.ratings.service import ikm_reports
from sync.ids import uuid7
from tests.ratings.balai import Balai

GOOD = {f"U{number}": 4 for number in range(1, 10)}
SUMS = (105, 101, 100, 116, 102, 105, 106, 105, 115)


async def prepare(balai: Balai) -> None:
    """The survey and one service, if the office has none yet."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    async with balai.db.write() as session:
        if not await balai.rows(RatingInstrument, agency=balai.agency, family="IKM"):
            body = {"profile": {"sex": ["L", "P"], "age_band": ["20-29"], "education": ["S1"], "work": ["Swasta"]}}
            session.add(RatingInstrument(
                id=uuid7(), agency=balai.agency, family="IKM", version="1", body=body, valid_from=now,
            ))  # fmt: skip
        if not await balai.rows(RatingService, agency=balai.agency, code="S01"):
            session.add(RatingService(
                id=uuid7(), agency=balai.agency, code="S01", label_id="POSBINDU", label_en="Post", changed=now,
            ))  # fmt: skip


def stored(balai: Balai, row: tuple[int | None, ...], **more: Any) -> dict[str, Any]:
    """One stored answer; blanks are ``None``, as from paper."""
    at = datetime(2026, 11, 10, 3, tzinfo=UTC)
    return {
        "id": uuid7(), "agency": balai.agency, "site": balai.units["W-LK"], "service": "S01",
        **{f"u{place}": answer for place, answer in enumerate(row, start=1)}, "sex": "P", "age_band": None,
        "education": None, "work": None, "made_at": at, "arrived_at": at, "service_date": date(2026, 11, 10),
        "instrument": uuid7(), "code": None, "source": "kertas", "language": "id",
    } | more  # fmt: skip


async def put(balai: Balai, *rows: dict[str, Any]) -> None:
    """Store answers."""
    async with balai.db.writing() as connection:
        await connection.execute(insert(IkmAnswer), list(rows))


def spread(n: int, sums: tuple[int, ...]) -> list[tuple[int, ...]]:
    """``n`` complete rows with these sums."""
    columns = [[total // n + (1 if place < total % n else 0) for place in range(n)] for total in sums]
    return list(zip(*columns, strict=True))


async def test_the_index_of_the_reference_case(balai: Balai) -> None:
    """Acceptance 16: 91.48 A (1/9), 91.38 (0.111), 90.56 (0.11), lowest U3, U2, U5, from rows in the database."""
    await put(balai, *[stored(balai, row) for row in spread(29, SUMS)])
    record = uuid7()
    args = {"period": "2026-Q4", "site": balai.units["W-LK"], "followUp": "Tambah loket."}
    done = await balai.act("bkk_tim_rating", "TRK", "ikm.report", record, about="ikm_report", **args)
    assert done.status == "applied", done.wire()
    [report] = await balai.rows(IkmReport, id=record)
    figures = report.figures
    assert (figures["n"], figures["ikm"], figures["letter"]) == (29, "91.48", "A")
    assert {policy: one["ikm"] for policy, one in figures["comparison"].items()} == {
        "1/9": "91.48", "0.111": "91.38", "0.11": "90.56",
    }  # fmt: skip
    assert figures["lowest"] == ["U3", "U2", "U5"]
    assert figures["profile"]["sex"] == {"P": 29}
    assert (report.weight_policy, report.formula_version, len(report.sha256)) == ("1/9", "1.0", 64)
    files = {one.kind: one for one in await balai.rows(RatingReportFile, report=record)}
    assert files["ikm-pdf"].content.startswith(b"%PDF-")
    file = files["ikm-xlsx"]
    assert all(hashlib.sha256(one.content).hexdigest() == one.sha256 for one in files.values())
    book = openpyxl.load_workbook(io.BytesIO(file.content))
    assert "IKM 91,48, mutu A (Sangat Baik), n = 29" in [row[0] for row in book["IKM"].iter_rows(values_only=True)]
    annex = [row for row in book["Lampiran jawaban"].iter_rows(values_only=True) if row[0] == "2026-11-10"]
    assert [sum(int(row[place]) for row in annex) for place in range(3, 12)] == list(SUMS)


async def test_another_weight_never_recomputes_what_was_computed(balai: Balai) -> None:
    await put(balai, *[stored(balai, row) for row in spread(29, SUMS)])
    first, second = uuid7(), uuid7()
    await balai.act("bkk_tim_rating", "TRK", "ikm.report", first, about="ikm_report", period="2026-Q4")
    refused = await balai.act("bkk_tim_rating", "TRK", "ikm.publish", first, about="ikm_report")
    assert (refused.status, refused.code) == ("rejected", "forbidden")
    assert (await balai.act("bkk_kepala", "KPL", "ikm.publish", first, about="ikm_report")).status == "applied"
    async with balai.db.write() as session:
        session.add(RatingSettings(
            id=uuid7(), agency=balai.agency, version=1, valid_from=balai.clock.now(), body={"weight_policy": "0.11"},
        ))  # fmt: skip
    await balai.act("bkk_tim_rating", "TRK", "ikm.report", second, about="ikm_report", period="2026-Q4")
    found = {one.id: (one.weight_policy, one.figures["ikm"], one.state) for one in await balai.rows(IkmReport)}
    assert found == {first: ("1/9", "91.48", "terbit"), second: ("0.11", "90.56", "final")}


async def test_blanks_by_both_rules_and_no_data(balai: Balai) -> None:
    rows: list[tuple[int | None, ...]] = [
        (4, 3, 3, 4, 3, 4, 3, 3, 4), (3, 3, 2, 4, 3, 3, 4, 3, 3), (4, 4, None, 4, 3, 4, 4, 3, 4),
        (2, 3, 3, 4, 3, 3, 3, 2, 3), (None,) * 9,
    ]  # fmt: skip
    await put(balai, *[stored(balai, row) for row in rows])
    where = ikm_reports.selection(balai.agency, date(2026, 11, 1), date(2026, 11, 30), None, None)
    async with balai.db.reading() as connection:
        for missing in (rules.EXCLUDE_ROW, rules.PER_ELEMENT):
            by_database = await ikm_reports.sums(connection, where, missing)
            assert by_database == rules.from_rows(rows, missing)
        nothing = ikm_reports.selection(balai.agency, date(2026, 10, 1), date(2026, 10, 31), None, None)
        empty = await ikm_reports.figures(connection, nothing, "1/9", rules.EXCLUDE_ROW)
    assert (empty["n"], empty["ikm"], empty["fault"]) == (0, None, "NO_DATA")


async def test_paper_is_typed_in_with_its_blanks(balai: Balai) -> None:
    """Blanks come only from paper: KOR types sheets of the own site, by the date on the sheet; the rule prints them."""
    await prepare(balai)
    sheet = {"site": balai.units["W-LK"], "service": "S01", "day": "2026-11-18", "answers": GOOD, "sex": "P"}
    blank = {code: 3 for code in GOOD if code not in ("U4", "U9")}

    async def typed(key: str = "bkk_koordinator", role: str = "KOR", **more: Any) -> Any:
        actor = await balai.actor(key, role)
        return await balai.engine.execute(actor, "ikm.paper", uuid7(), sheet | more)

    assert [(await typed(answers=answers)).status for answers in (GOOD, blank)] == ["applied"] * 2
    rows = sorted(await balai.rows(IkmAnswer), key=lambda row: row.u1)
    assert [(row.u1, row.u4, row.u9, row.source) for row in rows] == [(3, None, None, "kertas"), (4, 4, 4, "kertas")]
    assert {row.service_date for row in rows} == {date(2026, 11, 18)}
    where = ikm_reports.selection(balai.agency, date(2026, 11, 1), date(2026, 11, 30), None, None)
    async with balai.db.reading() as connection:
        figures = await ikm_reports.figures(connection, where, "1/9", rules.EXCLUDE_ROW)
    assert (figures["n"], figures["n_excluded"], figures["ikm"]) == (1, 1, "100.00")
    for change in ({"answers": {}}, {"answers": {"U1": 5}}, {"day": "2026-11-21"}, {"day": "2026-08-01"}):
        refused = await typed(**change)
        assert (refused.status, refused.code) == ("rejected", "invalid"), change
    foreign = await typed(site=balai.units["P-KR"])
    assert (foreign.status, foreign.code) == ("rejected", "forbidden")
    assert (await typed("bkk_tim_rating", "TRK", site=balai.units["P-KR"])).status == "applied"
    assert len(await balai.rows(IkmAnswer)) == 3


async def test_an_answer_is_stored_once_and_a_faulty_one_never(balai: Balai) -> None:
    await prepare(balai)
    good = {"site": balai.units["W-LK"], "service": "S01", "answers": GOOD, "sex": "P"}
    record, id = uuid7(), uuid7()
    system = await balai.actor("system")
    done = [await balai.engine.execute(system, "ikm.answer", record, good, id=id) for _ in range(2)]
    assert [one.status for one in done] == ["applied", "duplicate"]
    [row] = await balai.rows(IkmAnswer)
    assert ({f"U{n}": getattr(row, f"u{n}") for n in range(1, 10)}, row.service_date, row.source) == (
        GOOD,
        date(2026, 11, 20),
        "halaman",
    )
    faulty: list[dict[str, Any]] = [
        {"answers": GOOD | {"U9": 5}}, {"answers": {"U1": 4}}, {"service": "S99"}, {"site": balai.units["TK5"]},
        {"sex": "X"},
    ]  # fmt: skip
    for change in faulty:
        refused = await balai.engine.execute(system, "ikm.answer", uuid7(), good | change)
        assert (refused.status, refused.code) == ("rejected", "invalid"), change
    person = await balai.actor("bkk_tim_rating", "TRK")
    foreign = await balai.engine.execute(person, "ikm.answer", uuid7(), good)
    assert foreign.status == "rejected"
    assert len(await balai.rows(IkmAnswer)) == 1
