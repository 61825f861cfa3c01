"""Scalars of the schema."""

from __future__ import annotations

from typing import Any, NewType

import strawberry

JSON = NewType("JSON", object)
"""Any JSON value. Strings that are serialised already pass through untouched (``orjson.Fragment``)."""

SCALARS: dict[object, Any] = {
    JSON: strawberry.scalar(
        name="JSON",
        description="Any JSON value.",
        serialize=lambda value: value,
        parse_value=lambda value: value,
    )
}
