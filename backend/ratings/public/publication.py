"""``/publikasi/{site}``: what was published of a site, from final reports only; and the index as JSON to recompute."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from sqlalchemy import or_, select
from sqlmodel import col
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from backend.calendar.periods import MONTHS, MONTHS_EN, read_period
from backend.calendar.rules import ZONES
from backend.database.engine import Database
from backend.identity.models import UNIT
from backend.ratings.models import IkmReport
from backend.ratings.ports import Agency, On, Site
from backend.ratings.public.layout import Reader, address, page, reader_of
from backend.ratings.public.report_texts import figure, plain, told
from backend.ratings.rules.figures import VERSIONS, published_rows
from backend.ratings.rules.ikm import ELEMENTS
from backend.ratings.service import report_reading
from backend.ratings.service.ikm_reports import PUBLISHED, survey_instrument
from backend.ratings.service.room import Room
from sync.clock import Clock
from sync.ids import is_uuid

TABLE = (
    "<style>table{border-collapse:collapse;width:100%;margin:8px 0}caption{text-align:left;font-weight:700}"
    "th,td{text-align:left;padding:8px 8px 8px 0;border-bottom:1px solid var(--g);vertical-align:top}"
    ".z{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}</style>"
)


class PublicationPages:
    """The routes; readable by everybody, without sign-in."""

    def __init__(self, db: Database, room: Room, clock: Clock, *, secure: bool = False) -> None:
        self.db, self.room, self.clock, self.secure = db, room, clock, secure

    def routes(self) -> list[Route]:
        """All of them."""
        return [
            Route("/publikasi/{site}", self.site, methods=["GET", "HEAD"]),
            Route("/publikasi/{site}/ikm.json", self.recompute, methods=["GET", "HEAD"]),
            Route("/{agency}/publikasi", self.sites, methods=["GET", "HEAD"]),
        ]

    async def site(self, request: Request) -> Response:
        """The officers of one site from the latest published report, and its latest published index."""
        reader = reader_of(request)
        async with self.db.reading() as connection:
            found = await self._place(connection, request.path_params["site"])
            if found is None:
                return self._unknown(request, reader)
            agency, site = found
            report = await report_reading.published(connection, agency.id)
            index = await self._index(connection, agency.id, site.id)
            instrument = await survey_instrument(connection, agency.id, self.clock.now())
        body = f"{TABLE}<h1>{told(reader, 'published')}</h1><p><b>{escape(site.name)}</b>, {escape(agency.name)}</p>"
        rows = [] if report is None else report[2].get("by_site", {}).get(site.id, [])
        if report is not None and rows:
            body += _officers(reader, agency, report, rows)
        if index is not None:
            body += _index_part(reader, site, index, {} if instrument is None else instrument.body)
        if not rows and index is None:
            body += f"<p>{told(reader, 'none_yet')}</p>"
        listed = address(f"/{agency.code.lower()}/publikasi", lang=reader.language)
        body += f'<ul class="l"><li><a href="{listed}">{told(reader, "published_list")}</a></li></ul>'
        title = f"{plain(reader, 'published')}: {site.name}"
        return page(reader, request, title, body, contact=agency.contact, secure=self.secure)

    async def sites(self, request: Request) -> Response:
        """The sites of an agency."""
        reader = reader_of(request)
        async with self.db.reading() as connection:
            agency = await self.room.house.agency_by_code(connection, request.path_params["agency"][:20])
        if agency is None:
            return self._unknown(request, reader)
        links = "".join(
            f'<li><a href="{address(f"/publikasi/{site.id}", lang=reader.language)}">{escape(site.name)}</a></li>'
            for site in sorted(agency.sites.values(), key=lambda one: one.name)
        )
        title = plain(reader, "published_list")
        body = f'<h1>{escape(title)}</h1><p>{escape(agency.name)}</p><ul class="l">{links}</ul>'
        return page(reader, request, title, body, contact=agency.contact, secure=self.secure)

    async def recompute(self, request: Request) -> Response:
        """Sums and numbers of answers with weight and formula: enough to compute the published index anew."""
        async with self.db.reading() as connection:
            found = await self._place(connection, request.path_params["site"])
            index = None if found is None else await self._index(connection, found[0].id, found[1].id)
        if found is None or index is None:
            return JSONResponse({"error": "NO_DATA"}, 404)
        figures: Mapping[str, Any] = index["figures"]
        names = (
            "formula_version", "weight", "missing", "n", "n_excluded", "sums", "counts", "nrr_exact", "nrr",
            "ikm_exact", "ikm", "letter", "lowest", "comparison", "profile",
        )  # fmt: skip
        return JSONResponse(
            {
                "agency": found[0].name,
                "site": None if index["site"] is None else found[1].name,
                "period": index["period"],
                "formula": "IKM = 25 x weight x sum of (sums[i] / counts[i]), rounded half up to 2 decimals",
                "elements": list(ELEMENTS),
                **{name: figures.get(name) for name in names},
                "sha256": index["sha256"],
            }
        )

    async def _place(self, on: On, id: str) -> tuple[Agency, Site] | None:
        if not is_uuid(id):
            return None
        owner = (await on.execute(select(UNIT.c.agency).where(UNIT.c.id == id))).scalar_one_or_none()
        if owner is None:
            return None
        agency = await self.room.house.agency(on, owner)
        site = agency.site(id)
        return None if site is None else (agency, site)

    async def _index(self, on: On, agency: str, site: str) -> Mapping[str, Any] | None:
        """The latest published index of the site; else that of all sites."""
        c = IkmReport
        query: Any = (
            select(
                col(c.site).label("site"), col(c.period).label("period"), col(c.figures).label("figures"),
                col(c.follow_up).label("follow_up"), col(c.sha256).label("sha256"),
            )
            .where(
                col(c.agency) == agency, col(c.state) == PUBLISHED, col(c.service).is_(None),
                or_(col(c.site) == site, col(c.site).is_(None)),
            )
            .order_by(col(c.last).desc(), col(c.site).is_(None), col(c.created).desc())
            .limit(1)
        )  # fmt: skip
        row = (await on.execute(query)).first()
        return None if row is None else dict(row._mapping)

    def _unknown(self, request: Request, reader: Reader) -> Response:
        title = plain(reader, "gone")
        body = f"<h1>{escape(title)}</h1><p>{told(reader, 'gone_why')}</p>"
        body += (
            f'<ul class="l"><li><a href="{address("/nilai", lang=reader.language)}">{reader.say("list")}</a></li></ul>'
        )
        return page(reader, request, title, body, status=404, secure=self.secure)


def _officers(reader: Reader, agency: Agency, report: tuple[Any, ...], rows: Any) -> str:
    _id, code, figures, at, digest = report
    shown, hidden = published_rows(rows, show_below=bool(figures.get("show_below")))
    period = read_period(code)
    limits = figures["thresholds"]
    body = f"<h2>{told(reader, 'officers')}, {escape(period.title(reader.language) if period else code)}</h2>"
    for version in VERSIONS:
        lines = [(one["name"], one[version]) for one in shown if one[version] is not None]
        if lines:
            body += _table(reader, told(reader, version), lines)
    if hidden:
        body += f"<p>{told(reader, 'hidden', k=hidden)}</p>"
    local = at.astimezone(ZONES[agency.zone])
    months = MONTHS_EN if reader.language == "en" else MONTHS
    day = f"{local.day} {months[local.month - 1]} {local.year}"
    floor = figure(reader, str(limits["floor"]))
    return (
        f'{body}<p class="s">{told(reader, "least", n=limits["minimum_n"], floor=floor)}</p>'
        f'<p class="s">{told(reader, "frozen", day=day, hash=digest[:16])}</p>'
    )


def _table(reader: Reader, caption: str, lines: list[tuple[str, Mapping[str, Any]]]) -> str:
    body = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td colspan="2">{told(reader, "not_yet")}</td></tr>'
        if part["mean"] is None
        else f'<tr><th scope="row">{escape(name)}</th><td class="z">{figure(reader, part["mean"])}</td>'
        f'<td class="z">{part["n"]}</td></tr>'
        for name, part in lines
    )
    return (
        f'<table><caption>{caption}</caption><thead><tr><th scope="col">{told(reader, "officer")}</th>'
        f'<th scope="col" class="z">{told(reader, "mean")}</th><th scope="col" class="z">{told(reader, "n")}</th>'
        f"</tr></thead><tbody>{body}</tbody></table>"
    )


def _index_part(reader: Reader, site: Site, index: Mapping[str, Any], instrument: Mapping[str, Any]) -> str:
    figures = index["figures"]
    period = read_period(index["period"])
    whole = "" if index["site"] else f", {told(reader, 'whole')}"
    body = f"<h2>{told(reader, 'ikm')}{whole}</h2>"
    if figures["ikm"] is None:
        return f"{body}<p>{told(reader, 'none_yet')}</p>"
    line = told(
        reader, "ikm_line", period=period.title(reader.language) if period else index["period"],
        ikm=figures["ikm"].replace(".", ",") if reader.language == "id" else figures["ikm"],
        letter=figures["letter"], word=figures["word"], n=figures["n"], formula=figures["formula_version"],
        weight=figures["weight"],
    )  # fmt: skip
    names = {one["code"]: one[f"label_{reader.language}"] for one in instrument.get("elements", ())}
    rows = "".join(
        f'<tr><th scope="row">{code} {escape(names.get(code, ""))}</th><td class="z">{figure(reader, mean)}</td></tr>'
        for code, mean in zip(ELEMENTS, figures["nrr"], strict=True)
    )
    plan = f"<h3>{told(reader, 'plan')}</h3><p>{escape(index['follow_up'])}</p>" if index["follow_up"] else ""
    return (
        f"{body}<p>{line}</p><p>{told(reader, 'lowest')}: {', '.join(figures['lowest'])}.</p>"
        f'<table><thead><tr><th scope="col">{told(reader, "element")}</th><th scope="col" class="z">'
        f"{told(reader, 'average')}</th></tr></thead><tbody>{rows}</tbody></table>{plan}"
        f'<p><a href="{address(f"/publikasi/{site.id}/ikm.json")}" download>{told(reader, "recompute")}</a></p>'
    )
