"""What is asked and by which rules: instruments, services and settings of an agency, as versions in force."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.dialects import postgresql, sqlite

from backend.ratings.models import RATING_INSTRUMENT, RATING_SERVICE, RATING_SETTINGS
from backend.ratings.ports import On
from backend.ratings.rules import settings as rules
from backend.ratings.rules.settings import RatingRules
from sync.ids import derived

DATA = Path(__file__).parent.parent / "data"
PACAK, IKM = "PACAK", "IKM"


@dataclass(frozen=True, slots=True)
class Service:
    """One entry of the list as it counts now."""

    code: str
    label_id: str
    label_en: str
    active: bool
    version: int
    official: str

    def label(self, language: str) -> str:
        """Its short label in a language (id, en)."""
        return self.label_en if language == "en" else self.label_id


@dataclass(frozen=True, slots=True)
class Instrument:
    """One issue of an instrument version. ``body``: texts, form, scale, indicators or elements."""

    id: str
    family: str
    version: str
    issue: int
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything of one agency at one instant. ``services``: in their order, closed ones included."""

    services: Mapping[str, Service]
    instruments: Mapping[str, Instrument]
    rules: RatingRules
    in_force: Mapping[tuple[str, str], Instrument]

    @property
    def offered(self) -> list[Service]:
        """The services that can be chosen now."""
        return [service for service in self.services.values() if service.active]

    @property
    def asked(self) -> Instrument:
        """The PACAK instrument that new pages ask."""
        return self.in_force[(PACAK, self.rules.text("instrument"))]

    @property
    def survey(self) -> Instrument:
        """The satisfaction survey."""
        return self.in_force[(IKM, "1")]


@cache
def reference(name: str) -> dict[str, Any]:
    """One of the data files that a new agency begins with."""
    read: dict[str, Any] = json.loads((DATA / name).read_text(encoding="utf-8"))
    return read


async def install(on: On, agency: str, now: datetime) -> None:
    """Give an agency the default instruments and the seeded list of services; harmless when repeated."""
    pacak = {name: value for name, value in reference("indicators_pacak.json").items() if name != "description"}
    ikm = {name: value for name, value in reference("ikm_elements.json").items() if name != "description"}
    instruments: list[dict[str, Any]] = [
        {
            "id": derived(agency, f"instrument/{family}/{version}/1"), "agency": agency, "family": family,
            "version": version, "issue": 1, "body": body, "valid_from": now, "created_by": None,
        }
        for family, version, body in ((PACAK, "v1", pacak), (PACAK, "v2", pacak), (IKM, "1", ikm))
    ]  # fmt: skip
    services: list[dict[str, Any]] = [
        {
            "id": derived(agency, f"service/{one['code']}/1"), "agency": agency, "code": one["code"],
            "label_id": one["short_id"], "label_en": one["short_en"], "official": one["official"],
            "place": place, "active": True, "version": 1, "changed": now, "changed_by": None,
        }
        for place, one in enumerate(reference("service_types_bkk.json")["service_types"])
    ]  # fmt: skip
    postgres = _dialect(on) == "postgresql"
    for table, rows in ((RATING_INSTRUMENT, instruments), (RATING_SERVICE, services)):
        insert = postgresql.insert(table) if postgres else sqlite.insert(table)
        await on.execute(insert.values(rows).on_conflict_do_nothing())


def _dialect(on: On) -> str:
    bind = on.get_bind() if hasattr(on, "get_bind") else on
    return str(bind.dialect.name)


class Catalogues:
    """The agencies' catalogues, kept in memory by a mark that moves with every new version; one a server."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[tuple[Any, ...], _Versions]] = {}

    def last(self, agency: str, now: datetime) -> Catalogue | None:
        """The catalogue as it was read last here, without asking: good for a hint, never for a decision."""
        known = self._known.get(agency)
        return None if known is None else known[1].at(now)

    async def get(self, on: On, agency: str, now: datetime) -> Catalogue:
        """The catalogue at an instant; one small statement while nothing changed."""
        marks = union_all(*[
            select(literal(place), func.count()).select_from(table).where(table.c.agency == agency)
            for place, table in enumerate((RATING_INSTRUMENT, RATING_SERVICE, RATING_SETTINGS))
        ])  # fmt: skip
        mark = tuple(sorted(tuple(row) for row in await on.execute(marks)))
        known = self._known.get(agency)
        if known is None or known[0] != mark:
            known = (mark, await _read(on, agency))
            self._known[agency] = known
        return known[1].at(now)


async def read(on: On, agency: str, now: datetime) -> Catalogue:
    """The catalogue as this transaction sees it, its own changes included."""
    return (await _read(on, agency)).at(now)


@dataclass(slots=True)
class _Versions:
    """All versions of an agency, and the catalogue of the last instant that was asked for."""

    services: Mapping[str, Service]
    instruments: Sequence[tuple[datetime, Instrument]]
    settings: Sequence[tuple[datetime, RatingRules]]
    last: Catalogue | None = None
    valid: tuple[int, int] = (-1, -1)

    def at(self, now: datetime) -> Catalogue:
        begun = [one for start, one in self.instruments if start <= now] or [one for _, one in self.instruments]
        past = [one for start, one in self.settings if start <= now]
        valid = (len(begun), len(past))
        if self.last is None or self.valid != valid:
            self.last = Catalogue(
                services=self.services,
                instruments={one.id: one for _, one in self.instruments},
                rules=past[-1] if past else rules.in_force(0, {}),
                in_force={(one.family, one.version): one for one in begun},
            )
            self.valid = valid
        return self.last


async def _read(on: On, agency: str) -> _Versions:
    i, s, g = RATING_INSTRUMENT.c, RATING_SERVICE.c, RATING_SETTINGS.c
    instruments = await on.execute(
        select(i.id, i.family, i.version, i.issue, i.body, i.valid_from)
        .where(i.agency == agency)
        .order_by(i.valid_from, i.issue)
    )
    services = await on.execute(
        select(s.code, s.label_id, s.label_en, s.active, s.version, s.place, s.official)
        .where(s.agency == agency)
        .order_by(s.version)
    )
    settings = await on.execute(
        select(g.version, g.valid_from, g.body).where(g.agency == agency).order_by(g.valid_from, g.version)
    )
    newest = {row.code: row for row in services}
    ordered = sorted(newest.values(), key=lambda row: (row.place, row.code))
    return _Versions(
        services={
            row.code: Service(row.code, row.label_id, row.label_en, row.active, row.version, row.official)
            for row in ordered
        },
        instruments=[
            (row.valid_from, Instrument(row.id, row.family, row.version, row.issue, row.body)) for row in instruments
        ],
        settings=[(row.valid_from, rules.in_force(row.version, row.body)) for row in settings],
    )
