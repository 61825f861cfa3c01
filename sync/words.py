"""Words of the protocol that args and bodies of every domain are written in, as pydantic types."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from sync.clock import parse_wire
from sync.ids import is_uuid


def _id(value: str) -> str:
    if not is_uuid(value):
        raise ValueError("not a canonical UUID")
    return value


def _instant(value: str) -> str:
    if parse_wire(value) is None:
        raise ValueError("Waktu ditulis seperti 2026-11-21T07:05:00.123Z.")
    return value


Id = Annotated[str, AfterValidator(_id)]
"""A canonical lower-case UUID."""
Instant = Annotated[str, AfterValidator(_instant)]
"""An instant in UTC with milliseconds."""
