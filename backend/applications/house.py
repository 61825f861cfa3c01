"""The port of the room, filled from identity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, tzinfo
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.applications.ports import Contact, Office, Subject
from backend.applications.rules.ranks import next_rank
from backend.calendar import rules as hours
from backend.identity.models import PERSON
from backend.identity.rules import numbers
from backend.identity.rules.names import full_name
from backend.identity.rules.roles import CLOSED_STATUSES
from backend.identity.service.directory import Directory
from backend.notifications.models import Preference

USUAL_PATTERN = "{klasifikasi}/{urut}/{unit}/{tahun}"


class IdentityHouse:
    """Fills :class:`backend.applications.ports.House`."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    async def office(self, session: AsyncSession, agency: str, now: datetime) -> Office:
        """The agency as it is at an instant."""
        tree = await self._directory.trees.get(session, agency)
        settings = tree.settings_at(now)
        letter = settings.body.get("letter") or {}
        zone: tzinfo = settings.calendar.tz
        return Office(
            today=tree.today(now), zone=zone, working=partial(hours.working_time, settings.calendar), root=tree.root,
            number_pattern=str(letter.get("pattern") or USUAL_PATTERN), unit_code=str(letter.get("unit") or tree.code),
            name=tree.name, address=str(settings.body.get("address") or ""),
            place=str(settings.body.get("capital") or ""),
            signer_position=str(settings.body.get("signer_position") or ""),
        )  # fmt: skip

    async def subjects(self, session: AsyncSession, agency: str, ids: Sequence[str]) -> Mapping[str, Subject]:
        """These employees of the agency with what identity knows of each."""
        tree = await self._directory.trees.get(session, agency)
        query = select(PERSON).where(PERSON.c.agency == agency, PERSON.c.id.in_(sorted(set(ids))))
        rows = (await session.execute(query)).mappings().all()
        today = tree.today(self._directory.clock.now())
        return {
            row["id"]: Subject(
                id=row["id"], name=full_name(row["front_title"], row["name"], row["back_title"]),
                identifier=row["nip"] or row["staff_code"] or "", unit=row["unit"],
                unit_name=tree.unit_name(row["unit"]),
                facts=_facts(row, tree.unit_name(row["unit"])),
                warning=_warning(row, today),
            )
            for row in rows
            if row["kind"] != "EXTERNAL" and row["status"] not in CLOSED_STATUSES
        }  # fmt: skip

    async def contacts(self, session: AsyncSession, agency: str, accounts: Sequence[str]) -> Sequence[Contact]:
        """How these accounts are reached now."""
        wanted = sorted(set(accounts))
        query = select(PERSON).where(
            PERSON.c.agency == agency, PERSON.c.id.in_(wanted), PERSON.c.status.not_in(CLOSED_STATUSES)
        )
        chosen = await session.execute(select(Preference).where(col(Preference.account).in_(wanted)))
        bodies = {one.account: one.body for one in chosen.scalars()}
        return [
            Contact(
                row["id"], full_name(row["front_title"], row["name"], row["back_title"]), row["phone"] or "",
                wants=wants(bodies.get(row["id"], {})),
            )
            for row in (await session.execute(query.order_by(PERSON.c.id))).mappings()
        ]  # fmt: skip

    async def officers(self, session: AsyncSession, agency: str, role: str, unit: str | None, at: datetime) -> set[str]:
        """Accounts that hold a role over a unit at an instant."""
        tree = await self._directory.trees.get(session, agency)
        found = await self._directory.officers(session, agency, role, at)
        return {one.account for one in found if unit is None or unit in tree.below(one.grant_unit)}


def wants(preferences: Mapping[str, Any]) -> bool:
    """Whether somebody wants texts about applications (*Usul*); who chose nothing does."""
    push = preferences.get("push")
    return not isinstance(push, Mapping) or push.get("application") is not False


def _facts(row: Mapping[Any, Any], unit: str) -> dict[str, Any]:
    """What is empty is left out: it is not known."""
    found = {
        "name": full_name(row["front_title"], row["name"], row["back_title"]), "kind": row["kind"], "unit": unit,
        "position": row["position"], "positionType": row["position_type"], "positionLevel": row["position_level"],
        "rank": row["rank"], "tmtRank": _iso(row["tmt_rank"]), "tmtPosition": _iso(row["tmt_position"]),
        "tmtCpns": _iso(row["tmt_cpns"]), "nextRank": next_rank(row["rank"] or ""),
        "firstPromotion": _is_first(row["tmt_rank"], row["tmt_cpns"]),
    }  # fmt: skip
    return {name: value for name, value in found.items() if value not in (None, "")}


def _is_first(rank: date | None, start: date | None) -> bool | None:
    """Whether no promotion came before: the rank dates from the beginning of the service (as CPNS, or as PNS at most
    two years later). ``None`` where a date is missing."""
    if rank is None or start is None:
        return None
    return rank <= start.replace(year=start.year + 2, day=min(start.day, 28))


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _warning(row: Mapping[Any, Any], today: date) -> str:
    if row["nip"] is None or row["nip_reason"]:
        return ""
    read = numbers.parse_nip(row["nip"], today)
    return "NIP ini tidak lazim. Periksa, lalu tulis alasan bila tetap diusulkan." if read.warnings else ""
