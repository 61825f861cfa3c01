"""Reading ratings online: lists for TRK, KSB and KPL over their sites; nothing of a phone, a browser or a device."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from backend.database.paging import cursor_of, read_cursor
from backend.ratings.models import RATING, RATING_DECISION
from backend.ratings.ports import On
from sync.actors import Viewer
from sync.errors import Refusal
from sync.ids import is_uuid

READERS = ("TRK", "KSB", "KPL")
MAX_ROWS = 50
_R = RATING.c
SHOWN = (
    _R.id, _R.officer, _R.officer_name, _R.site, _R.site_estimated, _R.service, _R.version, _R.score, _R.scores,
    _R.indicators, _R.presence, _R.channel, _R.service_date, _R.status, _R.arrived_as, _R.status_reason, _R.made_at,
    _R.made_by, _R.arrived_at, _R.language, _R.tablet_seq,
)  # fmt: skip
"""Every column that anybody is ever shown; the hashes and what names a visit are not among them."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list shows; a member that is ``None`` does not narrow it. Dates are service dates, both included."""

    status: Sequence[str] | None = None
    site: str | None = None
    officer: str | None = None
    service: str | None = None
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Ratings, newest arrival first; ``cursor`` continues after the last one if there are ``more``."""

    rows: Sequence[Any]
    more: bool
    cursor: str | None


def sites_of(viewer: Viewer, *roles: str) -> frozenset[str]:
    """The units that the viewer covers as one of the roles."""
    return frozenset().union(*(actor.scope for actor in viewer.grants.values() if actor.role in roles))


def readable(viewer: Viewer) -> ColumnElement[bool]:
    """The one place that says which ratings a viewer reads: those of the own sites, never those about oneself."""
    units = sorted(sites_of(viewer, *READERS))
    return and_(_R.agency == viewer.agency, _R.site.in_(units), _R.officer != viewer.account)


async def page(on: On, viewer: Viewer, wanted: Filter, first: int, after: str | None) -> Page:
    """One page of at most 50 rows. Raises ``forbidden`` for who reads no ratings, ``invalid`` for a broken cursor."""
    if not sites_of(viewer, *READERS):
        raise Refusal(
            "forbidden", "Daftar penilaian hanya untuk tim rating, Kasubbag dan Kepala. Tidak ada yang berubah."
        )
    first = max(1, min(first, MAX_ROWS))
    query = select(*SHOWN).where(readable(viewer), *_narrow(wanted))
    if after is not None:
        at, id = read_cursor(after)
        query = query.where(or_(_R.arrived_at < at, and_(_R.arrived_at == at, _R.id < id)))
    query = query.order_by(_R.arrived_at.desc(), _R.id.desc()).limit(first + 1)
    rows = list(await on.execute(query))
    more, rows = len(rows) > first, rows[:first]
    return Page(rows, more, cursor_of(rows[-1].arrived_at, rows[-1].id) if more else None)


async def decisions(on: On, viewer: Viewer, rating: str) -> list[Any]:
    """What was decided about a rating, oldest first. Raises ``not_found`` for what the viewer may not read."""
    await one(on, viewer, rating)
    d = RATING_DECISION.c
    query = select(d.act, d.before, d.after, d.name, d.at, d.reason).where(d.rating == rating).order_by(d.at, d.id)
    return list(await on.execute(query))


async def one(on: On, viewer: Viewer, rating: str) -> Mapping[str, Any]:
    """One rating. Raises ``not_found``."""
    found = None
    if is_uuid(rating):
        found = (await on.execute(select(*SHOWN).where(_R.id == rating, readable(viewer)))).mappings().first()
    if found is None:
        raise Refusal("not_found", "Penilaian ini tidak ditemukan. Periksa lagi daftarnya.")
    return dict(found)


def _narrow(wanted: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for id in (wanted.site, wanted.officer):
        if id is not None and not is_uuid(id):
            raise Refusal("invalid", "Pilihan ini tidak dikenal. Pilih dari daftar.")
    pairs = ((_R.site, wanted.site), (_R.officer, wanted.officer), (_R.service, wanted.service))
    found += [column == value for column, value in pairs if value is not None]
    if wanted.status is not None:
        found.append(_R.status.in_(list(wanted.status)[:8]))
    if wanted.first_day is not None:
        found.append(_R.service_date >= wanted.first_day)
    if wanted.last_day is not None:
        found.append(_R.service_date <= wanted.last_day)
    return found
