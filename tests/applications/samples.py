"""Definitions for the tests: the three files, and one of everything small enough to break in a single place."""

from __future__ import annotations

import copy
import tomllib
from pathlib import Path
from typing import Any

from hypothesis import settings

from backend.applications.reading import DATA, read, read_file
from backend.applications.rules.definition import Service

STEADY = settings(deadline=None, derandomize=True)
"""Random cases that are the same on every machine and in every run, however busy it is."""
THIRD = Path(__file__).parent / "legalisir.toml"
FILES = (DATA / "sikap.toml", DATA / "sisakat.toml", THIRD)

SMALL: dict[str, Any] = {
    "code": "uji",
    "version": 1,
    "title": "Layanan uji",
    "subject": "employee",
    "roles": {"pemohon": ["PEG"], "verifikator": ["VER"], "penerbit": ["SUP"]},
    "fields": [
        {"key": "reason", "label": "Alasan", "type": "text", "required": True},
        {
            "key": "kind",
            "label": "Jenis",
            "type": "choice",
            "options": [{"value": "a", "label": "A"}, {"value": "b", "label": "B"}],
        },
        {"key": "people", "label": "Orang", "type": "rows", "columns": [{"key": "nama", "label": "Nama"}]},
        {"key": "note", "label": "Catatan petugas", "type": "text", "owner": "officer"},
        {"key": "rank", "label": "Golongan", "type": "text", "owner": "import", "fact": "rank"},
    ],
    "items": [{"code": "SURAT", "label": "Surat", "reusable": True}, {"code": "LAIN", "label": "Lain"}],
    "letters": [{"code": "NASKAH", "title": "NASKAH", "lines": [{"label": "Alasan", "value": "{reason}"}]}],
    "output": {"code": "HASIL", "label": "Unduh"},
    "notices": [{"state": "selesai", "to": ["pemohon"], "text": "Permohonan Anda: {status}."}],
}


def raw(file: Path) -> dict[str, Any]:
    """A definition file as tables and lists."""
    return tomllib.loads(file.read_text())


def service(file: Path) -> Service:
    """A definition file that must be sound."""
    result = read_file(file)
    assert result.service is not None, [str(fault) for fault in result.faults]
    return result.service


def small(**changed: Any) -> dict[str, Any]:
    """The small definition with members of the top level replaced (or, given ``None``, left out)."""
    body = copy.deepcopy(SMALL) | changed
    return {name: value for name, value in body.items() if value is not None}


def made(**changed: Any) -> Service:
    """The small definition, read; it must be sound."""
    result = read(small(**changed))
    assert result.service is not None, [str(fault) for fault in result.faults]
    return result.service


def first_field(**changed: Any) -> dict[str, Any]:
    """The small definition with its first field changed."""
    fields = copy.deepcopy(SMALL["fields"])
    fields[0] |= changed
    return small(fields=fields)


def first_item(**changed: Any) -> dict[str, Any]:
    """The small definition with its first document changed."""
    items = copy.deepcopy(SMALL["items"])
    items[0] |= changed
    return small(items=items)
