"""Files for paper: posters and table cards of a code, and the guide for visitors."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from backend.identity.rules.throttle import address_group
from backend.ratings.public import guide
from backend.ratings.public.layout import GUIDE, reader_of
from backend.ratings.public.places import Places, lost
from backend.ratings.public.words import words
from backend.ratings.rules import codes as rules
from backend.ratings.service import codes, duty, posters
from backend.reports.pdf import compile_pdf

PRINTS = RateLimitItemPerMinute(30)
MOST_KEPT = 64
"""So many finished sheets stay in memory, some 25 kB each."""
GUIDE_DATE = datetime(2026, 11, 22, tzinfo=UTC)


class Sheets:
    """The routes of everything to print. One a server."""

    def __init__(self, places: Places, public_url: str) -> None:
        self.places, self.public_url = places, public_url
        self.limiter = MovingWindowRateLimiter(MemoryStorage())
        self._kept: OrderedDict[tuple[Any, ...], bytes] = OrderedDict()

    def routes(self) -> list[Route]:
        """A code's sheets stand beside its form; who can open the form may print them."""
        return [Route("/n/{token}/{sheet}.pdf", self.sheet), Route(GUIDE, self.guide)]

    async def sheet(self, request: Request) -> Response:
        """``poster-a4.pdf``, ``poster-a5.pdf``, ``kartu-a4.pdf``, ``kartu-a5.pdf`` of a code in force."""
        form, _, paper = request.path_params["sheet"].partition("-")
        token = rules.read_token(request.path_params["token"])
        if token is None or form not in posters.FORMS or paper not in posters.PAPERS:
            return lost(reader_of(request), request, secure=self.places.secure)
        if (wait := await self._too_often(request)) is not None:
            return wait
        async with self.places.db.read() as session:
            found = await codes.find(session, token)
            if found is None or not found.valid:
                return lost(reader_of(request), request, secure=self.places.secure)
            office = await self.places.room.house.agency(session, found.code.agency)
            tree = await self.places.directory.trees.get(session, office.id)
            name, site = "", found.code.site
            if found.code.person is not None:
                officer = await duty.officer(session, office.id, found.code.person)
                if officer is None:
                    return lost(reader_of(request), request, secure=self.places.secure)
                served = await duty.sites_of(session, tree, [officer.id], tree.today(self.places.clock.now()))
                name, site = officer.name, served.get(officer.id, [officer.unit or tree.root])[0]
            about = await self.places.about(session, office)
        text = posters.content(
            self.public_url, token, kind=found.code.kind, agency=office.name, site=tree.unit_name(site), name=name,
            channels=_complaints(about),
        )  # fmt: skip
        key = (form, paper, *(str(text[part]) for part in ("url", "name", "site", "channels")))
        if key not in self._kept:
            kind, size = cast(posters.Form, form), cast(posters.Paper, paper)
            self._keep(key, await posters.sheet(text, kind, size, found.code.issued))
        return _download(self._kept[key], f"{form}-{paper}-{token}.pdf")

    async def guide(self, request: Request) -> Response:
        """The guide in the reader's language."""
        if (wait := await self._too_often(request)) is not None:
            return wait
        language = reader_of(request).language
        key = ("panduan", language)
        if key not in self._kept:
            text = {**guide.content(language, self.public_url), "mark": posters.MARK}
            self._keep(key, await compile_pdf(posters.TEMPLATE.with_name("panduan.typ"), text, GUIDE_DATE))
        return _download(self._kept[key], "panduan-penilaian.pdf" if language == "id" else "rating-guide.pdf")

    async def _too_often(self, request: Request) -> Response | None:
        caller = address_group(request.client.host if request.client else "")
        if await self.limiter.hit(PRINTS, "sheets", caller):
            return None
        return PlainTextResponse(reader_of(request).pick(words("often_why")), 429, {"Retry-After": "60"})

    def _keep(self, key: tuple[Any, ...], content: bytes) -> None:
        self._kept[key] = content
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)


def _complaints(about: Mapping[str, Any]) -> str:
    named = [str(one["id"]) for one in about["channels"]]
    if about["contact"]:
        named.insert(0, str(about["contact"]))
    return f"Aduan / Complaints: {', '.join(named or ['lapor.go.id'])}"


def _download(content: bytes, name: str) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-cache",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, 200, headers, media_type="application/pdf")
