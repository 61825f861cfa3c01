"""Lists of ratings for the desk, what was decided about one, and the check of a number by KSB."""

# Under its plugin strawberry's decorators carry no types; nothing but strawberry calls what they decorate.
# mypy: disable-error-code="untyped-decorator"

from __future__ import annotations

from datetime import date
from typing import Any

import strawberry

from backend.identity.graphql.common import Info
from backend.ratings.service import lookups, reading
from backend.ratings.service.room import Room
from backend.ratings.service.shown import stamp
from sync.errors import Refusal


@strawberry.input(description="Narrows a list; what is left out does not. Days are local service dates, both included.")
class RatingFilter:
    """``status``: sah, duplikat, ditahan, batal."""

    status: list[str] | None = None
    site: strawberry.ID | None = None
    officer: strawberry.ID | None = None
    service: str | None = None
    first_day: str | None = None
    last_day: str | None = None


@strawberry.type(description="One indicator's rating (v2).")
class RatingScore:
    """Code and 1-5."""

    code: str
    score: int


@strawberry.type(description="A rating; instants are UTC. Nothing tells who rated.")
class RatingRow:
    """``score`` for v1, ``scores`` for v2; ``arrivedAs`` is the status on arrival, ``reason`` why."""

    id: strawberry.ID
    officer: strawberry.ID
    officer_name: str
    site: strawberry.ID
    site_estimated: bool
    service: str
    version: str
    score: int | None
    scores: list[RatingScore]
    indicators: list[str]
    presence: str
    channel: str
    service_date: str
    status: str
    arrived_as: str
    reason: str | None
    made_at: str
    made_by: str
    arrived_at: str
    language: str


@strawberry.type(description="Newest arrival first.")
class RatingPage:
    """``cursor`` is given if there are ``more``."""

    rows: list[RatingRow]
    more: bool
    cursor: str | None


@strawberry.type(description="A decision about a rating; at is UTC.")
class RatingDecisionRow:
    """One added row."""

    act: str
    before: str
    after: str
    name: str
    at: str
    reason: str


@strawberry.type
class IntakeQuery:
    """Reading of ratings."""

    @strawberry.field(description="Ratings of the caller's sites, for TRK, KSB and KPL. At most 50 a page.")
    async def ratings(
        self, info: Info, filter: RatingFilter | None = None, first: int = 25, after: str | None = None
    ) -> RatingPage:
        """Raises ``signed_out``, ``forbidden``, ``invalid``."""
        viewer = info.context.require()
        given = filter or RatingFilter()
        wanted = reading.Filter(
            status=given.status,
            site=None if given.site is None else str(given.site),
            officer=None if given.officer is None else str(given.officer),
            service=given.service,
            first_day=_day(given.first_day),
            last_day=_day(given.last_day),
        )
        async with info.context.db.read() as session:
            page = await reading.page(session, viewer, wanted, first, after)
        return RatingPage(rows=[_row(row) for row in page.rows], more=page.more, cursor=page.cursor)

    @strawberry.field(description="What was decided about a rating, oldest first.")
    async def rating_decisions(self, info: Info, rating: strawberry.ID) -> list[RatingDecisionRow]:
        """Raises ``signed_out``, ``not_found``."""
        viewer = info.context.require()
        async with info.context.db.read() as session:
            found = await reading.decisions(session, viewer, str(rating))
        return [
            RatingDecisionRow(
                act=row.act, before=row.before, after=row.after, name=row.name, at=stamp(row.at), reason=row.reason
            )
            for row in found
        ]


@strawberry.type
class IntakeMutation:
    """What is done about ratings beside the kinds of the registry."""

    @strawberry.mutation(
        description="Whether a number is the one behind a rating: yes or no, logged. For KSB over the site."
    )
    async def rating_phone_check(self, info: Info, rating: strawberry.ID, phone: str, reason: str) -> bool:
        """Raises ``signed_out``, ``forbidden``, ``not_found``, ``invalid``, ``too_often``, ``gone``."""
        viewer = info.context.require()
        room: Room = info.context.ports["ratings"]
        heads = [actor for actor in viewer.grants.values() if actor.role == "KSB"]
        if not heads:
            raise Refusal("forbidden", "Pemeriksaan nomor hanya untuk Kasubbag. Tidak ada yang diperiksa.")
        widest = max(heads, key=lambda actor: len(actor.scope))
        context = info.context
        return await lookups.check(room, context.db, context.clock, widest, str(rating), phone, reason)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal("invalid", "Tanggal ditulis seperti 2026-11-21.") from None


def _row(row: Any) -> RatingRow:
    return RatingRow(
        id=strawberry.ID(row.id),
        officer=strawberry.ID(row.officer),
        officer_name=row.officer_name,
        site=strawberry.ID(row.site),
        site_estimated=row.site_estimated,
        service=row.service,
        version=row.version,
        score=row.score,
        scores=[RatingScore(code=code, score=score) for code, score in row.scores.items()],
        indicators=list(row.indicators),
        presence=row.presence,
        channel=row.channel,
        service_date=row.service_date.isoformat(),
        status=row.status,
        arrived_as=row.arrived_as,
        reason=row.status_reason,
        made_at=stamp(row.made_at),
        made_by=row.made_by,
        arrived_at=stamp(row.arrived_at),
        language=row.language,
    )
