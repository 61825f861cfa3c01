"""The agency's rules that figures are made by, as they stood at an instant; kept with each figure."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from backend.calendar.periods import MONTH
from backend.identity.service.tree import On
from backend.ratings.models import RatingSettings
from backend.ratings.rules import ikm
from backend.ratings.rules.numbers import read_exact


@dataclass(frozen=True, slots=True)
class Thresholds:
    """``minimum_n`` for a printed mean, ``own_minimum_n`` for the officer's own; an exact mean below ``floor`` is
    not named in publications; ``weight_policy`` and ``missing`` of the index; ``period``: month or quarter."""

    minimum_n: int = 10
    own_minimum_n: int = 5
    floor: str = "3.00"
    weight_policy: str = ikm.DEFAULT_WEIGHT
    missing: str = ikm.EXCLUDE_ROW
    period: str = MONTH

    @property
    def least_mean(self) -> Fraction:
        """``floor`` as an exact value."""
        return read_exact(self.floor) or Fraction(0)

    def stored(self) -> dict[str, Any]:
        """As a report keeps them."""
        return asdict(self)


async def thresholds(on: On, agency: str, now: datetime) -> Thresholds:
    """What is in force at an instant; members that the agency never set are the defaults."""
    query = (
        select(col(RatingSettings.body))
        .where(col(RatingSettings.agency) == agency, col(RatingSettings.valid_from) <= now)
        .order_by(col(RatingSettings.valid_from).desc(), col(RatingSettings.version).desc())
        .limit(1)
    )
    body = (await on.execute(query)).scalar_one_or_none() or {}
    return from_stored(body)


def from_stored(body: dict[str, Any]) -> Thresholds:
    """What :meth:`Thresholds.stored` wrote, or the members of a settings body."""
    return Thresholds(**{name: body[name] for name in Thresholds.__dataclass_fields__ if body.get(name) is not None})
