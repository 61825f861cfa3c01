"""What the desk of a site holds of a held rating, and how instants are spelled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from backend.ratings.bodies import RatingBody
from sync.clock import to_ms, wire
from sync.writing import Writing

DESK = "TRK"


def stamp(instant: datetime) -> str:
    """An instant on the wire."""
    return wire(to_ms(instant))


def desk_of(site: str) -> set[str]:
    """Who sees the held ratings and the decisions of a site: TRK over it, never an officer."""
    return {f"role:{DESK}@{site}"}


def publish_held(w: Writing, row: Mapping[str, Any], reason: str | None) -> None:
    """Put a held rating before the desk of its site."""
    body = RatingBody(
        officer=row["officer"],
        officer_name=row["officer_name"],
        site=row["site"],
        service=row["service"],
        version=row["version"],
        score=row["score"],
        scores=row["scores"],
        indicators=row["indicators"],
        presence=row["presence"],
        channel=row["channel"],
        service_date=row["service_date"].isoformat(),
        status="ditahan",
        reason=reason,
        made_at=stamp(row["made_at"]),
        arrived_at=stamp(row["arrived_at"]),
    )
    w.publish("rating", row["id"], body, desk_of(row["site"]))
