"""A report through its seven steps, on both databases: order, roles, timers, the fixed set, the frozen files."""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import Mapping
from datetime import date
from typing import Any

import openpyxl
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import col

from backend.calendar.periods import period_of, read_period
from backend.notifications.models import Delivery
from backend.ratings.models import RATING, RatingReport, RatingReportFile, RatingReportItem, RatingReportStep
from backend.ratings.rules import cycle
from tests.ratings.balai import Balai
from tests.ratings.reporting import DAY, Path, put, put_scores, rating
from tests.support.clock import SettableClock

FIVE = {"P": 5, "AM": 4, "C": 3, "AK": 4, "K": 4}


def test_limits_are_those_of_the_procedure() -> None:
    """Acceptance 14: 10/20/30/30/30/60/30, sum 210, steps 3-7 180."""
    limits = [step.limit for step in cycle.STEPS.values()]
    assert limits == [10, 20, 30, 30, 30, 60, 30]
    assert (sum(limits), sum(limits[2:])) == (210, 180)
    assert not cycle.is_late(3, 30)
    assert cycle.is_late(3, 31)
    assert [cycle.minutes_spent(seconds) for seconds in (0, 1, 1800, 1801)] == [0, 1, 30, 31]


def test_periods() -> None:
    month, quarter = read_period("2026-02"), read_period("2026-Q4")
    assert month is not None
    assert quarter is not None
    assert (month.first, month.last, month.title()) == (date(2026, 2, 1), date(2026, 2, 28), "Februari 2026")
    assert (quarter.first, quarter.last, quarter.title()) == (date(2026, 10, 1), date(2026, 12, 31), "Triwulan IV 2026")
    assert period_of(DAY, "quarter") == quarter
    assert [read_period(code) for code in ("2026-13", "2026-Q5", "2026-1", "x")] == [None] * 4


async def test_the_whole_path_and_its_outputs(balai: Balai) -> None:
    """Acceptance 13: per officer the values of the set, totals equal the raw count, a text with = is inert."""
    await put_scores(balai, "bkk_petugas1", *[5] * 6, *[4] * 5, 3, officer_name="=HYPERLINK(1)")
    await put_scores(balai, "bkk_petugas2", 5, 5)
    await put(
        balai,
        rating(balai, "bkk_petugas1", 1, status="ditahan"),
        rating(balai, "bkk_petugas1", 1, status="duplikat"),
        rating(balai, "bkk_petugas3", site="P-KR", presence="tanpa_bukti", scores=FIVE),
        rating(balai, "bkk_petugas1", 5, service_date=date(2026, 10, 31)),
    )
    path = Path(balai)
    report = await path.pulled()
    counts = report.figures["counts"]
    assert counts == {"n": 15, "unproven": 1, "held": 1, "duplicates": 1, "void": 0, "late": 0}
    assert len(await balai.rows(RatingReportItem, report=path.id)) == 15
    by_name = {one["name"]: one for one in report.figures["officers"]}
    first = by_name["=HYPERLINK(1)"]["v1"]
    assert (first["n"], first["sum"], first["mean"], first["spread"]) == (12, 53, "4.42", [6, 5, 1, 0, 0])
    assert (first["rank"], first["indicator_counts"]["P"]) == (1, 12)
    assert by_name["Petugas bkk_petugas2"]["v1"]["standing"] == "belum_cukup"
    fivefold = by_name["Petugas bkk_petugas3"]
    assert (fivefold["v1"], fivefold["v2"]["mean"], fivefold["site_name"]) == (None, "4.00", "Pos Bandara Kencana Raya")

    await path.verified()
    assert await balai.rows(RatingReportFile) == []
    await path.final()
    files = {one.kind: one for one in await balai.rows(RatingReportFile, report=path.id)}
    assert set(files) == {"xlsx", "pdf"}
    assert all(hashlib.sha256(one.content).hexdigest() == one.sha256 for one in files.values())
    assert files["pdf"].content.startswith(b"%PDF-")
    _check_workbook(files["xlsx"].content)
    report = await path.published()
    assert report.state == "terbit"


def _check_workbook(content: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(content))
    page = book["Instrumen v1"]
    assert "November 2026" in page["A1"].value
    weighed = list(book["Bahan pertimbangan"].iter_rows(values_only=True))
    assert weighed[0][0] == "Bahan pertimbangan pimpinan"
    candidates = {row[0]: row[4:7] for row in weighed if row[2] in ("v1", "v2")}
    assert candidates["'=HYPERLINK(1)"] == (4.42, 88.33, "penghargaan")
    assert candidates["Petugas bkk_petugas2"][:2] == ("data belum cukup",) * 2
    assert not candidates["Petugas bkk_petugas2"][2]
    rows = list(page.iter_rows(values_only=True))
    [top] = [number for number, row in enumerate(rows) if row[0] == "Peringkat"]
    officers = [row for row in rows[top + 1 :] if row[1]]
    assert officers[0][:6] == (1, "'=HYPERLINK(1)", "Wilker Pelabuhan Laut Kencana", 12, 4.42, 88.33)
    assert officers[1][3:5] == (2, "data belum cukup")
    assert sum(int(row[3]) for row in officers) == 14
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert any("Bahan pertimbangan pimpinan" in str(row[0]) for row in rows)


async def test_whoever_may_take_the_next_step_is_told(balai: Balai) -> None:
    """Each act tells the holders of the next step's role, not the one who acted; a report sent back tells TRK again."""
    names = {id: key for key, id in balai.people.items()}
    heard: list[tuple[str, str]] = []

    async def told() -> list[str]:
        rows = [(names[one.account], one.body) for one in await balai.rows(Delivery)]
        new = [row for row in rows if row not in heard]
        heard.extend(new)
        assert all("November 2026" in body for _key, body in new)
        return sorted(key for key, _body in new)

    path = Path(balai)
    await path.open()
    assert await told() == ["bkk_koordinator"]
    await path.act("bkk_koordinator", "KOR", "rating.report_tick", step=1)
    assert await told() == ["bkk_tim_rating"]
    await path.act("bkk_tim_rating", "TRK", "rating.report_tick", step=2)
    await path.act("bkk_tim_rating", "TRK", "rating.report_pull")
    assert await told() == []
    seen = (await path.row()).set_hash
    await path.act("bkk_tim_rating", "TRK", "rating.report_draw", setHash=seen)
    assert await told() == ["bkk_kasubbag"]
    await path.act("bkk_kasubbag", "KSB", "rating.report_return", setHash=seen, reason="Periksa lokasi.")
    assert await told() == ["bkk_tim_rating"]
    await path.verified()
    assert set(await told()) == {"bkk_kepala"}


async def test_no_step_is_skipped_and_each_has_its_roles(balai: Balai) -> None:
    path = Path(balai)
    assert (await path.open()).status == "applied"
    early = await path.act("bkk_tim_rating", "TRK", "rating.report_pull")
    assert (early.status, early.code) == ("rejected", "state")
    foreign = await path.act("bkk_tim_rating", "TRK", "rating.report_tick", step=1)
    assert (foreign.status, foreign.code) == ("rejected", "forbidden")
    outsider = await balai.act("bkk_petugas1", None, "rating.report_pull", path.id, about="rating_report")
    assert (outsider.status, outsider.code) == ("rejected", "not_found")
    again = await Path(balai).open()
    assert (again.status, again.code) == ("rejected", "state")
    future = await Path(balai, "2026-12").open()
    assert (future.status, future.code) == ("rejected", "invalid")


async def test_an_overrun_is_marked_and_never_blocks(balai: Balai, clock: SettableClock) -> None:
    """Acceptance 14: 31 of 30 working minutes are late, a night and a weekend are not working time."""
    await put_scores(balai, "bkk_petugas1", 4)
    path = Path(balai)
    await path.open()
    await path.act("bkk_koordinator", "KOR", "rating.report_tick", step=1)
    await path.act("bkk_tim_rating", "TRK", "rating.report_tick", step=2)
    clock.advance(minutes=31)
    assert (await path.act("bkk_tim_rating", "TRK", "rating.report_pull")).status == "applied"
    seen = (await path.row()).set_hash
    clock.advance(days=3)
    done = await path.act("bkk_tim_rating", "TRK", "rating.report_draw", setHash=seen)
    assert done.status == "applied"
    steps = {one.step: one for one in await balai.rows(RatingReportStep, report=path.id)}
    assert [(steps[n].minutes, steps[n].late) for n in (1, 2)] == [(None, False)] * 2
    assert (steps[3].minutes, steps[3].limit, steps[3].late) == (31, 30, True)
    assert (steps[4].minutes, steps[4].late) == (59 + 210 + 181, True)


async def test_back_to_draft_with_a_reason_and_up_again(balai: Balai) -> None:
    await put_scores(balai, "bkk_petugas1", 4)
    path = Path(balai)
    seen = (await path.pulled()).set_hash
    await path.act("bkk_tim_rating", "TRK", "rating.report_draw", setHash=seen)
    bare = await path.act("bkk_kasubbag", "KSB", "rating.report_return", setHash=seen, reason="")
    assert (bare.status, bare.code) == ("rejected", "invalid")
    other = await path.act("bkk_kasubbag", "KSB", "rating.report_verify", setHash="0" * 64)
    assert (other.status, other.code) == ("rejected", "stale")
    back = await path.act("bkk_kasubbag", "KSB", "rating.report_return", setHash=seen, reason="Periksa lokasi.")
    assert back.status == "applied", back.wire()
    assert (await path.row()).state == "draf"
    skipped = await path.act("bkk_kasubbag", "KSB", "rating.report_verify", setHash=seen)
    assert (skipped.status, skipped.code) == ("rejected", "state")
    await path.verified()
    from_head = await path.act("bkk_kepala", "KPL", "rating.report_return", setHash=seen, reason="Tambahkan analisis.")
    assert from_head.status == "applied", from_head.wire()
    await path.verified()
    assert (await path.final()).state == "final"


async def test_the_set_is_fixed_and_what_comes_later_is_susulan(balai: Balai, clock: SettableClock) -> None:
    await put_scores(balai, "bkk_petugas1", 4, 4)
    held = rating(balai, "bkk_petugas1", 1, status="ditahan")
    await put(balai, held)
    path = Path(balai)
    before = await path.pulled()
    async with balai.db.writing() as connection:
        await connection.execute(update(RATING).where(RATING.c.id == held["id"]).values(status="sah"))
    await put_scores(balai, "bkk_petugas2", 5)
    await path.verified()
    await path.final()
    after = await path.published()
    assert (after.set_hash, after.figures["counts"]["n"]) == (before.set_hash, 2)

    clock.advance(days=14)
    await put_scores(balai, "bkk_petugas2", 3, service_date=date(2026, 12, 1))
    december = await Path(balai, "2026-12").pulled()
    assert (december.figures["counts"]["n"], december.figures["counts"]["late"]) == (3, 2)
    assert {(one["day"], one["n"]) for one in december.figures["late"]} == {(DAY.isoformat(), 1)}


async def test_a_correction_names_the_old_report(balai: Balai) -> None:
    await put_scores(balai, "bkk_petugas1", 4, 4)
    path = Path(balai)
    await path.pulled()
    await path.verified()
    old = await path.final()
    await put_scores(balai, "bkk_petugas1", 5)
    plain = await Path(balai).open()
    assert (plain.status, plain.code) == ("rejected", "state")
    renewed = await Path(balai).pulled(corrects=old.id)
    assert (renewed.corrects, renewed.number, renewed.figures["counts"]["n"]) == (old.id, 2, 3)


async def test_two_who_draw_at_once_make_one_report(balai: Balai) -> None:
    """Two desks begin the same period and draw it at the same moment: one report, its set and figures once."""
    await put_scores(balai, "bkk_petugas1", 4, 5, 3)
    paths = [Path(balai), Path(balai)]
    begun = await asyncio.gather(*(path.open() for path in paths))
    assert sorted(one.status for one in begun) == ["applied", "rejected"], [one.wire() for one in begun]
    path = paths[[one.status for one in begun].index("applied")]
    await path.act("bkk_koordinator", "KOR", "rating.report_tick", step=1)
    await path.act("bkk_tim_rating", "TRK", "rating.report_tick", step=2)
    drawn = await asyncio.gather(*(path.act("bkk_tim_rating", "TRK", "rating.report_pull") for _ in range(4)))
    assert [one.status for one in drawn].count("applied") == 1, [one.wire() for one in drawn]
    [report] = await balai.rows(RatingReport)
    assert (report.state, report.figures["counts"]["n"]) == ("ditarik", 3)
    assert len(await balai.rows(RatingReportItem)) == 3
    assert sorted(one.step for one in await balai.rows(RatingReportStep)) == [1, 2, 3]


async def test_two_periods_drawn_at_once_share_no_rating(balai: Balai, clock: SettableClock) -> None:
    """A late rating of a drawn month goes into one of two reports that are drawn together, never into both."""
    await put_scores(balai, "bkk_petugas1", 4)
    await Path(balai).pulled()
    await put_scores(balai, "bkk_petugas2", 5, 5)
    clock.advance(days=45)
    paths = [Path(balai, "2026-12"), Path(balai, "2027-01")]
    for path in paths:
        await path.open()
        await path.act("bkk_koordinator", "KOR", "rating.report_tick", step=1)
        await path.act("bkk_tim_rating", "TRK", "rating.report_tick", step=2)
    drawn = await asyncio.gather(*(path.act("bkk_tim_rating", "TRK", "rating.report_pull") for path in paths))
    assert [one.status for one in drawn] == ["applied"] * 2, [one.wire() for one in drawn]
    counts = [(await path.row()).figures["counts"] for path in paths]
    assert sorted((one["n"], one["late"]) for one in counts) == [(0, 0), (2, 2)]
    assert len({one.rating for one in await balai.rows(RatingReportItem)}) == 3


async def test_the_database_keeps_what_a_report_fixed(balai: Balai) -> None:
    """From final the file, its SHA-256 and the figures never change, by no way at all."""
    await put_scores(balai, "bkk_petugas1", 4)
    path = Path(balai)
    await path.pulled()
    await path.verified()
    await path.final()
    changes: Mapping[str, Any] = {
        "file": update(RatingReportFile).values(sha256="0" * 64),
        "set": delete(RatingReportItem),
        "step": update(RatingReportStep).values(minutes=1),
        "figures": update(RatingReport).where(col(RatingReport.id) == path.id).values(figures={}),
        "report": text("DELETE FROM rating_report"),
    }
    kept = []
    for what, change in changes.items():
        try:
            async with balai.db.writing() as connection:
                await connection.execute(change)
        except DBAPIError:
            kept.append(what)
    assert kept == list(changes)


async def test_below_the_floor_is_named_only_with_a_reason_of_the_head(balai: Balai) -> None:
    await put_scores(balai, "bkk_petugas1", *[2] * 10)
    path = Path(balai)
    await path.pulled()
    await path.verified()
    seen = (await path.row()).set_hash
    bare = await path.act("bkk_kepala", "KPL", "rating.report_final", setHash=seen, showBelow=True)
    assert (bare.status, bare.code) == ("rejected", "invalid")
    report = await path.final(showBelow=True, note="Sudah dibicarakan dengan pegawai.")
    assert report.figures["show_below"] is True
