"""Reading plans as a whole: roster with coverage, who is late, who serves which result. Statements do not grow with n.

What a view shows is bounded by its :class:`Scope`: HR reads units, a superior the people directly below.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from backend.identity.models import PERSON
from backend.identity.rules.names import full_name
from backend.identity.rules.numbers import mask_nip, show_nip
from backend.identity.service.tree import Tree
from backend.performance.models import Evaluation, Exemption, Period, Plan
from backend.performance.rules import rounds
from backend.performance.rules.coverage import Coverage
from sync.errors import Refusal
from sync.ids import is_uuid

PAGE = 50
NONE_YET = "belum"
COVERED = ("persetujuan", "evaluasi", "final")
OBLIGED_KINDS, OBLIGED_STATUSES = ("PNS", "PPPK"), ("aktif", "cuti")
EXEMPT_STATUSES = ("CLTN", "tugas belajar")
EXEMPT_LABELS: Mapping[str, str] = {
    "cltn": "CLTN", "diberhentikan_sementara": "diberhentikan sementara", "mpp": "masa persiapan pensiun",
    "tugas_belajar": "tugas belajar",
}  # fmt: skip
STATUS_LABELS: Mapping[str, str] = {
    NONE_YET: "Belum menyusun", "draf": "Draf", "diajukan": "Diajukan", "persetujuan": "Persetujuan",
    "evaluasi": "Evaluasi", "final": "Final", "dikembalikan": "Dikembalikan", "ditutup": "Ditutup",
}  # fmt: skip
_p = PERSON.c
_boss = PERSON.alias("boss")


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom a caller reads: people of ``units`` (``None``: all), or those directly below ``superior``.

    ``full``: numbers are shown in full (the HR role).
    """

    agency: str
    units: frozenset[str] | None = None
    superior: str | None = None
    full: bool = False

    def people(self) -> list[ColumnElement[bool]]:
        """Conditions on ``person``."""
        found = [_p.agency == self.agency]
        if self.superior is not None:
            found.append(_p.superior == self.superior)
        elif self.units is not None:
            found.append(_p.unit.in_(sorted(self.units)))
        return found


async def period_of(session: AsyncSession, agency: str, year: int) -> Period:
    """The settings of a year. Raises ``not_found`` while there are none."""
    query = select(Period).where(col(Period.agency) == agency, col(Period.year) == year)
    found = (await session.execute(query)).scalars().first()
    if found is None:
        raise Refusal("not_found", f"Periode SKP {year} belum dibuka. Minta admin instansi membukanya.")
    return found


def exempt_on(day: date) -> ColumnElement[bool]:
    """Whether a person owes no plan on a day: by status, or by an exemption that HR entered."""
    return or_(_p.status.in_(EXEMPT_STATUSES), exists().where(*_entered(day)))


def _entered(day: date) -> list[ColumnElement[bool]]:
    """Conditions on the exemptions of a person that hold on a day."""
    x = Exemption
    return [
        col(x.agency) == _p.agency, col(x.person) == _p.id, col(x.start) <= day,
        or_(col(x.end).is_(None), col(x.end) >= day),
    ]  # fmt: skip


def obliged_on(day: date) -> ColumnElement[bool]:
    """Whether a person owes a plan on a day; nobody is both in an obliged status and in an exempt one.

    The absence of an exemption stands alone in the conjunction: so the database joins once, and asks nobody singly.
    """
    return and_(_p.kind.in_(OBLIGED_KINDS), _p.status.in_(OBLIGED_STATUSES), ~exists().where(*_entered(day)))


def latest(period: Period) -> Any:
    """The plan of the latest assignment of each person in a period.

    Assignments count from 1 without a gap: a plan is an older one where the next turn is there. Few people have such a
    one, and the set of them is read once.
    """
    later, mine = aliased(Plan), aliased(Plan)
    older = select(col(later.person), col(later.turn) - 1).where(
        col(later.agency) == period.agency, col(later.period) == period.id, col(later.turn) > 1
    )
    return mine, and_(
        col(mine.agency) == period.agency, col(mine.period) == period.id, col(mine.person) == _p.id,
        tuple_(col(mine.person), col(mine.turn)).not_in(older),
    )  # fmt: skip


def covered(plan: Any) -> ColumnElement[bool]:
    """Approved or later; a closed plan counts if it was approved."""
    return or_(plan.status.in_(COVERED), and_(plan.status == "ditutup", plan.approved_version.is_not(None)))


async def roster(
    session: AsyncSession, tree: Tree, scope: Scope, year: int, today: date, after: str | None = None,
    limit: int | None = PAGE,
) -> dict[str, Any]:  # fmt: skip
    """``{"rows", "coverage", "statuses", "exempt", "cursor"}``: people by name with the state of their plan.

    ``limit`` ``None``: all of them (the workbook). Exempt people are listed apart and leave the denominator.
    """
    period = await period_of(session, scope.agency, year)
    plan, mine = latest(period)
    obliged = obliged_on(today)
    skip, place = _read(after)
    query = (
        select(
            _p.id, _p.name, _p.front_title, _p.back_title, _p.name_key, _p.nip, _p.staff_code, _p.unit,
            func.coalesce(plan.status, NONE_YET).label("status"), plan.id.label("plan"),
        )
        .outerjoin(plan, mine)
        .where(*scope.people(), obliged)
        .order_by(_p.name_key, _p.id)
    )  # fmt: skip
    query = _behind(query, place)
    found = list((await session.execute(query if limit is None else query.limit(limit + 1))).mappings())
    more = limit is not None and len(found) > limit
    shown = found[:limit] if limit is not None else found
    return {
        "year": year,
        "rows": [_roster_row(row, n, tree, scope) for n, row in enumerate(shown, skip + 1)],
        **await _coverage(session, scope, period, today),
        "exempt": await _exempt(session, scope, today),
        "cursor": _cursor(skip + len(shown), shown[-1]) if more else None,
    }


def _roster_row(row: Mapping[Any, Any], n: int, tree: Tree, scope: Scope) -> dict[str, Any]:
    number = row["nip"]
    return {
        "no": n,
        "person": row["id"],
        "plan": row["plan"],
        "name": full_name(row["front_title"], row["name"], row["back_title"]),
        "nip": (row["staff_code"] or "") if not number else show_nip(number) if scope.full else mask_nip(number),
        "unitName": tree.unit_name(row["unit"]),
        "status": row["status"],
        "statusLabel": STATUS_LABELS.get(row["status"], row["status"]),
    }


async def _coverage(session: AsyncSession, scope: Scope, period: Period, today: date) -> dict[str, Any]:
    plan, mine = latest(period)
    is_in = case((covered(plan), 1), else_=0)
    status = func.coalesce(plan.status, NONE_YET)
    query = (
        select(status.label("status"), func.count().label("n"), func.sum(is_in).label("covered"))
        .select_from(PERSON)
        .outerjoin(plan, mine)
        .where(*scope.people(), obliged_on(today))
        .group_by(status)
    )
    rows = (await session.execute(query)).all()
    found = Coverage(int(sum(row.covered or 0 for row in rows)), sum(row.n for row in rows))
    return {
        "coverage": {
            "covered": found.covered, "obliged": found.obliged, "percent": found.percent, "sentence": found.sentence,
        },
        "statuses": {row.status: row.n for row in rows},
    }  # fmt: skip


async def _exempt(session: AsyncSession, scope: Scope, today: date) -> list[dict[str, Any]]:
    entered = select(func.min(col(Exemption.reason))).where(*_entered(today)).scalar_subquery()
    query = (
        select(_p.id, _p.name, _p.front_title, _p.back_title, _p.status, entered.label("reason"))
        .where(*scope.people(), _p.kind.in_(OBLIGED_KINDS), _p.status.not_in(("pensiun", "keluar")), exempt_on(today))
        .order_by(_p.name_key, _p.id)
        .limit(500)
    )
    return [
        {
            "person": row.id,
            "name": full_name(row.front_title, row.name, row.back_title),
            "status": EXEMPT_LABELS.get(row.reason or "", row.status),
        }
        for row in await session.execute(query)
    ]


async def monitoring(
    session: AsyncSession, tree: Tree, scope: Scope, year: int, today: date, after: str | None = None
) -> dict[str, Any]:
    """Who is late: people whose plan is not approved, by name; coverage by unit; final evaluations by round.

    ``late`` counts the days since the period's last day for plans, 0 before it.
    """
    period = await period_of(session, scope.agency, year)
    plan, mine = latest(period)
    skip, place = _read(after)
    query = (
        select(
            _p.id, _p.name, _p.front_title, _p.back_title, _p.name_key, _p.unit,
            func.coalesce(plan.status, NONE_YET).label("status"), plan.id.label("plan"),
            _boss.c.name.label("boss"), _boss.c.front_title.label("boss_front"), _boss.c.back_title.label("boss_back"),
        )
        .select_from(PERSON)
        .outerjoin(plan, mine)
        .outerjoin(_boss, _boss.c.id == _p.superior)
        .where(*scope.people(), obliged_on(today), or_(plan.id.is_(None), ~covered(plan)))
        .order_by(_p.name_key, _p.id)
        .limit(PAGE + 1)
    )  # fmt: skip
    found = list((await session.execute(_behind(query, place))).mappings())
    shown = found[:PAGE]
    units = await _by_unit(session, tree, scope, period, today)
    total = Coverage(sum(one["covered"] for one in units), sum(one["obliged"] for one in units))
    return {
        "year": year,
        "dueOn": period.due_on.isoformat(),
        "late": max(0, (today - period.due_on).days),
        "coverage": {
            "covered": total.covered, "obliged": total.obliged, "percent": total.percent, "sentence": total.sentence,
        },
        "units": units,
        "rounds": await _by_round(session, scope, period, today, total.covered),
        "rows": [_late_row(row, tree) for row in shown],
        "cursor": _cursor(skip + len(shown), shown[-1]) if len(found) > PAGE else None,
    }  # fmt: skip


def _late_row(row: Mapping[Any, Any], tree: Tree) -> dict[str, Any]:
    return {
        "person": row["id"],
        "plan": row["plan"],
        "name": full_name(row["front_title"], row["name"], row["back_title"]),
        "unitName": tree.unit_name(row["unit"]),
        "status": row["status"],
        "statusLabel": STATUS_LABELS.get(row["status"], row["status"]),
        "superiorName": full_name(row["boss_front"], row["boss"], row["boss_back"]) if row["boss"] else "",
    }


async def _by_unit(
    session: AsyncSession, tree: Tree, scope: Scope, period: Period, today: date
) -> list[dict[str, Any]]:
    plan, mine = latest(period)
    query = (
        select(_p.unit, func.count().label("n"), func.sum(case((covered(plan), 1), else_=0)).label("covered"))
        .select_from(PERSON)
        .outerjoin(plan, mine)
        .where(*scope.people(), obliged_on(today))
        .group_by(_p.unit)
    )
    found = [(row.unit, Coverage(int(row.covered or 0), row.n)) for row in await session.execute(query)]
    rows = [
        {
            "unit": unit, "name": tree.unit_name(unit), "covered": one.covered, "obliged": one.obliged,
            "percent": one.percent, "sentence": one.sentence,
        }
        for unit, one in found
    ]  # fmt: skip
    return sorted(rows, key=lambda one: one["name"])


async def _by_round(
    session: AsyncSession, scope: Scope, period: Period, today: date, wanted: int
) -> list[dict[str, Any]]:
    """How many final evaluations each round that began has; only numbers, no rating."""
    e = Evaluation
    query = (
        select(col(e.round), func.count(func.distinct(col(e.person))).label("n"))
        .join(PERSON, _p.id == col(e.person))
        .where(col(e.agency) == scope.agency, col(e.year) == period.year, col(e.finalised_at).is_not(None))
        .where(*scope.people(), obliged_on(today))
        .group_by(col(e.round))
    )
    final = {row.round: row.n for row in await session.execute(query)}
    found = []
    for round in rounds.ROUNDS[period.rhythm]:
        first, last = rounds.bounds(round, period.year)
        if first <= today:
            found.append({
                "round": round, "title": rounds.title(round, period.year), "final": final.get(round, 0),
                "wanted": wanted, "ended": last < today,
            })  # fmt: skip
    return found


def _behind(query: Select[Any], place: tuple[str, str] | None) -> Select[Any]:
    if place is None:
        return query
    return query.where(or_(_p.name_key > place[0], and_(_p.name_key == place[0], _p.id > place[1])))


def _cursor(n: int, row: Mapping[Any, Any]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([n, row["name_key"], row["id"]])).decode()


def _read(cursor: str | None) -> tuple[int, tuple[str, str] | None]:
    """How many were shown and the last one. Raises ``invalid`` for what is no cursor of ours."""
    if cursor is None:
        return 0, None
    try:
        n, key, id = orjson.loads(base64.urlsafe_b64decode(cursor.encode()))
    except (binascii.Error, ValueError, TypeError):
        n, key, id = None, None, None
    if type(n) is not int or not isinstance(key, str) or not is_uuid(id):
        raise Refusal("invalid", "Lanjutan daftar ini tidak terbaca. Muat ulang daftar dari awal.")
    return n, (key, id)


ROSTER_HEADER: Sequence[str] = ("NO", "NAMA", "NIP", "STATUS SKP")
