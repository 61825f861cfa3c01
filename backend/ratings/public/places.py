"""Pages that lead to a form: agencies, sites, officers on duty (also behind a board code)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from backend.database.engine import Database
from backend.identity.models import AGENCY
from backend.identity.service.directory import Directory
from backend.ratings.models import RatingCode
from backend.ratings.ports import Agency
from backend.ratings.public.layout import Reader, address, page, reader_of
from backend.ratings.public.words import titled, words
from backend.ratings.rules import codes as rules
from backend.ratings.service import codes, duty
from backend.ratings.service.room import Room
from sync.clock import Clock

MOST_LISTED = 30
"""So many officers fit the weight that a page may have; the search finds the others."""


class Places:
    """The routes ``/nilai`` and below, and the list behind a board code. One a server."""

    def __init__(self, db: Database, directory: Directory, room: Room, clock: Clock, *, secure: bool) -> None:
        self.db, self.directory, self.room, self.clock, self.secure = db, directory, room, clock, secure

    def routes(self) -> list[Route]:
        """The public lists."""
        return [
            Route("/nilai", self.agencies),
            Route("/{agency}/nilai", self.sites),
            Route("/{agency}/nilai/{site}", self.officers),
        ]

    async def agencies(self, request: Request) -> Response:
        """The agencies that take ratings; where there is one only, its sites."""
        reader = reader_of(request)
        async with self.db.read() as session:
            offices = await rating_agencies(session, self.room)
        if len(offices) == 1:
            return RedirectResponse(address(f"/{offices[0].code}/nilai", lang=request.query_params.get("lang")), 303)
        links = [(f"/{office.code}/nilai", office.name) for office in offices]
        body = heading(reader, "agencies", "agencies_why" if links else "no_agency") + listed(reader, links)
        return page(reader, request, titled(reader.language, "agencies"), body, secure=self.secure)

    async def sites(self, request: Request) -> Response:
        """The sites of an agency."""
        reader = reader_of(request)
        async with self.db.read() as session:
            office = await self.office(session, request.path_params["agency"])
            if office is None:
                return lost(reader, request, secure=self.secure)
            tree = await self.directory.trees.get(session, office.id)
            places = duty.sites(tree, tree.today(self.clock.now()))
            about = await self.about(session, office)
        links = [(f"/{office.code}/nilai/{node.code}", node.name) for node in places]
        head = f"<p>{escape(office.name)}</p>" if places else f"<p>{reader.pick(words('no_site'))}</p>"
        body = f"<h1>{reader.pick(words('sites'))}</h1>{head}{listed(reader, links)}"
        return page(reader, request, titled(reader.language, "sites"), body, secure=self.secure, **about)

    async def officers(self, request: Request) -> Response:
        """The officers on duty at one site."""
        reader = reader_of(request)
        async with self.db.read() as session:
            office = await self.office(session, request.path_params["agency"])
            wanted = request.path_params["site"].upper()
            site = None if office is None else next((one for one in office.sites.values() if one.code == wanted), None)
            if office is None or site is None:
                return lost(reader, request, secure=self.secure)
            boards = await codes.live(session, office.id, codes.BOARD, [site.id])
            return await self._list(
                session, request, reader, office, site.id, boards[site.id].token if site.id in boards else None, {}
            )

    async def board(self, request: Request, reader: Reader, code: Mapping[str, Any]) -> Response:
        """What a valid board code (its row) opens: the officers on duty at its site (acceptance 7).

        The step code and the ticket of the address go on with each link.
        """
        carried = {name: request.query_params[name][:200] for name in ("s", "t") if name in request.query_params}
        async with self.db.read() as session:
            office = await self.room.house.agency(session, code["agency"])
            if office.site(code["site"]) is None:
                return lost(reader, request, secure=self.secure)
            return await self._list(session, request, reader, office, code["site"], code["token"], carried)

    async def office(self, session: AsyncSession, code: str) -> Agency | None:
        """The agency of a code if it takes ratings."""
        found = await self.room.house.agency_by_code(session, code[:32])
        return found if found is not None and codes.SERVICE in found.services else None

    async def about(self, session: AsyncSession, office: Agency) -> dict[str, Any]:
        """Where to complain, as the frame of the page takes it."""
        catalogue = await self.room.catalogues.get(session, office.id, self.clock.now())
        return {"channels": catalogue.rules.body["channels"], "contact": office.contact}

    async def _list(
        self,
        session: AsyncSession,
        request: Request,
        reader: Reader,
        office: Agency,
        site: str,
        board: str | None,
        carried: Mapping[str, str],
    ) -> Response:
        tree = await self.directory.trees.get(session, office.id)
        on_duty = await duty.on_duty(session, tree, site, self.clock.now())
        held = await codes.live(session, office.id, codes.PERSONAL, [one.id for one in on_duty])
        text = request.query_params.get("q", "").strip()[:80]
        found = [one for one in on_duty if one.id in held and one.matches(text)]
        surveys = await codes.live(session, office.id, codes.SURVEY, [site])
        about = await self.about(session, office)
        body = _officers(reader, request, office, tree.unit_name(site), found, held, board, carried, text)
        if site in surveys:
            link = address(f"/survei/{surveys[site].token}", lang=reader.language)
            body += f'<p><a class="act" href="{link}">{reader.pick(words("survey"))}</a></p>'
        link = address(f"/{office.code}/nilai", lang=reader.language)
        body += f'<p><a class="act" href="{link}">{reader.pick(words("other_site"))}</a></p>'
        return page(
            reader,
            request,
            f"{titled(reader.language, 'officers')} {tree.unit_name(site)}",
            body,
            secure=self.secure,
            **about,
        )


async def rating_agencies(session: AsyncSession, room: Room) -> list[Agency]:
    """Every agency that takes ratings, by name."""
    ids = (await session.execute(select(AGENCY.c.id).order_by(AGENCY.c.name))).scalars().all()
    offices = [await room.house.agency(session, id) for id in ids]
    return [office for office in offices if codes.SERVICE in office.services]


def heading(reader: Reader, title: str, why: str) -> str:
    """A title with one sentence below it."""
    return f"<h1>{reader.pick(words(title))}</h1><p>{reader.pick(words(why))}</p>"


def listed(reader: Reader, links: Sequence[tuple[str, str]]) -> str:
    """A list of large links; paths are ours, labels are plain text."""
    rows = (f'<li><a href="{address(path, lang=reader.language)}">{escape(label)}</a></li>' for path, label in links)
    return f'<ul class="l">{"".join(rows)}</ul>' if links else ""


def lost(reader: Reader, request: Request, *, secure: bool) -> Response:
    """There is nothing here, and where to go instead."""
    body = heading(reader, "lost", "lost_why") + listed(reader, [("/nilai", titled(reader.language, "list"))])
    return page(reader, request, titled(reader.language, "lost"), body, status=404, secure=secure)


def _officers(
    reader: Reader,
    request: Request,
    office: Agency,
    site: str,
    found: Sequence[duty.Officer],
    held: Mapping[str, RatingCode],
    board: str | None,
    carried: Mapping[str, str],
    text: str,
) -> str:
    shown = found[:MOST_LISTED]
    rows = []
    for one in shown:
        path = rules.form_path(held[one.id].token, board=board, step=carried.get("s"), ticket=carried.get("t"))
        link = escape(f"{path}{'&' if '?' in path else '?'}lang={reader.language}", quote=True)
        post = f'<span class="s">{escape(one.position)}</span>' if one.position else ""
        rows.append(f'<li><a href="{link}"><span>{escape(one.name)}{"<br>" + post if post else ""}</span></a></li>')
    empty = "none_found" if text else "no_officer"
    body = (
        f"<h1>{reader.pick(words('officers'))}</h1><p>{reader.pick(words('on_duty', site=site))} "
        f'<span class="s">{escape(office.name)}</span></p>'
    )
    if text or len(found) > 5:
        body += _search(reader, request, text, carried)
    body += f'<ul class="l">{"".join(rows)}</ul>' if rows else f"<p>{reader.pick(words(empty))}</p>"
    left = len(found) - len(shown)
    return body + (f"<p>{reader.pick(words('more', n=left))}</p>" if left else "")


def _search(reader: Reader, request: Request, text: str, carried: Mapping[str, str]) -> str:
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(value, quote=True)}">'
        for name, value in {**carried, "lang": reader.language}.items()
    )
    path = escape(request.url.path, quote=True)
    every = (
        f'<p><a class="act" href="{address(request.url.path, **carried, lang=reader.language)}">'
        f"{reader.pick(words('all'))}</a></p>"
        if text
        else ""
    )
    return (
        f'<form action="{path}" role="search" class="f"><label class="q" for="q">{reader.pick(words("search"))}</label>'
        f'<input class="t" id="q" name="q" type="search" autocomplete="off" maxlength="80" '
        f'value="{escape(text, quote=True)}">{hidden}<p><button>{reader.pick(words("find"))}</button></p></form>{every}'
    )
