"""Storing people and showing them: rows, assignments, the employee record of the feed, search."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Select, and_, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.identity.models import AGENCY, ASSIGNMENT, PERSON
from backend.identity.rules import names, numbers
from backend.identity.rules.fields import FIELDS, POST_COLUMNS
from backend.identity.rules.roles import incomplete
from backend.identity.service.tree import On, Tree
from sync.ids import uuid7
from sync.writing import Writing

ROWS_PER_STATEMENT = 500
PAGE = 25
Row = Mapping[Any, Any]
_BOSS = PERSON.alias("boss")


def derived_columns(columns: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that follow from others: search key, e-mail key; of a NIP, sex and birth date.

    Takes the columns that change and gives those that follow from them.
    """
    found: dict[str, Any] = {}
    if columns.get("name"):
        found["name_key"] = names.search_key(columns["name"])
    if "email" in columns:
        found["email_key"] = columns["email"].casefold() if columns["email"] else None
    if columns.get("nip"):
        digits = columns["nip"]
        found["birth_date"] = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
        found["sex"] = "L" if digits[14] == "1" else "P"
    return found


def new_person(agency: str, now: datetime, **columns: Any) -> dict[str, Any]:
    """A whole row for a new person from the columns known, every other one empty; ``name`` and ``kind`` are needed."""
    empty = {column.name: None for column in PERSON.columns}
    blank = {"front_title": "", "back_title": "", "root": False, "status": "aktif", "corrected": []}
    row = {**empty, **blank, **derived_columns(columns), **columns, "agency": agency, "created": now}
    row["id"] = columns.get("id") or uuid7()
    return row


async def insert_people(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]], today: date) -> None:
    """Insert new people with their first post, set-based."""
    posts = [_post(row["agency"], row["id"], row, today) for row in rows if row["unit"] or row["position"]]
    for table, lines in ((PERSON, [dict(row) for row in rows]), (ASSIGNMENT, posts)):
        for start in range(0, len(lines), ROWS_PER_STATEMENT):
            await connection.execute(insert(table), lines[start : start + ROWS_PER_STATEMENT])


async def move_posts(connection: AsyncConnection, agency: str, rows: Sequence[Row], today: date) -> None:
    """Close the present posts of these people and open new ones from their (already changed) rows."""
    a = ASSIGNMENT.c
    for start in range(0, len(rows), ROWS_PER_STATEMENT):
        part = rows[start : start + ROWS_PER_STATEMENT]
        open_ = and_(a.person.in_([row["id"] for row in part]), a.kind == "post", a.end.is_(None))
        # A post that began today was never in force on any day before.
        await connection.execute(delete(ASSIGNMENT).where(open_, a.start >= today))
        await connection.execute(update(ASSIGNMENT).where(open_).values(end=today - timedelta(days=1)))
        await connection.execute(insert(ASSIGNMENT), [_post(agency, row["id"], row, today) for row in part])


async def hold_tree(connection: AsyncConnection, agency: str) -> None:
    """Let imports and changes of superiors of an agency come one after the other; taken before any person's row."""
    await connection.execute(select(AGENCY.c.id).where(AGENCY.c.id == agency).with_for_update())


async def serve_at(connection: AsyncConnection, agency: str, pairs: Iterable[tuple[str, str]], today: date) -> None:
    """Note from today on at which sites people serve: pairs of person and unit."""
    rows = [
        {
            "id": uuid7(), "agency": agency, "person": person, "kind": "site", "unit": unit, "position": None,
            "position_type": None, "superior": None, "start": today, "end": None,
        }
        for person, unit in pairs
    ]  # fmt: skip
    for start in range(0, len(rows), ROWS_PER_STATEMENT):
        await connection.execute(insert(ASSIGNMENT), rows[start : start + ROWS_PER_STATEMENT])


def _post(agency: str, person: str, row: Row, today: date) -> dict[str, Any]:
    post = {name: row[name] for name in POST_COLUMNS}
    return {"id": uuid7(), "agency": agency, "person": person, "kind": "post", "start": today, "end": None, **post}


def employee_body(row: Row, tree: Tree) -> dict[str, Any]:
    """The body of the record ``employee`` (wire names, empty members left out) from a row of :func:`people_query`."""
    body: dict[str, Any] = {wire: row[field.column] for wire, field in FIELDS.items()}
    body |= {
        "nipMasked": numbers.mask_nip(row["nip"]) if row["nip"] else None,
        "sex": row["sex"],
        "birthDate": row["birth_date"],
        "unitName": tree.unit_name(row["unit"]),
        "kecamatanName": tree.unit_name(row["kecamatan"]),
        "superiorName": superior_name(row),
    }
    missing = incomplete(row["kind"], {**body, "superior": row["superior"] or row["root"]})
    found = {name: value for name, value in body.items() if value not in (None, "")}
    updated = row["source_updated"]
    if updated is not None:
        found["sourceUpdated"] = updated.isoformat().replace("+00:00", "Z")
    if row["edited"] is not None:
        found["updatedAt"] = row["edited"].isoformat().replace("+00:00", "Z")
    if row["editor_name"]:
        found["updatedByName"] = row["editor_name"]
    return {**found, "incomplete": missing, "corrected": sorted(row["corrected"])}


def superior_name(row: Row) -> str:
    """The direct superior's name in a row of :func:`people_query`."""
    if row["boss_name"] is None:
        return ""
    return names.full_name(row["boss_front"], row["boss_name"], row["boss_back"])


def people_query(agency: str) -> Select[Any]:
    """People of one agency, each with the name of the direct superior; callers narrow it further."""
    b = _BOSS.c
    return (
        select(PERSON, b.name.label("boss_name"), b.front_title.label("boss_front"), b.back_title.label("boss_back"))
        .outerjoin(_BOSS, b.id == PERSON.c.superior)
        .where(PERSON.c.agency == agency)
    )


async def publish_people(w: Writing, tree: Tree, ids: Collection[str] | None = None) -> int:
    """Publish the employee records of these people (``None``: of the whole agency), each to its person alone.

    ``people_changed`` of the ports, if the server has it, lets other rooms follow.
    """
    count = 0
    for part in _parts(ids):
        query = people_query(w.agency)
        if part is not None:
            query = query.where(PERSON.c.id.in_(part))
        for row in (await w.connection.execute(query)).mappings().all():
            body = orjson.dumps(employee_body(row, tree))
            w.publish_encoded("employee", row["id"], body, frozenset({f"person:{row['id']}"}))
            count += 1
    follow = w.ports.get("people_changed")
    if follow is not None:
        await follow(w)
    return count


def _parts(ids: Collection[str] | None) -> list[list[str] | None]:
    if ids is None:
        return [None]
    listed = sorted(ids)
    return [listed[start : start + ROWS_PER_STATEMENT] for start in range(0, len(listed), ROWS_PER_STATEMENT)]


async def search(
    on: On,
    agency: str,
    text: str,
    *,
    unit: Collection[str] | None = None,
    after: tuple[str, str] | None = None,
    limit: int = PAGE,
) -> list[Row]:
    """People by part of a name, by NIP or by staff code, by name; rows of :func:`people_query`.

    ``unit`` narrows to these units, ``after`` is (name key, id) of the last one already shown. Another agency's
    number finds as much as an unknown one: nothing.
    """
    p = PERSON.c
    query = people_query(agency).order_by(p.name_key, p.id).limit(min(max(limit, 1), 100))
    if unit is not None:
        query = query.where(p.unit.in_(list(unit)))
    if after is not None:
        query = query.where(or_(p.name_key > after[0], and_(p.name_key == after[0], p.id > after[1])))
    digits = numbers.plain_number(text)
    if digits.isascii() and digits.isdigit():
        query = query.where(p.nip.startswith(digits, autoescape=True))
    elif (code := numbers.parse_staff_code(text)) is not None:
        query = query.where(p.staff_code == code)
    elif text.strip():
        key = names.search_key(text)
        if not key:
            return []
        query = query.where(p.name_key.contains(key, autoescape=True))
    return list((await on.execute(query)).mappings().all())


async def next_staff_code(connection: AsyncConnection, agency: str) -> str:
    """The agency's next free staff code; codes are never reused. Locks the agency until the commit."""
    head = (await connection.execute(select(AGENCY).where(AGENCY.c.id == agency).with_for_update())).mappings().one()
    codes = select(PERSON.c.staff_code).where(PERSON.c.agency == agency, PERSON.c.staff_code.is_not(None))
    taken = [int(code[-5:-1]) for (code,) in await connection.execute(codes)]
    return numbers.staff_code(head["staff_prefix"], max(taken, default=0) + 1)
