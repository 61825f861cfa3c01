"""An agency's rules for ratings: their defaults, and what a change may hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

DEFAULTS: Mapping[str, Any] = {
    "instrument": "v1",
    "phone_required": True,
    "minimum_n": 10,
    "own_minimum_n": 5,
    "floor": "3.00",
    "hash_days": 400,
    "phone_days": 90,
    "form_hours": 24,
    "burst": 10,
    "burst_minutes": 10,
    "kiosk_per_minute": 6,
    "weight_policy": "1/9",
    "missing": "exclude_row",
    "period": "month",
    "tickets": False,
    "weights": None,
    "channels": [],
}
"""``instrument``: the PACAK version that new pages ask. ``floor``: an exact mean below it is not named in
publications. ``hash_days`` and ``phone_days``: how long the keyed hash and the encrypted number live.
``form_hours``: so long the issue time of a form opened with a valid step code counts. ``weights``: of the composite
v3. ``channels``: where to complain, each ``{"id", "en", "href"}``."""

CHOICES: Mapping[str, tuple[str, ...]] = {
    "instrument": ("v1", "v2"),
    "weight_policy": ("1/9", "0.111", "0.11"),
    "missing": ("exclude_row", "per_element"),
    "period": ("month", "quarter"),
}
RANGES: Mapping[str, tuple[int, int]] = {
    "minimum_n": (5, 1000),
    "own_minimum_n": (5, 1000),
    "hash_days": (1, 3650),
    "phone_days": (1, 400),
    "form_hours": (1, 72),
    "burst": (2, 1000),
    "burst_minutes": (1, 1440),
    "kiosk_per_minute": (1, 60),
}
COMPONENTS = ("rating", "attendance", "skp")


@dataclass(frozen=True, slots=True)
class RatingRules:
    """The rules in force, read once: see :data:`DEFAULTS`. ``version`` 0 stands for the defaults themselves."""

    version: int
    body: Mapping[str, Any]

    def number(self, name: str) -> int:
        """A rule that counts something."""
        return int(self.body[name])

    def text(self, name: str) -> str:
        """A rule that names one of a few."""
        return str(self.body[name])

    def is_on(self, name: str) -> bool:
        """A rule that is on or off."""
        return bool(self.body[name])


def in_force(version: int, stored: Mapping[str, Any]) -> RatingRules:
    """Stored members over the defaults."""
    return RatingRules(version, {**DEFAULTS, **{name: stored[name] for name in DEFAULTS if name in stored}})


def faults(change: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with changed rules, by member: empty if nothing is."""
    found: dict[str, str] = {}
    for name, value in change.items():
        if name not in DEFAULTS:
            found[name] = "Aturan ini tidak dikenal."
        elif name in CHOICES and value not in CHOICES[name]:
            found[name] = f"Pilih salah satu: {', '.join(CHOICES[name])}."
        elif name in RANGES and not _whole(value, *RANGES[name]):
            found[name] = f"Isi angka {RANGES[name][0]} sampai {RANGES[name][1]}."
        elif name in ("phone_required", "tickets") and not isinstance(value, bool):
            found[name] = "Pilih aktif atau tidak."
        elif name == "floor" and not _floor(value):
            found[name] = "Isi angka 1,00 sampai 5,00."
        elif name == "weights" and value is not None and not _weights(value):
            found[name] = "Bobot tiga komponen harus tidak negatif dan berjumlah tepat 1."
        elif name == "channels" and not _channels(value):
            found[name] = "Setiap kanal aduan perlu teks Indonesia dan Inggris."
    return found


def _whole(value: Any, least: int, most: int) -> bool:
    return type(value) is int and least <= value <= most


def _exact(value: Any) -> Fraction | None:
    try:
        return Fraction(value) if isinstance(value, str) and len(value) <= 12 else None
    except (ValueError, ZeroDivisionError):
        return None


def _floor(value: Any) -> bool:
    exact = _exact(value)
    return exact is not None and 1 <= exact <= 5


def _weights(value: Any) -> bool:
    if not isinstance(value, Mapping) or set(value) != set(COMPONENTS):
        return False
    parts = [_exact(value[name]) for name in COMPONENTS]
    return all(part is not None and part >= 0 for part in parts) and sum(part or 0 for part in parts) == 1


def _channels(value: Any) -> bool:
    if not isinstance(value, list) or len(value) > 6:
        return False
    return all(
        isinstance(one, Mapping)
        and all(isinstance(one.get(name), str) and 0 < len(one[name]) <= 120 for name in ("id", "en"))
        and isinstance(one.get("href", ""), str)
        and (not one.get("href") or one["href"].startswith(("tel:", "https://", "mailto:")))
        for one in value
    )
