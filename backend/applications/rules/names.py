"""Names: what a download is called, how an employee is found by name, whether a text names somebody."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date

from backend.applications.rules.fault import Fault

NAME_TOKENS = ("subject", "code", "date", "version")
MOST_SUBJECT, MOST_RULE = 60, 100
"""Letters of a subject in a name, and of a rule: what comes out stays shorter than what a disk or a database takes."""
_TOKEN = re.compile(r"\{([^{}]*)\}")
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")
_APOSTROPHES = re.compile("['`\u00b4\u2018\u2019\u02bc\u02bb\u2032\u02b9\u02bf\u02be\uff07]")

_TITLE_WORDS = (
    "ak amd amdkeb amdkep amdkom amdt amk apt bdn ca cpa doktor dr dra drg drh drs h hajah haji hj insinyur ir kh "
    "ma mag mak map mars mba me mec meng mesy mfarm mh mhum mikom mip mkep mkes mkn mkom mli mm mp mpa mpd mpdi mph "
    "mpsi msc msi msp mst mstp mt mtp ners ns pdt phd ppd prof profesor sab sag sak sap se sehut sei sfarm sh shi "
    "shum shut sik sikom sip sipem sked skep skg skh skm skom smb sp spa spb spd spdi spdk spi spog sppd spsi spt "
    "sptk ssi ssn ssos sst sstp st sth sthi stp tgh ust ustadz ustadzah"
)
_TITLES = frozenset(_TITLE_WORDS.split(" "))
"""Titles as single words, without points, as people type them; used to ignore them in what is searched for."""


def download_name(rule: str, *, subject: str, code: str, day: date, version: int) -> str:
    """The name of a download by the service's rule, whatever the sender called the file: letters, digits, hyphens and
    underscores only, of a long subject its beginning. ``day``: local date of the version; ``version`` counts per
    subject and type from 1."""
    parts = {"subject": subject, "code": code, "date": f"{day:%Y%m%d}", "version": str(version)}
    safe = {name: _UNSAFE.sub("-", text)[:MOST_SUBJECT].strip("-.") or "x" for name, text in parts.items()}
    return _TOKEN.sub(lambda found: safe[found[1]], rule)


def next_version(taken: Iterable[int]) -> int:
    """The version of the next document of one subject and type."""
    return max(taken, default=0) + 1


def name_rule_fault(rule: str, path: str) -> Iterator[Fault]:
    """What is wrong with a rule for names of downloads."""
    for name in _TOKEN.findall(rule):
        if name not in NAME_TOKENS:
            yield Fault(path, "UNKNOWN_TOKEN", f"'{{{name}}}' tidak dikenal. Pilih: {', '.join(NAME_TOKENS)}.")
    if not {"code", "version"} <= set(_TOKEN.findall(rule)):
        yield Fault(
            path, "NAME_RULE", "Nama unduhan harus memuat {code} dan {version}, supaya dua berkas tak bernama sama."
        )
    if len(rule) > MOST_RULE or any(rule.count(f"{{{name}}}") > 1 for name in NAME_TOKENS):
        yield Fault(path, "NAME_RULE", f"Nama unduhan paling banyak {MOST_RULE} huruf, tiap bagian satu kali.")
    if re.search(r"[^A-Za-z0-9._-]", _TOKEN.sub("", rule)) or rule.startswith("."):
        yield Fault(path, "NAME_RULE", "Nama unduhan hanya huruf, angka, titik, garis dan garis bawah.")


def folded(text: str) -> str:
    """Text without case, accents, spaces, apostrophes and points: letters and digits only."""
    plain = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text)).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


def search_key(typed: str) -> str:
    """What to look for in folded names when somebody types a part of one: without titles in front and behind, as long
    as a word is left. Empty if nothing but signs was typed, which finds nobody. A word that may be a title or a name
    is left out: that finds more people, never fewer."""
    words = [(word, folded(word)) for word in _words(typed.split(",")[0])]
    first, last = 0, len(words)
    while first < last - 1 and _is_title(*words[first]):
        first += 1
    while last > first + 1 and _is_title(*words[last - 1]):
        last -= 1
    return "".join(key for _, key in words[first:last])


def is_named(typed: str, folded_name: str) -> bool:
    """Whether a typed part names somebody whose folded name (without titles) is given."""
    key = search_key(typed)
    return bool(key) and key in folded_name


def mentions(text: str, name: str) -> bool:
    """Whether a text (of a signed file) holds a name, whatever spaces, case and line breaks stand between."""
    key = folded(name)
    return bool(key) and key in folded(text)


def _words(text: str) -> list[str]:
    """Words of a text; a title that is glued to a name (``Drs.Hendra``) is a word of its own."""
    words = []
    for word in text.split():
        front, point, rest = word.partition(".")
        while point and folded(front) in _TITLES and len(folded(rest)) > 2:
            words.append(front)
            word = rest
            front, point, rest = word.partition(".")
        words.append(word)
    return [word for word in words if folded(word)]


def _is_title(word: str, key: str) -> bool:
    parts = [folded(part) for part in word.split(".") if folded(part)]
    return key in _TITLES or all(part in _TITLES for part in parts)
