"""The satisfaction index of services (IKM): nine elements, answers 1-4.

NRR of an element = sum / answers; IKM = 25 x weight x sum of the nine NRR, exact, rounded half up once; the letter
is read from the rounded value. The weight policy is a choice that is printed and kept with each figure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from backend.ratings.rules.numbers import exact, half_up

FORMULA_VERSION = "1.0"
ELEMENTS = tuple(f"U{number}" for number in range(1, 10))
ANSWERS = (1, 2, 3, 4)
WEIGHTS: Mapping[str, Fraction] = {
    "1/9": Fraction(1, 9),
    "0.111": Fraction(111, 1000),
    "0.11": Fraction(11, 100),
}
DEFAULT_WEIGHT = "1/9"
EXCLUDE_ROW, PER_ELEMENT = "exclude_row", "per_element"
BANDS = (
    (Fraction("88.31"), "A", "Sangat Baik"),
    (Fraction("76.61"), "B", "Baik"),
    (Fraction("65.00"), "C", "Kurang Baik"),
    (Fraction(0), "D", "Tidak Baik"),
)
LOWEST = 3

Row = Sequence[int | None]


class IkmError(ValueError):
    """No figure can be given. ``code``: BAD_WEIGHT, BAD_SHAPE, BAD_VALUE, NO_DATA, ELEMENT_WITHOUT_ANSWERS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Sums:
    """What the index is computed from: used and excluded rows; sum and number of answers of each element."""

    n: int
    n_excluded: int
    sums: tuple[int, ...]
    counts: tuple[int, ...]


def from_rows(rows: Sequence[Row], missing: str = EXCLUDE_ROW) -> Sums:
    """Add up filled surveys. Raises ``BAD_SHAPE`` or ``BAD_VALUE``."""
    used: list[Row] = []
    for row in rows:
        if len(row) != len(ELEMENTS):
            raise IkmError("BAD_SHAPE")
        if any(answer is not None and (type(answer) is not int or answer not in ANSWERS) for answer in row):
            raise IkmError("BAD_VALUE")
        blank = [answer is None for answer in row]
        if not (any(blank) if missing == EXCLUDE_ROW else all(blank)):
            used.append(row)
    columns = list(zip(*used, strict=True)) if used else [()] * len(ELEMENTS)
    return Sums(
        n=len(used),
        n_excluded=len(rows) - len(used),
        sums=tuple(sum(answer for answer in column if answer is not None) for column in columns),
        counts=tuple(sum(1 for answer in column if answer is not None) for column in columns),
    )


def from_sums(n: int, sums: Sequence[int]) -> Sums:
    """Sums of ``n`` complete surveys that were added up elsewhere. Raises ``BAD_SHAPE`` or ``BAD_VALUE``."""
    if len(sums) != len(ELEMENTS):
        raise IkmError("BAD_SHAPE")
    if n < 0 or any(type(total) is not int or not n <= total <= ANSWERS[-1] * n for total in sums):
        raise IkmError("BAD_VALUE")
    return Sums(n, 0, tuple(sums), (n,) * len(ELEMENTS))


@dataclass(frozen=True, slots=True)
class Ikm:
    """One computed index. ``nrr`` are exact; ``value`` is rounded half up to two decimals."""

    base: Sums
    weight: str
    nrr: tuple[Fraction, ...]
    total: Fraction
    value: str
    letter: str
    word: str

    @property
    def lowest(self) -> list[str]:
        """The three weakest elements; ties in the order of the elements."""
        order = sorted(range(len(ELEMENTS)), key=lambda place: (self.nrr[place], place))
        return [ELEMENTS[place] for place in order[:LOWEST]]

    def wire(self) -> dict[str, Any]:
        """All of it as plain JSON, exact values as fractions."""
        return {
            "n": self.base.n,
            "n_excluded": self.base.n_excluded,
            "n_per_element": list(self.base.counts),
            "nrr_exact": [exact(mean) for mean in self.nrr],
            "nrr": [half_up(mean, 3) for mean in self.nrr],
            "ikm_exact": exact(self.total),
            "ikm": self.value,
            "letter": self.letter,
            "word": self.word,
            "lowest": self.lowest,
        }


def compute(base: Sums, weight: str = DEFAULT_WEIGHT) -> Ikm:
    """The index. Raises ``BAD_WEIGHT``, ``NO_DATA`` or ``ELEMENT_WITHOUT_ANSWERS``."""
    if weight not in WEIGHTS:
        raise IkmError("BAD_WEIGHT")
    if base.n == 0:
        raise IkmError("NO_DATA")
    if any(count == 0 for count in base.counts):
        raise IkmError("ELEMENT_WITHOUT_ANSWERS")
    nrr = tuple(Fraction(total, count) for total, count in zip(base.sums, base.counts, strict=True))
    total = 25 * WEIGHTS[weight] * sum(nrr, Fraction(0))
    value = half_up(total, 2)
    letter, word = band(Fraction(value))
    return Ikm(base, weight, nrr, total, value, letter, word)


def band(rounded: Fraction) -> tuple[str, str]:
    """Letter and word of a rounded index."""
    return next((letter, word) for least, letter, word in BANDS if rounded >= least)
