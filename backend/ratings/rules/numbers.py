"""Exact figures as printed: fractions, rounded half up once, at the end. Floats never enter."""

from __future__ import annotations

from fractions import Fraction


def half_up(value: Fraction, digits: int) -> str:
    """A value that is not negative with exactly ``digits`` decimals (a full stop before them), half rounded up."""
    scale = 10**digits
    scaled = value * scale
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return f"{whole // scale}.{whole % scale:0{digits}d}" if digits else str(whole)


def exact(value: Fraction) -> str:
    """A value as ``numerator/denominator`` in lowest terms."""
    return f"{value.numerator}/{value.denominator}"


def read_exact(text: object) -> Fraction | None:
    """The value of ``"3.00"`` or ``"23/6"`` as :func:`exact` wrote it; ``None`` for anything else."""
    if not isinstance(text, str) or len(text) > 80:
        return None
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None
