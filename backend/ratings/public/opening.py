"""What a code opens: the officer, the site, the instrument, and whether the visitor proved to be there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from starlette.requests import Request

from backend.keys import Keys
from backend.ratings.models import RATING, RATING_CODE, RATING_KIOSK, RATING_TICKET
from backend.ratings.ports import Agency, On
from backend.ratings.public.form import Sheet
from backend.ratings.public.stamps import Stamp
from backend.ratings.rules.codes import read_token
from backend.ratings.service import presence
from backend.ratings.service.catalogue import Catalogue
from backend.ratings.service.room import Room
from sync.clock import Clock


@dataclass(frozen=True, slots=True)
class Opened:
    """A personal code with all that its form shows."""

    code: Mapping[str, Any]
    agency: Agency
    catalogue: Catalogue
    sheet: Sheet
    board: str | None
    ticket: str | None
    proven: bool


@dataclass(frozen=True, slots=True)
class Opening:
    """Looks up what a form shows; one a server."""

    room: Room
    keys: Keys
    clock: Clock

    async def fresh(
        self, connection: Any, request: Request, code: Mapping[str, Any], agency: Agency, token: str
    ) -> Opened | None:
        """Everything of a fresh form; ``None`` if the officer does not serve any more."""
        now = self.clock.now()
        board_token = read_token(request.query_params.get("b", ""))
        board = None if board_token is None else await code_of(connection, board_token)
        if board is not None and (board["kind"] != "board" or board["agency"] != agency.id or board["revoked"]):
            board = None
        ticket = presence.read_ticket(self.keys, request.query_params.get("t", "")[:200])
        ticket = await self._ticket(connection, agency, ticket)
        step = request.query_params.get("s", "")[:12] or None
        proven = presence.proved(self.keys, token, step, now) is not None
        if not proven and step and board is not None:
            screens = await self._screens(connection, board)
            proven = presence.proved(self.keys, str(board["token"]), step, now, screens) is not None
        stamp_board = None if board is None else str(board["id"])
        sheet = await self._sheet_of(connection, code, agency, None if board is None else board["site"])
        if sheet is None:
            return None
        catalogue = await self.room.catalogues.get(connection, agency.id, now)
        return Opened(code, agency, catalogue, sheet, stamp_board, ticket, proven)

    async def again(self, connection: Any, agency: Agency, stamp: Stamp) -> Opened | None:
        """The form of a stamp again, in the instrument that it was issued with; ``None`` if its code is revoked."""
        code = await code_by_id(connection, stamp.code)
        if code is None:
            return None
        catalogue = await self.room.catalogues.get(connection, agency.id, self.clock.now())
        board = await code_by_id(connection, stamp.board) if stamp.board else None
        gone = code["revoked"] is not None or (board is not None and board["revoked"] is not None)
        instrument = catalogue.instruments.get(stamp.instrument)
        if gone or instrument is None:
            return None
        site = None if board is None else board["site"]
        sheet = await self._sheet_of(connection, code, agency, site, instrument_id=stamp.instrument)
        if sheet is None:
            return None
        return Opened(code, agency, catalogue, sheet, stamp.board, stamp.ticket, stamp.proven)

    async def _sheet_of(
        self, on: On, code: Mapping[str, Any], agency: Agency, site: str | None, instrument_id: str | None = None
    ) -> Sheet | None:
        now = self.clock.now()
        catalogue = await self.room.catalogues.get(on, agency.id, now)
        officer = (await self.room.house.officers(on, agency.id, [code["person"]])).get(code["person"])
        if officer is None or not officer.active:
            return None
        place = agency.site(site) or agency.site(officer.unit)
        return Sheet(
            officer=officer.name,
            site=agency.name if place is None else place.name,
            instrument=catalogue.asked if instrument_id is None else catalogue.instruments[instrument_id],
            services=catalogue.offered,
            phone_required=catalogue.rules.is_on("phone_required"),
            phone_days=catalogue.rules.number("phone_days"),
        )

    async def _screens(self, connection: Any, board: Mapping[str, Any]) -> list[bytes]:
        """The keys of the tablets at a board's site: their screens may show the board with a code of their own."""
        k = RATING_KIOSK.c
        ours = (k.agency == board["agency"], k.site == board["site"], k.revoked.is_(None), k.paired.is_not(None))
        query = select(k.id, k.step_secret).where(*ours, k.step_secret.is_not(None))
        return [presence.screen_key(self.keys, row.id, row.step_secret) for row in await connection.execute(query)]

    async def _ticket(self, connection: Any, agency: Agency, ticket: str | None) -> str | None:
        """A ticket that still proves a visit; a spent one too, so that its second rating is told to be one."""
        if ticket is None:
            return None
        t = RATING_TICKET.c
        query = select(t.issued).where(t.id == ticket, t.agency == agency.id)
        issued = (await connection.execute(query)).scalar_one_or_none()
        return ticket if issued is not None and presence.ticket_counts(issued, self.clock.now()) else None


async def code_of(connection: Any, token: str) -> Mapping[str, Any] | None:
    found: Mapping[str, Any] | None = (
        (await connection.execute(select(RATING_CODE).where(RATING_CODE.c.token == token))).mappings().first()
    )
    return found


async def survey_of(connection: Any, code: Mapping[str, Any], rating: str) -> str | None:
    """The token of the survey at the site of a rating that came through this code."""
    r, c = RATING.c, RATING_CODE.c
    query = (
        select(c.token)
        .join(RATING, r.site == c.site)
        .where(r.id == rating, r.code == code["id"], c.agency == r.agency, c.kind == "survey", c.revoked.is_(None))
        .limit(1)
    )
    found = (await connection.execute(query)).scalar_one_or_none()
    return None if found is None else str(found)


async def code_by_id(connection: Any, id: str) -> Mapping[str, Any] | None:
    found: Mapping[str, Any] | None = (
        (await connection.execute(select(RATING_CODE).where(RATING_CODE.c.id == id))).mappings().first()
    )
    return found
