"""Reading a case with all that belongs to it, under the lock that every change of it takes first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import select
from sqlmodel import col

from backend.applications.models import (
    Application,
    ApplicationField,
    ApplicationItem,
    ApplicationMark,
    ApplicationOutside,
    ApplicationReopened,
    ApplicationRow,
    DocumentVersion,
    ServiceDefinition,
)
from backend.applications.reading import read
from backend.applications.rules.conditions import Truth, is_empty, judge
from backend.applications.rules.definition import Field, FieldType, Owner, Service
from backend.applications.rules.marks import Mark, Marked
from backend.applications.rules.readiness import Held
from backend.applications.rules.refusals import Case
from backend.applications.rules.states import Act, State
from sync.errors import Refusal
from sync.ids import derived, is_uuid
from sync.writing import Item, Writing

CASE = "application"
VALUES, ROW, ITEM, MARK = "application_values", "application_row", "application_item", "application_mark"
SAFE = "Isian dan berkas Anda tetap tersimpan."
GONE = f"Permohonan ini tidak ditemukan. {SAFE}"
_FRESH = {"populate_existing": True}


def service_id(agency: str, code: str, version: int) -> str:
    """The record of one version of a service."""
    return derived(agency, f"service:{code}:{version}")


def values_id(application: str, group: str) -> str:
    """The record of one merge group of a case."""
    return derived(application, f"group:{group}")


def item_id(application: str, code: str) -> str:
    """The record of what one item of a case points to."""
    return derived(application, f"item:{code}")


def mark_id(application: str, code: str) -> str:
    """The record of the mark on one item of a case."""
    return derived(application, f"mark:{code}")


@lru_cache(maxsize=256)
def _read(_digest: str, definition: bytes) -> Service:
    found = read(orjson.loads(definition))
    if found.service is None:
        raise RuntimeError("a stored definition cannot be read any more")
    return found.service


def as_service(row: ServiceDefinition) -> Service:
    """The definition that a row holds; published ones never change, so they are read once."""
    return _read(row.digest, orjson.dumps(row.definition))


async def definition(w: Writing, id: str) -> ServiceDefinition:
    """A version of a service of this agency. Raises ``not_found``."""
    found = await w.session.get(ServiceDefinition, id)
    if found is None or found.agency != w.agency:
        raise Refusal("not_found", f"Layanan ini tidak ditemukan. {SAFE}")
    return found


async def locked(w: Writing, id: str) -> Application:
    """The case, locked until the commit. Raises ``not_found``."""
    query = select(Application).where(col(Application.id) == id, col(Application.agency) == w.agency).with_for_update()
    found = (await w.session.execute(query, execution_options=_FRESH)).scalars().first()
    if found is None:
        raise Refusal("not_found", GONE)
    return found


@dataclass(slots=True)
class Whole:
    """A case with everything that was written, pointed to, marked and reopened; removed rows are there too."""

    app: Application
    service: Service
    groups: dict[str, ApplicationField] = field(default_factory=dict)
    rows: list[ApplicationRow] = field(default_factory=list)
    items: dict[str, ApplicationItem] = field(default_factory=dict)
    marks: dict[str, ApplicationMark] = field(default_factory=dict)
    open: list[ApplicationReopened] = field(default_factory=list)
    documents: dict[str, DocumentVersion] = field(default_factory=dict)
    outside: ApplicationOutside | None = None

    @property
    def state(self) -> State:
        """Where it stands."""
        return State(self.app.state)

    def values(self) -> dict[str, Any]:
        """Every value by field key of the service: as written, rows in order, what comes with the subject; an empty
        field with a fact counts as that fact. What an older version asked for stays in its row and counts no more."""
        written = self._written()
        found = {one.key: written.get(one.key) for one in self.service.fields}
        for one in self.service.fields:
            if one.type is FieldType.ROWS:
                found[one.key] = [row.cells or {} for row in self.rows_of(one.key)]
            elif one.type is FieldType.EMPLOYEE:
                found[one.key] = self.app.subject
            elif one.owner is Owner.IMPORT:
                found[one.key] = self.app.imported.get(one.key)
            elif one.fact and is_empty(found.get(one.key)):
                found[one.key] = self.app.facts.get(one.fact)
        return {key: value for key, value in found.items() if not is_empty(value)}

    def _written(self) -> dict[str, Any]:
        return {key: value for group in self.groups.values() for key, value in group.values.items()}

    def rows_of(self, key: str) -> list[ApplicationRow]:
        """The rows of a field that count, in order."""
        return [row for row in self.rows if row.field == key and not row.removed]

    def versions(self) -> dict[str, str]:
        """Document version by item of the service; what only an older version asked for counts no more."""
        return {
            code: one.version for code, one in self.items.items()
            if one.version is not None and self.service.item(code) is not None
        }  # fmt: skip

    def pictures(self) -> dict[str, str]:
        """Document version by image field."""
        written = self._written()
        keys = [one.key for one in self.service.fields if one.type is FieldType.IMAGE]
        return {key: written[key] for key in keys if is_uuid(written.get(key))}

    def held(self) -> dict[str, Held]:
        """The same for readiness."""
        return {code: Held(version, self.items[code].reused) for code, version in self.versions().items()}

    def marked(self) -> dict[str, Marked]:
        """Marks by item."""
        return {
            code: Marked(Mark(one.mark), one.version, one.day, one.reason)
            for code, one in self.marks.items()
            if one.mark is not None and one.version is not None
        }

    def case(self, **more: Any) -> Case:
        """What the rules look at."""
        return Case(
            state=self.state, versions=self.versions(), marks=self.marked(),
            asked={one.target: one.version or "" for one in self.open if one.act != Act.SUBMIT},
            answered=frozenset(one.target for one in self.open if one.written_at is not None), hidden=self.hidden(),
            **more,
        )  # fmt: skip

    def hidden(self) -> frozenset[str]:
        """Fields, and documents that are not there, for which the conditions do not ask."""
        values, facts, held = self.values(), self.app.facts, self.versions()
        found = {one.key for one in self.service.fields if judge(one.when, values, facts) is Truth.FALSE}
        return frozenset(found.union(
            one.code for one in self.service.items
            if one.code not in held and judge(one.when, values, facts) is Truth.FALSE
        ))  # fmt: skip


async def whole(w: Writing, app: Application) -> Whole:
    """Everything that belongs to a case."""
    await w.flush()
    service = as_service(await definition(w, app.service))
    groups = await _all(w, ApplicationField, app.id)
    items = await _all(w, ApplicationItem, app.id)
    marks = await _all(w, ApplicationMark, app.id)
    rows = await _all(w, ApplicationRow, app.id)
    asked = await _all(w, ApplicationReopened, app.id)
    outside = sorted(await _all(w, ApplicationOutside, app.id), key=lambda one: one.id)
    found = Whole(
        app, service, {one.group: one for one in groups}, sorted(rows, key=_place), {one.item: one for one in items},
        {one.item: one for one in marks}, sorted((one for one in asked if one.closed_at is None), key=_target),
        outside=outside[-1] if outside else None,
    )  # fmt: skip
    ids = sorted({*found.versions().values(), *found.pictures().values()})
    if ids:
        versions = await w.session.execute(select(DocumentVersion).where(col(DocumentVersion.id).in_(ids)))
        found.documents = {one.id: one for one in versions.scalars()}
    return found


async def _all(w: Writing, model: Any, application: str) -> list[Any]:
    query = select(model).where(model.application == application)
    return list((await w.session.execute(query, execution_options=_FRESH)).scalars())


def _place(row: ApplicationRow) -> tuple[int, str]:
    return (row.order if row.order is not None else 1_000_001, row.id)


def _target(row: ApplicationReopened) -> str:
    return row.target


def group_of(one: Field) -> str:
    """The merge group of a field: its own key if it has none."""
    return one.group or one.key


def group_fields(service: Service, group: str) -> list[Field]:
    """The fields of a merge group that somebody writes as values (rows are records of their own)."""
    apart = (FieldType.ROWS, FieldType.EMPLOYEE)
    return [
        one for one in service.fields
        if group_of(one) == group and one.type not in apart and one.owner is not Owner.IMPORT
    ]  # fmt: skip


def imported(service: Service, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The values that nobody types."""
    found = {one.key: facts.get(one.fact) for one in service.fields if one.owner is Owner.IMPORT and one.fact}
    return {key: value for key, value in found.items() if value is not None}


async def seen_case(w: Writing, item: Item) -> list[tuple[str, str, int]]:
    """What whoever sends a case must have seen: its record, values, rows and items, as they are now."""
    return await _seen(w, item.record, (VALUES, ROW, ITEM))


async def seen_marked(w: Writing, item: Item) -> list[tuple[str, str, int]]:
    """The same with the marks, for whoever decides."""
    return await _seen(w, item.record, (VALUES, ROW, ITEM, MARK))


_TABLES: Mapping[str, Any] = {
    VALUES: ApplicationField, ROW: ApplicationRow, ITEM: ApplicationItem, MARK: ApplicationMark,
}  # fmt: skip


async def _seen(w: Writing, application: str, kinds: Sequence[str]) -> list[tuple[str, str, int]]:
    await locked(w, application)
    keys = [(CASE, application)]
    for kind in kinds:
        model = _TABLES[kind]
        found = await w.session.execute(select(model.id).where(model.application == application))
        keys += [(kind, id) for id in found.scalars()]
    result: list[tuple[str, str, int]] = []
    for kind in (CASE, *kinds):
        records = await w.current(kind, [id for name, id in keys if name == kind])
        result += [(kind, id, record.version) for id, record in records.items() if not record.deleted]
    return result
