"""What a counter tablet holds: one record with officers, services, texts and the public key, for a week offline.

It is published when the tablet is paired or gets a new PIN, and looked over every ten minutes: officers come and go,
services and texts get new versions, and nobody else needs to know that tablets exist.
"""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlmodel import col

from backend.identity.models import ASSIGNMENT
from backend.identity.service.directory import Directory
from backend.identity.service.tree import Tree
from backend.jobs import service as jobs
from backend.jobs.runner import DueJob
from backend.keys import Keys
from backend.ratings.kiosk_bodies import CounterOfficer, CounterService, KioskBody, PinBody
from backend.ratings.models import RatingCode, RatingKiosk
from backend.ratings.rules.pins import PinCheck
from backend.ratings.service import catalogue as catalogues
from backend.ratings.service import duty, shifts
from backend.ratings.service.kiosk_seal import public_key
from backend.ratings.service.presence import screen_key
from sync.writing import Writing

JOB = "rating.counters"
EVERY = timedelta(minutes=10)
AHEAD = timedelta(days=14)
"""Officers who begin within so many days are on the tablet already: it may be without signal until then."""


class Engine(Protocol):
    """The part of the sync engine that the timed look needs."""

    def writing(self, agency: str) -> AbstractAsyncContextManager[Writing]:
        """One write transaction that may publish."""
        ...


async def arm(session: AsyncSession, agency: str, now: datetime) -> None:
    """Let the next look over an agency's tablets happen."""
    await jobs.schedule(session, JOB, agency, now + EVERY, agency=agency)


def job_functions(
    engine: Engine, keys: Keys, directory: Directory
) -> Mapping[str, Callable[[DueJob], Awaitable[None]]]:
    """What the job runner calls."""

    async def look(job: DueJob) -> None:
        agency = job.agency or ""
        async with engine.writing(agency) as w:
            await shifts.forget_old(w)
            if await publish_all(w, keys, directory):
                await arm(w.session, agency, w.now)

    return {JOB: look}


async def publish_all(w: Writing, keys: Keys, directory: Directory) -> int:
    """Publish what changed for the tablets at work in the agency; says how many there are."""
    k = RatingKiosk
    query = select(col(k.id)).where(col(k.agency) == w.agency, col(k.revoked).is_(None), col(k.paired).is_not(None))
    ids = list((await w.connection.execute(query)).scalars())
    for kiosk in ids:
        await publish(w, keys, directory, kiosk)
    return len(ids)


async def publish(w: Writing, keys: Keys, directory: Directory, kiosk: str) -> None:
    """Publish a tablet's record to it alone, unless it stands so already."""
    query = select(RatingKiosk.__table__).where(col(RatingKiosk.id) == kiosk)  # type: ignore[attr-defined]
    row = (await w.connection.execute(query)).mappings().one()
    body = await _body(w, keys, await directory.trees.get(w.connection, w.agency), row)
    if body is None:
        return
    stored = (await w.lock("kiosk", [kiosk])).get(kiosk)
    plain = body.model_dump(mode="json", by_alias=True, exclude_none=True)
    if stored is None or stored.deleted or dict(stored.body) != plain:
        w.publish("kiosk", kiosk, plain, {f"person:{row['account']}"})


async def _body(w: Writing, keys: Keys, tree: Tree, row: Any) -> KioskBody | None:
    node = tree.nodes[row["site"]]
    catalogue = await catalogues.read(w.connection, w.agency, w.now)
    if (catalogues.PACAK, catalogue.rules.text("instrument")) not in catalogue.in_force:
        return None
    rules, instrument = catalogue.rules, catalogue.asked
    pin = PinCheck.read(row["pin_hash"])
    return KioskBody(
        name=row["name"],
        agency=tree.code.lower(),
        agency_name=tree.name,
        site=node.id,
        site_code=node.code,
        site_name=node.name,
        zone=node.zone or tree.zone_at(w.now),
        seal=public_key(keys, w.agency),
        pin=PinBody(salt=pin.salt, hash=pin.hash, iterations=pin.iterations),
        instrument=instrument.id,
        version=instrument.version,
        texts=dict(instrument.body),
        services=[CounterService(code=one.code, id=one.label_id, en=one.label_en) for one in catalogue.offered],
        officers=await officers(w.connection, tree, node.id, w.now),
        board=await _board(w.connection, w.agency, node.id),
        step_key=_step_key(keys, row),
        phone_required=rules.is_on("phone_required"),
        phone_days=rules.number("phone_days"),
        tickets=rules.is_on("tickets"),
        channels=[str(one["id"]) for one in rules.body["channels"]] or _contacts(tree, w.now),
    )


async def officers(connection: AsyncConnection, tree: Tree, site: str, now: datetime) -> list[CounterOfficer]:
    """Who serves at a site today or begins soon, by name; with the dates, since the tablet may be alone for a week."""
    a, today = ASSIGNMENT.c, duty.local_day(tree, site, now)
    noted = select(a.person, a.start, a.end).where(
        a.agency == tree.agency, a.unit == site, a.kind == "site", a.start <= today + AHEAD,
        or_(a.end.is_(None), a.end >= today),
    )  # fmt: skip
    dates: dict[str, list[tuple[date, date | None]]] = {}
    for row in await connection.execute(noted.order_by(a.start)):
        dates.setdefault(row.person, []).append((row.start, row.end))
    serving = await duty.serving(connection, tree, site, today)
    for one in serving:
        dates.setdefault(one.id, [(today, None)])
    return [
        CounterOfficer.model_validate(
            {"id": one.id, "name": one.name, "from": start.isoformat(), "to": end and end.isoformat()}
        )
        for one in await duty.officers(connection, tree.agency, list(dates))
        for start, end in dates[one.id]
    ]


def _step_key(keys: Keys, row: Any) -> str | None:
    if row["step_secret"] is None:
        return None
    return base64.urlsafe_b64encode(screen_key(keys, row["id"], row["step_secret"])).rstrip(b"=").decode()


async def _board(connection: AsyncConnection, agency: str, site: str) -> str | None:
    c = RatingCode
    query = (
        select(col(c.token))
        .where(col(c.agency) == agency, col(c.kind) == "board", col(c.site) == site, col(c.revoked).is_(None))
        .order_by(col(c.issued).desc())
        .limit(1)
    )
    return (await connection.execute(query)).scalar_one_or_none()


def _contacts(tree: Tree, now: datetime) -> list[str]:
    contacts: Mapping[str, str] = tree.settings_at(now).body.get("contacts") or {}
    return [contacts["phone"]] if contacts.get("phone") else []
