"""What is different between two versions of a service: what a draft that moves to the newer one must show."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from backend.applications.rules.canonical import plain
from backend.applications.rules.conditions import is_empty
from backend.applications.rules.definition import Service

_KEYED = {"fields": "key", "items": "code", "letters": "code", "options": "value", "columns": "key"}
_NOUNS = {"fields": "Isian", "items": "Dokumen", "letters": "Naskah", "options": "Pilihan", "columns": "Kolom"}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference; ``old`` or ``new`` is ``None`` where there was or is nothing. ``touches``: this draft loses or
    needs something by it."""

    path: str
    text: str
    old: Any
    new: Any
    touches: bool = False


def changes(old: Service, new: Service) -> list[Change]:
    """Every difference, by place. Rows are compared by their key, so that moving one is one difference of the order."""
    return list(_tables("", plain(old), plain(new)))


def for_draft(old: Service, new: Service, values: Mapping[str, Any], documents: Collection[str]) -> list[Change]:
    """The differences that the owner of a draft is shown, those that touch what they entered first."""
    shown = [
        Change(one.path, one.text, one.old, one.new, _touches(one, new, values, documents))
        for one in changes(old, new)
        if one.path != "version"
    ]
    return sorted(shown, key=lambda one: not one.touches)


def _tables(path: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for name in sorted({*old, *new}):
        place = f"{path}.{name}".lstrip(".")
        mine, theirs = old.get(name), new.get(name)
        if mine == theirs:
            continue
        key = _KEYED.get(name)
        if key and isinstance(mine or [], list) and isinstance(theirs or [], list):
            yield from _rows(place, name, key, mine or [], theirs or [])
        elif isinstance(mine, Mapping) and isinstance(theirs, Mapping) and name not in ("when", "must", "confirm"):
            yield from _tables(place, mine, theirs)
        else:
            yield Change(place, f"{place} berubah.", mine, theirs)


def _rows(path: str, section: str, key: str, old: list[Any], new: list[Any]) -> Iterator[Change]:
    mine, theirs = {row[key]: row for row in old}, {row[key]: row for row in new}
    noun = _NOUNS[section]
    for name, row in mine.items():
        if name not in theirs:
            yield Change(f"{path}.{name}", f"{noun} '{row.get('label', name)}' tidak diminta lagi.", row, None)
        elif row != theirs[name]:
            yield from _tables(f"{path}.{name}", row, theirs[name])
    for name, row in theirs.items():
        if name not in mine:
            yield Change(f"{path}.{name}", f"{noun} '{row.get('label', row.get('title', name))}' baru.", None, row)
    stayed = [name for name in mine if name in theirs]
    if stayed != [name for name in theirs if name in mine]:
        yield Change(path, f"Urutan {noun.lower()} berubah.", list(mine), list(theirs))


def _touches(one: Change, new: Service, values: Mapping[str, Any], documents: Collection[str]) -> bool:
    section, _, rest = one.path.partition(".")
    name = rest.partition(".")[0]
    if section == "fields" and name:
        filled = not is_empty(values.get(name))
        field = new.field(name)
        return filled or (field is not None and field.required)
    if section == "items" and name:
        item = new.item(name)
        return name in documents or (item is not None and item.required)
    return False
