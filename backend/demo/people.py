"""Invented people: names from lists, synthetic numbers with serials 900-999, telephones that begin 0812 0000."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from backend.identity.rules.sheet import RANKS
from backend.identity.service.tree import Tree
from sync.ids import uuid7

COUNT, SMALL = 8161, 300
"""As many civil servants as the county of the demonstration has, and as many as a test needs."""

_FIRST_L = (
    "Adi", "Agus", "Ahmad", "Aditya", "Andi", "Anton", "Ari", "Bagus", "Bambang", "Bayu", "Budi", "Cahyo", "Danang",
    "Dedi", "Deni", "Dian", "Didik", "Dodi", "Eko", "Fajar", "Farhan", "Galang", "Gilang", "Hadi", "Hari", "Hendra",
    "Heri", "Imam", "Indra", "Irfan", "Iwan", "Joko", "Kurnia", "Lukman", "Made", "Nanda", "Nugroho", "Oki", "Panji",
    "Putra", "Rahmat", "Rian", "Rizki", "Roni", "Sandi", "Satria", "Slamet", "Sigit", "Surya", "Taufik", "Teguh",
    "Tri", "Umar", "Vino", "Wahyu", "Wawan", "Wisnu", "Yoga", "Yudi", "Zaki",
)  # fmt: skip
_FIRST_P = (
    "Ani", "Anisa", "Asih", "Astuti", "Ayu", "Bunga", "Citra", "Dahlia", "Desi", "Dewi", "Dina", "Dwi", "Eka", "Elok",
    "Endah", "Eni", "Fitri", "Gita", "Hana", "Hesti", "Ika", "Indah", "Intan", "Isna", "Kartika", "Kirana", "Laila",
    "Laras", "Lestari", "Lina", "Maya", "Mega", "Melati", "Mira", "Nadia", "Nia", "Nina", "Nita", "Novi", "Nur'aini",
    "Puji", "Putri", "Rahma", "Rani", "Ratih", "Ratna", "Retno", "Rina", "Rini", "Sari", "Sekar", "Sinta", "Siti",
    "Sri", "Tari", "Tika", "Umi", "Vina", "Wulan", "Yuni",
)  # fmt: skip
_LAST = (
    "Adiputra", "Anggoro", "Ardiansyah", "Atmaja", "Baskara", "Cahyadi", "Darmawan", "Dewanto", "Firmansyah",
    "Gunawan", "Hakim", "Handoko", "Hartono", "Hermawan", "Hidayat", "Irawan", "Iskandar", "Jatmiko", "Kusuma",
    "Kurniawan", "Laksana", "Lesmana", "Mahardika", "Maulana", "Nugraha", "Pamungkas", "Permana", "Prabowo",
    "Pradana", "Prakoso", "Pramono", "Prasetyo", "Pratama", "Purnama", "Rahardjo", "Ramadhan", "Sanjaya", "Santosa",
    "Saputra", "Setiawan", "Sudarsono", "Suharto", "Sukma", "Sulistyo", "Supriyadi", "Suryana", "Susanto", "Sutrisno",
    "Utama", "Wibawa", "Wibowo", "Wicaksono", "Widodo", "Wijaya", "Winata", "Wirawan", "Yulianto", "Zulkarnain",
)  # fmt: skip
_TITLES = ("S.Pd.", "S.Pd.", "S.E.", "S.Sos.", "S.Kep.", "S.K.M.", "S.P.", "S.Kom.", "A.Md.", "A.Md.Kep.", "", "", "")
_RANK_NAMES = tuple(RANKS.values())


@dataclass(frozen=True, slots=True)
class _Job:
    unit: str
    position: str
    position_type: str
    weight: int


# Where the people of a county work: most of them teach or nurse, far from the capital.
_JOBS = (
    _Job("DIKBUD", "Guru Ahli Pertama", "JF", 26), _Job("DIKBUD", "Guru Ahli Muda", "JF", 18),
    _Job("DIKBUD", "Pengelola Administrasi Sekolah", "PELAKSANA", 6), _Job("DINKES", "Perawat Terampil", "JF", 13),
    _Job("DINKES", "Bidan Terampil", "JF", 9), _Job("DINKES", "Sanitarian Ahli Pertama", "JF", 2),
    _Job("DISTAN", "Penyuluh Pertanian Ahli Pertama", "JF", 5), _Job("SETDA", "Pengadministrasi Umum", "PELAKSANA", 4),
    _Job("BPKAD", "Pengelola Keuangan", "PELAKSANA", 3), _Job("KOMINFO", "Pranata Komputer Ahli Pertama", "JF", 2),
    _Job("INSP", "Auditor Ahli Pertama", "JF", 2), _Job("MUTASI", "Pengelola Kepegawaian", "PELAKSANA", 1),
    _Job("KOMPETENSI", "Analis SDM Aparatur Ahli Pertama", "JF", 1),
    _Job("KINERJA", "Pengelola Kinerja", "PELAKSANA", 1),
)  # fmt: skip
_KECAMATAN_WEIGHTS = (24, 13, 11, 10, 9, 8, 7, 7, 6, 5)


class Numbers:
    """Synthetic NIPs, each once: the serial runs from 902 to 999 for one birth date, start and sex."""

    def __init__(self, draw: random.Random, taken: Sequence[str]) -> None:
        self.draw, self.taken = draw, set(taken)

    def next(self, kind: str, sex: str, earliest: int = 1968, latest: int = 2000) -> str:
        """A number that nobody has yet; ``earliest`` and ``latest`` are years of birth."""
        while True:
            birth = date(self.draw.randint(earliest, latest), self.draw.randint(1, 12), self.draw.randint(1, 28))
            first = max(birth.year + 21, 2019 if kind == "PPPK" else 1990)
            year = self.draw.randint(first, max(first, min(birth.year + 32, 2025)))
            start = f"{year}21" if kind == "PPPK" else f"{year}{self.draw.randint(1, 12):02d}"
            nip = f"{birth:%Y%m%d}{start}{1 if sex == 'L' else 2}{self.draw.randint(902, 999)}"
            if nip not in self.taken:
                self.taken.add(nip)
                return nip


def civil_servants(tree: Tree, heads: dict[str, str], taken: Sequence[str], *, small: bool) -> Iterator[dict[str, Any]]:
    """Columns of the people of the county beside the named accounts, each with a superior.

    ``heads``: unit id to the id of the person who heads it; a unit without one takes the head above it. Always
    the same people. Every tenth has a coordinator of the same unit and sub-district as superior, as schools do.
    """
    draw = random.Random(8161)  # noqa: S311
    numbers = Numbers(draw, taken)
    by_code = {node.code: node.id for node in tree.nodes.values()}
    places = sorted(node.id for node in tree.nodes.values() if node.type == "kecamatan")
    leaders: dict[tuple[str, str], str] = {}
    for n in range((SMALL if small else COUNT) - len(taken)):
        job = draw.choices(_JOBS, [one.weight for one in _JOBS])[0]
        unit, place = by_code[job.unit], draw.choices(places, _KECAMATAN_WEIGHTS)[0]
        person = uuid7()
        leads = (unit, place) not in leaders
        superior = _head(tree, heads, unit) if leads else leaders[(unit, place)]
        if leads:
            leaders[(unit, place)] = person
        yield {"id": person, **_columns(draw, numbers, n, job), "unit": unit, "kecamatan": place, "superior": superior}


def _head(tree: Tree, heads: dict[str, str], unit: str) -> str:
    current: str | None = unit
    while current is not None:
        if current in heads:
            return heads[current]
        current = tree.nodes[current].parent
    return heads[tree.root]


def name_of(draw: random.Random, sex: str) -> str:
    """An invented name of two or three words."""
    first = draw.choice(_FIRST_L if sex == "L" else _FIRST_P)
    middle = draw.choice(_FIRST_L if sex == "L" else _FIRST_P) if draw.random() < 0.4 else ""
    return " ".join(word for word in (first, middle if middle != first else "", draw.choice(_LAST)) if word)


def career(draw: random.Random, nip: str, kind: str) -> dict[str, Any]:
    """Rank and dates that fit a number: when service began, the last rise in rank, the present position."""
    start = int(nip[8:12])
    month = int(nip[12:14]) if kind == "PNS" else draw.randint(1, 12)
    step = min(4, (2026 - start) // 4)
    rank = _RANK_NAMES[8 + step] if kind == "PNS" else draw.choice(("V", "VII", "IX", "X"))
    rise = max(start, 2026 - draw.randint(1, 4))
    return {
        "rank": rank,
        "tmt_rank": date(rise, draw.choice((4, 10)), 1) if rise > start else date(start, month, 1),
        "tmt_position": date(max(start, 2025 - draw.randint(0, 6)), month, 1),
        "tmt_cpns": date(start, month, 1) if kind == "PNS" else None,
    }


def _columns(draw: random.Random, numbers: Numbers, n: int, job: _Job) -> dict[str, Any]:
    kind, sex = ("PPPK" if draw.random() < 0.28 else "PNS"), draw.choice("LP")
    nip = numbers.next(kind, sex)
    found: dict[str, Any] = {
        "kind": kind, "nip": nip, "name": name_of(draw, sex), "back_title": draw.choice(_TITLES),
        "position": job.position, "position_type": job.position_type, "phone": f"0812 0000{n % 10_000:04d}",
    }  # fmt: skip
    if job.position_type == "JF":
        found["position_level"] = " ".join(job.position.split()[-2:]) if "Ahli" in job.position else "Terampil"
    found |= career(draw, nip, kind)
    if n % 97 == 0:
        # A few incomplete rows, as every real list has.
        found["tmt_rank"] = None
    return found
