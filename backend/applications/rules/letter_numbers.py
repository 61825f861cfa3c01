"""Numbers of letters, as an officer types them from the signed file. Golden cases: ``letter_number.json``.

A pattern is the agency's: text with the tokens of :data:`TOKENS`, e.g. ``{klasifikasi}/{urut}/{unit}/{tahun}``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

TOKENS: Mapping[str, str] = {
    "klasifikasi": r"[0-9]{3}(?:\.[0-9]+)*",
    "kode": r"[A-Z]{2}(?:\.[0-9]{1,2})+",
    "urut": r"[0-9]+(?:\.[A-Z0-9]+)?",
    "unit": "",
    "tahun": r"[0-9]{4}",
}
"""What each part may be; the unit is the configured code itself."""
SENTENCES: Mapping[str, str] = {
    "EMPTY": "Nomor naskah masih kosong. Ketik nomor dari berkas yang bertanda tangan.",
    "PLACEHOLDER": "Masih draf: nomor berisi penanda ${...}. Ketik nomor dari berkas yang bertanda tangan.",
    "PATTERN": "Nomor tidak cocok dengan pola nomor instansi. Periksa lagi; isian lain aman.",
    "YEAR_DIFFERS": "Tahun dalam nomor berbeda dari tahun tanggal naskah.",
}
MOST = 100
_TOKEN = re.compile(r"\{([a-z]+)\}")


@dataclass(frozen=True, slots=True)
class LetterNumber:
    """What was typed. ``error`` blocks, ``warnings`` do not; ``parts`` by token."""

    error: str = ""
    normalised: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the number may be stored."""
        return not self.error

    @property
    def sentence(self) -> str:
        """The error, or else the first warning, in words."""
        said = self.error or (self.warnings[0] if self.warnings else "")
        return SENTENCES.get(said, "")


def read_number(typed: str, pattern: str, unit: str, letter_year: int) -> LetterNumber:
    """Judge a typed number against the agency's pattern; ``letter_year`` is the year of the letter's date."""
    value = typed.strip()
    if not value:
        return LetterNumber("EMPTY")
    if "${" in value:
        return LetterNumber("PLACEHOLDER")
    # Upper-casing turns some foreign letters into ASCII ones, so they are refused before it.
    if len(value) > MOST or not value.isascii():
        return LetterNumber("PATTERN")
    value = value.upper()
    found = re.fullmatch(_shape(pattern, unit), value)
    if found is None:
        return LetterNumber("PATTERN")
    parts = {name: text for name, text in found.groupdict().items() if text is not None}
    differs = "tahun" in parts and int(parts["tahun"]) != letter_year
    return LetterNumber(normalised=value, parts=parts, warnings=("YEAR_DIFFERS",) if differs else ())


def _shape(pattern: str, unit: str) -> str:
    """The pattern as a regular expression; a token that comes again must repeat its first text."""
    shape, last = "", 0
    seen: set[str] = set()
    for found in _TOKEN.finditer(pattern):
        name = found[1]
        shape += re.escape(pattern[last : found.start()].upper())
        if name in seen:
            shape += f"(?P={name})"
        elif name in TOKENS:
            shape += f"(?P<{name}>{TOKENS[name] or re.escape(unit.upper())})"
        else:
            shape += re.escape(found[0].upper())
        seen.add(name)
        last = found.end()
    return shape + re.escape(pattern[last:].upper())
