"""Names: titles apart, and one spelling to search by."""

from __future__ import annotations

import re
import unicodedata

# Front titles as they are written before Indonesian names; each ends with a point there, except the bare ones.
_FRONT = frozenset(
    {"dr", "dra", "drs", "drg", "drh", "ir", "prof", "h", "hj", "kh", "tgh", "ust", "apt", "ns", "bdn", "ners", "pdt"}
)
_BARE = frozenset({"ir", "prof", "dr"})
_APOSTROPHES = re.compile("['`\u00b4\u2018\u2019\u02bc\u02bb\u2032]")


def full_name(front: str, name: str, back: str) -> str:
    """The name with its titles: ``Dr. Lestari Ambarwati, S.E., M.M.``"""
    shown = f"{front} {name}".strip() if front else name
    return f"{shown}, {back}" if back else shown


def split_titles(shown: str) -> tuple[str, str, str]:
    """Front titles, name and back titles of a name as written on letters."""
    head, _, back = shown.strip().partition(",")
    words = head.split()
    count = 0
    while count < len(words) - 1 and _is_front(words[count]):
        count += 1
    return " ".join(words[:count]), " ".join(words[count:]), back.strip()


def _is_front(word: str) -> bool:
    parts = [part for part in word.casefold().split(".") if part]
    return bool(parts) and (word.endswith(".") or word.casefold() in _BARE) and all(part in _FRONT for part in parts)


def search_key(text: str) -> str:
    """What names are compared by: no case, accents, spaces, apostrophes or points; titles left out."""
    bare = split_titles(text)[1] if text.strip() else ""
    plain = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", bare)).casefold()
    return "".join(letter for letter in plain if letter.isalnum())
