"""What desks, officers and the public read of reports: GraphQL, downloads, the publication of a site."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from backend.ratings.models import RatingDecision
from backend.ratings.rules import ikm
from sync.ids import uuid7
from tests.ratings import test_ikm
from tests.ratings.balai import Balai
from tests.ratings.reporting import Path, put, put_scores, rating
from tests.support.clock import SettableClock

DETAIL = """query($id: ID!) { ratingReport(id: $id) {
  report { number state due setHash n steps { step act late } } figures files { id kind name sha256 } } }"""
SIZE = 14 * 1024


async def page(balai: Balai, path: str, **query: str) -> httpx.Response:
    """A page as somebody sees it who is not signed in."""
    async with balai.browser() as browser:
        return await browser.get(path, params=query)


async def test_a_publication_shows_a_site_its_officers_and_only_when_published(balai: Balai) -> None:
    """Acceptance 15: nothing of a report in diverifikasi; after final and terbit, site X shows officers of X only."""
    await put_scores(balai, "bkk_petugas1", *[5] * 10, officer_name="<b>dr. Ayu</b>")
    await put_scores(balai, "bkk_petugas2", 4)
    await put_scores(balai, "bkk_petugas3", *[5] * 10, site="P-KR", officer_name="Citra")
    await put_scores(balai, "bkk_koordinator", *[2] * 11, officer_name="Dewi")
    harbour, airport = f"/publikasi/{balai.units['W-LK']}", f"/publikasi/{balai.units['P-KR']}"
    path = Path(balai)
    await path.pulled()
    await path.verified()
    assert "Belum ada hasil" in (await page(balai, harbour)).text
    await path.final()
    assert "Belum ada hasil" in (await page(balai, harbour)).text
    await path.published()
    shown = (await page(balai, harbour)).text
    assert "&lt;b&gt;dr. Ayu&lt;/b&gt;" in shown
    assert "5,00" in shown
    assert "Petugas bkk_petugas2" in shown
    assert "data belum cukup" in shown
    assert "1 tidak ditampilkan" in shown
    assert [word for word in ("Citra", "Dewi", "4,00") if word in shown] == []
    other = await page(balai, airport, lang="en")
    assert "Citra" in other.text
    assert "dr. Ayu" not in other.text
    assert "Results of our service ratings" in other.text
    assert max(len(one.content) for one in (other, await page(balai, harbour))) <= SIZE
    assert (await page(balai, f"/publikasi/{uuid7()}")).status_code == 404
    assert balai.units["W-LK"] in (await page(balai, "/bnk/publikasi")).text


async def test_desks_read_reports_and_download_frozen_files(balai: Balai) -> None:
    await put_scores(balai, "bkk_petugas1", 5, 4, 3)
    live = await balai.ask("bkk_tim_rating", '{ ratingFigures(period: "2026-11") }')
    assert live["ratingFigures"]["total"]["v1"]["mean"] == "4.00"
    path = Path(balai)
    await path.pulled()
    await path.verified()
    await path.final()
    detail = (await balai.ask("bkk_kepala", DETAIL, id=path.id))["ratingReport"]
    assert (detail["report"]["state"], detail["report"]["due"], detail["report"]["n"]) == ("final", 7, 3)
    [pdf, xlsx] = detail["files"]
    async with balai.browser(**await balai.cookie("bkk_kasubbag")) as browser:
        answer = await browser.get(f"/unduh/laporan/{xlsx['id']}")
    assert hashlib.sha256(answer.content).hexdigest() == xlsx["sha256"]
    assert "attachment" in answer.headers["content-disposition"]
    async with balai.browser(**await balai.cookie("bkk_petugas1")) as browser:
        assert (await browser.get(f"/unduh/laporan/{pdf['id']}")).status_code == 404
        refused = await browser.post(
            "/graphql", json={"query": "{ ratingReports { id } }"}, headers={"X-Sambung-Client": "test/1"}
        )
    assert refused.json()["errors"][0]["extensions"]["code"] == "forbidden"
    assert (await page(balai, f"/unduh/laporan/{pdf['id']}")).status_code == 401


async def test_an_officer_sees_own_figures_of_monday_only(balai: Balai, clock: SettableClock) -> None:
    """From n = 5, without what arrived or was decided since Monday, without dates or single answers."""
    await put_scores(balai, "bkk_petugas1", 5, 5, 4, 4)
    query = "{ ownRatings }"
    assert (await balai.ask("bkk_petugas1", query))["ownRatings"]["v1"] is None
    fifth = rating(balai, "bkk_petugas1", 2)
    week = rating(balai, "bkk_petugas1", 1, arrived_at=datetime(2026, 11, 18, tzinfo=UTC))
    await put(balai, fifth, week)
    own = (await balai.ask("bkk_petugas1", query))["ownRatings"]
    assert (own["v1"]["n"], own["v1"]["mean"], own["until"]) == (5, "4.00", "2026-11-16")
    assert set(own["v1"]) == {"n", "mean_exact", "mean", "index", "indicator_counts", "enough"}
    async with balai.db.write() as session:
        session.add(RatingDecision(
            id=uuid7(), agency=balai.agency, rating=fifth["id"], act="batal", before="sah", after="batal",
            name="Tim", at=clock.now(), reason="Diuji.",
        ))  # fmt: skip
    assert (await balai.ask("bkk_petugas1", query))["ownRatings"]["v1"]["n"] == 5
    clock.set(clock.now() + timedelta(days=7))
    assert (await balai.ask("bkk_petugas2", query))["ownRatings"]["v1"] is None


async def test_the_published_index_can_be_recomputed_by_anybody(balai: Balai) -> None:
    """Acceptance 16, from outside: sums, counts and weight give the printed figure again."""
    await test_ikm.put(balai, *[test_ikm.stored(balai, row) for row in test_ikm.spread(29, test_ikm.SUMS)])
    site, record = balai.units["W-LK"], uuid7()
    await balai.act("bkk_tim_rating", "TRK", "ikm.report", record, about="ikm_report", period="2026-Q4", site=site)
    assert (await page(balai, f"/publikasi/{site}/ikm.json")).status_code == 404
    await balai.act("bkk_kepala", "KPL", "ikm.publish", record, about="ikm_report")
    given: dict[str, Any] = (await page(balai, f"/publikasi/{site}/ikm.json")).json()
    computed = ikm.compute(ikm.from_sums(given["n"], given["sums"]), given["weight"])
    assert (computed.value, computed.letter, computed.lowest) == (given["ikm"], given["letter"], given["lowest"])
    shown = (await page(balai, f"/publikasi/{site}")).text
    assert "91,48" in shown
    assert "mutu A (Sangat Baik), n = 29, rumus 1.0, bobot 1/9" in shown
    reports = await balai.ask("bkk_tim_rating", "{ ikmReports { n state figures siteName } }")
    assert reports["ikmReports"][0]["figures"]["comparison"]["0.11"] == {"ikm": "90.56", "letter": "A"}


async def test_a_period_that_is_none_is_refused(balai_on_sqlite: Balai) -> None:
    async with balai_on_sqlite.browser(**await balai_on_sqlite.cookie("bkk_tim_rating")) as browser:
        for period in ("2026-13", "besok", ""):
            body = {"query": "query($p: String!) { ratingFigures(period: $p) }", "variables": {"p": period}}
            answer = await browser.post("/graphql", json=body, headers={"X-Sambung-Client": "test/1"})
            assert answer.json()["errors"][0]["extensions"]["code"] == "invalid", period
