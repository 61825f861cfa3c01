"""Scalars of the schema."""

from __future__ import annotations

from typing import Any

import strawberry

from backend.context import JSON

__all__ = ["JSON", "SCALARS"]

SCALARS: dict[object, Any] = {
    JSON: strawberry.scalar(
        name="JSON",
        description="Any JSON value.",
        serialize=lambda value: value,
        parse_value=lambda value: value,
    )
}
