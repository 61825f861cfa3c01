"""The seventeen ranks of a PNS, from I/a to IV/e, and which comes next."""

from __future__ import annotations

import re

_NAMES = {
    "I": ("Juru Muda", "Juru Muda Tingkat I", "Juru", "Juru Tingkat I"),
    "II": ("Pengatur Muda", "Pengatur Muda Tingkat I", "Pengatur", "Pengatur Tingkat I"),
    "III": ("Penata Muda", "Penata Muda Tingkat I", "Penata", "Penata Tingkat I"),
    "IV": ("Pembina", "Pembina Tingkat I", "Pembina Utama Muda", "Pembina Utama Madya", "Pembina Utama"),
}
LADDER: tuple[str, ...] = tuple(
    f"{name} ({group}/{letter})"
    for group, names in _NAMES.items()
    for name, letter in zip(names, "abcde", strict=False)
)
"""All ranks as they are written: ``Pembina (IV/a)``."""
_BY_CODE = {rank[rank.index("(") + 1 : -1].casefold(): rank for rank in LADDER}
_ALONE = re.compile(r"[A-Za-z ]*\(?(IV|I{1,3})/[a-e]\)?\Z")
_CODE = re.compile(r"\b(IV|I{1,3})\s*/\s*([a-e])\b", re.IGNORECASE)


def read_rank(text: str) -> str | None:
    """The rank in its one spelling; ``None`` if there is none, or more than one, in the text."""
    codes = {f"{group}/{letter}".casefold() for group, letter in _CODE.findall(text)}
    return _BY_CODE.get(codes.pop()) if len(codes) == 1 else None


def is_rank(text: str) -> bool:
    """Whether a text is nothing but a rank: in its one spelling, or its code alone."""
    return _ALONE.match(text) is not None and read_rank(text) is not None


def next_rank(rank: str) -> str | None:
    """The rank above; ``None`` above the highest and for what is no rank."""
    own = read_rank(rank)
    if own is None or own == LADDER[-1]:
        return None
    return LADDER[LADDER.index(own) + 1]


def needs_exam(current: str, proposed: str) -> bool:
    """Whether the step crosses into III/a or IV/a, for which a service exam is asked unless a diploma exempts."""
    steps = {(read_rank("II/d"), read_rank("III/a")), (read_rank("III/d"), read_rank("IV/a"))}
    return (read_rank(current), read_rank(proposed)) in steps
