"""What may stand in the guest register, and how long names do. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

PURPOSES: Mapping[str, str] = MappingProxyType({
    "konsultasi": "Konsultasi",
    "usul": "Usul urusan kepegawaian",
    "legalisir": "Legalisir",
    "lainnya": "Lainnya",
})  # fmt: skip
AGES = ("17-25", "26-35", "36-45", "46-55", "56+")
NAMES_KEPT = timedelta(days=365)
"""Names and telephone numbers are deleted after 12 months."""
FEED = timedelta(days=30)
"""So long the counter's tablets hold a visit."""
AHEAD = timedelta(minutes=10)
NAME_MAX, ORIGIN_MAX, PHONE_MAX = 200, 200, 40


def fault(name: str, origin: str, phone: str, purpose: str, age: str | None, at: datetime, now: datetime) -> str | None:
    """The Indonesian sentence that says what is wrong with a visit, or ``None``."""
    kept = "Isian aman."
    if not name.strip() or len(name) > NAME_MAX or not name.isprintable():
        return f"Tulis nama tamu, paling panjang {NAME_MAX} huruf. {kept}"
    if len(origin) > ORIGIN_MAX or not origin.isprintable():
        return f"Asal tamu paling panjang {ORIGIN_MAX} huruf. {kept}"
    if len(phone) > PHONE_MAX or any(sign not in "+0123456789 .-()" for sign in phone):
        return f"Nomor telepon hanya boleh berisi angka. {kept} Boleh dikosongkan."
    if purpose not in PURPOSES:
        return f"Keperluan ini tidak dikenal. {kept} Pilih dari daftar."
    if age is not None and age not in AGES:
        return f"Kelompok umur ini tidak dikenal. {kept} Pilih dari daftar."
    if at > now + AHEAD:
        return f"Waktu datang tidak boleh di masa depan. {kept} Periksa jamnya."
    return None
