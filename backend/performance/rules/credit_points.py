"""Credit points of a functional post: coefficient a year x share of the predicate x months / 12.

Golden cases: ``credit_points.json``. Each printed line is rounded half up to two decimals, and the total is the sum
of the printed lines, so that the column adds up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

PERCENT: Mapping[str, int] = {
    "sangat_baik": 150,
    "baik": 100,
    "butuh_perbaikan": 75,
    "kurang": 50,
    "sangat_kurang": 25,
}
COEFFICIENTS: Mapping[str, str] = {
    "Pemula": "3.75", "Terampil": "5", "Mahir": "12.5", "Penyelia": "25",
    "Ahli Pertama": "12.5", "Ahli Muda": "25", "Ahli Madya": "37.5", "Ahli Utama": "50",
}  # fmt: skip
"""Default coefficient a year of each level of a functional post; an agency may have its own."""


class CreditError(ValueError):
    """``code``: ``EMPTY``, ``BAD_PREDICATE``, ``BAD_MONTHS``, ``BAD_COEFFICIENT``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Line:
    """One evaluated stretch of a year."""

    predicate: str
    months: object
    coefficient: str


@dataclass(frozen=True, slots=True)
class Credit:
    """Printed lines and their total; ``exact`` is the unrounded sum; ``reached`` is ``None`` without a need."""

    items: tuple[str, ...]
    total: str
    exact: Fraction
    reached: bool | None


def credit_points(lines: Sequence[Line], start: str = "0", need: str | None = None) -> Credit:
    """Points of all lines on top of ``start``. Raises :class:`CreditError` for the first faulty line."""
    if not lines:
        raise CreditError("EMPTY")
    exact = [_line(one) for one in lines]
    printed = [_half_up(one) for one in exact]
    total = Decimal(start) + sum(printed, Decimal())
    return Credit(
        items=tuple(str(one) for one in printed),
        total=str(total.quantize(Decimal("0.01"))),
        exact=sum(exact, Fraction()),
        reached=None if need is None else total >= Decimal(need),
    )


def _line(line: Line) -> Fraction:
    if line.predicate not in PERCENT:
        raise CreditError("BAD_PREDICATE")
    if type(line.months) is not int or not 1 <= line.months <= 12:
        raise CreditError("BAD_MONTHS")
    return _coefficient(line.coefficient) * Fraction(PERCENT[line.predicate], 100) * Fraction(line.months, 12)


def _coefficient(text: str) -> Fraction:
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise CreditError("BAD_COEFFICIENT") from None
    if not value.is_finite() or value <= 0:
        raise CreditError("BAD_COEFFICIENT")
    return Fraction(value)


def _half_up(value: Fraction) -> Decimal:
    cents = (200 * value.numerator + value.denominator) // (2 * value.denominator)
    return Decimal(cents).scaleb(-2)
