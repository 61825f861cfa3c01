"""Read a definition from TOML or JSON: its shape is judged here, its sense by the rules; all faults come at once."""

from __future__ import annotations

import json
import math
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from backend.applications.rules.definition import Service
from backend.applications.rules.definition_faults import faults
from backend.applications.rules.fault import Fault
from backend.identity.rules.roles import ROLES

MOST_BYTES = 512_000
"""A definition is written by hand; more is something else."""
MOST_DEPTH = 30
KNOWN_ROLES = frozenset(ROLES) | {"PEG", "PMH"}
DATA = Path(__file__).parent / "data"

_ADAPTER = TypeAdapter(Service)
_STAND_IN: dict[str, Any] = {
    "code": "layanan",
    "version": 1,
    "title": "Layanan",
    "subject": "employee",
    "roles": {},
    "output": {"code": "KELUARAN", "label": "Unduh"},
}
"""Stands for a missing or unreadable member while the rest is judged."""
_TEXTS = {
    "extra_forbidden": ("UNKNOWN_MEMBER", "Bagian ini tidak dikenal. Periksa ejaannya atau hapus."),
    "unexpected_keyword_argument": ("UNKNOWN_MEMBER", "Bagian ini tidak dikenal. Periksa ejaannya atau hapus."),
    "missing": ("MISSING_MEMBER", "Bagian ini wajib ada."),
    "missing_argument": ("MISSING_MEMBER", "Bagian ini wajib ada."),
    "enum": ("BAD_CHOICE", "Pilih salah satu: {expected}."),
    "string_type": ("WRONG_TYPE", "Harus teks di antara tanda kutip."),
    "int_type": ("WRONG_TYPE", "Harus bilangan bulat."),
    "bool_type": ("WRONG_TYPE", "Harus true atau false."),
    "tuple_type": ("WRONG_TYPE", "Harus daftar di antara kurung siku."),
    "dict_type": ("WRONG_TYPE", "Harus tabel: nama = nilai."),
    "dataclass_type": ("WRONG_TYPE", "Harus tabel: nama = nilai."),
}


@dataclass(frozen=True, slots=True)
class Read:
    """What came of reading: a service that can be published if ``faults`` is empty, else ``None``."""

    service: Service | None
    faults: tuple[Fault, ...]


def read_file(path: Path) -> Read:
    """Read a definition file. A file that cannot be opened is a fault like others."""
    try:
        content = path.read_bytes()
    except OSError:
        return _refused("FILE", "Berkas tidak dapat dibaca.")
    return read_toml(content)


def read_toml(content: bytes) -> Read:
    """Read TOML as an administrator sends it."""
    if len(content) > MOST_BYTES:
        return _refused("TOO_LARGE", f"Definisi melebihi {MOST_BYTES // 1000} KB.")
    try:
        raw = tomllib.loads(content.decode())
    except UnicodeDecodeError:
        return _refused("NOT_TOML", "Berkas bukan teks UTF-8.")
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        return _refused("NOT_TOML", f"Berkas bukan TOML: {error}.")
    return read(raw)


def read(raw: Any) -> Read:
    """Judge a definition given as tables and lists (from TOML, or stored canonical JSON)."""
    found: list[Fault] = []
    torn: set[str] = set()
    body = _written(raw, "", found)
    if not isinstance(body, dict):
        return _refused("WRONG_TYPE", "Definisi harus tabel: nama = nilai.")
    service = _shaped(body, found, torn)
    found += faults(service, KNOWN_ROLES, frozenset(torn))
    return Read(None if found else service, tuple(sorted(set(found))))


def built_in() -> Iterator[Service]:
    """The services that come with the house. They are tested to be without faults."""
    for path in sorted(DATA.glob("*.toml")):
        result = read_file(path)
        if result.service is None:
            raise ValueError(f"{path.name}: {'; '.join(map(str, result.faults))}")
        yield result.service


def _refused(code: str, text: str) -> Read:
    return Read(None, (Fault("definisi", code, text),))


def _written(value: Any, path: str, found: list[Fault], depth: int = 0) -> Any:
    """The value as JSON can hold it: TOML's dates as ISO texts; what JSON has no word for is a fault."""
    if depth > MOST_DEPTH:
        found.append(Fault(path.split(".")[0], "TOO_DEEP", f"Bersarang lebih dari {MOST_DEPTH} tingkat."))
        return None
    if isinstance(value, dict):
        return {
            str(key): _written(one, f"{path}.{key}".lstrip("."), found, depth + 1)
            for key, one in value.items()
            if _readable(str(key), f"{path}.{key}".lstrip("."), found)
        }
    if isinstance(value, list):
        return [_written(one, f"{path}[{place + 1}]", found, depth + 1) for place, one in enumerate(value)]
    if isinstance(value, str):
        return value if _readable(value, path, found) else None
    if isinstance(value, datetime | time):
        found.append(Fault(path, "WRONG_TYPE", "Tulis tanggal saja, tanpa jam."))
        return None
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        found.append(Fault(path, "WRONG_TYPE", "Harus bilangan yang terhingga."))
        return None
    return value


def _readable(text: str, path: str, found: list[Fault]) -> bool:
    """Whether a text can be stored and shown: no control characters but line ends and tabs, no half characters."""
    if any(unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\n\r\t" for letter in text):
        place = path.encode("ascii", "backslashreplace").decode()
        found.append(Fault(place, "BAD_TEXT", "Teks memuat tanda yang tidak dapat dibaca."))
        return False
    return True


def _shaped(body: dict[str, Any], found: list[Fault], torn: set[str]) -> Service:
    """The service, with every part that has a faulty shape reported and taken out, so that the rest is judged too."""
    # Each round takes out at least one part, so this ends; a sound definition needs one round.
    while True:
        try:
            return _ADAPTER.validate_json(json.dumps(body), strict=True)
        except ValidationError as error:
            _take_out(body, error.errors(include_url=False, include_input=False), found, torn)


def _take_out(body: dict[str, Any], errors: list[ErrorDetails], found: list[Fault], torn: set[str]) -> None:
    spoiled: set[tuple[str | int, ...]] = set()
    for error in errors:
        place = tuple(part for part in error["loc"] if part != "[key]")
        path = _spelled(place, body)
        code, text = _TEXTS.get(error["type"], ("WRONG_TYPE", "Nilai ini tidak dapat dibaca."))
        found.append(Fault(path, code, text.format(**error.get("ctx", {}))))
        spoiled.add(_part_of(place))
    # Rows from the last one on, so that the places of the others stay true.
    for place in sorted(spoiled, key=lambda one: [(isinstance(part, int), part) for part in one], reverse=True):
        _remove(body, place, torn)


def _part_of(place: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """What to take out: the innermost row of a list that holds the fault, else the whole top-level member."""
    rows = [depth for depth, part in enumerate(place) if isinstance(part, int)]
    return place[: rows[-1] + 1] if rows else place[:1]


def _remove(body: dict[str, Any], place: tuple[str | int, ...], torn: set[str]) -> None:
    holder: Any = body
    for part in place[:-1]:
        holder = holder[part]
    last = place[-1]
    if isinstance(last, int):
        gone = holder.pop(last)
    else:
        gone = holder.pop(last, None)
        if len(place) == 1 and last in _STAND_IN:
            holder[last] = _STAND_IN[str(last)]
    torn.add(str(place[0]))
    torn.update(_keys(gone))


def _keys(gone: Any) -> Iterator[str]:
    """Every key, code and value that stood in a part that was taken out."""
    if isinstance(gone, dict):
        for name, value in gone.items():
            if name in ("key", "code", "value") and isinstance(value, str):
                yield value
            yield from _keys(value)
    elif isinstance(gone, list):
        for one in gone:
            yield from _keys(one)
    elif isinstance(gone, str):
        yield gone


def _spelled(place: tuple[str | int, ...], body: dict[str, Any]) -> str:
    """The place in words: a row by its key or code if it has one, else by its number from 1."""
    text, holder = "", body
    for part in place:
        inner = _inner(holder, part)
        if isinstance(part, int):
            name = next((inner[key] for key in ("key", "code") if isinstance(inner, dict) and inner.get(key)), None)
            text += f".{name}" if isinstance(name, str) else f"[{part + 1}]"
        else:
            text += f".{part}"
        holder = inner
    return text.lstrip(".") or "definisi"


def _inner(holder: Any, part: str | int) -> Any:
    try:
        return holder[part]
    except (KeyError, IndexError, TypeError):
        return None
