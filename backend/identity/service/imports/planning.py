"""What a file would do: every row judged against the file itself and against the people that are stored."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import select

from backend.identity.models import ASSIGNMENT, PERSON
from backend.identity.rules import names, numbers, phones, sheet
from backend.identity.rules.fields import BY_COLUMN, FIELDS, SOURCE
from backend.identity.rules.roles import CLOSED_STATUSES
from backend.identity.rules.sheet import Draft, Problem
from backend.identity.service.imports.reading import Sheet
from backend.identity.service.people import derived_columns, new_person
from backend.identity.service.tree import On, Tree
from sync.errors import Refusal

Row = Mapping[Any, Any]
SAMPLE = 100


@dataclass(frozen=True, slots=True)
class Difference:
    """The source says something else than the employee or HR, who own the field: theirs stays."""

    line: int
    name: str
    field: str
    kept: str
    source: str


@dataclass(frozen=True, slots=True)
class Change:
    """A stored person and the columns that the file changes."""

    before: Row
    columns: dict[str, Any]


@dataclass(slots=True)
class Plan:
    """Everything that applying would do, and everything that it would not do and why."""

    rows: int = 0
    new: list[dict[str, Any]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    sites: list[tuple[str, str]] = field(default_factory=list)
    same: int = 0
    merged: list[tuple[int, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    wrong: list[Draft] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    absent: list[tuple[str, str]] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """Rows by outcome."""
        return {
            "rows": self.rows, "new": len(self.new), "changed": len(self.changes), "same": self.same,
            "merged": len(self.merged), "wrong": len(self.wrong), "absent": len(self.absent),
        }  # fmt: skip

    def digest(self) -> str:
        """A name for exactly this effect: applying asks for it, so that nothing unseen is applied."""
        # Ids of new people are made anew each time; a superior among them is named by the number in the file.
        numbers_of = {row["id"]: row["nip"] or row["staff_code"] for row in self.new}
        hidden = {"id", "created", "source_updated", "edited", "editor_name"}

        def plain(columns: Row) -> dict[str, Any]:
            shown = {name: value for name, value in columns.items() if name not in hidden}
            return shown | {"superior": numbers_of.get(shown.get("superior"), shown.get("superior"))}

        effect = [
            [plain(row) for row in self.new],
            [[one.before["id"], plain(one.columns)] for one in self.changes],
            sorted((numbers_of.get(person, person), unit) for person, unit in self.sites),
        ]
        return hashlib.sha256(orjson.dumps(effect, option=orjson.OPT_SORT_KEYS)).hexdigest()


def find_columns(table: Sheet, mapping: Mapping[str, str] | None) -> dict[str, int]:
    """Places of the known columns: recognised by name, or mapped by hand (our name to the file's).

    Raises :class:`Refusal` ``import_columns`` with ``detail.headers`` if the name or every number is missing.
    """
    found = sheet.recognise(table.header)
    headers = [sheet.show(cell) for cell in table.header]
    for ours, theirs in (mapping or {}).items():
        if ours not in sheet.COLUMNS or theirs not in headers:
            raise _columns_missing(f"Pasangan kolom {ours} tidak dikenal.", headers)
        found[ours] = headers.index(theirs)
    if not {"NIP", "KODE_STAF"} & set(found):
        raise _columns_missing("Kolom NIP tidak ditemukan.", headers)
    if "NAMA" not in found:
        raise _columns_missing("Kolom NAMA tidak ditemukan.", headers)
    return found


def _columns_missing(sentence: str, headers: Sequence[str]) -> Refusal:
    message = f"{sentence} Pilih kolomnya. Belum ada yang disimpan."
    return Refusal("import_columns", message, detail={"headers": list(headers), "columns": list(sheet.COLUMNS)})


def read_drafts(table: Sheet, mapping: Mapping[str, str] | None, today: date) -> list[Draft]:
    """All rows of a file as drafts. Blocking for a large file: call it in a thread."""
    columns = find_columns(table, mapping)
    return [sheet.read_row(line, row, columns, today) for line, row in zip(table.lines, table.rows, strict=True)]


async def make_plan(on: On, tree: Tree, drafts: Sequence[Draft], reason: str, now: datetime) -> Plan:
    """Judge drafts against each other and against the agency's people; stores nothing.

    ``reason`` is why implausible NIPs are right all the same (empty: such rows are wrong).
    """
    people = (await on.execute(select(PERSON).where(PERSON.c.agency == tree.agency))).mappings().all()
    a = ASSIGNMENT.c
    sites = await on.execute(select(a.person, a.unit).where(a.agency == tree.agency, a.kind == "site"))
    return _Planning(tree, people, {(row.person, row.unit) for row in sites}, reason, now).run(drafts)


class _Planning:
    def __init__(
        self, tree: Tree, people: Sequence[Row], sites: set[tuple[str, str]], reason: str, now: datetime
    ) -> None:
        self.tree, self.sites, self.reason, self.now = tree, sites, reason.strip(), now
        self.serving = {person for person, _ in sites}
        self.people = people
        self.by_nip = {row["nip"]: row for row in people if row["nip"]}
        self.by_code = {row["staff_code"]: row for row in people if row["staff_code"]}
        self.places = _places(tree)
        self.plan = Plan()
        self.seen: set[str] = set()
        self.pending: list[tuple[Draft, Row | None, dict[str, Any]]] = []

    def run(self, drafts: Sequence[Draft]) -> Plan:
        self.plan.rows = len(drafts)
        for draft in self._single(drafts):
            stored = self._stored(draft)
            columns = self._looked_up(draft, stored)
            if draft.problems:
                continue
            if stored is None:
                columns = new_person(self.tree.agency, self.now, **columns, source_updated=self.now)
            self.pending.append((draft, stored, columns))
        self._superiors()
        for draft, stored, columns in self.pending:
            self._settle(draft, stored, columns)
        self.plan.wrong = [draft for draft in drafts if draft.problems]
        self.plan.problems = [problem for draft in self.plan.wrong for problem in draft.problems]
        # A wrong row still shows that its person is in the source.
        self.seen |= {row["id"] for draft in self.plan.wrong for row in [self._match(draft)] if row is not None}
        self.plan.absent = [
            (row["id"], names.full_name(row["front_title"], row["name"], row["back_title"]))
            for row in sorted(self.people, key=lambda row: (row["name_key"], row["id"]))
            if row["id"] not in self.seen and row["kind"] != "EXTERNAL" and row["status"] not in CLOSED_STATUSES
        ]
        return self.plan

    def _single(self, drafts: Sequence[Draft]) -> list[Draft]:
        """One draft a person: the same row again is merged, one number with different content is wrong twice."""
        kept: list[Draft] = []
        for column in ("nip", "staff_code"):
            groups: dict[str, list[Draft]] = {}
            for draft in drafts:
                if draft.values.get(column):
                    groups.setdefault(draft.values[column], []).append(draft)
            for number, group in groups.items():
                if len({_content(draft) for draft in group}) > 1:
                    lines = ", ".join(str(draft.line) for draft in group)
                    for draft in group:
                        word = "NIP" if column == "nip" else "KODE_STAF"
                        draft.fault(word, number, f"{word} yang sama di baris {lines} berisi data berbeda.")
        first: dict[tuple[Any, ...], Draft] = {}
        for draft in drafts:
            key = (draft.values.get("nip"), draft.values.get("staff_code"))
            if draft.problems or key == (None, None):
                continue
            if key in first:
                self.plan.merged.append((draft.line, draft.values["name"]))
            else:
                first[key] = draft
                kept.append(draft)
        return kept

    def _match(self, draft: Draft) -> Row | None:
        by_nip = self.by_nip.get(draft.values.get("nip"))
        return by_nip if by_nip is not None else self.by_code.get(draft.values.get("staff_code"))

    def _stored(self, draft: Draft) -> Row | None:
        by_nip = self.by_nip.get(draft.values.get("nip"))
        by_code = self.by_code.get(draft.values.get("staff_code"))
        if by_nip is not None and by_code is not None and by_nip["id"] != by_code["id"]:
            draft.fault("KODE_STAF", draft.values["staff_code"], "Kode staf ini milik pegawai lain.")
        elif by_nip is None and by_code is not None and by_code["nip"] and draft.values.get("nip"):
            draft.fault("KODE_STAF", draft.values["staff_code"], "Kode staf ini milik pegawai dengan NIP lain.")
        return by_nip if by_nip is not None else by_code

    def _looked_up(self, draft: Draft, stored: Row | None) -> dict[str, Any]:
        columns = dict(draft.values)
        wanted = (("UNIT", "unit", draft.unit), ("KECAMATAN", "kecamatan", draft.kecamatan), ("LOKASI", "", draft.site))
        for name, column, text in wanted:
            if not text:
                continue
            unit = self.places.get((name, _key(text)))
            if unit is None:
                draft.fault(name, text, f"{name.capitalize()} tidak ada di susunan unit.")
            elif column:
                columns[column] = unit
        if draft.doubts and (stored is None or stored["nip"] != columns.get("nip")):
            doubts = ", ".join(numbers.NIP_WARNINGS[code] for code in draft.doubts)
            if not self.reason:
                draft.fault("NIP", columns.get("nip"), f"NIP tidak lazim ({doubts}). Tulis alasan bila memang benar.")
            columns["nip_reason"] = self.reason or None
        return columns

    def _superiors(self) -> None:
        """Find superiors by number, in the file or stored; a row whose superior is nowhere is wrong, and so on up."""
        while True:
            known = {row["nip"]: row["id"] for row in self.people if row["nip"]}
            known |= {row["staff_code"]: row["id"] for row in self.people if row["staff_code"]}
            for _, stored, columns in self.pending:
                person = columns["id"] if stored is None else stored["id"]
                known |= {columns[name]: person for name in ("nip", "staff_code") if columns.get(name)}
            for draft, _, columns in self.pending:
                if not draft.superior:
                    continue
                above = known.get(draft.superior)
                if above is None:
                    draft.fault("NIP_ATASAN", draft.superior, "Atasan tidak ada di berkas maupun di data instansi.")
                columns["superior"] = above
            circle = self._circle()
            for draft, stored, columns in self.pending:
                if (columns["id"] if stored is None else stored["id"]) in circle and draft.superior:
                    draft.fault("NIP_ATASAN", draft.superior, "Rantai atasan kembali ke orang yang sama.")
            left = [one for one in self.pending if not one[0].problems]
            if len(left) == len(self.pending):
                return
            self.pending = left

    def _circle(self) -> set[str]:
        """Everybody who would stand above themselves."""
        above: dict[str, str | None] = {row["id"]: row["superior"] for row in self.people}
        for _, stored, columns in self.pending:
            if stored is None:
                above[columns["id"]] = columns.get("superior")
            elif stored["superior"] is None and columns.get("superior"):
                above[stored["id"]] = columns["superior"]
        safe: set[str] = set()
        found: set[str] = set()
        for start in above:
            path: dict[str, None] = {}
            person: str | None = start
            while person is not None and person not in safe and person not in path:
                path[person] = None
                person = above.get(person)
            if person is not None and person in path:
                listed = list(path)
                found.update(listed[listed.index(person) :])
            safe.update(path)
        return found

    def _settle(self, draft: Draft, stored: Row | None, columns: dict[str, Any]) -> None:
        site = self.places.get(("LOKASI", _key(draft.site))) if draft.site else None
        person = columns["id"] if stored is None else stored["id"]
        if stored is None:
            self.plan.new.append(columns)
        else:
            self.seen.add(person)
            if stored["nip"] is None and columns.get("nip"):
                self.plan.merged.append((draft.line, columns["name"]))
            changed = self._changed(draft, stored, columns)
            if changed:
                changed |= {"source_updated": self.now}
                self.plan.changes.append(Change(stored, changed))
            elif site is None or self._serves(person):
                self.plan.same += 1
        if site is not None and not self._serves(person):
            self.plan.sites.append((person, site))
            if stored is not None and not (self.plan.changes and self.plan.changes[-1].before["id"] == person):
                self.plan.changes.append(Change(stored, {"source_updated": self.now}))
        elif site is not None and (person, site) not in self.sites:
            self._differs(draft, columns["name"], "lokasi", "lokasi lain", draft.site)

    def _serves(self, person: str) -> bool:
        return person in self.serving

    def _changed(self, draft: Draft, stored: Row, columns: Mapping[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        corrected = set(stored["corrected"])
        for column, value in columns.items():
            wire = BY_COLUMN.get(column)
            if wire is None or value is None:
                continue
            kept, ours = stored[column], FIELDS[wire].owner == SOURCE
            empty = kept in (None, "") and not (column == "superior" and stored["root"])
            if _alike(column, kept, value):
                corrected.discard(wire)
            elif (ours and wire not in corrected) or (not ours and empty):
                found[column] = value
            else:
                self._differs(draft, stored["name"], FIELDS[wire].label, self._shown(column, kept), sheet.show(value))
        if corrected != set(stored["corrected"]):
            found["corrected"] = sorted(corrected)
        return found | derived_columns(found)

    def _shown(self, column: str, value: Any) -> str:
        if column in ("unit", "kecamatan"):
            return self.tree.unit_name(value)
        return sheet.show(value)

    def _differs(self, draft: Draft, name: str, field: str, kept: str, source: str) -> None:
        if field == FIELDS["superior"].label:
            kept, source = "atasan lain", draft.superior
        self.plan.differences.append(Difference(draft.line, name, field, kept, source))


def _content(draft: Draft) -> str:
    values = sorted((name, str(value)) for name, value in draft.values.items())
    return repr((values, draft.unit, draft.kecamatan, draft.site, draft.superior))


def _alike(column: str, one: Any, other: Any) -> bool:
    """Equality as people mean it: the same phone however it is spelled, the same address in any case."""
    if column == "phone" and one:
        return phones.parse_phone(one).e164 == phones.parse_phone(other).e164
    if column == "email" and one:
        return bool(one.casefold() == other.casefold())
    return bool(one == other)


def _key(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _places(tree: Tree) -> dict[tuple[str, str], str]:
    """Units by code and by name as people write them, for each column that names one."""
    found: dict[tuple[str, str], str] = {}

    def put(column: str, texts: Iterable[str], unit: str) -> None:
        for text in texts:
            found.setdefault((column, _key(text)), unit)

    for node in tree.nodes.values():
        if node.end is not None:
            continue
        put("UNIT", (node.code, node.name), node.id)
        if node.type == "kecamatan":
            put("KECAMATAN", (node.code, node.name, node.name.removeprefix("Kecamatan ")), node.id)
        if node.site:
            put("LOKASI", (node.code, node.name), node.id)
    return found
