"""Making and changing an agency from its file: units, hours, settings. Online only, one transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.calendar import rules as hours
from backend.identity.models import AGENCY, AGENCY_SETTINGS, PERSON, UNIT
from backend.identity.rules.roles import has_cycle
from backend.identity.service.people import publish_people
from backend.identity.service.tree import Tree, changed, read_tree
from sync.engine import SyncEngine
from sync.errors import Refusal
from sync.ids import uuid7
from sync.writing import Writing

_CODE = r"^[A-Z0-9][A-Z0-9.\-]*$"
_SETTINGS = ("capital", "languages", "services", "letter", "signer_position", "trip", "contacts", "target_minutes",
             "keep_years", "national_record", "credit_coefficients", "credit_needs", "skp_standing",
             "address")  # fmt: skip


class UnitFile(BaseModel):
    """One unit of an agency file; ``parent`` is another unit's code."""

    model_config = ConfigDict(extra="forbid")

    code: str = Field(min_length=1, max_length=32, pattern=_CODE)
    name: str = Field(min_length=1, max_length=200)
    type: str = Field(min_length=1, max_length=24)
    parent: str | None = None
    mandiri: bool = False
    lokasi: bool = False
    km: int | None = Field(default=None, ge=0)
    minutes: int | None = Field(default=None, ge=0)
    mode: str | None = Field(default=None, max_length=16)
    calendar: dict[str, Any] | None = None


class NationalRecordFile(BaseModel):
    """Where final evaluations are reported to, and what staff call it."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=80)
    url: str = Field(pattern=r"^https?://[^\s/]+", max_length=300)


class AgencyFile(BaseModel):
    """One agency as in its file."""

    model_config = ConfigDict(extra="forbid")

    code: str = Field(min_length=2, max_length=16, pattern=_CODE)
    kind: Literal["kabupaten", "provinsi", "vertikal"]
    name: str = Field(min_length=1, max_length=200)
    short: str = Field(default="", max_length=100)
    staff_prefix: str = Field(pattern=r"^[A-Z]{2,6}$")
    calendar: dict[str, Any]
    capital: str = ""
    languages: list[str] = ["id"]
    services: list[str] = []
    letter: dict[str, Any] | None = None
    signer_position: str = ""
    trip: dict[str, Any] | None = None
    contacts: dict[str, Any] | None = None
    target_minutes: int = Field(default=120, gt=0)
    keep_years: int = Field(default=5, ge=1, le=100)
    national_record: NationalRecordFile | None = None
    credit_coefficients: dict[str, Annotated[Decimal, Field(gt=0)]] = {}
    credit_needs: dict[str, Annotated[Decimal, Field(gt=0)]] = {}
    address: str = Field(default="", max_length=500)
    skp_standing: Literal["pendamping", "utama"] = "pendamping"
    units: list[UnitFile] = Field(min_length=1)


def read_agencies(raw: Any) -> list[AgencyFile]:
    """The agencies of a file: one agency, or an object with a list ``agencies``. Raises ``agency_file``."""
    listed = raw.get("agencies", [raw]) if isinstance(raw, Mapping) else None
    if not isinstance(listed, list) or not listed:
        raise _fault("berkas harus berisi satu instansi atau daftar agencies")
    return [_read_one(one) for one in listed]


def _read_one(raw: Any) -> AgencyFile:
    try:
        agency = AgencyFile.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        raise _fault(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    try:
        hours.parse(agency.calendar)
        for unit in agency.units:
            if unit.calendar is not None:
                hours.parse(unit.calendar)
    except hours.CalendarError as error:
        raise _fault(f"{agency.code}: {error}") from None
    _check_units(agency)
    return agency


def _check_units(agency: AgencyFile) -> None:
    parents = {unit.code: unit.parent for unit in agency.units}
    if len(parents) != len(agency.units):
        raise _fault(f"{agency.code}: kode unit ganda")
    if sum(parent is None for parent in parents.values()) != 1:
        raise _fault(f"{agency.code}: harus ada tepat satu unit tanpa induk")
    stray = sorted({parent for parent in parents.values() if parent is not None} - set(parents))
    if stray:
        raise _fault(f"{agency.code}: unit induk tidak ada: {', '.join(stray)}")
    if has_cycle(parents, parents):
        raise _fault(f"{agency.code}: susunan unit berputar")


def _fault(text: str) -> Refusal:
    return Refusal("agency_file", f"Berkas instansi tidak bisa dipakai: {text}. Belum ada yang disimpan.")


async def find_agency(connection: AsyncConnection, code: str) -> str | None:
    """The id of the agency of that code."""
    found = await connection.execute(select(AGENCY.c.id).where(AGENCY.c.code == code.strip().upper()))
    return found.scalar_one_or_none()


async def import_agency(
    engine: SyncEngine, file: AgencyFile, after: Callable[[Writing, Tree], Awaitable[None]] | None = None
) -> str:
    """Make an agency, or bring it to what its file says, in one transaction; its id.

    ``after`` runs in the same transaction: the bundle of forms and hours is published there. Who works in a
    unit that got another name sees it at once.
    """
    async with engine.database.reading() as connection:
        known = await find_agency(connection, file.code)
    agency = known or uuid7()
    async with engine.writing(agency) as w:
        if known is None:
            await _create(w.connection, agency, file, w.now)
            await engine.add_agency(w.connection, agency)
        before = {} if known is None else (await read_tree(w.connection, agency)).nodes
        tree = await apply_agency(w.connection, agency, file, w.now)
        renamed = [node.id for node in tree.nodes.values() if node.id in before and before[node.id].name != node.name]
        if renamed:
            there = or_(PERSON.c.unit.in_(renamed), PERSON.c.kecamatan.in_(renamed))
            people = await w.connection.execute(select(PERSON.c.id).where(there))
            await publish_people(w, tree, {row.id for row in people})
        if after is not None:
            await after(w, tree)
    return agency


async def _create(connection: AsyncConnection, agency: str, file: AgencyFile, now: datetime) -> None:
    row = {
        "id": agency, "code": file.code, "kind": file.kind, "name": file.name, "short": file.short,
        "staff_prefix": file.staff_prefix, "created": now, "tree_version": 1,
    }  # fmt: skip
    await connection.execute(insert(AGENCY), [row])


async def apply_agency(connection: AsyncConnection, agency: str, file: AgencyFile, now: datetime) -> Tree:
    """Bring units and settings to what the file says; units that it leaves out stay. The tree afterwards.

    Settings get a new version if anything differs. The same file twice changes nothing. Raises ``agency_file``
    if the moves would make a circle with units that stay.
    """
    head = {"kind": file.kind, "name": file.name, "short": file.short}
    await connection.execute(update(AGENCY).where(AGENCY.c.id == agency).values(**head))
    await _settle_settings(connection, agency, file, now)
    await _settle_units(connection, agency, file.units, hours.local_date(file.calendar["zone"], now))
    await changed(connection, agency)
    return await read_tree(connection, agency)


async def _settle_settings(connection: AsyncConnection, agency: str, file: AgencyFile, now: datetime) -> None:
    body = file.model_dump(mode="json", include=set(_SETTINGS))
    wanted = {"zone": file.calendar["zone"], "calendar": file.calendar, "body": body}
    s = AGENCY_SETTINGS.c
    query = select(AGENCY_SETTINGS).where(s.agency == agency).order_by(s.version.desc()).limit(1)
    last = (await connection.execute(query)).mappings().first()
    if last is not None and all(last[name] == value for name, value in wanted.items()):
        return
    version = 1 if last is None else last["version"] + 1
    row = {"id": uuid7(), "agency": agency, "version": version, "valid_from": now, **wanted}
    await connection.execute(insert(AGENCY_SETTINGS), [row])


async def _settle_units(connection: AsyncConnection, agency: str, units: Sequence[UnitFile], today: Any) -> None:
    rows = (await connection.execute(select(UNIT).where(UNIT.c.agency == agency))).mappings().all()
    known = {row["code"]: row for row in rows}
    ids = {code: str(row["id"]) for code, row in known.items()}
    ids |= {unit.code: uuid7() for unit in units if unit.code not in ids}
    wanted = {unit.code: _columns(unit, ids) for unit in units}
    parents = {str(row["id"]): row["parent"] for row in rows}
    parents |= {ids[code]: columns["parent"] for code, columns in wanted.items()}
    if has_cycle(parents, parents) or sum(parent is None for parent in parents.values()) != 1:
        raise _fault("susunan unit berputar atau berpuncak dua")
    fresh = [
        {"id": ids[code], "agency": agency, "code": code, "valid_from": today, "valid_to": None, **columns}
        for code, columns in wanted.items()
        if code not in known
    ]
    if fresh:
        await connection.execute(insert(UNIT), fresh)
    for code, columns in wanted.items():
        if code in known and any(known[code][name] != value for name, value in columns.items()):
            await connection.execute(update(UNIT).where(UNIT.c.id == ids[code]).values(**columns))


def _columns(unit: UnitFile, ids: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": unit.name,
        "type": unit.type,
        "parent": ids[unit.parent] if unit.parent else None,
        "mandiri": unit.mandiri,
        "site": unit.lokasi,
        "km": unit.km,
        "minutes": unit.minutes,
        "mode": unit.mode,
        "calendar": unit.calendar,
    }
