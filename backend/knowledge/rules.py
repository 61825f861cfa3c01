"""What a note may say and when it has to be looked at again; what of a conversation must not stay in it. Pure.

The phone's twin is ``pwa/src/knowledge/personal.ts``; both read ``tests/vectors/personal_data.json``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum

WRITERS = ("ADM", "OPR", "TEL", "BID", "KTM")
APPROVERS = ("BID", "KTM")
EDITORS = ("ADM", "KTM", "BID")
"""Who puts a canned answer into use; everybody of :data:`WRITERS` may propose one."""

REVIEW_DAYS = 180
"""After so many days a note is to be looked at again, unless the agency's settings say otherwise."""

TITLE_MOST, TEXT_MOST, BASIS_MOST, STEPS_MOST = 200, 4000, 500, 20
LEAST = 10
SLUG_MOST = 60

PLACEHOLDERS = ("nama", "nomor", "topik", "unit", "telepon", "petugas")
"""What a canned answer may leave open, in braces; it is filled in when the answer is written."""


class Personal(StrEnum):
    """What of a person a text may hold. Contacts may be an office's own: a person has to say so."""

    NIP = "nip"
    NIK = "nik"
    STAFF_CODE = "kode"
    NAME = "nama"
    PHONE = "telepon"
    EMAIL = "email"
    NUMBER = "nomor"
    MARKER = "tanda"


CONTACTS = frozenset({Personal.PHONE, Personal.EMAIL, Personal.NUMBER})

_SAY: Mapping[Personal, str] = {
    Personal.NIP: "NIP", Personal.NIK: "NIK", Personal.STAFF_CODE: "kode pegawai", Personal.NAME: "nama penanya",
    Personal.PHONE: "nomor HP", Personal.EMAIL: "alamat email", Personal.NUMBER: "nomor panjang",
    Personal.MARKER: "tanda dalam kurung siku",
}  # fmt: skip
# In this order: a NIP is also a long number.
_SHAPES: Sequence[tuple[Personal, str, re.Pattern[str]]] = (
    (Personal.EMAIL, "[email]", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    (Personal.STAFF_CODE, "[kode]", re.compile(r"(?<!\w)[A-Z]{2,6}-[0-9]{5}(?!\w)")),
    (Personal.NIP, "[NIP]", re.compile(r"(?<![0-9])[0-9](?:[ .-]?[0-9]){17}(?![0-9])")),
    (Personal.NIK, "[NIK]", re.compile(r"(?<![0-9])[0-9](?:[ .-]?[0-9]){15}(?![0-9])")),
    (Personal.PHONE, "[nomor]", re.compile(r"(?<![0-9])(?:\+?62|0)[ .-]?8[0-9](?:[ .-]?[0-9]){6,11}(?![0-9])")),
    (
        Personal.NUMBER,
        "[nomor]",
        re.compile(r"(?<![0-9])[0-9](?:[ .-]?[0-9]){9,}(?![0-9])|(?<![0-9])20[0-9]{2}-[0-9]{5,9}[A-Z]{0,4}(?!\w)"),
    ),
)
_MARKER = re.compile(r"\[(?:nama|NIP|NIK|kode|nomor|email)\]")
_CALLED = r"(?:Bapak|Ibu|Pak|Bu|Saudara|Saudari|Sdr\.?|Sdri\.?)"
_HONOURED = re.compile(rf"(?<!\w){_CALLED}(?:/{_CALLED})?(?: [A-Z][a-z'-]+){{1,4}}(?!\w)")
# A name with how its bearer is called and what stands before and behind it.
_WHOLE_NAME = re.compile(
    rf"(?:(?<!\w){_CALLED}(?:/{_CALLED})? )?(?:(?<!\w)(?:Drs|Dra|Drg|Drh|Dr|dr|drg|drh|Ir|Prof|Hj|H|Ns|Apt)\.? )*"
    r"\[nama\](?: \[nama\])*(?:, ?[A-Z][a-z]{0,3}\.(?:[A-Z][a-z]{0,4}\.?)+)*"
)
_BRACES = re.compile(r"\{([^{}]*)\}")


def scrub(text: str, names: Iterable[str]) -> str:
    """The text with everything personal replaced by a mark, for its author to write anew.

    ``names`` are people of the conversation, with or without titles.
    """
    for _, mark, shape in _SHAPES:
        text = shape.sub(mark, text)
    for part in sorted({part for name in names for part in name_parts(name)}, key=lambda part: (-len(part), part)):
        text = re.sub(rf"(?<!\w){re.escape(part)}(?!\w)", "[nama]", text)
    text = _HONOURED.sub("[nama]", _WHOLE_NAME.sub("[nama]", text))
    return _WHOLE_NAME.sub("[nama]", text)


def personal_in(text: str, names: Iterable[str]) -> frozenset[Personal]:
    """What of a person stands in the text; of ``names`` only what is said in full."""
    found = {Personal.MARKER} if _MARKER.search(text) else set()
    for name in names:
        parts = name_parts(name)
        if len(parts) > 1 and re.search(rf"(?<!\w){re.escape(' '.join(parts))}(?!\w)", text, re.IGNORECASE):
            found.add(Personal.NAME)
    rest = text
    for kind, mark, shape in _SHAPES:
        if shape.search(rest):
            found.add(kind)
            rest = shape.sub(mark, rest)
    return frozenset(found)


def name_parts(name: str) -> list[str]:
    """The words of a name that name somebody: no titles, no initials."""
    parts = re.split(r"\s+", name.split(",")[0].strip())
    return [part for part in parts if len(part) > 2 and "." not in part]


def personal_fault(found: Iterable[Personal]) -> str:
    """The sentence for an author whose text may not be published so."""
    listed = ", ".join(_SAY[kind] for kind in Personal if kind in set(found))
    return f"Masih ada data pribadi: {listed}. Draf aman. Ganti dengan kalimat umum, lalu terbitkan lagi."


def text_fault(label: str, text: str, *, most: int, least: int = 0) -> str | None:
    """What is wrong with a text, in words. Lengths count code points."""
    length = len(text.strip())
    if length < least:
        return f"{label} minimal {least} huruf. Anda menulis {length}." if least > 1 else f"Isi {label}."
    if len(text) > most:
        return f"{label} paling banyak {most} huruf. Anda menulis {len(text)}. Tulisan aman."
    if any(unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\n\r\t" for letter in text):
        return f"{label} memuat tanda yang tidak dapat dibaca. Ketik ulang bagian itu."
    return None


def steps_of(text: str) -> list[str]:
    """The steps that an author wrote one a line; numbers and dashes before them are dropped."""
    lines = (re.sub(r"^\s*(?:[0-9]{1,2}[.)]|[-*•])?\s*", "", line).strip() for line in text.splitlines())
    return [line for line in lines if line]


def slug_of(question: str, id: str) -> str:
    """The address of a new note: the words of its question, and enough of its id to be the only one."""
    plain = unicodedata.normalize("NFKD", question.lower()).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain)
    kept = ""
    for word in words:
        if len(kept) + len(word) >= SLUG_MOST:
            break
        kept = f"{kept}-{word}" if kept else word
    return f"{kept or 'jawaban'}-{id.replace('-', '')[-6:]}"


def review_on(checked: date, days: int = REVIEW_DAYS) -> date:
    """When a note is to be looked at again."""
    return checked + timedelta(days=days)


def reminded_on(due: date, today: date) -> bool:
    """Whether somebody is told today: on the day itself, and on Mondays as long as nobody has looked."""
    return due == today or (due < today and today.weekday() == 0)


def placeholder_fault(text: str) -> str | None:
    """A placeholder that nobody will fill in would reach the asker as it stands."""
    unknown = sorted({name for name in _BRACES.findall(text) if name not in PLACEHOLDERS})
    if not unknown:
        return None
    known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
    return f"Isian {{{unknown[0]}}} tidak dikenal. Pakai salah satu: {known}."
