"""What travels of codes and tickets: bodies of records and arguments of acts (camelCase on the wire)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from backend.identity.bodies import Uuid
from sync.registry import Wire

Reason = Annotated[str, StringConstraints(min_length=5, max_length=500, strip_whitespace=True)]
CodeKind = Literal["personal", "board", "survey"]


class CodeBody(Wire):
    """A code in force. ``unit``: the site that a board or survey code opens, or where its person serves.

    A revoked code is deleted from the feed; the table keeps it with who, when and why. ``issued`` is UTC.
    """

    kind: CodeKind
    token: str
    person: str | None = None
    person_name: str | None = None
    unit: str
    unit_name: str
    issued: str


class IssueArgs(Wire):
    """A code for a person at a site (``personal``), or for the site itself."""

    kind: CodeKind
    site: Uuid
    person: Uuid | None = None


class RevokeArgs(Wire):
    """Why the code shall not be valid any more."""

    reason: Reason


class RotateArgs(Wire):
    """Why it is replaced, and the id of the code that takes its place."""

    reason: Reason
    next: Uuid


class TicketBody(Wire):
    """A ticket for one visit, as it is shown to the visitor. ``issued`` and ``expires`` are UTC."""

    site: str
    service: str | None = None
    signed: str
    issued: str
    expires: str


class TicketArgs(Wire):
    """A ticket for a visit to a site, perhaps for one service."""

    site: Uuid
    service: Annotated[str, StringConstraints(max_length=16, pattern=r"^[A-Z0-9-]+$")] | None = None
