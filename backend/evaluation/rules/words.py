"""Figures as Indonesian prints them: ``1.234``, ``66,7%``, ``Rp110.000``, ``2 jam 10 menit``."""

from __future__ import annotations

from fractions import Fraction

from backend.evaluation.rules.measures import rounded

NO_DATA = "belum ada data"


def number(value: int) -> str:
    """With dots between thousands."""
    return f"{value:,}".replace(",", ".")


def decimal(text: str) -> str:
    """A decimal point as a comma."""
    return text.replace(".", ",")


def rupiah(value: int) -> str:
    """Whole rupiah."""
    return f"-Rp{number(-value)}" if value < 0 else f"Rp{number(value)}"


def share(percent: str | None, n: int) -> str:
    """A percentage never without its n."""
    return NO_DATA if percent is None else f"{decimal(percent)}% (n = {number(n)})"


def lapse(minutes: str | None) -> str:
    """A mean in minutes as hours and minutes, rounded once."""
    if minutes is None:
        return NO_DATA
    whole = int(rounded(Fraction(minutes), 0))
    hours, rest = divmod(whole, 60)
    parts = [f"{number(hours)} jam" if hours else "", f"{rest} menit" if rest or not hours else ""]
    return " ".join(part for part in parts if part)
