"""What travels of the guest register, camelCase on the wire; instants are UTC."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from sync.registry import Wire
from sync.words import Id, Instant

Text = Annotated[str, StringConstraints(max_length=2000)]
Word = Annotated[str, StringConstraints(max_length=40)]


class VisitBody(Wire):
    """One guest; to the counter and the team's leader."""

    name: str
    origin: str
    phone: str
    purpose: str
    age: str | None = None
    kecamatan: str | None = None
    served_by: str
    at: str


class DepartureBody(Wire):
    """When a guest left."""

    visit: str
    at: str


class VisitArgs(Wire):
    """A guest has come. ``servedBy``: who serves them; without ``at`` it is now."""

    name: Text
    purpose: Word
    origin: Text = ""
    phone: Text = ""
    age: Word | None = None
    kecamatan: Id | None = None
    served_by: Text = ""
    at: Instant | None = None


class DepartArgs(Wire):
    """A guest has left."""

    visit: Id
    at: Instant | None = None
