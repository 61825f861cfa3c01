"""Numbers that identify an employee: NIP (18 digits) and staff code (prefix, four digits, check digit)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

_SEPARATORS = re.compile(r"[\s\u00a0.\-]")
_MOBILE = re.compile(r"(?:\+?62|0)(8[0-9]{7,12})\Z", re.ASCII)
_STAFF_CODE = re.compile(r"([A-Z]{2,6})-([0-9]{4})([0-9])\Z")

NIP_ERRORS = {
    "NON_DIGIT": "NIP hanya boleh berisi angka.",
    "LENGTH": "NIP harus 18 angka.",
    "BIRTH_DATE": "Tanggal lahir dalam NIP (8 angka pertama) tidak ada di kalender.",
    "START_CODE": "Angka 9-14 NIP harus tahun dan bulan pengangkatan (01-12), atau kode 21 untuk PPPK.",
    "SEX": "Angka ke-15 NIP harus 1 (laki-laki) atau 2 (perempuan).",
}
NIP_WARNINGS = {
    "AGE_UNDER_18": "usia saat mulai kerja di bawah 18 tahun",
    "AGE_OVER_58": "usia saat mulai kerja di atas 58 tahun",
    "START_IN_FUTURE": "mulai kerja di masa depan",
    "BIRTH_BEFORE_1940": "lahir sebelum 1940",
    "PPPK_BEFORE_2019": "PPPK sebelum 2019",
    "SERIAL_ZERO": "nomor urut 000",
}


@dataclass(frozen=True, slots=True)
class Nip:
    """What a NIP says. ``errors`` block, ``warnings`` need a written reason; codes as in the tables above.

    ``kind`` is ``PNS`` or ``PPPK``; ``service_start`` is ``YYYY-MM`` (PNS) or ``YYYY`` (PPPK); ``sex`` L or P.
    """

    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    normalised: str = ""
    kind: str = ""
    birth_date: date | None = None
    service_start: str = ""
    sex: str = ""
    digits: int = field(default=0, compare=False)

    @property
    def ok(self) -> bool:
        """Whether the number may be stored."""
        return not self.errors

    @property
    def sentence(self) -> str:
        """The first broken rule, in words for the screen."""
        if not self.errors:
            return ""
        text = NIP_ERRORS[self.errors[0]]
        return f"{text} Anda menulis {self.digits}." if self.errors[0] == "LENGTH" else text


def plain_number(raw: str) -> str:
    """The digits as typed: without outer space, one leading apostrophe, inner spaces, dots and hyphens."""
    text = raw.strip().removeprefix("'").removeprefix("\u2019")
    return _SEPARATORS.sub("", text)


def mobile(raw: str) -> str:
    """A mobile number in its one spelling (``0812...``); empty if it cannot be one. No NIP reads as one."""
    found = _MOBILE.match(_SEPARATORS.sub("", raw.strip()).replace("(", "").replace(")", ""))
    return f"0{found[1]}" if found else ""


def parse_nip(raw: str, as_of: date) -> Nip:
    """Read a NIP (golden cases ``nip.json``); ``as_of`` is the date that "future" is judged by."""
    digits = plain_number(raw)
    if digits and not (digits.isascii() and digits.isdigit()):
        return Nip(errors=("NON_DIGIT",))
    if len(digits) != 18:
        return Nip(errors=("LENGTH",), digits=len(digits))
    birth = _date(digits[:8])
    if birth is not None and birth > as_of:
        birth = None
    year, code = int(digits[8:12]), int(digits[12:14])
    kind = "PPPK" if code == 21 else "PNS" if 1 <= code <= 12 else ""
    if not 1950 <= year <= 2099:
        kind = ""
    sex = {"1": "L", "2": "P"}.get(digits[14], "")
    errors = tuple(code for code, good in (("BIRTH_DATE", birth), ("START_CODE", kind), ("SEX", sex)) if not good)
    if errors or birth is None:
        return Nip(errors=errors, digits=18)
    return Nip(
        warnings=_warnings(kind, birth, year, code, digits[15:], as_of),
        normalised=digits,
        kind=kind,
        birth_date=birth,
        service_start=f"{year}-{code:02d}" if kind == "PNS" else str(year),
        sex=sex,
        digits=18,
    )


def _warnings(kind: str, birth: date, year: int, month: int, serial: str, as_of: date) -> tuple[str, ...]:
    if kind == "PNS":
        # Completed years on the first day of the start month.
        age = year - birth.year - ((month, 1) < (birth.month, birth.day))
        future = date(year, month, 1) > as_of
    else:
        age, future = year - birth.year, year > as_of.year
    found = (
        ("AGE_UNDER_18", age < 18),
        ("AGE_OVER_58", age > 58),
        ("START_IN_FUTURE", future),
        ("BIRTH_BEFORE_1940", birth.year < 1940),
        ("PPPK_BEFORE_2019", kind == "PPPK" and year < 2019),
        ("SERIAL_ZERO", serial == "000"),
    )
    return tuple(code for code, holds in found if holds)


def _date(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def show_nip(nip: str) -> str:
    """A NIP in its four parts, 8-6-1-3: ``19900315 201504 1 901``."""
    return f"{nip[:8]} {nip[8:14]} {nip[14:15]} {nip[15:]}"


def mask_nip(nip: str) -> str:
    """What others may see: the year of birth, then asterisks, in the same four parts."""
    return show_nip(nip[:4] + "*" * (len(nip) - 4))


def luhn(digits: str) -> str:
    """The Luhn check digit over ``digits``."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def staff_code(prefix: str, number: int) -> str:
    """The staff code of a running number: ``KKL`` and 1 give ``KKL-00018``."""
    if not 0 <= number <= 9999:
        raise ValueError("a staff code has four digits")
    return f"{prefix}-{number:04d}{luhn(f'{number:04d}')}"


def parse_staff_code(raw: str) -> str | None:
    """The code in its one spelling, or ``None`` if its shape or its check digit is wrong (before any look-up)."""
    found = _STAFF_CODE.match(raw.strip().upper())
    if found is None or luhn(found[2]) != found[3]:
        return None
    return found[0]


def looks_like_staff_code(raw: str) -> bool:
    """Whether a person meant a staff code (letters, hyphen, digits), right or wrong."""
    return re.fullmatch(r"[A-Za-z]{2,6}-?[0-9]{1,8}", raw.strip()) is not None
