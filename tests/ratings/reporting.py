"""Ratings put straight into the table, and a report driven through its steps as the people of the office."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import insert

from backend.ratings.models import RATING, RatingReport
from sync.answers import Answer
from sync.ids import uuid7
from tests.ratings.balai import Balai

NOVEMBER = "2026-11"
DAY = date(2026, 11, 10)


def rating(balai: Balai, key: str, score: int | None = 4, site: str = "W-LK", **more: Any) -> dict[str, Any]:
    """One row of the table; ``scores`` makes it a v2 rating."""
    id = more.get("id", uuid7())
    at = datetime(2026, 11, 10, 3, tzinfo=UTC)
    row = {
        "id": id, "agency": balai.agency, "instrument": uuid7(), "version": "v2" if "scores" in more else "v1",
        "officer": balai.people[key], "officer_name": f"Petugas {key}", "site": balai.units[site],
        "site_estimated": False, "service": "S01", "score": None if "scores" in more else score, "scores": {},
        "indicators": [] if "scores" in more else ["P"], "code": None, "kiosk": None, "ticket": None,
        "presence": "hadir", "channel": "halaman", "made_at": at, "made_by": "tiba", "tablet_at": None,
        "tablet_seq": None, "arrived_at": at, "service_date": DAY, "phone_hash": None, "browser_hash": None,
        "device_hash": None, "visit_key": None, "language": "id", "arrived_as": "sah", "status": "sah",
        "status_reason": None, "content_hash": "0" * 64,
    }  # fmt: skip
    return row | more


async def put(balai: Balai, *rows: dict[str, Any]) -> None:
    """Store ratings as they would stand after they arrived."""
    async with balai.db.writing() as connection:
        await connection.execute(insert(RATING), list(rows))


async def put_scores(balai: Balai, key: str, *scores: int, **more: Any) -> None:
    """Store v1 ratings of one officer."""
    await put(balai, *[rating(balai, key, score, **more) for score in scores])


class Path:
    """One report on its way; every method acts as the person whose step it is."""

    def __init__(self, balai: Balai, period: str = NOVEMBER) -> None:
        self.balai, self.period, self.id = balai, period, uuid7()

    async def act(self, key: str, role: str, name: str, **args: Any) -> Answer:
        """One act on the report."""
        return await self.balai.act(key, role, name, self.id, about="rating_report", **args)

    async def row(self) -> RatingReport:
        """The row of the report."""
        [found] = await self.balai.rows(RatingReport, id=self.id)
        assert isinstance(found, RatingReport)
        return found

    async def open(self, **more: Any) -> Answer:
        """Begin it."""
        return await self.act("bkk_tim_rating", "TRK", "rating.report_open", period=self.period, **more)

    async def pulled(self, **more: Any) -> RatingReport:
        """Begin it, tick steps 1 and 2, fix the set."""
        done = [
            await self.open(**more),
            await self.act("bkk_koordinator", "KOR", "rating.report_tick", step=1),
            await self.act("bkk_tim_rating", "TRK", "rating.report_tick", step=2),
            await self.act("bkk_tim_rating", "TRK", "rating.report_pull"),
        ]
        assert [one.status for one in done] == ["applied"] * 4, [one.wire() for one in done]
        return await self.row()

    async def verified(self) -> RatingReport:
        """From the fixed set to *diverifikasi*."""
        seen = (await self.row()).set_hash
        for key, role, name in (
            ("bkk_tim_rating", "TRK", "rating.report_draw"),
            ("bkk_kasubbag", "KSB", "rating.report_verify"),
        ):
            done = await self.act(key, role, name, setHash=seen)
            assert done.status == "applied", done.wire()
        return await self.row()

    async def final(self, **more: Any) -> RatingReport:
        """From *diverifikasi* to *final*."""
        done = await self.act("bkk_kepala", "KPL", "rating.report_final", setHash=(await self.row()).set_hash, **more)
        assert done.status == "applied", done.wire()
        return await self.row()

    async def published(self) -> RatingReport:
        """From *final* to *terbit*."""
        done = await self.act("bkk_tim_rating", "TRK", "rating.report_publish", setHash=(await self.row()).set_hash)
        assert done.status == "applied", done.wire()
        return await self.row()
