"""The columns of a people file and what a cell of each may hold (pure)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from backend.identity.rules import names, numbers, phones
from backend.identity.rules.roles import POSITION_TYPES, STATUSES

Cell = str | int | float | bool | date | datetime | timedelta | None

COLUMNS = (
    "NIP",
    "KODE_STAF",
    "NAMA",
    "GELAR_DEPAN",
    "GELAR_BELAKANG",
    "JENIS",
    "UNIT",
    "KECAMATAN",
    "LOKASI",
    "STATUS",
    "JABATAN",
    "JENIS_JABATAN",
    "GOLONGAN",
    "TMT_GOLONGAN",
    "TMT_JABATAN",
    "TMT_CPNS",
    "NO_HP",
    "EMAIL",
    "NIP_ATASAN",
)
_OTHER_NAMES = {
    "NAMA_LENGKAP": "NAMA",
    "NAMA_PEGAWAI": "NAMA",
    "KODE_PEGAWAI": "KODE_STAF",
    "JENIS_PEGAWAI": "JENIS",
    "UNIT_KERJA": "UNIT",
    "NOMOR_HP": "NO_HP",
    "NO_WA": "NO_HP",
    "E_MAIL": "EMAIL",
    "ATASAN": "NIP_ATASAN",
    "PANGKAT": "GOLONGAN",
    "GOL": "GOLONGAN",
}
TEXT_NIP = "Kolom NIP harus berformat teks."
LONGEST_CELL = 500
_RANKS = {
    "I": ("Juru Muda", "Juru Muda Tingkat I", "Juru", "Juru Tingkat I"),
    "II": ("Pengatur Muda", "Pengatur Muda Tingkat I", "Pengatur", "Pengatur Tingkat I"),
    "III": ("Penata Muda", "Penata Muda Tingkat I", "Penata", "Penata Tingkat I"),
    "IV": ("Pembina", "Pembina Tingkat I", "Pembina Utama Muda", "Pembina Utama Madya", "Pembina Utama"),
}
RANKS: Mapping[str, str] = {
    f"{level}/{'abcde'[n]}": f"{name} ({level}/{'abcde'[n]})"
    for level, listed in _RANKS.items()
    for n, name in enumerate(listed)
}
PPPK_RANKS = frozenset("I II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XVII".split())  # noqa: SIM905
_SCIENTIFIC = re.compile(r"[0-9][.,]?[0-9]*[eE]\+?[0-9]+\Z")
_FIRST_SPREADSHEET_DAY = date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row is wrong: ``line`` as the spreadsheet counts, the column, what stands there, the reason."""

    line: int
    column: str
    value: str
    reason: str


@dataclass(slots=True)
class Draft:
    """One row as read. ``values`` holds table columns with a value; an empty cell says nothing and is left out.

    ``unit``, ``kecamatan`` and ``site`` are texts to be looked up, ``superior`` a number; ``doubts`` are NIP warnings.
    """

    line: int
    cells: Sequence[Cell]
    values: dict[str, Any] = field(default_factory=dict)
    unit: str = ""
    kecamatan: str = ""
    site: str = ""
    superior: str = ""
    doubts: tuple[str, ...] = ()
    problems: list[Problem] = field(default_factory=list)

    def fault(self, column: str, value: Cell, reason: str) -> None:
        """Note why this row is wrong."""
        self.problems.append(Problem(self.line, column, show(value)[:100], reason))


def recognise(header: Sequence[Cell]) -> dict[str, int]:
    """The known columns of a header row by name, with their places; a name twice counts by its first place."""
    found: dict[str, int] = {}
    for place, cell in enumerate(header):
        name = re.sub(r"[^A-Z0-9]+", "_", show(cell).upper()).strip("_")
        name = _OTHER_NAMES.get(name, name)
        if name in COLUMNS:
            found.setdefault(name, place)
    return found


def show(cell: Cell) -> str:
    """A cell as text; a whole number without its decimal point."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else cell.isoformat(" ")
    return str(cell).strip()


def read_row(line: int, cells: Sequence[Cell], columns: Mapping[str, int], today: date) -> Draft:
    """Read one row; every cell is judged, so that a person mends all of a row at once."""
    draft = Draft(line, cells)
    given = {name: cells[place] for name, place in columns.items() if place < len(cells) and show(cells[place])}
    for name, cell in given.items():
        text = show(cell)
        if len(text) > LONGEST_CELL:
            draft.fault(name, cell, f"Isi sel lebih dari {LONGEST_CELL} huruf.")
        elif text[0] in "=@" or (text[0] in "+-" and name != "NO_HP"):
            draft.fault(name, cell, "Isi sel tampak seperti rumus. Tulis nilainya saja.")
        elif any(ord(letter) < 32 for letter in text):
            draft.fault(name, cell, "Isi sel memuat baris baru atau huruf yang tidak terbaca.")
    if draft.problems:
        return draft
    _read_number(draft, given, today)
    _read_name(draft, given, "GELAR_DEPAN" in columns or "GELAR_BELAKANG" in columns)
    _read_position(draft, given)
    _read_dates(draft, given)
    _read_contact(draft, given)
    draft.unit, draft.kecamatan = show(given.get("UNIT")), show(given.get("KECAMATAN"))
    draft.site = show(given.get("LOKASI"))
    return draft


def read_date(cell: Cell) -> date | None:
    """A date: ISO, dd/mm/yyyy, dd-mm-yyyy, or a spreadsheet's own; ``None`` if the calendar has no such day."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _FIRST_SPREADSHEET_DAY + timedelta(days=int(cell)) if 1 <= cell <= 80_000 else None
    text = show(cell)
    iso = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text)
    local = re.fullmatch(r"(\d{1,2})([/-])(\d{1,2})\2(\d{4})", text)
    try:
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if local:
            return date(int(local[4]), int(local[3]), int(local[1]))
    except ValueError:
        return None
    return None


def _read_number(draft: Draft, given: Mapping[str, Cell], today: date) -> None:
    kind = re.sub(r"[\s-]+", "_", show(given.get("JENIS")).upper())
    kind = "NON_ASN" if kind in ("NONASN", "HONORER", "KONTRAK", "OUTSOURCING") else kind
    if kind and kind not in ("PNS", "PPPK", "NON_ASN"):
        draft.fault("JENIS", given["JENIS"], "Jenis harus PNS, PPPK, atau NON_ASN.")
    if "NIP" in given and _text_number(draft, "NIP", given["NIP"]):
        nip = numbers.parse_nip(show(given["NIP"]), today)
        if not nip.ok:
            draft.fault("NIP", given["NIP"], nip.sentence)
        elif kind and kind != nip.kind:
            draft.fault("JENIS", given["JENIS"], f"NIP ini milik {nip.kind}.")
        draft.values |= {"nip": nip.normalised, "kind": nip.kind}
        draft.doubts = nip.warnings
    if "KODE_STAF" in given:
        code = numbers.parse_staff_code(show(given["KODE_STAF"]))
        if code is None:
            draft.fault("KODE_STAF", given["KODE_STAF"], "Kode staf salah ketik: angka terakhirnya tidak cocok.")
        draft.values["staff_code"] = code
        draft.values.setdefault("kind", kind or "NON_ASN")
    if not {"NIP", "KODE_STAF"} & set(given):
        draft.fault("NIP", None, "NIP atau kode staf wajib diisi.")
    if "NIP_ATASAN" in given and _text_number(draft, "NIP_ATASAN", given["NIP_ATASAN"]):
        text = show(given["NIP_ATASAN"])
        draft.superior = numbers.parse_staff_code(text) or numbers.plain_number(text)


def _text_number(draft: Draft, column: str, cell: Cell) -> bool:
    """A spreadsheet keeps 15 digits of a number: whatever it shows of 18, the last ones are lost."""
    if isinstance(cell, int | float) or _SCIENTIFIC.fullmatch(show(cell)):
        draft.fault(column, cell, TEXT_NIP)
        return False
    return True


def _read_name(draft: Draft, given: Mapping[str, Cell], titles_apart: bool) -> None:
    shown = " ".join(show(given.get("NAMA")).split())
    if not shown:
        draft.fault("NAMA", None, "Nama wajib diisi.")
    elif not names.search_key(shown):
        draft.fault("NAMA", shown, "Nama harus berisi huruf.")
    if titles_apart:
        parts = (show(given.get("GELAR_DEPAN")), shown, show(given.get("GELAR_BELAKANG")))
    else:
        parts = names.split_titles(shown)
    for column, text, limit, place in zip(
        ("front_title", "name", "back_title"), parts, (60, 200, 100), ("GELAR_DEPAN", "NAMA", "GELAR_BELAKANG"),
        strict=True,
    ):  # fmt: skip
        if len(text) > limit:
            draft.fault(place, text, f"Paling panjang {limit} huruf.")
        if text:
            draft.values[column] = text


def _read_position(draft: Draft, given: Mapping[str, Cell]) -> None:
    if "JABATAN" in given:
        draft.values["position"] = show(given["JABATAN"])[:200]
    if "JENIS_JABATAN" in given:
        head, _, level = show(given["JENIS_JABATAN"]).partition(" ")
        if head.upper() in POSITION_TYPES:
            draft.values["position_type"] = head.upper()
            draft.values |= {"position_level": level.strip()[:60]} if level.strip() else {}
        else:
            listed = ", ".join(POSITION_TYPES[:-1])
            draft.fault("JENIS_JABATAN", given["JENIS_JABATAN"], f"Jenis jabatan harus salah satu dari {listed}.")
    if "GOLONGAN" in given:
        rank = read_rank(show(given["GOLONGAN"]), draft.values.get("kind", ""))
        if rank is None:
            draft.fault("GOLONGAN", given["GOLONGAN"], "Golongan tidak dikenal. Contoh: IV/a, atau IX untuk PPPK.")
        else:
            draft.values["rank"] = rank
    if "STATUS" in given:
        found = [status for status in STATUSES if status.casefold() == show(given["STATUS"]).casefold()]
        if not found:
            draft.fault("STATUS", given["STATUS"], f"Status harus salah satu dari {', '.join(STATUSES)}.")
        draft.values |= {"status": found[0]} if found else {}


def read_rank(text: str, kind: str) -> str | None:
    """A rank in its one spelling, ``Pembina (IV/a)`` or ``IX``; ``None`` if there is no such rank."""
    found = re.search(r"\b(IV|III|II|I)\s*/\s*([a-e])\b", text, re.IGNORECASE)
    if found:
        return RANKS.get(f"{found[1].upper()}/{found[2].lower()}")
    plain = text.upper().removeprefix("GOLONGAN").strip()
    return plain if kind == "PPPK" and plain in PPPK_RANKS else None


def _read_dates(draft: Draft, given: Mapping[str, Cell]) -> None:
    for name in ("TMT_GOLONGAN", "TMT_JABATAN", "TMT_CPNS"):
        if name not in given:
            continue
        day = read_date(given[name])
        if day is None:
            draft.fault(name, given[name], "Tanggal tidak ada. Tulis seperti 2020-02-28 atau 28/02/2020.")
        column = {"TMT_GOLONGAN": "tmt_rank", "TMT_JABATAN": "tmt_position", "TMT_CPNS": "tmt_cpns"}[name]
        draft.values[column] = day


def _read_contact(draft: Draft, given: Mapping[str, Cell]) -> None:
    if "NO_HP" in given:
        text = show(given["NO_HP"])
        phone = phones.parse_phone(text)
        if phone.error:
            draft.fault("NO_HP", text, phones.PHONE_ERRORS[phone.error])
        draft.values["phone"] = text
    if "EMAIL" in given:
        text = show(given["EMAIL"])
        if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", text) or len(text) > 200:
            draft.fault("EMAIL", text, "Alamat email tidak lengkap. Contoh: nama@contoh.id.")
        draft.values["email"] = text
