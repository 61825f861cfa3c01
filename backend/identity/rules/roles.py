"""Roles: which can be granted, on what dates, and what a person is now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

ROLES: Mapping[str, str] = {
    "LKT": "Petugas loket",
    "TEL": "Operator telepon",
    "ADM": "Admin penyaring",
    "OPR": "Operator",
    "BID": "Kontak bidang",
    "KTM": "Ketua tim",
    "WBS": "Penerima laporan rahasia",
    "KOR": "Koordinator lokasi",
    "TRK": "Tim rating",
    "KSB": "Kasubbag",
    "KPL": "Kepala",
    "HRA": "Admin instansi",
    "OPD": "Pengelola kepegawaian",
    "VER": "Verifikator",
    "SUP": "Super admin layanan",
    "PGW": "Pengawas",
    "PIM": "Pimpinan",
    "SYS": "Admin teknis",
    "DPB": "Izin data pribadi",
}
"""Codes that an HR admin can grant; PEG, PMH, ATS and AAT follow from facts, KON is a token, PUB nobody."""

KINDS = ("PNS", "PPPK", "NON_ASN", "EXTERNAL")
STATUSES = ("aktif", "cuti", "tugas belajar", "CLTN", "pensiun", "keluar")
# Who left cannot sign in: an account is closed with the service, the record stays.
CLOSED_STATUSES = frozenset({"pensiun", "keluar"})
POSITION_TYPES = ("JPT", "ADMINISTRATOR", "PENGAWAS", "PELAKSANA", "JF", "EXTERNAL")

REQUIRED: Mapping[str, str] = {
    "unit": "unit",
    "position": "jabatan",
    "positionType": "jenis jabatan",
    "superior": "atasan langsung",
    "rank": "golongan",
    "tmtRank": "TMT golongan",
    "tmtPosition": "TMT jabatan",
    "tmtCpns": "TMT CPNS",
}
_NON_ASN_NEEDS = frozenset({"unit", "position", "superior"})


def holds(start: date, end: date | None, today: date) -> bool:
    """Whether a dated row is in force on a day; both ends are included."""
    return start <= today and (end is None or today <= end)


def overlap(one: tuple[date, date | None], other: tuple[date, date | None]) -> bool:
    """Whether two dated rows share a day."""
    return (one[1] is None or other[0] <= one[1]) and (other[1] is None or one[0] <= other[1])


def grant_fault(*, kind: str, role: str, start: date, end: date | None, stand_in: bool) -> dict[str, str]:
    """What is wrong with a grant, by input: empty if nothing is."""
    faults: dict[str, str] = {}
    if role not in ROLES:
        faults["role"] = "Peran ini tidak bisa diberikan."
    elif kind == "EXTERNAL":
        faults["person"] = "Akun luar tidak bisa memegang peran."
    elif role == "DPB" and kind == "NON_ASN":
        faults["role"] = "Izin data pribadi hanya untuk PNS atau PPPK."
    if end is not None and end < start:
        faults["to"] = "Tanggal selesai mendahului tanggal mulai."
    if stand_in and end is None:
        faults["to"] = "Pengganti (Plt/Plh) perlu tanggal mulai dan tanggal selesai."
    return faults


def incomplete(kind: str, values: Mapping[str, object]) -> list[str]:
    """The empty required fields of a person, by the name that the screen uses, in order."""
    if kind == "EXTERNAL":
        return []
    needed = _NON_ASN_NEEDS if kind == "NON_ASN" else set(REQUIRED)
    if kind == "PPPK":
        needed = needed - {"tmtCpns"}
    return [label for name, label in REQUIRED.items() if name in needed and not values.get(name)]


def has_cycle(parents: Mapping[str, str | None], moved: Iterable[str]) -> bool:
    """Whether following ``parents`` from any of the ``moved`` units comes back to it."""
    for start in moved:
        seen: set[str] = set()
        unit: str | None = start
        while unit is not None:
            if unit in seen:
                return True
            seen.add(unit)
            unit = parents.get(unit)
    return False
