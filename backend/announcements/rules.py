"""One text for four places, each naming chat, telephone and office hours. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

TITLE_MAX, TEXT_MAX = 120, 1800
"""With the closing lines an Instagram caption stays below its 2,200 characters."""
INSTAGRAM_MAX = 2200
DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
OUTPUTS: Mapping[str, str] = MappingProxyType(
    {"web": "Web", "instagram": "Instagram", "facebook": "Facebook", "whatsapp": "Grup WhatsApp"}
)


@dataclass(frozen=True, slots=True)
class Ways:
    """How people reach the service: the address of the chat, the telephone, the office hours in words."""

    chat: str
    phone: str
    hours: str


def fault(title: str, text: str) -> str | None:
    """The Indonesian sentence that says what is wrong, or ``None``."""
    if not title.strip() or len(title) > TITLE_MAX or not title.isprintable():
        return f"Tulis judul satu baris, paling panjang {TITLE_MAX} huruf. Tulisan aman."
    if not text.strip() or len(text) > TEXT_MAX:
        return f"Tulis isi pengumuman, paling panjang {TEXT_MAX} huruf. Tulisan aman."
    if not all(sign.isprintable() or sign in "\n\t" for sign in text):
        return "Tulisan memuat tanda yang tidak dapat dibaca. Tulisan aman. Ketik ulang bagian itu."
    return None


def outputs(title: str, text: str, ways: Ways) -> dict[str, str]:
    """The four texts, by the names of :data:`OUTPUTS`."""
    title, text = title.strip(), text.strip()
    lines = [f"Tanya petugas: {ways.chat}", f"Telepon: {ways.phone}", f"Jam layanan: {ways.hours}"]
    closing = "\n".join(lines)
    return {
        "web": f"{title}\n\n{text}\n\n{closing}",
        # No link can be pressed there: the address stands as people type it.
        "instagram": f"{title}\n\n{text}\n\n{closing.replace('https://', '')}",
        "facebook": f"{title}\n\n{text}\n\n{closing}",
        "whatsapp": f"*{title.replace('*', '')}*\n\n{text}\n\n{closing}",
    }


def hours_in_words(week: Sequence[Sequence[tuple[int, int]]], zone: str) -> str:
    """Weekly hours (seconds after midnight by day, Monday first) as people say them; days alike are joined."""
    runs: list[tuple[int, int, Sequence[tuple[int, int]]]] = []
    for day, intervals in enumerate(week):
        if not intervals:
            continue
        if runs and runs[-1][1] == day - 1 and list(runs[-1][2]) == list(intervals):
            runs[-1] = (runs[-1][0], day, intervals)
        else:
            runs.append((day, day, intervals))
    return "; ".join(f"{_days(first, last)} {_times(times)}" for first, last, times in runs) + f" {zone}"


def _days(first: int, last: int) -> str:
    return DAYS[first] if first == last else f"{DAYS[first]}-{DAYS[last]}"


def _times(intervals: Sequence[tuple[int, int]]) -> str:
    return " dan ".join(f"{_clock(start)}-{_clock(end)}" for start, end in intervals)


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}.{seconds % 3600 // 60:02d}"
